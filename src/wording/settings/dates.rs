//! Dates that cannot be, and what is wrong with them.

use chrono::NaiveDate;

/// What is wrong with a date. Where days could be meant, they come with their words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrongDate {
    /// Not understood.
    NotADate,
    /// The calendar has no such day.
    NoSuchDay,
    /// A year of two digits.
    ShortYear,
    /// The date falls on another day of the week than was typed.
    Weekday {
        /// "20 Jan 2026".
        date: String,
        /// "Tuesday".
        day: String,
        /// The date, if it can be set.
        offered: Vec<(NaiveDate, String)>,
    },
    /// Day and month either way round, and those that can be set.
    Either([String; 2], Vec<(NaiveDate, String)>),
    /// Before today, where only what comes counts.
    Past(String),
    /// Over two years ago.
    TooLongAgo(String),
    /// Over two years away.
    TooFar(String),
}

impl WrongDate {
    /// What is wrong, and what to send if an example would not say it. `given` is what was typed.
    pub(super) fn words(&self, given: &str) -> String {
        match self {
            Self::NotADate if given.is_empty() => "That is not a date.".to_owned(),
            Self::NotADate => format!("{given} is not a date."),
            Self::NoSuchDay => format!("{given}: that day does not exist."),
            Self::ShortYear => format!("{given}: write the year in full, with four digits."),
            Self::Weekday { date, day, .. } => format!("{date} is a {day}."),
            Self::Either([one, other], _) => format!("{given} can be {one} or {other}."),
            Self::Past(date) => format!("{date} is past."),
            Self::TooLongAgo(date) => format!("{date} is over two years ago."),
            Self::TooFar(date) => format!("{date} is over two years away."),
        }
    }

    /// What to send instead; `example` is such a date.
    pub(super) fn instead(&self, example: &str) -> String {
        let send = match self {
            Self::NotADate | Self::NoSuchDay | Self::ShortYear => "Send it as YYYY-MM-DD",
            Self::Either(..) => return "Tap the one you mean, or send it as YYYY-MM-DD.".to_owned(),
            Self::Weekday { offered, .. } if offered.is_empty() => "Send another date",
            Self::Weekday { .. } => "Tap it if it is the one, or send another date",
            Self::Past(_) => "Send a date from today on",
            Self::TooLongAgo(_) | Self::TooFar(_) => "Send one within two years",
        };
        format!("{send}, for example {example}.")
    }

    /// The days that could be meant and set.
    pub(super) fn offered(&self) -> &[(NaiveDate, String)] {
        match self {
            Self::Weekday { offered, .. } | Self::Either(_, offered) => offered,
            _ => &[],
        }
    }
}
