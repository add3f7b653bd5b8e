//! Where a day stands in the plan of 12 weeks.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::StudyDay;

/// Days of the plan: 12 weeks of 7.
pub const PLAN_DAYS: u8 = 84;

/// A day of the plan, 1-84.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct PlanDay(u8);

/// A number that is no day of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{0} is not a day of the plan: it has days 1 to 84")]
pub struct NotAPlanDay(pub u8);

impl PlanDay {
    /// The day of that number, if it is 1-84.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number >= 1 && number <= PLAN_DAYS { Some(Self(number)) } else { None }
    }

    /// The day of a week: week 1-12, day 1-7.
    #[must_use]
    pub const fn of_week(week: u8, day: u8) -> Option<Self> {
        if week >= 1 && week <= 12 && day >= 1 && day <= 7 { Self::new((week - 1) * 7 + day) } else { None }
    }

    /// All 84, in order.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        (1..=PLAN_DAYS).map(Self)
    }

    /// The number, 1-84.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The week it is in, 1-12.
    #[must_use]
    pub const fn week(self) -> u8 {
        (self.0 - 1) / 7 + 1
    }

    /// Its place in that week, 1-7.
    #[must_use]
    pub const fn day(self) -> u8 {
        (self.0 - 1) % 7 + 1
    }

    /// Whether it is its week's last day, which has the checkpoint quiz.
    #[must_use]
    pub const fn is_checkpoint(self) -> bool {
        self.day() == 7
    }

    /// When it falls in a plan that starts on that day.
    #[must_use]
    pub fn on(self, start: StudyDay) -> StudyDay {
        start + i64::from(self.0 - 1)
    }
}

impl TryFrom<u8> for PlanDay {
    type Error = NotAPlanDay;

    fn try_from(number: u8) -> Result<Self, NotAPlanDay> {
        Self::new(number).ok_or(NotAPlanDay(number))
    }
}

impl From<PlanDay> for u8 {
    fn from(day: PlanDay) -> Self {
        day.0
    }
}

/// Where today stands in a learner's plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanPosition {
    /// The plan starts in so many days, one at the least.
    Before {
        /// Days until day 1.
        days: u32,
    },
    /// Today is a day of the plan.
    Day(PlanDay),
    /// The plan is over since so many days, one at the least.
    After {
        /// Days since day 84.
        days: u32,
    },
}

impl PlanPosition {
    /// The last week reached so far: 0 before the plan, 12 after it.
    #[must_use]
    pub const fn weeks_reached(self) -> u8 {
        match self {
            Self::Before { .. } => 0,
            Self::Day(day) => day.week(),
            Self::After { .. } => 12,
        }
    }
}

/// Where `today` stands in a plan whose day 1 is `start`.
#[must_use]
pub fn plan_day(start: StudyDay, today: StudyDay) -> PlanPosition {
    let passed = today - start;
    // The distance of two days always fits: it spans at most the range of i32.
    let count = |days: i64| u32::try_from(days).unwrap_or(u32::MAX);
    match u8::try_from(passed + 1).ok().and_then(PlanDay::new) {
        Some(day) => PlanPosition::Day(day),
        None if passed < 0 => PlanPosition::Before { days: count(-passed) },
        None => PlanPosition::After { days: count(passed + 1 - i64::from(PLAN_DAYS)) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions() {
        let check = |today: i32, expected| assert_eq!(plan_day(StudyDay(100), StudyDay(today)), expected);
        let day = |number| PlanPosition::Day(PlanDay::new(number).expect("a plan day"));
        check(99, PlanPosition::Before { days: 1 });
        check(90, PlanPosition::Before { days: 10 });
        check(100, day(1));
        check(106, day(7));
        check(107, day(8));
        check(183, day(84));
        check(184, PlanPosition::After { days: 1 });
        check(100 + 400, PlanPosition::After { days: 317 });
        check(i32::MIN, PlanPosition::Before { days: 2_147_483_748 });
        assert_eq!(
            plan_day(StudyDay(i32::MIN), StudyDay(i32::MAX)),
            PlanPosition::After { days: u32::MAX - 83 }
        );
    }

    #[test]
    fn weeks_and_days() {
        let numbers: Vec<_> = PlanDay::all().map(|day| (day.week(), day.day())).collect();
        assert_eq!(numbers.len(), 84);
        assert_eq!(numbers.first(), Some(&(1, 1)));
        assert_eq!(numbers.get(7), Some(&(2, 1)));
        assert_eq!(numbers.last(), Some(&(12, 7)));
        for day in PlanDay::all() {
            assert_eq!(PlanDay::of_week(day.week(), day.day()), Some(day));
            assert_eq!(plan_day(StudyDay(5), day.on(StudyDay(5))), PlanPosition::Day(day));
        }
        assert_eq!(PlanDay::all().filter(|day| day.is_checkpoint()).count(), 12);
        assert_eq!([PlanDay::new(0), PlanDay::new(85)], [None, None]);
        assert_eq!([(0, 1), (13, 1), (1, 0), (1, 8)].map(|(w, d)| PlanDay::of_week(w, d)), [None; 4]);
        assert!(serde_json::from_str::<PlanDay>("85").is_err());
        assert_eq!(serde_json::from_str::<PlanDay>("84").ok(), PlanDay::new(84));
    }

    #[test]
    fn weeks_reached() {
        let reached = |today| plan_day(StudyDay(0), StudyDay(today)).weeks_reached();
        assert_eq!([-1, 0, 6, 7, 83, 84].map(reached), [0, 1, 1, 2, 12, 12]);
    }
}
