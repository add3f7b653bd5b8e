use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::study::sm2::{Quality, State};

/// The interview's day.
const D: StudyDay = StudyDay(20_800);

/// One card as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stored {
    card: CardId,
    state: State,
    due: StudyDay,
    reviewed_on: StudyDay,
}

impl Stored {
    fn new(number: usize, reviewed_on: StudyDay, interval: u32) -> Self {
        let state = State { repetition: 3, interval, ease: 250 };
        Self {
            card: CardId(format!("c{number}")),
            state,
            due: reviewed_on + i64::from(interval),
            reviewed_on,
        }
    }

    fn review(&mut self, quality: Quality, day: StudyDay) {
        self.state = self.state.review(quality);
        self.due = day + i64::from(self.state.interval);
        self.reviewed_on = day;
    }
}

fn due_on(interview: Option<StudyDay>, today: StudyDay, stored: &[Stored]) -> Vec<StudyDay> {
    let places: Vec<_> = stored
        .iter()
        .map(|one| Place { card: &one.card, due: one.due, reviewed_on: one.reviewed_on })
        .collect();
    effective_due(7, interview, today, &places)
}

/// How many cards are due on each day of the sweep.
fn per_day(due: &[StudyDay]) -> Vec<usize> {
    (-SWEEP_DAYS..0).map(|day| due.iter().filter(|due| **due == D + day).count()).collect()
}

/// Goes through the days from `from` to the interview as a learner who does all that is due. Returns the days
/// on which each card was asked.
fn live(stored: &mut [Stored], from: StudyDay, quality: Quality) -> BTreeMap<CardId, Vec<StudyDay>> {
    let mut asked: BTreeMap<CardId, Vec<StudyDay>> = BTreeMap::new();
    for today in (from.0..D.0).map(StudyDay) {
        let due = due_on(Some(D), today, stored);
        for (one, _) in zip(&mut *stored, due).filter(|(_, due)| *due <= today) {
            one.review(quality, today);
            asked.entry(one.card.clone()).or_default().push(today);
        }
    }
    asked
}

/// Cards whose last review was up to 60 days before `today`, with intervals up to 120 days.
fn cards(today: StudyDay, ago: std::ops::Range<i64>) -> impl Strategy<Value = Vec<Stored>> {
    prop::collection::vec((ago, prop_oneof![1_u32..8, 1_u32..120]), 0..80).prop_map(move |cards| {
        let stored = |(number, (ago, interval))| Stored::new(number, today - ago, interval);
        cards.into_iter().enumerate().map(stored).collect()
    })
}

/// A day before the interview, the cards of that day.
fn before() -> impl Strategy<Value = (StudyDay, Vec<Stored>)> {
    (1_i64..30).prop_flat_map(|left| (Just(D - left), cards(D - left, 0..60)))
}

fn good() -> Quality {
    Quality::new(4).expect("a quality")
}

#[test]
fn by_hand() {
    let check = |name: &str, today: i64, (reviewed, due): (i64, i64), expected: std::ops::Range<i64>| {
        let mut one = Stored::new(0, D + reviewed, 1);
        one.due = D + due;
        let got = due_on(Some(D), D + today, &[one])[0] - D;
        assert!(expected.contains(&got), "{name}: {got}");
    };
    check("due before the sweep", -30, (-40, -20), -20..-19);
    check("overdue", -3, (-40, -20), -20..-19);
    check("due within the sweep", -30, (-40, -3), -3..-2);
    check("overdue within the sweep", -3, (-40, -5), -5..-4);
    check("due after it", -30, (-40, 50), -7..0);
    check("due on the day itself", -30, (-40, 0), -7..0);
    check("few days left", -2, (-40, 50), -2..0);
    check("the last day", -1, (-40, 50), -1..0);
    check("asked within the sweep", -3, (-4, 50), 50..51);
    check("asked on its first day", -7, (-7, 50), 50..51);
    check("asked a day too early", -7, (-8, 50), -7..0);
    check("asked and lapsed", -3, (-4, -3), -3..-2);
    check("lapsed on the last day", -1, (-1, 0), 0..1);
    check("the interview's day", 0, (-40, 50), 50..51);
    check("after it", 3, (-40, 50), 50..51);
}

#[test]
fn seventy_cards_come_ten_a_day_in_no_order_of_ids() {
    let stored: Vec<_> = (0..70).map(|number| Stored::new(number, D - 20, 90)).collect();
    let due = due_on(Some(D), D - 15, &stored);
    assert_eq!(per_day(&due), [10; 7]);
    assert!(!due.is_sorted());
    assert_ne!(due, due_on(Some(D + 1), D - 15, &stored).iter().map(|due| *due - 1).collect::<Vec<_>>());
    // Sixteen days too late: all that is left is spread over what is left.
    assert_eq!(per_day(&due_on(Some(D), D - 3, &stored)), [0, 0, 0, 0, 24, 23, 23]);
}

