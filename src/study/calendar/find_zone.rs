//! A time zone as people type it.

use chrono::{DateTime, TimeDelta, Utc};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Zone;
use super::places::{KNOWN, REPRESENTATIVE};

/// Most zones to offer.
const MOST_CANDIDATES: usize = 6;

/// Similarity (0 to 1) from which a name counts as a slip of another.
const NEAR: f64 = 0.7;

/// Parts of the world whose zones are named after cities; other names in the database are aliases
/// ("Japan"), abbreviations ("EST5EDT") and fixed offsets ("Etc/GMT+5").
const AREAS: [&str; 10] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
];

/// What a text says about a time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZoneMatch {
    /// This one and no other.
    Exact(Zone),
    /// One of these, the likeliest first; never empty, at most six.
    Candidates(Vec<Zone>),
    /// Nothing known.
    None,
}

/// Finds the zone that a text means: an IANA name in any case, a city ("new york", "são paulo"), a common
/// abbreviation, country or big city, or an offset from UTC ("+5:30", "UTC+2"). An offset names no zone, so it
/// gives well-known zones that have it at `now`. Slips give near misses.
#[must_use]
pub fn find_zone(text: &str, now: DateTime<Utc>) -> ZoneMatch {
    let text = text.trim();
    if let Some(offset) = signed_offset(text) {
        return utc_offset(&offset).map_or(ZoneMatch::None, |seconds| candidates(with_offset(seconds, now)));
    }
    let name = fold(text);
    if name.is_empty() {
        return ZoneMatch::None;
    }
    if text.contains('/')
        && let Some(zone) = Zone::named(&text.replace(' ', "_"))
    {
        return ZoneMatch::Exact(zone);
    }
    // "Berlin, Germany" is Berlin where the whole means nothing.
    let before_comma = text.split_once(',').map(|(place, _)| fold(place));
    let found = [Some(name.clone()), before_comma].into_iter().flatten().find_map(|name| named(&name, now));
    found
        .or_else(|| Zone::named(text).map(ZoneMatch::Exact))
        .unwrap_or_else(|| candidates(near_misses(&name, now)))
}

/// A name that stands for zones as it is.
fn named(name: &str, now: DateTime<Utc>) -> Option<ZoneMatch> {
    let known = KNOWN.iter().find(|(known, _)| *known == name).map(|(_, names)| zones(names).collect());
    let zones = known.unwrap_or_else(|| {
        let of_name = city_zones().filter(|zone| city(*zone) == name || fold(zone.name()) == name);
        without_aliases(of_name.collect(), now)
    });
    match zones.as_slice() {
        [] => None,
        [zone] => Some(ZoneMatch::Exact(*zone)),
        _ => Some(candidates(zones)),
    }
}

fn candidates(mut zones: Vec<Zone>) -> ZoneMatch {
    zones.truncate(MOST_CANDIDATES);
    if zones.is_empty() { ZoneMatch::None } else { ZoneMatch::Candidates(zones) }
}

/// The zones with these names. A release of the database that drops a name drops it here.
fn zones(names: &[&str]) -> impl Iterator<Item = Zone> {
    names.iter().filter_map(|name| Zone::named(name))
}

/// Zones that are named after a city.
fn city_zones() -> impl Iterator<Item = Zone> {
    let in_area = |zone: &Zone| zone.name().split_once('/').is_some_and(|(area, _)| AREAS.contains(&area));
    Zone::all().filter(in_area)
}

/// The city of a zone, folded: "new york" for `America/New_York`.
fn city(zone: Zone) -> String {
    fold(zone.name().rsplit('/').next().unwrap_or_default())
}

/// Zones of one city that keep the same time are one zone under two names. The longer path is the newer
/// name (`America/Argentina/Buenos_Aires`), otherwise the last one is kept (`Europe/Istanbul`).
fn without_aliases(mut zones: Vec<Zone>, now: DateTime<Utc>) -> Vec<Zone> {
    zones.sort_by_key(|zone| (zone.name().matches('/').count(), zone.name()));
    let mut kept: Vec<Zone> = Vec::new();
    for zone in zones.into_iter().rev() {
        if !kept.iter().any(|other| city(*other) == city(zone) && same_time(*other, zone, now)) {
            kept.push(zone);
        }
    }
    kept
}

