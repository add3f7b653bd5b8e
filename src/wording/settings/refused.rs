//! Settings that cannot be: what was wrong, what to send instead, and what stays.

use super::{Shown, WrongDate, formulas, pictures, ratings};
use crate::chat::screen::{Block, Button, Screen};
use crate::chat::token::{Setting, Token, Topic};
use crate::study::calendar::Weekdays;
use crate::wording::{button, clock_time, count, echo, primary, setup};

/// Why a value cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is none of this setting.
    NotOne,
    /// A reminder whose time is right; these words name no days.
    NoDays(String),
    /// A study day cannot start that late.
    TooLate,
    /// No date that can be set.
    Date(WrongDate),
    /// An offset from UTC that no zone has.
    NoSuchOffset,
    /// A part of the world with many zones.
    TooLarge,
}

/// A value that cannot be, what to send instead, and what stays.
#[must_use]
pub fn wrong(topic: Topic, given: &str, problem: &Problem, shown: &Shown, setup: bool) -> Screen {
    let given = echo(given);
    let is_not = |what: &str| {
        if given.is_empty() { format!("That is not {what}.") } else { format!("{given} is not {what}.") }
    };
    let said = match problem {
        Problem::NoDays(days) if days.is_empty() => "That names no days.".to_owned(),
        Problem::NoDays(days) => format!("“{}” names no days.", echo(days)),
        Problem::TooLate => format!("{given} is too late: a study day starts between 00:00 and 12:00."),
        Problem::Date(date) => date.words(&given),
        Problem::NoSuchOffset => format!("No time zone has the offset {given}."),
        Problem::TooLarge => format!("{given} has many time zones."),
        Problem::NotOne if topic == Topic::Zone => format!("I don't know the place “{given}”."),
        Problem::NotOne => is_not(kind(topic)),
    };
    let mut screen =
        Screen::line(format!("{said} {} {}", instead(topic, problem, setup), stays(topic, shown)));
    let offered = if let Problem::Date(date) = problem { date.offered() } else { &[] };
    let offer = |(date, label): &(chrono::NaiveDate, String)| {
        let setting = match topic {
            Topic::Interview => Setting::Interview(Some(*date)),
            _ => Setting::Start(*date),
        };
        button(label.as_str(), &if setup { Token::Setup(setting) } else { Token::Set(setting) })
    };
    if !offered.is_empty() {
        screen = screen.row(offered.iter().map(offer));
    }
    if setup {
        // The question above is still open, with its own buttons.
        return screen;
    }
    let choose = match topic {
        Topic::Zone => button("Common places", &Token::Choose(topic)),
        _ => primary("Choose", &Token::Choose(topic)),
    };
    screen.row([choose, button("Today", &Token::Today)].into_iter().chain(resume(topic, shown)))
}

/// What a value of a setting is.
fn kind(topic: Topic) -> &'static str {
    match topic {
        Topic::Reminder | Topic::DayStart | Topic::Nudge => "a time of day",
        Topic::Start | Topic::Interview => "a date",
        Topic::Days => "a list of days",
        Topic::Pictures => "a kind of picture",
        Topic::New => "a number from 0 to 200",
        Topic::Reviews => "a number from 1 to 1000",
        Topic::Ratings => "a rating scale",
        Topic::Formulas => "a way to show formulas",
        Topic::Zone => "a place",
    }
}

/// What to send instead.
fn instead(topic: Topic, problem: &Problem, setup: bool) -> String {
    if let Problem::Date(date) = problem {
        let example = match topic {
            Topic::Interview => "/interview 2027-01-15, or /interview off",
            _ if setup => "2027-01-04",
            _ => "/settings start 2027-01-04",
        };
        return date.instead(example);
    }
    let instead = match topic {
        Topic::Reminder if matches!(problem, Problem::NoDays(_)) => {
            "Send for example /remind 07:30 Mon Wed Fri, /remind 07:30 weekdays, or /remind 07:30 daily."
        }
        Topic::Reminder => {
            "Send it as HH:MM, for example /remind 07:30, also with days: /remind 07:30 weekdays. Or /remind off."
        }
        Topic::DayStart => "Send it as HH:MM, for example /settings day 04:00.",
        Topic::Start => "Send it as YYYY-MM-DD, for example /settings start 2027-01-04.",
        Topic::Interview => "Send it as YYYY-MM-DD, for example /interview 2027-01-15, or /interview off.",
        Topic::Days => "Send for example /settings days Mon Wed Fri, or weekdays, or daily.",
        Topic::Nudge => "Send it as HH:MM, for example /settings nudge 21:30, or off.",
        Topic::Pictures => "Send /settings pictures light or /settings pictures dark.",
        Topic::New => "Send for example /settings new 15.",
        Topic::Reviews => "Send for example /settings reviews 80.",
        Topic::Ratings => "Send /settings ratings four or /settings ratings six.",
        Topic::Formulas => "Send /settings formulas drawn or /settings formulas plain.",
        Topic::Zone if matches!(problem, Problem::NotOne) => {
            "Send a larger city near you, or a name like Europe/Lisbon."
        }
        Topic::Zone => "Send your city, for example Lisbon.",
    };
    instead.to_owned()
}

