//! The picture of a simulation (`liftoff simulate`): load, recall and readiness of many learners by week.

use super::figures::{count, hundredths};
use super::page::{CONTENT, MARGIN, Page as Sheet, Role};
use super::scale::round_up;
use super::svg::{Anchor, Area, Paint};
use super::theme::Theme;
use super::PictureError;

/// The height of a panel's bars.
const HEIGHT: f64 = 80.0;

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

/// One column of a panel: its figure above, its name below, and bars side by side, each a share of the height.
struct Column {
    figure: String,
    name: String,
    bars: Vec<(f64, Paint)>,
}

fn columns(sheet: &mut Sheet, id: &str, columns: &[Column]) {
    let figures = sheet.y + 58.0;
    let area = |x, width| Area { x, y: figures + 16.0, width, height: HEIGHT };
    let names = figures + 16.0 + HEIGHT + 40.0;
    let pitch = CONTENT / columns.len().max(12) as f64;
    let mut left = MARGIN;
    for (column, number) in columns.iter().zip(1..) {
        let width = (pitch - 22.0) / column.bars.len().max(1) as f64;
        let mut x = left + 11.0;
        for (place, (share, paint)) in column.bars.iter().enumerate() {
            let bar = area(x, width - 2.0).lower(*share, 3.0);
            sheet.rect(&format!("{id}-{number}-{place}"), bar, 5.0, *paint);
            x += width;
        }
        let middle = left + pitch / 2.0;
        sheet.text(&format!("{id}-{number}"), (middle, figures), Anchor::Middle, Role::Value, &column.figure);
        sheet.text(&format!("{id}-{number}-name"), (middle, names), Anchor::Middle, Role::Small, &column.name);
        left += pitch;
    }
    sheet.y = names;
}

/// Explains the two colours of a panel.
fn legend(sheet: &mut Sheet, id: &str, samples: [(Paint, &str); 2]) {
    sheet.y += 52.0;
    let mut x = MARGIN;
    for (place, (paint, text)) in samples.into_iter().enumerate() {
        sheet.sample(&format!("{id}-legend-{place}"), x, paint, text);
        x += CONTENT / 2.0;
    }
}

fn load(sheet: &mut Sheet, page: &Page) {
    let minutes = page.weeks.iter().map(|week| week.minutes).fold(0.0, f64::max);
    let line = format!("on days with study, new cards included · {minutes:.0} min in the longest week");
    sheet.panel("load", "Reviews a day by week", &line);
    let most = page.weeks.iter().map(|week| week.most_reviews).max().unwrap_or(0);
    let top = round_up(most.into()) as f64;
    let (soft, strong) = (Paint::Fill(sheet.palette.soft()), Paint::Fill(sheet.palette.strong()));
    let bars = |week: &Week| {
        vec![(f64::from(week.reviews) / top, strong), (f64::from(week.most_reviews) / top, soft)]
    };
    let all = page.weeks.iter().zip(1..).map(|(week, number)| Column {
        figure: format!("{} {}", week.reviews, week.most_reviews),
        name: number.to_string(),
        bars: bars(week),
    });
    columns(sheet, "load", &all.collect::<Vec<_>>());
    legend(sheet, "load", [(strong, "in the middle"), (soft, "1 day in 20 has more")]);
}

fn recall(sheet: &mut Sheet, page: &Page) {
    sheet.panel("recall", "Recall of due cards by week, %", "what learners knew, and what the log says");
    let (soft, strong) = (Paint::Fill(sheet.palette.soft()), Paint::Fill(sheet.palette.strong()));
    let all = page.weeks.iter().zip(1..).map(|(week, number)| Column {
        figure: format!("{} {}", hundredths(week.truth), hundredths(week.log)),
        name: number.to_string(),
        bars: vec![(week.truth.unwrap_or(0.0), strong), (week.log.unwrap_or(0.0), soft)],
    });
    columns(sheet, "recall", &all.collect::<Vec<_>>());
    legend(sheet, "recall", [(strong, "true chance when asked"), (soft, "passed, by the log")]);
}

fn readiness(sheet: &mut Sheet, page: &Page) {
    let line = format!("of the cards met, {} days after the last review", page.ahead);
    sheet.panel("readiness", "Readiness by weeks lived, %", &line);
    let (soft, strong) = (Paint::Fill(sheet.palette.soft()), Paint::Fill(sheet.palette.strong()));
    let all = page.readiness.iter().map(|one| Column {
        figure: format!("{} {}", hundredths(Some(one.truth)), hundredths(Some(one.forecast))),
        name: one.after.to_string(),
        bars: vec![(one.truth, strong), (one.forecast, soft)],
    });
    columns(sheet, "readiness", &all.collect::<Vec<_>>());
    legend(sheet, "readiness", [(strong, "truth"), (soft, "forecast")]);
}

fn errors(sheet: &mut Sheet, page: &Page) {
    let line = "mean distance from the truth, in points of 100";
    sheet.panel("error", "Error of the forecast by weeks lived", line);
    let (soft, strong) = (Paint::Fill(sheet.palette.soft()), Paint::Fill(sheet.palette.strong()));
    let most = page.readiness.iter().map(|one| one.error.max(one.constant)).fold(0.01, f64::max);
    let top = round_up((most * 100.0).ceil() as u64) as f64 / 100.0;
    let all = page.readiness.iter().map(|one| Column {
        figure: format!("{:.0} {:.0}", one.error * 100.0, one.constant * 100.0),
        name: one.after.to_string(),
        bars: vec![(one.error / top, strong), (one.constant / top, soft)],
    });
    columns(sheet, "error", &all.collect::<Vec<_>>());
    legend(sheet, "error", [(strong, "the forecast"), (soft, "0.9 for every card")]);
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
        let week = Week {
            reviews: 41,
            most_reviews: 97,
            minutes: 23.4,
            truth: Some(0.873),
            log: Some(0.91),
        };
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
        for text in ["1,000", "2.3M", ">3<", "41 97", ">23<", "87 91", "76 79", "5 14", "23 min", "sent 54.3k · late 12"] {
            assert!(svg.contains(text), "{text} is missing");
        }
        assert_eq!(&draw(&page).unwrap()[1..4], b"PNG");
    }
}
