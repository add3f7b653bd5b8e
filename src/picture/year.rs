//! The heat map of the year: a column a week, a square a day.

use chrono::{Datelike, NaiveDate};

use super::Stats;
use super::figures::{self, Year};
use super::page::{MARGIN, Page, Role, WIDTH};
use super::scale;
use super::svg::{Anchor, Area, Paint};

/// From one square to the next, and a square's side.
const PITCH: f64 = 18.0;
const SIDE: f64 = 15.0;

/// A month's name needs this much room. There are four columns from one to the next, so they never meet.
const MONTH: f64 = 60.0;

/// The page's next panel: reviews on each day of the last 53 weeks.
pub(super) fn draw(page: &mut Page, stats: &Stats) {
    let year = figures::year(stats);
    let title = "Last 53 weeks";
    let Some(line) = figures::year_line(stats, &year) else {
        page.panel("year", title, figures::NO_YEAR);
        return;
    };
    page.panel("year", title, &line);
    let top = page.y + 68.0;
    months(page, &year, top - 14.0);
    for (row, letter) in [(0, "M"), (2, "W"), (4, "F")] {
        let y = top + PITCH * f64::from(row) + SIDE + 2.0;
        page.text(&format!("year-{letter}"), (MARGIN, y), Anchor::Start, Role::Small, letter);
    }
    let steps = scale::heat_steps(year.days.iter().map(|(_, count)| *count).collect());
    for (index, (date, count)) in year.days.iter().enumerate() {
        let area = Area {
            x: column(&year, index),
            y: top + PITCH * f64::from(date.weekday().num_days_from_monday()),
            width: SIDE,
            height: SIDE,
        };
        let step = steps.iter().filter(|least| count >= least).count();
        page.rect(&format!("day-{date}"), area, 3.0, Paint::Fill(page.palette.steps[step]));
    }
    page.y = top + 7.0 * PITCH + 44.0;
    legend(page, steps);
}

/// The left edge of the column that a day stands in. The last column ends at the right margin.
fn column(year: &Year, index: usize) -> f64 {
    let weeks = |day: Option<&(NaiveDate, u64)>| {
        day.map_or(0, |(date, _)| {
            date.week(chrono::Weekday::Mon)
                .checked_first_day()
                .map_or(0, |first| first.num_days_from_ce().div_euclid(7))
        })
    };
    let back = weeks(year.days.last()) - weeks(year.days.get(index));
    WIDTH - MARGIN - SIDE - PITCH * f64::from(back)
}

/// The months' names, each above the column with the month's first day.
fn months(page: &mut Page, year: &Year, y: f64) {
    for (index, (date, _)) in year.days.iter().enumerate() {
        let x = column(year, index);
        if date.day() == 1 && x + MONTH <= WIDTH - MARGIN + 8.0 {
            let name = date.format("%b").to_string();
            page.text(&format!("month-{}", date.format("%Y-%m")), (x, y), Anchor::Start, Role::Small, &name);
        }
    }
}

fn legend(page: &mut Page, steps: [u64; 4]) {
    page.text("heat-label", (MARGIN, page.y), Anchor::Start, Role::Small, "Reviews a day");
    let mut x = MARGIN + 220.0;
    let least = [0, steps[0], steps[1], steps[2], steps[3]];
    for (step, least) in least.into_iter().enumerate() {
        let text = if step == 0 { figures::count(least) } else { format!("{}+", figures::count(least)) };
        page.sample(&format!("heat-{step}"), x, Paint::Fill(page.palette.steps[step]), &text);
        // A sign is about 17 pixels wide.
        x += 36.0 + 17.0 * f64::from(u8::try_from(text.len()).unwrap_or(u8::MAX)) + 32.0;
    }
}
