//! The week's report, below the daily reminder.

use super::count;
use crate::chat::screen::{Block, Item, Rich, Span};
use crate::study::report::Figures;

/// The figures of a week and of the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The plan week, when the plan runs.
    pub week: Option<u8>,
    /// "Sat 10 Jan", the last of the seven days, when it is not yesterday.
    pub until: Option<String>,
    /// Plan days done of the week's seven, or days studied of the last seven.
    pub days: u32,
    /// The reviews.
    pub figures: Figures,
    /// Length of the streak in days.
    pub streak: u32,
    /// The week before, for a learner who was there.
    pub before: Option<Before>,
}

/// What is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// Plan days done, or days studied; none in week 1 of a plan.
    pub days: Option<u32>,
    /// The reviews.
    pub figures: Figures,
    /// Length of the streak a week ago.
    pub streak: u32,
}

/// The report's blocks.
#[must_use]
pub fn report(report: &Report) -> Vec<Block> {
    let before = report.before;
    let line = |name: &str, now: String, before: Option<String>| {
        let before = before.map_or(String::new(), |before| format!(" ({before} the week before)"));
        let text = vec![Span::Text(format!("{name}: ")), Span::bold(now), Span::Text(before)];
        Item { blocks: vec![Block::Paragraph(Rich(text))], checked: None }
    };
    let seven = match &report.until {
        Some(until) => format!("seven days until {until}"),
        None => "the last seven days".to_owned(),
    };
    let (title, days) = match report.week {
        Some(week) => (format!("Week {week} · {seven}"), format!("Plan days of week {week} done")),
        None => (format!("Your week: {seven}"), "Days studied".to_owned()),
    };
    let share = |figures: Figures| figures.share().map(|share| format!("{share} %"));
    let recalled = share(report.figures)
        .map(|share| format!("{share} of {}", count(report.figures.due, "due card")))
        .unwrap_or_else(|| "no due card was asked".to_owned());
    let items = vec![
        line(
            &days,
            format!("{} of 7", report.days),
            before.and_then(|before| before.days).map(|days| days.to_string()),
        ),
        line("Reviews", report.figures.reviews.to_string(), before.map(|b| b.figures.reviews.to_string())),
        line("Recalled", recalled, before.and_then(|before| share(before.figures))),
        line("New cards met", report.figures.new.to_string(), before.map(|b| b.figures.new.to_string())),
        line("Streak", count(report.streak, "day"), before.map(|b| b.streak.to_string())),
    ];
    vec![
        Block::Divider,
        Block::Paragraph(Rich(vec![Span::bold(title)])),
        Block::List { ordered: false, items },
    ]
}
