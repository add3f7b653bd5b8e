//! The interview date on the schedule, through the whole service: it asks every card once more in the last seven
//! days, whatever the limits, and leaves no trace once it is cleared.

mod common;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use common::student::Student;
use common::{Conversation, test_decks};
use liftoff::chat::plain;
use liftoff::store::review;
use liftoff::store::session::{self, Mode};
use liftoff::study::calendar::StudyDay;
use liftoff::study::card::CardId;
use proptest::prelude::*;
use rusqlite::types::Value;

fn start() -> DateTime<Utc> {
    "2026-03-02T17:00:00Z".parse().unwrap()
}

/// The study day of [`start`].
const FIRST: StudyDay = StudyDay(20_514);

/// A learner for whom all weeks are reached.
fn learner(knows: u64, seed: u64) -> Student {
    let chat = Conversation::with(test_decks(), liftoff::store::open_in_memory().unwrap(), start());
    let mut student = Student::new(chat, knows, seed);
    student.chat.settle_in();
    student.chat.say("/remind off");
    student.chat.say("/settings start 2025-12-01");
    student
}

fn go_to(student: &mut Student, day: i64) {
    student.chat.now = start() + TimeDelta::days(day);
}

fn study(student: &mut Student) {
    student.chat.say("/review");
    student.finish();
}

fn date(day: StudyDay) -> String {
    day.date().to_string()
}

/// Every row of every table, but for when the learner last wrote.
fn rows(student: &Student) -> Vec<String> {
    let db = student.db();
    db.execute("update learner set active_at = null", []).unwrap();
    let sql =
        "select name from sqlite_schema where type = 'table' and name <> 'sqlite_sequence' order by name";
    let tables: Vec<String> =
        db.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut told = Vec::new();
    for table in tables {
        let mut statement = db.prepare(&format!("select * from {table}")).unwrap();
        let columns = statement.column_count();
        let found = statement.query_map([], |row| {
            let values: Result<Vec<Value>, _> = (0..columns).map(|index| row.get(index)).collect();
            Ok(format!("{table} {:?}", values?))
        });
        let mut found: Vec<String> = found.unwrap().map(Result::unwrap).collect();
        found.sort();
        told.extend(found);
    }
    told
}

