//! Settings: by buttons and by text, with one way to check and apply a value.

use chrono::{NaiveDate, NaiveTime, TimeDelta, Timelike};

use super::turn::Turn;
use crate::chat::token::{Setting, Topic};
use crate::store::learner::Dialog;
use crate::store::{StoreError, outbox, review};
use crate::study::calendar::{self, Weekdays, Zone, ZoneMatch};
use crate::wording::settings::{self as words, Shown};

/// Words that switch something off.
const OFF: [&str; 7] = ["off", "no", "none", "never", "stop", "clear", "no date"];

/// The days on which an interview can be: from today on, for two years.
fn interview_range(today: NaiveDate) -> std::ops::RangeInclusive<NaiveDate> {
    today..=*super::setup::start_range(today).end()
}

/// What the learner's settings are now.
pub(super) fn shown(turn: &Turn<'_>) -> Result<Shown, StoreError> {
    let learner = &turn.learner;
    Ok(Shown {
        new: learner.new_per_day,
        reviews: learner.reviews_per_day,
        day_start: learner.day_start,
        six: learner.six_qualities,
        plain_formulas: learner.plain_formulas,
        zone: learner.zone.name().to_owned(),
        reminder: learner.remind_at,
        start: turn.date(learner.start_day),
        interview: learner.interview_on.map(|day| turn.date(day)),
        days: learner.remind_days,
        nudge: learner.nudge_at,
        dark_pictures: learner.dark_pictures,
        suspended: review::suspended(turn.db, learner.id)?,
    })
}

/// Shows the overview.
pub(super) fn overview(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    let screen = words::overview(&shown(turn)?);
    turn.show(screen);
    Ok(())
}

/// Shows the choices of a setting and takes the next text for its value.
pub(super) fn choose(turn: &mut Turn<'_>, topic: Topic) -> Result<(), StoreError> {
    let today = turn.today().date();
    let monday = calendar::next_monday(today);
    let dates = match topic {
        Topic::Interview => [14, 28, 56, 84]
            .map(|days| today.checked_add_signed(TimeDelta::days(days)).unwrap_or(today))
            .to_vec(),
        _ => vec![today, monday],
    };
    let dates = dates.into_iter().map(|date| (date, turn.date(date))).collect();
    let mut screen = words::choose(topic, &shown(turn)?, dates);
    if topic == Topic::Interview {
        screen = super::interview::explain(turn, screen)?;
    }
    turn.learner.dialog = Some(Dialog::Ask(topic));
    turn.show(screen);
    Ok(())
}

/// A tap on a choice.
pub(super) fn set(turn: &mut Turn<'_>, setting: &Setting) -> Result<(), StoreError> {
    let before = turn.learner.clone();
    if !apply(turn, setting)? {
        turn.toast(crate::wording::session::toast::UNKNOWN);
        return Ok(());
    }
    if before == turn.learner {
        let last_day = matches!(setting, Setting::Days(bits) if bits.count_ones() == 1);
        turn.toast(if last_day { words::toast::LAST_DAY } else { words::toast::ALREADY });
    } else {
        let said = said(turn, setting)?;
        turn.toast(said);
    }
    match setting {
        // Days are tapped one after the other.
        Setting::Days(_) => choose(turn, Topic::Days),
        _ => overview(turn),
    }
}

