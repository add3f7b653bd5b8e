//! The pictures of a learner's progress that `/stats` sends, and the same figures in words.
//!
//! Facts go in, SVG comes out, and PNG out of that: no database, no clock, no file and no font of the system
//! is touched, so the same [`Stats`] give the same pictures everywhere. The panels are written as SVG by hand
//! and drawn by resvg. Every figure is worded in `figures`, for the pictures and for [`describe`] alike.
//!
//! There are two, so that neither is higher than the 1280 px that Telegram leaves of a photo: one of the days
//! and one of the plan's weeks. They are 1080 px wide, for a phone held upright that shows them about 390 px
//! wide: the smallest type is 28 px. Their height varies, because a panel without data is a line of text
//! instead of empty axes.

mod describe;
mod figures;
mod forecast;
mod page;
mod raster;
pub mod report;
#[cfg(test)]
mod samples;
mod scale;
mod svg;
#[cfg(test)]
mod tests;
mod theme;
mod weeks;
mod year;

use chrono::NaiveDate;

pub use describe::{Described, describe};
pub use raster::{PictureError, raster};
pub use theme::Theme;

use page::Page;

/// Weeks of the plan.
pub const WEEKS: usize = 12;

/// Days that the forecast looks ahead, today included.
pub const FORECAST_DAYS: usize = 30;

/// What the pictures show. Nothing here needs to be consistent: parts above their whole count as the whole,
/// and a number that isn't finite as missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    /// The learner's study day.
    pub today: NaiveDate,
    /// Days of the streak.
    pub streak: u32,
    /// Days of the longest streak ever.
    pub longest: u32,
    /// Freezes in hand.
    pub freezes: u32,
    /// Reviews per study day, in any order. Days without reviews may be absent; only the last 53 weeks are
    /// drawn, and days after today are not.
    pub reviews: Vec<(NaiveDate, u32)>,
    /// Answers to cards that were due, by plan week, over all time.
    pub retention: [Share; WEEKS],
    /// Cards due on each of the next 30 days; the first is today, with what is overdue.
    pub forecast: [u32; FORECAST_DAYS],
    /// How far each plan week has come.
    pub progress: [Progress; WEEKS],
    /// What the learner would recall.
    pub readiness: Readiness,
    /// The interview's date. One that lies before today is not shown.
    pub interview: Option<NaiveDate>,
}

/// Answers to cards that were due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Answers of quality 3 or better.
    pub recalled: u32,
    /// All of them.
    pub asked: u32,
}

/// How far a plan week has come, in cards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Cards that the learner has been asked at least once, the firm ones included.
    pub met: u32,
    /// Cards with an interval of 21 days or more.
    pub firm: u32,
    /// Cards of the week.
    pub cards: u32,
}

/// The share of the plan's cards that the learner is expected to recall, 0.0 to 1.0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Readiness {
    /// Of all cards, if the learner keeps up their reviews until then.
    pub overall: f64,
    /// Of all cards, if they review nothing more.
    pub stopped: f64,
    /// Of each plan week's cards, if they keep up their reviews.
    pub weeks: [f64; WEEKS],
    /// The day it is expected for: the interview's, or today.
    pub on: NaiveDate,
}

/// One of the two pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// SVG, for [`raster`]. Texts and bars carry an id ("retention-3"), so that tests find them.
    pub svg: String,
    /// Its main figures in a line, to stand below it and to be read by those who can't see it.
    pub caption: String,
}

/// Draws the pictures: the days (headline, year, forecast), then the plan's weeks (retention, progress,
/// readiness).
#[must_use]
pub fn draw(stats: &Stats, theme: Theme) -> [Drawing; 2] {
    let [days, weeks] = describe::captions(stats);
    let mut first = Page::new(theme.palette());
    first.headline(stats);
    year::draw(&mut first, stats);
    forecast::draw(&mut first, stats);
    let mut second = Page::new(theme.palette());
    weeks::retention(&mut second, stats);
    weeks::progress(&mut second, stats);
    weeks::readiness(&mut second, stats);
    [Drawing { svg: first.finish(), caption: days }, Drawing { svg: second.finish(), caption: weeks }]
}
