//! The streak: study days in a row, with freezes for days missed.

use std::ops::RangeInclusive;

use super::calendar::StudyDay;

/// Active days that earn a freeze.
const DAYS_PER_FREEZE: u32 = 7;

/// Freezes that are kept at the most.
const MOST_FREEZES: u32 = 2;

/// A learner's streak as it stands today.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Streak {
    /// Active days in the streak. Days bridged by a freeze or a pause are not counted.
    pub days: u32,
    /// Freezes in hand, at most two.
    pub freezes: u32,
    /// Whether today is active already.
    pub active_today: bool,
    /// Today is the day that earned a freeze.
    pub earned_today: bool,
    /// Days missed since the last active day before today that a freeze was spent on, in order.
    pub spent: Vec<StudyDay>,
    /// The streak that ended since the last active day before today.
    pub ended: Option<Ended>,
    /// Days of the longest streak ever, this one included.
    pub longest: u32,
}

/// A streak that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its active days.
    pub days: u32,
    /// The missed day that ended it.
    pub on: StudyDay,
}

impl Streak {
    /// Whether the streak ends unless something is done today: nothing was yet, and no freeze would be left
    /// to spend. (On a paused day nothing can be lost; the caller knows of pauses.)
    #[must_use]
    pub const fn ends_tonight(&self) -> bool {
        self.days > 0 && !self.active_today && self.freezes == 0
    }
}

/// The streak of a learner who was active (a review, or a plan day done) on these days, in ascending order.
///
/// Every seventh active day of a streak earns a freeze, two are kept at most. A missed day spends one, without
/// one the streak is over and all is counted anew. Paused days are neither active nor missed, unless the
/// learner was active nevertheless. Today is not missed before it is over. Days after today are left out.
#[must_use]
pub fn streak(active: &[StudyDay], paused: &[RangeInclusive<StudyDay>], today: StudyDay) -> Streak {
    let mut streak = Streak::default();
    let mut last = None;
    for &day in active.iter().take_while(|day| **day <= today) {
        if last == Some(day) {
            continue;
        }
        if let Some(last) = last {
            miss_between(&mut streak, last, day, paused);
        }
        last = Some(day);
        streak.days += 1;
        streak.longest = streak.longest.max(streak.days);
        if streak.days.is_multiple_of(DAYS_PER_FREEZE) && streak.freezes < MOST_FREEZES {
            streak.freezes += 1;
            streak.earned_today = day == today;
        }
    }
    streak.active_today = last == Some(today);
    if let Some(last) = last.filter(|last| *last < today) {
        miss_between(&mut streak, last, today, paused);
    }
    streak
}

