//! The time zone of a place on the map.
//!
//! The boundaries are OpenStreetMap's (by way of timezone-boundary-builder and tzf-dist, ODbL), simplified and
//! built into the program; they are read where they lie, without a copy in memory. The sea has zones too, of
//! 15 degrees each ("Etc/GMT+3").

use std::sync::LazyLock;

use tzf_rs::EmbeddedFinder;

use super::Zone;

static FINDER: LazyLock<EmbeddedFinder> = LazyLock::new(EmbeddedFinder::new);

/// Degrees around a place in which a known zone is looked for when the place's own is not known.
const RINGS: [f64; 5] = [0.25, 0.5, 1.0, 2.0, 4.0];
/// The eight directions, as steps in latitude and longitude.
const DIRECTIONS: [(f64, f64); 8] =
    [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0), (0.7, 0.7), (-0.7, 0.7), (-0.7, -0.7), (0.7, -0.7)];

/// The zone of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Located {
    /// On land, or in a country's waters.
    Zone(Zone),
    /// On the open sea, with the zone that ships keep there.
    Sea(Zone),
}

/// The zone of the place at these degrees north and east. A name that the time zone database does not know gives
/// way to the nearest that it knows, within some hundred kilometres; `None` when there is none, and off the map.
#[must_use]
pub fn zone_at(latitude: f64, longitude: f64) -> Option<Located> {
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        return None;
    }
    let look_up = |latitude, longitude| Zone::named(FINDER.get_tz_name(longitude, latitude));
    let zone = nearest(latitude, longitude, look_up)?;
    Some(if zone.name().starts_with("Etc/") { Located::Sea(zone) } else { Located::Zone(zone) })
}

/// What `look_up` knows of the place itself, or else of the nearest place around it.
fn nearest(latitude: f64, longitude: f64, look_up: impl Fn(f64, f64) -> Option<Zone>) -> Option<Zone> {
    look_up(latitude, longitude).or_else(|| {
        RINGS.iter().flat_map(|ring| DIRECTIONS.map(|(north, east)| (north * ring, east * ring))).find_map(
            |(north, east)| {
                let around = (longitude + east + 540.0).rem_euclid(360.0) - 180.0;
                look_up((latitude + north).clamp(-90.0, 90.0), around)
            },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Zone {
        Zone::named(name).expect("a zone")
    }

    #[test]
    fn places_and_their_zones() {
        let land = |latitude, longitude, name| {
            assert_eq!(zone_at(latitude, longitude), Some(Located::Zone(named(name))), "{name}");
        };
        land(38.7223, -9.1393, "Europe/Lisbon");
        land(52.52, 13.405, "Europe/Berlin");
        land(50.4501, 30.5234, "Europe/Kyiv");
        land(22.5726, 88.3639, "Asia/Kolkata");
        land(27.7172, 85.324, "Asia/Kathmandu");
        land(40.7128, -74.006, "America/New_York");
        land(33.4484, -112.074, "America/Phoenix");
        land(-31.5558, 159.0858, "Australia/Lord_Howe");
        land(-18.1416, 178.4419, "Pacific/Fiji");
        land(-90.0, 0.0, "Antarctica/McMurdo");
    }

    #[test]
    fn the_sea_has_the_zone_that_ships_keep() {
        let sea = |latitude, longitude, name| {
            assert_eq!(zone_at(latitude, longitude), Some(Located::Sea(named(name))), "{name}");
        };
        sea(30.0, -45.0, "Etc/GMT+3");
        sea(0.0, -160.0, "Etc/GMT+11");
        sea(45.0, 180.0, "Etc/GMT-12");
        sea(0.0, 0.0, "Etc/GMT");
    }

    #[test]
    fn every_place_of_the_map_has_a_zone_that_the_database_knows() {
        for name in FINDER.timezonenames() {
            assert!(Zone::named(name).is_some(), "{name}");
        }
        for latitude in -9..=9 {
            for longitude in -18..=18 {
                let (north, east) = (f64::from(latitude) * 10.0, f64::from(longitude) * 10.0);
                assert!(zone_at(north, east).is_some(), "{north} {east}");
            }
        }
    }

    #[test]
    fn a_name_that_is_not_known_gives_way_to_the_nearest() {
        // Everything west of 10 degrees is of a zone that nobody knows yet.
        let young = |_: f64, longitude: f64| (longitude >= 10.0).then(|| named("Europe/Berlin"));
        assert_eq!(nearest(50.0, 9.1, young), Some(named("Europe/Berlin")));
        assert_eq!(nearest(50.0, 5.9, young), None, "too far to be a guess worth making");
        // Over the edge of the map, and at the pole.
        let east = |_: f64, longitude: f64| (longitude < -179.0).then_some(Zone::UTC);
        assert_eq!(nearest(0.0, 179.9, east), Some(Zone::UTC));
        let below = |latitude: f64, _: f64| (latitude < 89.6).then_some(Zone::UTC);
        assert_eq!(nearest(90.0, 0.0, below), Some(Zone::UTC));
    }

    #[test]
    fn off_the_map() {
        for (latitude, longitude) in [(90.1, 0.0), (0.0, -180.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert_eq!(zone_at(latitude, longitude), None);
        }
    }
}