/// What stays.
fn stays(topic: Topic, shown: &Shown) -> String {
    match topic {
        Topic::Reminder => {
            let stays = shown.reminder.map_or("Reminders stay off.".to_owned(), |time| {
                let on = if shown.days == Weekdays::ALL {
                    String::new()
                } else {
                    format!(", {}", shown.days.name())
                };
                format!("Your reminder stays at {}{on}.", clock_time(time))
            });
            stays + &paused(shown)
        }
        Topic::DayStart => format!("Your study day still starts at {}.", clock_time(shown.day_start)),
        Topic::Start => format!("The plan still begins {}.", shown.start),
        Topic::Interview => match &shown.interview {
            Some(date) if shown.interview_past => format!("Your interview was {date}."),
            Some(date) => format!("Your interview stays {date}."),
            None => "There is still no interview date.".to_owned(),
        },
        Topic::Days => format!("Reminders stay: {}.{}", shown.days.name(), paused(shown)),
        Topic::Nudge => {
            let stays = shown.nudge.map_or("The nudge stays off.".to_owned(), |time| {
                format!("The nudge stays at {}.", clock_time(time))
            });
            stays + &paused(shown)
        }
        Topic::Pictures => format!("They stay {}.", pictures(shown.dark_pictures)),
        Topic::New => format!("You still get {} a day.", count(shown.new, "new card")),
        Topic::Reviews => format!("You still get up to {} a day.", count(shown.reviews, "review")),
        Topic::Ratings => format!("It stays: {}.", ratings(shown.six)),
        Topic::Formulas => format!("They stay {}.", formulas(shown.plain_formulas)),
        Topic::Zone => format!("Your time zone stays {}.", shown.zone),
    }
}

fn paused(shown: &Shown) -> String {
    shown.paused.as_ref().map_or(String::new(), |until| format!(" {}.", until.words()))
}

/// The end of a pause, where it is what keeps a reminder back.
fn resume(topic: Topic, shown: &Shown) -> Option<Button> {
    let reminds = matches!(topic, Topic::Reminder | Topic::Days | Topic::Nudge);
    (reminds && shown.paused.is_some()).then(|| button("Resume", &Token::Resume))
}

/// A place that may be in any of these zones, at least one; each comes with the time there.
#[must_use]
pub fn which_zone(given: &str, candidates: &[(&str, String)], shown: &Shown, setup: bool) -> Screen {
    let zone = &shown.zone;
    let text = match candidates {
        [(one, time)] => format!(
            "Did you mean {}, where it is {time}? Your time zone stays {zone} until you tap.",
            setup::place(one)
        ),
        _ => format!(
            "“{}”: which of these has your time? Your time zone stays {zone} until you tap.",
            echo(given)
        ),
    };
    let mut screen = Screen::line(text);
    let buttons: Vec<Button> = candidates
        .iter()
        .take(6)
        .map(|(zone, _)| {
            let setting = Setting::Zone((*zone).to_owned());
            button(setup::place(zone), &if setup { Token::Setup(setting) } else { Token::Set(setting) })
        })
        .collect();
    for row in buttons.chunks(2) {
        screen = screen.row(row.iter().cloned());
    }
    if setup {
        return screen;
    }
    screen.row([button("Common places", &Token::Choose(Topic::Zone)), button("Today", &Token::Today)])
}

/// A refused answer while a card is open: the question is not asked again.
#[must_use]
pub fn card_next(mut refused: Screen) -> Screen {
    refused.blocks.push(Block::paragraph("What you send next goes to the open card."));
    refused
}

/// `/settings` with a name that is none.
#[must_use]
pub fn which_setting(given: &str) -> Screen {
    Screen::line(format!(
        "“{}” is not a setting. There are new, reviews, day, ratings, formulas, start, timezone, remind, days, nudge, interview and pictures, for example /settings new 15.",
        echo(given)
    ))
    .row([primary("Settings", &Token::Settings), button("Today", &Token::Today)])
}
