//! A typed value: what it sets, or why it cannot be.

use std::ops::RangeInclusive;

use chrono::{NaiveDate, NaiveTime, Timelike};

use super::{LATEST_DAY_START, USUAL_NUDGE, interview_range};
use crate::chat::token::{Setting, Topic};
use crate::service::setup::start_range;
use crate::service::turn::Turn;
use crate::study::calendar::{self, DateError, NotAReminder, Unsaid, Weekdays, Zone, ZoneMatch};
use crate::wording::settings::{Problem, WrongDate};

/// Words that switch something off.
const OFF: [&str; 7] = ["off", "no", "none", "never", "stop", "clear", "no date"];

/// What a typed value is.
pub(super) enum Read {
    /// These, the last one to be confirmed.
    Are(Vec<Setting>),
    /// A place that can be in any of these zones.
    Zones(Vec<Zone>),
    /// "On", and no time is known: the choices are shown.
    Ask,
    /// Nothing that can be set.
    Not(Problem),
}

impl Read {
    fn of(setting: Option<Setting>) -> Self {
        setting.map_or(Self::Not(Problem::NotOne), |setting| Self::Are(vec![setting]))
    }
}

/// Reads a value of a setting.
pub(super) fn read(turn: &Turn<'_>, topic: Topic, text: &str) -> Read {
    let word = text.to_lowercase();
    let word = word.as_str();
    let learner = &turn.learner;
    match topic {
        Topic::New => Read::of(text.parse().ok().map(Setting::New)),
        Topic::Reviews => Read::of(text.parse().ok().map(Setting::Reviews)),
        Topic::DayStart => match minutes(text) {
            Some(minutes) if minutes > LATEST_DAY_START => Read::Not(Problem::TooLate),
            minutes => Read::of(minutes.map(Setting::DayStart)),
        },
        Topic::Reminder if OFF.contains(&word) => Read::of(Some(Setting::Reminder(None))),
        Topic::Reminder if word == "on" => {
            learner.remind_at.map_or(Read::Ask, |time| Read::of(Some(Setting::Reminder(Some(time)))))
        }
        Topic::Reminder => reminder(text),
        Topic::Start if ["monday", "next monday"].contains(&word) => {
            Read::of(Some(Setting::Start(calendar::next_monday(turn.today().date()))))
        }
        Topic::Start => {
            let range = start_range(turn.today().date());
            date(turn, text, Unsaid::Nearest, &range)
                .map_or_else(not, |date| Read::of(Some(Setting::Start(date))))
        }
        Topic::Interview if OFF.contains(&word) => Read::of(Some(Setting::Interview(None))),
        Topic::Interview => {
            let range = interview_range(turn.today().date());
            date(turn, text, Unsaid::Next, &range)
                .map_or_else(not, |date| Read::of(Some(Setting::Interview(Some(date)))))
        }
        Topic::Days => Read::of(Weekdays::parse(text).map(|days| Setting::Days(days.bits()))),
        Topic::Nudge if OFF.contains(&word) => Read::of(Some(Setting::Nudge(None))),
        Topic::Nudge if word == "on" => {
            Read::of(Some(Setting::Nudge(Some(learner.nudge_at.unwrap_or(USUAL_NUDGE)))))
        }
        Topic::Nudge => Read::of(minutes(text).map(|minutes| Setting::Nudge(Some(minutes)))),
        Topic::Pictures => Read::of(one_of(word, &["light"], &["dark"]).map(Setting::DarkPictures)),
        Topic::Ratings => Read::of(one_of(word, &["four", "4"], &["six", "6"]).map(Setting::SixQualities)),
        Topic::Formulas => {
            let plain = one_of(word, &["drawn"], &["plain", "plain text", "as plain text", "text"]);
            Read::of(plain.map(Setting::PlainFormulas))
        }
        Topic::Zone => match calendar::find_zone(text, turn.now) {
            ZoneMatch::Exact(zone) => Read::of(Some(Setting::Zone(zone.name().to_owned()))),
            ZoneMatch::Candidates(zones) => Read::Zones(zones),
            ZoneMatch::NoSuchOffset => Read::Not(Problem::NoSuchOffset),
            ZoneMatch::TooLarge => Read::Not(Problem::TooLarge),
            ZoneMatch::None => Read::Not(Problem::NotOne),
        },
    }
}

fn not(problem: WrongDate) -> Read {
    Read::Not(Problem::Date(problem))
}

/// `false` for a word of the first kind, `true` for one of the second.
fn one_of(word: &str, no: &[&str], yes: &[&str]) -> Option<bool> {
    if no.contains(&word) { Some(false) } else { yes.contains(&word).then_some(true) }
}

/// A reminder's time, its days, or both, in which case the time is confirmed with the days.
fn reminder(text: &str) -> Read {
    match calendar::time_and_days(text) {
        Ok((time, days)) => {
            let days = days.map(|days| Setting::Days(days.bits()));
            let time = time.and_then(of_midnight).map(|time| Setting::Reminder(Some(time)));
            Read::Are(days.into_iter().chain(time).collect())
        }
        Err(NotAReminder::NoDays(days)) => Read::Not(Problem::NoDays(days)),
        Err(NotAReminder::NoTime) => Read::Not(Problem::NotOne),
    }
}

/// A date of the range, or what is wrong with it.
fn date(
    turn: &Turn<'_>,
    text: &str,
    unsaid: Unsaid,
    range: &RangeInclusive<NaiveDate>,
) -> Result<NaiveDate, WrongDate> {
    let out_of_range = |date: NaiveDate| {
        let today = turn.today().date();
        let words = turn.date(date);
        match () {
            () if date > today => WrongDate::TooFar(words),
            () if *range.start() < today => WrongDate::TooLongAgo(words),
            () => WrongDate::Past(words),
        }
    };
    let offered = |dates: &[NaiveDate]| -> Vec<(NaiveDate, String)> {
        dates.iter().filter(|date| range.contains(date)).map(|date| (*date, turn.date(*date))).collect()
    };
    match calendar::parse_date(text, turn.today().date(), unsaid) {
        Ok(date) if range.contains(&date) => Ok(date),
        Ok(date) => Err(out_of_range(date)),
        Err(DateError::Ambiguous { day_first, month_first }) => {
            let possible = offered(&[day_first, month_first]);
            if possible.is_empty() {
                return Err(out_of_range(day_first));
            }
            Err(WrongDate::Either([turn.date(day_first), turn.date(month_first)], possible))
        }
        Err(DateError::WrongWeekday { date }) => Err(WrongDate::Weekday {
            date: date.format("%-d %b %Y").to_string(),
            day: date.format("%A").to_string(),
            offered: offered(&[date]),
        }),
        Err(DateError::NoSuchDay) => Err(WrongDate::NoSuchDay),
        Err(DateError::ShortYear) => Err(WrongDate::ShortYear),
        Err(DateError::NotADate) => Err(WrongDate::NotADate),
    }
}

fn minutes(text: &str) -> Option<u16> {
    of_midnight(calendar::parse_time(text).ok()?)
}

fn of_midnight(time: NaiveTime) -> Option<u16> {
    u16::try_from(time.num_seconds_from_midnight() / 60).ok()
}
