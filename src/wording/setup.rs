//! The first three questions.

use super::settings::before_day_start;
use super::{button, clock_time, primary};
use crate::chat::screen::{Block, Button, Screen};
use crate::chat::token::{Question, Setting, Token};
use crate::study::calendar::Weekdays;

/// Time zones that most learners pick from; any other is typed.
pub const ZONES: [(&str, &str); 6] = [
    ("London", "Europe/London"),
    ("New York", "America/New_York"),
    ("Los Angeles", "America/Los_Angeles"),
    ("India", "Asia/Kolkata"),
    ("Singapore", "Asia/Singapore"),
    ("Berlin", "Europe/Berlin"),
];

/// Reminder times offered, in minutes after midnight.
pub const TIMES: [u16; 4] = [7 * 60 + 30, 9 * 60, 12 * 60 + 30, 19 * 60];

/// The first question. `guess` comes from the language of the learner's app.
#[must_use]
pub fn zone(name: &str, guess: &str) -> Screen {
    let set = |zone: &str| Token::Setup(Setting::Zone(zone.to_owned()));
    let others: Vec<Button> = ZONES
        .iter()
        .filter(|(_, zone)| *zone != guess)
        .map(|(label, zone)| button(*label, &set(zone)))
        .collect();
    let mut screen = Screen {
        blocks: vec![
            Block::heading(format!("Welcome to Liftoff, {name}")),
            Block::paragraph(
                "Twelve weeks to your ML/AI internship interview: a task a day, and cards that come back just before you would forget them. Three short questions first; each can be skipped.",
            ),
            Block::paragraph(
                "1 of 3 · Where are you? Tap a place, send your city, for example Lisbon, or share your location.",
            ),
        ],
        buttons: Vec::new(),
    };
    let first = [primary(place(guess), &set(guess))].into_iter().chain(others.iter().take(2).cloned());
    screen = screen.row(first).row(others.iter().skip(2).take(3).cloned());
    screen.row([button(format!("Skip: {}", place(guess)), &Token::SkipSetup(Question::Zone))])
}

/// A zone's city: "New York" of "America/New_York".
#[must_use]
pub fn place(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

/// The second question.
#[must_use]
pub fn reminder(zone: &str, local_time: &str) -> Screen {
    let set = |minutes| Token::Setup(Setting::Reminder(minutes));
    Screen {
        blocks: vec![
            Block::paragraph(format!("Time zone: {zone}, where it is {local_time}.")),
            Block::paragraph(
                "2 of 3 · When shall I remind you each day? Tap a time, or send one like 06:45.",
            ),
        ],
        buttons: Vec::new(),
    }
    .row(TIMES[..2].iter().map(|time| button(clock_time(*time), &set(Some(*time)))))
    .row(TIMES[2..].iter().map(|time| button(clock_time(*time), &set(Some(*time)))))
    .row([button("No reminder", &set(None)), button("Skip: 09:00", &Token::SkipSetup(Question::Reminder))])
}

/// The third question. `today` and `monday` are dates with their words.
#[must_use]
pub fn start(reminder: &str, today: chrono::NaiveDate, monday: (chrono::NaiveDate, &str)) -> Screen {
    let set = |date| Token::Setup(Setting::Start(date));
    let mut row = vec![primary("Today", &set(today))];
    if monday.0 != today {
        row.push(button(monday.1, &set(monday.0)));
    }
    Screen {
        blocks: vec![
            Block::paragraph(reminder),
            Block::paragraph(
                "3 of 3 · When does week 1 begin? Tap a day, or send a date like 2027-01-04. You may study any week at any time.",
            ),
        ],
        buttons: Vec::new(),
    }
    .row(row)
    .row([button("Skip: today", &Token::SkipSetup(Question::Start))])
}

/// The reminder, as the third question tells it.
#[must_use]
pub fn reminder_is(reminder: Option<u16>, days: Weekdays, day_start: u16) -> String {
    let Some(time) = reminder else { return "No reminder.".to_owned() };
    let before = before_day_start(reminder, day_start);
    format!("Reminder {} at {}.{before}", days.name(), clock_time(time))
}

/// The questions are over because the learner did something else; plan and reminder are these.
#[must_use]
pub fn taken(zone: &str, reminder: Option<u16>, days: Weekdays) -> Screen {
    let reminder = match reminder {
        None => "no reminder".to_owned(),
        Some(time) if days == Weekdays::ALL => clock_time(time),
        Some(time) => format!("{} {}", clock_time(time), days.name()),
    };
    Screen::line(format!("I took {zone}, {reminder} and a start today. /settings changes it."))
}

/// Short answers to taps.
pub mod toast {
    /// All questions are over.
    pub const OVER: &str = "The questions are over. /settings changes it.";
    /// The question was answered before.
    pub const ANSWERED: &str = "That question was already answered. /settings changes it.";
}

/// The last question is answered; the plan starts in so many days, or started before today.
#[must_use]
pub fn ready(start: &str, ahead: i64) -> Screen {
    let start = match ahead {
        0 => "Your plan begins today.".to_owned(),
        1.. => format!("Your plan begins {start}."),
        _ => format!("Your plan began {start}."),
    };
    Screen {
        blocks: vec![
            Block::heading("Ready for launch"),
            Block::paragraph(start),
            Block::paragraph("/help tells what I can do, /settings changes what you just chose."),
        ],
        buttons: Vec::new(),
    }
}
