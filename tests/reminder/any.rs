//! Any sequence of settings, journeys and outages: what comes is exactly what a model of the rules says.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use liftoff::chat::plain;
use liftoff::chat::token::{Setting, Token};
use liftoff::service::Reminder;
use liftoff::store;
use liftoff::study::calendar::{Zone, next_daily};
use proptest::prelude::*;

use crate::common::Conversation;

const LATEST: TimeDelta = TimeDelta::hours(6);
const ZONES: [Tz; 8] = [
    Tz::Europe__Berlin,
    Tz::America__New_York,
    Tz::Asia__Kolkata,
    Tz::Australia__Lord_Howe,
    Tz::Asia__Tokyo,
    Tz::Pacific__Kiritimati,
    Tz::Pacific__Pago_Pago,
    Tz::Africa__Cairo,
];

/// The zone as the program under test knows it.
fn ours(zone: Tz) -> Zone {
    Zone::named(zone.name()).expect("a known zone")
}

#[derive(Clone, Debug)]
enum Step {
    /// Minutes pass while the bot runs.
    Up(i64),
    /// Minutes pass while it is down; then it starts.
    Down(i64),
    Time(Option<u16>),
    Zone(usize),
    Snooze(u8),
    NotToday,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Times around the clock changes and around midnight are drawn more often.
    let time = prop_oneof![0_u16..1440, 100_u16..210, 0_u16..20, 1400_u16..1440];
    let step = prop_oneof![
        4 => (1_i64..2400).prop_map(Step::Up),
        2 => (1_i64..2400).prop_map(Step::Down),
        2 => time.prop_map(|time| Step::Time(Some(time))),
        1 => Just(Step::Time(None)),
        2 => (0..ZONES.len()).prop_map(Step::Zone),
        2 => (1_u8..=3).prop_map(Step::Snooze),
        1 => Just(Step::NotToday),
    ];
    proptest::collection::vec(step, 1..40)
}

/// What the rules say, in their own words.
struct Model {
    zone: Tz,
    time: Option<u16>,
    snoozed: Option<DateTime<Utc>>,
    /// Dates that had their reminder, or were too late for it.
    had: BTreeSet<NaiveDate>,
}

impl Model {
    /// The reminders of dates that had none, after one instant and up to another.
    fn ahead(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(NaiveDate, DateTime<Utc>)> {
        let Some(minutes) = self.time else { return Vec::new() };
        let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minutes) * 60, 0).unwrap();
        let all = std::iter::successors(Some(next_daily(from, time, ours(self.zone))), |(_, at)| {
            Some(next_daily(*at, time, ours(self.zone)))
        });
        all.take_while(|(_, at)| *at <= to).filter(|(date, _)| !self.had.contains(date)).collect()
    }

    /// Messages while the bot runs: each at its time; a snooze that meets the daily one is one with it.
    fn up(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(DateTime<Utc>, bool)> {
        let daily = self.ahead(from, to);
        self.had.extend(daily.iter().map(|(date, _)| *date));
        let mut sent: Vec<_> = daily.into_iter().map(|(_, at)| (at, false)).collect();
        if let Some(at) = self.snoozed.take_if(|at| *at <= to)
            && !sent.contains(&(at, false))
        {
            sent.push((at, true));
        }
        sent.sort();
        sent
    }

    /// The one message, if any, when the bot comes back.
    fn down(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(DateTime<Utc>, bool)> {
        let snoozed = self.snoozed.take_if(|at| *at <= to);
        if let Some((date, at)) = self.ahead(from, to).pop() {
            self.had.insert(date);
            if to - at <= LATEST {
                return vec![(to, false)];
            }
        }
        snoozed.filter(|at| to - *at <= LATEST).map(|_| (to, true)).into_iter().collect()
    }
}

/// One round of the loop, without the loop.
fn round(chat: &Conversation) -> Vec<Reminder> {
    let due = store::reminder::due(&chat.db, chat.now).unwrap();
    due.into_iter().filter_map(|id| chat.service.remind(&chat.db, id, chat.now).unwrap()).collect()
}

fn run_until(chat: &mut Conversation, to: DateTime<Utc>) -> Vec<(DateTime<Utc>, Reminder)> {
    let mut sent = Vec::new();
    while let Some(at) = store::reminder::next(&chat.db).unwrap().filter(|at| *at <= to) {
        chat.now = chat.now.max(at);
        sent.extend(round(chat).into_iter().map(|reminder| (chat.now, reminder)));
    }
    chat.now = to;
    sent
}

fn play(start: &str, steps: &[Step]) {
    let mut chat = Conversation::new(start.parse().unwrap());
    chat.settle_in();
    chat.say(&format!("/settings start {}", chat.now.date_naive() - TimeDelta::days(7)));
    let mut model = Model { zone: Tz::Europe__Berlin, time: Some(540), snoozed: None, had: BTreeSet::new() };
    let mut dates = BTreeSet::new();
    for (number, step) in steps.iter().enumerate() {
        let from = chat.now;
        let (sent, expected) = match step {
            Step::Up(minutes) => {
                let to = from + TimeDelta::minutes(*minutes);
                (run_until(&mut chat, to), model.up(from, to))
            }
            Step::Down(minutes) => {
                let to = from + TimeDelta::minutes(*minutes);
                chat.now = to;
                let sent = round(&chat).into_iter().map(|reminder| (to, reminder)).collect();
                (sent, model.down(from, to))
            }
            change => {
                let token = match change {
                    Step::Time(time) => Token::Set(Setting::Reminder(*time)),
                    Step::Zone(zone) => Token::Set(Setting::Zone(ZONES[*zone].name().to_owned())),
                    Step::Snooze(hours) => Token::Snooze(*hours),
                    _ => Token::NotToday,
                };
                chat.tap_data(1, token.to_string());
                // What a tap takes belongs to no step.
                chat.now = from;
                match change {
                    Step::Time(time) => (model.time, model.snoozed) = (*time, None),
                    Step::Zone(zone) => model.zone = ZONES[*zone],
                    Step::Snooze(hours) => model.snoozed = Some(from + TimeDelta::hours((*hours).into())),
                    _ => model.snoozed = None,
                }
                (Vec::new(), Vec::new())
            }
        };
        let told: Vec<(DateTime<Utc>, bool)> = sent
            .iter()
            .map(|(at, reminder)| (*at, plain::text(&reminder.screen).contains("Here again")))
            .collect();
        assert_eq!(told, expected, "step {number} of {steps:?}");
        for (at, reminder) in &sent {
            let meant = reminder.expires_at - LATEST;
            assert!(meant <= *at && *at <= reminder.expires_at, "it is never more than six hours late");
            if !plain::text(&reminder.screen).contains("Here again") {
                let date = meant.with_timezone(&model.zone).date_naive();
                assert!(dates.insert(date), "two for {date}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn never_two_for_a_date_never_too_late_and_none_lost(steps in steps(), autumn: bool) {
        play(if autumn { "2026-09-25T10:00:00Z" } else { "2026-03-20T10:00:00Z" }, &steps);
    }
}
