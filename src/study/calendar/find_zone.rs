//! A time zone as people type it.

use chrono::{DateTime, TimeDelta, Utc};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Zone;
use super::areas::{self, LARGE};
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
    /// An offset from UTC that no zone has.
    NoSuchOffset,
    /// A part of the world with many zones: "Europe".
    TooLarge,
    /// Nothing known.
    None,
}

/// Finds the zone that a text means: an IANA name in any case, a city ("new york", "são paulo"), a common
/// abbreviation, country or big city, or an offset from UTC ("+5:30", "UTC+2", "UTC 5"). An offset names no zone, so
/// it gives well-known zones that have it at `now`. What follows a place ("Berlin, Germany", "Paris, Texas") has to
/// fit it; where it does not, both are candidates. Slips give near misses.
#[must_use]
pub fn find_zone(text: &str, now: DateTime<Utc>) -> ZoneMatch {
    let text = without_parenthesis(text.trim());
    if let Some(offset) = signed_offset(text) {
        return match offset.find(char::is_alphabetic) {
            // "GMT+1 Berlin": the place says more.
            Some(at) => find_zone(&offset[at..], now),
            None => with_offset(&offset, now),
        };
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
    if LARGE.contains(&name.as_str()) {
        return ZoneMatch::TooLarge;
    }
    let whole = one_or_several(named(&name, now));
    let found =
        whole.or_else(|| if text.contains(',') { behind_comma(text, now) } else { last_words(&name, now) });
    found
        .or_else(|| Zone::named(text).map(ZoneMatch::Exact))
        .unwrap_or_else(|| candidates(near_misses(&name, now)))
}

/// "(GMT+1) Berlin" and "Berlin (GMT+1)" are Berlin, "(GMT+1)" is the offset.
fn without_parenthesis(text: &str) -> &str {
    let Some((before, rest)) = text.split_once('(') else { return text };
    let Some((inside, after)) = rest.split_once(')') else { return text };
    match (before.trim(), after.trim()) {
        _ if signed_offset(inside.trim()).is_none() => text,
        ("", "") => inside.trim(),
        ("", place) | (place, "") => place,
        _ => text,
    }
}

/// Every name that stands for zones, and the zones' names.
fn known() -> impl Iterator<Item = &'static (&'static str, &'static [&'static str])> {
    KNOWN.iter().chain(areas::AREAS)
}

/// The zones that a name stands for as it is.
fn named(name: &str, now: DateTime<Utc>) -> Vec<Zone> {
    let of_table = known().find(|(known, _)| *known == name).map(|(_, names)| zones(names).collect());
    of_table.unwrap_or_else(|| {
        let of_name = city_zones().filter(|zone| city(*zone) == name || fold(zone.name()) == name);
        without_aliases(of_name.collect(), now)
    })
}

/// The areas of that name behind a place, each with its zones: of a code of two letters there may be two.
fn areas_named(name: &str, now: DateTime<Utc>) -> Vec<Vec<Zone>> {
    let zones_of = |name: &str| {
        let zones = named(name, now);
        if zones.is_empty() { Zone::named(name).into_iter().collect() } else { zones }
    };
    let code = areas::CODES.iter().find(|(code, _)| *code == name);
    let all: Vec<Vec<Zone>> = match code {
        Some((_, names)) => names.iter().map(|name| zones_of(name)).collect(),
        None => vec![zones_of(name)],
    };
    all.into_iter().filter(|zones| !zones.is_empty()).collect()
}

/// "Berlin, Germany", "Austin, Texas, USA".
fn behind_comma(text: &str, now: DateTime<Utc>) -> Option<ZoneMatch> {
    let parts: Vec<String> = text.split(',').map(fold).filter(|part| !part.is_empty()).collect();
    let (place, areas) = parts.split_first()?;
    let areas: Vec<&str> = areas.iter().map(String::as_str).collect();
    placed(named(place, now), &areas, now)
}

/// "Berlin Germany", "Austin TX": a place that is known, and an area of one word or two.
fn last_words(name: &str, now: DateTime<Utc>) -> Option<ZoneMatch> {
    let words: Vec<&str> = name.split(' ').collect();
    (1..words.len()).rev().take(2).find_map(|at| {
        let (place, behind) = words.split_at_checked(at)?;
        let (zones, behind) = (named(&place.join(" "), now), behind.join(" "));
        let both = !zones.is_empty() && !areas_named(&behind, now).is_empty();
        if both { placed(zones, &[&behind], now) } else { None }
    })
}

