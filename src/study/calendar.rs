//! Days, times of day and the plan's weeks, in the learner's own time zone.
//!
//! Two kinds of day are in use. A date is what the wall calendar says. A [`StudyDay`] is a date that starts
//! some hours late (04:00 unless the learner says otherwise), so that a review at 01:30 counts for the
//! evening before; schedules, streaks and the plan count in study days.

mod areas;
mod find_zone;
mod instants;
mod parse;
mod places;
mod plan;
mod position;
mod span;
mod weekdays;
mod zone;

#[cfg(test)]
mod against_chrono_tz;

use std::ops::{Add, Sub};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

pub use find_zone::{ZoneMatch, find_zone};
pub use instants::{
    instant, last_daily, last_daily_where, next_daily, next_daily_where, study_day, study_day_start,
};
pub use parse::{DateError, NotATime, Unsaid, parse_date, parse_time};
pub use plan::{NotAPlanDay, PLAN_DAYS, PlanDay, PlanPosition, plan_day};
pub use position::{Located, zone_at};
pub use span::{parse_days, parse_end};
pub use weekdays::{NotAReminder, Weekdays, time_and_days};
pub use zone::Zone;

/// A day of study, counted in days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StudyDay(pub i32);

impl StudyDay {
    /// The date that the day is called by. A number beyond chrono's calendar gives its first or last date.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        let edge = if self.0 < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
        NaiveDate::from_epoch_days(self.0).unwrap_or(edge)
    }
}

impl From<NaiveDate> for StudyDay {
    fn from(date: NaiveDate) -> Self {
        Self(date.to_epoch_days())
    }
}

impl From<StudyDay> for NaiveDate {
    fn from(day: StudyDay) -> Self {
        day.date()
    }
}

/// So many days later. Stops at the ends of the number range instead of overflowing.
impl Add<i64> for StudyDay {
    type Output = Self;

    fn add(self, days: i64) -> Self {
        let sum = i64::from(self.0).saturating_add(days);
        Self(i32::try_from(sum).unwrap_or(if sum < 0 { i32::MIN } else { i32::MAX }))
    }
}

/// So many days earlier. Stops at the ends of the number range instead of overflowing.
impl Sub<i64> for StudyDay {
    type Output = Self;

    fn sub(self, days: i64) -> Self {
        self.add(days.saturating_neg())
    }
}

/// Days from the second day to the first.
impl Sub for StudyDay {
    type Output = i64;

    fn sub(self, earlier: Self) -> i64 {
        i64::from(self.0) - i64::from(earlier.0)
    }
}

/// The first Monday after that date: a week later if the date is a Monday itself, since "today" is another
/// choice.
#[must_use]
pub fn next_monday(date: NaiveDate) -> NaiveDate {
    let days = 7 - u64::from(date.weekday().days_since(Weekday::Mon));
    date.checked_add_days(Days::new(days)).unwrap_or(date)
}

/// "Tue 5 Jan", and "Tue 5 Jan 2027" when that is not today's year.
#[must_use]
pub fn short_date(date: impl Into<NaiveDate>, today: impl Into<NaiveDate>) -> String {
    let date: NaiveDate = date.into();
    let form = if date.year() == today.into().year() { "%a %-d %b" } else { "%a %-d %b %Y" };
    date.format(form).to_string()
}

/// An interval as a button shows it: "today", days up to "30 d", then months of 30.44 days ("2.1 mo"), and
/// from 365 days on years of 365.25 ("1.4 y"). Rounded to one decimal, half up; ".0" is left out.
#[must_use]
pub fn interval_label(days: u32) -> String {
    match days {
        0 => "today".to_owned(),
        1..=30 => format!("{days} d"),
        31..365 => one_decimal(days, 3_044, "mo"),
        _ => one_decimal(days, 36_525, "y"),
    }
}

/// Days as multiples of a unit that is given in hundredths of a day.
fn one_decimal(days: u32, unit_hundredths: u64, name: &str) -> String {
    let tenths = (u64::from(days) * 1000 + unit_hundredths / 2) / unit_hundredths;
    match tenths % 10 {
        0 => format!("{} {name}", tenths / 10),
        tenth => format!("{}.{tenth} {name}", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn study_days_are_dates_and_numbers() {
        assert_eq!(StudyDay::from(date("1970-01-01")), StudyDay(0));
        assert_eq!(StudyDay::from(date("2026-11-23")), StudyDay(20_780));
        assert_eq!(StudyDay(20_780).date(), date("2026-11-23"));
        assert_eq!(StudyDay(-1).date(), date("1969-12-31"));
        assert_eq!(StudyDay(10) + 5, StudyDay(15));
        assert_eq!(StudyDay(10) - 15, StudyDay(-5));
        assert_eq!(StudyDay(3) - StudyDay(10), -7);
        assert_eq!(StudyDay(i32::MAX) + i64::MAX, StudyDay(i32::MAX));
        assert_eq!(StudyDay(i32::MIN) - i64::MIN, StudyDay(i32::MAX));
        assert_eq!(StudyDay(i32::MAX).date(), NaiveDate::MAX);
        assert_eq!(StudyDay(i32::MIN).date(), NaiveDate::MIN);
        assert_eq!(serde_json::to_string(&StudyDay(7)).ok().as_deref(), Some("7"));
        assert_eq!(serde_json::from_str::<StudyDay>("7").ok(), Some(StudyDay(7)));
    }

    #[test]
    fn mondays() {
        let check = |from: &str, to: &str| assert_eq!(next_monday(date(from)), date(to), "after {from}");
        check("2026-11-22", "2026-11-23");
        check("2026-11-23", "2026-11-30");
        check("2026-11-24", "2026-11-30");
        check("2026-12-29", "2027-01-04");
    }

    #[test]
    fn dates_as_shown() {
        let check = |day: &str, today: &str, shown: &str| {
            assert_eq!(short_date(date(day), StudyDay::from(date(today))), shown);
        };
        check("2027-01-05", "2027-03-01", "Tue 5 Jan");
        check("2027-01-05", "2026-12-31", "Tue 5 Jan 2027");
        check("2026-11-23", "2026-11-23", "Mon 23 Nov");
    }

    #[test]
    fn intervals_as_shown() {
        let check = |days: u32, label: &str| assert_eq!(interval_label(days), label, "{days} days");
        check(0, "today");
        check(1, "1 d");
        check(15, "15 d");
        check(30, "30 d");
        check(31, "1 mo");
        check(32, "1.1 mo");
        check(64, "2.1 mo");
        check(182, "6 mo");
        check(349, "11.5 mo");
        check(364, "12 mo");
        check(365, "1 y");
        check(511, "1.4 y");
        check(3652, "10 y");
        check(36_500, "99.9 y");
    }
}
