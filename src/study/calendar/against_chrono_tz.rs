//! The calendar against chrono-tz, which has its own code and an older copy of the time zone database.

use std::collections::BTreeMap;

use chrono::{
    DateTime, Datelike, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone,
    Utc,
};
use chrono_tz::Tz;
use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;

use super::{Zone, instant, last_daily, next_daily, study_day, study_day_start};

/// Where the calendar (IANA 2026f) and chrono-tz (IANA 2025b) know different things, and since which year. A
/// newer release of either crate fails the test until this list fits again.
const KNOWN_DIFFERENCES: &[(&str, i32)] = &[
    // New laws that came after 2025b. chrono-tz is wrong here.
    ("Africa/Casablanca", 2026),
    ("Africa/El_Aaiun", 2026),
    ("America/Edmonton", 2026),
    ("America/Havana", 2026),
    ("America/Inuvik", 2026),
    ("America/Rainy_River", 2026),
    ("America/Vancouver", 2026),
    ("America/Winnipeg", 2026),
    ("America/Yellowknife", 2026),
    ("Canada/Central", 2026),
    ("Canada/Mountain", 2026),
    ("Canada/Pacific", 2026),
    ("Cuba", 2026),
    // A correction of the hour at which Moldova changes its clocks.
    ("Europe/Chisinau", 2022),
    ("Europe/Tiraspol", 2022),
];

const FROM: i64 = 1_167_609_600; // 2007-01-01
const TO: i64 = 1_893_456_000; // 2030-01-01

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).expect("in range")
}

/// Seconds that the clocks are ahead of UTC by chrono-tz's data.
fn offset(zone: Tz, second: i64) -> i64 {
    zone.offset_from_utc_datetime(&at(second).naive_utc()).fix().local_minus_utc().into()
}

/// The first second of each new offset in chrono-tz's data, which it does not list. No zone changes its
/// clocks twice within five days.
fn their_changes(zone: Tz) -> Vec<i64> {
    let mut changes = Vec::new();
    for from in (FROM..TO).step_by(5 * 86_400) {
        let (mut old, mut new) = (from, from + 5 * 86_400);
        if offset(zone, old) == offset(zone, new) {
            continue;
        }
        while new - old > 1 {
            let middle = old.midpoint(new);
            if offset(zone, middle) == offset(zone, from) { old = middle } else { new = middle }
        }
        changes.push(new);
    }
    changes
}

/// Every change in the calendar's data, and one quiet day a year.
fn interesting(zone: Zone) -> Vec<i64> {
    let data = TimeZoneDatabase::bundled().get(zone.name()).expect("a zone of the database");
    let start = Timestamp::from_second(FROM).expect("in range");
    let changes = data.following(start).map(|change| change.timestamp().as_second());
    let quiet = (0..23).map(|year| FROM + year * 31_557_600 + 17 * 86_400);
    changes.take_while(|change| *change < TO).chain(quiet).collect()
}

/// chrono-tz's answer to the same question: the change itself for a skipped time, the first of two.
fn expected(local: NaiveDateTime, zone: Tz, changes: &[i64]) -> i64 {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) => at.timestamp(),
        MappedLocalTime::Ambiguous(one, other) => one.min(other).timestamp(),
        MappedLocalTime::None => {
            let shown = local.and_utc().timestamp();
            let skips = |change: &&i64| {
                (**change + offset(zone, **change - 1)..**change + offset(zone, **change)).contains(&shown)
            };
            *changes.iter().find(skips).expect("a gap has a change")
        }
    }
}

