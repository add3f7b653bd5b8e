//! Coding prompts: which one is asked, its help, programs handed in, and what their verdicts mean for the schedule.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;

use super::sitting::{self, Sitting};
use super::turn::Turn;
use super::{Call, Service, agenda, answering};
use crate::chat::intent::{Attachment, Reply};
use crate::chat::screen::Screen;
use crate::chat::token::Act;
use crate::decks::Place;
use crate::store::session::{self, Face, Item, ItemOutcome, Mode, Session, SessionKind};
use crate::store::submission::{self, HandedIn, Program, Submission, SubmissionOutcome};
use crate::store::{StoreError, learner, plan, review};
use crate::study::calendar::{PlanPosition, plan_day};
use crate::study::card::{Card, CardId, Code, Kind};
use crate::study::mend;
use crate::study::sm2::Quality;
use crate::study::verdict::Verdict;
use crate::wording::code as words;
use crate::wording::session::Reason;

/// A message of so many UTF-16 units was probably cut by the learner's app, so the rest is on its way.
const LONG: usize = 3_000;
/// How long the judge waits for that rest.
const HOLD: TimeDelta = TimeDelta::milliseconds(1_500);

/// `/code [N]`: the open prompt goes on, otherwise the next one begins.
pub(super) fn begin(turn: &mut Turn<'_>, week: Option<u8>) -> Result<(), StoreError> {
    if let Some(sitting) = sitting::resumable(turn, SessionKind::Code, week)? {
        if sitting.current().is_some_and(|item| item.outcome.is_none()) {
            return ask_again(turn, sitting);
        }
        return next(turn, sitting);
    }
    match pick(turn, week, &HashSet::new())? {
        Some(prompt) => start(turn, week, &prompt),
        None => {
            turn.show(words::no_more(week));
            Ok(())
        }
    }
}

/// One prompt by its name, as a link gives it. `false` when there is none of that name.
pub(super) fn begin_named(turn: &mut Turn<'_>, name: &str) -> Result<bool, StoreError> {
    let ids = [CardId(format!("code-{name}")), CardId(name.to_owned())];
    let found = ids.iter().find_map(|id| turn.decks.card(id)).filter(|(card, _)| card.kind == Kind::Code);
    let Some((card, place)) = found else { return Ok(false) };
    if let Some(mut sitting) = sitting::open(turn)? {
        if sitting.current().is_some_and(|item| item.card == card.id && item.outcome.is_none()) {
            ask_again(turn, sitting)?;
            return Ok(true);
        }
        sitting.end(turn);
        session::save(turn.db, &sitting.session)?;
        turn.close_message(&sitting.session);
    }
    let mode = mode(turn, card)?;
    start(turn, Some(place.week), &(card.id.clone(), mode))?;
    Ok(true)
}

/// The open prompt from its statement on: a verdict alone would not tell what is asked.
fn ask_again(turn: &mut Turn<'_>, mut sitting: Sitting) -> Result<(), StoreError> {
    if sitting.session.face != Face::Front {
        sitting.session.face = Face::Front;
        sitting.session.step += 1;
    }
    show(turn, &mut sitting)
}

fn start(turn: &mut Turn<'_>, week: Option<u8>, prompt: &(CardId, Mode)) -> Result<(), StoreError> {
    let cards = std::slice::from_ref(prompt);
    let session =
        session::begin(turn.db, turn.learner.id, SessionKind::Code, week, turn.today(), cards, turn.now)?;
    let mut sitting = Sitting::load(turn, session)?;
    show(turn, &mut sitting)
}

fn mode(turn: &Turn<'_>, card: &Card) -> Result<Mode, StoreError> {
    let place = review::scheduled(turn.db, turn.learner.id, &card.id)?;
    Ok(match place {
        None => Mode::New,
        Some(place) if place.due <= turn.today() || place.rev < card.rev => Mode::Due,
        Some(_) => Mode::Practice,
    })
}