#[test]
fn days_are_filled_on_top_of_what_is_due_on_them() {
    let mut stored: Vec<_> = (0..70).map(|number| Stored::new(number, D - 20, 90)).collect();
    for one in &mut stored[..20] {
        one.due = D - 6;
    }
    assert_eq!(per_day(&due_on(Some(D), D - 15, &stored)), [9, 20, 9, 8, 8, 8, 8]);
}

#[test]
fn a_missed_day_is_spread_over_the_rest() {
    let stored: Vec<_> = (0..70).map(|number| Stored::new(number, D - 20, 90)).collect();
    assert_eq!(per_day(&due_on(Some(D), D - 5, &stored)), [0, 0, 14, 14, 14, 14, 14]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_date_only_brings_forward_and_no_card_is_left_out((today, stored) in before()) {
        for (one, due) in zip(&stored, due_on(Some(D), today, &stored)) {
            prop_assert!(due <= one.due);
            prop_assert!(due == one.due || (due >= D - SWEEP_DAYS && due >= today && due < D));
            if one.reviewed_on < D - SWEEP_DAYS {
                prop_assert!(due < D, "still to be asked, due {due:?}");
            } else {
                prop_assert_eq!(due, one.due);
            }
        }
    }

    #[test]
    fn without_a_date_or_after_it_nothing_changes((today, stored) in before(), late in 0_i64..40) {
        let plain: Vec<_> = stored.iter().map(|one| one.due).collect();
        prop_assert_eq!(&due_on(None, today, &stored), &plain);
        prop_assert_eq!(&due_on(Some(today), today, &stored), &plain);
        prop_assert_eq!(&due_on(Some(today - late), today, &stored), &plain);
    }

    #[test]
    fn a_day_takes_a_card_only_while_no_other_has_two_less((today, stored) in before()) {
        let stored: Vec<_> = stored.into_iter().filter(|one| one.reviewed_on < D - SWEEP_DAYS).collect();
        let due: Vec<_> = due_on(Some(D), today, &stored).into_iter().map(|due| due.max(today)).collect();
        let from = today.max(D - SWEEP_DAYS);
        let load = |day: StudyDay| due.iter().filter(|due| **due == day).count();
        let least = (from.0..D.0).map(|day| load(StudyDay(day))).min().unwrap_or_default();
        for (one, due) in zip(&stored, &due).filter(|(one, _)| one.due >= D) {
            prop_assert!(load(*due) <= least + 1, "{}: {} on a day, {least} on another", one.card, load(*due));
        }
    }

    #[test]
    fn who_does_all_that_is_due_is_asked_everything_and_twice_only_by_sm2(
        (today, stored) in (7_i64..30).prop_flat_map(|left| (Just(D - left), cards(D - left, 1..60))),
        quality in 3_u8..6,
    ) {
        let mut after = stored.clone();
        let asked = live(&mut after, today, Quality::new(quality).expect("a quality"));
        for one in &stored {
            let days: Vec<_> = asked[&one.card].iter().filter(|day| **day >= D - SWEEP_DAYS).collect();
            prop_assert!(!days.is_empty(), "{} was left out", one.card);
            for pair in days.windows(2) {
                prop_assert!(*pair[1] - *pair[0] < SWEEP_DAYS);
            }
            // An interval that reaches over the sweep: exactly once.
            if one.state.interval >= 7 {
                prop_assert_eq!(days.len(), 1);
            }
        }
    }

    #[test]
    fn answering_moves_no_other_card(
        (today, stored) in before(), answers in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..6), 1..30),
    ) {
        let mut now = stored.clone();
        let before = due_on(Some(D), today, &stored);
        let due: Vec<_> = (0..stored.len()).filter(|place| before[*place] <= today).collect();
        prop_assume!(!due.is_empty());
        for (index, quality) in answers {
            let place = due[index.index(due.len())];
            if now[place].reviewed_on == today {
                continue;
            }
            now[place].review(Quality::new(quality).expect("a quality"), today);
        }
        let after = due_on(Some(D), today, &now);
        for place in (0..now.len()).filter(|place| now[*place] == stored[*place]) {
            if today >= D - SWEEP_DAYS {
                prop_assert_eq!(after[place], before[place]);
            }
        }
    }

    #[test]
    fn tomorrow_keeps_the_days_when_today_is_done(left in 2_i64..8, cards in cards(D - 8, 0..30)) {
        let today = D - left;
        let mut stored: Vec<_> = cards.into_iter().filter(|one| one.due >= D).collect();
        let before = due_on(Some(D), today, &stored);
        for (one, _) in zip(&mut stored, &before).filter(|(_, due)| **due <= today) {
            one.review(good(), today);
        }
        let after = due_on(Some(D), today + 1, &stored);
        for (place, one) in stored.iter().enumerate().filter(|(_, one)| one.reviewed_on != today) {
            prop_assert_eq!(after[place], before[place], "{}", &one.card);
        }
    }

    #[test]
    fn one_card_more_moves_one_card_across_a_midnight(
        (today, mut stored) in before(), ago in 0_i64..60, interval in 1_u32..120,
    ) {
        let before = due_on(Some(D), today, &stored);
        stored.push(Stored::new(900, today - ago, interval));
        let after = due_on(Some(D), today, &stored);
        let moved = zip(&before, &after).filter(|(before, after)| before != after).count();
        prop_assert!(moved <= 6, "{moved} cards moved");
        let mut backwards = stored.clone();
        backwards.reverse();
        let mut same = due_on(Some(D), today, &backwards);
        same.reverse();
        prop_assert_eq!(same, after, "the order of the places matters");
    }

    #[test]
    fn a_new_card_brings_nothing_into_today((today, mut stored) in before()) {
        prop_assume!(today >= D - SWEEP_DAYS);
        let before = due_on(Some(D), today, &stored);
        let known = stored.len();
        stored.push(Stored::new(900, today, 1));
        let after = due_on(Some(D), today, &stored);
        for place in (0..known).filter(|place| after[*place] <= today) {
            prop_assert!(before[place] <= today);
        }
    }
}

