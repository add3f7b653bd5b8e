//! Who a simulated learner is: where, when, how much, and what happens to them on the way.

use std::sync::LazyLock;

use chrono::{NaiveDate, TimeDelta};

use super::chance::Chance;
use super::diary::Settings;
use crate::study::calendar::{StudyDay, Zone};
use crate::study::memory::Habit;

/// Zones whose clocks do what clocks elsewhere do not: half hours, changes at midnight or by half an hour,
/// changes around Ramadan, the ends of the date line.
const ODD_ZONES: [&str; 14] = [
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Pacific/Chatham",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Africa/Cairo",
    "America/Nuuk",
    "Antarctica/Troll",
    "America/Havana",
    "Asia/Beirut",
    "Pacific/Easter",
];

static ALL_ZONES: LazyLock<Vec<Zone>> = LazyLock::new(|| Zone::all().collect());
static ODD: LazyLock<Vec<Zone>> =
    LazyLock::new(|| ODD_ZONES.iter().filter_map(|name| Zone::named(name)).collect());

/// A zone: one in three is odd.
pub(super) fn zone(chance: &mut Chance) -> Zone {
    let from = if chance.percent(33) { &*ODD } else { &*ALL_ZONES };
    chance.pick(from).unwrap_or(Zone::UTC)
}

/// A time for the reminder, in minutes after midnight: one in three falls into the night, when clocks change.
pub(super) fn reminder_time(chance: &mut Chance) -> u16 {
    const NIGHT: [u16; 6] = [0, 30, 90, 150, 180, 23 * 60 + 30];
    let day = u16::try_from(chance.between(6 * 4, 22 * 4)).unwrap_or(36) * 15;
    if chance.percent(33) { chance.pick(&NIGHT).unwrap_or(day) } else { day }
}

/// Days of the week with a reminder.
pub(super) fn days(chance: &mut Chance) -> u8 {
    let any = u8::try_from(chance.between(1, 127)).unwrap_or(127);
    chance.pick(&[127, 127, 127, 31, 96, any]).unwrap_or(127)
}

/// A learner as they are.
#[derive(Clone, Debug)]
pub(super) struct Character {
    pub habit: Habit,
    /// Does all that is due, every day, and puts nothing aside.
    pub diligent: bool,
    /// Minutes from the study day's start to the first sitting, about.
    pub rhythm: i64,
    /// All six qualities instead of four ratings.
    pub six: bool,
    /// Days from the plan's start on which the interview date is given, and the interview itself.
    pub interview: Option<(i64, i64)>,
    /// What is answered to the first questions.
    pub first: Settings,
}

impl Character {
    /// The learner of that number. `joined` is the date in UTC on which they first write.
    pub fn new(seed: u64, number: i64, joined: NaiveDate) -> Self {
        let mut chance = Chance::new(seed, number, 1);
        let chance = &mut chance;
        // A fifth does all there is to do.
        let diligent = chance.percent(20);
        let habit = if diligent { Habit::daily(seed, number, 7_200) } else { Habit::of_chance(seed, number) };
        let new = chance.pick(&[10, 10, 10, 5, 15, 20]).unwrap_or(10);
        let reviews = chance.pick(&[100, 100, 100, 60, 30]).unwrap_or(100);
        let asked_on = chance.between(1, 40);
        let interview = (chance.percent(60)).then(|| (asked_on, asked_on + chance.between(2, 50)));
        Self {
            habit,
            diligent,
            rhythm: chance.between(30, 19 * 60),
            six: chance.percent(15),
            interview,
            first: Settings {
                zone: zone(chance),
                day_start: chance.pick(&[240, 240, 240, 240, 0, 150, 360]).unwrap_or(240),
                remind_at: (!chance.percent(5)).then(|| reminder_time(chance)),
                days: if chance.percent(75) { 127 } else { days(chance) },
                start: joined + TimeDelta::days(chance.pick(&[0, 0, 1, 3, 6]).unwrap_or(0)),
                new,
                // Who does all that is due must be able to.
                reviews: if diligent { 1_000 } else { reviews },
                interview: None,
                nudge_at: chance.pick(&[None, Some(21 * 60), Some(23 * 60 + 30), Some(90)]).flatten(),
                ready: false,
                blocked: false,
            },
        }
    }

    /// Seconds that the learner studies on a day.
    pub fn seconds_on(&self, day: StudyDay) -> i64 {
        if self.diligent { i64::MAX / 4 } else { self.habit.seconds_on(day).into() }
    }
}
