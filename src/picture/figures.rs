//! What the figures are and how they read: the one source for the picture and for the words beside it.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};

use super::{Progress, Share, Stats};

/// Columns of the heat map: this week and the 52 before it.
pub(super) const YEAR_WEEKS: u64 = 53;

/// Answers below which a share of them says little; such a week is drawn hollow.
pub(super) const FEW: u32 = 20;

/// What stands where there is no figure.
pub(super) const NONE: &str = "–";

/// What panels say that have nothing to show.
pub(super) const NO_YEAR: &str = "Nothing yet. Every day with a review fills a square here.";
pub(super) const NO_RETENTION: &str = "Nothing yet. It starts when your first cards come back.";
pub(super) const NO_FORECAST: &str = "Nothing yet. Cards that will come back show up here.";
pub(super) const NO_PROGRESS: &str = "Nothing yet. A card counts from its first answer.";
pub(super) const NO_READINESS: &str = "Nothing yet. It grows with every card you recall.";

/// "0", "9,999", "12.3k", "4.2M": never more than six signs, for any number a learner can reach.
pub(super) fn count(number: u64) -> String {
    match number {
        0..1_000 => number.to_string(),
        1_000..10_000 => format!("{},{:03}", number / 1_000, number % 1_000),
        10_000..1_000_000 => thousandth(number, "k"),
        1_000_000..1_000_000_000 => thousandth(number / 1_000, "M"),
        _ => thousandth(number / 1_000_000, "G"),
    }
}

/// "12.3k" from 12345, rounded down, without a zero after the point.
fn thousandth(number: u64, unit: &str) -> String {
    match number % 1_000 / 100 {
        0 => format!("{}{unit}", number / 1_000),
        tenth => format!("{}.{tenth}{unit}", number / 1_000),
    }
}

/// "1 day", "2 days".
pub(super) fn plural(number: u64, one: &str) -> String {
    format!("{} {one}{}", count(number), if number == 1 { "" } else { "s" })
}

/// "64" from 0.64, in percent. Only all reads "100" and only nothing reads "0": 99.7 is 99, and 0.2 is 1. No
/// share, or one that isn't a number, reads "–".
pub(super) fn hundredths(share: Option<f64>) -> String {
    match share.and_then(clean) {
        None => NONE.to_owned(),
        Some(share) if share <= 0.0 => "0".to_owned(),
        Some(share) if share >= 1.0 => "100".to_owned(),
        Some(share) => format!("{:.0}", (share * 100.0).round().clamp(1.0, 99.0)),
    }
}

/// "64%" from 0.64, as [`hundredths`].
pub(super) fn percent(share: Option<f64>) -> String {
    let hundredths = hundredths(share);
    if hundredths == NONE { hundredths } else { hundredths + "%" }
}

/// A share between 0 and 1, or nothing if it is no number.
pub(super) fn clean(share: f64) -> Option<f64> {
    share.is_finite().then(|| share.clamp(0.0, 1.0))
}

/// The part of a whole, or nothing if there is no whole.
pub(super) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part.min(whole) as f64 / whole as f64)
}

/// The share of answers that were right, if there were any.
pub(super) fn recalled(answers: Share) -> Option<f64> {
    share(answers.recalled.into(), answers.asked.into())
}

/// "Fri 15 Jan", with the year if it is another than today's.
pub(super) fn date(date: NaiveDate, today: NaiveDate) -> String {
    let form = if date.year() == today.year() { "%a %-d %b" } else { "%a %-d %b %Y" };
    date.format(form).to_string()
}

/// "Fri 15 Jan", or "15 Jan 2027" in another year than today's: where there is room for some 11 letters.
fn short_date(date: NaiveDate, today: NaiveDate) -> String {
    let form = if date.year() == today.year() { "%a %-d %b" } else { "%-d %b %Y" };
    date.format(form).to_string()
}

/// "on Fri 15 Jan" or "today".
pub(super) fn on_day(day: NaiveDate, today: NaiveDate) -> String {
    if day == today { "today".to_owned() } else { format!("on {}", date(day, today)) }
}

/// One of the large figures at the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Headline {
    /// What it is.
    pub(super) label: &'static str,
    /// The figure.
    pub(super) figure: String,
    /// What else is to say, in a few words.
    pub(super) note: String,
}

/// The three or four figures at the top.
pub(super) fn headline(stats: &Stats) -> Vec<Headline> {
    let expected = stats.readiness.on;
    let mut all = vec![
        Headline { label: "Day streak", figure: count(stats.streak.into()), note: freezes(stats) },
        Headline { label: "Last 7 days", figure: count(last_seven_days(stats)), note: "reviews".to_owned() },
        Headline {
            label: "Readiness",
            figure: percent(Some(stats.readiness.overall)),
            note: if expected == stats.today {
                "today".to_owned()
            } else {
                short_date(expected, stats.today)
            },
        },
    ];
    if let Some((left, interview)) = countdown(stats) {
        let figure = if left == 0 { "today".to_owned() } else { format!("T-{}", count(left)) };
        let note = match left {
            // Its date stands beside it already.
            1 if interview == expected => "day to go".to_owned(),
            2.. if interview == expected => "days to go".to_owned(),
            _ => short_date(interview, stats.today),
        };
        all.push(Headline { label: "Interview", figure, note });
    }
    all
}

/// Days until the interview and its date, unless there is none or it is over.
pub(super) fn countdown(stats: &Stats) -> Option<(u64, NaiveDate)> {
    let interview = stats.interview?;
    let left = interview.signed_duration_since(stats.today).num_days();
    Some((u64::try_from(left).ok()?, interview))
}

