//! What of a learner's programs counts: hints as they were when a program came, prompts that were left, and which
//! program is their own.

mod common;

use std::time::Duration;

use chrono::{TimeZone as _, Utc};
use common::Conversation;
use liftoff::chat::plain;
use liftoff::service::Ending;
use liftoff::study::verdict::{Expected, Failure, Got, Outcome, Verdict};

fn at_the_prompt() -> Conversation {
    let mut chat = Conversation::new(Utc.with_ymd_and_hms(2026, 1, 5, 8, 0, 0).unwrap());
    chat.settle_in();
    chat.say("/start code_stable-softmax");
    chat.judges = false;
    chat
}

fn verdict(source: &str, passes: bool) -> Verdict {
    let failure = Failure {
        test: 0,
        name: "three values".into(),
        why: "basic formula".into(),
        visible: true,
        input: "softmax([1])".into(),
        expected: Expected::Value("[1.0]".into()),
        got: Got::Value("[0.0]".into()),
        printed: String::new(),
        trace: Vec::new(),
        say: None,
    };
    let outcome = if passes { Outcome::Passed } else { Outcome::Failed(Box::new(failure)) };
    let (passed, time) = (if passes { 6 } else { 5 }, Duration::from_millis(11));
    Verdict { outcome, passed, total: 6, time, source: source.to_owned(), mended: Vec::new() }
}

/// Judges what waits.
fn judge(chat: &mut Conversation, passes: bool) {
    let job = chat.service.next_submission(&chat.db, &[], chat.now).unwrap().expect("a program waits");
    let ending = Ending::Judged(Box::new(verdict(&job.readings[0].source, passes).into()));
    chat.end(job.submission, &ending);
}

fn number(chat: &Conversation, sql: &str) -> i64 {
    chat.db.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_hint_that_is_opened_while_a_program_waits_does_not_count_against_it() {
    let mut chat = at_the_prompt();
    chat.say("def softmax(z): return z");
    chat.tap("Hint 1").unwrap();
    judge(&mut chat, true);
    assert_eq!(number(&chat, "select quality from review"), 5);
    let said = plain::text(chat.last());
    assert!(said.contains("Passed at the first submission. Your best"), "{said}");
}

#[test]
fn failures_after_the_pass_and_hints_before_it_are_told_apart() {
    let mut chat = at_the_prompt();
    chat.tap("Hint 1").unwrap();
    for passes in [false, true, false, true] {
        chat.say("def softmax(z): return z");
        judge(&mut chat, passes);
        let said = plain::text(chat.last());
        let told =
            ["Passed at submission 2, with 1 hint.", "Passed again."].iter().any(|one| said.contains(one));
        assert_eq!(told, passes, "{said}");
    }
    assert!(plain::text(chat.last()).contains("Passed again."));
    assert_eq!(number(&chat, "select quality from review"), 4);
}

#[test]
fn help_and_failures_of_the_day_outlast_a_cancel() {
    for (help, quality) in [("hints", 3), ("failure", 4), ("nothing", 5)] {
        let mut chat = at_the_prompt();
        match help {
            "hints" => {
                chat.tap("Hint 1").unwrap();
                chat.tap("Hint 2").unwrap();
            }
            "failure" => {
                chat.say("def softmax(z): return z");
                judge(&mut chat, false);
            }
            _ => {}
        }
        chat.say("/cancel");
        chat.say("/start code_stable-softmax");
        chat.say("def softmax(z): return z");
        judge(&mut chat, true);
        assert_eq!(number(&chat, "select quality from review"), quality, "{help}");
    }
}

#[test]
fn help_of_another_day_is_forgotten() {
    let mut chat = at_the_prompt();
    chat.tap("Hint 1").unwrap();
    chat.say("def softmax(z): return z");
    judge(&mut chat, false);
    chat.say("/cancel");
    chat.travel(Utc.with_ymd_and_hms(2026, 1, 6, 12, 0, 0).unwrap());
    chat.say("/start code_stable-softmax");
    chat.say("def softmax(z): return z");
    judge(&mut chat, true);
    assert_eq!(number(&chat, "select quality from review"), 5);
}

#[test]
fn a_prompt_that_was_left_counts_nothing() {
    for passes in [true, false] {
        let mut chat = at_the_prompt();
        chat.say("def softmax(z): return z");
        chat.say("/review");
        judge(&mut chat, passes);
        assert!(plain::text(chat.last()).contains("nothing was counted"));
        assert_eq!(number(&chat, "select count(*) from review"), 0);
        let card = &"code-stable-softmax".into();
        let record = liftoff::store::submission::record(&chat.db, chat.who.learner, card).unwrap();
        assert_eq!((record.attempts, record.passed, record.best), (0, 0, None));
    }
}

#[test]
fn the_program_that_passed_outlasts_later_tries() {
    let mut chat = at_the_prompt();
    chat.say("def softmax(z): return 'the one that passed'");
    judge(&mut chat, true);
    for number in 0..7 {
        chat.say(&format!("def softmax(z): return {number}"));
        judge(&mut chat, false);
    }
    chat.tap("Compare").unwrap();
    let shown = plain::text(chat.last());
    assert!(shown.contains("the one that passed"), "{shown}");
    assert_eq!(number(&chat, "select count(*) from submission where source is not null"), 6);
}