/// The next prompt: of those that are due the least practised; then new ones, those of the current week first; then
/// the least practised of the rest.
fn pick(
    turn: &Turn<'_>,
    week: Option<u8>,
    asked: &HashSet<CardId>,
) -> Result<Option<(CardId, Mode)>, StoreError> {
    let today = turn.today();
    let position = plan_day(turn.learner.start_day, today);
    let (reached, current) = match position {
        PlanPosition::Day(day) => (position.weeks_reached(), day.week()),
        _ => (position.weeks_reached(), 0),
    };
    let opened = plan::opened_weeks(turn.db, turn.learner.id)?;
    let aside = review::put_aside(turn.db, turn.learner.id, today)?;
    let tried = submission::tried(turn.db, turn.learner.id)?;
    let weeks = (1..=12u8)
        .filter(|number| week.map_or(*number <= reached || opened.contains(number), |week| week == *number));
    let mut prompts = Vec::new();
    for number in weeks {
        for card in agenda::prompts(turn.decks, number) {
            if asked.contains(&card.id) || aside.contains(&card.id) {
                continue;
            }
            let mode = mode(turn, card)?;
            let attempts = tried.get(&card.id).map_or(0, |record| record.attempts);
            let place = review::scheduled(turn.db, turn.learner.id, &card.id)?;
            let due = place.map_or(0, |place| place.due - today);
            let rank = match mode {
                Mode::Due => (0, attempts, false, due),
                Mode::New => (1, 0, number != current, 0),
                Mode::Drill | Mode::Practice => (2, attempts, false, due),
            };
            prompts.push((rank, (card.id.clone(), mode)));
        }
    }
    // The first of equals is the first in the plan.
    Ok(prompts.into_iter().min_by_key(|(rank, _)| *rank).map(|(_, prompt)| prompt))
}

/// A tap on a button of a coding session that is open, at its present step.
pub(super) fn act(turn: &mut Turn<'_>, mut sitting: Sitting, act: Act) -> Result<(), StoreError> {
    let Some((card, code)) = prompt(turn, &sitting) else { return next(turn, sitting) };
    let Some(item) = sitting.current().cloned() else { return next(turn, sitting) };
    let asking = matches!(sitting.session.face, Face::Front | Face::Verdict);
    match act {
        Act::Hint if asking && (item.hints as usize) < code.hints.len() => {
            change(turn, &mut sitting, |item| item.hints += 1)?;
        }
        Act::Starter if asking => turn.document(file_name(&card.id), starter(card, code)),
        Act::Solution if asking && item.outcome.is_none() => sitting.session.face = Face::Sure,
        Act::Solution if asking => sitting.session.face = Face::Back,
        Act::Back if sitting.session.face == Face::Sure => {
            let judged = submission::verdict(turn.db, place_of(&sitting.session))?.is_some();
            sitting.session.face = if judged { Face::Verdict } else { Face::Front };
        }
        Act::Reveal if sitting.session.face == Face::Sure => {
            change(turn, &mut sitting, |item| item.solution_shown = true)?;
            if item.outcome.is_none() {
                answering::log(turn, &mut sitting, card, quality(&item, 0, true), None)?;
            }
            sitting.session.face = Face::Back;
        }
        Act::Skip if asking && item.outcome.is_none() => {
            sitting.settle(turn, Some(ItemOutcome::Skipped), None, None)?;
            return next(turn, sitting);
        }
        Act::Next if item.outcome.is_some() => return next(turn, sitting),
        _ => {
            turn.toast(words::toast::ALREADY);
            return show(turn, &mut sitting);
        }
    }
    sitting.session.step += 1;
    show(turn, &mut sitting)
}

/// Changes what is noted of the current item.
fn change(turn: &Turn<'_>, sitting: &mut Sitting, change: impl FnOnce(&mut Item)) -> Result<(), StoreError> {
    let showing = sitting.session.showing;
    let Some(item) = sitting.items.iter_mut().find(|item| item.position == showing) else { return Ok(()) };
    change(item);
    session::save_item(turn.db, sitting.session.id, item)
}

/// The session and the item on the screen, as submissions name them.
fn place_of(session: &Session) -> (i64, u32) {
    (session.id, session.showing)
}

fn prompt<'d>(turn: &Turn<'d>, sitting: &Sitting) -> Option<(&'d Card, &'d Code)> {
    let (card, _) = sitting.card(turn)?;
    Some((card, card.code.as_ref()?))
}

/// "softmax.py" for the prompt `code-softmax`.
fn file_name(card: &CardId) -> String {
    format!("{}.py", card.0.trim_start_matches("code-").replace('-', "_"))
}

