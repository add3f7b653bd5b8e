//! When the bot should speak without being asked: a small model of its own of the daily reminder, what was put
//! off, and the evening's nudge, from what the learner has told.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};

use super::book::{Book, instant, study_day};
use super::diary::{Event, Settings};
use super::rules::Case;

/// A reminder that would come later than this is left out.
const LATEST: TimeDelta = TimeDelta::hours(6);
/// And a nudge.
const LATEST_NUDGE: TimeDelta = TimeDelta::hours(2);

/// What the bot speaks for, in the order in which one silences the next at the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum What {
    /// The reminder of a local date.
    Daily(NaiveDate),
    /// The nudge of a study day's evening.
    Nudge(NaiveDate),
    /// What the learner put off.
    PutOff,
}

/// Whether the bot should speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Yes,
    No,
    /// It depends on what is promised nowhere.
    Maybe,
}

/// A moment at which the bot speaks or has a reason not to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub at: DateTime<Utc>,
    pub what: What,
    pub wanted: Wanted,
}

/// Something that is due at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    /// When the bot can speak: later than it should when it was down.
    handled: DateTime<Utc>,
    what: What,
    at: DateTime<Utc>,
}

impl Due {
    /// By then it has no point any more.
    fn too_late(&self, settings: &Settings) -> bool {
        let late = self.handled - self.at;
        match self.what {
            What::Nudge(evening) => late > LATEST_NUDGE || study_day(self.handled, settings) != evening,
            What::Daily(_) | What::PutOff => late > LATEST,
        }
    }

    /// It falls into a pause: a daily one by its own time, also when the bot was down then.
    fn paused(&self, book: &Book, settings: &Settings) -> bool {
        let at = if matches!(self.what, What::Daily(_)) { self.at } else { self.handled };
        book.paused.contains(&study_day(at, settings))
    }
}

/// Every moment of a life at which something was due, in order; one for each instant.
pub(super) fn moments(case: &Case<'_>) -> Vec<Moment> {
    let mut events = case.diary.events.iter().peekable();
    let mut book = Book::new();
    let mut decided: HashSet<What> = HashSet::new();
    let mut settled: Option<NaiveDate> = None;
    let mut moved = false;
    let mut moments: Vec<Moment> = Vec::new();
    for due in all_due(case) {
        while let Some((at, event)) = events.next_if(|(at, _)| *at < due.handled) {
            book.take(*at, event);
            match event {
                Event::NotToday => (settled, moved) = (Some(book.day(*at)), false),
                Event::Moved => moved = true,
                _ => {}
            }
        }
        // Of a day that was settled, and of a date that was spoken for, nothing more comes.
        let again = due.what != What::PutOff && decided.contains(&due.what);
        let of_day = |told: &Settings| match due.what {
            What::Nudge(evening) => evening,
            _ => study_day(due.at, told),
        };
        let over = settled.is_some() && settled == book.settings.as_ref().map(of_day);
        // A reminder since the day of the report has brought it.
        let reported = book.settings.as_ref().is_some_and(|told| {
            let on = report_day(study_day(due.handled, told), told.start);
            let brought = |one: &Moment| {
                matches!(one.what, What::Daily(_))
                    && one.wanted == Wanted::Yes
                    && Some(study_day(one.at, told)) >= on
            };
            on.is_none() || moments.iter().rev().take(9).any(brought)
        });
        let wanted = match wanted(&due, &book, reported) {
            _ if again => Wanted::No,
            // Moved into the night after a "not today", it may be meant for the new date.
            Wanted::Yes if over && moved && matches!(due.what, What::Daily(_)) => Wanted::Maybe,
            Wanted::Yes if over => Wanted::No,
            wanted => wanted,
        };
        // What was too late, or fell into a pause, may still be moved to later.
        let open = |told: &Settings| due.too_late(told) || due.paused(&book, told);
        if !book.settings.as_ref().is_some_and(open) {
            decided.insert(due.what);
        }
        match moments.last_mut().filter(|last| last.at == due.handled) {
            Some(last) if last.wanted == Wanted::No => {
                *last = Moment { at: due.handled, what: due.what, wanted }
            }
            Some(_) => {}
            None => moments.push(Moment { at: due.handled, what: due.what, wanted }),
        }
    }
    moments
}

/// The latest day with a week's report, of the last seven: the last day of a week of the plan, a Sunday outside it.
fn report_day(today: NaiveDate, start: NaiveDate) -> Option<NaiveDate> {
    (0..7).map(|back| today - TimeDelta::days(back)).find(|date| match (*date - start).num_days() + 1 {
        day @ 1..=84 => day % 7 == 0,
        _ => date.weekday() == Weekday::Sun,
    })
}

