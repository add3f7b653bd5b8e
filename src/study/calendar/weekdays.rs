//! A set of days of the week.

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};

use super::parse_time;

/// Days of the week, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weekdays(u8);

const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl Weekdays {
    /// Every day.
    pub const ALL: Self = Self(127);
    /// Monday to Friday.
    pub const WORKDAYS: Self = Self(31);
    /// Saturday and Sunday.
    pub const WEEKEND: Self = Self(96);

    /// The set of these bits, Monday the lowest; `None` when it is empty or has more than seven.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Option<Self> {
        if bits == 0 || bits > 127 { None } else { Some(Self(bits)) }
    }

    /// Its bits, Monday the lowest.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether a date falls on one of them.
    #[must_use]
    pub fn holds(self, date: NaiveDate) -> bool {
        self.0 & (1 << date.weekday().num_days_from_monday()) != 0
    }

    /// The same set with one day (0 is Monday) changed; `None` when none would be left.
    #[must_use]
    pub const fn toggled(self, day: u8) -> Option<Self> {
        Self::from_bits(self.0 ^ (1 << (day % 7)))
    }

    /// "every day", "Mon to Fri", "Mon, Wed".
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::ALL => "every day".to_owned(),
            Self::WORKDAYS => "Mon to Fri".to_owned(),
            Self::WEEKEND => "Sat and Sun".to_owned(),
            _ => {
                let days =
                    WEEK.iter().zip(NAMES).filter(|(day, _)| self.0 & (1 << day.num_days_from_monday()) != 0);
                days.map(|(_, name)| name).collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// Days as they are typed: "Mon Wed Fri", "mon-fri", "weekdays", "weekend", "daily".
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        match text.as_str() {
            "daily" | "every day" | "all" | "always" => return Some(Self::ALL),
            "weekdays" | "workdays" => return Some(Self::WORKDAYS),
            "weekend" | "weekends" => return Some(Self::WEEKEND),
            _ => {}
        }
        let mut bits = 0;
        let text = text.replace(" to ", "-").replace('–', "-").replace(" and ", " ");
        for word in text.split([' ', ',', ';', '+']).filter(|word| !word.is_empty()) {
            let (first, last) = word.split_once('-').unwrap_or((word, word));
            let (first, last) = (day(first)?, day(last)?);
            let length = (last + 7 - first) % 7;
            for step in 0..=length {
                bits |= 1 << ((first + step) % 7);
            }
        }
        Self::from_bits(bits)
    }
}

/// A reminder as it is typed: a time, days, or both in either order: "7:30", "7:30 weekdays", "mon-fri at 7:30 pm",
/// "days Mon Wed".
#[must_use]
pub fn time_and_days(text: &str) -> Option<(Option<NaiveTime>, Option<Weekdays>)> {
    let words: Vec<&str> = text
        .split([' ', ','])
        .filter(|word| !word.is_empty() && !["at", "on"].contains(&word.to_lowercase().as_str()))
        .collect();
    if let Some((first, days)) = words.split_first()
        && ["days", "day"].contains(&first.to_lowercase().as_str())
    {
        return Weekdays::parse(&days.join(" ")).map(|days| (None, Some(days)));
    }
    let whole = words.join(" ");
    if let Ok(time) = parse_time(&whole) {
        return Some((Some(time), None));
    }
    if let Some(days) = Weekdays::parse(&whole) {
        return Some((None, Some(days)));
    }
    (1..words.len()).find_map(|at| {
        let (one, other) = words.split_at_checked(at)?;
        let (one, other) = (one.join(" "), other.join(" "));
        let (time, days) = match parse_time(&one) {
            Ok(time) => (time, other),
            Err(_) => (parse_time(&other).ok()?, one),
        };
        Some((Some(time), Some(Weekdays::parse(&days)?)))
    })
}

fn day(word: &str) -> Option<u8> {
    let index = WEEK.iter().position(|day| word.parse() == Ok(*day))?;
    u8::try_from(index).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        let cases = [
            ("Mon Wed Fri", Some("Mon, Wed, Fri")),
            ("mon-fri", Some("Mon to Fri")),
            ("Monday to Friday", Some("Mon to Fri")),
            ("saturday and sunday", Some("Sat and Sun")),
            ("Sat – Mon", None),
            ("sat-mon", Some("Mon, Sat, Sun")),
            ("weekdays", Some("Mon to Fri")),
            ("daily", Some("every day")),
            ("tue,thu", Some("Tue, Thu")),
            ("", None),
            ("someday", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Weekdays::parse(text).map(Weekdays::name).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_time_and_days_are_read_in_either_order() {
        let cases = [
            ("7:30", Some((Some("07:30"), None))),
            ("7:30 weekdays", Some((Some("07:30"), Some("Mon to Fri")))),
            ("weekdays 7:30", Some((Some("07:30"), Some("Mon to Fri")))),
            ("mon-fri at 7:30 pm", Some((Some("19:30"), Some("Mon to Fri")))),
            ("7 PM on Mon, Wed and Fri", Some((Some("19:00"), Some("Mon, Wed, Fri")))),
            ("every day 07:30", Some((Some("07:30"), Some("every day")))),
            ("at 8, weekend", Some((Some("08:00"), Some("Sat and Sun")))),
            ("days Mon Wed", Some((None, Some("Mon, Wed")))),
            ("Monday to Friday", Some((None, Some("Mon to Fri")))),
            ("days", None),
            ("7:30 someday", None),
            ("25:99 weekdays", None),
            ("7:30 8:30", None),
            ("at", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let read = time_and_days(text).map(|(time, days)| {
                (time.map(|time| time.format("%H:%M").to_string()), days.map(Weekdays::name))
            });
            let expected = expected
                .map(|(time, days)| (time.map(str::to_owned), days.map(|days: &str| days.to_owned())));
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn the_last_day_stays() {
        let monday = Weekdays::from_bits(1).unwrap();
        assert_eq!(monday.toggled(0), None);
        assert_eq!(monday.toggled(6).unwrap().name(), "Mon, Sun");
        assert!(monday.holds(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()));
        assert!(!monday.holds(NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()));
        assert_eq!([Weekdays::from_bits(0), Weekdays::from_bits(128)], [None, None]);
    }
}
