//! Local dates and times as instants, across the changes of a zone's clock.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

use super::{StudyDay, Zone};

/// Minutes that a clock change is searched for at the most. The longest skip so far is a whole day (Samoa
/// 2011, Kwajalein 1993).
const LONGEST_SKIP: u32 = 2 * 24 * 60;
/// Occurrences of a daily time that are tried at the most, so that a search always ends.
const MOST_TRIED: usize = 100;

/// The study day at `now`: the learner's date, with a day that starts `day_start_minutes` after midnight.
/// A clock that is set back over the start of a day does not bring the day before back.
#[must_use]
pub fn study_day(now: DateTime<Utc>, zone: Zone, day_start_minutes: u16) -> StudyDay {
    let today = StudyDay::from(zone.local(now).date());
    let started = |day: &StudyDay| study_day_start(*day, zone, day_start_minutes) <= now;
    [today + 1, today].into_iter().find(started).unwrap_or(today - 1)
}

/// The instant at which a study day starts. A start beyond 23:59 counts as 23:59.
#[must_use]
pub fn study_day_start(day: StudyDay, zone: Zone, day_start_minutes: u16) -> DateTime<Utc> {
    let seconds = u32::from(day_start_minutes.min(24 * 60 - 1)) * 60;
    let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap_or(NaiveTime::MIN);
    instant(day.date(), time, zone)
}

/// The instant of a local date and time. A time that a clock change skips moves to the next minute that
/// exists, a time that comes twice is used once, the first time.
#[must_use]
pub fn instant(date: NaiveDate, time: NaiveTime, zone: Zone) -> DateTime<Utc> {
    let wanted = date.and_time(time);
    if let Some(found) = zone.instants(wanted).earliest() {
        return found;
    }
    let minute = wanted.with_second(0).and_then(|at| at.with_nanosecond(0)).unwrap_or(wanted);
    (1..=LONGEST_SKIP)
        .map_while(|later| minute.checked_add_signed(TimeDelta::minutes(later.into())))
        .find_map(|at| zone.instants(at).earliest())
        .unwrap_or_else(|| wanted.and_utc())
}

/// The first occurrence of a daily time strictly after an instant, with the local date it belongs to. A date
/// that the zone left out as a whole has no occurrence.
#[must_use]
pub fn next_daily(after: DateTime<Utc>, time: NaiveTime, zone: Zone) -> (NaiveDate, DateTime<Utc>) {
    let today = zone.local(after).date();
    let dates = (0..5).filter_map(|later| before(today, 1)?.checked_add_days(Days::new(later)));
    occurrences(dates, time, zone).find(|(_, at)| *at > after).unwrap_or((today, after))
}

/// The latest occurrence of a daily time at or before an instant, with the local date it belongs to. A date
/// that the zone left out as a whole has no occurrence.
#[must_use]
pub fn last_daily(at_or_before: DateTime<Utc>, time: NaiveTime, zone: Zone) -> (NaiveDate, DateTime<Utc>) {
    let today = zone.local(at_or_before).date();
    let dates =
        (0..5).filter_map(|earlier| before(today.checked_add_days(Days::new(1)).unwrap_or(today), earlier));
    occurrences(dates, time, zone).find(|(_, at)| *at <= at_or_before).unwrap_or((today, at_or_before))
}

/// The first occurrence strictly after an instant that is wanted, among the next hundred.
#[must_use]
pub fn next_daily_where(
    after: DateTime<Utc>,
    time: NaiveTime,
    zone: Zone,
    mut wanted: impl FnMut(NaiveDate, DateTime<Utc>) -> bool,
) -> Option<(NaiveDate, DateTime<Utc>)> {
    let mut next = after;
    (0..MOST_TRIED)
        .map(|_| {
            let found = next_daily(next, time, zone);
            next = found.1;
            found
        })
        .find(|(date, at)| wanted(*date, *at))
}

/// The latest occurrence at or before an instant that is wanted, among the last hundred: with days of the week,
/// the one of Friday when it is Saturday.
#[must_use]
pub fn last_daily_where(
    at_or_before: DateTime<Utc>,
    time: NaiveTime,
    zone: Zone,
    mut wanted: impl FnMut(NaiveDate, DateTime<Utc>) -> bool,
) -> Option<(NaiveDate, DateTime<Utc>)> {
    let mut until = at_or_before;
    (0..MOST_TRIED)
        .map(|_| {
            let found = last_daily(until, time, zone);
            until = found.1.checked_sub_signed(TimeDelta::milliseconds(1)).unwrap_or(found.1);
            found
        })
        .find(|(date, at)| wanted(*date, *at))
}

