//! What the lives come to in figures: load and retention by week of the plan, readiness, reminders.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::diary::{Counts, Event, Measure};
use super::measure::AHEAD;
use super::rules::Case;

/// A sum with its count.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Mean {
    sum: f64,
    count: u32,
}

impl Mean {
    pub fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1;
    }

    fn merge(&mut self, other: Self) {
        self.sum += other.sum;
        self.count += other.count;
    }

    pub fn count(&self) -> u32 {
        self.count
    }

    /// The mean, unless there is nothing.
    pub fn get(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / f64::from(self.count))
    }
}

/// One week of the plan, over all learners.
#[derive(Clone, Debug, Default)]
pub(super) struct Week {
    /// Learners who studied on at least one day.
    pub active: u32,
    /// Days on which each of them studied.
    pub days: Mean,
    /// Reviews of each day that was studied, new cards included.
    pub reviews: Vec<u32>,
    /// New cards of such a day.
    pub new: Mean,
    /// Minutes of such a day.
    pub minutes: Mean,
    /// How likely a due card was to be recalled when it was asked.
    pub likely: Mean,
    /// Whether it was, by the log.
    pub recalled: Mean,
    /// The streak that each learner was told of last.
    pub streaks: Vec<u32>,
}

/// Forecasts of readiness against the truth.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Errors {
    pub forecast: Mean,
    pub truth: Mean,
    /// Forecast minus truth.
    pub bias: Mean,
    pub absolute: Mean,
    /// The distance of 0.9 from the truth.
    pub constant: Mean,
}

impl Errors {
    fn add(&mut self, one: &Measure) {
        self.forecast.add(one.forecast);
        self.truth.add(one.truth);
        self.bias.add(one.forecast - one.truth);
        self.absolute.add((one.forecast - one.truth).abs());
        self.constant.add((0.9 - one.truth).abs());
    }

    fn merge(&mut self, other: Self) {
        self.forecast.merge(other.forecast);
        self.truth.merge(other.truth);
        self.bias.merge(other.bias);
        self.absolute.merge(other.absolute);
        self.constant.merge(other.constant);
    }
}

/// All figures.
#[derive(Clone, Debug)]
pub(super) struct Figures {
    pub learners: u32,
    pub answers: u64,
    pub weeks: Vec<Week>,
    /// By weeks lived, for each of [`AHEAD`].
    pub errors: BTreeMap<u32, [Errors; AHEAD.len()]>,
    /// Reminders by what became of them.
    pub reminders: BTreeMap<String, u32>,
    /// Messages that came unasked.
    pub came: u64,
}

/// A day as a learner studied it.
#[derive(Clone, Copy, Default)]
struct Day {
    reviews: u32,
    new: u32,
    seconds: u32,
}

impl Figures {
    pub fn new(weeks: u32) -> Self {
        let weeks = (0..weeks).map(|_| Week::default()).collect();
        Self { learners: 0, answers: 0, weeks, errors: BTreeMap::new(), reminders: BTreeMap::new(), came: 0 }
    }

    fn week(&mut self, start: NaiveDate, day: NaiveDate) -> Option<&mut Week> {
        let week = (day - start).num_days().div_euclid(7);
        self.weeks.get_mut(usize::try_from(week).ok()?)
    }

    /// Adds one life.
    pub fn live(&mut self, case: &Case<'_>, reminders: BTreeMap<String, u32>) {
        self.learners += 1;
        self.reminders = reminders;
        let Some(start) = case.diary.settings().map(|told| told.start) else { return };
        let mut days: BTreeMap<NaiveDate, Day> = BTreeMap::new();
        for row in case.log.iter().filter(|row| !row.undone) {
            self.answers += 1;
            if row.kind != "review" {
                continue;
            }
            let day = days.entry(row.day).or_default();
            day.reviews += 1;
            day.new += u32::from(row.first);
            if let Some(week) = self.week(start, row.day).filter(|_| !row.first) {
                week.recalled.add(f64::from(u8::from(row.quality >= 3)));
            }
        }
        self.happened(case, start, &mut days);
        let mut active: BTreeMap<i64, u32> = BTreeMap::new();
        for (date, day) in days.iter().filter(|(_, day)| day.reviews > 0) {
            *active.entry((*date - start).num_days().div_euclid(7)).or_default() += 1;
            if let Some(week) = self.week(start, *date) {
                week.reviews.push(day.reviews);
                week.new.add(day.new.into());
                week.minutes.add(f64::from(day.seconds) / 60.0);
            }
        }
        for (number, studied) in active {
            if let Some(week) = usize::try_from(number).ok().and_then(|at| self.weeks.get_mut(at)) {
                week.active += 1;
                week.days.add(studied.into());
            }
        }
    }

    fn happened(&mut self, case: &Case<'_>, start: NaiveDate, days: &mut BTreeMap<NaiveDate, Day>) {
        let mut book = super::book::Book::new();
        let mut streaks: BTreeMap<i64, u32> = BTreeMap::new();
        let mut measured = BTreeSet::new();
        for (at, event) in &case.diary.events {
            if let Event::Told(_) = event {
                book.take(*at, event);
            }
            match event {
                Event::Rated(rating) => {
                    let today = book.day(*at);
                    days.entry(today).or_default().seconds += rating.seconds;
                    if let Some(week) = self.week(start, today).filter(|_| rating.counts == Counts::Due) {
                        week.likely.add(rating.likely);
                    }
                }
                Event::Read(told) => {
                    let week = (book.day(*at) - start).num_days().div_euclid(7);
                    streaks.insert(week, told.streak);
                }
                Event::Reminded => self.came += 1,
                Event::Measured(measure) => {
                    let weeks = (book.day(*at) - start).num_days() / 7;
                    let place = AHEAD.iter().position(|ahead| *ahead == measure.ahead);
                    if let (Some(place), Ok(weeks)) = (place, u32::try_from(weeks))
                        && measured.insert((weeks, place))
                    {
                        self.errors.entry(weeks).or_default()[place].add(measure);
                    }
                }
                _ => {}
            }
        }
        for (number, streak) in streaks {
            if let Some(week) = usize::try_from(number).ok().and_then(|at| self.weeks.get_mut(at)) {
                week.streaks.push(streak);
            }
        }
    }

    /// Adds the figures of others.
    pub fn add(&mut self, other: Self) {
        self.learners += other.learners;
        self.answers += other.answers;
        self.came += other.came;
        for (own, other) in self.weeks.iter_mut().zip(other.weeks) {
            own.active += other.active;
            own.days.merge(other.days);
            own.reviews.extend(other.reviews);
            own.new.merge(other.new);
            own.minutes.merge(other.minutes);
            own.likely.merge(other.likely);
            own.recalled.merge(other.recalled);
            own.streaks.extend(other.streaks);
        }
        for (week, errors) in other.errors {
            let own = self.errors.entry(week).or_default();
            own.iter_mut().zip(errors).for_each(|(own, other)| own.merge(other));
        }
        for (outcome, count) in other.reminders {
            *self.reminders.entry(outcome).or_default() += count;
        }
    }
}

/// The value below which that many in a hundred lie, of a list that need not be sorted.
pub(super) fn percentile(values: &[u32], percent: usize) -> Option<u32> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let last = sorted.len().checked_sub(1)?;
    sorted.get(last * percent / 100).copied()
}
