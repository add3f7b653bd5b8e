//! Time zones: the one place that knows where their data comes from.
//!
//! The IANA database is built into the program (by jiff), so that every machine reminds at the same hour
//! whatever its system knows. Dates and instants are chrono's everywhere, here too; seconds since 1970 are
//! what crosses over to jiff.

use std::fmt;
use std::sync::LazyLock;

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, TimeDelta, Utc};
use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

/// Every zone of the database, under each of its names: some 600, parsed when the first is asked for.
static ZONES: LazyLock<Vec<TimeZone>> = LazyLock::new(|| {
    let database = TimeZoneDatabase::bundled();
    // "Factory" is what a device is shipped with, a note that nobody chose a zone yet.
    let names = database.available().filter(|name| name.as_str() != "Factory");
    names.filter_map(|name| database.get(name.as_str()).ok()).collect()
});

/// A time zone of the IANA database under one of its names. Two names of one place (`Europe/Kiev`,
/// `Europe/Kyiv`) are two zones.
#[derive(Clone, Copy)]
pub struct Zone(&'static TimeZone);

impl Zone {
    /// Universal time.
    pub const UTC: Self = Self(&TimeZone::UTC);

    /// The zone with that IANA name, in any case. Names that were given up ("Asia/Calcutta") count.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|zone| zone.name().eq_ignore_ascii_case(name))
    }

    /// Every zone, under each of its names.
    pub fn all() -> impl Iterator<Item = Self> {
        ZONES.iter().map(Self)
    }

    /// The IANA name as the database spells it: "Europe/Lisbon".
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// Seconds that the zone's clocks are ahead of UTC at an instant.
    #[must_use]
    pub fn offset_seconds(self, at: DateTime<Utc>) -> i32 {
        self.0.to_offset(timestamp(at)).seconds()
    }

    /// What the zone's clocks and calendars show at an instant.
    #[must_use]
    pub fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        let utc = at.naive_utc();
        let ahead = TimeDelta::seconds(self.offset_seconds(at).into());
        utc.checked_add_signed(ahead).unwrap_or(utc)
    }

    /// When the zone's clocks show a local date and time: once as a rule, never if a clock change skips it,
    /// twice if the clocks are set back over it.
    #[must_use]
    pub fn instants(self, local: NaiveDateTime) -> MappedLocalTime<DateTime<Utc>> {
        let civil = Offset::UTC.to_datetime(timestamp(local.and_utc()));
        let with = |offset: Offset| {
            let ahead = TimeDelta::seconds(offset.seconds().into());
            local.checked_sub_signed(ahead).unwrap_or(local).and_utc()
        };
        match self.0.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => MappedLocalTime::Single(with(offset)),
            AmbiguousOffset::Gap { .. } => MappedLocalTime::None,
            AmbiguousOffset::Fold { before, after } => MappedLocalTime::Ambiguous(with(before), with(after)),
        }
    }
}

/// The same second as jiff counts it. Its calendar ends with the year 9999, and no clock change is known
/// anywhere near: what lies beyond counts as its edge.
fn timestamp(at: DateTime<Utc>) -> Timestamp {
    let edge = if at < DateTime::UNIX_EPOCH { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(at.timestamp()).unwrap_or(edge)
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        text.parse().expect("a local time")
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn names() {
        let check = |text: &str, name: &str| assert_eq!(Zone::named(text).map(Zone::name), Some(name));
        check("UTC", "UTC");
        check("Etc/UTC", "Etc/UTC");
        check("Europe/Lisbon", "Europe/Lisbon");
        check("america/port-AU-prince", "America/Port-au-Prince");
        // Names of old rows stay as they are.
        check("Asia/Calcutta", "Asia/Calcutta");
        check("Europe/Kiev", "Europe/Kiev");
        for text in
            ["", "Europe", "Europe/Berln", " UTC", "Etc/Unknown", "/etc/localtime", "../UTC", "Factory"]
        {
            assert_eq!(Zone::named(text), None, "{text}");
        }
        assert_eq!(Zone::named("UTC"), Some(Zone::UTC));
        assert_ne!(Zone::named("Asia/Calcutta"), Zone::named("Asia/Kolkata"));
        assert!(Zone::all().all(|zone| Zone::named(zone.name()) == Some(zone)));
        assert!(Zone::all().count() >= 597);
    }

    #[test]
    fn local_times_and_back() {
        let zone = Zone::named("Europe/Berlin").expect("Berlin");
        assert_eq!(zone.local(utc("2027-03-28T00:59:59Z")), local("2027-03-28T01:59:59"));
        assert_eq!(zone.local(utc("2027-03-28T01:00:00Z")), local("2027-03-28T03:00:00"));
        let check = |text: &str, expected| assert_eq!(zone.instants(local(text)), expected, "{text}");
        check("2027-03-28T01:59:59", MappedLocalTime::Single(utc("2027-03-28T00:59:59Z")));
        check("2027-03-28T02:00:00", MappedLocalTime::None);
        check("2027-03-28T02:59:59.999", MappedLocalTime::None);
        check("2027-03-28T03:00:00.5", MappedLocalTime::Single(utc("2027-03-28T01:00:00.5Z")));
        let twice = MappedLocalTime::Ambiguous(utc("2027-10-31T00:30:00Z"), utc("2027-10-31T01:30:00Z"));
        check("2027-10-31T02:30:00", twice);
    }

    #[test]
    fn laws_of_2026_are_known() {
        let noon = utc("2026-12-24T12:00:00Z");
        let check = |name: &str, hours: i32| {
            let zone = Zone::named(name).expect("a zone");
            assert_eq!(zone.offset_seconds(noon), hours * 3600, "{name}");
        };
        check("America/Vancouver", -7);
        check("America/Edmonton", -6);
        check("America/Winnipeg", -5);
        check("America/Havana", -4);
        check("Africa/Casablanca", 0);
        check("Europe/Berlin", 1);
    }

    #[test]
    fn instants_beyond_jiffs_calendar() {
        for date in [NaiveDate::MIN, NaiveDate::MAX] {
            for zone in Zone::all() {
                let at = date.and_hms_opt(12, 0, 0).expect("noon");
                let shown = zone.local(at.and_utc());
                assert!((shown - at).num_hours().abs() <= 24, "{zone} {at}");
                assert!(zone.instants(at).earliest().is_some(), "{zone} {at}");
            }
        }
    }
}