/// Whether the bot should speak, by what was done until then. `reported`: the week's report needs no message.
fn wanted(due: &Due, book: &Book, reported: bool) -> Wanted {
    let Some(settings) = &book.settings else { return Wanted::No };
    let today = study_day(due.handled, settings);
    if due.paused(book, settings) || due.too_late(settings) {
        return Wanted::No;
    }
    if let What::Nudge(evening) = due.what {
        let (streak, freezes) = book.streak(evening);
        let breaks = streak > 0 && freezes == 0 && !book.active(evening);
        return if breaks { Wanted::Yes } else { Wanted::No };
    }
    let day = (today - settings.start).num_days() + 1;
    let marked = u8::try_from(day).ok().and_then(|day| book.marked.get(&day));
    let done = marked.is_some();
    let early = day < 1 && book.answers.is_empty();
    if due.what != What::PutOff && done && !reported {
        // The week's report comes on a day that is done, too, when there is something to report.
        Wanted::Maybe
    } else if marked.is_some_and(|marked| *marked < today) {
        // Done ahead: it comes when cards wait.
        Wanted::Maybe
    } else if done || early {
        Wanted::No
    } else if (1..=84).contains(&day) {
        Wanted::Yes
    } else {
        // Outside the plan it comes when something is due.
        Wanted::Maybe
    }
}

/// When the bot can speak that should speak at an instant.
fn handled(case: &Case<'_>, at: DateTime<Utc>) -> DateTime<Utc> {
    case.outages.iter().find(|outage| outage.contains(&at)).map_or(at, |outage| outage.end)
}

/// All that becomes due, by the settings of its moment. Of the daily ones that an outage holds back the last
/// counts; so with nudges.
fn all_due(case: &Case<'_>) -> Vec<Due> {
    let told = || {
        case.diary.events.iter().filter_map(|(at, event)| match event {
            Event::Told(settings) => Some((*at, settings)),
            _ => None,
        })
    };
    let untils = told().skip(1).map(|(at, _)| at).chain([case.ended]);
    let mut daily: BTreeMap<(DateTime<Utc>, bool), Due> = BTreeMap::new();
    for ((from, settings), until) in told().zip(untils) {
        if !settings.ready || settings.blocked {
            continue;
        }
        let first = settings.zone.local(from).date() - Days::new(2);
        let last = settings.zone.local(until).date() + Days::new(1);
        for date in first.iter_days().take_while(|date| *date <= last) {
            let day = 1 << date.weekday().num_days_from_monday();
            let time = settings.remind_at.filter(|_| settings.days & day != 0);
            // A nudge after midnight belongs to the evening before.
            let night = settings.nudge_at.is_some_and(|time| time < settings.day_start);
            let evening = date - TimeDelta::days(night.into());
            for (what, time) in [(What::Daily(date), time), (What::Nudge(evening), settings.nudge_at)] {
                let Some(at) = time.map(|time| instant(settings.zone, date, time)) else { continue };
                if from < at && at <= until {
                    let handled = handled(case, at);
                    // Later ones of an outage replace the earlier, unless nothing could come for them: a pause.
                    daily.insert((handled, matches!(what, What::Daily(_))), Due { handled, what, at });
                }
            }
        }
    }
    let mut all: Vec<Due> = daily.into_values().chain(put_off(case)).collect();
    all.retain(|one| one.handled < case.ended);
    all.sort();
    all
}

/// What the learner put off, until when.
fn put_off(case: &Case<'_>) -> Vec<Due> {
    let due = |at| Due { handled: handled(case, at), what: What::PutOff, at };
    let mut all = Vec::new();
    let mut pending: Option<DateTime<Utc>> = None;
    // Nothing is put off while reminders are off, and switching them off ends what was.
    let mut off = false;
    for (at, event) in &case.diary.events {
        if let Some(until) = pending.filter(|until| handled(case, *until) < *at) {
            all.push(due(until));
            pending = None;
        }
        match event {
            Event::Snoozed(until) if !off => pending = Some(*until),
            Event::NotToday => pending = None,
            Event::Told(settings) => {
                off = settings.remind_at.is_none();
                pending = pending.filter(|_| !off && !settings.blocked);
            }
            Event::Paused(days) if *days > 0 => pending = None,
            _ => {}
        }
    }
    all.extend(pending.map(due));
    all
}
