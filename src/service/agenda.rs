//! What a learner's day holds.

use rusqlite::Connection;

use super::overview::plan_line;
use crate::decks::Decks;
use crate::store::learner::Learner;
use crate::store::review::{self, Scheduled};
use crate::store::{StoreError, pause, plan};
use crate::study::calendar::{self, PlanPosition, StudyDay, plan_day};
use crate::study::card::{Card, CardId, Kind};
use crate::study::queue::{self, Candidate, Day, DueCandidate, Entry, Limits, Mode};
use crate::study::streak::{Streak, streak};
use crate::wording::day::Day as ShownDay;

/// Seconds that a review takes, as long as the learner has not shown it.
const DEFAULT_SECONDS: usize = 25;
/// How far ahead due cards are counted for the backlog, in days.
const AHEAD: usize = 14;

/// The cards of a week that a review session asks: all but its coding prompts.
pub(super) fn cards(decks: &Decks, week: u8) -> impl Iterator<Item = &Card> {
    decks.cards_of_week(week).filter(|card| card.kind != Kind::Code)
}

/// The coding prompts of a week.
pub(super) fn prompts(decks: &Decks, week: u8) -> impl Iterator<Item = &Card> {
    decks.cards_of_week(week).filter(|card| card.kind == Kind::Code)
}

/// What a card is about: its first tag.
pub(super) fn concept(card: &Card) -> &str {
    card.tags.first().map_or("", String::as_str)
}

/// The day's queue, and what lies behind it.
pub(super) struct Agenda {
    /// Cards to ask, in order.
    pub entries: Vec<Entry>,
    /// Cards that are due, over the limit too.
    pub waiting: usize,
    /// What the learner's limits leave.
    pub limits: Limits,
    /// Cards that become due on each of the next days, from tomorrow on.
    coming: Vec<u32>,
}

impl Agenda {
    fn count(&self, mode: Mode) -> usize {
        self.entries.iter().filter(|entry| entry.mode == mode).count()
    }
}

/// The day on which each of these cards is due. They are all that may be asked.
pub(super) fn due_days(today: StudyDay, known: &[(&Scheduled, &Card)]) -> Vec<StudyDay> {
    // A card whose answer has changed its meaning is asked again at once.
    known.iter().map(|(place, card)| if place.rev < card.rev { today } else { place.due }).collect()
}

/// Builds the queue of a study day, over all weeks reached or of one week.
pub(super) fn agenda(
    db: &Connection,
    decks: &Decks,
    learner: &Learner,
    today: StudyDay,
    week: Option<u8>,
) -> Result<Agenda, StoreError> {
    let schedule = review::schedule(db, learner.id)?;
    let aside = review::put_aside(db, learner.id, today)?;
    let is_prompt = |id: &CardId| decks.card(id).is_some_and(|(card, _)| card.kind == Kind::Code);
    let day = review::day_count(db, learner.id, today, |id| !is_prompt(id))?;
    let opened = plan::opened_weeks(db, learner.id)?;
    let reached = plan_day(learner.start_day, today).weeks_reached();
    let asked = |id: &CardId| {
        decks
            .card(id)
            .filter(|(card, place)| {
                card.kind != Kind::Code && !aside.contains(id) && week.is_none_or(|week| week == place.week)
            })
            .map(|(card, _)| card)
    };
    let known: Vec<(&Scheduled, &Card)> =
        schedule.values().filter_map(|place| asked(&place.card).map(|card| (place, card))).collect();
    let due: Vec<DueCandidate<'_>> = known
        .iter()
        .zip(due_days(today, &known))
        .map(|((place, card), due)| DueCandidate { card: &place.card, due, concept: concept(card) })
        .collect();
    let new: Vec<Candidate<'_>> = (1..=12)
        .filter(|number| week.map_or(*number <= reached || opened.contains(number), |week| week == *number))
        .flat_map(|number| cards(decks, number))
        .filter(|card| !schedule.contains_key(&card.id) && !aside.contains(&card.id))
        .map(|card| Candidate { card: &card.id, concept: concept(card) })
        .collect();
    let drill: Vec<Candidate<'_>> = day
        .drill
        .iter()
        .filter_map(|id| asked(id).map(|card| Candidate { card: id, concept: concept(card) }))
        .collect();
    let limits = Limits {
        new_per_day: learner.new_per_day,
        reviews_per_day: learner.reviews_per_day,
        new_done_today: day.new,
        reviews_done_today: day.reviews,
    };
    let seed = queue::day_seed(learner.id, today);
    let mut coming = vec![0; AHEAD];
    for place in &due {
        let days = place.due - today;
        if let Some(count) = usize::try_from(days - 1).ok().and_then(|index| coming.get_mut(index)) {
            *count += 1;
        }
    }
    let entries = queue::build(&Day { seed, today, limits, due: &due, new: &new, drill: &drill });
    let asked_due = entries.iter().filter(|entry| entry.mode == Mode::Due).count();
    let waiting = due.iter().filter(|place| place.due <= today).count();
    debug_assert!(asked_due <= waiting);
    Ok(Agenda { entries, waiting, limits, coming })
}

/// Due cards that the day after `today` will ask, as things stand: what that day's overview will say.
pub(super) fn due_tomorrow(
    db: &Connection,
    decks: &Decks,
    learner: &Learner,
    today: StudyDay,
) -> Result<usize, StoreError> {
    Ok(agenda(db, decks, learner, today + 1, None)?.count(Mode::Due))
}

/// The learner's streak on a study day, pauses counted.
pub(super) fn streak_on(db: &Connection, learner: &Learner, day: StudyDay) -> Result<Streak, StoreError> {
    Ok(streak(&review::active_days(db, learner.id)?, &pause::all(db, learner.id)?, day))
}

/// The day as the overview and the reminder tell it.
pub(super) fn day(
    db: &Connection,
    decks: &Decks,
    learner: &Learner,
    today: StudyDay,
) -> Result<ShownDay, StoreError> {
    let agenda = agenda(db, decks, learner, today, None)?;
    let position = plan_day(learner.start_day, today);
    let done = match position {
        PlanPosition::Day(day) => plan::done_days(db, learner.id)?.contains_key(&day.number()),
        _ => false,
    };
    let streak = streak_on(db, learner, today)?;
    let paused = pause::last_day(db, learner.id, today)?.map(|last| super::pause::until(last, today));
    let mean_ms = review::mean_took_ms(db, learner.id)?.and_then(|ms| usize::try_from(ms).ok());
    let ms = mean_ms.map_or(DEFAULT_SECONDS * 1000, |ms| ms.max(3_000)) * agenda.entries.len();
    let due = agenda.count(Mode::Due);
    let backlog_days = (agenda.waiting > due)
        .then(|| {
            queue::backlog_days(
                u32::try_from(agenda.waiting).unwrap_or(u32::MAX),
                agenda.limits.reviews_left(),
                learner.reviews_per_day,
                &agenda.coming,
            )
        })
        .flatten();
    Ok(ShownDay {
        plan: plan_line(decks, done, position, calendar::short_date(learner.start_day, today)),
        due,
        new: agenda.count(Mode::New),
        drill: agenda.count(Mode::Drill),
        minutes: i64::try_from(ms.div_ceil(60_000)).unwrap_or(i64::MAX),
        backlog_days: backlog_days.map(i64::from),
        streak: i64::from(streak.days),
        freezes: i64::from(streak.freezes),
        paused,
    })
}
