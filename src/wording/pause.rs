//! Pauses: days without reminders on which the streak is kept.

use super::{button, echo, primary};
use crate::chat::screen::{Button, Screen};
use crate::chat::token::Token;

/// When a pause ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Until {
    /// On this day the reminders come again: "Tue 5 Jan".
    Date(String),
    /// When the learner resumes.
    Resumed,
}

impl Until {
    /// "Paused until Tue 5 Jan".
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Date(date) => format!("Paused until {date}"),
            Self::Resumed => "Paused until you resume".to_owned(),
        }
    }
}

fn lengths() -> [Button; 3] {
    [
        button("3 days", &Token::Pause(Some(3))),
        button("7 days", &Token::Pause(Some(7))),
        button("Open end", &Token::Pause(None)),
    ]
}

const MEANWHILE: &str = "No reminders meanwhile, and the streak is kept. You may study all the same; that does not end the pause.";

/// `/pause` alone: for how long?
#[must_use]
pub fn choose() -> Screen {
    Screen::line(format!("A pause from today on: for how long? {MEANWHILE}"))
        .row(lengths())
        .row([primary("No pause", &Token::Today)])
}

/// `/pause` alone, while one is on.
#[must_use]
pub fn choose_longer(until: &Until) -> Screen {
    let text = format!("{}. A new length counts from today and can only make it longer.", until.words());
    Screen::line(text).row([primary("Resume", &Token::Resume), button("Today", &Token::Today)]).row(lengths())
}

/// The pause is on.
#[must_use]
pub fn begun(until: &Until, next: Option<&str>) -> Screen {
    let after = match (until, next) {
        (Until::Date(_), Some(next)) => format!(" The next reminder comes {next}; /resume ends it sooner."),
        (Until::Date(_), None) => " /resume ends it sooner.".to_owned(),
        (Until::Resumed, _) => String::new(),
    };
    Screen::line(format!("{}. {MEANWHILE}{after}", until.words()))
        .row([primary("Today", &Token::Today), button("Resume", &Token::Resume)])
}

/// The pause was that long already.
#[must_use]
pub fn no_longer(until: &Until) -> Screen {
    Screen::line(format!("{} already, and it stays so. To end it sooner: /resume.", until.words()))
        .row([primary("Today", &Token::Today), button("Resume", &Token::Resume)])
}

/// The pause is over.
#[must_use]
pub fn ended(next: Option<&str>) -> Screen {
    let next = next.map_or(String::new(), |next| format!(" Next reminder: {next}."));
    Screen::line(format!("The pause is over. Today counts for the streak again.{next}"))
        .row([primary("Today", &Token::Today), button("Settings", &Token::Settings)])
}

/// `/resume` without a pause.
#[must_use]
pub fn none(next: Option<&str>) -> Screen {
    let next = next.map_or(String::new(), |next| format!(" Next reminder: {next}."));
    Screen::line(format!("There is no pause to end.{next}"))
        .row([primary("Today", &Token::Today), button("Pause for 3 days", &Token::Pause(Some(3)))])
}

/// A length that cannot be.
#[must_use]
pub fn wrong(given: &str, until: Option<&Until>) -> Screen {
    let stays =
        until.map_or("There is no pause.".to_owned(), |until| format!("{} as before.", until.words()));
    let text = format!(
        "“{}” is no length from 1 to 365 days. Send for example /pause 3, /pause 2 weeks or /pause until friday, or /pause alone to choose. {stays}",
        echo(given)
    );
    let resume = until.map(|_| button("Resume", &Token::Resume));
    Screen::line(text).row(lengths()).row(std::iter::once(primary("Today", &Token::Today)).chain(resume))
}

/// Short answers to taps.
pub mod toast {
    use super::Until;

    /// A reminder cannot be put off into a pause.
    #[must_use]
    pub fn no_snooze(until: &Until) -> String {
        format!("{}: nothing comes before.", until.words())
    }

    /// The pause is on.
    #[must_use]
    pub fn begun(until: &Until) -> String {
        format!("{}.", until.words())
    }

    /// The pause is over.
    pub const ENDED: &str = "The pause is over.";
    /// There was none.
    pub const NONE: &str = "There is no pause.";
}
