//! Round numbers for axes and legends, so that a picture shows figures one can keep in mind.

use super::FORECAST_DAYS;

/// A bar is cut off when it would make the others this many times smaller.
const CUT_FROM: u64 = 3;

/// Bars that are cut off stand at least this many days apart, so that their numbers do not collide.
const CUTS_APART: usize = 5;

/// The smallest round number that isn't below `least`: 1 to 5, or 10, 15, 20, 25, 30, 40, 50, 75 times a power
/// of ten.
pub(super) fn round_up(least: u64) -> u64 {
    if least <= 5 {
        return least.max(1);
    }
    let mut unit: u64 = 1;
    loop {
        for times in [10, 15, 20, 25, 30, 40, 50, 75] {
            let round = unit.saturating_mul(times);
            if round >= least {
                return round;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// The least reviews a day of each step of the heat map but the first, which is for none.
///
/// The steps follow the learner's own days, not a fixed goal; nine days in ten decide, so that one wild
/// evening does not fade all others.
pub(super) fn heat_steps(mut counts: Vec<u64>) -> [u64; 4] {
    counts.retain(|count| *count > 0);
    counts.sort_unstable();
    let most = counts.len().checked_sub(1).map_or(0, |last| counts[last * 9 / 10]);
    let step = round_up(most.saturating_mul(2) / 7).max(2);
    [1, step, step.saturating_mul(2), step.saturating_mul(3)]
}

/// The vertical axis of the forecast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Axis {
    /// The number at its top, twice the one in the middle.
    pub(super) top: u64,
    /// Days whose bars go beyond it.
    pub(super) cut: Vec<usize>,
}

/// An axis on which the usual day can still be read beside one or two huge ones.
pub(super) fn forecast_axis(days: &[u32; FORECAST_DAYS]) -> Axis {
    let mut order: Vec<usize> = (0..FORECAST_DAYS).collect();
    order.sort_by_key(|day| std::cmp::Reverse(days[*day]));
    let height = |place: usize| u64::from(days[order[place]]);
    let top = |most: u64| round_up(most.div_ceil(2)) * 2;
    for cuts in [2, 1] {
        let apart = cuts == 1 || order[0].abs_diff(order[1]) >= CUTS_APART;
        let usual = height(cuts);
        let huge = height(cuts - 1) > top(usual).saturating_mul(CUT_FROM);
        if apart && usual > 0 && huge {
            let mut cut = order[..cuts].to_vec();
            cut.sort_unstable();
            return Axis { top: top(usual), cut };
        }
    }
    Axis { top: top(height(0)), cut: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_numbers() {
        for (least, round) in [(0, 1), (1, 1), (4, 4), (6, 10), (11, 15), (76, 100), (101, 150), (760, 1000)]
        {
            assert_eq!(round_up(least), round, "{least}");
        }
        assert!(round_up(u64::MAX) == u64::MAX);
    }

    #[test]
    fn heat_follows_the_learners_days() {
        assert_eq!(heat_steps(vec![]), [1, 2, 4, 6]);
        assert_eq!(heat_steps(vec![0, 5]), [1, 2, 4, 6]);
        assert_eq!(heat_steps((1..=100).collect()), [1, 25, 50, 75]);
        let mut wild = vec![20; 50];
        wild.push(3000);
        assert_eq!(heat_steps(wild), [1, 5, 10, 15]);
    }

    #[test]
    fn a_huge_day_is_cut_off() {
        let mut days = [5; FORECAST_DAYS];
        assert_eq!(forecast_axis(&days), Axis { top: 6, cut: vec![] });
        days[9] = 500;
        assert_eq!(forecast_axis(&days), Axis { top: 6, cut: vec![9] });
        days[3] = 400;
        assert_eq!(forecast_axis(&days), Axis { top: 6, cut: vec![3, 9] });
        days[3] = 5;
        days[10] = 400;
        assert_eq!(forecast_axis(&days), Axis { top: 500, cut: vec![] }, "their numbers would collide");
        let mut lone = [0; FORECAST_DAYS];
        lone[0] = 7;
        assert_eq!(forecast_axis(&lone), Axis { top: 8, cut: vec![] });
    }
}
