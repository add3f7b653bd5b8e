//! Help by task, and answers to what was not understood.

use super::{button, primary};
use crate::chat::screen::{Block, Item, Rich, Screen, Span};
use crate::chat::token::Token;

/// The tasks and the commands that do them.
const TASKS: [(&str, &[(&str, &str)]); 4] = [
    (
        "Study",
        &[
            ("/today", "today's task and what is due"),
            ("/review", "the cards of the day"),
            ("/quiz, /quiz 3", "10 multiple-choice questions"),
            ("/code, /code 3", "a coding prompt; send your Python, I run it"),
            ("/cards 3", "leaf through week 3"),
            ("/undo", "take back the last answer"),
            ("/stats", "your progress, in pictures and figures"),
        ],
    ),
    (
        "Follow the plan",
        &[
            ("/plan, /plan move 3", "the 12 weeks; moved by 3 days"),
            ("/week 3", "topics, days and resources of week 3"),
            ("/interview 2027-01-15", "the day of your interview; the bot prepares for it"),
            ("/done, /done 3.2", "today's plan day is done, or another; add a link to keep it"),
            ("/portfolio", "the links you delivered, by week"),
        ],
    ),
    (
        "Be reminded",
        &[
            ("/remind 07:30", "every day at that time; /remind 07:30 weekdays; /remind off"),
            ("/timezone Lisbon", "where you are; or share your location"),
            ("/pause 3, /resume", "no reminders for 3 days; the streak is kept"),
        ],
    ),
    (
        "Make it yours",
        &[
            ("/settings", "cards a day, day start, rating, formulas, plan start"),
            ("/cancel", "leave what is open"),
        ],
    ),
];

/// What the bot can do, by task.
#[must_use]
pub fn help() -> Screen {
    let mut blocks = vec![Block::heading("What I can do")];
    for (task, commands) in TASKS {
        blocks.push(Block::Paragraph(Rich(vec![Span::bold(task)])));
        let items = commands
            .iter()
            .map(|(command, does)| Item {
                blocks: vec![Block::paragraph(format!("{command}: {does}"))],
                checked: None,
            })
            .collect();
        blocks.push(Block::List { ordered: false, items });
    }
    blocks.push(Block::Details {
        summary: "How the schedule works".into(),
        blocks: vec![Block::paragraph(
            "After each answer you say how it went, and SM-2 computes when the card comes again: tomorrow, in 6 days, then ever later. What was not firm comes back at the end of the session until it is. The interval stands on each button.",
        )],
    });
    Screen { blocks, buttons: Vec::new() }.row([
        primary("Today", &Token::Today),
        button("Plan", &Token::Plan),
        button("Settings", &Token::Settings),
    ])
}

/// Words that are no command and no answer. `meant` is the nearest command.
#[must_use]
pub fn unknown(given: &str, meant: Option<&str>) -> Screen {
    let given = super::echo(given);
    let token = match meant {
        Some("today") => Some(Token::Today),
        Some("review") => Some(Token::Review),
        Some("quiz") => Some(Token::Quiz(None)),
        Some("code") => Some(Token::Code(None)),
        Some("stats") => Some(Token::Stats(None)),
        Some("plan" | "week" | "cards") => Some(Token::Plan),
        Some("portfolio") => Some(Token::Portfolio(None)),
        Some("settings" | "remind" | "timezone" | "interview") => Some(Token::Settings),
        _ => None,
    };
    let text = match meant {
        Some(meant) => format!("I don't know “{given}”. Did you mean /{meant}?"),
        None => format!("I don't know “{given}”. /today goes on, /help tells what I can do."),
    };
    let screen = Screen::line(text);
    match (meant, token) {
        (Some(meant), Some(token)) => {
            let mut label = meant.to_owned();
            label[..1].make_ascii_uppercase();
            screen.row([primary(label, &token), button("Help", &Token::Help)])
        }
        _ => screen.row([primary("Today", &Token::Today), button("Help", &Token::Help)]),
    }
}

/// `/undone`: how a plan day is opened again.
#[must_use]
pub fn undone(week: u8) -> Screen {
    Screen::line("A plan day that is done is opened again under “Mark days”: tap it there. /undo takes back an answer to a card.")
        .row([primary("Mark days", &Token::Days(week)), button("Today", &Token::Today)])
}

/// A text that is too long to be an answer to anything.
#[must_use]
pub fn too_long(characters: usize) -> Screen {
    Screen::line(format!(
        "That is a long message: {characters} characters. I read short answers and commands. /today goes on, /help tells what I can do."
    ))
    .row([primary("Today", &Token::Today), button("Help", &Token::Help)])
}

/// A message without words.
#[must_use]
pub fn empty() -> Screen {
    Screen::line("That message is empty. /today goes on, /help tells what I can do.")
        .row([primary("Today", &Token::Today), button("Help", &Token::Help)])
}

/// There is nothing to cancel.
#[must_use]
pub fn nothing_to_cancel() -> Screen {
    Screen::line("Nothing is open.").row([primary("Today", &Token::Today)])
}

/// A question was left; what it would have changed stays.
#[must_use]
pub fn cancelled() -> Screen {
    Screen::line("Left as it was.")
        .row([primary("Today", &Token::Today), button("Settings", &Token::Settings)])
}
