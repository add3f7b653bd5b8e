//! A shared location.

use super::{button, primary};
use crate::chat::screen::Screen;
use crate::chat::token::{Token, Topic};

/// The zone of a place, with the time there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// IANA name.
    pub zone: String,
    /// "14:05".
    pub time: String,
    /// Hours ahead of UTC, on the open sea.
    pub at_sea: Option<i32>,
}

impl Shown {
    fn words(&self) -> String {
        let zone = match self.at_sea {
            None => self.zone.clone(),
            Some(hours) => {
                let sign = if hours < 0 { '−' } else { '+' };
                format!("that of ships at sea, UTC{sign}{} ({})", hours.abs(), self.zone)
            }
        };
        format!("Time zone: {zone}, where it is {}.", self.time)
    }
}

/// The time zone is set.
#[must_use]
pub fn set(shown: &Shown, next: Option<&str>) -> Screen {
    let next = next.map_or(String::new(), |next| format!(" Next reminder: {next}."));
    Screen::line(format!("{}{next} The place itself is not kept.", shown.words()))
        .row([primary("Today", &Token::Today), button("Change", &Token::Choose(Topic::Zone))])
}

/// The same among the first questions, of which the next follows.
#[must_use]
pub fn set_in_setup(shown: &Shown) -> Screen {
    Screen::line(format!("{} The place itself is not kept.", shown.words()))
}

/// A place without a zone that is known.
#[must_use]
pub fn unknown(zone: &str, setup: bool) -> Screen {
    let screen = Screen::line(format!(
        "I know no time zone for that place. Send your city or a name like Europe/Lisbon. Your time zone stays {zone}."
    ));
    if setup {
        // The question above is still open, with its own buttons.
        return screen;
    }
    screen.row([primary("Choose", &Token::Choose(Topic::Zone)), button("Today", &Token::Today)])
}
