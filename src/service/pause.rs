//! Pauses: no reminders, and the streak is kept.
//!
//! Studying does not end a pause: who looks at three cards on holiday has not come back. `/resume` ends it, or
//! its last day does.

use super::turn::Turn;
use crate::store::{StoreError, outbox, pause};
use crate::study::calendar::{self, StudyDay};
use crate::wording::pause::{self as words, Until};

/// The longest pause with an end, in days.
const LONGEST: u16 = 365;

/// When a pause with this last day ends, in words.
pub(super) fn until(last: StudyDay, today: StudyDay) -> Until {
    match last {
        pause::OPEN => Until::Resumed,
        last => Until::Date(calendar::short_date(last + 1, today)),
    }
}

/// The pause that holds today, in words.
pub(super) fn in_words(turn: &Turn<'_>) -> Result<Option<Until>, StoreError> {
    let today = turn.today();
    Ok(pause::last_day(turn.db, turn.learner.id, today)?.map(|last| until(last, today)))
}

/// `/pause [days]`.
pub(super) fn command(turn: &mut Turn<'_>, typed: &str) -> Result<(), StoreError> {
    let given = typed.trim().to_lowercase();
    let present = in_words(turn)?;
    match given.as_str() {
        "" => {
            turn.send(present.map_or_else(words::choose, |until| words::choose_longer(&until)));
            Ok(())
        }
        "open" | "open end" | "until i resume" => begin(turn, None),
        "off" | "end" | "stop" | "over" | "no" | "none" => resume(turn),
        given => match length(given, turn.today()) {
            Some(days) => begin(turn, Some(days)),
            None => {
                turn.send(words::wrong(typed, present.as_ref()));
                Ok(())
            }
        },
    }
}

/// The days of a pause: a number of them, or those before the day on which it ends.
fn length(given: &str, today: StudyDay) -> Option<u16> {
    let until = ["until ", "till ", "til "].into_iter().find_map(|word| given.strip_prefix(word));
    let number = given.strip_prefix("for ").unwrap_or(given);
    let days = match (until, calendar::parse_days(number)) {
        (None, Some(days)) => days,
        (until, _) => {
            let end = calendar::parse_end(until.unwrap_or(given), today.date()).ok()?;
            StudyDay::from(end) - today
        }
    };
    u16::try_from(days).ok().filter(|days| (1..=LONGEST).contains(days))
}

/// Pauses for so many study days, today the first, or until the learner resumes.
pub(super) fn begin(turn: &mut Turn<'_>, days: Option<u16>) -> Result<(), StoreError> {
    let today = turn.today();
    let wanted = match days {
        None => pause::OPEN,
        Some(days) => today + i64::from(days.clamp(1, LONGEST)) - 1,
    };
    let before = pause::last_day(turn.db, turn.learner.id, today)?;
    let last = pause::put(turn.db, turn.learner.id, today, wanted)?;
    outbox::withdraw_reminders(turn.db, turn.learner.chat)?;
    turn.learner.snoozed_until = None;
    turn.plan_reminder()?;
    let until = until(last, today);
    turn.toast(words::toast::begun(&until));
    if before == Some(last) {
        turn.show(words::no_longer(&until));
    } else {
        let next = turn.learner.next_reminder_at.map(|at| turn.when(at));
        turn.show(words::begun(&until, next.as_deref()));
    }
    Ok(())
}

/// Ends the pause: today counts again, and the reminders go on.
pub(super) fn resume(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    let was = pause::end(turn.db, turn.learner.id, turn.today())?;
    turn.plan_reminder()?;
    let next = turn.learner.next_reminder_at.map(|at| turn.when(at));
    turn.toast(if was { words::toast::ENDED } else { words::toast::NONE });
    turn.show(if was { words::ended(next.as_deref()) } else { words::none(next.as_deref()) });
    Ok(())
}
