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
/// "January 15th, 2027", "Fri 15 Jan", "today", "tomorrow". Without a year it is the next such date, today
/// included. "15/1/2027" and "1/15/2027" are clear; "5/1/2027" is not and is refused.
///
/// # Errors
/// [`DateError`] says what is wrong with it.
pub fn parse_date(text: &str, today: NaiveDate) -> Result<NaiveDate, DateError> {
    let text = text.trim().to_lowercase().replace(',', " ");
    match text.as_str() {
        "today" => return Ok(today),
        "tomorrow" => return today.checked_add_days(Days::new(1)).ok_or(DateError::NoSuchDay),
        _ => {}
    }
    let (weekday, text) = split_weekday(&text);
    let date = if text.contains(|letter: char| letter.is_alphabetic()) {
        with_month_name(text, today)
    } else {
        with_numbers(text, today)
    }?;
    match weekday {
        Some(weekday) if weekday != date.weekday() => Err(DateError::WrongWeekday { date }),
        _ => Ok(date),
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

fn with_month_name(text: &str, today: NaiveDate) -> Result<NaiveDate, DateError> {
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
        None => next_such(day, month, today),
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

fn with_numbers(text: &str, today: NaiveDate) -> Result<NaiveDate, DateError> {
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
            either_way(small(one)?, small(two)?, separator, |month, day| next_such(day, month, today))
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

/// The next such date from today on; 29 February may be eight years off.
fn next_such(day: u32, month: u32, today: NaiveDate) -> Result<NaiveDate, DateError> {
    (0..=8)
        .filter_map(|years| NaiveDate::from_ymd_opt(today.year() + years, month, day))
        .find(|date| *date >= today)
        .ok_or(DateError::NoSuchDay)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::calendar::short_date;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn times() {
        let check = |text: &str, expected: &str| {
            let time = parse_time(text).map(|time| time.format("%H:%M").to_string());
            assert_eq!(time.as_deref(), Ok(expected), "{text}");
        };
        check("7:30", "07:30");
        check("07:30", "07:30");
        check(" 07.30 ", "07:30");
        check("0730", "07:30");
        check("730", "07:30");
        check("7", "07:00");
        check("0", "00:00");
        check("23:59", "23:59");
        check("7h", "07:00");
        check("7h30", "07:30");
        check("7pm", "19:00");
        check("7 PM", "19:00");
        check("7:05 p.m.", "19:05");
        check("12am", "00:00");
        check("12:30am", "00:30");
        check("12pm", "12:00");
        check("Noon", "12:00");
        check("midnight", "00:00");
    }

    #[test]
    fn no_times() {
        for text in [
            "25:99", "24:00", "24", "7:60", "7:5", "07:300", "2460", "99", "-7", "+7", "7:30:00", "13pm",
            "0am", "pm", "", ":30", "7:", "seven", "7 30", "٧:٣٠", "12345",
        ] {
            assert_eq!(parse_time(text), Err(NotATime), "{text}");
        }
    }

    #[test]
    fn dates() {
        let check = |text: &str, expected: &str| {
            assert_eq!(parse_date(text, date("2026-11-23")), Ok(date(expected)), "{text}");
        };
        check("2027-01-15", "2027-01-15");
        check("2027-1-5", "2027-01-05");
        check("2027/01/05", "2027-01-05");
        check("20270105", "2027-01-05");
        check("5.1.2027", "2027-01-05");
        check("05. 01. 2027", "2027-01-05");
        check("5.1.", "2027-01-05");
        check("15/1/2027", "2027-01-15");
        check("1/15/2027", "2027-01-15");
        check("5/5/2027", "2027-05-05");
        check("5 Jan 2027", "2027-01-05");
        check("5-Jan-2027", "2027-01-05");
        check("5th of January, 2027", "2027-01-05");
        check("Jan 5 2027", "2027-01-05");
        check("2027 Jan 5", "2027-01-05");
        check("1 Sept 2027", "2027-09-01");
        check("Sept 1 2027", "2027-09-01");
        check("23 Nov", "2026-11-23");
        check("22 Nov", "2027-11-22");
        check("29 Feb", "2028-02-29");
        check("Tue 5 Jan", "2027-01-05");
        check("Tuesday, 5 January 2027", "2027-01-05");
        check("Today", "2026-11-23");
        check("tomorrow", "2026-11-24");
    }

    #[test]
    fn no_dates() {
        let check = |text: &str, expected: DateError| {
            assert_eq!(parse_date(text, date("2026-11-23")), Err(expected), "{text}");
        };
        let either = |day_first, month_first| DateError::Ambiguous {
            day_first: date(day_first),
            month_first: date(month_first),
        };
        check("5/1/2027", either("2027-01-05", "2027-05-01"));
        check("5-1-2027", either("2027-01-05", "2027-05-01"));
        check("5/1", either("2027-01-05", "2027-05-01"));
        check("2027-02-29", DateError::NoSuchDay);
        check("31 Apr", DateError::NoSuchDay);
        check("13/13/2027", DateError::NoSuchDay);
        check("5.1.27", DateError::ShortYear);
        check("5 Jan 27", DateError::ShortYear);
        check("Mon 5 Jan 2027", DateError::WrongWeekday { date: date("2027-01-05") });
        for text in ["", "5", "soon", "5 ja 2027", "2027-01", "1-2-3-4", "Jan", "5 Jan 2027 7:30", "٥.١.٢٠٢٧"]
        {
            check(text, DateError::NotADate);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC{0,16}") {
            let _ = parse_time(&text);
            let _ = parse_date(&text, date("2026-11-23"));
        }

        #[test]
        fn what_is_shown_is_read(day in 0_i32..40_000, ahead in 0_i32..360) {
            let today = NaiveDate::from_epoch_days(day).expect("in the calendar");
            let shown = NaiveDate::from_epoch_days(day + ahead).expect("in the calendar");
            prop_assert_eq!(parse_date(&short_date(shown, today), today), Ok(shown));
        }
    }
}
