//! The three panels with a bar for each week of the plan.

use super::figures::{self, FEW, NONE};
use super::page::{CONTENT, MARGIN, Page, Role};
use super::svg::{Anchor, Area, Paint};
use super::{Stats, WEEKS};

/// A week's share of the width, its bar's part of that, and the bars' height.
const PITCH: f64 = CONTENT / 12.0;
const BAR: f64 = 50.0;
const HEIGHT: f64 = 112.0;

/// The least that is drawn of a share above zero.
const LEAST: f64 = 6.0;

/// A part of a week's bar, drawn from the bottom.
struct Part {
    /// What it shows; part of its id.
    name: &'static str,
    /// Of the whole bar, 0.0 to 1.0.
    share: f64,
    paint: Paint,
}

/// A week's bar and the figure above it.
struct Week {
    figure: String,
    parts: Vec<Part>,
}

/// The page's next panel: what was recalled when it was due. A week with few answers is drawn hollow.
pub(super) fn retention(page: &mut Page, stats: &Stats) {
    if !begin(page, "retention", "Retention by week", figures::retention_line(stats), figures::NO_RETENTION) {
        return;
    }
    let accent = page.palette.accent();
    let weeks = stats.retention.map(|answers| {
        let share = figures::recalled(answers);
        let paint = if answers.asked < FEW { Paint::Outline(accent) } else { Paint::Fill(accent) };
        Week {
            figure: figures::hundredths(share),
            parts: part("recalled", share, paint).into_iter().collect(),
        }
    });
    draw(page, "retention", &weeks);
    if stats.retention.iter().any(|answers| (1..FEW).contains(&answers.asked)) {
        page.y += 52.0;
        let text = format!("fewer than {FEW} answers, so take it lightly");
        page.sample("retention-few", MARGIN, Paint::Outline(accent), &text);
    }
}

/// The page's next panel: cards met and cards firm.
pub(super) fn progress(page: &mut Page, stats: &Stats) {
    let cards = figures::cards(stats);
    if !begin(page, "progress", "Progress by week", figures::progress_line(cards), figures::NO_PROGRESS) {
        return;
    }
    let met = Paint::Fill(page.palette.soft());
    let firm = Paint::Fill(page.palette.strong());
    let weeks = stats.progress.map(|week| {
        let week = week.limited();
        let share = |part: u32| figures::share(part.into(), week.cards.into());
        Week {
            figure: figures::hundredths(share(week.met)),
            parts: part("met", share(week.met), met)
                .into_iter()
                .chain(part("firm", share(week.firm), firm))
                .collect(),
        }
    });
    draw(page, "progress", &weeks);
    page.y += 52.0;
    let rest = Paint::Fill(page.palette.empty());
    for (column, paint, name, count) in
        [(0.0, firm, "firm", cards.firm), (1.0, met, "met", cards.met), (2.0, rest, "all", cards.all)]
    {
        let meaning = if name == "all" { "cards in all" } else { name };
        let text = format!("{} {meaning}", figures::count(count));
        page.sample(&format!("cards-{name}"), MARGIN + 4.0 * PITCH * column, paint, &text);
    }
}

/// The page's next panel: what the learner would recall on the day.
pub(super) fn readiness(page: &mut Page, stats: &Stats) {
    if !begin(page, "readiness", "Readiness by week", figures::readiness_line(stats), figures::NO_READINESS) {
        return;
    }
    let accent = Paint::Fill(page.palette.accent());
    let weeks = stats.readiness.weeks.map(|share| Week {
        figure: figures::hundredths(Some(share)),
        parts: part("share", figures::clean(share), accent).into_iter().collect(),
    });
    draw(page, "readiness", &weeks);
}

/// Begins a panel of percentages with its figures in a line. Without figures it says `none`, and no bars follow.
fn begin(page: &mut Page, id: &str, title: &str, line: Option<String>, none: &str) -> bool {
    match &line {
        Some(line) => page.panel(id, &format!("{title}, %"), line),
        None => page.panel(id, title, none),
    }
    line.is_some()
}

/// A part of a bar, unless there is nothing to draw.
fn part(name: &'static str, share: Option<f64>, paint: Paint) -> Option<Part> {
    share.filter(|share| *share > 0.0).map(|share| Part { name, share, paint })
}

/// The bars below the panel's head, with their figures above and the weeks' numbers below.
fn draw(page: &mut Page, id: &str, weeks: &[Week; WEEKS]) {
    let figures = page.y + 62.0;
    let top = figures + 16.0;
    let numbers = top + HEIGHT + 40.0;
    let mut middle = MARGIN + PITCH / 2.0;
    for (week, number) in weeks.iter().zip(1..) {
        let area = Area { x: middle - BAR / 2.0, y: top, width: BAR, height: HEIGHT };
        page.rect(&format!("{id}-{number}-whole"), area, 8.0, Paint::Fill(page.palette.empty()));
        for part in &week.parts {
            let area = area.lower(part.share, LEAST);
            page.rect(&format!("{id}-{number}-{}", part.name), area, 8.0, part.paint);
        }
        // What isn't there should not call for attention.
        let role = if [NONE, "0"].contains(&week.figure.as_str()) { Role::Small } else { Role::Value };
        page.text(&format!("{id}-{number}"), (middle, figures), Anchor::Middle, role, &week.figure);
        page.text(
            &format!("{id}-{number}-week"),
            (middle, numbers),
            Anchor::Middle,
            Role::Small,
            &number.to_string(),
        );
        middle += PITCH;
    }
    page.y = numbers;
}
