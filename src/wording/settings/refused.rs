//! Settings that cannot be: what was wrong, what to send instead, and what stays.

use super::{Shown, formulas, pictures, ratings};
use crate::chat::screen::{Button, Screen};
use crate::chat::token::{Setting, Token, Topic};
use crate::study::calendar::Weekdays;
use crate::wording::{button, clock_time, count, echo, primary, setup};

/// A value that cannot be, what to send instead, and what stays.
#[must_use]
pub fn wrong(topic: Topic, given: &str, shown: &Shown, setup: bool) -> Screen {
    let given = echo(given);
    let (is_not, example, stays) = match topic {
        Topic::Reminder => (
            "a time of day",
            "Send it as HH:MM, for example /remind 07:30, also with days: /remind 07:30 weekdays. Or /remind off.".to_owned(),
            shown.reminder.map_or("Reminders stay off.".to_owned(), |time| {
                let on = if shown.days == Weekdays::ALL { String::new() } else { format!(", {}", shown.days.name()) };
                format!("Your reminder stays at {}{on}.", clock_time(time))
            }),
        ),
        Topic::DayStart => (
            "a time of day",
            "Send it as HH:MM, for example /settings day 04:00.".to_owned(),
            format!("Your study day still starts at {}.", clock_time(shown.day_start)),
        ),
        Topic::Start => (
            "a date within two years",
            "Send it as YYYY-MM-DD, for example /settings start 2027-01-04.".to_owned(),
            format!("The plan still begins {}.", shown.start),
        ),
        Topic::Interview => (
            "a date from today on, within two years",
            "Send it as YYYY-MM-DD, for example /interview 2027-01-15, or /interview off.".to_owned(),
            match &shown.interview {
                Some(date) => format!("Your interview stays {date}."),
                None => "There is still no interview date.".to_owned(),
            },
        ),
        Topic::Days => (
            "a list of days",
            "Send for example /settings days Mon Wed Fri, or weekdays, or daily.".to_owned(),
            format!("Reminders stay: {}.", shown.days.name()),
        ),
        Topic::Nudge => (
            "a time of day",
            "Send it as HH:MM, for example /settings nudge 21:30, or off.".to_owned(),
            shown.nudge.map_or("The nudge stays off.".to_owned(), |time| {
                format!("The nudge stays at {}.", clock_time(time))
            }),
        ),
        Topic::Pictures => (
            "a kind of picture",
            "Send /settings pictures light or /settings pictures dark.".to_owned(),
            format!("They stay {}.", pictures(shown.dark_pictures)),
        ),
        Topic::New => (
            "a number from 0 to 200",
            "Send for example /settings new 15.".to_owned(),
            format!("You still get {} a day.", count(shown.new, "new card")),
        ),
        Topic::Reviews => (
            "a number from 1 to 1000",
            "Send for example /settings reviews 80.".to_owned(),
            format!("You still get up to {} a day.", count(shown.reviews, "review")),
        ),
        Topic::Ratings => (
            "a rating scale",
            "Send /settings ratings four or /settings ratings six.".to_owned(),
            format!("It stays: {}.", ratings(shown.six)),
        ),
        Topic::Formulas => (
            "a way to show formulas",
            "Send /settings formulas drawn or /settings formulas plain.".to_owned(),
            format!("They stay {}.", formulas(shown.plain_formulas)),
        ),
        Topic::Zone => (
            "a place that I know",
            "Send your city or a name like Europe/Lisbon.".to_owned(),
            format!("Your time zone stays {}.", shown.zone),
        ),
    };
    let said =
        if given.is_empty() { format!("That is not {is_not}.") } else { format!("{given} is not {is_not}.") };
    let screen = Screen::line(format!("{said} {example} {stays}"));
    if setup {
        // The question above is still open, with its own buttons.
        return screen;
    }
    screen.row([primary("Choose", &Token::Choose(topic)), button("Today", &Token::Today)])
}

/// A zone that is not known, or several that could be meant.
#[must_use]
pub fn which_zone(given: &str, candidates: &[&str], shown: &Shown, setup: bool) -> Screen {
    let text = if candidates.is_empty() {
        format!(
            "I don't know the place “{}”. Send a larger city near you, or a name like Europe/Lisbon. Your time zone stays {}.",
            echo(given),
            shown.zone
        )
    } else {
        format!("“{}”: which of these is it? Your time zone stays {} until you tap.", echo(given), shown.zone)
    };
    let mut screen = Screen::line(text);
    let buttons: Vec<Button> = candidates
        .iter()
        .take(6)
        .map(|zone| {
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

/// `/settings` with a name that is none.
#[must_use]
pub fn which_setting(given: &str) -> Screen {
    Screen::line(format!(
        "“{}” is not a setting. There are new, reviews, day, ratings, formulas, start, interview, days, nudge and pictures, for example /settings new 15.",
        echo(given)
    ))
    .row([primary("Settings", &Token::Settings), button("Today", &Token::Today)])
}
