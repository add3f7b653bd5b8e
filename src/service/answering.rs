//! Answers within a session: by a tap, by a typed text, and taken back.

use super::sitting::{self, Sitting};
use super::turn::Turn;
use super::{coding, note};
use crate::chat::token::{Act, Token};
use crate::store::StoreError;
use crate::store::review::{self, Answer, ReviewKind};
use crate::store::session::{self, Face, Item, ItemOutcome, Mode, Session, SessionKind};
use crate::study::card::{Card, Kind};
use crate::study::grading::{self, ClozeVerdict, NumericVerdict};
use crate::study::sm2::Quality;
use crate::wording::session::{self as words, Verdict, toast};

/// After so many lapses a card is a leech, and is told of.
pub(super) const LEECH: u32 = 8;
/// And again after so many more.
const LEECH_AGAIN: u32 = 4;

const RIGHT: Quality = quality(4);
const WRONG: Quality = quality(1);
const UNKNOWN: Quality = quality(0);

const fn quality(number: u8) -> Quality {
    match Quality::new(number) {
        Some(quality) => quality,
        None => panic!("SM-2 knows qualities 0 to 5"),
    }
}

/// A tap on a button of a session.
pub(super) fn act(turn: &mut Turn<'_>, id: i64, step: u32, act: Act) -> Result<(), StoreError> {
    let Some(session) = session::find(turn.db, turn.learner.id, id)? else {
        return stale(turn, toast::UNKNOWN, false);
    };
    let newest = session::newest(turn.db, turn.learner.id)?.is_some_and(|newest| newest.id == id);
    if session.ended_at.is_some() || !newest {
        return stale(turn, toast::OVER, session.kind == SessionKind::Code);
    }
    if session.step != step {
        return stale_step(turn, session, act);
    }
    let mut sitting = Sitting::load(turn, session)?;
    if sitting.session.kind == SessionKind::Code {
        return coding::act(turn, sitting, act);
    }
    let Some((card, _)) = sitting.card(turn) else {
        // The card left the decks while it was on the screen.
        sitting.advance(turn)?;
        return sitting::show(turn, sitting);
    };
    match (act, sitting.session.face) {
        (Act::Undo, _) => return undo(turn, &sitting.session),
        (Act::End, _) => sitting.end(turn),
        (Act::Show, Face::Front) => sitting.turn_to(turn, Face::Back),
        (Act::Rate(number), Face::Back) => {
            let Some(quality) = Quality::new(number) else { return stale(turn, toast::UNKNOWN, false) };
            let given = sitting.current().and_then(|item| item.given.clone());
            answer(turn, &mut sitting, card, quality, given, false)?;
        }
        (Act::Pick(index), Face::Front) if card.kind == Kind::Choice => {
            let option = card.choice.as_ref().and_then(|choice| choice.options.get(usize::from(index)));
            let Some(option) = option else { return stale(turn, toast::UNKNOWN, false) };
            let quality = if option.correct { RIGHT } else { WRONG };
            answer(turn, &mut sitting, card, quality, Some(index.to_string()), true)?;
        }
        (Act::DontKnow, Face::Front) => answer(turn, &mut sitting, card, UNKNOWN, None, true)?,
        (Act::Next, Face::Verdict | Face::Leech) => sitting.advance(turn)?,
        (Act::Overrule, Face::Verdict) => overrule(turn, &mut sitting, card)?,
        (Act::Menu, Face::Front | Face::Back | Face::Verdict) => sitting.turn_to(turn, Face::Menu),
        (Act::Note, Face::Menu | Face::Leech) => return note::ask(turn, sitting, card),
        (Act::DropNote, face @ (Face::Menu | Face::Leech)) => {
            note::drop(turn, card)?;
            sitting.turn_to(turn, face);
        }
        (Act::Back, Face::Leech) => sitting.turn_to(turn, Face::Leech),
        (Act::Back, Face::Menu) => {
            let answered = sitting.current().is_some_and(|item| item.outcome.is_some());
            sitting.turn_to(turn, if answered { Face::Verdict } else { Face::Front });
        }
        (Act::Skip, Face::Front) => {
            sitting.settle(turn, Some(ItemOutcome::Skipped), None, None)?;
            sitting.advance(turn)?;
        }
        (Act::Bury, Face::Menu) => {
            review::bury(turn.db, turn.learner.id, &card.id, turn.today() + 1)?;
            sitting.settle(turn, Some(ItemOutcome::Buried), None, None)?;
            turn.toast(toast::BURIED);
            sitting.advance(turn)?;
        }
        (Act::Suspend, Face::Menu | Face::Leech) => {
            review::suspend(turn.db, turn.learner.id, &card.id)?;
            if sitting.current().is_some_and(|item| item.outcome.is_none()) {
                sitting.settle(turn, Some(ItemOutcome::Suspended), None, None)?;
            }
            turn.toast(toast::SUSPENDED);
            sitting.advance(turn)?;
        }
        _ => return stale(turn, toast::ALREADY, false),
    }
    sitting::show(turn, sitting)
}

