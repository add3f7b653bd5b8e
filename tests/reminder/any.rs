//! Any sequence of settings, journeys and outages: what comes is exactly what a model of the rules says.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use liftoff::chat::plain;
use liftoff::chat::screen::Screen;
use liftoff::chat::token::{Setting, Token};
use liftoff::service::Reminder;
use liftoff::store;
use liftoff::store::review::{self, Answer, ReviewKind};
use liftoff::study::calendar::{StudyDay, Weekdays, Zone, next_daily, study_day, study_day_start};
use liftoff::study::card::CardId;
use liftoff::study::sm2::Quality;
use liftoff::study::streak::streak;
use proptest::prelude::*;

use crate::common::Conversation;

const LATEST: TimeDelta = TimeDelta::hours(6);
const LATEST_NUDGE: TimeDelta = TimeDelta::hours(2);
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
    Days(u8),
    Nudge(Option<u16>),
    DayStart(u16),
    Snooze(u8),
    NotToday,
    Pause(Option<u16>),
    Resume,
    /// A review is given.
    Study,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Times around the clock changes and around midnight are drawn more often.
    let time = || prop_oneof![0_u16..1440, 100_u16..210, 0_u16..20, 1400_u16..1440];
    let step = prop_oneof![
        6 => (1_i64..2400).prop_map(Step::Up),
        3 => (1_i64..2400).prop_map(Step::Down),
        2 => time().prop_map(|time| Step::Time(Some(time))),
        1 => Just(Step::Time(None)),
        2 => (0..ZONES.len()).prop_map(Step::Zone),
        1 => (1_u8..=127).prop_map(Step::Days),
        1 => Just(Step::Days(127)),
        2 => prop_oneof![time(), 1200_u16..1440].prop_map(|time| Step::Nudge(Some(time))),
        1 => Just(Step::Nudge(None)),
        1 => proptest::sample::select(vec![0_u16, 150, 240, 480]).prop_map(Step::DayStart),
        2 => (1_u8..=3).prop_map(Step::Snooze),
        1 => Just(Step::NotToday),
        1 => proptest::option::weighted(0.8, 1_u16..9).prop_map(Step::Pause),
        1 => Just(Step::Resume),
        6 => Just(Step::Study),
    ];
    proptest::collection::vec(step, 1..60)
}

/// Which message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Daily,
    Nudge,
    Again,
}

impl Kind {
    fn of(screen: &Screen) -> Self {
        let text = plain::text(screen);
        match () {
            () if text.contains("Here again") => Self::Again,
            () if text.contains("Nothing done yet") => Self::Nudge,
            () => Self::Daily,
        }
    }
}

/// What the rules say, in their own words.
struct Model {
    zone: Tz,
    day_start: u16,
    time: Option<u16>,
    days: Weekdays,
    nudge: Option<u16>,
    pauses: Vec<RangeInclusive<StudyDay>>,
    active: BTreeSet<StudyDay>,
    snoozed: Option<DateTime<Utc>>,
    /// Dates that had their reminder or did without. One that was too late may still be moved to later.
    had: BTreeSet<NaiveDate>,
    /// Evenings whose nudge was decided.
    nudged: BTreeSet<StudyDay>,
}

impl Model {
    fn today(&self, at: DateTime<Utc>) -> StudyDay {
        study_day(at, ours(self.zone), self.day_start)
    }

    fn paused(&self, day: StudyDay) -> bool {
        self.pauses.iter().any(|pause| pause.contains(&day))
    }