#[test]
fn days_until_the_interview() {
    let left = |today: i64| days_left(Some(D), D + today);
    assert_eq!([-9, -1, 0, 1].map(left), [Some(9), Some(1), Some(0), None]);
    assert_eq!(days_left(None, D), None);
    let latest = |today: i64| latest_return(Some(D), D + today);
    assert_eq!([-30, -8, -7, -1, 0, 1].map(latest), [Some(29), Some(7), None, None, None, None]);
    assert_eq!(latest_return(None, D), None);
}

#[test]
fn a_day_has_room_for_what_the_sweep_needs() {
    let check = |today: i64, asked, due: &[(i64, usize)], needed| {
        let due: Vec<StudyDay> = due.iter().flat_map(|(day, cards)| repeat_n(D + *day, *cards)).collect();
        assert_eq!(needed_today(Some(D), D + today, asked, &due), needed, "{due:?}");
    };
    check(-8, 0, &[(-3, 70)], None);
    check(0, 0, &[(-3, 70)], None);
    check(1, 0, &[(-3, 70)], None);
    check(-7, 0, &[], Some(0));
    check(-7, 0, &[(-30, 70)], Some(10));
    check(-7, 0, &[(-30, 71)], Some(11));
    check(-7, 0, &[(-7, 10), (-1, 20)], Some(20));
    check(-7, 0, &[(-1, 20), (0, 900), (5, 900)], Some(20));
    check(-2, 0, &[(-2, 3), (-1, 1)], Some(2));
    check(-2, 2, &[(-2, 1), (-1, 1)], Some(2));
    check(-1, 30, &[(-9, 10), (-1, 60)], Some(100));
    assert_eq!(needed_today(None, D, 0, &[D]), None);
}

proptest! {
    /// With the room of each day as it is computed on that day, and the most overdue card first, all cards are
    /// asked; one less on any one day would not do without more on another.
    #[test]
    fn what_is_needed_is_enough(
        from in -7i64..0,
        days in proptest::collection::vec(-20i64..0, 0..60),
    ) {
        let mut due: Vec<StudyDay> = days.into_iter().map(|day| D + day).collect();
        due.sort();
        let mut rooms = Vec::new();
        for today in from..0 {
            let today = D + today;
            let room = needed_today(Some(D), today, 0, &due).unwrap();
            rooms.push(room);
            let mut left = room;
            due.retain(|due| {
                let asked = *due <= today && left > 0;
                left -= usize::from(asked);
                !asked
            });
        }
        prop_assert!(due.is_empty(), "{due:?} left, {rooms:?}");
        prop_assert!(rooms.is_sorted_by(|one, next| one >= next), "no day needs more than the one before: {rooms:?}");
    }
}
