//! A learner's progress in words, below the pictures.

use super::{button, primary};
use crate::chat::screen::{Block, Item, Rich, Screen, Span};
use crate::chat::token::Token;

/// What the screen tells.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    /// A title and a line each.
    pub lines: &'a [(&'static str, String)],
    /// Cards due on each of the next seven days; empty if there are none.
    pub days: &'a str,
    /// A line for each week that has figures.
    pub weeks: &'a [String],
    /// What the readiness is computed with.
    pub model: &'a str,
    /// What that assumes, in sentences.
    pub assumes: &'a str,
    /// Cards that a review session would ask now.
    pub waiting: usize,
    /// The pictures are dark.
    pub dark: bool,
}

/// The figures in words.
#[must_use]
pub fn stats(shown: &Shown<'_>) -> Screen {
    let mut screen = Screen::default().block(Block::heading("Your progress"));
    for (title, line) in shown.lines {
        let text = Rich(vec![Span::bold(*title), Span::Text(format!(": {line}"))]);
        screen = screen.block(Block::Paragraph(text));
    }
    if !shown.weeks.is_empty() {
        let mut blocks = Vec::new();
        if !shown.days.is_empty() {
            blocks.push(Block::paragraph(format!("Due in the next 7 days, from today on: {}", shown.days)));
        }
        let item = |week: &String| Item { blocks: vec![Block::paragraph(week.as_str())], checked: None };
        blocks.push(Block::List { ordered: false, items: shown.weeks.iter().map(item).collect() });
        screen = screen.block(Block::Details { summary: "Week by week".into(), blocks });
    }
    let footer = format!("Readiness is a forecast. Model: {}. {}", shown.model, shown.assumes);
    let screen = screen.block(Block::footer(footer));
    let pictures = if shown.dark { "Light" } else { "Dark" };
    let switch = button(pictures, &Token::Stats(Some(!shown.dark)));
    if shown.waiting > 0 {
        let review = primary(format!("Review {}", shown.waiting), &Token::Review);
        screen.row([review, button("Today", &Token::Today), switch])
    } else {
        screen.row([primary("Today", &Token::Today), switch])
    }
}

/// Short answers to taps.
pub mod toast {
    /// They were sent this moment.
    pub const BELOW: &str = "Your progress is below.";
    /// The pictures are as wanted already.
    pub const ALREADY: &str = "The pictures are so already. /stats shows them again.";
}
