//! The picture of a simulation (`liftoff simulate`): load, recall and readiness of many learners by week.

use super::PictureError;
use super::figures::{count, hundredths};
use super::page::{CONTENT, MARGIN, Page as Sheet, Role};
use super::scale::round_up;
use super::svg::{Anchor, Area, Paint};
use super::theme::Theme;

/// The height of a panel's bars.
const HEIGHT: f64 = 62.0;

/// A week of the plan, over all learners.
#[derive(Clone, Debug, PartialEq)]
pub struct Week {
    /// Reviews of a day in the middle.
    pub reviews: u32,
    /// Reviews of a day that is busier than 19 in 20.
    pub most_reviews: u32,
    /// Minutes of a day.
    pub minutes: f64,
    /// How likely due cards were to be recalled, 0.0 to 1.0.
    pub truth: Option<f64>,
    /// How many were.
    pub log: Option<f64>,
}

/// Forecasts of readiness after so many weeks, over all learners.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// Weeks lived.
    pub after: u32,
    /// What was forecast, 0.0 to 1.0.
    pub forecast: f64,
    /// What is true.
    pub truth: f64,
    /// The mean distance of the two.
    pub error: f64,
    /// The mean distance of 0.9 from the truth.
    pub constant: f64,
}

/// What the picture shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Learners.
    pub learners: u32,
    /// Answers that count.
    pub answers: u64,
    /// Promises that were not kept.
    pub broken: usize,
    /// Weeks of the plan.
    pub weeks: Vec<Week>,
    /// Days from a forecast to the day that it is for.
    pub ahead: u16,
    /// Forecasts by week.
    pub readiness: Vec<Forecast>,
    /// Reminders by what became of them.
    pub reminders: Vec<(String, u64)>,
}

/// Draws it as a PNG.
///
/// # Errors
/// See [`PictureError`].
pub fn draw(page: &Page) -> Result<Vec<u8>, PictureError> {
    super::raster(&svg(page))
}

fn svg(page: &Page) -> String {
    let mut sheet = Sheet::new(Theme::Light.palette());
    headline(&mut sheet, page);
    load(&mut sheet, page);
    recall(&mut sheet, page);
    readiness(&mut sheet, page);
    errors(&mut sheet, page);
    reminders(&mut sheet, page);
    sheet.finish()
}

fn headline(sheet: &mut Sheet, page: &Page) {
    let broken = u64::try_from(page.broken).unwrap_or(u64::MAX);
    let all = [("Learners", page.learners.into()), ("Answers", page.answers), ("Rules broken", broken)];
    let mut x = MARGIN;
    for (label, figure) in all {
        sheet.text(&format!("{label}-label"), (x, 82.0), Anchor::Start, Role::Body, label);
        sheet.text(label, (x, 160.0), Anchor::Start, Role::Figure, &count(figure));
        x += CONTENT / 3.0;
    }
    sheet.y = 160.0;
}

/// One column of a panel: two bars side by side, each a share of the height, their figures above in two lines,
/// the name below.
struct Column {
    name: String,
    figures: [String; 2],
    bars: [f64; 2],
}

/// Draws the columns, and what their colours mean.
fn columns(sheet: &mut Sheet, id: &str, meanings: [&str; 2], columns: &[Column]) {
    let paints = [Paint::Fill(sheet.palette.strong()), Paint::Fill(sheet.palette.soft())];
    let figures = [sheet.y + 54.0, sheet.y + 86.0];
    let top = figures[1] + 14.0;
    let names = top + HEIGHT + 38.0;
    let pitch = CONTENT / columns.len().max(8) as f64;
    let width = (pitch / 2.0 - 12.0).min(36.0);
    let mut middle = MARGIN + pitch / 2.0;
    for (column, number) in columns.iter().zip(1..) {
        for (place, (share, paint)) in column.bars.into_iter().zip(paints).enumerate() {
            let x = middle - width - 1.0 + place as f64 * (width + 2.0);
            let bar = Area { x, y: top, width, height: HEIGHT }.lower(share, 3.0);
            sheet.rect(&format!("{id}-{number}-{place}"), bar, 5.0, paint);
        }
        let lines = figures.into_iter().zip([Role::Value, Role::Small]).zip(&column.figures);
        for (place, ((y, role), figure)) in lines.enumerate() {
            sheet.text(&format!("{id}-{number}-{place}-figure"), (middle, y), Anchor::Middle, role, figure);
        }
        let name = format!("{id}-{number}-name");
        sheet.text(&name, (middle, names), Anchor::Middle, Role::Small, &column.name);
        middle += pitch;
    }
    sheet.y = names + 46.0;
    let mut x = MARGIN;
    for (place, (paint, meaning)) in paints.into_iter().zip(meanings).enumerate() {
        sheet.sample(&format!("{id}-legend-{place}"), x, paint, meaning);
        x += CONTENT / 2.0;
    }
}

