//! Times and dates as people type them.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};
use thiserror::Error;

/// What was typed is no time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a time of day: HH:MM, for example 07:30")]
pub struct NotATime;

/// Why what was typed is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DateError {
    /// Not understood.
    #[error("not a date: YYYY-MM-DD, for example 2027-01-15")]
    NotADate,
    /// Understood, but the calendar has no such day.
    #[error("there is no such day in the calendar")]
    NoSuchDay,
    /// Day and month could be either way round.
    #[error("either {day_first} or {month_first}: send it as YYYY-MM-DD")]
    Ambiguous {
        /// The date if the first number is the day.
        day_first: NaiveDate,
        /// The date if the first number is the month.
        month_first: NaiveDate,
    },
    /// A year of two digits.
    #[error("the year needs four digits")]
    ShortYear,
    /// The date falls on another day of the week than was typed.
    #[error("{date} is another day of the week")]
    WrongWeekday {
        /// The date typed.
        date: NaiveDate,
    },
}

/// The year of a date that is typed without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsaid {
    /// The next such date, today included: something to come.
    Next,
    /// The nearest such date, before or after: something that may have begun.
    Nearest,
}

/// Reads a time of day: "7:30", "07.30", "7h30", "0730", "7", "7pm", "7:30 am", "noon", "midnight".
///
/// # Errors
/// [`NotATime`] for everything else, "25:99" and "24:00" included.
pub fn parse_time(text: &str) -> Result<NaiveTime, NotATime> {
    let text = text.trim().to_ascii_lowercase();
    match text.as_str() {
        "noon" => return clock_time(12, 0),
        "midnight" => return clock_time(0, 0),
        _ => {}
    }
    let half = ["am", "a.m.", "pm", "p.m."]
        .into_iter()
        .find_map(|half| Some((text.strip_suffix(half)?.trim_end(), half.starts_with('p'))));
    let (digits, afternoon) = half.map_or((text.as_str(), None), |(rest, pm)| (rest, Some(pm)));
    let (hour, minute) = hour_and_minute(digits).ok_or(NotATime)?;
    match afternoon {
        None => clock_time(hour, minute),
        Some(pm) if (1..=12).contains(&hour) => clock_time(hour % 12 + if pm { 12 } else { 0 }, minute),
        Some(_) => Err(NotATime),
    }
}

fn clock_time(hour: u32, minute: u32) -> Result<NaiveTime, NotATime> {
    NaiveTime::from_hms_opt(hour, minute, 0).ok_or(NotATime)
}

fn hour_and_minute(text: &str) -> Option<(u32, u32)> {
    if let Some((hour, minute)) = text.split_once([':', '.', 'h']) {
        let bare_hour = minute.is_empty() && text.ends_with('h');
        let minute = if bare_hour { 0 } else { number(minute, 2..=2)? };
        return Some((number(hour, 1..=2)?, minute));
    }
    match text.len() {
        1 | 2 => Some((number(text, 1..=2)?, 0)),
        3 | 4 => number(text, 3..=4).map(|both| (both / 100, both % 100)),
        _ => None,
    }
}

/// A number of that many ASCII digits and nothing else.
fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let plain = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// Reads a date: "2027-01-15", "20270115", "15.1.2027" (with full stops the day stands first), "15 Jan 2027",
/// "January 15th, 2027", "Fri 15 Jan", "today", "tomorrow", "yesterday". `unsaid` says which year is meant where none
/// is typed; a day of the week that fits only the next such date means that one. "15/1/2027" and "1/15/2027" are clear;
/// "5/1/2027" is not and is refused, unless a day of the week says which.
///
/// # Errors
/// [`DateError`] says what is wrong with it.
pub fn parse_date(text: &str, today: NaiveDate, unsaid: Unsaid) -> Result<NaiveDate, DateError> {
    let text = text.trim().to_lowercase().replace(',', " ");
    match text.as_str() {
        "today" => return Ok(today),
        "tomorrow" => return today.checked_add_days(Days::new(1)).ok_or(DateError::NoSuchDay),
        "yesterday" => return today.checked_sub_days(Days::new(1)).ok_or(DateError::NoSuchDay),
        _ => {}
    }
    let (weekday, text) = split_weekday(&text);
    let read = |unsaid| {
        if text.contains(|letter: char| letter.is_alphabetic()) {
            with_month_name(text, today, unsaid)
        } else {
            with_numbers(text, today, unsaid)
        }
    };
    let date = read(unsaid);
    let Some(weekday) = weekday else { return date };
    let falls_on = |date: &NaiveDate| date.weekday() == weekday;
    match date {
        Err(DateError::Ambiguous { day_first, month_first })
            if falls_on(&day_first) != falls_on(&month_first) =>
        {
            Ok(if falls_on(&day_first) { day_first } else { month_first })
        }
        Ok(date) if !falls_on(&date) => {
            let next = read(Unsaid::Next).ok().filter(|_| unsaid == Unsaid::Nearest);
            next.filter(falls_on).ok_or(DateError::WrongWeekday { date })
        }
        date => date,
    }
}

