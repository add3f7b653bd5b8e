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

    /// Whether a day (0 is Monday) is one of them.
    #[must_use]
    pub const fn has(self, day: u8) -> bool {
        self.0 & (1 << (day % 7)) != 0
    }

    /// The same set with one day (0 is Monday) or without it; `None` when none would be left.
    #[must_use]
    pub const fn with(self, day: u8, on: bool) -> Option<Self> {
        let day = 1 << (day % 7);
        Self::from_bits(if on { self.0 | day } else { self.0 & !day })
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

    /// Days as they are typed: "Mon Wed Fri", "mon-fri", "Mondays", "every Monday", "weekdays", "weekend", "daily".
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let text =
            ["every ", "each "].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(&text).trim();
        match text {
            "daily" | "day" | "days" | "all" | "all days" | "always" => return Some(Self::ALL),
            "weekday" | "weekdays" | "workday" | "workdays" => return Some(Self::WORKDAYS),
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

/// Why what was typed is no time with days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAReminder {
    /// It names no time of day, and no days either.
    NoTime,
    /// It names a time of day; these words beside it name no days.
    NoDays(String),
}

/// A reminder as it is typed: a time, days, or both in either order: "7:30", "7:30 weekdays", "mon-fri at 7:30 pm",
/// "days Mon Wed", "every Monday 8:00".
///
/// # Errors
/// [`NotAReminder`] says which half is at fault.
pub fn time_and_days(text: &str) -> Result<(Option<NaiveTime>, Option<Weekdays>), NotAReminder> {
    let words: Vec<&str> = text
        .split([' ', ','])
        .filter(|word| !word.is_empty() && !["at", "on"].contains(&word.to_lowercase().as_str()))
        .collect();
    if let Some((first, days)) = words.split_first()
        && ["days", "day"].contains(&first.to_lowercase().as_str())
    {
        let days = days.join(" ");
        return Weekdays::parse(&days).map(|days| (None, Some(days))).ok_or(NotAReminder::NoDays(days));
    }
    let whole = words.join(" ");
    if let Ok(time) = parse_time(&whole) {
        return Ok((Some(time), None));
    }
    if let Some(days) = Weekdays::parse(&whole) {
        return Ok((None, Some(days)));
    }
    // Of "7:30 pm Mon" the longest time counts, or "pm" would be a day.
    let split = (1..words.len()).rev().find_map(|at| {
        let (one, other) = words.split_at_checked(at)?;
        parse_time(&one.join(" ")).ok().map(|time| (time, other.join(" ")))
    });
    let split = split.or_else(|| {
        (1..words.len()).find_map(|at| {
            let (one, other) = words.split_at_checked(at)?;
            parse_time(&other.join(" ")).ok().map(|time| (time, one.join(" ")))
        })
    });
    // "7 30" means a time and has no days at all.
    let split = split.filter(|(_, days)| days.contains(char::is_alphabetic));
    let (time, days) = split.ok_or(NotAReminder::NoTime)?;
    Weekdays::parse(&days).map(|days| (Some(time), Some(days))).ok_or(NotAReminder::NoDays(days))
}

/// The day of a name, also shortened ("tues") or in the plural ("Mondays").
fn day(word: &str) -> Option<u8> {
    const FULL: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let is_of = |full: &str| {
        let of_word = |word: &str| word.len() >= 3 && full.starts_with(word);
        of_word(word) || word.strip_suffix('s').is_some_and(of_word)
    };
    u8::try_from(FULL.iter().position(|full| is_of(full))?).ok()
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
            ("Mondays", Some("Mon")),
            ("every monday", Some("Mon")),
            ("each Tues and Thurs", Some("Tue, Thu")),
            ("Saturdays, Sundays", Some("Sat and Sun")),
            ("every weekday", Some("Mon to Fri")),
            ("every day", Some("every day")),
            ("every", None),
            ("mo", None),
            ("mond", Some("Mon")),
            ("money", None),
            ("", None),
            ("someday", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Weekdays::parse(text).map(Weekdays::name).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_time_and_days_are_read_in_either_order() {
        let days = |words: &str| Err(NotAReminder::NoDays(words.to_owned()));
        let time = || Err(NotAReminder::NoTime);
        let cases = [
            ("7:30", Ok((Some("07:30"), None))),
            ("7:30 weekdays", Ok((Some("07:30"), Some("Mon to Fri")))),
            ("weekdays 7:30", Ok((Some("07:30"), Some("Mon to Fri")))),
            ("mon-fri at 7:30 pm", Ok((Some("19:30"), Some("Mon to Fri")))),
            ("7 PM on Mon, Wed and Fri", Ok((Some("19:00"), Some("Mon, Wed, Fri")))),
            ("every day 07:30", Ok((Some("07:30"), Some("every day")))),
            ("Mondays 8:00", Ok((Some("08:00"), Some("Mon")))),
            ("every monday 8:00", Ok((Some("08:00"), Some("Mon")))),
            ("7:30 pm on Mondays and Fridays", Ok((Some("19:30"), Some("Mon, Fri")))),
            ("at 8, weekend", Ok((Some("08:00"), Some("Sat and Sun")))),
            ("days Mon Wed", Ok((None, Some("Mon, Wed")))),
            ("Monday to Friday", Ok((None, Some("Mon to Fri")))),
            ("days", days("")),
            ("days of old", days("of old")),
            ("7:30 someday", days("someday")),
            ("someday 7:30 pm", days("someday")),
            ("25:99 weekdays", time()),
            ("7:30 8:30", time()),
            ("7 30", time()),
            ("soon", time()),
            ("at", time()),
            ("", time()),
        ];
        for (text, expected) in cases {
            let read = time_and_days(text).map(|(time, days)| {
                (time.map(|time| time.format("%H:%M").to_string()), days.map(Weekdays::name))
            });
            let expected = expected.map(|(time, days): (Option<&str>, Option<&str>)| {
                (time.map(str::to_owned), days.map(str::to_owned))
            });
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn the_last_day_stays() {
        let monday = Weekdays::from_bits(1).unwrap();
        assert_eq!(monday.with(0, false), None);
        assert_eq!(monday.with(0, true), Some(monday));
        assert_eq!(monday.with(3, false), Some(monday));
        assert_eq!(monday.with(6, true).unwrap().name(), "Mon, Sun");
        assert!(monday.has(0) && !monday.has(6));
        assert!(monday.holds(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()));
        assert!(!monday.holds(NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()));
        assert_eq!([Weekdays::from_bits(0), Weekdays::from_bits(128)], [None, None]);
    }
}
