//! What a learner types: a command, the answer to a question, the answer to a card, or something else.

use super::turn::Turn;
use super::{
    answering, coding, done, note, overview, pause, portfolio, program, settings, setup, sitting, stats,
};
use crate::chat::command;
use crate::chat::token::Topic;
use crate::store::StoreError;
use crate::store::learner::Dialog;
use crate::wording::{help, trouble};

/// Longer texts are no answer to anything the bot asks.
const LONGEST: usize = 1_000;

/// Does what a text asks for. `code` is what it is as a program.
pub(super) fn text(turn: &mut Turn<'_>, text: &str, code: &str, message: i32) -> Result<(), StoreError> {
    let command = command::split(text);
    if turn.is_new {
        let link = command.filter(|(name, _)| name == "start").map(|(_, rest)| rest);
        setup::begin(turn, link);
        return Ok(());
    }
    if let Some((name, rest)) = command {
        return run(turn, text, &name, rest);
    }
    if text.trim().is_empty() {
        turn.send(help::empty());
        return Ok(());
    }
    if matches!(turn.learner.dialog, Some(Dialog::Ask(_))) && is_program(text) {
        // No setting has such a value: it is meant for the open prompt.
        turn.learner.dialog = None;
    }
    if turn.learner.dialog.is_none() && program::typed(turn, text, code)? {
        return Ok(());
    }
    if turn.learner.dialog == Some(Dialog::Note) {
        return note::typed(turn, text, message);
    }
    let characters = text.chars().count();
    if characters > LONGEST {
        turn.send(if program::looks_like_code(text) {
            trouble::program()
        } else {
            help::too_long(characters)
        });
        return Ok(());
    }
    match turn.learner.dialog {
        Some(Dialog::Setup(question)) => setup::typed(turn, question, text),
        Some(Dialog::Ask(topic)) => settings::answered(turn, topic, text),
        // A note was taken before.
        None | Some(Dialog::Note) => {
            if !answering::typed(turn, text, message)? {
                let program = program::looks_like_code(text);
                turn.send(if program { trouble::program() } else { help::unknown(text, nearest(text)) });
            }
            Ok(())
        }
    }
}

/// Whether a text is a program beyond doubt: "(GMT+1) Berlin" is none.
fn is_program(text: &str) -> bool {
    program::looks_like_code(text) && (text.trim().contains('\n') || text.trim_start().starts_with("def "))
}

fn nearest(text: &str) -> Option<&'static str> {
    command::nearest(text.split_whitespace().next().unwrap_or_default())
}

fn run(turn: &mut Turn<'_>, text: &str, name: &str, rest: &str) -> Result<(), StoreError> {
    if let Some(Dialog::Setup(question)) = turn.learner.dialog {
        match name {
            "start" | "help" | "cancel" => {}
            // What is no command does not end the questions.
            _ if !command::COMMANDS.iter().any(|known| known.name == name) => {}
            // Typed for the question that is open: "/timezone Lisbon" answers "Where are you?".
            "timezone" if question.topic() == Topic::Zone => return setup::typed(turn, question, rest),
            "remind" if question.topic() == Topic::Reminder => return setup::typed(turn, question, rest),
            _ => setup::leave(turn)?,
        }
    } else if name != "cancel" {
        turn.learner.dialog = None;
    }
    match name {
        "start" => start(turn, rest),
        "today" | "menu" => overview::today(turn),
        "plan" => overview::plan_command(turn, rest),
        "week" => overview::week_command(turn, rest),
        "cards" => overview::cards_command(turn, rest),
        "review" => sitting::review(turn, None),
        "quiz" => overview::quiz_command(turn, rest),
        "code" => overview::code_command(turn, rest),
        "done" => done::command(turn, rest),
        "stats" => stats::show(turn),
        "portfolio" => portfolio::command(turn, rest),
        "undo" => answering::undo_command(turn),
        "undone" => {
            turn.send(help::undone(turn.week()));
            Ok(())
        }
        "remind" if rest.is_empty() => settings::choose(turn, Topic::Reminder),
        "remind" => settings::set_typed(turn, Topic::Reminder, rest),
        "stop" => settings::stop(turn),
        "pause" => pause::command(turn, rest),
        "resume" => pause::resume(turn),
        "timezone" if rest.is_empty() => settings::choose(turn, Topic::Zone),
        "timezone" => settings::set_typed(turn, Topic::Zone, rest),
        "interview" if rest.is_empty() => settings::choose(turn, Topic::Interview),
        "interview" => settings::set_typed(turn, Topic::Interview, rest),
        "settings" if rest.is_empty() => settings::overview(turn),
        "settings" => settings::command(turn, rest),
        "help" => {
            turn.send(help::help());
            Ok(())
        }
        "cancel" => cancel(turn),
        _ => {
            let typed = text.split_whitespace().next().unwrap_or(text);
            turn.send(help::unknown(typed, nearest(typed)));
            Ok(())
        }
    }
}