/// What a new session of the day asks.
fn queue(student: &mut Student) -> Vec<(CardId, Mode)> {
    student.chat.say("/review");
    let Some(session) = student.session() else { return Vec::new() };
    let items = session::items(student.db(), session.id).unwrap();
    items.into_iter().map(|item| (item.card, item.mode)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    /// A twin says "/help" wherever the learner sets a date, looks around with it, and clears it again.
    #[test]
    fn a_date_that_was_set_and_cleared_leaves_no_trace(
        seed in 0u64..1_000,
        knows in 40u64..100,
        gaps in proptest::collection::vec(1i64..6, 4..10),
        ahead in 0i64..30,
    ) {
        let mut set = learner(knows, seed);
        let mut never = learner(knows, seed);
        let mut day = 0;
        for gap in gaps {
            study(&mut set);
            study(&mut never);
            day += gap;
            go_to(&mut set, day);
            go_to(&mut never, day);
            let before = rows(&set);
            set.chat.say(&format!("/interview {}", date(FIRST + day + ahead)));
            prop_assert_ne!(&rows(&set), &before, "the date is kept");
            for command in ["/today", "/interview", "/week 1", "/plan"] {
                set.chat.say(command);
            }
            set.chat.say("/interview off");
            prop_assert_eq!(&rows(&set), &before);
            for _ in 0..6 {
                never.chat.say("/help");
            }
            prop_assert_eq!(&rows(&never), &before);
            prop_assert_eq!(queue(&mut set), queue(&mut never));
        }
        study(&mut set);
        study(&mut never);
        prop_assert_eq!(rows(&set), rows(&never));
    }

    /// A learner who does what each day offers, under a limit that is too low, is asked every card in the last
    /// seven days; the rows move only by answers.
    #[test]
    fn no_limit_leaves_a_card_unasked(
        seed in 0u64..1_000,
        knows in 60u64..100,
        late in 1i64..8,
        limit in 1u32..6,
        suspended in 0usize..4,
    ) {
        let mut student = learner(knows, seed);
        for day in [0, 1, 2, 3, 7, 8, 9, 13, 15, 20, 30] {
            go_to(&mut student, day);
            study(&mut student);
        }
        let met = review::schedule(student.db(), 7).unwrap();
        prop_assert!(met.len() > 20, "{} cards are met", met.len());
        for card in met.keys().collect::<std::collections::BTreeSet<_>>().into_iter().take(suspended) {
            review::suspend(student.db(), 7, card).unwrap();
        }
        let interview = FIRST + 48;
        student.chat.say(&format!("/settings reviews {limit}"));
        student.chat.say(&format!("/interview {}", date(interview)));
        let mut asked = BTreeMap::new();
        for day in 48 - late..48 {
            go_to(&mut student, day);
            student.chat.say("/today");
            let text = plain::text(student.chat.last());
            study(&mut student);
            let count = review::day_count(student.db(), 7, FIRST + day, |_| true).unwrap();
            if count.reviews > limit {
                let told = format!("{} cards today instead of {limit}", count.reviews);
                let one = format!("1 card today instead of {limit}");
                prop_assert!(text.contains(&told) || text.contains(&one), "{} reviews: {text}", count.reviews);
                prop_assert_eq!(count.new, 0);
            }
            asked.insert(day, count.reviews);
        }
        let aside = review::put_aside(student.db(), 7, interview).unwrap();
        for place in review::schedule(student.db(), 7).unwrap().values() {
            let in_time = place.reviewed_on >= interview - late.min(7);
            prop_assert!(in_time || aside.contains(&place.card), "{} unasked: {asked:?}", place.card);
        }
    }
}

/// Practice, menus and screens agree: what the sweep brings today is due everywhere, and nothing is on the day.
#[test]
fn the_sweep_is_seen_everywhere() {
    let mut student = learner(100, 3);
    for day in [0, 1, 2, 3, 7, 8, 9, 13, 15, 16] {
        go_to(&mut student, day);
        study(&mut student);
    }
    go_to(&mut student, 17);
    student.chat.say("/settings new 0");
    let due = |student: &mut Student, command: &str| {
        student.chat.say(command);
        let text = plain::text(student.chat.last());
        let parts =
            text.lines().flat_map(|line| line.split(" · ")).filter_map(|part| part.strip_suffix(" due"));
        parts.filter_map(|number| number.trim().parse::<usize>().ok()).next().unwrap_or(0)
    };
    let weeks =
        |student: &mut Student| (1..=12).map(|week| due(student, &format!("/week {week}"))).sum::<usize>();
    assert_eq!((due(&mut student, "/today"), weeks(&mut student)), (0, 0), "nothing is due without a date");
    student.chat.say(&format!("/interview {}", date(FIRST + 18)));
    let met = review::schedule(student.db(), 7).unwrap();
    let unasked = met.values().filter(|place| place.reviewed_on < FIRST + 11).count();
    assert!(unasked > 0);
    assert_eq!((due(&mut student, "/today"), weeks(&mut student)), (unasked, unasked));
    student.chat.say("/quiz");
    let session = student.session().unwrap();
    let items = session::items(student.db(), session.id).unwrap();
    for item in &items {
        let mode = match met.get(&item.card) {
            None => Mode::New,
            Some(place) if place.reviewed_on < FIRST + 11 => Mode::Due,
            Some(_) => Mode::Practice,
        };
        assert_eq!(item.mode, mode, "{}", item.card);
    }
    assert!(items.iter().any(|item| item.mode == Mode::Due));
    student.finish();
    study(&mut student);
    assert_eq!((due(&mut student, "/today"), weeks(&mut student)), (0, 0), "each came once");
    go_to(&mut student, 18);
    let plain_due =
        review::schedule(student.db(), 7).unwrap().values().filter(|place| place.due <= FIRST + 18).count();
    assert_eq!(weeks(&mut student), plain_due, "on the day itself SM-2 has the word again");
}