/// Spends a freeze on each missed day between two active days, or ends the streak. What happened in an earlier gap
/// is told no more.
fn miss_between(streak: &mut Streak, last: StudyDay, next: StudyDay, paused: &[RangeInclusive<StudyDay>]) {
    streak.spent.clear();
    streak.ended = None;
    let mut day = last + 1;
    while day < next && streak.days > 0 {
        if let Some(pause) = paused.iter().find(|pause| pause.contains(&day)) {
            day = *pause.end() + 1;
            if *pause.end() == StudyDay(i32::MAX) {
                return;
            }
            continue;
        }
        if streak.freezes == 0 {
            streak.ended = Some(Ended { days: streak.days, on: day });
            streak.days = 0;
        } else {
            streak.freezes -= 1;
            streak.spent.push(day);
        }
        day = day + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// One letter a day, the last is today: `x` active, `p` paused, `X` both, `.` neither.
    fn of(days: &str) -> Streak {
        let days: Vec<(StudyDay, char)> =
            days.chars().zip(100..).map(|(one, day)| (StudyDay(day), one)).collect();
        let active: Vec<_> =
            days.iter().filter(|(_, one)| "xX".contains(*one)).map(|(day, _)| *day).collect();
        let paused: Vec<_> =
            days.iter().filter(|(_, one)| "pX".contains(*one)).map(|(day, _)| *day..=*day).collect();
        streak(&active, &paused, days.last().map_or(StudyDay(99), |(day, _)| *day))
    }

    #[test]
    fn streaks() {
        let check = |days: &str, expected: (u32, u32, bool), spent: &[i32], longest: u32| {
            let streak = of(days);
            assert_eq!((streak.days, streak.freezes, streak.active_today), expected, "{days}");
            assert_eq!(
                streak.spent,
                spent.iter().map(|day| StudyDay(100 + day)).collect::<Vec<_>>(),
                "{days}"
            );
            assert_eq!(streak.longest, longest, "{days}");
        };
        check("", (0, 0, false), &[], 0);
        check(".", (0, 0, false), &[], 0);
        check("x", (1, 0, true), &[], 1);
        check("x.", (1, 0, false), &[], 1);
        check("x..", (0, 0, false), &[], 1);
        check("xxx", (3, 0, true), &[], 3);
        check("xx.x", (1, 0, true), &[], 2);
        check("xxxxxx", (6, 0, true), &[], 6);
        check("xxxxxxx", (7, 1, true), &[], 7);
        check("xxxxxxx.", (7, 1, false), &[], 7);
        check("xxxxxxx..", (7, 0, false), &[7], 7);
        check("xxxxxxx...", (0, 0, false), &[7], 7);
        check("xxxxxxx.x", (8, 0, true), &[7], 8);
        check("xxxxxxx.xx", (9, 0, true), &[], 9);
        check("xxxxxxx.x.x", (1, 0, true), &[], 8);
        check("xxxxxxx.xxxxxxx", (14, 1, true), &[], 14);
        check("xxxxxxxxxxxxxxxxxxxxxxxxxxxxx", (29, 2, true), &[], 29);
        check("xxxxxxxxxxxxxxxxxxxxx..x", (22, 0, true), &[21, 22], 22);
        check("xxxxxxxxxxxxxxxxxxxxx...x", (1, 0, true), &[21, 22], 21);
        check("xxppppx", (3, 0, true), &[], 3);
        check("xxpppp", (2, 0, false), &[], 2);
        check("xxXXpx", (5, 0, true), &[], 5);
        check("xxpp.x", (1, 0, true), &[], 2);
    }

    #[test]
    fn what_happened_since_the_last_active_day() {
        let check = |days: &str, ended: Option<(u32, i32)>, earned: bool| {
            let streak = of(days);
            let expected = ended.map(|(days, on)| Ended { days, on: StudyDay(100 + on) });
            assert_eq!((streak.ended, streak.earned_today), (expected, earned), "{days}");
        };
        check("", None, false);
        check("xxxxxx", None, false);
        check("xxxxxxx", None, true);
        check("xxxxxxx.", None, false);
        check("xxxxxxxx", None, false);
        check("xxxxxxx..", None, false);
        check("xxxxxxx...", Some((7, 8)), false);
        check("xxxxxxx......x", Some((7, 8)), false);
        check("xxxxxxx......xx", None, false);
        check("xxxxxxx......x.", None, false);
        check("xxxxxxx......x..", Some((1, 14)), false);
        check("xxx.p.", Some((3, 3)), false);
        check("xxxp..", Some((3, 4)), false);
        check("xxxpp.", None, false);
        check("xxxxxxx......xxxxxxx", None, true);
        check("xxxxxxxxxxxxxx", None, true);
        // Two are kept at the most: the third week earns none.
        check("xxxxxxxxxxxxxxxxxxxxx", None, false);
        check("xxxxxxxxxxxxxxxxxxxxx.xxxxxxx", None, true);
    }

    #[test]
    fn a_long_absence_and_an_endless_pause_take_no_time() {
        let absent = streak(&[StudyDay(i32::MIN)], &[], StudyDay(i32::MAX));
        assert_eq!((absent.days, absent.longest), (0, 1));
        let paused = streak(&[StudyDay(0)], &[StudyDay(1)..=StudyDay(i32::MAX)], StudyDay(i32::MAX));
        assert_eq!(paused.days, 1);
    }

    #[test]
    fn when_it_ends_tonight() {
        let check = |days: &str, ends| assert_eq!(of(days).ends_tonight(), ends, "{days}");
        check(".", false);
        check("x", false);
        check("x.", true);
        check("xxxxxxx.", false);
        check("xxxxxxx..", true);
    }

    /// The same days, seen from a today on which nothing was done yet.
    fn before_today(days: &str) -> Streak {
        of(&format!("{days}."))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn one_more_active_day_adds_one(days in "[x.p]{0,40}") {
            let before = of(&days);
            let after = of(&format!("{days}x"));
            prop_assert!(after.active_today && after.freezes <= MOST_FREEZES);
            prop_assert!(after.days == before.days + 1 || after.days == 1);
            prop_assert_eq!(after.longest, before.longest.max(after.days));
            prop_assert_eq!((&after.spent, after.ended), (&before_today(&days).spent, before_today(&days).ended));
        }
    }
}
