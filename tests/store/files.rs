//! Files that an older Liftoff wrote, that are no databases, and that two processes open at once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Barrier};

use liftoff::store::{self, learner, outbox, plan, review, session};
use liftoff::study::calendar::Zone;
use liftoff::study::card::CardId;
use rusqlite::Connection;

use crate::common::{Conversation, test_decks};
use crate::rows;

/// A file as Liftoff 0.1 left it.
fn version_1(folder: &Path) -> PathBuf {
    let path = folder.join("liftoff.db");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(include_str!("../data/database-v1.sql")).unwrap();
    path
}

fn number(db: &Connection, sql: &str) -> i64 {
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Tables with their columns, and indexes, as SQLite understood them.
fn shape(db: &Connection) -> BTreeSet<String> {
    let columns = "select s.type, s.name, t.name, t.type, t.\"notnull\", t.dflt_value, t.pk
         from sqlite_schema s left join pragma_table_info(s.name) t on true where s.name not like 'sqlite_%'";
    let keys = "select s.name, k.\"from\", k.\"table\", k.\"to\", k.on_delete
         from sqlite_schema s join pragma_foreign_key_list(s.name) k where s.type = 'table'";
    rows(db, columns).into_iter().chain(rows(db, keys)).collect()
}

#[test]
fn a_database_of_version_1_is_brought_up_to_date_and_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = version_1(folder.path());
    let old = Connection::open(&path).unwrap();
    assert_eq!(number(&old, "pragma user_version"), 1);
    let log = "select id, learner, card, rev, session, kind, first, quality, study_day, answered_at, took_ms, undone_at
         from review order by id";
    let (log_before, schedule_before) =
        (rows(&old, log), rows(&old, "select learner, card, due, ease, repetition, interval from schedule"));
    drop(old);

    let db = store::open(&path).unwrap();
    let fresh = store::open_in_memory().unwrap();
    assert_eq!(number(&db, "pragma user_version"), number(&fresh, "pragma user_version"));
    assert_eq!(shape(&db), shape(&fresh), "it has the shape of a new one");
    assert_eq!(rows(&db, "pragma integrity_check"), [r#"[Text("ok")]"#]);
    assert!(rows(&db, "pragma foreign_key_check").is_empty());

    assert_eq!(rows(&db, log), log_before);
    assert_eq!(log_before.len(), 14);
    assert_eq!(
        rows(&db, "select learner, card, due, ease, repetition, interval from schedule"),
        schedule_before
    );
    review::rebuild(&db, 7, None).unwrap();
    assert_eq!(
        rows(&db, "select learner, card, due, ease, repetition, interval from schedule"),
        schedule_before,
        "the log still gives the schedule"
    );
    let ann = learner::find(&db, 7).unwrap().unwrap();
    assert_eq!(
        (ann.name.as_str(), ann.zone, ann.remind_at),
        ("Ann", Zone::named("Europe/Berlin").expect("a known zone"), Some(450))
    );
    assert!(ann.next_reminder_at.is_some() && ann.snoozed_until.is_some() && !ann.blocked);
    let bob = learner::find(&db, 8).unwrap().unwrap();
    assert_eq!((bob.name.as_str(), bob.deep_link.as_deref()), ("Bob’s \"x\"", Some("week_3")));
    assert!(bob.dialog.is_some());
    assert_eq!(plan::opened_weeks(&db, 7).unwrap(), [5]);
    let done = plan::done_days(&db, 7).unwrap();
    assert_eq!(done[&11].link.as_deref(), Some("https://github.com/ann/hello-ml"));
    let aside = review::put_aside(&db, 7, session::newest(&db, 7).unwrap().unwrap().study_day).unwrap();
    assert!(aside.contains(&CardId::from("kmeans-objective-falls")));
    assert_eq!(store::inbox::waiting(&db).unwrap().len(), 1);
    assert_eq!(number(&db, "select count(*) from reminder"), 3);
    let waiting = outbox::left_over(&db).unwrap();
    assert_eq!((waiting.len(), waiting[0].class), (1, outbox::Class::Reminder));
}

#[test]
fn a_learner_of_version_1_goes_on_where_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let db = store::open(&version_1(folder.path())).unwrap();
    let newest = session::newest(&db, 7).unwrap().unwrap();
    assert_eq!(newest.ended_at, None, "a quiz was open");
    let mut chat = Conversation::with(test_decks(), db, newest.shown_at);
    for said in ["/today", "/quiz", "/undo", "/cancel", "/review", "/plan", "/settings"] {
        chat.say(said);
        let shown = liftoff::chat::plain::text(chat.last());
        assert!(!shown.contains("Something broke"), "{said}: {shown}");
    }
    assert_eq!(number(&chat.db, "select count(*) from review where undone_at is not null"), 2);
}

/// Opening fails with words that name the file, and leaves it as it was.
fn refused(path: &Path) -> String {
    let before = std::fs::read(path).unwrap();
    let error = store::open(path).expect_err("it is no database").to_string();
    assert_eq!(std::fs::read(path).unwrap(), before, "the file is left alone");
    assert!(error.contains(&path.display().to_string()), "{error}");
    assert!(error.contains("not a database") || error.contains("malformed"), "{error}");
    error
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    for content in ["no".to_owned(), "Dear diary,\n".to_owned(), "not a database at all\n".repeat(1_000)] {
        std::fs::write(&path, content).unwrap();
        refused(&path);
    }
}

#[test]
fn a_database_that_was_cut_off_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = version_1(folder.path());
    drop(store::open(&path).unwrap());
    let whole = std::fs::read(&path).unwrap();
    assert!(whole.len() > 40_000);
    for length in [16, 99, 100, 512, 4096, 8192, whole.len() / 2, whole.len() - 4096] {
        std::fs::write(&path, &whole[..length]).unwrap();
        refused(&path);
    }
    std::fs::write(&path, &whole).unwrap();
    assert!(learner::find(&store::open(&path).unwrap(), 7).unwrap().is_some(), "the whole one still opens");
}

#[test]
fn a_folder_in_the_file_s_place_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let error = store::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains(&folder.path().display().to_string()), "{error}");
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = store::open(&file.join("liftoff.db")).unwrap_err().to_string();
    assert!(error.contains("file"), "{error}");
}

#[test]
fn many_open_and_migrate_at_the_same_time() {
    for round in 0..12 {
        let folder = tempfile::tempdir().unwrap();
        let old = round % 2 == 1;
        let path = if old { version_1(folder.path()) } else { folder.path().join("inner/liftoff.db") };
        let start = Arc::new(Barrier::new(4));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (path, start) = (path.clone(), Arc::clone(&start));
                std::thread::spawn(move || {
                    start.wait();
                    store::open(&path).map_err(|error| error.to_string())
                })
            })
            .collect();
        let opened: Vec<Connection> =
            threads.into_iter().map(|thread| thread.join().unwrap().unwrap()).collect();
        let fresh = store::open_in_memory().unwrap();
        for db in &opened {
            assert_eq!(shape(db), shape(&fresh));
            assert_eq!(rows(db, "pragma journal_mode"), [r#"[Text("wal")]"#]);
            assert_eq!(number(db, "select count(*) from learner"), if old { 2 } else { 0 });
        }
    }
}
