//! What people type for a time zone, and what it means.

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
    check("Berlin, DE", "Europe/Berlin");
    check("Berlin Germany", "Europe/Berlin");
    check("Rome, Europe", "Europe/Rome");
    check("Austin, Texas, USA", "America/Chicago");
    check("Austin TX", "America/Chicago");
    check("Portland, Oregon", "America/Los_Angeles");
    check("Portland, ME", "America/New_York");
    check("Cambridge, MA", "America/New_York");
    check("Cambridge, UK", "Europe/London");
    check("Birmingham, Alabama", "America/Chicago");
    check("Atlanta, Georgia", "America/New_York");
    check("Tbilisi, Georgia", "Asia/Tbilisi");
    check("Springfield, Illinois", "America/Chicago");
    check("Bonn, Deutschland", "Europe/Berlin");
    check("Phoenix, USA", "America/Phoenix");
    check("München", "Europe/Berlin");
    check("Köln", "Europe/Berlin");
    check("MEZ", "Europe/Berlin");
    check("Saint Petersburg", "Europe/Moscow");
    check("St. Petersburg, Florida", "America/New_York");
    check("Lyon", "Europe/Paris");
    check("(GMT+1) Berlin", "Europe/Berlin");
    check("(UTC+01:00) Amsterdam, Berlin, Bern", "Europe/Amsterdam");
    check("Berlin (GMT+1)", "Europe/Berlin");
    check("GMT+1 Berlin", "Europe/Berlin");
    check("lisboa", "Europe/Lisbon");
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
    check("lisbona", "Europe/Lisbon");
    check("UTC 5", "Asia/Karachi");
    check("utc5:30", "Asia/Kolkata");
    check("UTC+5,5", "Asia/Kolkata");
    check("+5.75", "Asia/Kathmandu");
    check("(GMT+5:30)", "Asia/Kolkata");
    check("Paris, Texas", "America/Chicago");
    check("Paris Texas", "America/Chicago");
    check("London, Ontario", "America/Toronto");
    check("London, ON", "America/Toronto");
    check("Rome, Georgia", "America/New_York");
    check("Berlin, Nowhere", "Europe/Berlin");
    check("Springfield, USA", "America/New_York");
    check("Portland", "America/Los_Angeles");
    check("Georgia", "America/New_York");
    check("Birmingham", "Europe/London");
    check("America", "America/New_York");
    check("york", "America/New_York");
    check("san fransisco", "America/Los_Angeles");
    check("shanghay", "Asia/Shanghai");
}

#[test]
fn no_zone() {
    for text in ["", "  ", "??", "qwertzuiop", "-", "UTC+", "東京", "Nowhere, Neverland"] {
        assert_eq!(find(text), ZoneMatch::None, "{text}");
    }
    for text in ["+25", "+5:99", "+5:3", "UTC+1:13", "UTC+15", "(GMT-13)"] {
        assert_eq!(find(text), ZoneMatch::NoSuchOffset, "{text}");
    }
    for text in ["Europe", "asia", "North America"] {
        assert_eq!(find(text), ZoneMatch::TooLarge, "{text}");
    }
}

#[test]
fn another_place_of_that_name_is_offered_beside_the_known_one() {
    let both = vec![named("America/Chicago"), named("Europe/Paris")];
    assert_eq!(find("Paris, Texas"), ZoneMatch::Candidates(both));
    assert_eq!(find("Berlin, Nowhere"), ZoneMatch::Candidates(vec![named("Europe/Berlin")]));
}

#[test]
fn every_code_stands_for_an_area_that_is_known() {
    for (code, names) in areas::CODES {
        for name in *names {
            assert!(known().any(|(known, _)| known == name) || Zone::named(name).is_some(), "{code}: {name}");
        }
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
            other => panic!("{city}: {other:?}"),
        };
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_780);
        assert!(found.iter().any(|found| same_time(*found, zone, now)), "{city}: {found:?}");
    }
}

#[test]
fn known_names_are_folded_and_unique() {
    for (number, (name, zones)) in known().enumerate() {
        assert_eq!(&fold(name), name);
        assert!(zones.iter().all(|zone| named(zone).name() == *zone), "{name}");
        assert!(!zones.is_empty() && zones.len() <= MOST_CANDIDATES, "{name}");
        assert!(known().skip(number + 1).all(|(other, _)| other != name), "{name} twice");
    }
    assert!(REPRESENTATIVE.iter().all(|zone| named(zone).name() == *zone));
}