fn split_weekday(text: &str) -> (Option<Weekday>, &str) {
    text.split_once(' ')
        .and_then(|(first, rest)| {
            let weekday = first.trim_end_matches('.').parse::<Weekday>().ok()?;
            Some((Some(weekday), rest.trim_start()))
        })
        .unwrap_or((None, text))
}

fn with_month_name(text: &str, today: NaiveDate, unsaid: Unsaid) -> Result<NaiveDate, DateError> {
    let words: Vec<&str> = text
        .split(|sign: char| !sign.is_alphanumeric())
        .filter(|word| !word.is_empty() && *word != "of" && *word != "the")
        .collect();
    let (day, month, year) = match words.as_slice() {
        [one, two] => (*one, *two, None),
        // The year first, as in "2027 Jan 15".
        [year, month, day] if number(year, 4..=4).is_some() => (*day, *month, Some(*year)),
        [one, two, year] => (*one, *two, Some(*year)),
        _ => return Err(DateError::NotADate),
    };
    let (day, month) = match (ordinal(day), month_name(month)) {
        (Some(day), Some(month)) => (day, month),
        // The month first, as in "Jan 15".
        _ => ordinal(month).zip(month_name(day)).ok_or(DateError::NotADate)?,
    };
    match year {
        None => such(day, month, today, unsaid),
        Some(year) => calendar_day(four_digits(year)?, month, day),
    }
}

fn ordinal(text: &str) -> Option<u32> {
    let bare = ["st", "nd", "rd", "th"].into_iter().find_map(|ending| text.strip_suffix(ending));
    number(bare.unwrap_or(text), 1..=2)
}

fn month_name(text: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let names = NAMES.iter().zip(1..);
    names.filter(|_| text.len() >= 3).find(|(name, _)| name.starts_with(text)).map(|(_, number)| number)
}

fn with_numbers(text: &str, today: NaiveDate, unsaid: Unsaid) -> Result<NaiveDate, DateError> {
    if let Some(all) = number(text, 8..=8) {
        return calendar_day(i32::try_from(all / 10_000).unwrap_or(0), all / 100 % 100, all % 100);
    }
    let separator = text.chars().find(|sign| "-/.".contains(*sign)).ok_or(DateError::NotADate)?;
    let parts: Vec<&str> = text.trim_end_matches('.').split(separator).map(str::trim).collect();
    let small = |part: &str| number(part, 1..=2).ok_or(DateError::NotADate);
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => calendar_day(four_digits(year)?, small(month)?, small(day)?),
        [one, two, year] => {
            let year = four_digits(year)?;
            either_way(small(one)?, small(two)?, separator, |month, day| calendar_day(year, month, day))
        }
        [one, two] => {
            either_way(small(one)?, small(two)?, separator, |month, day| such(day, month, today, unsaid))
        }
        _ => Err(DateError::NotADate),
    }
}

/// Day and month in either order, unless full stops say that the day stands first.
fn either_way(
    one: u32,
    two: u32,
    separator: char,
    date: impl Fn(u32, u32) -> Result<NaiveDate, DateError>,
) -> Result<NaiveDate, DateError> {
    let day_first = date(two, one);
    if separator == '.' {
        return day_first;
    }
    match (day_first, date(one, two)) {
        (Ok(day_first), Ok(month_first)) if day_first != month_first => {
            Err(DateError::Ambiguous { day_first, month_first })
        }
        (Ok(date), _) | (_, Ok(date)) => Ok(date),
        (Err(error), Err(_)) => Err(error),
    }
}

fn four_digits(year: &str) -> Result<i32, DateError> {
    match number(year, 4..=4) {
        Some(year) => i32::try_from(year).map_err(|_| DateError::NotADate),
        None if number(year, 2..=2).is_some() => Err(DateError::ShortYear),
        None => Err(DateError::NotADate),
    }
}

fn calendar_day(year: i32, month: u32, day: u32) -> Result<NaiveDate, DateError> {
    NaiveDate::from_ymd_opt(year, month, day).ok_or(DateError::NoSuchDay)
}

/// The next or nearest such date; 29 February may be eight years off.
fn such(day: u32, month: u32, today: NaiveDate, unsaid: Unsaid) -> Result<NaiveDate, DateError> {
    let mut dates = (-8..=8).filter_map(|years| NaiveDate::from_ymd_opt(today.year() + years, month, day));
    let date = match unsaid {
        Unsaid::Next => dates.find(|date| *date >= today),
        // Of two that are equally near the later one counts.
        Unsaid::Nearest => dates.rev().min_by_key(|date| (*date - today).num_days().abs()),
    };
    date.ok_or(DateError::NoSuchDay)
}

#[cfg(test)]
mod tests;