#[test]
fn instants_agree_around_every_change() {
    let mut differing = BTreeMap::new();
    let mut compared = 0;
    for other in chrono_tz::TZ_VARIANTS {
        let zone = Zone::named(other.name()).expect("a zone of old stays");
        let their_changes = their_changes(other);
        for around in interesting(zone).into_iter().chain(their_changes.iter().copied()) {
            for half_hours in -6..=6 {
                let moment = at(around) + TimeDelta::minutes(30 * half_hours + 7);
                let local = zone.local(moment);
                compared += 1;
                if local != moment.with_timezone(&other).naive_local()
                    || instant(local.date(), local.time(), zone).timestamp()
                        != expected(local, other, &their_changes)
                {
                    let since: &mut i32 = differing.entry(other.name()).or_insert(local.year());
                    *since = local.year().min(*since);
                }
            }
        }
    }
    assert!(compared > 300_000, "{compared} compared");
    assert_eq!(differing, BTreeMap::from_iter(KNOWN_DIFFERENCES.iter().copied()));
}

/// The next two years.
const SOON: std::ops::Range<i64> = 1_795_392_000..1_858_550_400; // 2026-11-23 to 2028-11-23

#[test]
fn reminders_at_night_agree_around_every_change_of_the_next_two_years() {
    let mut differing: BTreeMap<&str, u32> = BTreeMap::new();
    let (mut changes, mut compared) = (0, 0);
    for other in chrono_tz::TZ_VARIANTS {
        let zone = Zone::named(other.name()).expect("a zone of old stays");
        let their_changes = their_changes(other);
        let around = interesting(zone).into_iter().chain(their_changes.iter().copied());
        for change in around.filter(|change| SOON.contains(change)) {
            changes += 1;
            for time in [NaiveTime::MIN, NaiveTime::from_hms_opt(2, 30, 0).expect("a time")] {
                let mut now = at(change) - TimeDelta::hours(60);
                while now < at(change) + TimeDelta::hours(60) {
                    let (date, next) = next_daily(now, time, zone);
                    compared += 1;
                    if next.timestamp() != expected(date.and_time(time), other, &their_changes) {
                        *differing.entry(other.name()).or_default() += 1;
                    }
                    assert!(next > now, "{zone} {now} {time}");
                    now = next;
                }
            }
        }
    }
    assert!(changes > 1_500 && compared > 10_000, "{compared} compared around {changes} changes");
    let known: Vec<&str> = KNOWN_DIFFERENCES.iter().map(|(name, _)| *name).collect();
    for (name, count) in differing {
        assert!(known.contains(&name), "{name}: {count} reminders differ, and nothing says why");
    }
}

#[test]
fn study_days_and_daily_times_are_consistent() {
    let times = [(0, 0), (0, 30), (2, 30), (4, 0), (23, 45)];
    for zone in Zone::all().step_by(5) {
        for around in interesting(zone) {
            for hours in [-30, -3, -1, 0, 1, 5, 30] {
                let now = at(around + hours * 3600 + 11);
                for start in [0, 150, 240] {
                    let day = study_day(now, zone, start);
                    assert!(study_day_start(day, zone, start) <= now, "{zone} {now} {start}");
                    assert!(study_day_start(day + 1, zone, start) > now, "{zone} {now} {start}");
                }
                for (hour, minute) in times {
                    let time = NaiveTime::from_hms_opt(hour, minute, 0).expect("a time");
                    check_daily(now, time, zone);
                }
            }
        }
    }
}

/// The occurrences around `now` follow each other: nothing is lost, nothing comes twice.
fn check_daily(now: DateTime<Utc>, time: NaiveTime, zone: Zone) {
    let (last_date, last): (NaiveDate, _) = last_daily(now, time, zone);
    let (next_date, next) = next_daily(now, time, zone);
    assert!(last <= now && now < next, "{zone} {now} {time}");
    assert!(last_date < next_date, "{zone} {now} {time}");
    assert_eq!(last, instant(last_date, time, zone));
    assert_eq!(next, instant(next_date, time, zone));
    assert_eq!(next_daily(last, time, zone), (next_date, next), "{zone} {now} {time}");
    assert_eq!(
        last_daily(next - TimeDelta::seconds(1), time, zone),
        (last_date, last),
        "{zone} {now} {time}"
    );
}
