//! A checkpoint over the real decks: twenty questions over the whole week, which a restart does not disturb.

mod common;

use std::collections::BTreeSet;

use common::Conversation;
use common::student::Student;
use liftoff::chat::plain;
use liftoff::decks::Decks;
use liftoff::store::session::{self, SessionKind};
use liftoff::study::card::Kind;

#[test]
fn twenty_questions_over_the_week() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("liftoff.db");
    let decks = Decks::embedded().unwrap_or_else(|problems| panic!("{} problems", problems.len()));
    let db = liftoff::store::open(&path).unwrap();
    let chat = Conversation::with(decks, db, "2026-01-05T17:00:00Z".parse().unwrap());
    let mut student = Student::new(chat, 60, 4);
    student.chat.settle_in();
    // Day 7 of week 4.
    student.chat.say("/settings start 2025-12-09");
    student.chat.say("/today");
    student.chat.tap("Checkpoint").unwrap();
    let session = student.session().unwrap();
    assert_eq!((session.kind, session.week), (SessionKind::Checkpoint, Some(4)));
    let items = session::items(student.db(), session.id).unwrap();
    let decks = student.chat.service.decks();
    let cards: Vec<_> = items.iter().map(|item| decks.card(&item.card).unwrap().0).collect();
    assert_eq!(cards.len(), 20);
    assert!(cards.iter().all(|card| card.kind == Kind::Choice));
    let with_choice = decks.cards_of_week(4).filter(|card| card.kind == Kind::Choice);
    let days = |cards: &mut dyn Iterator<Item = u8>| cards.collect::<BTreeSet<u8>>();
    let of_week = days(&mut with_choice.map(|card| card.day));
    assert_eq!(days(&mut cards.iter().map(|card| card.day)), of_week, "every day with choice cards is asked");
    for _ in 0..10 {
        student.step();
    }
    student.chat.db = liftoff::store::open(&path).unwrap();
    student.chat.say("/week 4");
    student.chat.tap("Checkpoint").unwrap();
    assert_eq!(student.session().unwrap().id, session.id, "the open one goes on");
    student.finish();
    let text = plain::text(student.chat.last());
    assert!(text.contains("Checkpoint · week 4: ") && text.contains(" of 20"), "{text}");
    assert_eq!(text.lines().filter(|line| line.contains(" · wrong now")).count(), 5, "{text}");
    assert!(text.contains("Still open: days 1, 2, 3, 4, 5, 6, 7 · "), "{text}");
    let right = student.count("select count(*) from review where quality >= 4 and undone_at is null");
    assert!(text.contains(&format!("week 4: {right} of 20")), "{text}");
    student.chat.say("/today");
    let buttons = plain::buttons(student.chat.last());
    assert!(buttons.contains("[Quiz]") && !buttons.contains("Checkpoint"), "it is taken today: {buttons}");
}
