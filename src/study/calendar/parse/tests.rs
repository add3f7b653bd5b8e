//! Times and dates that are read, and those that are not.

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
        "25:99", "24:00", "24", "7:60", "7:5", "07:300", "2460", "99", "-7", "+7", "7:30:00", "13pm", "0am",
        "pm", "", ":30", "7:", "seven", "7 30", "٧:٣٠", "12345",
    ] {
        assert_eq!(parse_time(text), Err(NotATime), "{text}");
    }
}

#[test]
fn dates() {
    let check = |text: &str, expected: &str| {
        assert_eq!(parse_date(text, date("2026-11-23"), Unsaid::Next), Ok(date(expected)), "{text}");
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
    check("yesterday", "2026-11-22");
    check("Fri 5/2/2027", "2027-02-05");
    check("Sun 5/2/2027", "2027-05-02");
}

#[test]
fn the_nearest_date_of_a_year_that_is_not_typed() {
    let check = |text: &str, today: &str, expected: &str| {
        assert_eq!(parse_date(text, date(today), Unsaid::Nearest), Ok(date(expected)), "{text} on {today}");
    };
    check("1 Dec", "2026-01-05", "2025-12-01");
    check("1.12.", "2026-01-05", "2025-12-01");
    check("12 Jan", "2026-12-28", "2027-01-12");
    check("5 Jan", "2026-01-05", "2026-01-05");
    check("29 Feb", "2026-01-05", "2024-02-29");
    check("29 Feb", "2027-03-05", "2028-02-29");
    check("1 Dec 2026", "2026-01-05", "2026-12-01");
    // A Monday in 2025, a Tuesday in 2026.
    check("Tue 1 Dec", "2026-01-05", "2026-12-01");
    check("Mon 1 Dec", "2026-01-05", "2025-12-01");
    let sunday = parse_date("Sun 1 Dec", date("2026-01-05"), Unsaid::Nearest);
    assert_eq!(sunday, Err(DateError::WrongWeekday { date: date("2025-12-01") }));
}

#[test]
fn no_dates() {
    let check = |text: &str, expected: DateError| {
        assert_eq!(parse_date(text, date("2026-11-23"), Unsaid::Next), Err(expected), "{text}");
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
        let _ = parse_date(&text, date("2026-11-23"), Unsaid::Nearest);
    }

    #[test]
    fn what_is_shown_is_read(day in 0_i32..40_000, ahead in 0_i32..360) {
        let today = NaiveDate::from_epoch_days(day).expect("in the calendar");
        let shown = NaiveDate::from_epoch_days(day + ahead).expect("in the calendar");
        for unsaid in [Unsaid::Next, Unsaid::Nearest] {
            prop_assert_eq!(parse_date(&short_date(shown, today), today, unsaid), Ok(shown));
        }
    }
}
