//! Programs handed in: which messages and files are one, and what of them the judge takes next.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;

use super::coding::{place_of, prompt};
use super::sitting::{self, Sitting};
use super::turn::Turn;
use super::{Call, Service};
use crate::chat::intent::Attachment;
use crate::store::StoreError;
use crate::store::session::SessionKind;
use crate::store::submission::{self, HandedIn, Program, Submission, SubmissionOutcome};
use crate::study::card::{Card, CardId};
use crate::study::mend;
use crate::study::reading::{Earlier, Fate, Reading};
use crate::wording::code as words;

/// A message of so many UTF-16 units was probably cut by the learner's app, so the rest is on its way.
const LONG: usize = 3_000;
/// How long the judge waits for that rest.
const HOLD: TimeDelta = TimeDelta::milliseconds(1_500);

/// A text while a coding prompt is open, as it is shown and as a program. `false` when none is.
pub(super) fn typed(turn: &mut Turn<'_>, text: &str, source: &str) -> Result<bool, StoreError> {
    let Some(sitting) = open(turn)? else { return Ok(false) };
    let Some((card, code)) = prompt(turn, &sitting) else { return Ok(false) };
    if !looks_like_code(source) {
        if crate::chat::command::nearest(text).is_some() {
            return Ok(false);
        }
        turn.send(words::send_code(&code.entry, None));
        return Ok(true);
    }
    let hold = if text.encode_utf16().count() >= LONG { HOLD } else { TimeDelta::zero() };
    hand_in(turn, &sitting, card, Program::Text(source), hold)?;
    Ok(true)
}

/// A file, which may be a program.
pub(super) fn file(turn: &mut Turn<'_>, id: &str, name: Option<&str>, size: u64) -> Result<(), StoreError> {
    let sitting = open(turn)?;
    let Some((sitting, card)) =
        sitting.and_then(|sitting| prompt(turn, &sitting).map(|(card, _)| (sitting, card)))
    else {
        turn.send(crate::wording::trouble::file());
        return Ok(());
    };
    let ending = name.and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending.to_lowercase());
    if !matches!(ending.as_deref(), Some("py" | "txt")) {
        turn.send(words::not_a_program(name));
    } else if size > 2 * mend::LONGEST as u64 {
        turn.send(words::large_file(size));
    } else {
        hand_in(turn, &sitting, card, Program::File(id), TimeDelta::zero())?;
    }
    Ok(())
}

/// Something else than a text or a file. `false` when no coding prompt is open.
pub(super) fn attachment(turn: &mut Turn<'_>, kind: Attachment) -> Result<bool, StoreError> {
    let Some(sitting) = open(turn)? else { return Ok(false) };
    let Some((_, code)) = prompt(turn, &sitting) else { return Ok(false) };
    turn.send(words::send_code(&code.entry, Some(kind)));
    Ok(true)
}

/// The open session, if it is one of coding prompts.
fn open(turn: &Turn<'_>) -> Result<Option<Sitting>, StoreError> {
    Ok(sitting::open(turn)?.filter(|sitting| sitting.session.kind == SessionKind::Code))
}

fn hand_in(
    turn: &mut Turn<'_>,
    sitting: &Sitting,
    card: &Card,
    program: Program<'_>,
    hold: TimeDelta,
) -> Result<(), StoreError> {
    let item = place_of(&sitting.session);
    submission::mark_parts(turn.db, item, turn.now)?;
    let hints = sitting.current().map_or(0, |item| item.hints);
    let new = HandedIn { learner: turn.learner.id, item, card: &card.id, program, hints, at: turn.now, hold };
    submission::hand_in(turn.db, &new)?;
    turn.typing();
    turn.call(Call::HandedIn);
    Ok(())
}

/// Whether a text is meant as a program rather than said to the bot.
pub(super) fn looks_like_code(text: &str) -> bool {
    const STARTS: [&str; 15] = [
        "def ", "class ", "import ", "from ", "return", "for ", "while ", "if ", "elif ", "else:", "@", "#",
        "```", "try:", "with ",
    ];
    text.trim_end().contains('\n')
        || text.lines().any(|line| STARTS.iter().any(|start| line.trim_start().starts_with(start)))
        || (text.contains('=') || text.contains('(') && text.contains(')'))
            && !text.trim_end().ends_with(['?', '.'])
}

/// A submission, as the judge takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its row.
    pub submission: i64,
    /// Whose it is; one learner has one under way.
    pub learner: i64,
    /// The prompt.
    pub card: CardId,
    /// The file that has to be fetched first.
    pub file: Option<String>,
    /// What the learner's messages may mean, the likeliest first.
    pub readings: Vec<Reading>,
}

impl Service {
    /// The submission to judge next, if one waits. Learners in `busy` have one under way.
    ///
    /// # Errors
    /// When the database fails.
    pub fn next_submission(
        &self,
        db: &Connection,
        busy: &[i64],
        now: DateTime<Utc>,
    ) -> Result<Option<Job>, StoreError> {
        let Some(submission) = submission::next(db, busy, now)? else { return Ok(None) };
        self.job(db, submission).map(Some)
    }

    /// The same submission after its file was fetched.
    ///
    /// # Errors
    /// When the database fails.
    pub fn fetched(&self, db: &Connection, id: i64, source: &str) -> Result<Option<Job>, StoreError> {
        submission::fetched(db, id, source)?;
        submission::open(db, id)?.map(|submission| self.job(db, submission)).transpose()
    }

    fn job(&self, db: &Connection, submission: Submission) -> Result<Job, StoreError> {
        let code = self.decks.card(&submission.card).and_then(|(card, _)| card.code.as_ref());
        let entry = code.map_or("", |code| code.entry.as_str());
        let readings = match (&submission.source, &submission.file) {
            (Some(source), None) => readings(entry, source, &submission::before(db, &submission)?),
            (Some(source), Some(_)) => vec![Reading::of_file(source)],
            (None, _) => Vec::new(),
        };
        let file = submission.file.filter(|_| submission.source.is_none());
        let Submission { id, learner, card, .. } = submission;
        Ok(Job { submission: id, learner, card, file, readings })
    }
}

/// What this message and those before it may mean.
fn readings(entry: &str, source: &str, before: &[Submission]) -> Vec<Reading> {
    let earlier: Vec<Earlier<'_>> = before
        .iter()
        .filter_map(|submission| {
            let fate = match submission.outcome? {
                SubmissionOutcome::Part => Fate::Cut,
                SubmissionOutcome::Failed => Fate::Failed,
                _ => Fate::NotRun,
            };
            Some(Earlier { submission: submission.id, source: submission.source.as_deref()?, fate })
        })
        .collect();
    Reading::of_messages(entry, source, &earlier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_told_from_words() {
        for code in [
            "def f(x):\n    return x",
            "return x",
            "```python",
            "x = 1",
            "print(f(2))",
            "import math",
            "# first try",
            "    if x:",
        ] {
            assert!(looks_like_code(code), "{code}");
        }
        for words in ["hello", "what now?", "I don't know", "what is f(x)?", "no idea (sorry).", "42", "🚀"]
        {
            assert!(!looks_like_code(words), "{words}");
        }
    }
}