fn starter(card: &Card, code: &Code) -> String {
    format!("# {}: send this file back when it is done.\n\n{}\n", card.id, code.starter.join("\n"))
}

/// Goes on to the next prompt, in a message of its own where the last one's verdict is worth keeping.
fn next(turn: &mut Turn<'_>, mut sitting: Sitting) -> Result<(), StoreError> {
    let keep = sitting.session.face != Face::Front;
    let asked = sitting.items.iter().map(|item| item.card.clone()).collect();
    let Some(prompt) = pick(turn, sitting.session.week, &asked)? else {
        let week = sitting.session.week;
        sitting.end(turn);
        session::save(turn.db, &sitting.session)?;
        turn.replace_buttons(Vec::new());
        turn.send(words::no_more(week));
        return Ok(());
    };
    let position = sitting.items.last().map_or(0, |item| item.position + 1);
    session::append(turn.db, sitting.session.id, position, &[prompt])?;
    sitting.items = session::items(turn.db, sitting.session.id)?;
    sitting.session.showing = position;
    sitting.turn_to(turn, Face::Front);
    if keep {
        let screen = screen(turn, &sitting)?;
        turn.show_session_below(&mut sitting.session, screen)
    } else {
        show(turn, &mut sitting)
    }
}

fn show(turn: &mut Turn<'_>, sitting: &mut Sitting) -> Result<(), StoreError> {
    let screen = screen(turn, sitting)?;
    turn.show_session(&mut sitting.session, screen)
}

/// What a coding session looks like now.
pub(super) fn screen(turn: &mut Turn<'_>, sitting: &Sitting) -> Result<Screen, StoreError> {
    let shown = sitting.current().zip(sitting.card(turn)).filter(|_| sitting.session.ended_at.is_none());
    let Some((item, (card, Place { week, .. }))) = shown else { return Ok(words::ended()) };
    let Some(code) = &card.code else { return Ok(words::ended()) };
    turn.call(Call::Shown(card.id.clone()));
    let reason = match item.mode {
        Mode::Due => Reason::Due { late: 0 },
        Mode::New => Reason::New,
        Mode::Drill | Mode::Practice => Reason::Practice,
    };
    let settled = item.outcome.is_some();
    let head =
        words::Head { at: sitting.at(), card, code, week, reason, hints: item.hints as usize, settled };
    let moved = matches!(item.mode, Mode::Due | Mode::New) && item.outcome == Some(ItemOutcome::Answered);
    let next = || -> Result<Option<u32>, StoreError> {
        let place = review::scheduled(turn.db, turn.learner.id, &card.id)?;
        Ok(place.filter(|_| moved).map(|place| place.state.interval))
    };
    let place = place_of(&sitting.session);
    Ok(match sitting.session.face {
        Face::Sure => words::sure(&head),
        Face::Back => {
            let own = submission::last_source(turn.db, turn.learner.id, &card.id)?;
            words::solution(&head, own.as_deref(), next()?)
        }
        Face::Verdict => match submission::verdict(turn.db, place)? {
            Some(verdict) => {
                let passed = verdict.is_pass().then(|| passed(turn, item, place, next()?)).transpose()?;
                words::verdict(&head, &verdict, passed.as_ref())
            }
            None => words::prompt(&head),
        },
        Face::Front | Face::Menu | Face::Leech => words::prompt(&head),
    })
}

fn passed(
    turn: &Turn<'_>,
    item: &Item,
    place: (i64, u32),
    next: Option<u32>,
) -> Result<words::Passed, StoreError> {
    let best = submission::record(turn.db, turn.learner.id, &item.card)?.best;
    Ok(words::Passed { attempts: submission::failures(turn.db, place)? + 1, best, next })
}

