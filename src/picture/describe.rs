//! The picture in words, for those who can't see it and for the words below it.

use super::figures::{self, count, freezes, on_day, percent, plural};
use super::{Progress, Stats};

/// Short English sentences with the figures that the picture shows, panel by panel; of the heat map and the
/// forecast only the sums and the largest day. A panel without data says so.
///
/// The sentences together may exceed the 1024 characters of a Telegram caption.
#[must_use]
pub fn describe(stats: &Stats) -> Vec<String> {
    let mut said = headline(stats);
    let year = figures::year(stats);
    said.push(panel("Last 53 weeks", figures::year_line(stats, &year), figures::NO_YEAR));
    said.push(panel("Retention", figures::retention_line(stats), figures::NO_RETENTION));
    said.extend(by_week(
        "Retention",
        stats.retention.map(|answers| {
            let share = figures::recalled(answers)?;
            Some(format!("{} of {}", percent(Some(share)), count(answers.asked.into())))
        }),
    ));
    said.push(panel("Next 30 days", figures::forecast_line(stats), figures::NO_FORECAST));
    said.extend(progress(stats));
    said.push(panel("Readiness", figures::readiness_line(stats), figures::NO_READINESS));
    if figures::readiness_line(stats).is_some() {
        let shares = stats.readiness.weeks.map(figures::clean);
        said.extend(by_week("Readiness", shares.map(|share| share.map(|share| percent(Some(share))))));
    }
    said
}

fn headline(stats: &Stats) -> Vec<String> {
    let mut said = vec![
        format!("The streak is {}, with {} in hand.", plural(stats.streak.into(), "day"), freezes(stats)),
        format!("{} in the last 7 days.", plural(figures::last_seven_days(stats), "review")),
    ];
    said.extend(figures::clean(stats.readiness.overall).map(|share| {
        format!("Readiness is {} {}.", percent(Some(share)), on_day(stats.readiness.on, stats.today))
    }));
    said.extend(figures::countdown(stats).map(|(left, interview)| match left {
        0 => "The interview is today.".to_owned(),
        left => format!("The interview is {}: T-{}.", on_day(interview, stats.today), count(left)),
    }));
    said
}

/// A panel's line as a sentence.
fn panel(title: &str, line: Option<String>, empty: &str) -> String {
    match line {
        Some(line) => format!("{title}: {}.", line.replace(" · ", "; ")),
        None => format!("{title}: {empty}"),
    }
}

/// The weeks that have a figure, in a sentence.
fn by_week<const WEEKS: usize>(title: &str, figures: [Option<String>; WEEKS]) -> Option<String> {
    let weeks: Vec<String> =
        (1..).zip(figures).filter_map(|(week, figure)| Some(format!("week {week} {}", figure?))).collect();
    (!weeks.is_empty()).then(|| format!("{title} by week: {}.", weeks.join(", ")))
}

fn progress(stats: &Stats) -> Vec<String> {
    let cards = figures::cards(stats);
    let line = figures::progress_line(cards);
    let begun = line.is_some();
    let mut said = vec![panel("Progress", line, figures::NO_PROGRESS)];
    if begun {
        let [firm, met, all] = [cards.firm, cards.met, cards.all].map(count);
        said.push(format!("Cards: {firm} firm, {met} met, {all} in all."));
        said.extend(by_week(
            "Progress",
            stats.progress.map(Progress::limited).map(|week| {
                let met = figures::share(week.met.into(), week.cards.into())?;
                Some(format!(
                    "{} met and {} firm of {}",
                    percent(Some(met)),
                    count(week.firm.into()),
                    count(week.cards.into())
                ))
            }),
        ));
    }
    said
}