/// "2 freezes", "no freeze".
pub(super) fn freezes(stats: &Stats) -> String {
    if stats.freezes == 0 { "no freeze".to_owned() } else { plural(stats.freezes.into(), "freeze") }
}

/// Reviews today and on the six days before.
pub(super) fn last_seven_days(stats: &Stats) -> u64 {
    let age = |date: NaiveDate| stats.today.signed_duration_since(date).num_days();
    sum(stats.reviews.iter().filter(|(date, _)| (0..7).contains(&age(*date))).map(|(_, count)| *count))
}

fn sum(counts: impl IntoIterator<Item = u32>) -> u64 {
    counts.into_iter().map(u64::from).sum()
}

/// The days of the heat map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Year {
    /// Each day from the first Monday to today, with its reviews.
    pub(super) days: Vec<(NaiveDate, u64)>,
    /// Reviews on all of them.
    pub(super) reviews: u64,
    /// Days with at least one.
    pub(super) active: u64,
}

/// The last 53 weeks, Monday to Sunday, up to today.
pub(super) fn year(stats: &Stats) -> Year {
    let mut by_day: BTreeMap<NaiveDate, u64> = BTreeMap::new();
    for (date, count) in &stats.reviews {
        *by_day.entry(*date).or_default() += u64::from(*count);
    }
    let back = u64::from(stats.today.weekday().num_days_from_monday()) + 7 * (YEAR_WEEKS - 1);
    let days: Vec<(NaiveDate, u64)> = (0..=back)
        .rev()
        // Before the calendar's first day there is nothing to draw.
        .filter_map(|back| stats.today.checked_sub_days(Days::new(back)))
        .map(|date| (date, by_day.get(&date).copied().unwrap_or(0)))
        .collect();
    let reviews = days.iter().map(|(_, count)| count).sum();
    let active = days.iter().map(|(_, count)| u64::from(*count > 0)).sum();
    Year { days, reviews, active }
}

/// What the year was, in a line, unless it was empty.
pub(super) fn year_line(stats: &Stats, year: &Year) -> Option<String> {
    if year.reviews == 0 {
        return None;
    }
    Some(format!(
        "{} on {} · longest streak {}",
        plural(year.reviews, "review"),
        plural(year.active, "day"),
        plural(stats.longest.into(), "day")
    ))
}

/// The share of all answers to due cards that were right, if any was asked.
pub(super) fn retention(stats: &Stats) -> Option<f64> {
    let recalled = sum(stats.retention.map(|week| week.recalled.min(week.asked)));
    share(recalled, sum(stats.retention.map(|week| week.asked)))
}

/// How much was recalled, in a line, if anything was asked.
pub(super) fn retention_line(stats: &Stats) -> Option<String> {
    let asked = sum(stats.retention.map(|week| week.asked));
    let share = retention(stats)?;
    Some(format!("{} of {} to due cards recalled", percent(Some(share)), plural(asked, "answer")))
}

/// What is due, in a line, if anything is.
pub(super) fn forecast_line(stats: &Stats) -> Option<String> {
    let most = stats.forecast.into_iter().max().filter(|most| *most > 0)?;
    let mut line =
        format!("{} today · {} in 30 days", count(stats.forecast[0].into()), count(sum(stats.forecast)));
    let peak = stats.forecast.iter().position(|cards| *cards == most).filter(|ahead| *ahead > 0);
    if let Some(peak) = peak.and_then(|ahead| days_ahead(stats, ahead)) {
        line.push_str(&format!(" · most {} on {}", count(most.into()), date(peak, stats.today)));
    }
    Some(line)
}

/// The date of a day of the forecast, unless the calendar ends before it.
pub(super) fn days_ahead(stats: &Stats, ahead: usize) -> Option<NaiveDate> {
    stats.today.checked_add_days(Days::new(ahead as u64))
}

impl Progress {
    /// The same with no part above its whole.
    pub(super) fn limited(self) -> Self {
        let met = self.met.min(self.cards);
        Self { met, firm: self.firm.min(met), ..self }
    }
}

/// Cards of all weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cards {
    pub(super) firm: u64,
    pub(super) met: u64,
    pub(super) all: u64,
}

/// The cards of all weeks together.
pub(super) fn cards(stats: &Stats) -> Cards {
    let weeks = stats.progress.map(Progress::limited);
    Cards {
        firm: sum(weeks.map(|week| week.firm)),
        met: sum(weeks.map(|week| week.met)),
        all: sum(weeks.map(|week| week.cards)),
    }
}

/// How far the plan's cards have come, in a line, if one was met.
pub(super) fn progress_line(cards: Cards) -> Option<String> {
    let met = share(cards.met, cards.all).filter(|met| *met > 0.0)?;
    Some(format!("{} of all cards met · firm: an interval of 21 days or more", percent(Some(met))))
}

/// What is expected, in a line, if anything is.
pub(super) fn readiness_line(stats: &Stats) -> Option<String> {
    let readiness = &stats.readiness;
    let mut all = readiness.weeks.into_iter().chain([readiness.overall]).filter_map(clean);
    if !all.any(|share| share > 0.0) {
        return None;
    }
    if readiness.on == stats.today {
        return Some(format!("You would recall {} of all cards today", percent(Some(readiness.overall))));
    }
    Some(format!(
        "{} on {} if you keep up reviews · {} if you stop now",
        percent(Some(readiness.overall)),
        short_date(readiness.on, stats.today),
        percent(Some(readiness.stopped))
    ))
}
