//! The report as text, for a terminal that is 100 columns wide.

use std::fmt::Write as _;

use super::figures::{Errors, Mean, percentile};
use super::measure::AHEAD;
use super::rules::RULES;
use super::{Broken, Report};

/// Broken promises of a rule that are told in full.
const TOLD: usize = 5;

impl Report {
    /// Whether every rule holds.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.broken.is_empty()
    }

    /// The report as a table.
    #[must_use]
    pub fn table(&self) -> String {
        // Writing into a string does not fail.
        let mut out = String::new();
        let figures = &self.figures;
        let _ = writeln!(
            out,
            "Lives: {}, weeks of the plan: {}, seed: {}, answers: {}",
            figures.learners, self.options.weeks, self.options.seed, figures.answers
        );
        self.weeks(&mut out);
        self.readiness(&mut out);
        let _ = writeln!(out, "\nReminders: {} came", figures.came);
        for (outcome, count) in &figures.reminders {
            let _ = writeln!(out, "{count:>9}  {}", outcome.replace('_', " "));
        }
        self.rules(&mut out);
        out
    }

    fn weeks(&self, out: &mut String) {
        let _ = writeln!(
            out,
            "\n      learners  days of    reviews a day   new    min   recall %   recall %   streak\n\
             week    active    seven     p50     p95   a day  a day      truth        log   p50  max"
        );
        for (number, week) in (1..).zip(&self.figures.weeks) {
            let count = |value: Option<u32>| value.map_or_else(|| "–".to_owned(), |value| value.to_string());
            let _ = writeln!(
                out,
                "{number:>4}  {:>8}  {:>7}  {:>6}  {:>6}  {:>6} {:>6}  {:>9}  {:>9}  {:>4} {:>4}",
                week.active,
                decimal(week.days, 1),
                count(percentile(&week.reviews, 50)),
                count(percentile(&week.reviews, 95)),
                decimal(week.new, 1),
                decimal(week.minutes, 1),
                percent(week.likely),
                percent(week.recalled),
                count(percentile(&week.streaks, 50)),
                count(week.streaks.iter().max().copied()),
            );
        }
    }

    fn readiness(&self, out: &mut String) {
        for (place, ahead) in AHEAD.iter().enumerate() {
            let when = match ahead {
                0 => "today".to_owned(),
                days => format!("{days} days after the last review"),
            };
            let _ = writeln!(
                out,
                "\nReadiness {when}, of the cards met, %\n\
                 after   learners  forecast   truth    bias   error   error of 0.9 for all"
            );
            for (weeks, errors) in &self.figures.errors {
                let Some(errors) = errors.get(place) else { continue };
                let Errors { forecast, truth, bias, absolute, constant } = *errors;
                let unit = if *weeks == 1 { "week " } else { "weeks" };
                let _ = writeln!(
                    out,
                    "{weeks:>2} {unit}  {:>7}  {:>8}  {:>6}  {:>6}  {:>6}  {:>7}",
                    forecast.count(),
                    percent(forecast),
                    percent(truth),
                    signed(bias),
                    percent(absolute),
                    percent(constant),
                );
            }
        }
    }

    fn rules(&self, out: &mut String) {
        let _ = writeln!(out, "\nRules                               applied   broken");
        for ((name, _), applied) in RULES.iter().zip(&self.applied) {
            let broken = self.broken.iter().filter(|broken| broken.rule == *name).count();
            let _ = writeln!(out, "{name:<33} {applied:>9} {broken:>8}");
        }
        for (name, _) in RULES {
            let mut of_rule = self.broken.iter().filter(|broken| broken.rule == name);
            for Broken { learner, rule, what } in of_rule.by_ref().take(TOLD) {
                let _ = writeln!(out, "learner {learner}, {rule}: {what}");
            }
            let more = of_rule.count();
            if more > 0 {
                let _ = writeln!(out, "{name}: and {more} more");
            }
        }
        if let Some(first) = self.broken.first() {
            let options = &self.options;
            let _ = writeln!(
                out,
                "Live one again: liftoff simulate --learners {} --weeks {} --seed {} --only {}",
                options.learners, options.weeks, options.seed, first.learner
            );
        }
    }
}

fn decimal(mean: Mean, places: usize) -> String {
    mean.get().map_or_else(|| "–".to_owned(), |value| format!("{value:.places$}"))
}

fn percent(share: Mean) -> String {
    share.get().map_or_else(|| "–".to_owned(), |share| format!("{:.1}", share * 100.0))
}

fn signed(share: Mean) -> String {
    share.get().map_or_else(|| "–".to_owned(), |share| format!("{:+.1}", share * 100.0))
}