/// A text while a coding prompt is open. `false` when none is.
pub(super) fn typed(turn: &mut Turn<'_>, text: &str) -> Result<bool, StoreError> {
    let Some(sitting) = open(turn)? else { return Ok(false) };
    let Some((card, code)) = prompt(turn, &sitting) else { return Ok(false) };
    if !looks_like_code(text) {
        if crate::chat::command::nearest(text).is_some() {
            return Ok(false);
        }
        turn.send(words::send_code(&code.entry, None));
        return Ok(true);
    }
    let hold = if text.encode_utf16().count() >= LONG { HOLD } else { TimeDelta::zero() };
    hand_in(turn, &sitting, card, Program::Text(text), hold)?;
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
    let new = HandedIn { learner: turn.learner.id, item, card: &card.id, program, at: turn.now, hold };
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

/// SM-2's quality of a prompt that was passed or given up (product.md, section 4): all tests at the first submission
/// without a hint 5; after failures or one hint 4; after more hints 3; the solution shown 1.
fn quality(item: &Item, failures: u32, solution_shown: bool) -> Quality {
    let [_, shown, _, many_hints, helped, at_once] = Quality::ALL;
    match (solution_shown || item.solution_shown, item.hints, failures) {
        (true, _, _) => shown,
        (false, 2.., _) => many_hints,
        (false, 0, 0) => at_once,
        (false, _, _) => helped,
    }
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
    pub programs: Vec<String>,
}

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

    #[allow(clippy::unused_self, reason = "the service is asked, whatever it needs for the answer")]
    fn job(&self, db: &Connection, submission: Submission) -> Result<Job, StoreError> {
        let programs = match (&submission.source, &submission.file) {
            (Some(source), None) => programs(source, &submission::before(db, &submission)?),
            (Some(source), Some(_)) => vec![source.clone()],
            (None, _) => Vec::new(),
        };
        let file = submission.file.filter(|_| submission.source.is_none());
        let Submission { id, learner, card, .. } = submission;
        Ok(Job { submission: id, learner, card, file, programs })
    }

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

/// What this message and those before it may mean. If it ends a program that was cut, all parts come first.
fn programs(source: &str, before: &[Submission]) -> Vec<String> {
    const MOST: usize = 4;
    let cut = before.first().is_some_and(|part| part.outcome == Some(SubmissionOutcome::Part));
    let mut longer = vec![source.to_owned()];
    let mut levels = Vec::new();
    for part in before.iter().filter_map(|part| part.source.as_deref()) {
        longer = longer.iter().flat_map(|rest| mend::joined(part, rest)).take(MOST).collect();
        levels.push(longer.clone());
    }
    if cut {
        levels.reverse();
    }
    let alone = vec![source.to_owned()];
    let all: Vec<Vec<String>> = if cut {
        levels.into_iter().chain([alone]).collect()
    } else {
        [alone].into_iter().chain(levels).collect()
    };
    all.into_iter().flatten().take(2 * MOST).collect()
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

    #[test]
    fn quality_follows_help_and_failures() {
        let item = |hints, solution_shown| Item {
            position: 0,
            card: "code-x".into(),
            mode: Mode::New,
            outcome: None,
            review: None,
            quality: None,
            given: None,
            hints,
            solution_shown,
        };
        let cases = [
            (item(0, false), 0, 5),
            (item(0, false), 3, 4),
            (item(1, false), 0, 4),
            (item(1, false), 2, 4),
            (item(2, false), 0, 3),
            (item(3, false), 5, 3),
            (item(0, true), 0, 1),
            (item(3, true), 1, 1),
        ];
        for (item, failures, expected) in cases {
            assert_eq!(quality(&item, failures, false).get(), expected, "{item:?} {failures}");
        }
        assert_eq!(quality(&item(0, false), 0, true).get(), 1);
    }

    #[test]
    fn messages_in_a_row_are_tried_together() {
        let part = |source: &str, outcome| Submission {
            id: 1,
            learner: 7,
            session: 1,
            position: 0,
            card: "code-x".into(),
            source: Some(source.into()),
            file: None,
            received_at: DateTime::UNIX_EPOCH,
            outcome: Some(outcome),
        };
        let unrun = [part("b", SubmissionOutcome::NotRun), part("a", SubmissionOutcome::NotRun)];
        assert_eq!(programs("c", &unrun), ["c", "b\nc", "a\nb\nc"]);
        let cut = [part("b", SubmissionOutcome::Part), part("a", SubmissionOutcome::Part)];
        assert_eq!(programs("c", &cut), ["a\nb\nc", "b\nc", "c"]);
        assert_eq!(programs("c", &[]), ["c"]);
    }
}