/// `/start`: the first questions again where they were left, or today; a link leads to its place.
fn start(turn: &mut Turn<'_>, payload: &str) -> Result<(), StoreError> {
    if let Some(Dialog::Setup(question)) = turn.learner.dialog {
        setup::go_back(turn, question, payload);
        return Ok(());
    }
    if turn.learner.next_reminder_at.is_none() {
        // Blocked for a while, or never set: the reminder finds its way again.
        turn.plan_reminder()?;
    }
    follow_link(turn, Some(payload))
}

/// Goes where a deep link leads: `week_3`, `cards_3`, `quiz`, `quiz_3`, `code`, `code_softmax`, `review`; otherwise
/// to today.
pub(super) fn follow_link(turn: &mut Turn<'_>, payload: Option<&str>) -> Result<(), StoreError> {
    let payload = payload.unwrap_or_default();
    let (name, number) = payload.split_once('_').unwrap_or((payload, ""));
    if name == "code" && !number.is_empty() && coding::begin_named(turn, number)? {
        return Ok(());
    }
    match (name, overview::week_number(number)) {
        ("week", Some(week)) => overview::week(turn, week, true),
        ("cards", Some(week)) => overview::leaf(turn, week, 0, false),
        ("quiz", Some(week)) => sitting::quiz(turn, Some(week)),
        ("quiz", None) if number.is_empty() => sitting::quiz(turn, None),
        ("code", None) if number.is_empty() => coding::begin(turn, None),
        ("review", None) if number.is_empty() => sitting::review(turn, None),
        ("" | "today", _) => overview::today_below(turn),
        _ => {
            turn.send(trouble::unknown_link());
            overview::today_below(turn)
        }
    }
}

/// `/cancel`: leaves a question, or the session.
fn cancel(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    match turn.learner.dialog {
        Some(Dialog::Setup(_)) => {
            setup::leave(turn)?;
            overview::today(turn)
        }
        Some(Dialog::Ask(_)) => {
            turn.learner.dialog = None;
            turn.send(help::cancelled());
            Ok(())
        }
        Some(Dialog::Note) => {
            if !note::cancel(turn)? {
                turn.send(help::cancelled());
            }
            Ok(())
        }
        None => {
            if !sitting::cancel(turn)? {
                turn.send(help::nothing_to_cancel());
            }
            Ok(())
        }
    }
}

/// A learner's words for a rating, as the buttons name them.
pub(super) fn rating(text: &str) -> Option<crate::study::sm2::Quality> {
    use crate::study::sm2::Rating;
    let rating = match text.trim().to_lowercase().as_str() {
        "again" => Rating::Again,
        "hard" => Rating::Hard,
        "good" => Rating::Good,
        "easy" => Rating::Easy,
        _ => return None,
    };
    Some(rating.quality())
}
