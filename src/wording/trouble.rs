//! When something is not as expected: messages that are no text, groups, and faults of ours.

use super::{button, primary};
use crate::chat::intent::Attachment;
use crate::chat::screen::Screen;
use crate::chat::token::Token;

/// A message that is no text.
#[must_use]
pub fn attachment(kind: Attachment) -> Screen {
    let text = match kind {
        Attachment::Sticker => "A sticker: thank you, but I read words only.",
        Attachment::Picture => "I can't read pictures. Send the answer as text.",
        Attachment::Recording => "I can't listen or watch. Send the answer as text.",
        Attachment::Other => "I read words only.",
    };
    Screen::line(format!("{text} Nothing was counted; /today goes on."))
        .row([primary("Today", &Token::Today), button("Help", &Token::Help)])
}

/// A file, where no coding prompt waits for one.
#[must_use]
pub fn file() -> Screen {
    no_prompt("A file: I read .py files as answers to a coding prompt, and none is open. /code opens one.")
}

/// A program, where no coding prompt waits for one.
#[must_use]
pub fn program() -> Screen {
    no_prompt("That looks like a program, but no coding prompt is open. /code opens one.")
}

fn no_prompt(text: &str) -> Screen {
    Screen::line(text).row([primary("Code", &Token::Code(None)), button("Today", &Token::Today)])
}

/// A message was changed after it had been sent.
#[must_use]
pub fn edited() -> Screen {
    Screen::line(
        "I have already read that message as it was, and I don't follow changes. Send it anew if it matters; /undo takes back an answer.",
    )
}

/// A fault of ours. `reference` finds it in the log.
#[must_use]
pub fn fault(reference: &str) -> Screen {
    Screen::line(format!(
        "Something broke on our side; nothing you did before is lost. Reference {reference}. /today goes on."
    ))
    .row([primary("Today", &Token::Today)])
}

/// The same, as a short answer to a tap.
#[must_use]
pub fn fault_toast(reference: &str) -> String {
    format!("Something broke on our side; nothing is lost. Reference {reference}.")
}

/// The bot was written to in a group.
#[must_use]
pub fn in_group() -> Screen {
    Screen::line("I study with one person at a time: write to me in a private chat.")
}

/// A link that opened the bot names something that is not there.
#[must_use]
pub fn unknown_link() -> Screen {
    Screen::line("That link names something I don't have. Here is today.")
}
