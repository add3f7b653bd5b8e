//! The forecast: cards due on each of the next 30 days.

use super::figures;
use super::page::{MARGIN, Page, Role, WIDTH};
use super::scale::{self, Axis};
use super::svg::{Anchor, Area, Paint};
use super::{FORECAST_DAYS, Stats};

/// A day's share of the width and its bar's part of that. What is left on the right is the axis's.
const PITCH: f64 = 30.0;
const BAR: f64 = 22.0;

/// Of a bar that reaches the top of the axis.
const HEIGHT: f64 = 160.0;

/// The least that is drawn of a day with a card.
const LEAST: f64 = 5.0;

/// The page's next panel. One or two days far above all others are cut off and carry their number.
pub(super) fn draw(page: &mut Page, stats: &Stats) {
    let title = "Next 30 days";
    let Some(line) = figures::forecast_line(stats) else {
        page.panel("forecast", title, figures::NO_FORECAST);
        return;
    };
    page.panel("forecast", title, &line);
    let axis = scale::forecast_axis(&stats.forecast);
    let room = if axis.cut.is_empty() { 48.0 } else { 84.0 };
    let plot = Area { x: MARGIN, y: page.y + room, width: PITCH * 30.0, height: HEIGHT };
    grid(page, plot, &axis);
    let mut x = plot.x + (PITCH - BAR) / 2.0;
    for (day, &cards) in stats.forecast.iter().enumerate() {
        let colour = if day == 0 { page.palette.strong() } else { page.palette.accent() };
        if let Some(share) = figures::share(cards.into(), axis.top).filter(|share| *share > 0.0) {
            let area = Area { x, width: BAR, ..plot }.lower(share, LEAST);
            page.rect(&format!("forecast-{day}"), area, 4.0, Paint::Fill(colour));
        }
        if axis.cut.contains(&day) {
            cut(page, plot, day, x, cards);
        }
        x += PITCH;
    }
    dates(page, plot, stats);
    page.y = plot.y + HEIGHT + 42.0;
}

/// The lines behind the bars: the axis's top, middle and bottom, with their numbers on the right.
fn grid(page: &mut Page, plot: Area, axis: &Axis) {
    for (id, number, y) in [
        ("axis-top", axis.top, plot.y),
        ("axis-middle", axis.top / 2, plot.y + HEIGHT / 2.0),
        ("axis-bottom", 0, plot.y + HEIGHT),
    ] {
        page.rule(plot.x, plot.x + plot.width, y);
        // Figures are 20 pixels high, so this centres them on the line.
        let at = (WIDTH - MARGIN, y + 10.0);
        page.text(id, at, Anchor::End, Role::Small, &figures::count(number));
    }
}

/// The mark of a bar that goes on beyond the axis, and its number above.
fn cut(page: &mut Page, plot: Area, day: usize, x: f64, cards: u32) {
    page.gap((x - 4.0, plot.y + 34.0), (x + BAR + 4.0, plot.y + 22.0));
    let text = figures::count(cards.into());
    let id = format!("forecast-{day}-cards");
    // At the left margin a number over the bar's middle would leave the page's edge line.
    let (at, anchor) = if day < 2 { (plot.x, Anchor::Start) } else { (x + BAR / 2.0, Anchor::Middle) };
    page.text(&id, (at, plot.y - 18.0), anchor, Role::Value, &text);
}

/// "today" and the dates of the weeks' beginnings below the bars.
fn dates(page: &mut Page, plot: Area, stats: &Stats) {
    let y = plot.y + HEIGHT + 42.0;
    page.text("forecast-today", (plot.x, y), Anchor::Start, Role::Small, "today");
    let mut x = plot.x;
    for ahead in (7..FORECAST_DAYS).step_by(7) {
        x += 7.0 * PITCH;
        page.upright(x, plot.y + HEIGHT, plot.y + HEIGHT + 12.0);
        if let Some(date) = figures::days_ahead(stats, ahead) {
            let text = date.format("%-d %b").to_string();
            page.text(&format!("forecast-{ahead}-date"), (x, y), Anchor::Start, Role::Small, &text);
        }
    }
}