/// A tap whose session is over or not there: says so and offers to go on.
fn stale(turn: &mut Turn<'_>, said: &str, coding: bool) -> Result<(), StoreError> {
    turn.toast(said);
    turn.replace_buttons(words::over_buttons(coding));
    Ok(())
}

/// A tap on an earlier step of an open session. The session's own message is shown as it stands now, in case
/// an edit was lost; any other message loses its buttons.
fn stale_step(turn: &mut Turn<'_>, session: Session, act: Act) -> Result<(), StoreError> {
    let turns = session.kind == SessionKind::Code
        || matches!(act, Act::Show | Act::Next | Act::Menu | Act::Back | Act::Note | Act::DropNote);
    let said = if turns { toast::DONE } else { toast::ALREADY };
    let own = session.message.is_none() || session.message == turn.tapped();
    if !own {
        return stale(turn, said, session.kind == SessionKind::Code);
    }
    turn.toast(said);
    let sitting = Sitting::load(turn, session)?;
    sitting::show(turn, sitting)
}

/// Logs an answer to the current card and goes on: to the verdict where the bot graded, to the leech's screen
/// where it has become one, otherwise to the next card.
fn answer(
    turn: &Turn<'_>,
    sitting: &mut Sitting,
    card: &Card,
    quality: Quality,
    given: Option<String>,
    graded: bool,
) -> Result<(), StoreError> {
    let before = review::scheduled(turn.db, turn.learner.id, &card.id)?.map_or(0, |place| place.lapses);
    let place = log(turn, sitting, card, quality, given)?;
    // What is failed again before it was recalled has not lapsed once more.
    let leech = place.map(|place| place.lapses).filter(|lapses| {
        *lapses > before && *lapses >= LEECH && (lapses - LEECH).is_multiple_of(LEECH_AGAIN)
    });
    if leech.is_some() {
        sitting.turn_to(turn, Face::Leech);
    } else if graded {
        sitting.turn_to(turn, Face::Verdict);
    } else {
        sitting.advance(turn)?;
    }
    Ok(())
}

/// Logs a review of the current item's card and notes it there.
pub(super) fn log(
    turn: &Turn<'_>,
    sitting: &mut Sitting,
    card: &Card,
    quality: Quality,
    given: Option<String>,
) -> Result<Option<review::Scheduled>, StoreError> {
    let kind = match sitting.current().map(|item| item.mode) {
        Some(Mode::Due | Mode::New) => ReviewKind::Review,
        Some(Mode::Drill) => ReviewKind::Drill,
        Some(Mode::Practice) | None => ReviewKind::Practice,
    };
    let (id, place) = review::log(
        turn.db,
        &Answer {
            learner: turn.learner.id,
            card: &card.id,
            rev: card.rev,
            session: Some(sitting.session.id),
            kind,
            quality,
            study_day: turn.today(),
            at: turn.now,
            took_ms: (turn.now - sitting.session.shown_at).num_milliseconds().max(0),
        },
    )?;
    sitting.settle(turn, Some(ItemOutcome::Answered), Some((id, quality)), given)?;
    Ok(place)
}

