//! Moving the plan: what lies ahead comes earlier or later, what is done stays done.

use super::{button, count, primary};
use crate::chat::screen::{Block, Screen};
use crate::chat::token::Token;

/// The steps that a tap offers, in days later.
const STEPS: [i16; 5] = [1, 2, 3, 7, -1];

/// Where a plan stands before or after it was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Where {
    /// What today is in it.
    pub today: Today,
    /// The study day of its day 1.
    pub start: i32,
    /// "Sun 29 Mar", its last day.
    pub end: String,
    /// Its last day is past.
    pub over: bool,
}

/// What today is in a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Today {
    /// It begins on this date.
    Before(String),
    /// A day of it.
    Day {
        /// The week.
        week: u8,
        /// Its day, 1-7.
        day: u8,
        /// The day's title.
        title: String,
    },
    /// It is over.
    After,
}

impl Where {
    fn says(&self) -> String {
        let end = if self.over { "ended" } else { "ends" };
        match &self.today {
            Today::Before(date) => format!("It begins {date} and {end} {}.", self.end),
            Today::Day { week, day, title } => {
                format!("Today is week {week}, day {day}: {title}. The plan {end} {}.", self.end)
            }
            Today::After => format!("Its 84 days {end} {}.", self.end),
        }
    }
}

/// "3 days later", "1 day earlier".
fn step(days: i16) -> String {
    let way = if days < 0 { "earlier" } else { "later" };
    format!("{} {way}", count(i64::from(days).abs(), "day"))
}

/// The choices.
#[must_use]
pub fn choices(now: &Where) -> Screen {
    let screen = Screen {
        blocks: vec![
            Block::heading("Move the plan"),
            Block::paragraph(now.says()),
            Block::paragraph(
                "What lies ahead moves; what is done stays done. Tap, or send for example /plan move 5 or /plan move -2.",
            ),
        ],
        buttons: Vec::new(),
    };
    let to = |days: i16| button(step(days), &Token::Move { from: now.start, days });
    let (first, second) = STEPS.split_at(3);
    screen
        .row(first.iter().copied().map(to))
        .row(second.iter().copied().map(to))
        .row([button("Back to the plan", &Token::Plan)])
}

/// The plan was moved.
#[must_use]
pub fn moved(days: i16, now: &Where) -> Screen {
    Screen::line(format!("The plan is moved: {}. {}", step(days), now.says()))
        .block(Block::paragraph("What you have done stays done."))
        .row([primary("Today", &Token::Today), button("Plan", &Token::Plan)])
        .row([
            button("Move it back", &Token::Move { from: now.start, days: -days }),
            button("Move again", &Token::Moves),
        ])
}

/// `/plan move` with something that is no number of days.
#[must_use]
pub fn not_days(given: &str, now: &Where) -> Screen {
    Screen::line(format!(
        "“{}” is not a number of days. Send for example /plan move 3 for three days later, or /plan move -2 for two days earlier. Nothing was moved. {}",
        super::echo(given),
        now.says()
    ))
    .row([primary("Choose", &Token::Moves), button("Plan", &Token::Plan)])
}

/// `/plan move 0`.
#[must_use]
pub fn no_move(now: &Where) -> Screen {
    Screen::line(format!(
        "A move takes at least one day: /plan move 1 for a day later, /plan move -1 for a day earlier. Nothing was moved. {}",
        now.says()
    ))
    .row([primary("Choose", &Token::Moves), button("Plan", &Token::Plan)])
}

/// A move out of the bounds of a start date.
#[must_use]
pub fn too_far(now: &Where) -> Screen {
    Screen::line(format!(
        "That is too far: day 1 of the plan has to stay within two years of today. Nothing was moved. {}",
        now.says()
    ))
    .row([primary("Choose", &Token::Moves), button("Plan", &Token::Plan)])
}

/// Words behind `/plan` that it does not know; `meant` is how far to move, when they look like "move".
#[must_use]
pub fn unknown(given: &str, meant: Option<&str>) -> Screen {
    let given = super::echo(given);
    let (plan, choose) = (button("Plan", &Token::Plan), button("Move the plan", &Token::Moves));
    match meant {
        Some(far) => {
            Screen::line(format!("I don't know /plan “{given}”. Did you mean /plan move {far}? Nothing was moved."))
                .row([primary("Move the plan", &Token::Moves), plan])
        }
        None => Screen::line(format!(
            "I don't know /plan “{given}”. /plan alone shows the 12 weeks, /plan 3 opens week 3, /plan move 3 moves the plan by 3 days."
        ))
        .row([primary("Plan", &Token::Plan), choose]),
    }
}

/// Short answers to taps.
pub mod toast {
    /// The tap was repeated.
    pub const ALREADY: &str = "It is moved already.";
    /// The plan was moved by something else since.
    pub const ELSEWHERE: &str = "The plan begins on another day by now. Nothing was moved.";
    /// The plan cannot begin there.
    pub const TOO_FAR: &str = "That is too far: day 1 has to stay within two years of today.";
}
