//! The store: what follows from the log, what undo restores, and files old, strange and shared.

mod common;
#[path = "store/files.rs"]
mod files;

use chrono::{DateTime, TimeDelta, Utc};
use common::student::Student;
use common::{Conversation, test_decks};
use liftoff::chat::token::Act;
use liftoff::store::review;
use liftoff::study::calendar::{StudyDay, Zone, study_day};
use rusqlite::Connection;
use rusqlite::types::Value;

fn start() -> DateTime<Utc> {
    "2026-03-02T17:00:00Z".parse().unwrap()
}

fn student(db: Connection, seed: u64) -> Student {
    let mut student = Student::new(Conversation::with(test_decks(), db, start()), 65, seed);
    student.chat.settle_in();
    // Cards of many weeks, so that a day holds more than three.
    student.chat.say("/settings start 2026-01-12");
    student
}

/// All rows of a query as text, in order.
fn rows(db: &Connection, sql: &str) -> Vec<String> {
    let mut statement = db.prepare(sql).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        let values: Result<Vec<Value>, _> = (0..columns).map(|index| row.get(index)).collect();
        Ok(format!("{:?}", values?))
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

/// Every table but the log itself, and what is counted from the log. Left out of a session: its step, which
/// only ever rises so that old buttons stay stale, when its question came up, and where its message stands; of the
/// learner when they were last active, which an undo is too.
fn dump(student: &Student) -> Vec<String> {
    let db = student.db();
    let mut told = Vec::new();
    for table in tables(db) {
        let left_out = ["step", "shown_at", "message"];
        let sql = format!("select name from pragma_table_info('{table}') order by cid");
        let mut columns: Vec<String> =
            db.prepare(&sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        columns.retain(|column| table != "session" || !left_out.contains(&column.as_str()));
        columns.retain(|column| table != "learner" || column != "active_at");
        let columns = columns.join(", ");
        let found = rows(db, &format!("select {columns} from {table} order by {columns}"));
        told.extend(found.into_iter().map(|row| format!("{table} {row}")));
    }
    let learner = student.chat.who.learner;
    told.push(format!("{:?}", review::day_count(db, learner, today(student), |_| true).unwrap()));
    told.push(format!("{:?}", review::active_days(db, learner).unwrap()));
    told
}

fn today(student: &Student) -> StudyDay {
    let berlin = Zone::named("Europe/Berlin").expect("a known zone");
    study_day(student.chat.now, berlin, 240)
}

fn tables(db: &Connection) -> Vec<String> {
    let sql = "select name from sqlite_schema where type = 'table' and name not in ('review', 'sqlite_sequence') order by name";
    db.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// The answers that count.
fn answers(student: &Student) -> usize {
    student.count("select count(*) from review where undone_at is null") as usize
}

fn schedule(student: &Student) -> Vec<String> {
    rows(student.db(), "select * from schedule order by learner, card")
}

#[test]
fn the_log_alone_gives_the_schedule() {
    for seed in 1..=2 {
        let mut student = student(liftoff::store::open_in_memory().unwrap(), seed);
        for day in 0..45 {
            student.chat.now = start() + TimeDelta::days(day);
            let command = if student.below(5) == 0 { "/quiz" } else { "/review" };
            student.chat.say(command);
            for _ in 0..120 {
                if student.session().is_none() {
                    break;
                }
                match student.below(20) {
                    0 => drop(student.chat.say("/undo")),
                    1 if student.at_front() => student.tap(Act::Skip),
                    2 if student.at_front() => {
                        student.tap(Act::Menu);
                        let aside = if student.below(3) == 0 { Act::Suspend } else { Act::Bury };
                        if student.acts().contains(&aside) {
                            student.tap(aside);
                        } else {
                            student.tap(Act::Back);
                        }
                    }
                    _ => student.step(),
                }
            }
            if student.below(3) == 0 {
                student.chat.say("/undo");
                student.chat.say("/undo");
            }
        }
        let undone = student.count("select count(*) from review where undone_at is not null");
        assert!(answers(&student) > 150 && undone > 20, "{} answers, {undone} undone", answers(&student));
        let before = schedule(&student);
        let log = rows(student.db(), "select * from review order by id");
        assert!(before.len() > 15);
        student.db().execute("update schedule set due = due + 3, ease = 200, lapses = 9", []).unwrap();
        student
            .db()
            .execute("insert into schedule values (7, 'gone-card', 0, 1, 1, 250, 0, 0, 0)", [])
            .unwrap();
        review::rebuild(student.db(), student.chat.who.learner, None).unwrap();
        assert_eq!(schedule(&student), before);
        for card in review::schedule(student.db(), student.chat.who.learner).unwrap().keys() {
            review::rebuild(student.db(), student.chat.who.learner, Some(card)).unwrap();
        }
        assert_eq!(schedule(&student), before);
        assert_eq!(rows(student.db(), "select * from review order by id"), log, "the log is only read");
    }
}

/// Answers what the session asks, with a picture of everything before each answer.
fn answer_some(student: &mut Student, limit: usize) -> Vec<Vec<String>> {
    let first = answers(student);
    let mut pictures = Vec::new();
    for _ in 0..300 {
        let given = answers(student) - first;
        if student.at_front() && pictures.len() == given {
            if given == limit {
                break;
            }
            pictures.push(dump(student));
        }
        if student.session().is_none() {
            break;
        }
        if student.acts().contains(&Act::Overrule) && student.below(2) == 0 {
            student.tap(Act::Overrule);
        } else {
            student.step();
        }
    }
    assert_eq!(pictures.len(), answers(student) - first, "a picture for each answer");
    pictures
}

#[test]
fn undo_restores_everything_many_steps_deep_and_after_a_restart() {
    for seed in 1..=3 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("liftoff.db");
        let mut student = student(liftoff::store::open(&path).unwrap(), seed);
        for day in 0..4 {
            // Days between, so that much is due and lapses happen.
            student.chat.now = start() + TimeDelta::days(day * 9);
            if day == 1 {
                // A session that takes over the drill of one that was left.
                student.chat.say("/review");
                (0..12).for_each(|_| student.step());
                student.chat.say("/cancel");
            }
            student.chat.say(if day == 2 { "/quiz" } else { "/review" });
            assert!(student.session().is_some());
            let limit = 3 + student.below(40) as usize;
            let pictures = answer_some(&mut student, limit);
            assert!(pictures.len() >= 3);
            let log = student.count("select count(*) from review");
            for (number, picture) in pictures.iter().enumerate().rev() {
                if student.below(3) == 0 {
                    student.chat.db = liftoff::store::open(&path).unwrap();
                }
                if student.session().is_some() && student.below(2) == 0 {
                    student.tap(Act::Undo);
                } else {
                    student.chat.say("/undo");
                }
                let now = dump(&student);
                let differs = now.iter().zip(picture).find(|(now, then)| now != then);
                assert!(now == *picture, "seed {seed}, day {day}, answer {number}: {differs:#?}");
            }
            assert_eq!(student.count("select count(*) from review"), log, "undo deletes nothing");
            // And it goes on as if nothing had been.
            student.finish();
        }
    }
}

#[test]
fn undo_reaches_beyond_the_session() {
    let mut student = student(liftoff::store::open_in_memory().unwrap(), 5);
    let mut pictures = vec![(schedule(&student), active(&student))];
    for day in 0..5 {
        student.chat.now = start() + TimeDelta::days(day * 3);
        student.chat.say("/review");
        while student.session().is_some() {
            student.step();
            if answers(&student) == pictures.len() {
                pictures.push((schedule(&student), active(&student)));
            }
        }
    }
    assert!(pictures.len() > 40);
    pictures.pop();
    while let Some(picture) = pictures.pop() {
        student.chat.say("/undo");
        assert_eq!((schedule(&student), active(&student)), picture, "{} answers left", pictures.len());
    }
    assert_eq!(answers(&student), 0);
    student.chat.say("/undo");
    assert!(
        liftoff::chat::plain::text(student.chat.last()).contains("no answer to take back"),
        "nothing is left to undo"
    );
}

#[test]
fn a_card_whose_only_answer_was_taken_back_leaves_the_open_session() {
    let mut student = student(liftoff::store::open_in_memory().unwrap(), 6);
    student.chat.say("/review");
    student.finish();
    student.chat.now += TimeDelta::days(1);
    student.chat.say("/review");
    let asked_as_due = "select count(*) from session_item
                        where session = (select max(id) from session) and mode = 'due' and outcome is null";
    let due = student.count(asked_as_due);
    assert!(due > 3, "{due}");
    while answers(&student) > 0 {
        student.chat.say("/undo");
        let unmet = format!("{asked_as_due} and card not in (select card from schedule)");
        assert_eq!(student.count(&unmet), 0);
    }
    assert!(!student.acts().is_empty(), "the session's message is below what was said");
    student.finish();
    student.chat.say("/review");
    student.finish();
    let counted =
        review::day_count(student.db(), student.chat.who.learner, today(&student), |_| true).unwrap();
    assert_eq!(counted.new, 10, "the limit of new cards holds");
}

fn active(student: &Student) -> Vec<StudyDay> {
    review::active_days(student.db(), student.chat.who.learner).unwrap()
}
