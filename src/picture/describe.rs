//! The pictures in words, for those who can't see them and for the text below them.

use super::figures::{self, count, freezes, on_day, percent, plural};
use super::{Progress, Stats, WEEKS};

/// The figures of the pictures in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// A title and a line each, of the headline and the panels. A panel without data says so.
    pub lines: Vec<(&'static str, String)>,
    /// What is due on each of the next seven days; empty if nothing is in 30 days.
    pub days: String,
    /// A line for each plan week of which a card was met.
    pub weeks: Vec<String>,
}

/// Says what the pictures show: all their figures but the single days of the year, and of the forecast the
/// days after the first seven.
#[must_use]
pub fn describe(stats: &Stats) -> Described {
    let year = figures::year(stats);
    let streak = format!("{} · {}", plural(stats.streak.into(), "day"), freezes(stats));
    let mut lines = vec![("Streak", streak)];
    lines.extend(figures::countdown(stats).map(|(left, interview)| {
        let line = match left {
            0 => "today".to_owned(),
            left => format!("{} · T-{}", figures::date(interview, stats.today), count(left)),
        };
        ("Interview", line)
    }));
    let or = |line: Option<String>, empty: &str| line.unwrap_or_else(|| empty.to_owned());
    lines.extend([
        ("Last 7 days", plural(figures::last_seven_days(stats), "review")),
        ("Last 53 weeks", or(figures::year_line(stats, &year), figures::NO_YEAR)),
        ("Next 30 days", or(figures::forecast_line(stats), figures::NO_FORECAST)),
        ("Retention", or(figures::retention_line(stats), figures::NO_RETENTION)),
        ("Progress", or(progress(stats), figures::NO_PROGRESS)),
        ("Readiness", or(readiness(stats), figures::NO_READINESS)),
    ]);
    Described {
        lines,
        days: days(stats),
        weeks: (0..WEEKS).filter_map(|week| self::week(stats, week)).collect(),
    }
}

/// The main figures of each picture in a line.
pub(super) fn captions(stats: &Stats) -> [String; 2] {
    let reviews = figures::year(stats).reviews;
    let due = stats.forecast.iter().map(|cards| u64::from(*cards)).sum();
    let retention = figures::retention(stats).map(|share| format!("retention {} · ", percent(Some(share))));
    let cards = figures::cards(stats);
    let expected = &stats.readiness;
    let kept_up = if expected.on == stats.today { "" } else { " if you keep up reviews" };
    [
        format!(
            "Streak {} · {} in 53 weeks · {} due in 30 days",
            plural(stats.streak.into(), "day"),
            plural(reviews, "review"),
            plural(due, "card")
        ),
        format!(
            "By week: {}{} of {} cards met · readiness {} {}{kept_up}",
            retention.unwrap_or_default(),
            count(cards.met),
            count(cards.all),
            percent(Some(expected.overall)),
            on_day(expected.on, stats.today)
        ),
    ]
}

fn progress(stats: &Stats) -> Option<String> {
    let cards = figures::cards(stats);
    let [firm, met, all] = [cards.firm, cards.met, cards.all].map(count);
    let line = format!("{met} of {all} cards met · {firm} firm (an interval of 21 days or more)");
    (cards.met > 0).then_some(line)
}

fn readiness(stats: &Stats) -> Option<String> {
    let cards = figures::cards(stats);
    let line = figures::readiness_line(stats)?;
    Some(format!("{line} · {} of {} cards met", count(cards.met), count(cards.all)))
}

/// "40, 39, 38, 37, 36, 35, 34".
fn days(stats: &Stats) -> String {
    if stats.forecast.iter().all(|cards| *cards == 0) {
        return String::new();
    }
    let days: Vec<String> = stats.forecast[..7].iter().map(|cards| count((*cards).into())).collect();
    days.join(", ")
}

/// A week of the plan in a line, unless there is nothing to say of it.
fn week(stats: &Stats, week: usize) -> Option<String> {
    let Progress { met, firm, cards } = stats.progress[week].limited();
    let share = |part: u32| percent(figures::share(part.into(), cards.into()));
    let retention = figures::recalled(stats.retention[week]);
    let readiness = figures::clean(stats.readiness.weeks[week]).filter(|share| *share > 0.0);
    let mut said = Vec::new();
    if met > 0 {
        said.push(format!("{} met, {} firm of {}", share(met), share(firm), plural(cards.into(), "card")));
    }
    said.extend(retention.map(|recalled| {
        let asked = plural(stats.retention[week].asked.into(), "answer");
        format!("retention {} of {asked}", percent(Some(recalled)))
    }));
    said.extend(readiness.map(|share| format!("readiness {}", percent(Some(share)))));
    (!said.is_empty()).then(|| format!("Week {}: {}", week + 1, said.join(" · ")))
}
