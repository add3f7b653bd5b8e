//! Lengths in days and their ends, as people type them.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::{DateError, Unsaid, parse_date};

/// Reads a number of days, negative for the past: "3", "-2" (with a minus or a dash of any kind), "3d", "a day",
/// "2 weeks", "3 days later", "2 days earlier". A number that is too large counts as the largest.
#[must_use]
pub fn parse_days(text: &str) -> Option<i64> {
    let text = text.trim().to_lowercase();
    let (text, earlier) = match text.rsplit_once(char::is_whitespace) {
        Some((rest, "later" | "ahead")) => (rest.trim_end(), Some(false)),
        Some((rest, "earlier" | "sooner" | "back")) => (rest.trim_end(), Some(true)),
        _ => (text.as_str(), None),
    };
    let unsigned = text.strip_prefix(['-', '−', '–', '—', '‐', '‑']);
    let (number, unit) = split_unit(unsigned.or_else(|| text.strip_prefix('+')).unwrap_or(text).trim_start());
    let number = match number {
        "a" | "an" | "one" if !unit.is_empty() => 1,
        digits if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().unwrap_or(i64::MAX)
        }
        "" if matches!(unit, "day" | "week") => 1,
        _ => return None,
    };
    let days = match unit {
        "" | "d" | "day" | "days" => number,
        "w" | "wk" | "wks" | "week" | "weeks" => number.saturating_mul(7),
        _ => return None,
    };
    match (unsigned.is_some(), earlier) {
        (false, None | Some(false)) => Some(days),
        (true, None) | (_, Some(true)) => Some(-days),
        (true, Some(false)) => None,
    }
}

/// The number before its unit: digits, or the word before the last one.
fn split_unit(text: &str) -> (&str, &str) {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = match digits {
        0 => text.rsplit_once(char::is_whitespace).unwrap_or(("", text)),
        digits => text.split_at(digits),
    };
    (number.trim(), unit.trim())
}

/// Reads the day on which something ends: a date as [`parse_date`] takes it, or the next such day of the week,
/// which is never today: "Friday", "next fri".
///
/// # Errors
/// [`DateError`] says what is wrong with it.
pub fn parse_end(text: &str, today: NaiveDate) -> Result<NaiveDate, DateError> {
    let text = text.trim().to_lowercase();
    let name = text.strip_prefix("next ").unwrap_or(&text).trim();
    let Ok(weekday) = name.parse::<Weekday>() else { return parse_date(&text, today, Unsaid::Next) };
    let ahead = u64::from(weekday.days_since(today.weekday()));
    today.checked_add_days(Days::new(if ahead == 0 { 7 } else { ahead })).ok_or(DateError::NoSuchDay)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days() {
        for (text, days) in [
            ("3", 3),
            ("+3", 3),
            (" 007 ", 7),
            ("0", 0),
            ("-0", 0),
            ("-2", -2),
            ("−2", -2),
            ("–2", -2),
            ("— 2 days", -2),
            ("3d", 3),
            ("3 D", 3),
            ("1 day", 1),
            ("12 days", 12),
            ("a day", 1),
            ("One week", 7),
            ("week", 7),
            ("2w", 14),
            ("2 weeks", 14),
            ("-1 week", -7),
            ("3 days later", 3),
            ("2 days earlier", -2),
            ("-2 days earlier", -2),
            ("a week  later", 7),
            ("5 later", 5),
            ("99999999999999999999", i64::MAX),
            ("-99999999999999999999 weeks", -i64::MAX),
        ] {
            assert_eq!(parse_days(text), Some(days), "{text}");
        }
    }

    #[test]
    fn no_days() {
        for text in [
            "",
            "-",
            "+",
            "soon",
            "1.5",
            "3 3",
            "3 months",
            "3 days 4",
            "--2",
            "+-2",
            "a",
            "later",
            "-2 later",
            "٣",
            "days",
            "weeks",
            "a few days",
            "3 daysx",
            "until friday",
        ] {
            assert_eq!(parse_days(text), None, "{text}");
        }
    }

    #[test]
    fn ends() {
        let date = |text: &str| text.parse::<NaiveDate>().expect("a date");
        // A Wednesday.
        let today = date("2026-01-07");
        for (text, end) in [
            ("friday", "2026-01-09"),
            ("Fri", "2026-01-09"),
            ("next Friday", "2026-01-09"),
            ("tue", "2026-01-13"),
            ("Wednesday", "2026-01-14"),
            ("tomorrow", "2026-01-08"),
            ("2026-01-10", "2026-01-10"),
            ("10 Jan", "2026-01-10"),
            ("Fri 9 Jan", "2026-01-09"),
        ] {
            assert_eq!(parse_end(text, today), Ok(date(end)), "{text}");
        }
        for text in ["", "soon", "next", "3", "fri sat"] {
            assert_eq!(parse_end(text, today), Err(DateError::NotADate), "{text}");
        }
        assert_eq!(parse_end("friday", NaiveDate::MAX), Err(DateError::NoSuchDay));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC{0,16}") {
            let _ = parse_days(&text);
            let _ = parse_end(&text, NaiveDate::MIN);
        }
    }
}
