//! A learner's own words on a card.

use super::session::At;
use super::{card, styled};
use crate::chat::screen::{Block, Rich, Screen, Span, Style};
use crate::chat::token::Act;
use crate::study::card::Card;

/// The most characters of a note.
pub const LONGEST: usize = 500;

/// "Your note: …"
#[must_use]
pub fn line(note: &str) -> Block {
    Block::Paragraph(Rich(vec![Span::bold("Your note: "), Span::Text(note.to_owned())]))
}

/// The same screen with the note below the answer, above a footer.
#[must_use]
pub fn below(mut screen: Screen, note: Option<&str>) -> Screen {
    if let Some(note) = note {
        let footer = matches!(screen.blocks.last(), Some(Block::Footer(_)));
        let at = screen.blocks.len() - usize::from(footer);
        screen.blocks.insert(at, line(note));
    }
    screen
}

/// Asks for a note, or says that it is kept.
#[must_use]
pub fn ask(at: At, card: &Card, note: Option<&str>, kept: bool) -> Screen {
    let mut screen = Screen {
        blocks: vec![Block::heading("A note on this card"), Block::Quote(card::front(card))],
        buttons: Vec::new(),
    };
    screen.blocks.extend(note.map(line));
    let says = match (note, kept) {
        (Some(_), true) => "Kept. It stands below the answer from now on.",
        (Some(_), false) => "Send other words to replace it.",
        (None, _) => {
            "Send it as a message: a hint, a picture in words, the mistake that you keep making. It will stand below the answer."
        }
    };
    screen = screen.block(Block::footer(says));
    let back = super::primary(if kept { "Go on" } else { "Back" }, &at.token(Act::Back));
    let drop = styled("Delete note", Style::Danger, &at.token(Act::DropNote));
    screen.row(std::iter::once(back).chain(note.map(|_| drop)))
}

/// A text that is too long for a note.
#[must_use]
pub fn too_long(characters: usize) -> Screen {
    Screen::line(format!(
        "That has {characters} characters; a note takes {LONGEST}. Send a shorter one, or /cancel. Nothing was changed."
    ))
}

/// The card that the note was for is not on the screen any more.
#[must_use]
pub fn gone() -> Screen {
    Screen::line("The card of this note is no longer open, so nothing was kept. Its menu (⋯) takes a note.")
        .row([super::primary("Review", &crate::chat::token::Token::Review)])
}

/// Short answers to taps.
pub mod toast {
    /// The note is deleted.
    pub const DELETED: &str = "Note deleted.";
}
