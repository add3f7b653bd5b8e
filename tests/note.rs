//! A card that keeps lapsing: the learner is told, writes a note, finds it again, and is told again.

mod common;

use common::Conversation;
use liftoff::chat::intent::Intent;
use liftoff::chat::plain;
use liftoff::store::note;
use liftoff::study::card::CardId;

/// A learner who has met one recall card and forgotten it seven times.
fn nearly_a_leech() -> (Conversation, CardId) {
    let mut chat = Conversation::new("2026-01-05T08:00:00Z".parse().unwrap());
    chat.settle_in();
    chat.say("/settings new 1");
    chat.say("/review");
    chat.tap("Show answer").unwrap();
    chat.tap("Good").unwrap();
    chat.say("/settings new 0");
    chat.db.execute("update schedule set lapses = 7", []).unwrap();
    let card: String = chat.db.query_row("select card from schedule", [], |row| row.get(0)).unwrap();
    (chat, CardId(card))
}

fn lapse(chat: &mut Conversation) {
    chat.db.execute("update schedule set due = 0, repetition = 3", []).unwrap();
    chat.now += chrono::TimeDelta::days(1);
    chat.say("/review");
    chat.tap("Show answer").unwrap();
    chat.tap("Again").unwrap();
}

fn screen(chat: &Conversation) -> String {
    format!("{}\n{}", plain::text(chat.last()), plain::buttons(chat.last()))
}

#[test]
fn a_leech_gets_a_note() {
    let (mut chat, card) = nearly_a_leech();
    lapse(&mut chat);
    assert!(screen(&chat).contains("A leech") && screen(&chat).contains("forgotten this card 8 times"));
    chat.tap("Note").unwrap();
    assert!(screen(&chat).contains("Send it as a message"));
    // What is no note, while one is asked for.
    chat.say(&"too long ".repeat(60));
    assert!(screen(&chat).contains("That has 539 characters; a note takes 500."), "{}", screen(&chat));
    chat.intent(&Intent::Edited);
    assert_eq!(note::find(&chat.db, 7, &card).unwrap(), None);
    chat.say("  the system\nis shared ");
    assert_eq!(note::find(&chat.db, 7, &card).unwrap().as_deref(), Some("the system\nis shared"));
    assert!(chat.messages.values().any(|message| plain::text(&message.screen).contains("Kept. It stands")));
    chat.tap("Go on").unwrap();
    let leech = chat.messages.values().map(|message| plain::text(&message.screen));
    assert!(leech.clone().any(|text| text.contains("A leech") && text.contains("Your note: the system")));
    chat.tap("Keep it").unwrap();
    // The note stands on the back, in the drill and in the week's cards; words that follow are no note.
    chat.tap("Show answer").unwrap();
    let shown = |chat: &Conversation| {
        chat.messages.values().filter(|message| plain::text(&message.screen).contains("Your note: ")).count()
    };
    assert_eq!(shown(&chat), 1);
    chat.tap("Good").unwrap();
    chat.say("/cards 1");
    assert_eq!(shown(&chat), 0, "the question does not give it away");
    chat.tap("Show answer").unwrap();
    assert_eq!(shown(&chat), 1);
    chat.say("other words");
    assert_eq!(note::find(&chat.db, 7, &card).unwrap().as_deref(), Some("the system\nis shared"));
}

#[test]
fn a_leech_is_told_of_every_four_lapses() {
    let (mut chat, _) = nearly_a_leech();
    let mut told = Vec::new();
    for lapses in 8..=17 {
        lapse(&mut chat);
        if screen(&chat).contains("A leech") {
            told.push(lapses);
            chat.tap("Keep it").unwrap();
        }
        chat.tap("Show answer").unwrap();
        chat.tap("Good").unwrap();
    }
    assert_eq!(told, [8, 12, 16]);
}

#[test]
fn what_is_failed_again_before_it_was_recalled_is_told_once() {
    let (mut chat, _) = nearly_a_leech();
    lapse(&mut chat);
    assert!(screen(&chat).contains("A leech"));
    chat.tap("Keep it").unwrap();
    chat.tap("Show answer").unwrap();
    chat.tap("Good").unwrap();
    assert!(
        screen(&chat).contains("0 recalled at once · 1 in the drill · 1 new leech\n"),
        "{}",
        screen(&chat)
    );
    chat.now += chrono::TimeDelta::days(1);
    chat.say("/review");
    chat.tap("Show answer").unwrap();
    chat.tap("Again").unwrap();
    assert!(screen(&chat).contains("drill"), "{}", screen(&chat));
    chat.tap("Show answer").unwrap();
    chat.tap("Good").unwrap();
    assert!(screen(&chat).contains("0 recalled at once · 1 in the drill\n"), "{}", screen(&chat));
}

#[test]
fn a_note_whose_card_is_no_longer_open_is_not_kept() {
    let (mut chat, card) = nearly_a_leech();
    lapse(&mut chat);
    chat.tap("Note").unwrap();
    // As when the card leaves the decks while its note is awaited: no tap and no command leads here.
    chat.db.execute("update session set ended_at = 0", []).unwrap();
    chat.say("the system is shared");
    assert!(screen(&chat).contains("The card of this note is no longer open, so nothing was kept."));
    assert_eq!(note::find(&chat.db, 7, &card).unwrap(), None);
}

#[test]
fn a_note_is_deleted_and_replaced_and_belongs_to_one_learner() {
    let (mut chat, card) = nearly_a_leech();
    lapse(&mut chat);
    chat.tap("Note").unwrap();
    chat.say("first");
    chat.tap("Go on").unwrap();
    chat.tap("Note").unwrap();
    chat.say("second");
    assert_eq!(note::find(&chat.db, 7, &card).unwrap().as_deref(), Some("second"));
    assert_eq!(note::find(&chat.db, 8, &card).unwrap(), None);
    // A tap on the screen before comes too late.
    chat.tap_earlier("Back").unwrap();
    chat.tap("Note").unwrap();
    chat.tap("Delete note").unwrap();
    assert_eq!(note::find(&chat.db, 7, &card).unwrap(), None);
    chat.say("third");
    assert_eq!(note::find(&chat.db, 7, &card).unwrap(), None, "nothing asks for a note any more");
}
