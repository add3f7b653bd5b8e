use proptest::prelude::*;

use super::*;

const TODAY: StudyDay = StudyDay(20_780);

fn past(interval: u32, elapsed: u32, recalled: bool) -> Past {
    Past { interval, elapsed, recalled }
}

/// So many reviews at the end of their intervals, that many of them recalled.
fn reviews(count: usize, recalled: usize) -> Vec<Past> {
    (0..count).map(|number| past(10, 10, number < recalled)).collect()
}

/// A card of that week, reviewed so many days ago with that interval.
fn met(week: u8, interval: u32, ago: i64) -> CardMemory {
    let reviewed_on = TODAY - ago;
    let state = State { repetition: 3, interval, ease: 250 };
    CardMemory { week, met: Some(Met { state, due: reviewed_on + i64::from(interval), reviewed_on }) }
}

fn unmet(week: u8) -> CardMemory {
    CardMemory { week, met: None }
}

fn keep_up(sweep: bool) -> Until {
    Until::KeepUp { today: TODAY, sweep }
}

/// The expected share of one card that is asked about on a day.
fn one(card: CardMemory, on: StudyDay, until: Until) -> f64 {
    readiness(&[card], &Curve::fit(&[]), on, until).overall.recalled
}

#[test]
fn what_it_assumes_fits_a_phone() {
    assert!(ASSUMES.chars().count() <= 160, "{}", ASSUMES.chars().count());
}

#[test]
fn the_curve_goes_through_the_learners_own_share() {
    let check = |name: &str, reviews: &[Past], expected: f64| {
        let got = Curve::fit(reviews).at_due();
        assert!((got - expected).abs() < 1e-4, "{name}: {got}");
    };
    check("nothing known", &[], 0.9);
    check("as usual", &reviews(100, 90), 0.9);
    check("half of twenty", &reviews(20, 10), 0.7);
    check("never", &reviews(10_000, 0), 0.5);
    check("always", &reviews(10_000, 10_000), 0.99);
}

#[test]
fn late_reviews_are_judged_by_how_late_they_were() {
    let late: Vec<_> = (0..100).map(|number| past(10, 40, number < 80)).collect();
    let on_time = reviews(100, 80);
    assert!(Curve::fit(&late).at_due() > Curve::fit(&on_time).at_due() + 0.05);
}

#[test]
fn recall_falls_from_one_through_the_share_at_due() {
    let curve = Curve::fit(&[]);
    for interval in [1, 6, 15, 400, 36_500] {
        assert_eq!(curve.recall(interval, 0), 1.0);
        assert!((curve.recall(interval, interval) - 0.9).abs() < 1e-5);
    }
    // By hand: (1 + 4 (0.9^(-10/3) - 1))^(-0.3).
    assert!((curve.recall(10, 40) - 0.743_72).abs() < 1e-4, "{}", curve.recall(10, 40));
    assert!(curve.recall(0, 5).is_finite());
}

#[test]
fn weeks_and_the_whole() {
    let cards = [met(1, 10, 0), met(1, 10, 10), unmet(1), met(12, 10, 10), unmet(3), met(13, 10, 0)];
    let got = readiness(&cards, &Curve::fit(&[]), TODAY, Until::Stop);
    let check = |name: &str, part: Part, cards: u32, met: u32, recalled: f64| {
        assert_eq!((part.cards, part.met), (cards, met), "{name}");
        assert!((part.recalled - recalled).abs() < 1e-4, "{name}: {}", part.recalled);
    };
    check("week 1", got.weeks[0], 3, 2, 1.9);
    check("week 2", got.weeks[1], 0, 0, 0.0);
    check("week 3", got.weeks[2], 1, 0, 0.0);
    check("week 12", got.weeks[11], 1, 1, 0.9);
    check("the whole, another week's card too", got.overall, 6, 4, 3.8);
    assert_eq!((got.weeks[1].share(), got.weeks[1].share_of_met()), (None, None));
    assert_eq!((got.weeks[2].share(), got.weeks[2].share_of_met()), (Some(0.0), None));
    assert!(got.weeks[0].share().is_some_and(|share| (share - 1.9 / 3.0).abs() < 1e-4));
    assert!(got.weeks[0].share_of_met().is_some_and(|share| (share - 0.95).abs() < 1e-4));
}

#[test]
fn kept_up_by_hand() {
    let curve = Curve::fit(&[]);
    let check = |name: &str, card: CardMemory, ahead: i64, sweep: bool, (interval, days): (u32, u32)| {
        let got = one(card, TODAY + ahead, keep_up(sweep));
        assert!((got - curve.recall(interval, days)).abs() < 1e-9, "{name}: {got}");
    };
    check("due in 5, passes, 25 on the way", met(1, 10, 5), 12, false, (25, 7));
    check("and again 25 days later, as good", met(1, 10, 5), 40, false, (63, 10));
    check("due on the day itself: not yet asked", met(1, 10, 5), 5, false, (10, 10));
    check("overdue: asked today", met(1, 10, 30), 3, false, (25, 3));
    check("asked about today: as it is", met(1, 10, 30), 0, false, (10, 30));
    check("twice", met(1, 1, 1), 10, false, (8, 7));
    check("not due before, no sweep", met(1, 90, 10), 40, false, (90, 50));
    check("not due before, sweep in its middle", met(1, 90, 10), 40, true, (225, 4));
    check("swept on the way anyway", met(1, 10, 5), 12, true, (25, 7));
    check("few days left for the sweep", met(1, 90, 10), 2, true, (225, 1));
    check("asked within the sweep before today", met(1, 90, 2), 4, true, (90, 6));
    check("the interview is today", met(1, 90, 10), 0, true, (90, 10));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shares_are_shares_and_a_later_day_is_never_better(
        interval in 0_u32..40_000, ago in 0_i64..4_000, ahead in -50_i64..4_000, more in 0_i64..100,
        log in prop::collection::vec((0_u32..500, 0_u32..500, any::<bool>()), 0..40),
    ) {
        let curve = Curve::fit(&log.into_iter().map(|(i, e, r)| past(i, e, r)).collect::<Vec<_>>());
        let card = [met(1, interval, ago)];
        let on = |day| readiness(&card, &curve, day, Until::Stop).overall.recalled;
        let soon = on(TODAY + ahead);
        prop_assert!(soon > 0.0 && soon <= 1.0);
        prop_assert!(on(TODAY + ahead + more) <= soon);
    }

    #[test]
    fn keeping_up_is_never_worse_than_stopping(
        interval in 1_u32..400, ago in 0_i64..400, ahead in 0_i64..400, sweep in any::<bool>(),
    ) {
        let card = met(1, interval, ago);
        let on = TODAY + ahead;
        prop_assert!(one(card, on, keep_up(sweep)) >= one(card, on, Until::Stop) - 1e-12);
    }

    #[test]
    fn one_more_success_never_lowers_the_curve_and_a_failure_never_raises_it(
        log in prop::collection::vec((1_u32..100, 0_u32..200, any::<bool>()), 0..40),
        interval in 1_u32..100, elapsed in 0_u32..200,
    ) {
        let mut log: Vec<_> = log.into_iter().map(|(i, e, r)| past(i, e, r)).collect();
        let before = Curve::fit(&log).at_due();
        log.push(past(interval, elapsed, true));
        prop_assert!(Curve::fit(&log).at_due() >= before);
        log.pop();
        log.push(past(interval, elapsed, false));
        prop_assert!(Curve::fit(&log).at_due() <= before);
    }
}
