//! What the interview date means for a learner's cards.

use super::schedule::Schedule;
use super::turn::Turn;
use crate::chat::screen::Screen;
use crate::store::StoreError;
use crate::study::interview::SWEEP_DAYS;
use crate::wording::interview::{self as words, Standing, Sweep};

/// Where the learner stands, if a date is set.
fn standing(turn: &Turn<'_>) -> Result<Option<Standing>, StoreError> {
    let Some(interview) = turn.learner.interview_on else { return Ok(None) };
    let today = turn.today();
    let schedule = Schedule::load(turn.db, turn.decks, &turn.learner, today)?;
    let first = (interview - SWEEP_DAYS).max(today);
    let begun = interview - SWEEP_DAYS <= today;
    // Before the sweep every card met has its turn in it, also one that is due before: it is asked again.
    let cards = schedule.all().filter(|(_, due)| !begun || *due < interview).count();
    let days = usize::try_from(interview - first).unwrap_or(1).max(1);
    let sweep = Sweep {
        first: turn.date(first),
        last: turn.date(interview - 1),
        begun,
        met: schedule.all().count(),
        cards,
        a_day: cards.div_ceil(days),
    };
    Ok(Some(Standing { date: turn.date(interview), days: interview - today, sweep }))
}

/// Says before the choices of a date what the present one means.
pub(super) fn explain(turn: &Turn<'_>, choices: Screen) -> Result<Screen, StoreError> {
    Ok(words::screen(choices, standing(turn)?.as_ref()))
}

/// Says with a confirmation what the new date means.
pub(super) fn confirm(turn: &Turn<'_>, confirmed: Screen) -> Result<Screen, StoreError> {
    Ok(words::confirmed(confirmed, standing(turn)?.as_ref()))
}
