//! What the judge found: a verdict is kept, is a review where it is the first pass, and is said.

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::coding::{place_of, prompt, quality, screen};
use super::sitting::Sitting;
use super::turn::Turn;
use super::{Service, answering};
use crate::chat::intent::Reply;
use crate::store::session::{self, Face};
use crate::store::submission::{self, Submission, SubmissionOutcome};
use crate::store::{StoreError, learner};
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
    Judged(Box<Verdict>),
    /// Python does not run here.
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
        let verdict = match ending {
            Ending::Judged(verdict) => Some(&**verdict),
            Ending::NoJudge | Ending::LostFile => None,
        };
        let outcome = match verdict {
            None => SubmissionOutcome::Dropped,
            Some(verdict) if verdict.is_pass() => SubmissionOutcome::Passed,
            Some(verdict) if verdict.was_run() => SubmissionOutcome::Failed,
            Some(_) => SubmissionOutcome::NotRun,
        };
        submission::judged(db, id, outcome, verdict, now)?;
        let Some(learner) = learner::find(db, waiting.learner)? else { return Ok(None) };
        let mut turn = Turn::unasked(db, &self.decks, learner, now);
        match (ending, verdict) {
            (_, Some(verdict)) => say_verdict(&mut turn, &waiting, verdict)?,
            (Ending::LostFile, None) => turn.send(words::lost_file()),
            (_, None) => turn.send(words::no_judge()),
        }
        judgement(turn).map(Some)
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

/// Shows a verdict below the learner's program, and logs the review that a pass is.
fn say_verdict(turn: &mut Turn<'_>, waiting: &Submission, verdict: &Verdict) -> Result<(), StoreError> {
    let newest = session::newest(turn.db, turn.learner.id)?
        .filter(|newest| newest.id == waiting.session && newest.ended_at.is_none())
        .filter(|newest| newest.showing == waiting.position);
    let Some(session) = newest else {
        turn.send(words::left(verdict));
        return Ok(());
    };
    let mut sitting = Sitting::load(turn, session)?;
    let item = sitting.current().cloned();
    if let (true, Some(item), Some((card, _))) = (verdict.is_pass(), item, prompt(turn, &sitting))
        && item.outcome.is_none()
    {
        let failures = submission::failures(turn.db, place_of(&sitting.session))?;
        answering::log(turn, &mut sitting, card, quality(&item, failures, false), None)?;
    }
    sitting.session.face = Face::Verdict;
    sitting.session.step += 1;
    let screen = screen(turn, &sitting)?;
    turn.show_session_below(&mut sitting.session, screen)
}