fn load(sheet: &mut Sheet, page: &Page) {
    let minutes = page.weeks.iter().map(|week| week.minutes).fold(0.0, f64::max);
    let line = format!("on days with study, new cards included · {minutes:.0} min in the longest week");
    sheet.panel("load", "Reviews a day by week", &line);
    let most = page.weeks.iter().map(|week| week.most_reviews).max().unwrap_or(0);
    let top = round_up(most.into()) as f64;
    let all = page.weeks.iter().zip(1..).map(|(week, number): (_, u32)| Column {
        name: number.to_string(),
        figures: [week.reviews, week.most_reviews].map(|reviews| reviews.to_string()),
        bars: [week.reviews, week.most_reviews].map(|reviews| f64::from(reviews) / top),
    });
    columns(sheet, "load", ["in the middle", "1 day in 20 has more"], &all.collect::<Vec<_>>());
}

fn recall(sheet: &mut Sheet, page: &Page) {
    sheet.panel("recall", "Recall of due cards by week, %", "what learners knew, and what the log says");
    let all = page.weeks.iter().zip(1..).map(|(week, number): (_, u32)| Column {
        name: number.to_string(),
        figures: [week.truth, week.log].map(hundredths),
        bars: [week.truth, week.log].map(|share| share.unwrap_or(0.0)),
    });
    columns(sheet, "recall", ["true chance when asked", "passed, by the log"], &all.collect::<Vec<_>>());
}

fn readiness(sheet: &mut Sheet, page: &Page) {
    let line = format!("of the cards met, {} days after the last review", page.ahead);
    sheet.panel("readiness", "Readiness by weeks lived, %", &line);
    let all = page.readiness.iter().map(|one| Column {
        name: one.after.to_string(),
        figures: [one.truth, one.forecast].map(|share| hundredths(Some(share))),
        bars: [one.truth, one.forecast],
    });
    columns(sheet, "readiness", ["truth", "forecast"], &all.collect::<Vec<_>>());
}

fn errors(sheet: &mut Sheet, page: &Page) {
    let line = "mean distance from the truth, in points of 100";
    sheet.panel("error", "Error of the forecast by weeks lived", line);
    let most = page.readiness.iter().map(|one| one.error.max(one.constant)).fold(0.01, f64::max);
    let all = page.readiness.iter().map(|one| Column {
        name: one.after.to_string(),
        figures: [one.error, one.constant].map(|error| format!("{:.0}", error * 100.0)),
        bars: [one.error, one.constant].map(|error| error / most),
    });
    columns(sheet, "error", ["the forecast", "0.9 for every card"], &all.collect::<Vec<_>>());
}

fn reminders(sheet: &mut Sheet, page: &Page) {
    let parts = page.reminders.iter().map(|(name, number)| format!("{name} {}", count(*number)));
    sheet.panel("reminders", "Reminders", &parts.collect::<Vec<_>>().join(" · "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_drawn() {
        let week = Week { reviews: 41, most_reviews: 97, minutes: 23.4, truth: Some(0.873), log: Some(0.91) };
        let forecast = Forecast { after: 4, forecast: 0.79, truth: 0.76, error: 0.052, constant: 0.144 };
        let page = Page {
            learners: 1_000,
            answers: 2_345_678,
            broken: 3,
            weeks: vec![week; 12],
            ahead: 14,
            readiness: vec![forecast; 12],
            reminders: vec![("sent".to_owned(), 54_321), ("late".to_owned(), 12)],
        };
        let svg = svg(&page);
        for text in [
            "1,000",
            "2.3M",
            ">3<",
            ">41<",
            ">97<",
            ">87<",
            ">91<",
            ">76<",
            ">79<",
            ">5<",
            ">14<",
            "23 min",
            "sent 54.3k · late 12",
        ] {
            assert!(svg.contains(text), "{text} is missing");
        }
        assert_eq!(&draw(&page).unwrap()[1..4], b"PNG");
    }
}