/// Changes the learner; `false` when the value cannot be. The reminder is planned anew where it must be.
pub(super) fn apply(turn: &mut Turn<'_>, setting: &Setting) -> Result<bool, StoreError> {
    let in_setup = matches!(turn.learner.dialog, Some(Dialog::Setup(_)));
    match setting {
        Setting::New(count) if *count <= 200 => turn.learner.new_per_day = u32::from(*count),
        Setting::Reviews(count) if (1..=1000).contains(count) => {
            turn.learner.reviews_per_day = u32::from(*count);
        }
        Setting::DayStart(minutes) if *minutes < 24 * 60 => turn.learner.day_start = *minutes,
        Setting::SixQualities(six) => turn.learner.six_qualities = *six,
        Setting::PlainFormulas(plain) => turn.learner.plain_formulas = *plain,
        Setting::Zone(name) => match Zone::named(name) {
            Some(zone) => turn.learner.zone = zone,
            None => return Ok(false),
        },
        Setting::Reminder(minutes) => {
            turn.learner.remind_at = *minutes;
            turn.learner.snoozed_until = None;
            if minutes.is_none() {
                outbox::withdraw_reminders(turn.db, turn.learner.chat)?;
            }
        }
        Setting::Start(date) if super::setup::start_range(turn.today().date()).contains(date) => {
            turn.learner.start_day = (*date).into();
        }
        Setting::Interview(None) => turn.learner.interview_on = None,
        Setting::Interview(Some(date)) if interview_range(turn.today().date()).contains(date) => {
            turn.learner.interview_on = Some((*date).into());
        }
        Setting::Days(bits) => match Weekdays::from_bits(*bits) {
            Some(days) => turn.learner.remind_days = days,
            None => return Ok(false),
        },
        Setting::Nudge(minutes) => turn.learner.nudge_at = *minutes,
        Setting::DarkPictures(dark) => turn.learner.dark_pictures = *dark,
        Setting::New(_)
        | Setting::Reviews(_)
        | Setting::DayStart(_)
        | Setting::Start(_)
        | Setting::Interview(_) => return Ok(false),
    }
    if !in_setup {
        turn.learner.dialog = None;
        if matches!(
            setting,
            Setting::Zone(_)
                | Setting::Reminder(_)
                | Setting::Days(_)
                | Setting::Nudge(_)
                | Setting::DayStart(_)
        ) {
            turn.plan_reminder()?;
        }
    }
    Ok(true)
}

fn said(turn: &Turn<'_>, setting: &Setting) -> Result<String, StoreError> {
    let learner = &turn.learner;
    let date = match setting {
        Setting::Interview(Some(date)) => turn.date(*date),
        _ => turn.date(learner.start_day),
    };
    let after = words::After {
        date,
        next: learner.next_reminder_at.map(|at| turn.when(at)),
        reminder: learner.remind_at,
        days: learner.remind_days,
        nudge: learner.nudge_at,
        paused: super::pause::in_words(turn)?,
    };
    Ok(words::changed(setting, &after))
}

