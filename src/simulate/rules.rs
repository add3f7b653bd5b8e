//! What must hold in every life: one function a rule, written from what is promised to learners and judged by
//! the diary, by the rows of the database and by [`super::book`], never by the code that is judged.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::book::{Book, instant, sm2};
use super::diary::{Counts, Diary, Event, Settings};
use super::rows::{LogRow, PlaceRow};
use super::spoken::{self, Wanted};
use crate::store::learner::Learner as Kept;
use crate::study::calendar::StudyDay;
use crate::study::card::CardId;

/// The bot needs no longer than this to send what is due.
const AT_ONCE: TimeDelta = TimeDelta::seconds(1);
/// Days before the interview in which every card is asked once more.
const SWEEP: i64 = 7;

/// A life and what the bot has kept of it.
pub(super) struct Case<'a> {
    pub diary: &'a Diary,
    /// When it was over.
    pub ended: DateTime<Utc>,
    /// The learner does all that is due.
    pub diligent: bool,
    pub outages: &'a [Range<DateTime<Utc>>],
    pub log: Vec<LogRow>,
    pub schedule: BTreeMap<CardId, PlaceRow>,
    pub kept: Option<Kept>,
    /// The cards that a review session may ask, by week.
    pub weeks: &'a [Vec<CardId>],
}

/// How often a rule was applied, and where it does not hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub applied: u64,
    pub broken: Vec<String>,
}

impl Found {
    fn check(&mut self, holds: bool, at: DateTime<Utc>, what: impl FnOnce() -> String) {
        self.applied += 1;
        if !holds {
            self.broken.push(format!("{}: {}", at.format("%Y-%m-%d %H:%M:%S"), what()));
        }
    }
}