/// A place's zones, if they lie in the areas. Where they do not, another place of that name is meant: its zones first.
fn placed(mut zones: Vec<Zone>, areas: &[&str], now: DateTime<Utc>) -> Option<ZoneMatch> {
    let mut certain = true;
    for name in areas.iter().filter(|name| !LARGE.contains(name)) {
        let within = areas_named(name, now);
        if within.is_empty() {
            certain = false;
            continue;
        }
        let lies_in = |zone: &Zone, area: &Vec<Zone>| {
            // Of an area with many zones not all are listed.
            let same_hour = |other: &Zone| zone.offset_seconds(now) == other.offset_seconds(now);
            let wide = area.len() > 1;
            area.iter().any(|other| same_time(*zone, *other, now) || wide && same_hour(other))
        };
        let shared: Vec<Zone> =
            zones.iter().filter(|zone| within.iter().any(|area| lies_in(zone, area))).copied().collect();
        let mut within: Vec<Zone> = within.into_iter().flatten().collect();
        if zones.is_empty() {
            zones = within;
            continue;
        }
        if shared.is_empty() {
            within.truncate(MOST_CANDIDATES - 1);
            within.extend(zones);
            return Some(candidates(within));
        }
        zones = shared;
    }
    if certain {
        one_or_several(zones)
    } else {
        Some(candidates(zones)).filter(|found| *found != ZoneMatch::None)
    }
}

fn one_or_several(zones: Vec<Zone>) -> Option<ZoneMatch> {
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

/// Zones that have an offset now.
fn with_offset(offset: &str, now: DateTime<Utc>) -> ZoneMatch {
    let none = if offset.contains(|sign: char| sign.is_ascii_digit()) {
        ZoneMatch::NoSuchOffset
    } else {
        ZoneMatch::None
    };
    let Some(seconds) = utc_offset(offset) else { return none };
    match candidates(zones_with(seconds, now)) {
        ZoneMatch::None => none,
        found => found,
    }
}

fn zones_with(seconds: i32, now: DateTime<Utc>) -> Vec<Zone> {
    let has_it = |zone: &Zone| zone.offset_seconds(now) == seconds;
    let well_known: Vec<Zone> = zones(REPRESENTATIVE).filter(has_it).collect();
    if well_known.is_empty() { city_zones().filter(has_it).collect() } else { well_known }
}

/// What follows an optional "UTC" or "GMT", if it starts with a sign; behind those words a number is enough.
fn signed_offset(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase().replace(['\u{2212}', '\u{2013}'], "-");
    let behind = text.strip_prefix("utc").or_else(|| text.strip_prefix("gmt")).map(str::trim_start);
    let rest = behind.unwrap_or(&text);
    if behind.is_some() && rest.starts_with(|first: char| first.is_ascii_digit()) {
        return Some(format!("+{rest}"));
    }
    rest.starts_with(['+', '-']).then(|| rest.to_owned())
}

/// Seconds east of UTC: "+5:30", "-0330", "+ 2", "+5.5", "+5,75".
fn utc_offset(text: &str) -> Option<i32> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let text = text.strip_prefix(['+', '-'])?;
    let text = text.trim_start();
    let (hours, minutes) = match (text.split_once([':', '.', ',']), text.len()) {
        // Parts of an hour, as far as there are zones for them.
        (Some((hours, part)), _) if !text.contains(':') => match part {
            "5" | "50" => (hours, "30"),
            "75" => (hours, "45"),
            "0" => (hours, "00"),
            minutes => (hours, minutes),
        },
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
    // "mars" is hardly the beginning of "marseille".
    let begins = |word: &str| word.starts_with(name) && word.len() <= 2 * name.len();
    let score = |other: &str| {
        let part = name.chars().count() >= 3 && other.split(' ').any(begins);
        strsim::normalized_damerau_levenshtein(name, other).max(if part { 0.9 } else { 0.0 })
    };
    let cities = city_zones().map(|zone| (score(&city(zone)).max(score(&fold(zone.name()))), zone));
    let known = known()
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
mod tests;
