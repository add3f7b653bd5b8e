//! The end of a session: what it came to, and where to go when there is nothing to ask.

use super::{button, count, primary};
use crate::chat::markdown;
use crate::chat::screen::{Block, Item, Rich, Screen, Span};
use crate::chat::token::Token;
use crate::study::card::Card;

/// What a session came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Cards answered, without the drill.
    pub answered: usize,
    /// Cards that needed no drill.
    pub at_once: usize,
    /// Cards that went through the drill.
    pub drilled: usize,
    /// Cards that became a leech.
    pub leeches: u32,
    /// Minutes spent.
    pub minutes: i64,
    /// The concepts that were weakest.
    pub weakest: Vec<String>,
    /// Cards due on the next study day.
    pub tomorrow: usize,
    /// Cards still open when it was ended.
    pub left: usize,
}

/// The summary of a review session.
#[must_use]
pub fn review_summary(summary: &Summary) -> Screen {
    let mut blocks = Vec::new();
    if summary.answered == 0 && summary.drilled == 0 {
        blocks.push(Block::heading("Session ended"));
        blocks.push(Block::paragraph("No card was answered. What is due stays due."));
    } else {
        blocks.push(Block::heading(format!(
            "Done: {} in {}",
            count(summary.answered.max(summary.drilled) as i64, "card"),
            minutes(summary.minutes)
        )));
        let mut line = format!("{} recalled at once", summary.at_once);
        if summary.drilled > 0 {
            line += &format!(" · {} in the drill", summary.drilled);
        }
        match summary.leeches {
            0 => {}
            1 => line += " · 1 new leech",
            leeches => line += &format!(" · {leeches} new leeches"),
        }
        blocks.push(Block::paragraph(line));
        if !summary.weakest.is_empty() {
            blocks.push(Block::paragraph(format!("Weakest today: {}", summary.weakest.join(" · "))));
        }
        if summary.left > 0 {
            blocks.push(Block::paragraph(format!("{} left for later.", count(summary.left as i64, "card"))));
        }
    }
    blocks.push(Block::paragraph(format!("Tomorrow: {} due", summary.tomorrow)));
    let screen = Screen { blocks, buttons: Vec::new() };
    let today = button("Today", &Token::Today);
    if summary.left > 0 {
        screen.row([primary("Go on", &Token::Review), today])
    } else {
        screen.row([primary("Quiz", &Token::Quiz(None)), today])
    }
}

fn minutes(minutes: i64) -> String {
    if minutes < 1 { "under a minute".to_owned() } else { format!("{minutes} min") }
}

/// The summary of a quiz.
#[must_use]
pub fn quiz_summary(week: Option<u8>, right: usize, asked: usize, missed: &[(&Card, u8)]) -> Screen {
    let of = week.map_or(String::new(), |week| format!(" · week {week}"));
    let result = if asked == 0 { "ended".to_owned() } else { format!("{right} of {asked}") };
    let mut blocks = vec![Block::heading(format!("Quiz{of}: {result}"))];
    if asked == 0 {
        blocks.push(Block::paragraph("No question was answered."));
    } else if missed.is_empty() {
        blocks.push(Block::paragraph("Every answer was right."));
    } else {
        blocks.push(Block::paragraph("To look at again:"));
        // A quiz over one week has said which.
        let of_week = |number: u8| week.is_none().then(|| Span::Text(format!("Week {number}: ")));
        let items = missed
            .iter()
            .map(|(card, card_week)| Item {
                blocks: vec![Block::Paragraph(Rich(
                    of_week(*card_week).into_iter().chain(markdown::inline(&card.front.joined()).0).collect(),
                ))],
                checked: None,
            })
            .collect();
        blocks.push(Block::List { ordered: false, items });
    }
    Screen { blocks, buttons: Vec::new() }
        .row([primary("Review", &Token::Review), button("Another quiz", &Token::Quiz(week))])
        .row([button("Today", &Token::Today)])
}

/// Nothing is due, and where to go instead. `begins` is when the plan does, if it has not.
#[must_use]
pub fn nothing_to_review(
    week: Option<u8>,
    tomorrow: usize,
    limit_reached: bool,
    next_week: Option<u8>,
    begins: Option<&str>,
) -> Screen {
    let scope = week.map_or(String::new(), |week| format!(" in week {week}"));
    let why = if limit_reached {
        format!("Nothing more{scope} today: your limit for the day is reached. /settings has it.")
    } else {
        format!("Nothing is due{scope}, and no new card is left for today.")
    };
    let ahead = next_week.map(|next| button(format!("Study week {next}"), &Token::Study(next)));
    if let Some(date) = begins {
        return Screen::line(format!(
            "Nothing is due: your plan begins {date}. Any week can be opened before."
        ))
        .row([primary("Plan", &Token::Plan), button("Today", &Token::Today)])
        .row(ahead);
    }
    Screen::line(why)
        .block(Block::paragraph(format!("Tomorrow: {tomorrow} due")))
        .row([primary("Quiz", &Token::Quiz(week)), button("Today", &Token::Today)])
        .row(ahead)
}

/// A quiz without questions.
#[must_use]
pub fn no_quiz(week: Option<u8>, begun: bool) -> Screen {
    if let Some(week) = week {
        return Screen::line(format!(
            "Week {week} has no multiple-choice question to ask now. Its checkpoint asks the other cards too."
        ))
        .row([primary("Checkpoint", &Token::Checkpoint(week)), button("Plan", &Token::Plan)]);
    }
    if begun {
        return Screen::line("There is no multiple-choice question to ask now.")
            .row([primary("Review", &Token::Review), button("Plan", &Token::Plan)]);
    }
    Screen::line("The plan has not begun, so there is nothing to ask yet. Pick a week to try its quiz.")
        .row([primary("Week 1 quiz", &Token::Quiz(Some(1))), button("Plan", &Token::Plan)])
}
