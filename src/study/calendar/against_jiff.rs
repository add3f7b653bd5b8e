//! The calendar against jiff, which has its own code and a newer copy of the time zone database.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use super::{instant, last_daily, next_daily, study_day, study_day_start};

/// Where chrono-tz (IANA 2025b) and jiff (IANA 2026f) know different things, and since which year. A newer
/// release of either crate fails the test until this list fits again.
const KNOWN_DIFFERENCES: &[(&str, i32)] = &[
    // New laws that came after 2025b. chrono-tz is wrong here.
    ("Africa/Casablanca", 2026),
    ("Africa/El_Aaiun", 2026),
    ("America/Edmonton", 2026),
    ("America/Havana", 2027),
    ("America/Inuvik", 2026),
    ("America/Rainy_River", 2026),
    ("America/Vancouver", 2026),
    ("America/Winnipeg", 2026),
    ("America/Yellowknife", 2026),
    ("Canada/Central", 2026),
    ("Canada/Mountain", 2026),
    ("Canada/Pacific", 2026),
    ("Cuba", 2027),
    // A correction of the hour at which Moldova changes its clocks.
    ("Europe/Chisinau", 2022),
    ("Europe/Tiraspol", 2022),
    // Greenland kept its offset when summer time ended in 2023; jiff sees an hour come twice.
    ("America/Godthab", 2023),
    ("America/Nuuk", 2023),
];

const FROM: i64 = 1_167_609_600; // 2007-01-01
const TO: i64 = 1_893_456_000; // 2030-01-01

/// jiff's answer to the same question: the transition itself for a skipped time, the first of two.
fn expected(local: NaiveDateTime, zone: &TimeZone, changes: &[i64]) -> i64 {
    let civil: jiff::civil::DateTime =
        local.format("%Y-%m-%dT%H:%M:%S").to_string().parse().expect("a civil time");
    let at = |offset: jiff::tz::Offset| offset.to_timestamp(civil).expect("in range");
    match zone.to_ambiguous_timestamp(civil).offset() {
        AmbiguousOffset::Unambiguous { offset } => at(offset).as_second(),
        AmbiguousOffset::Fold { before, .. } => at(before).as_second(),
        AmbiguousOffset::Gap { before, .. } => {
            let in_the_old_time = at(before).as_second();
            *changes.iter().rfind(|change| **change <= in_the_old_time).expect("a gap has a change")
        }
    }
}

/// Instants of the zone's changes in jiff's data.
fn changes(zone: &TimeZone) -> Vec<i64> {
    let start = Timestamp::from_second(FROM).expect("in range");
    zone.following(start).map(|change| change.timestamp().as_second()).take_while(|at| *at < TO).collect()
}

/// Every change, and one quiet day a year.
fn interesting(changes: &[i64]) -> Vec<i64> {
    let quiet = (0..23).map(|year| FROM + year * 31_557_600 + 17 * 86_400);
    changes.iter().copied().chain(quiet).collect()
}

fn jiff_zone(zone: Tz) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(zone.name()).ok()
}

#[test]
fn instants_agree_around_every_change() {
    let mut differing = BTreeMap::new();
    let mut compared = 0;
    for zone in TZ_VARIANTS {
        let Some(other) = jiff_zone(zone) else {
            differing.insert(zone.name(), 0);
            continue;
        };
        let changes = changes(&other);
        for around in interesting(&changes) {
            let offset = other.to_offset(Timestamp::from_second(around).expect("in range")).seconds();
            let local =
                DateTime::from_timestamp(around + i64::from(offset), 0).expect("in range").naive_utc();
            for half_hours in -6..=6 {
                let at = local + TimeDelta::minutes(30 * half_hours + 7);
                compared += 1;
                if instant(at.date(), at.time(), zone).timestamp() != expected(at, &other, &changes) {
                    let since: &mut i32 = differing.entry(zone.name()).or_insert(at.year());
                    *since = at.year().min(*since);
                }
            }
        }
    }
    assert!(compared > 300_000, "{compared} compared");
    assert_eq!(differing, BTreeMap::from_iter(KNOWN_DIFFERENCES.iter().copied()));
}

#[test]
fn study_days_and_daily_times_are_consistent() {
    let times = [(0, 0), (0, 30), (2, 30), (4, 0), (23, 45)];
    for zone in TZ_VARIANTS.into_iter().step_by(5) {
        let Some(other) = jiff_zone(zone) else { continue };
        for around in interesting(&changes(&other)) {
            for hours in [-30, -3, -1, 0, 1, 5, 30] {
                let now = DateTime::from_timestamp(around + hours * 3600 + 11, 0).expect("in range");
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
fn check_daily(now: DateTime<Utc>, time: NaiveTime, zone: Tz) {
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