/// "I was right": the wrong verdict is taken back and the answer counts as right.
fn overrule(turn: &mut Turn<'_>, sitting: &mut Sitting, card: &Card) -> Result<(), StoreError> {
    let Some(item) = sitting.current().filter(|item| item.quality == Some(WRONG.get())) else {
        return Ok(());
    };
    let given = item.given.clone();
    let last = review::last(turn.db, turn.learner.id)?.filter(|last| Some(last.id) == item.review);
    if let Some(last) = last {
        review::undo(turn.db, turn.learner.id, &last, turn.now)?;
        log(turn, sitting, card, RIGHT, given)?;
        turn.toast(toast::OVERRULED);
    }
    sitting.turn_to(turn, Face::Verdict);
    Ok(())
}

/// The option or text that an item was answered with.
pub(super) fn given<'i>(card: &Card, item: &'i Item) -> (Option<usize>, Option<&'i str>) {
    let given = item.given.as_deref();
    if card.kind == Kind::Choice { (given.and_then(|index| index.parse().ok()), None) } else { (None, given) }
}

/// How an item that the bot graded came out.
pub(super) fn verdict(card: &Card, item: &Item) -> Verdict {
    match item.quality {
        Some(4..) => Verdict::Right,
        _ if item.given.is_none() => Verdict::Unknown,
        _ => match (&card.cloze, item.given.as_deref()) {
            (Some(cloze), Some(given)) if is_near(&grading::cloze(cloze, given)) => Verdict::Near,
            _ => Verdict::Wrong,
        },
    }
}

fn is_near(verdict: &ClozeVerdict) -> bool {
    match verdict {
        ClozeVerdict::Wrong { blanks } => blanks.iter().all(|blank| blank.right || blank.near),
        _ => false,
    }
}

/// A text that may answer the card on the screen. `false` when no session waits for words.
pub(super) fn typed(turn: &mut Turn<'_>, text: &str, message: i32) -> Result<bool, StoreError> {
    let Some(mut sitting) = sitting::open(turn)? else { return Ok(false) };
    if sitting.session.kind == SessionKind::Code {
        return Ok(false);
    }
    let Some((card, _)) = sitting.card(turn) else { return Ok(false) };
    if sitting.session.study_day != turn.today() && sitting.session.face != Face::Front {
        return Ok(false);
    }
    match sitting.session.face {
        Face::Front => match typed_on_front(turn, &mut sitting, card, text)? {
            Taken::Answered => {}
            Taken::Refused => return Ok(true),
            Taken::NotMeant => return say_tap(turn, text),
        },
        Face::Back => {
            let Some(quality) = super::text::rating(text) else { return say_tap(turn, text) };
            let given = sitting.current().and_then(|item| item.given.clone());
            answer(turn, &mut sitting, card, quality, given, false)?;
        }
        Face::Verdict | Face::Menu | Face::Leech | Face::Sure => return say_tap(turn, text),
    }
    let screen = sitting.screen(turn)?;
    turn.show_typed(&sitting.session, screen, message)?;
    Ok(true)
}

/// Words that the open screen does not wait for: a mistyped command is left to the general answer.
fn say_tap(turn: &mut Turn<'_>, text: &str) -> Result<bool, StoreError> {
    if crate::chat::command::nearest(text).is_some() {
        return Ok(false);
    }
    let session = sitting::open(turn)?.map(|sitting| (sitting.session.kind, sitting.session.week));
    turn.send(words::tap_a_button(&match session {
        Some((SessionKind::Quiz, week)) => Token::Quiz(week),
        Some((SessionKind::Checkpoint, Some(week))) => Token::Checkpoint(week),
        _ => Token::Review,
    }));
    Ok(true)
}

