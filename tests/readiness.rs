//! The readiness forecast against invented learners whose memory is known. Constants were chosen on seed 1;
//! this is seed 2. `examples/readiness.rs` prints the whole table.

mod forecast;

use forecast::{courses, if_kept_up, if_stopped};

/// Days ahead, the most that learners' forecasts may be off on average, the same by week, and the most bias.
const STOPPED: [(i64, f64, f64, f64); 4] =
    [(0, 0.025, 0.025, 0.01), (7, 0.035, 0.035, 0.015), (14, 0.045, 0.045, 0.02), (30, 0.06, 0.06, 0.03)];

#[test]
fn forecasts_are_near_the_truth_and_better_than_simple_ones() {
    let courses = courses(2, 80);
    let mut sums = [0.0; 3];
    for (days, most, most_of_weeks, bias) in STOPPED {
        let errors = if_stopped(&courses, days);
        let curve = &errors[0];
        assert!(curve.mean() <= most, "{days} days ahead: {:.3} off", curve.mean());
        assert!(curve.week_mean() <= most_of_weeks, "{days} days ahead, by week: {:.3}", curve.week_mean());
        assert!(curve.bias().abs() <= bias, "{days} days ahead: bias {:+.3}", curve.bias());
        for (sum, error) in sums.iter_mut().zip(&errors) {
            *sum += error.mean();
        }
    }
    let [curve, constant, not_due] = sums;
    assert!(curve * 1.6 < constant, "0.9 for all is {:.2} times as far off", constant / curve);
    assert!(curve * 8.0 < not_due, "1 unless overdue is {:.2} times as far off", not_due / curve);
}

#[test]
fn keeping_up_is_forecast_as_well() {
    let courses = courses(2, 40);
    for days in [7, 30] {
        for (sweep, most) in [(false, 0.025), (true, 0.02)] {
            let error = if_kept_up(&courses, days, sweep);
            assert!(error.mean() <= most, "{days} days, sweep {sweep}: {:.3} off", error.mean());
            assert!(error.bias().abs() <= most, "{days} days, sweep {sweep}: bias {:+.3}", error.bias());
        }
    }
}

#[test]
fn what_is_said_of_cards_comes_true() {
    let errors = if_stopped(&courses(2, 80), 14);
    let mut filled = 0;
    for (tenth, (cards, said, truth)) in errors[0].bins.iter().enumerate() {
        if *cards >= 300 {
            let of = f64::from(*cards);
            let off = (said - truth).abs() / of;
            assert!(off < 0.1, "0.{tenth}: said {:.3}, true {:.3}", said / of, truth / of);
            filled += 1;
        }
    }
    assert!(filled >= 3, "too few kinds of cards to judge");
}