/// Whether two zones show the same time now and in each of the twelve months around.
fn same_time(one: Zone, other: Zone, now: DateTime<Utc>) -> bool {
    (-6..=6).all(|month| {
        let at = now.checked_add_signed(TimeDelta::days(30 * month)).unwrap_or(now);
        one.offset_seconds(at) == other.offset_seconds(at)
    })
}

fn with_offset(seconds: i32, now: DateTime<Utc>) -> Vec<Zone> {
    let has_it = |zone: &Zone| zone.offset_seconds(now) == seconds;
    let well_known: Vec<Zone> = zones(REPRESENTATIVE).filter(has_it).collect();
    if well_known.is_empty() { city_zones().filter(has_it).collect() } else { well_known }
}

/// What follows an optional "UTC" or "GMT", if it starts with a sign.
fn signed_offset(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase().replace(['\u{2212}', '\u{2013}'], "-");
    let rest = text.strip_prefix("utc").or_else(|| text.strip_prefix("gmt")).unwrap_or(&text).trim_start();
    rest.starts_with(['+', '-']).then(|| rest.to_owned())
}

/// Seconds east of UTC: "+5:30", "-0330", "+ 2".
fn utc_offset(text: &str) -> Option<i32> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let text = text.strip_prefix(['+', '-'])?;
    let text = text.trim_start();
    let (hours, minutes) = match (text.split_once([':', '.']), text.len()) {
        (Some(parts), _) => parts,
        (None, 1 | 2) => (text, "00"),
        (None, 3 | 4) => text.split_at_checked(text.len() - 2)?,
        _ => return None,
    };
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(hours) || !plain(minutes) || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Names that resemble the text or contain it, the nearest first.
fn near_misses(name: &str, now: DateTime<Utc>) -> Vec<Zone> {
    let score = |other: &str| {
        let part = name.chars().count() >= 3 && other.split(' ').any(|word| word.starts_with(name));
        strsim::normalized_damerau_levenshtein(name, other).max(if part { 0.9 } else { 0.0 })
    };
    let cities = city_zones().map(|zone| (score(&city(zone)).max(score(&fold(zone.name()))), zone));
    let known = KNOWN
        .iter()
        .filter(|(other, _)| other.len() > 4)
        .map(|(other, names)| (score(other), names))
        .filter(|(score, _)| *score >= NEAR)
        .flat_map(|(score, names)| zones(names).map(move |zone| (score, zone)));
    let mut scored: Vec<(f64, Zone)> = known.chain(cities).filter(|(score, _)| *score >= NEAR).collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.name().cmp(other.1.name())));
    let mut zones: Vec<Zone> = Vec::new();
    for (_, zone) in scored {
        if !zones
            .iter()
            .any(|other| *other == zone || (city(*other) == city(zone) && same_time(*other, zone, now)))
        {
            zones.push(zone);
        }
    }
    zones
}

