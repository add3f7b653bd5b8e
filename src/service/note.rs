//! Notes on cards: the next text after a tap on "Note" is the note.

use super::sitting::{self, Sitting};
use super::turn::Turn;
use crate::store::learner::Dialog;
use crate::store::session::Face;
use crate::store::{StoreError, note};
use crate::study::card::{Card, Kind};
use crate::wording::note as words;

/// Asks for a note on the card on the screen.
pub(super) fn ask(turn: &mut Turn<'_>, mut sitting: Sitting, card: &Card) -> Result<(), StoreError> {
    let face = sitting.session.face;
    sitting.turn_to(turn, face);
    turn.learner.dialog = Some(Dialog::Note);
    let note = note::find(turn.db, turn.learner.id, &card.id)?;
    let screen = words::ask(sitting.at(), card, note.as_deref(), false);
    turn.show_session(&mut sitting.session, screen)
}

/// Deletes the note on the card on the screen.
pub(super) fn drop(turn: &mut Turn<'_>, card: &Card) -> Result<(), StoreError> {
    if note::delete(turn.db, turn.learner.id, &card.id)? {
        turn.toast(words::toast::DELETED);
    }
    Ok(())
}

/// The open session and its card, if a note can be taken on it.
fn open<'d>(turn: &Turn<'d>) -> Result<Option<(Sitting, &'d Card)>, StoreError> {
    let Some(sitting) = sitting::open(turn)? else { return Ok(None) };
    let card = sitting.card(turn).map(|(card, _)| card).filter(|card| card.kind != Kind::Code);
    let asks = matches!(sitting.session.face, Face::Menu | Face::Leech);
    Ok(card.filter(|_| asks).map(|card| (sitting, card)))
}

/// The text after the question.
pub(super) fn typed(turn: &mut Turn<'_>, text: &str, message: i32) -> Result<(), StoreError> {
    let text = text.trim();
    let characters = text.chars().count();
    if characters > words::LONGEST {
        turn.send(words::too_long(characters));
        return Ok(());
    }
    turn.learner.dialog = None;
    let Some((mut sitting, card)) = open(turn)? else {
        turn.send(words::gone());
        return Ok(());
    };
    note::keep(turn.db, turn.learner.id, &card.id, text, turn.now)?;
    let face = sitting.session.face;
    sitting.turn_to(turn, face);
    let screen = words::ask(sitting.at(), card, Some(text), true);
    turn.show_typed(&sitting.session, screen, message)
}

/// `/cancel`: the card comes back as it was.
pub(super) fn cancel(turn: &mut Turn<'_>) -> Result<bool, StoreError> {
    turn.learner.dialog = None;
    let Some((sitting, _)) = open(turn)? else { return Ok(false) };
    sitting::show(turn, sitting)?;
    Ok(true)
}
