//! The figures of a week.

use std::ops::RangeInclusive;

use super::calendar::{PlanPosition, StudyDay};
use super::sm2::Quality;
use chrono::{Datelike, NaiveDate, Weekday};

/// One review, as the report needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// When.
    pub day: StudyDay,
    /// The card was new.
    pub new: bool,
    /// SM-2's quality.
    pub quality: Quality,
}

/// What some days of reviews come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Figures {
    /// Reviews, of new cards too.
    pub reviews: u32,
    /// Reviews of cards that were due.
    pub due: u32,
    /// Those that were recalled: quality 3 and better.
    pub recalled: u32,
    /// New cards met.
    pub new: u32,
}

impl Figures {
    /// Recalled of due, in whole percent, half up; `None` when nothing was due.
    #[must_use]
    pub fn share(self) -> Option<u32> {
        (self.due > 0).then(|| (self.recalled * 200 + self.due) / (self.due * 2))
    }
}

/// The figures of the reviews on these days.
#[must_use]
pub fn figures(answers: &[Answer], days: &RangeInclusive<StudyDay>) -> Figures {
    answers.iter().filter(|answer| days.contains(&answer.day)).fold(Figures::default(), |sum, answer| {
        let recalled = !answer.new && answer.quality.get() >= 3;
        Figures {
            reviews: sum.reviews + 1,
            due: sum.due + u32::from(!answer.new),
            recalled: sum.recalled + u32::from(recalled),
            new: sum.new + u32::from(answer.new),
        }
    })
}

/// The seven days before a day, which is only beginning when a report is read in the morning.
#[must_use]
pub fn week_before(day: StudyDay) -> RangeInclusive<StudyDay> {
    day - 7..=day - 1
}

/// Whether a day has the week's report: the checkpoint day of a plan that runs, otherwise Sunday.
#[must_use]
pub fn is_report_day(position: PlanPosition, today: StudyDay) -> bool {
    match position {
        PlanPosition::Day(day) => day.is_checkpoint(),
        PlanPosition::Before { .. } | PlanPosition::After { .. } => {
            NaiveDate::from(today).weekday() == Weekday::Sun
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::calendar::plan_day;

    #[test]
    fn a_week_in_figures() {
        let answer = |day, new, quality| Answer {
            day: StudyDay(day),
            new,
            quality: Quality::new(quality).expect("a quality"),
        };
        let answers = [
            answer(99, false, 5),
            answer(100, true, 1),
            answer(100, true, 5),
            answer(101, false, 3),
            answer(103, false, 2),
            answer(106, false, 4),
            answer(107, false, 0),
        ];
        let days = week_before(StudyDay(107));
        assert_eq!(days, StudyDay(100)..=StudyDay(106));
        let figures = |days| figures(&answers, &days);
        assert_eq!(figures(days), Figures { reviews: 5, due: 3, recalled: 2, new: 2 });
        assert_eq!(
            figures(StudyDay(100)..=StudyDay(100)),
            Figures { reviews: 2, due: 0, recalled: 0, new: 2 }
        );
        assert_eq!(figures(StudyDay(102)..=StudyDay(102)), Figures::default());
    }

    #[test]
    fn shares_are_whole_percent() {
        let share = |recalled, due| Figures { due, recalled, ..Figures::default() }.share();
        assert_eq!([share(0, 0), share(0, 3), share(3, 3)], [None, Some(0), Some(100)]);
        assert_eq!([share(2, 3), share(1, 3), share(1, 8)], [Some(67), Some(33), Some(13)]);
    }

    #[test]
    fn checkpoint_days_or_sundays() {
        // 5 January 2026 is a Monday, 20,458 days after 1970 began.
        let start = StudyDay(20_458 + 2);
        assert_eq!(NaiveDate::from(StudyDay(20_458)).weekday(), Weekday::Mon);
        let has = |day: i64| is_report_day(plan_day(start, start + day), start + day);
        let days: Vec<i64> = (-10..20).filter(|day| has(*day)).collect();
        // The plan begins on a Wednesday: its seventh days are Tuesdays. Before it, Sunday.
        assert_eq!(days, [-10, -3, 6, 13]);
        assert_eq!((80..100).filter(|day| has(*day)).collect::<Vec<_>>(), [83, 88, 95]);
    }
}