    /// The occurrences of a time of day after one instant and up to another.
    fn occurrences(
        &self,
        minutes: Option<u16>,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Vec<(NaiveDate, DateTime<Utc>)> {
        let Some(minutes) = minutes else { return Vec::new() };
        let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minutes) * 60, 0).unwrap();
        let all = std::iter::successors(Some(next_daily(from, time, ours(self.zone))), |(_, at)| {
            Some(next_daily(*at, time, ours(self.zone)))
        });
        all.take_while(|(_, at)| *at <= to).collect()
    }

    /// The reminders of dates that had none.
    fn ahead(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(NaiveDate, DateTime<Utc>)> {
        let mut all = self.occurrences(self.time, from, to);
        all.retain(|(date, at)| {
            self.days.holds(*date) && !self.paused(self.today(*at)) && !self.had.contains(date)
        });
        all
    }

    /// The nudges of evenings that had none.
    fn evenings(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(StudyDay, DateTime<Utc>)> {
        let of_night = self.nudge.is_some_and(|time| time < self.day_start);
        let all = self.occurrences(self.nudge, from, to).into_iter();
        all.map(|(date, at)| (StudyDay::from(date) - i64::from(of_night), at))
            .filter(|(evening, _)| !self.paused(*evening) && !self.nudged.contains(evening))
            .collect()
    }

    /// Whether an evening's nudge has a point at an instant.
    fn breaks(&self, evening: StudyDay, meant: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let active: Vec<StudyDay> = self.active.iter().copied().collect();
        now - meant <= LATEST_NUDGE
            && self.today(now) == evening
            && streak(&active, &self.pauses, evening).ends_tonight()
    }

    /// Messages while the bot runs: each at its time, and what comes at the same moment is one message.
    fn up(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(DateTime<Utc>, Kind)> {
        let daily = self.ahead(from, to);
        self.had.extend(daily.iter().map(|(date, _)| *date));
        let mut sent: Vec<_> = daily.into_iter().map(|(_, at)| (at, Kind::Daily)).collect();
        for (evening, at) in self.evenings(from, to) {
            self.nudged.insert(evening);
            if !sent.contains(&(at, Kind::Daily)) && self.breaks(evening, at, at) {
                sent.push((at, Kind::Nudge));
            }
        }
        if let Some(at) = self.snoozed.take_if(|at| *at <= to)
            && !sent.iter().any(|(other, _)| *other == at)
            && !self.paused(self.today(at))
        {
            sent.push((at, Kind::Again));
        }
        sent.sort();
        sent
    }

    /// The one message, if any, when the bot comes back.
    fn down(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(DateTime<Utc>, Kind)> {
        let snoozed = self.snoozed.take_if(|at| *at <= to);
        let nudge = self.evenings(from, to).pop();
        let in_time = |evening: StudyDay, at| to - at <= LATEST_NUDGE && self.today(to) == evening;
        let nudged = nudge.filter(|(evening, at)| in_time(*evening, *at));
        self.nudged.extend(nudged.map(|(evening, _)| evening));
        if let Some((date, _)) = self.ahead(from, to).pop().filter(|(_, at)| to - *at <= LATEST) {
            self.had.insert(date);
            return vec![(to, Kind::Daily)];
        }
        if nudge.is_some_and(|(evening, at)| self.breaks(evening, at, to)) {
            return vec![(to, Kind::Nudge)];
        }
        let again = snoozed.filter(|at| to - *at <= LATEST && !self.paused(self.today(to)));
        again.map(|_| (to, Kind::Again)).into_iter().collect()
    }

    /// What a tap changes.
    fn tapped(&mut self, step: &Step, now: DateTime<Utc>) {
        let today = self.today(now);
        match step {
            Step::Time(time) => {
                self.time = *time;
                // What was put off keeps its promise when the time is moved.
                self.snoozed = self.snoozed.filter(|_| time.is_some());
            }
            Step::Zone(zone) => self.zone = ZONES[*zone],
            Step::Days(bits) => self.days = Weekdays::from_bits(*bits).unwrap(),
            Step::Nudge(time) => self.nudge = *time,
            Step::DayStart(minutes) => self.day_start = *minutes,
            Step::Snooze(hours) if !self.paused(today) && self.time.is_some() => {
                self.snoozed = Some(now + TimeDelta::hours((*hours).into()));
            }
            Step::NotToday => {
                self.snoozed = None;
                self.nudged.insert(today);
                let end = study_day_start(today + 1, ours(self.zone), self.day_start);
                let rest = self.ahead(now, end - TimeDelta::milliseconds(1));
                self.had.extend(rest.iter().map(|(date, _)| *date));
            }
            Step::Pause(days) => {
                self.snoozed = None;
                let last = days.map_or(StudyDay(i32::MAX), |days| today + i64::from(days) - 1);
                self.pauses.push(today..=last);
            }
            Step::Resume => {
                self.pauses.retain(|pause| *pause.start() < today);
                for pause in &mut self.pauses {
                    *pause = *pause.start()..=(today - 1).min(*pause.end());
                }
            }
            _ => {}
        }
    }
}

/// The button behind a step.
fn token(step: &Step) -> Option<Token> {
    Some(match step {
        Step::Time(time) => Token::Set(Setting::Reminder(*time)),
        Step::Zone(zone) => Token::Set(Setting::Zone(ZONES[*zone].name().to_owned())),
        Step::Days(bits) => Token::Set(Setting::Days(*bits)),
        Step::Nudge(time) => Token::Set(Setting::Nudge(*time)),
        Step::DayStart(minutes) => Token::Set(Setting::DayStart(*minutes)),
        Step::Snooze(hours) => Token::Snooze(*hours),
        Step::NotToday => Token::NotToday,
        Step::Pause(days) => Token::Pause(*days),
        Step::Resume => Token::Resume,
        Step::Up(_) | Step::Down(_) | Step::Study => return None,
    })
}

fn study(chat: &Conversation, day: StudyDay) {
    let answer = Answer {
        learner: chat.who.learner,
        card: &CardId("a-card-of-old".to_owned()),
        rev: 1,
        session: None,
        kind: ReviewKind::Review,
        quality: Quality::new(4).unwrap(),
        study_day: day,
        at: chat.now,
        took_ms: 1_000,
    };
    review::log(&chat.db, &answer).unwrap();
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
    chat.say("/settings nudge 21:00");
    let mut model = Model {
        zone: Tz::Europe__Berlin,
        day_start: 240,
        time: Some(540),
        days: Weekdays::ALL,
        nudge: Some(1260),
        pauses: Vec::new(),
        active: BTreeSet::new(),
        snoozed: None,
        had: BTreeSet::new(),
        nudged: BTreeSet::new(),
    };
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
                match token(change) {
                    Some(token) => drop(chat.tap_data(1, token.to_string())),
                    None => {
                        study(&chat, model.today(from));
                        model.active.insert(model.today(from));
                    }
                }
                // What a tap takes belongs to no step.
                chat.now = from;
                model.tapped(change, from);
                (Vec::new(), Vec::new())
            }
        };
        let told: Vec<(DateTime<Utc>, Kind)> =
            sent.iter().map(|(at, reminder)| (*at, Kind::of(&reminder.screen))).collect();
        assert_eq!(told, expected, "step {number} of {steps:?}");
        for ((at, reminder), (_, kind)) in sent.iter().zip(told) {
            let latest = if kind == Kind::Nudge { LATEST_NUDGE } else { LATEST };
            let meant = reminder.expires_at - latest;
            assert!(meant <= *at && *at <= reminder.expires_at, "it is never later than {latest}");
            if kind == Kind::Daily {
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