/// Spelling without case, accents and punctuation: "São_Paulo" is "sao paulo".
fn fold(text: &str) -> String {
    let mut folded = String::new();
    for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase) {
        match letter {
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'ı' => folded.push('i'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            _ if letter.is_alphanumeric() => folded.push(letter),
            '.' | '\'' | '\u{2019}' => {}
            _ => folded.push(' '),
        }
    }
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    fn named(name: &str) -> Zone {
        Zone::named(name).expect("a zone")
    }

    fn find(text: &str) -> ZoneMatch {
        find_zone(text, DateTime::UNIX_EPOCH + TimeDelta::days(20_780))
    }

    #[test]
    fn one_zone() {
        let check = |text: &str, zone: &str| assert_eq!(find(text), ZoneMatch::Exact(named(zone)), "{text}");
        check("Europe/Lisbon", "Europe/Lisbon");
        check("europe/LISBON", "Europe/Lisbon");
        check("America/New York", "America/New_York");
        check("america new_york", "America/New_York");
        check("lisbon", "Europe/Lisbon");
        check("  New York ", "America/New_York");
        check("new-york", "America/New_York");
        check("São Paulo", "America/Sao_Paulo");
        check("sao paulo", "America/Sao_Paulo");
        check("Zürich", "Europe/Zurich");
        check("Port-au-Prince", "America/Port-au-Prince");
        check("St. John's", "America/St_Johns");
        check("Istanbul", "Europe/Istanbul");
        check("buenos aires", "America/Argentina/Buenos_Aires");
        check("Indianapolis", "America/Indiana/Indianapolis");
        check("Singapore", "Asia/Singapore");
        check("Kyiv", "Europe/Kyiv");
        check("Berlin, Germany", "Europe/Berlin");
        check("Germany", "Europe/Berlin");
        check("Mumbai", "Asia/Kolkata");
        check("San Francisco", "America/Los_Angeles");
        check("Japan", "Asia/Tokyo");
        check("EST", "America/New_York");
        check("UTC", "UTC");
        check("Etc/UTC", "Etc/UTC");
        check("Etc/GMT-5", "Etc/GMT-5");
        check("Cuba", "Cuba");
    }

    #[test]
    fn several_zones() {
        let check = |text: &str, first: &str| match find(text) {
            ZoneMatch::Candidates(zones) => {
                assert_eq!(zones.first(), Some(&named(first)), "{text}: {zones:?}");
                assert!(zones.len() <= MOST_CANDIDATES, "{text}: {zones:?}");
            }
            other => panic!("{text}: {other:?}"),
        };
        check("+5:30", "Asia/Kolkata");
        check("UTC+05:30", "Asia/Kolkata");
        check("+0545", "Asia/Kathmandu");
        check("utc +1", "Europe/Berlin");
        check("GMT+2", "Europe/Athens");
        check("UTC-8", "America/Los_Angeles");
        check("\u{2212}8", "America/Los_Angeles");
        check("+0", "Europe/London");
        check("+13:45", "Pacific/Chatham");
        check("gmt", "Europe/London");
        check("cst", "America/Chicago");
        check("usa", "America/New_York");
        check("berln", "Europe/Berlin");
        check("Europe/Berln", "Europe/Berlin");
        check("lisboa", "Europe/Lisbon");
        check("york", "America/New_York");
        check("san fransisco", "America/Los_Angeles");
        check("shanghay", "Asia/Shanghai");
    }

    #[test]
    fn no_zone() {
        for text in ["", "  ", "??", "qwertzuiop", "+25", "+5:99", "+5:3", "-", "UTC+", "+1:13", "東京"] {
            assert_eq!(find(text), ZoneMatch::None, "{text}");
        }
    }

    #[test]
    fn an_offset_is_the_one_of_that_day() {
        let winter = DateTime::UNIX_EPOCH + TimeDelta::days(20_780);
        let summer = winter + TimeDelta::days(240);
        let has = |at, text, zone| match find_zone(text, at) {
            ZoneMatch::Candidates(zones) => zones.contains(&named(zone)),
            _ => false,
        };
        assert!(has(winter, "+1", "Europe/Berlin") && !has(winter, "+2", "Europe/Berlin"));
        assert!(has(summer, "+2", "Europe/Berlin") && !has(summer, "+1", "Europe/Berlin"));
    }

    #[test]
    fn every_city_of_the_database_is_found_by_its_name() {
        for zone in city_zones() {
            assert_eq!(find(zone.name()), ZoneMatch::Exact(zone));
            let city = city(zone);
            let found = match find(&city) {
                ZoneMatch::Exact(found) => vec![found],
                ZoneMatch::Candidates(found) => found,
                ZoneMatch::None => vec![],
            };
            let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_780);
            assert!(found.iter().any(|found| same_time(*found, zone, now)), "{city}: {found:?}");
        }
    }

    #[test]
    fn known_names_are_folded_and_unique() {
        for (number, (name, zones)) in KNOWN.iter().enumerate() {
            assert_eq!(&fold(name), name);
            assert!(zones.iter().all(|zone| named(zone).name() == *zone), "{name}");
            assert!(!zones.is_empty() && zones.len() <= MOST_CANDIDATES, "{name}");
            assert!(KNOWN.iter().skip(number + 1).all(|(other, _)| other != name), "{name} twice");
        }
        assert!(REPRESENTATIVE.iter().all(|zone| named(zone).name() == *zone));
    }
}
