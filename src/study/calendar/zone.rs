//! A time zone as people type it.

use chrono::{DateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

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
    Exact(Tz),
    /// One of these, the likeliest first; never empty, at most six.
    Candidates(Vec<Tz>),
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
        && let Ok(zone) = Tz::from_str_insensitive(&text.replace(' ', "_"))
    {
        return ZoneMatch::Exact(zone);
    }
    // "Berlin, Germany" is Berlin where the whole means nothing.
    let before_comma = text.split_once(',').map(|(place, _)| fold(place));
    let found = [Some(name.clone()), before_comma].into_iter().flatten().find_map(|name| named(&name, now));
    found
        .or_else(|| Tz::from_str_insensitive(text).ok().map(ZoneMatch::Exact))
        .unwrap_or_else(|| candidates(near_misses(&name, now)))
}

/// A name that stands for zones as it is.
fn named(name: &str, now: DateTime<Utc>) -> Option<ZoneMatch> {
    let known = KNOWN.iter().find(|(known, _)| *known == name).map(|(_, zones)| zones.to_vec());
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

fn candidates(mut zones: Vec<Tz>) -> ZoneMatch {
    zones.truncate(MOST_CANDIDATES);
    if zones.is_empty() { ZoneMatch::None } else { ZoneMatch::Candidates(zones) }
}

/// Zones that are named after a city.
fn city_zones() -> impl Iterator<Item = Tz> {
    let in_area = |zone: &Tz| zone.name().split_once('/').is_some_and(|(area, _)| AREAS.contains(&area));
    TZ_VARIANTS.into_iter().filter(in_area)
}

/// The city of a zone, folded: "new york" for `America/New_York`.
fn city(zone: Tz) -> String {
    fold(zone.name().rsplit('/').next().unwrap_or_default())
}

/// Zones of one city that keep the same time are one zone under two names. The longer path is the newer
/// name (`America/Argentina/Buenos_Aires`), otherwise the last one is kept (`Europe/Istanbul`).
fn without_aliases(mut zones: Vec<Tz>, now: DateTime<Utc>) -> Vec<Tz> {
    zones.sort_by_key(|zone| (zone.name().matches('/').count(), zone.name()));
    let mut kept: Vec<Tz> = Vec::new();
    for zone in zones.into_iter().rev() {
        if !kept.iter().any(|other| city(*other) == city(zone) && same_time(*other, zone, now)) {
            kept.push(zone);
        }
    }
    kept
}

/// Whether two zones show the same time now and in each of the twelve months around.
fn same_time(one: Tz, other: Tz, now: DateTime<Utc>) -> bool {
    (-6..=6).all(|month| {
        let at = now.checked_add_signed(TimeDelta::days(30 * month)).unwrap_or(now);
        offset_seconds(one, at) == offset_seconds(other, at)
    })
}

fn offset_seconds(zone: Tz, at: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
}

fn with_offset(seconds: i32, now: DateTime<Utc>) -> Vec<Tz> {
    let has_it = |zone: &Tz| offset_seconds(*zone, now) == seconds;
    let well_known: Vec<Tz> = REPRESENTATIVE.iter().copied().filter(has_it).collect();
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
fn near_misses(name: &str, now: DateTime<Utc>) -> Vec<Tz> {
    let score = |other: &str| {
        let part = name.chars().count() >= 3 && other.split(' ').any(|word| word.starts_with(name));
        strsim::normalized_damerau_levenshtein(name, other).max(if part { 0.9 } else { 0.0 })
    };
    let cities = city_zones().map(|zone| (score(&city(zone)).max(score(&fold(zone.name()))), zone));
    let known = KNOWN
        .iter()
        .filter(|(other, _)| other.len() > 4)
        .flat_map(|(other, zones)| zones.iter().map(move |zone| (score(other), *zone)));
    let mut scored: Vec<(f64, Tz)> = known.chain(cities).filter(|(score, _)| *score >= NEAR).collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.name().cmp(other.1.name())));
    let mut zones: Vec<Tz> = Vec::new();
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
    use chrono_tz::Tz::{
        America__Argentina__Buenos_Aires, America__Chicago, America__Indiana__Indianapolis,
        America__Los_Angeles, America__New_York, America__PortauPrince, America__Sao_Paulo,
        America__St_Johns, Asia__Kathmandu, Asia__Kolkata, Asia__Shanghai, Asia__Singapore, Asia__Tokyo,
        Europe__Athens, Europe__Berlin, Europe__Istanbul, Europe__Kyiv, Europe__Lisbon, Europe__London,
        Europe__Zurich, Pacific__Chatham, UTC,
    };

    fn find(text: &str) -> ZoneMatch {
        find_zone(text, DateTime::UNIX_EPOCH + TimeDelta::days(20_780))
    }

    #[test]
    fn one_zone() {
        let check = |text: &str, zone: Tz| assert_eq!(find(text), ZoneMatch::Exact(zone), "{text}");
        check("Europe/Lisbon", Europe__Lisbon);
        check("europe/LISBON", Europe__Lisbon);
        check("America/New York", America__New_York);
        check("america new_york", America__New_York);
        check("lisbon", Europe__Lisbon);
        check("  New York ", America__New_York);
        check("new-york", America__New_York);
        check("São Paulo", America__Sao_Paulo);
        check("sao paulo", America__Sao_Paulo);
        check("Zürich", Europe__Zurich);
        check("Port-au-Prince", America__PortauPrince);
        check("St. John's", America__St_Johns);
        check("Istanbul", Europe__Istanbul);
        check("buenos aires", America__Argentina__Buenos_Aires);
        check("Indianapolis", America__Indiana__Indianapolis);
        check("Singapore", Asia__Singapore);
        check("Kyiv", Europe__Kyiv);
        check("Berlin, Germany", Europe__Berlin);
        check("Germany", Europe__Berlin);
        check("Mumbai", Asia__Kolkata);
        check("San Francisco", America__Los_Angeles);
        check("Japan", Asia__Tokyo);
        check("EST", America__New_York);
        check("UTC", UTC);
        check("Etc/UTC", Tz::Etc__UTC);
        check("Etc/GMT-5", Tz::Etc__GMTMinus5);
        check("Cuba", Tz::Cuba);
    }

    #[test]
    fn several_zones() {
        let check = |text: &str, first: Tz| match find(text) {
            ZoneMatch::Candidates(zones) => {
                assert_eq!(zones.first(), Some(&first), "{text}: {zones:?}");
                assert!(zones.len() <= MOST_CANDIDATES, "{text}: {zones:?}");
            }
            other => panic!("{text}: {other:?}"),
        };
        check("+5:30", Asia__Kolkata);
        check("UTC+05:30", Asia__Kolkata);
        check("+0545", Asia__Kathmandu);
        check("utc +1", Europe__Berlin);
        check("GMT+2", Europe__Athens);
        check("UTC-8", America__Los_Angeles);
        check("\u{2212}8", America__Los_Angeles);
        check("+0", Europe__London);
        check("+13:45", Pacific__Chatham);
        check("gmt", Europe__London);
        check("cst", America__Chicago);
        check("usa", America__New_York);
        check("berln", Europe__Berlin);
        check("Europe/Berln", Europe__Berlin);
        check("lisboa", Europe__Lisbon);
        check("york", America__New_York);
        check("san fransisco", America__Los_Angeles);
        check("shanghay", Asia__Shanghai);
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
            ZoneMatch::Candidates(zones) => zones.contains(&zone),
            _ => false,
        };
        assert!(has(winter, "+1", Europe__Berlin) && !has(winter, "+2", Europe__Berlin));
        assert!(has(summer, "+2", Europe__Berlin) && !has(summer, "+1", Europe__Berlin));
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
            assert!(!zones.is_empty() && zones.len() <= MOST_CANDIDATES, "{name}");
            assert!(KNOWN.iter().skip(number + 1).all(|(other, _)| other != name), "{name} twice");
        }
    }
}