/// A rule.
pub(super) type Rule = fn(&Case<'_>) -> Found;

/// All rules by their names.
pub(super) const RULES: [(&str, Rule); 10] = [
    ("the bot met no fault", no_trouble),
    ("what was set is kept", settings_are_kept),
    ("every answer is logged once", answers_are_logged_once),
    ("schedule is SM-2's", schedule_is_sm2),
    ("only due and new cards count", only_due_and_new_cards_count),
    ("load within the limits", load_within_the_limits),
    ("the day's figures are true", days_figures_are_true),
    ("sessions end firm", sessions_end_firm),
    ("all cards before the interview", all_cards_before_the_interview),
    ("reminded once, never missed", reminded_once_and_never_missed),
];

fn no_trouble(case: &Case<'_>) -> Found {
    let applied = u64::try_from(case.diary.events.len()).unwrap_or(u64::MAX);
    let mut found = Found { applied, broken: Vec::new() };
    for (at, trouble) in &case.diary.troubles {
        found.check(false, *at, || trouble.clone());
    }
    found
}

fn settings_are_kept(case: &Case<'_>) -> Found {
    let mut found = Found::default();
    let (Some(told), Some(kept)) = (case.diary.settings(), &case.kept) else { return found };
    let kept = Settings {
        zone: kept.zone,
        day_start: kept.day_start,
        remind_at: kept.remind_at,
        days: kept.remind_days.bits(),
        start: kept.start_day.date(),
        new: u16::try_from(kept.new_per_day).unwrap_or(u16::MAX),
        reviews: u16::try_from(kept.reviews_per_day).unwrap_or(u16::MAX),
        interview: kept.interview_on.map(StudyDay::date),
        nudge_at: kept.nudge_at,
        ready: true,
        blocked: kept.blocked,
    };
    found.check(kept == *told, case.ended, || format!("told {told:?}, kept {kept:?}"));
    found
}

/// Every tap or word that graded an answer has exactly one row, in order, and what was taken back is marked so.
fn answers_are_logged_once(case: &Case<'_>) -> Found {
    let mut found = Found::default();
    let mut book = Book::new();
    let mut expected: Vec<LogRow> = Vec::new();
    for (at, event) in &case.diary.events {
        if matches!(event, Event::TookBack | Event::Overruled)
            && let Some(last) = expected.iter_mut().rev().find(|row| !row.undone)
        {
            last.undone = true;
        }
        book.take(*at, event);
        if matches!(event, Event::Rated(_) | Event::Overruled)
            && let Some(answer) = book.answers.last()
        {
            let kind = match answer.rating.counts {
                Counts::Due | Counts::New => "review",
                Counts::Drill => "drill",
                Counts::Practice => "practice",
            };
            expected.push(LogRow {
                at: *at,
                card: answer.rating.card.clone(),
                kind: kind.to_owned(),
                first: answer.first,
                quality: answer.rating.quality,
                day: answer.day,
                undone: false,
            });
        }
    }
    for (row, expected) in case.log.iter().zip(&expected) {
        found.check(row == expected, expected.at, || format!("logged {row:?} for {expected:?}"));
    }
    found.check(case.log.len() == expected.len(), case.ended, || {
        format!("{} answers, {} rows", expected.len(), case.log.len())
    });
    found
}

fn schedule_is_sm2(case: &Case<'_>) -> Found {
    let mut found = Found::default();
    let mut book = Book::new();
    case.diary.events.iter().for_each(|(at, event)| book.take(*at, event));
    for (card, reviews) in &book.cards {
        let (repetition, interval, ease) = sm2(reviews.iter().map(|(quality, _)| *quality));
        let day = reviews.last().map(|(_, day)| *day).unwrap_or_default();
        let due = book.due(card).unwrap_or_default();
        let expected = PlaceRow { repetition, interval, ease, due, reviewed_on: day };
        let place = case.schedule.get(card);
        found.check(place == Some(&expected), case.ended, || {
            format!("{card} stands at {place:?}, by SM-2 at {expected:?}")
        });
    }
    found.check(case.schedule.len() == book.cards.len(), case.ended, || {
        format!("{} cards met, {} in the schedule", book.cards.len(), case.schedule.len())
    });
    found
}

/// A card that was asked as new was never asked before; one that was asked as due was due, or it is the sweep
/// before the interview.
fn only_due_and_new_cards_count(case: &Case<'_>) -> Found {
    let mut found = Found::default();
    let mut book = Book::new();
    for (at, event) in &case.diary.events {
        if let Event::Rated(rating) = event {
            let today = book.day(*at);
            let due = book.due(&rating.card);
            let met = book.cards.get(&rating.card).and_then(|reviews| reviews.last()).map(|last| last.1);
            // A flight to the west while the session is open takes a day back.
            let flight = book.flown.is_some_and(|flown| *at - flown < TimeDelta::days(2));
            let by = today + TimeDelta::days(i64::from(flight));
            let swept = |day| sweep(&book, day).is_some_and(|from| met.is_some_and(|met| met < from));
            // A session that is gone on with after the interview asks what it held when it began.
            let begun = || {
                let of_session = book.answers.iter().find(|answer| answer.rating.session == rating.session);
                of_session.map_or(today, |answer| answer.day)
            };
            let holds = match rating.counts {
                Counts::New => due.is_none(),
                Counts::Due => due.is_some_and(|due| due <= by) || swept(today) || swept(begun()),
                Counts::Drill | Counts::Practice => true,
            };
            found.check(holds, *at, || format!("{rating:?} on {today}, due {due:?}"));
        }
        book.take(*at, event);
    }
    found
}

/// The first day of the sweep, if it has begun and the interview is still to come.
fn sweep(book: &Book, today: NaiveDate) -> Option<NaiveDate> {
    let interview = book.settings.as_ref()?.interview?;
    let from = interview - TimeDelta::days(SWEEP);
    (from <= today && today < interview).then_some(from)
}

/// Quizzes are taken by hand, on top of the day's limits; they count for what is left. The sweep before an
/// interview may ask for more reviews, since otherwise a card would be left out, but not for more new cards.
fn load_within_the_limits(case: &Case<'_>) -> Found {
    let mut found = Found::default();
    let mut book = Book::new();
    for (at, event) in &case.diary.events {
        book.take(*at, event);
        let Event::Rated(rating) = event else { continue };
        if rating.quiz || !matches!(rating.counts, Counts::Due | Counts::New) {
            continue;
        }
        let today = book.day(*at);
        let [_, new, reviews] = book.done_on(today);
        let (most_new, most_reviews) = book.limits(*at);
        found.check(rating.counts != Counts::New || new <= most_new, *at, || {
            format!("{new} new cards on {today}, the limit is {most_new}")
        });
        let swept = sweep(&book, today).is_some();
        found.check(swept || reviews <= most_reviews, *at, || {
            format!("{reviews} reviews on {today}, the limit is {most_reviews}")
        });
    }
    found
}

/// Due, new and drill cards as the overview tells them, streak and freezes, counted anew.
fn days_figures_are_true(case: &Case<'_>) -> Found {
    let mut found = Found::default();
    let mut book = Book::new();
    for (at, event) in &case.diary.events {
        book.take(*at, event);
        let Event::Read(told) = event else { continue };
        let Some(settings) = book.settings.clone() else { continue };
        let today = book.day(*at);
        let [new_done, _, reviews_done] = book.done_on(today);
        let left = u32::from(settings.reviews).saturating_sub(reviews_done);
        let (at_least, at_most) = due_by(&book, &settings, today);
        // The sweep may raise the limit of reviews, and then asks nothing new.
        let swept = sweep(&book, today).is_some();
        let last = settings.interview == today.succ_opt();
        let due = match (swept, last) {
            (false, _) => at_least.min(left)..=at_most.min(left),
            (true, true) => at_least..=at_most,
            (true, false) => at_least.min(left)..=at_most,
        };
        found.check(due.contains(&told.due), *at, || format!("{} due, counted {due:?}", told.due));
        let unmet = unmet(case, &book, &settings, today);
        let new =
            u32::from(settings.new).saturating_sub(new_done).min(left.saturating_sub(told.due)).min(unmet);
        let holds = told.new == new || (swept && told.new == 0);
        found.check(holds, *at, || format!("{} new, counted {new}", told.new));
        let drill = book.to_drill(today);
        found.check(told.drill == drill, *at, || format!("{} to drill, counted {drill}", told.drill));
        let streak = book.streak(today);
        found.check((told.streak, told.freezes) == streak, *at, || {
            format!("streak {} with {} freezes, counted {streak:?}", told.streak, told.freezes)
        });
    }
    found
}

/// How many cards are due today: at least and at most, as the days of the sweep are the bot's to choose, but
/// for the last: then everything has to be asked that was not yet.
fn due_by(book: &Book, settings: &Settings, today: NaiveDate) -> (u32, u32) {
    let sweep = sweep(book, today);
    let last = settings.interview == today.succ_opt();
    let (mut plain, mut all) = (0, 0);
    for (card, reviews) in &book.cards {
        if book.aside(card, today) {
            continue;
        }
        let due = book.due(card).is_some_and(|due| due <= today);
        let met = reviews.last().map(|(_, day)| *day);
        let swept = sweep.is_some_and(|from| met.is_some_and(|met| met < from));
        plain += u32::from(due);
        all += u32::from(due || swept);
    }
    if last { (all, all) } else { (plain, all) }
}

/// Cards never met in the weeks that are reached or were opened by hand.
fn unmet(case: &Case<'_>, book: &Book, settings: &Settings, today: NaiveDate) -> u32 {
    let reached = (today - settings.start).num_days().div_euclid(7) + 1;
    let mut unmet = 0;
    for (week, cards) in (1..).zip(case.weeks) {
        if i64::from(week) <= reached || book.opened.contains(&week) {
            let new = cards.iter().filter(|card| !book.cards.contains_key(card) && !book.aside(card, today));
            unmet += u32::try_from(new.count()).unwrap_or(u32::MAX);
        }
    }
    unmet
}

/// SM-2's last step: what was graded below 4 in a session was asked again until it got 4 or 5.
fn sessions_end_firm(case: &Case<'_>) -> Found {
    let mut found = Found::default();
    let mut book = Book::new();
    for (at, event) in &case.diary.events {
        book.take(*at, event);
        let Event::Finished(session) = event else { continue };
        let today = book.day(*at);
        let mut last: HashMap<&CardId, u8> = HashMap::new();
        let of_session = book.answers.iter().filter(|answer| answer.rating.session == *session);
        for answer in of_session.filter(|answer| answer.rating.counts != Counts::Practice) {
            last.insert(&answer.rating.card, answer.rating.quality);
        }
        for (card, quality) in last {
            let firm = quality >= 4 || book.aside(card, today);
            found.check(firm, *at, || format!("{card} was left at {quality}"));
        }
    }
    found
}

/// Who does all that is due meets every card once more in the seven days before the interview.
fn all_cards_before_the_interview(case: &Case<'_>) -> Found {
    let mut found = Found::default();
    let Some(settings) = case.diary.settings().filter(|_| case.diligent) else { return found };
    let Some(interview) = settings.interview else { return found };
    let from = interview - TimeDelta::days(SWEEP);
    let begins = instant(settings.zone, from, settings.day_start);
    let ends = instant(settings.zone, interview, settings.day_start);
    let down = case.outages.iter().any(|outage| {
        outage.start < ends && begins < outage.end && outage.end - outage.start > TimeDelta::hours(3)
    });
    let told = case
        .diary
        .events
        .iter()
        .find(|(_, event)| matches!(event, Event::Told(told) if told.interview == Some(interview)));
    if down || ends > case.ended || told.is_none_or(|(at, _)| *at > begins) {
        return found;
    }
    let mut book = Book::new();
    let before = case.diary.events.iter().take_while(|(at, _)| *at < ends);
    before.for_each(|(at, event)| book.take(*at, event));
    for (card, reviews) in &book.cards {
        if reviews.first().is_some_and(|(_, day)| *day < from) {
            let asked = reviews.iter().any(|(_, day)| from <= *day && *day < interview);
            found.check(asked, ends, || format!("{card} was not asked from {from} to {interview}"));
        }
    }
    found
}

/// One reminder for each local date on which one is due, at its time, and none besides: not on days that are
/// done, paused or before the plan, not over six hours late, no second one for a date. The same for what was
/// put off, and for the nudge.
fn reminded_once_and_never_missed(case: &Case<'_>) -> Found {
    let mut found = Found::default();
    let mut came = case
        .diary
        .events
        .iter()
        .filter(|(_, event)| matches!(event, Event::Reminded))
        .map(|(at, _)| *at)
        .peekable();
    for moment in spoken::moments(case) {
        while let Some(at) = came.next_if(|at| *at < moment.at) {
            found.check(false, at, || "a message that nobody expected".to_owned());
        }
        let comes = came.next_if(|at| *at - moment.at <= AT_ONCE).is_some();
        let holds = match moment.wanted {
            Wanted::Yes => comes,
            Wanted::No => !comes,
            Wanted::Maybe => true,
        };
        found.check(holds, moment.at, || {
            format!(
                "{} though wanted: {:?}, for {:?}",
                if comes { "came" } else { "missed" },
                moment.wanted,
                moment.what
            )
        });
    }
    for at in came {
        found.check(false, at, || "a message that nobody expected".to_owned());
    }
    found
}