fn occurrences(
    dates: impl Iterator<Item = NaiveDate>,
    time: NaiveTime,
    zone: Zone,
) -> impl Iterator<Item = (NaiveDate, DateTime<Utc>)> {
    dates
        .filter(move |date| zone.local(instant(*date, NaiveTime::MIN, zone)).date() == *date)
        .map(move |date| (date, instant(date, time, zone)))
}

fn before(date: NaiveDate, days: u64) -> Option<NaiveDate> {
    date.checked_sub_days(Days::new(days))
}

#[cfg(test)]
mod tests {
    use super::*;
    fn named(name: &str) -> Zone {
        Zone::named(name).expect("a zone")
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn time(text: &str) -> NaiveTime {
        NaiveTime::parse_from_str(text, "%H:%M:%S")
            .or_else(|_| NaiveTime::parse_from_str(text, "%H:%M"))
            .expect("a time")
    }

    fn utc(text: &str) -> DateTime<Utc> {
        format!("{}:00Z", text.replace(' ', "T")).parse().expect("an instant")
    }

    #[test]
    fn local_times_as_instants() {
        let check = |zone: &str, day: &str, at: &str, expected: &str| {
            assert_eq!(instant(date(day), time(at), named(zone)), utc(expected), "{zone} {day} {at}");
        };
        check("Europe/Berlin", "2026-11-23", "07:30", "2026-11-23 06:30");
        check("Europe/Berlin", "2027-03-28", "01:59", "2027-03-28 00:59");
        check("Europe/Berlin", "2027-03-28", "02:00", "2027-03-28 01:00");
        check("Europe/Berlin", "2027-03-28", "02:30", "2027-03-28 01:00");
        check("Europe/Berlin", "2027-03-28", "02:59:59", "2027-03-28 01:00");
        check("Europe/Berlin", "2027-03-28", "03:00", "2027-03-28 01:00");
        check("Europe/Berlin", "2027-10-31", "02:30", "2027-10-31 00:30");
        check("Europe/Berlin", "2027-10-31", "03:00", "2027-10-31 02:00");
        check("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03 15:30");
        check("Australia/Lord_Howe", "2027-04-04", "01:45", "2027-04-03 14:45");
        check("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23 22:00");
        check("Africa/Cairo", "2026-04-24", "00:59", "2026-04-23 22:00");
        check("Africa/Cairo", "2026-10-29", "23:30", "2026-10-29 20:30");
        check("Pacific/Apia", "2011-12-30", "09:00", "2011-12-30 10:00");
        check("Asia/Kolkata", "2026-11-23", "07:30", "2026-11-23 02:00");
        check("America/Nuuk", "2024-03-30", "22:30", "2024-03-31 00:30");
        check("America/Nuuk", "2025-03-29", "23:30", "2025-03-30 01:00");
    }

    #[test]
    fn study_days_start_at_four_or_when_told() {
        let check = |zone: &str, start: u16, now: &str, expected: &str| {
            assert_eq!(study_day(utc(now), named(zone), start).date(), date(expected), "{zone} at {now}");
        };
        check("UTC", 240, "2026-11-23 03:59", "2026-11-22");
        check("UTC", 240, "2026-11-23 04:00", "2026-11-23");
        check("UTC", 0, "2026-11-23 00:00", "2026-11-23");
        check("UTC", 2000, "2026-11-23 23:58", "2026-11-22");
        check("UTC", 2000, "2026-11-23 23:59", "2026-11-23");
        check("Asia/Tokyo", 240, "2026-11-22 18:59", "2026-11-22");
        check("Asia/Tokyo", 240, "2026-11-22 19:00", "2026-11-23");
        check("Asia/Kolkata", 240, "2026-11-22 22:30", "2026-11-23");
        check("America/New_York", 240, "2026-11-23 08:30", "2026-11-22");
        // A day that starts within the skipped hour starts right after it.
        check("Europe/Berlin", 150, "2027-03-28 00:59", "2027-03-27");
        check("Europe/Berlin", 150, "2027-03-28 01:00", "2027-03-28");
        // A day that starts within the doubled hour starts once.
        check("Europe/Berlin", 150, "2027-10-31 00:29", "2027-10-30");
        check("Europe/Berlin", 150, "2027-10-31 00:30", "2027-10-31");
        check("Europe/Berlin", 150, "2027-10-31 01:10", "2027-10-31");
        // St. John's went from 00:01 back to 23:01 the evening before.
        check("America/St_Johns", 0, "2010-11-07 02:29", "2010-11-06");
        check("America/St_Johns", 0, "2010-11-07 02:30", "2010-11-07");
        check("America/St_Johns", 0, "2010-11-07 02:45", "2010-11-07");
        // Samoa had no 30 December.
        check("Pacific/Apia", 0, "2011-12-30 09:59", "2011-12-29");
        check("Pacific/Apia", 0, "2011-12-30 10:00", "2011-12-31");
    }

    #[test]
    fn a_daily_time_around_an_instant() {
        let check = |zone: &str, at: &str, now: &str, last: (&str, &str), next: (&str, &str)| {
            let (zone, expected) = (named(zone), |(day, at)| (date(day), utc(at)));
            assert_eq!(last_daily(utc(now), time(at), zone), expected(last), "before {now}, {zone}");
            assert_eq!(next_daily(utc(now), time(at), zone), expected(next), "after {now}, {zone}");
        };
        check(
            "UTC",
            "07:30",
            "2026-11-23 07:30",
            ("2026-11-23", "2026-11-23 07:30"),
            ("2026-11-24", "2026-11-24 07:30"),
        );
        check(
            "UTC",
            "07:30",
            "2026-11-23 07:29",
            ("2026-11-22", "2026-11-22 07:30"),
            ("2026-11-23", "2026-11-23 07:30"),
        );
        check(
            "America/New_York",
            "23:30",
            "2026-11-23 04:15",
            ("2026-11-21", "2026-11-22 04:30"),
            ("2026-11-22", "2026-11-23 04:30"),
        );
        // The doubled 02:30 of Berlin happens once.
        check(
            "Europe/Berlin",
            "02:30",
            "2027-10-31 00:45",
            ("2027-10-31", "2027-10-31 00:30"),
            ("2027-11-01", "2027-11-01 01:30"),
        );
        // The skipped one happens when the clock has moved.
        check(
            "Europe/Berlin",
            "02:30",
            "2027-03-28 00:59",
            ("2027-03-27", "2027-03-27 01:30"),
            ("2027-03-28", "2027-03-28 01:00"),
        );
        // Samoa's lost 30 December has no occurrence of its own.
        check(
            "Pacific/Apia",
            "09:00",
            "2011-12-30 10:00",
            ("2011-12-29", "2011-12-29 19:00"),
            ("2011-12-31", "2011-12-30 19:00"),
        );
        check(
            "Pacific/Apia",
            "00:00",
            "2011-12-30 10:00",
            ("2011-12-31", "2011-12-30 10:00"),
            ("2012-01-01", "2011-12-31 10:00"),
        );
        // Greenland skips 23:00 to midnight in spring; 23:30 then comes at midnight and still belongs
        // to the evening before.
        check(
            "America/Nuuk",
            "23:30",
            "2025-03-30 01:00",
            ("2025-03-29", "2025-03-30 01:00"),
            ("2025-03-30", "2025-03-31 00:30"),
        );
    }

    #[test]
    fn a_daily_time_on_some_days_of_the_week() {
        use super::super::Weekdays;
        let check = |days: Weekdays, now: &str, last: Option<&str>, next: Option<&str>| {
            let (at, zone) = (time("09:00"), named("Europe/Berlin"));
            let day = |found: Option<(NaiveDate, DateTime<Utc>)>| found.map(|(date, _)| date.to_string());
            let on = |date, _| days.holds(date);
            assert_eq!(day(last_daily_where(utc(now), at, zone, on)).as_deref(), last, "before {now}");
            assert_eq!(day(next_daily_where(utc(now), at, zone, on)).as_deref(), next, "after {now}");
        };
        // 9 January 2026 is a Friday.
        check(Weekdays::WORKDAYS, "2026-01-09 07:59", Some("2026-01-08"), Some("2026-01-09"));
        check(Weekdays::WORKDAYS, "2026-01-09 08:00", Some("2026-01-09"), Some("2026-01-12"));
        check(Weekdays::WORKDAYS, "2026-01-10 12:00", Some("2026-01-09"), Some("2026-01-12"));
        check(Weekdays::WORKDAYS, "2026-01-11 23:00", Some("2026-01-09"), Some("2026-01-12"));
        check(Weekdays::WEEKEND, "2026-01-09 12:00", Some("2026-01-04"), Some("2026-01-10"));
        let never = |_, _| false;
        assert_eq!(next_daily_where(utc("2026-01-09 08:00"), time("09:00"), Zone::UTC, never), None);
        assert_eq!(last_daily_where(utc("2026-01-09 08:00"), time("09:00"), Zone::UTC, never), None);
    }

    #[test]
    fn the_ends_of_the_calendar_do_not_panic() {
        for zone in ["UTC", "Pacific/Apia", "America/New_York"].map(named) {
            for edge in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
                let _ = study_day(edge, zone, 240);
                let _ = next_daily(edge, NaiveTime::MIN, zone);
                let _ = last_daily(edge, NaiveTime::MIN, zone);
            }
            for day in [StudyDay(i32::MIN), StudyDay(i32::MAX)] {
                let _ = study_day_start(day, zone, 240);
            }
        }
    }
}