/// What became of a text that may be an answer.
enum Taken {
    /// It was graded, or kept beside the answer.
    Answered,
    /// It could not be one, which was said.
    Refused,
    /// It was not meant as one.
    NotMeant,
}

/// Takes a text as the answer to the question on the screen.
fn typed_on_front(
    turn: &mut Turn<'_>,
    sitting: &mut Sitting,
    card: &Card,
    text: &str,
) -> Result<Taken, StoreError> {
    let given = Some(text.trim().to_owned());
    if let Some(numeric) = &card.numeric {
        let quality = match grading::numeric(numeric, text) {
            NumericVerdict::Right => RIGHT,
            NumericVerdict::Wrong { .. } => WRONG,
            NumericVerdict::NotANumber => {
                turn.send(words::not_a_number(text));
                return Ok(Taken::Refused);
            }
        };
        answer(turn, sitting, card, quality, given, true)?;
    } else if let Some(cloze) = &card.cloze {
        let quality = match grading::cloze(cloze, text) {
            ClozeVerdict::Right => RIGHT,
            ClozeVerdict::Wrong { .. } => WRONG,
            ClozeVerdict::TooFew { wanted } => {
                turn.send(words::too_few_blanks(wanted));
                return Ok(Taken::Refused);
            }
        };
        answer(turn, sitting, card, quality, given, true)?;
    } else if let Some(choice) = &card.choice {
        let letter = text.trim().to_uppercase();
        let order = sitting.order(card);
        let picked = order
            .iter()
            .enumerate()
            .find(|(place, _)| crate::wording::card::letter(*place) == letter)
            .and_then(|(_, index)| choice.options.get(*index).map(|option| (*index, option.correct)));
        let Some((index, correct)) = picked else { return Ok(Taken::NotMeant) };
        let quality = if correct { RIGHT } else { WRONG };
        answer(turn, sitting, card, quality, Some(index.to_string()), true)?;
    } else {
        // A recall that was written out: kept beside the answer, graded by the learner.
        sitting.settle(turn, None, None, given)?;
        sitting.turn_to(turn, Face::Back);
    }
    Ok(Taken::Answered)
}

/// The button: takes this session's last answer back and asks its card again.
fn undo(turn: &mut Turn<'_>, session: &Session) -> Result<(), StoreError> {
    let last = review::last(turn.db, turn.learner.id)?;
    if last.is_none_or(|last| last.session != Some(session.id)) {
        turn.toast(toast::NOTHING_HERE);
        return Ok(());
    }
    undo_last(turn).map(drop)
}

/// `/undo`: takes the last answer back, of whatever session.
pub(super) fn undo_command(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    if !undo_last(turn)? {
        turn.send(words::nothing_to_undo(turn.week()));
    }
    Ok(())
}

fn undo_last(turn: &mut Turn<'_>) -> Result<bool, StoreError> {
    let Some(last) = review::last(turn.db, turn.learner.id)? else { return Ok(false) };
    review::undo(turn.db, turn.learner.id, &last, turn.now)?;
    turn.toast(toast::UNDONE);
    let newest =
        session::newest(turn.db, turn.learner.id)?.filter(|session| Some(session.id) == last.session);
    let Some(newest) = newest else {
        let card = turn.decks.card(&last.card).map(|(card, _)| card);
        turn.show(words::undone(card));
        sitting::unlearned(turn, &last.card)?;
        return Ok(true);
    };
    let mut sitting = Sitting::load(turn, newest)?;
    let position = sitting.items.iter().find(|item| item.review == Some(last.id)).map(|item| item.position);
    if let Some(position) = position {
        sitting.session.showing = position;
        sitting.session.ended_at = None;
        sitting.settle(turn, None, None, None)?;
        session::drop_drill_behind(turn.db, sitting.session.id, position)?;
        sitting.items = session::items(turn.db, sitting.session.id)?;
        sitting.turn_to(turn, Face::Front);
    }
    sitting::show(turn, sitting)?;
    Ok(true)
}
