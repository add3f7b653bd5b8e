//! The picture of a learner's progress that `/stats` sends, and the same figures in words.
//!
//! Facts go in, a PNG comes out: no database, no clock, no file and no font of the system is touched, so the
//! same [`Stats`] give the same picture everywhere. The panels are written as SVG by hand and drawn by
//! resvg. Every figure is worded in `figures`, for the picture and for [`describe`] alike.
//!
//! The picture is 1080 px wide, for a phone held upright that shows it about 390 px wide: the smallest type
//! is 28 px. Its height varies, because a panel without data is a line of text instead of empty axes.

mod describe;
mod figures;
mod forecast;
mod page;
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

use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use resvg::{tiny_skia, usvg};

pub use describe::describe;
pub use theme::Theme;

use page::Page;

/// Weeks of the plan.
pub const WEEKS: usize = 12;

/// Days that the forecast looks ahead, today included.
pub const FORECAST_DAYS: usize = 30;

/// What the picture shows. Nothing here needs to be consistent: parts above their whole count as the whole,
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
    /// Of all cards.
    pub overall: f64,
    /// Of each plan week's cards.
    pub weeks: [f64; WEEKS],
    /// The day it is expected for: the interview's, or today.
    pub on: NaiveDate,
}

/// Why there is no picture. Each is a fault of ours, none depends on what the learner did.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The SVG that we wrote is none.
    #[error("the picture's SVG can't be read")]
    Svg(#[from] usvg::Error),
    /// No memory for so many pixels.
    #[error("there is no room for a picture of {width} x {height} pixels")]
    Room {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// The pixels can't be written as PNG.
    #[error("the picture can't be written as PNG")]
    Png(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Draws the picture and returns it as a PNG: 1080 px wide, at most 2400 px high, well below 400 KB.
///
/// It takes tens of milliseconds of one core, so call it outside any transaction and off the async threads.
///
/// # Errors
/// See [`PictureError`].
pub fn draw(stats: &Stats, theme: Theme) -> Result<Vec<u8>, PictureError> {
    raster(&svg(stats, theme))
}

/// An SVG as PNG.
fn raster(svg: &str) -> Result<Vec<u8>, PictureError> {
    let tree = tree(svg)?;
    let size = tree.size().to_int_size();
    let (width, height) = (size.width(), size.height());
    let mut pixels = tiny_skia::Pixmap::new(width, height).ok_or(PictureError::Room { width, height })?;
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| PictureError::Png(error.into()))
}

/// The picture as SVG. Texts and bars carry an id ("retention-3"), so that tests find them.
fn svg(stats: &Stats, theme: Theme) -> String {
    let mut page = Page::new(theme.palette());
    page.headline(stats);
    year::draw(&mut page, stats);
    weeks::retention(&mut page, stats);
    forecast::draw(&mut page, stats);
    weeks::progress(&mut page, stats);
    weeks::readiness(&mut page, stats);
    page.finish()
}

fn tree(svg: &str) -> Result<usvg::Tree, usvg::Error> {
    let options = usvg::Options { fontdb: Arc::clone(&FONTS), ..usvg::Options::default() };
    usvg::Tree::from_str(svg, &options)
}

/// Inter, cut down to the signs we use and with figures of one width: 19 KB each, see `fonts/README.md`.
static FONTS: LazyLock<Arc<usvg::fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = usvg::fontdb::Database::new();
    for font in [REGULAR, SEMI_BOLD] {
        fonts.load_font_source(usvg::fontdb::Source::Binary(Arc::new(font)));
    }
    Arc::new(fonts)
});

static REGULAR: &[u8] = include_bytes!("fonts/Inter-Regular.ttf");
static SEMI_BOLD: &[u8] = include_bytes!("fonts/Inter-SemiBold.ttf");