/// A typed value: applies it and returns it, or says what is wrong with it.
pub(super) fn typed(
    turn: &mut Turn<'_>,
    topic: Topic,
    text: &str,
    in_setup: bool,
) -> Result<Option<Setting>, StoreError> {
    let text = text.trim();
    let setting = match topic {
        Topic::New => text.parse().ok().map(Setting::New),
        Topic::Reviews => text.parse().ok().map(Setting::Reviews),
        Topic::DayStart => minutes(text).map(Setting::DayStart),
        Topic::Reminder if OFF.contains(&text.to_lowercase().as_str()) => Some(Setting::Reminder(None)),
        Topic::Reminder => reminder(turn, text)?,
        Topic::Start => match text.to_lowercase().as_str() {
            "today" => Some(Setting::Start(turn.today().date())),
            "tomorrow" => Some(Setting::Start((turn.today() + 1).date())),
            "monday" | "next monday" => Some(Setting::Start(calendar::next_monday(turn.today().date()))),
            _ => calendar::parse_date(text, turn.today().date()).ok().map(Setting::Start),
        },
        Topic::Interview if OFF.contains(&text.to_lowercase().as_str()) => Some(Setting::Interview(None)),
        Topic::Interview => {
            let today = turn.today().date();
            calendar::parse_date(text, today).ok().map(|date| Setting::Interview(Some(date)))
        }
        Topic::Days => Weekdays::parse(text).map(|days| Setting::Days(days.bits())),
        Topic::Nudge if OFF.contains(&text.to_lowercase().as_str()) => Some(Setting::Nudge(None)),
        Topic::Nudge => minutes(text).map(|minutes| Setting::Nudge(Some(minutes))),
        Topic::Pictures => match text.to_lowercase().as_str() {
            "light" => Some(Setting::DarkPictures(false)),
            "dark" => Some(Setting::DarkPictures(true)),
            _ => None,
        },
        Topic::Ratings => match text.to_lowercase().as_str() {
            "four" | "4" => Some(Setting::SixQualities(false)),
            "six" | "6" => Some(Setting::SixQualities(true)),
            _ => None,
        },
        Topic::Formulas => match text.to_lowercase().as_str() {
            "drawn" => Some(Setting::PlainFormulas(false)),
            "plain" => Some(Setting::PlainFormulas(true)),
            _ => None,
        },
        Topic::Zone => match calendar::find_zone(text, turn.now) {
            ZoneMatch::Exact(zone) => Some(Setting::Zone(zone.name().to_owned())),
            ZoneMatch::Candidates(zones) => {
                let names: Vec<&str> = zones.iter().map(|zone| zone.name()).collect();
                let screen = words::which_zone(text, &names, &shown(turn)?, in_setup);
                turn.send(screen);
                return Ok(None);
            }
            ZoneMatch::None => {
                let screen = words::which_zone(text, &[], &shown(turn)?, in_setup);
                turn.send(screen);
                return Ok(None);
            }
        },
    };
    if let Some(setting) = setting
        && apply(turn, &setting)?
    {
        return Ok(Some(setting));
    }
    let screen = words::wrong(topic, text, &shown(turn)?, in_setup);
    turn.send(screen);
    Ok(None)
}

/// A typed value outside the first questions: applied and confirmed.
pub(super) fn set_typed(turn: &mut Turn<'_>, topic: Topic, text: &str) -> Result<(), StoreError> {
    if let Some(setting) = typed(turn, topic, text, false)? {
        let said = said(turn, &setting)?;
        let mut screen = words::confirmed(&said);
        if topic == Topic::Interview {
            screen = super::interview::confirm(turn, screen)?;
        }
        turn.send(screen);
    }
    Ok(())
}

/// `/settings` with words behind it.
pub(super) fn command(turn: &mut Turn<'_>, words_given: &str) -> Result<(), StoreError> {
    let (name, value) = words_given.split_once(char::is_whitespace).unwrap_or((words_given, ""));
    match Topic::named(&name.to_lowercase()) {
        Some(topic) if value.trim().is_empty() => choose(turn, topic),
        Some(topic) => set_typed(turn, topic, value),
        None => {
            turn.send(words::which_setting(words_given));
            Ok(())
        }
    }
}

/// Brings suspended cards back.
pub(super) fn bring_back(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    let number = review::bring_back(turn.db, turn.learner.id)?;
    turn.toast(words::toast::brought_back(number));
    overview(turn)
}

/// `/stop`: no reminder and no nudge from now on.
pub(super) fn stop(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    apply(turn, &Setting::Nudge(None))?;
    set_typed(turn, Topic::Reminder, "off")
}

/// A reminder's time, its days, or both. The days are set on the way; the time, if there is one, is what is left
/// to set.
fn reminder(turn: &mut Turn<'_>, text: &str) -> Result<Option<Setting>, StoreError> {
    let Some((time, days)) = calendar::time_and_days(text) else { return Ok(None) };
    let days = days.map(|days| Setting::Days(days.bits()));
    match (time.and_then(of_midnight), days) {
        (Some(minutes), days) => {
            if let Some(days) = days {
                apply(turn, &days)?;
            }
            Ok(Some(Setting::Reminder(Some(minutes))))
        }
        (None, days) => Ok(days),
    }
}

fn minutes(text: &str) -> Option<u16> {
    of_midnight(calendar::parse_time(text).ok()?)
}

fn of_midnight(time: NaiveTime) -> Option<u16> {
    u16::try_from(time.num_seconds_from_midnight() / 60).ok()
}
