//! The end of a checkpoint: a score, what was weakest, what of the week is open.

use super::{button, count, primary};
use crate::chat::screen::{Block, Item, Rich, Screen, Span};
use crate::chat::token::Token;

/// What a checkpoint came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Result<'a> {
    /// The week.
    pub week: u8,
    /// Answers that were right.
    pub right: usize,
    /// Questions that were answered.
    pub asked: usize,
    /// Questions that were left open when it was ended.
    pub left: usize,
    /// The date and the score of the one before over the same week.
    pub before: Option<(String, usize, usize)>,
    /// The weakest cards of the week, the weakest first.
    pub weakest: Vec<Weak<'a>>,
    /// Days of the week that are not done.
    pub days: Vec<u8>,
    /// Cards that were never asked.
    pub unmet: usize,
    /// Coding prompts that were never passed.
    pub unpassed: usize,
}

/// A card that is weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weak<'a> {
    /// What it is about.
    pub concept: &'a str,
    /// "choice", as its kind is called.
    pub kind: &'a str,
    /// Its day of the week.
    pub day: u8,
    /// Its place in the week's cards, to leaf to it.
    pub index: u16,
    /// Why it stands here.
    pub why: Why,
}

/// Why a card is weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The answer in this checkpoint was wrong.
    WrongNow,
    /// The answer in this checkpoint came hard.
    HardNow,
    /// The last answer before was wrong.
    Wrong,
    /// It was forgotten so often.
    Forgotten(u32),
    /// It was hard before.
    Hard,
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// How the score compares with the one before, once all questions are answered or skipped.
fn compared(result: &Result<'_>) -> Option<String> {
    let (date, right, asked) = result.before.as_ref()?;
    if result.left > 0 {
        return Some(format!("Last time, {date}, it was {right} of {asked}."));
    }
    let (now, then) = (result.right * asked, right * result.asked);
    let says = match now.cmp(&then) {
        std::cmp::Ordering::Greater => "more",
        std::cmp::Ordering::Equal => "as much",
        std::cmp::Ordering::Less => "less",
    };
    Some(format!("Last time, {date}, it was {right} of {asked}; now it is {says}."))
}

fn weak(weak: &Weak<'_>) -> Item {
    let why = match weak.why {
        Why::WrongNow => "wrong now".to_owned(),
        Why::HardNow => "hard now".to_owned(),
        Why::Wrong => "wrong last time".to_owned(),
        Why::Forgotten(times) => format!("forgotten {}", count(times, "time")),
        Why::Hard => "was hard".to_owned(),
    };
    let line =
        vec![Span::bold(weak.concept), Span::Text(format!(" · {}, day {} · {why}", weak.kind, weak.day))];
    Item { blocks: vec![Block::Paragraph(Rich(line))], checked: None }
}

/// What of the week is not done yet.
fn open(result: &Result<'_>) -> String {
    let mut parts = Vec::new();
    if !result.days.is_empty() {
        let days: Vec<String> = result.days.iter().map(u8::to_string).collect();
        parts.push(format!("{} {}", if days.len() == 1 { "day" } else { "days" }, days.join(", ")));
    }
    if result.unmet > 0 {
        parts.push(format!("{} not met", count(number(result.unmet), "card")));
    }
    if result.unpassed > 0 {
        parts.push(format!("{} not passed", count(number(result.unpassed), "coding prompt")));
    }
    if parts.is_empty() {
        return format!("Nothing of week {} is open.", result.week);
    }
    format!("Still open: {}.", parts.join(" · "))
}

/// The summary.
#[must_use]
pub fn result(result: &Result<'_>) -> Screen {
    let week = result.week;
    let score =
        if result.asked == 0 { "ended".to_owned() } else { format!("{} of {}", result.right, result.asked) };
    let mut blocks = vec![Block::heading(format!("Checkpoint · week {week}: {score}"))];
    if result.asked == 0 {
        blocks.push(Block::paragraph("No question was answered."));
    } else {
        blocks.extend(compared(result).map(Block::paragraph));
    }
    if result.left > 0 {
        blocks.push(Block::paragraph(format!("{} left open.", count(number(result.left), "question"))));
    }
    if !result.weakest.is_empty() {
        blocks.push(Block::paragraph("Weakest cards of the week:"));
        let items = result.weakest.iter().map(weak).collect();
        blocks.push(Block::List { ordered: true, items });
    } else if result.asked > 0 {
        blocks.push(Block::paragraph("No card of the week stands out as weak."));
    }
    blocks.push(Block::paragraph(open(result)));
    let first = if result.unmet > 0 {
        primary("Study", &Token::Study(week))
    } else if result.unpassed > 0 {
        primary("Code", &Token::Code(Some(week)))
    } else {
        primary(format!("Week {week}"), &Token::Week(week))
    };
    let mut row = vec![first];
    if !result.days.is_empty() {
        row.push(button("Mark days", &Token::Days(week)));
    }
    row.push(button("Today", &Token::Today));
    let leaf = |(card, place): (&Weak<'_>, usize)| {
        button(format!("Look at {place}"), &Token::Leaf { week, index: card.index, back: false })
    };
    let looks: Vec<_> = result.weakest.iter().zip(1..).map(leaf).collect();
    looks
        .chunks(3)
        .fold(Screen { blocks, buttons: Vec::new() }.row(row), |screen, row| screen.row(row.iter().cloned()))
}
