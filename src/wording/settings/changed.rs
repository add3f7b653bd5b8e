//! Settings that were changed: what they are now, and what follows.

use super::{formulas, pictures, ratings};
use crate::chat::screen::Screen;
use crate::chat::token::{Setting, Token};
use crate::study::calendar::Weekdays;
use crate::wording::pause::Until;
use crate::wording::{button, clock_time, count, primary};

/// What a confirmation tells besides the new value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// The date that the setting names, in words.
    pub date: String,
    /// Days from today until then; below 0 it is past.
    pub ahead: i64,
    /// "14:05": what the learner's clocks show.
    pub local: String,
    /// The next reminder, in words.
    pub next: Option<String>,
    /// When a reminder that was put off comes, in words.
    pub put_off: Option<String>,
    /// The reminder, in minutes after midnight.
    pub reminder: Option<u16>,
    /// The reminder before the change.
    pub reminder_before: Option<u16>,
    /// The start of the study day, in minutes after midnight.
    pub day_start: u16,
    /// Days of the week with a reminder.
    pub days: Weekdays,
    /// The evening nudge, in minutes after midnight.
    pub nudge: Option<u16>,
    /// The pause that is on.
    pub paused: Option<Until>,
}

impl After {
    /// When the reminder comes, or why it does not.
    fn coming(&self) -> String {
        match (&self.next, &self.paused) {
            _ if self.reminder.is_none() => {
                " They are off for now: /remind 07:30 switches them on.".to_owned()
            }
            (Some(next), _) => format!(" Next: {next}."),
            (None, Some(paused)) => format!(" {}; /resume ends the pause.", paused.words()),
            (None, None) => String::new(),
        }
    }

    /// The reminder that was put off keeps its time.
    fn put_off(&self) -> String {
        self.put_off.as_ref().map_or(String::new(), |at| format!(" The one you put off comes {at}."))
    }
}

/// What a reminder before the start of the study day means; empty when it comes later.
#[must_use]
pub fn before_day_start(reminder: Option<u16>, day_start: u16) -> String {
    match reminder {
        Some(time) if time < day_start => format!(
            " That is before your study day starts at {}: it speaks of the day before.",
            clock_time(day_start)
        ),
        _ => String::new(),
    }
}

/// A setting was changed.
#[must_use]
pub fn changed(setting: &Setting, after: &After) -> String {
    let date = &after.date;
    match setting {
        Setting::New(0) => "No new cards from now on; what is due still comes.".to_owned(),
        Setting::New(n) => format!("{} a day from now on.", count(*n, "new card")),
        Setting::Reviews(n) => format!("At most {} a day from now on.", count(*n, "review")),
        Setting::DayStart(minutes) => {
            let start = format!("Your study day starts at {}.", clock_time(*minutes));
            match after.reminder {
                Some(time) if time < *minutes => format!(
                    "{start} Your reminder at {} comes before that: it speaks of the day before.",
                    clock_time(time)
                ),
                _ => start,
            }
        }
        Setting::SixQualities(six) => format!("Rating: {}.", ratings(*six)),
        Setting::PlainFormulas(plain) => format!("Formulas are shown {}.", formulas(*plain)),
        Setting::Zone(zone) => {
            let next = after.next.as_ref().map_or(String::new(), |next| format!(" Next reminder: {next}."));
            format!("Time zone: {zone}, where it is {}.{next}", after.local)
        }
        Setting::Reminder(None) => {
            let nudge = after.nudge.map_or(String::new(), |time| {
                format!(" The nudge at {} stays; /stop ends both.", clock_time(time))
            });
            let before = clock_time(after.reminder_before.unwrap_or(EXAMPLE));
            format!("No reminders from now on.{nudge} /remind {before} switches them on.")
        }
        Setting::Reminder(Some(minutes)) => {
            let days =
                if after.days == Weekdays::ALL { String::new() } else { format!(", {}", after.days.name()) };
            format!(
                "Reminder at {}{days}.{}{}{}",
                clock_time(*minutes),
                after.coming(),
                after.put_off(),
                before_day_start(Some(*minutes), after.day_start)
            )
        }
        Setting::Start(_) if after.ahead < 0 => {
            format!("The plan began {date}. What you have done stays done.")
        }
        Setting::Start(_) => format!("The plan begins {date}. What you have done stays done."),
        Setting::Interview(None) => "No interview date. Cards come when SM-2 says so.".to_owned(),
        Setting::Interview(Some(_)) if after.ahead == 0 => "Your interview is today. Good luck.".to_owned(),
        Setting::Interview(Some(_)) => {
            format!("Interview {date}. In the week before it each card you have met comes once more.")
        }
        Setting::Days(_) | Setting::Weekday { .. } => {
            format!("Reminders: {}.{}", after.days.name(), after.coming())
        }
        Setting::Nudge(None) => "No nudge in the evening.".to_owned(),
        Setting::Nudge(Some(minutes)) => {
            format!("At {} I knock if nothing is done and the streak would break.", clock_time(*minutes))
        }
        Setting::DarkPictures(dark) => format!("Pictures are {} from now on.", pictures(*dark)),
    }
}

/// A time that a sentence names where the learner has none.
const EXAMPLE: u16 = 7 * 60 + 30;

/// A confirmation of its own, after a typed setting.
#[must_use]
pub fn confirmed(setting: &Setting, after: &After) -> Screen {
    let reminds = matches!(setting, Setting::Reminder(Some(_)) | Setting::Days(_) | Setting::Nudge(Some(_)));
    let more = match setting {
        // The way back, with the time that is known here only.
        Setting::Reminder(None) => after.reminder_before.map(|time| {
            button(format!("On at {}", clock_time(time)), &Token::Set(Setting::Reminder(Some(time))))
        }),
        _ if reminds && after.paused.is_some() => Some(button("Resume", &Token::Resume)),
        _ => None,
    };
    let row = [primary("Today", &Token::Today), button("Settings", &Token::Settings)];
    Screen::line(changed(setting, after)).row(row.into_iter().chain(more))
}
