//! What the judge found: a verdict is kept, is a review where it is the first pass, and is said.

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::coding::{prompt, quality, screen};
use super::sitting::Sitting;
use super::turn::Turn;
use super::{Service, answering};
use crate::chat::intent::Reply;
use crate::store::session::{self, Face};
use crate::store::submission::{self, Submission, SubmissionOutcome};
use crate::store::{StoreError, learner};
use crate::study::reading::Found;
use crate::study::verdict::Verdict;
use crate::wording::code as words;

/// What the bot says about a submission.
#[derive(Debug)]
pub struct Judgement {
    /// Where it is said.
    pub chat: i64,
    /// What is said.
    pub reply: Reply,
    /// The learner wants HTML with Unicode formulas.
    pub plain_formulas: bool,
}

/// How a submission ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// It was judged.
    Judged(Box<Found>),
    /// It cannot be judged: Python does not run here, or a fault of ours stops it.
    NoJudge,
    /// Telegram does not hand out its file.
    LostFile,
}

impl Service {
    /// Ends a submission: keeps its verdict, moves the schedule, and says so. `None` when it was ended before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn judged(
        &self,
        db: &Connection,
        id: i64,
        ending: &Ending,
        now: DateTime<Utc>,
    ) -> Result<Option<Judgement>, StoreError> {
        let Some(waiting) = submission::open(db, id)? else { return Ok(None) };
        let Some(learner) = learner::find(db, waiting.learner)? else { return Ok(None) };
        let mut turn = Turn::unasked(db, &self.decks, learner, now);
        let Ending::Judged(found) = ending else {
            submission::judged(db, id, SubmissionOutcome::Dropped, None, now)?;
            turn.send(if *ending == Ending::LostFile { words::lost_file() } else { words::no_judge() });
            return judgement(turn).map(Some);
        };
        let verdict = &found.verdict;
        let Some(sitting) = asked(&turn, &waiting)? else {
            submission::judged(db, id, SubmissionOutcome::Dropped, Some(verdict), now)?;
            turn.send(words::left(verdict));
            return judgement(turn).map(Some);
        };
        let outcome = match verdict {
            verdict if verdict.is_pass() => SubmissionOutcome::Passed,
            verdict if verdict.was_run() => SubmissionOutcome::Failed,
            _ => SubmissionOutcome::NotRun,
        };
        submission::were_parts(db, &found.parts)?;
        submission::judged(db, id, outcome, Some(verdict), now)?;
        say_verdict(&mut turn, sitting, &waiting, verdict)?;
        judgement(turn).map(Some)
    }

    /// Ends a submission that nothing can be said about, because every try to say it met a fault.
    ///
    /// # Errors
    /// When the database fails.
    pub fn dropped(db: &Connection, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
        submission::judged(db, id, SubmissionOutcome::Dropped, None, now).map(drop)
    }

    /// Tells a learner that their submission waits until the judge is ready.
    ///
    /// # Errors
    /// When the database fails.
    pub fn preparing(
        &self,
        db: &Connection,
        learner: i64,
        percent: u8,
        now: DateTime<Utc>,
    ) -> Result<Option<Judgement>, StoreError> {
        let Some(learner) = learner::find(db, learner)? else { return Ok(None) };
        let mut turn = Turn::unasked(db, &self.decks, learner, now);
        turn.send(words::preparing(percent));
        judgement(turn).map(Some)
    }
}

fn judgement(turn: Turn<'_>) -> Result<Judgement, StoreError> {
    let chat = turn.learner.chat;
    let turned = turn.end()?;
    Ok(Judgement { chat, reply: turned.reply, plain_formulas: turned.plain_formulas })
}

/// The sitting whose prompt a program is for, if its learner is still at it.
fn asked(turn: &Turn<'_>, waiting: &Submission) -> Result<Option<Sitting>, StoreError> {
    let newest = session::newest(turn.db, turn.learner.id)?
        .filter(|newest| newest.id == waiting.session && newest.ended_at.is_none())
        .filter(|newest| newest.showing == waiting.position);
    newest.map(|session| Sitting::load(turn, session)).transpose()
}

/// Shows a verdict below the learner's program, and logs the review that a pass is.
fn say_verdict(
    turn: &mut Turn<'_>,
    mut sitting: Sitting,
    waiting: &Submission,
    verdict: &Verdict,
) -> Result<(), StoreError> {
    let item = sitting.current().cloned();
    if let (true, Some(item), Some((card, _))) = (verdict.is_pass(), item, prompt(turn, &sitting))
        && item.outcome.is_none()
    {
        // As it was when the program came: it may have waited.
        let hints = waiting.hints.unwrap_or(item.hints);
        let quality = quality(hints, submission::failures(turn.db, waiting)?, item.solution_shown);
        answering::log(turn, &mut sitting, card, quality, None)?;
    }
    sitting.session.face = Face::Verdict;
    sitting.session.step += 1;
    let screen = screen(turn, &sitting)?;
    turn.show_session_below(&mut sitting.session, screen)
}
