//! What a learner's day holds.

use rusqlite::Connection;

use super::overview::plan_line;
use super::schedule::Schedule;
use crate::decks::Decks;
use crate::store::learner::Learner;
use crate::store::{StoreError, pause, plan, review, session};
use crate::study::calendar::{self, PlanPosition, StudyDay, plan_day};
use crate::study::card::{Card, CardId, Kind};
use crate::study::interview;
use crate::study::queue::{self, Candidate, Day, DueCandidate, Entry, Limits, Mode};
use crate::study::streak::{Streak, streak};
use crate::wording::day::{Day as ShownDay, Raised};
use crate::wording::streak::News;

/// Seconds that a review takes, as long as the learner has not shown it.
const DEFAULT_SECONDS: usize = 25;
/// A streak of fewer days ends without a word.
const WORTH_TELLING: u32 = 2;
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
    /// What the learner's limits leave; the sweep before an interview may raise them.
    pub limits: Limits,
    /// Cards that become due on each of the next days, from tomorrow on.
    coming: Vec<u32>,
}

impl Agenda {
    fn count(&self, mode: Mode) -> usize {
        self.entries.iter().filter(|entry| entry.mode == mode).count()
    }
}

/// Builds the queue of a study day, over all weeks reached or of one week.
pub(super) fn agenda(
    db: &Connection,
    decks: &Decks,
    learner: &Learner,
    today: StudyDay,
    week: Option<u8>,
) -> Result<Agenda, StoreError> {
    let schedule = Schedule::load(db, decks, learner, today)?;
    let is_prompt = |id: &CardId| decks.card(id).is_some_and(|(card, _)| card.kind == Kind::Code);
    let day = review::day_count(db, learner.id, today, |id| !is_prompt(id))?;
    let opened = plan::opened_weeks(db, learner.id)?;
    let reached = plan_day(learner.start_day, today).weeks_reached();
    let asked = |id: &CardId| {
        decks
            .card(id)
            .filter(|(card, place)| {
                let of_week = week.is_none_or(|week| week == place.week);
                card.kind != Kind::Code && !schedule.is_aside(id) && of_week
            })
            .map(|(card, _)| card)
    };
    let due: Vec<DueCandidate<'_>> = schedule
        .all()
        .filter_map(|(card, due)| Some(DueCandidate { card, due, concept: concept(asked(card)?) }))
        .collect();
    let new: Vec<Candidate<'_>> = (1..=12)
        .filter(|number| week.map_or(*number <= reached || opened.contains(number), |week| week == *number))
        .flat_map(|number| cards(decks, number))
        .filter(|card| !schedule.is_met(&card.id) && !schedule.is_aside(&card.id))
        .map(|card| Candidate { card: &card.id, concept: concept(card) })
        .collect();
    let drill: Vec<Candidate<'_>> = day
        .drill
        .iter()
        .filter_map(|id| asked(id).map(|card| Candidate { card: id, concept: concept(card) }))
        .collect();
    let limits = limits(learner, today, &day, &schedule);
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

/// The learner's limits. In the sweep before an interview they are raised to what the sweep needs, and such a day
/// has no room for new cards.
fn limits(learner: &Learner, today: StudyDay, day: &review::DayCount, schedule: &Schedule) -> Limits {
    let due: Vec<StudyDay> = schedule.all().map(|(_, due)| due).collect();
    let asked = usize::try_from(day.reviews).unwrap_or(usize::MAX);
    let needed = interview::needed_today(learner.interview_on, today, asked, &due);
    let needed = needed.map_or(0, |needed| u32::try_from(needed).unwrap_or(u32::MAX));
    let raised = needed > learner.reviews_per_day;
    Limits {
        new_per_day: if raised { learner.new_per_day.min(day.new) } else { learner.new_per_day },
        reviews_per_day: needed.max(learner.reviews_per_day),
        new_done_today: day.new,
        reviews_done_today: day.reviews,
    }
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
    let checkpoint = match position {
        PlanPosition::Day(day) if day.is_checkpoint() && cards(decks, day.week()).next().is_some() => {
            let taken = session::last_checkpoint(db, learner.id, day.week(), i64::MAX)?;
            taken.is_none_or(|taken| taken.study_day < today).then(|| day.week())
        }
        _ => None,
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
                agenda.limits.reviews_per_day,
                &agenda.coming,
            )
        })
        .flatten();
    Ok(ShownDay {
        plan: plan_line(decks, done, position, calendar::short_date(learner.start_day, today)),
        due,
        due_in_all: agenda.waiting,
        new: agenda.count(Mode::New),
        drill: agenda.count(Mode::Drill),
        minutes: i64::try_from(ms.div_ceil(60_000)).unwrap_or(i64::MAX),
        backlog_days: backlog_days.map(i64::from),
        checkpoint,
        interview: interview::days_left(learner.interview_on, today),
        raised: (agenda.limits.reviews_per_day > learner.reviews_per_day)
            .then_some(Raised { to: agenda.limits.reviews_per_day, from: learner.reviews_per_day }),
        streak: i64::from(streak.days),
        freezes: i64::from(streak.freezes),
        news: news(&streak, today),
        paused,
    })
}

/// What happened to the streak, in words.
fn news(streak: &Streak, today: StudyDay) -> News {
    let date = |day: StudyDay| calendar::short_date(day, today);
    News {
        spent: streak.spent.iter().copied().map(date).collect(),
        left: i64::from(streak.freezes),
        ended: streak
            .ended
            .filter(|ended| ended.days >= WORTH_TELLING)
            .map(|ended| (i64::from(ended.days), date(ended.on))),
        earned: streak.earned_today.then_some(i64::from(streak.days)),
    }
}
