//! Settings: by buttons and by text, with one way to check and apply a value.

mod read;

use chrono::{NaiveDate, TimeDelta};

use super::sitting;
use super::turn::Turn;
use crate::chat::token::{Setting, Topic};
use crate::store::learner::Dialog;
use crate::store::session::{Face, Session, SessionKind};
use crate::store::{StoreError, outbox, review};
use crate::study::calendar::{self, Weekdays, Zone};
use crate::wording::settings::{self as words, Problem, Shown};
use read::{Read, read};

/// A study day starts at noon at the latest: the night is to belong to the day before, the afternoon is not.
const LATEST_DAY_START: u16 = 12 * 60;
/// The nudge that is switched on without a time.
const USUAL_NUDGE: u16 = 21 * 60;

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
        interview_past: learner.interview_on.is_some_and(|day| day < turn.today()),
        days: learner.remind_days,
        nudge: learner.nudge_at,
        dark_pictures: learner.dark_pictures,
        suspended: review::suspended(turn.db, learner.id)?,
        paused: super::pause::in_words(turn)?,
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
        let last_day = match setting {
            Setting::Weekday { day, on } => !on && before.remind_days.has(*day),
            // Before a button named one day alone it carried the whole set.
            Setting::Days(bits) => bits.count_ones() == 1,
            _ => false,
        };
        turn.toast(if last_day { words::toast::LAST_DAY } else { words::toast::ALREADY });
    } else {
        let after = after(turn, setting, before.remind_at)?;
        turn.toast(words::changed(setting, &after));
    }
    match setting {
        // Days are tapped one after the other.
        Setting::Days(_) | Setting::Weekday { .. } => choose(turn, Topic::Days),
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
        Setting::DayStart(minutes) if *minutes <= LATEST_DAY_START => turn.learner.day_start = *minutes,
        Setting::SixQualities(six) => turn.learner.six_qualities = *six,
        Setting::PlainFormulas(plain) => turn.learner.plain_formulas = *plain,
        Setting::Zone(name) => match Zone::named(name) {
            Some(zone) => turn.learner.zone = zone,
            None => return Ok(false),
        },
        Setting::Reminder(minutes) => {
            turn.learner.remind_at = *minutes;
            if minutes.is_none() {
                turn.learner.snoozed_until = None;
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
        Setting::Weekday { day, on } => {
            // The last day stays: /remind off ends the reminders.
            turn.learner.remind_days =
                turn.learner.remind_days.with(*day, *on).unwrap_or(turn.learner.remind_days);
        }
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
                | Setting::Weekday { .. }
                | Setting::Nudge(_)
                | Setting::DayStart(_)
        ) {
            turn.plan_reminder()?;
        }
    }
    Ok(true)
}

/// What a confirmation tells besides the new value; `remind_at` is the reminder before.
fn after(turn: &Turn<'_>, setting: &Setting, remind_at: Option<u16>) -> Result<words::After, StoreError> {
    let learner = &turn.learner;
    let date = match setting {
        Setting::Interview(Some(date)) => *date,
        _ => learner.start_day.date(),
    };
    Ok(words::After {
        date: turn.date(date),
        ahead: (date - turn.today().date()).num_days(),
        local: turn.local_time(),
        next: learner.next_reminder_at.map(|at| turn.when(at)),
        put_off: learner.snoozed_until.map(|at| turn.when(at)),
        reminder: learner.remind_at,
        reminder_before: remind_at,
        day_start: learner.day_start,
        days: learner.remind_days,
        nudge: learner.nudge_at,
        paused: super::pause::in_words(turn)?,
    })
}

/// How a value comes to be typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// As the answer to one of the first questions.
    Setup,
    /// Behind a command.
    Command,
    /// As the answer to a question about it.
    Answer,
}

/// A typed value: applies it and returns it, or says what is wrong with it. The next text then is the answer.
pub(super) fn typed(
    turn: &mut Turn<'_>,
    topic: Topic,
    text: &str,
    way: Way,
) -> Result<Option<Setting>, StoreError> {
    let text = text.trim();
    let in_setup = way == Way::Setup;
    let mut refused = match read(turn, topic, text) {
        Read::Are(settings) => {
            let mut applied = true;
            for setting in &settings {
                applied = applied && apply(turn, setting)?;
            }
            if let Some(last) = settings.into_iter().next_back().filter(|_| applied) {
                return Ok(Some(last));
            }
            words::wrong(topic, text, &Problem::NotOne, &shown(turn)?, in_setup)
        }
        Read::Ask if !in_setup => {
            choose(turn, topic)?;
            return Ok(None);
        }
        Read::Zones(zones) => {
            let there = |zone: &Zone| zone.local(turn.now).format("%H:%M").to_string();
            let zones: Vec<(&str, String)> = zones.iter().map(|zone| (zone.name(), there(zone))).collect();
            words::which_zone(text, &zones, &shown(turn)?, in_setup)
        }
        Read::Ask => words::wrong(topic, text, &Problem::NotOne, &shown(turn)?, in_setup),
        Read::Not(problem) => words::wrong(topic, text, &problem, &shown(turn)?, in_setup),
    };
    if way == Way::Answer && card_waits(turn)? {
        // The question was asked once; who sends something else twice means the card.
        turn.learner.dialog = None;
        refused = words::card_next(refused);
    } else if !in_setup {
        turn.learner.dialog = Some(Dialog::Ask(topic));
    }
    turn.send(refused);
    Ok(None)
}

/// Whether a text would be an answer to what is open besides.
fn card_waits(turn: &Turn<'_>) -> Result<bool, StoreError> {
    let waits = |session: &Session| {
        session.kind == SessionKind::Code || matches!(session.face, Face::Front | Face::Back)
    };
    Ok(sitting::open(turn)?.is_some_and(|sitting| waits(&sitting.session)))
}

/// A value typed behind a command: applied and confirmed.
pub(super) fn set_typed(turn: &mut Turn<'_>, topic: Topic, text: &str) -> Result<(), StoreError> {
    confirm(turn, topic, text, Way::Command)
}

/// A text after a question about a setting.
pub(super) fn answered(turn: &mut Turn<'_>, topic: Topic, text: &str) -> Result<(), StoreError> {
    confirm(turn, topic, text, Way::Answer)
}

fn confirm(turn: &mut Turn<'_>, topic: Topic, text: &str, way: Way) -> Result<(), StoreError> {
    let before = turn.learner.remind_at;
    if let Some(setting) = typed(turn, topic, text, way)? {
        let after = after(turn, &setting, before)?;
        let mut screen = words::confirmed(&setting, &after);
        if topic == Topic::Interview {
            screen = super::interview::confirm(turn, screen)?;
        }
        turn.send(screen);
    }
    Ok(())
}

/// `/settings` with words behind it.
pub(super) fn command(turn: &mut Turn<'_>, words_given: &str) -> Result<(), StoreError> {
    match Topic::typed(words_given) {
        Some((topic, "")) => choose(turn, topic),
        Some((topic, value)) => set_typed(turn, topic, value),
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

/// What a tap on "Later" is told when there are no reminders to put off.
pub(super) fn reminders_off(turn: &Turn<'_>) -> Option<&'static str> {
    turn.learner.remind_at.is_none().then_some(words::toast::OFF)
}
