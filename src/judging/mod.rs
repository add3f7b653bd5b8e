//! The loop that judges what learners hand in: takes the next submission, runs it in the sandbox, and hands the
//! verdict to the send queue in the transaction of its effect.
//!
//! A submission waits in the database until its verdict is there, so whatever ends this process in the middle of a
//! run loses nothing: it is judged after the next start, and its effect happens once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::sandbox::{Sandbox, SandboxError, State, Submission};
use crate::service::{Call, Ending, Job, Judgement, Service};
use crate::store::outbox::{self, Class, Outgoing};
use crate::store::{Store, StoreError, submission};
use crate::study::card::CardId;
use crate::study::mend::{LONGEST, Refusal, text_of_file};
use crate::study::reading::Search;
use crate::study::verdict::{Outcome, Verdict};

/// Longest sleep: whatever was missed is found after this at the latest.
const LONGEST_SLEEP: Duration = Duration::from_secs(20);
/// Pause after a fault, so that it cannot spin.
const FAULT_PAUSE: Duration = Duration::from_secs(2);
/// Submissions judged at the same time: as many as the sandbox has workers.
const AT_ONCE: usize = 2;
/// From this share on the interpreter is built, which happens once; below it is checked, at every start.
const BUILT_ANEW: u8 = 5;
/// How often a run is tried whose worker was ended from outside, or did not start; and how often a submission is
/// whose judging meets a fault of ours.
const TRIES: u32 = 5;

/// A file with more bytes is no program: twice the limit, as UTF-16 takes two bytes a character.
pub const LARGEST_FILE: u32 = 2 * LONGEST as u32 + 2;

/// Why a file could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoFile {
    /// It is not there, or not to be had any more.
    Gone,
    /// Try again later.
    Passing,
}

/// What the loop needs of the edge.
pub trait Messenger: Send + Sync + 'static {
    /// Fetches a file that a learner sent.
    fn fetch(&self, file: &str) -> impl Future<Output = Result<Vec<u8>, NoFile>> + Send;

    /// Hands a message to the send queue.
    fn hand(&self, outgoing: Outgoing);
}

/// What the loop works with.
pub struct Judging<M> {
    /// The database.
    pub store: Store,
    /// The decisions.
    pub service: Arc<Service>,
    /// The time.
    pub clock: Clock,
    /// Runs programs; `None` where Python is not wanted.
    pub sandbox: Option<Sandbox>,
    /// The edge.
    pub messenger: M,
}

/// What came of judging a submission.
enum Judged {
    /// It is over.
    Ended,
    /// It waits: the judge cannot take it now.
    Waits,
    /// A fault of ours.
    Fault,
}

/// What the loop has under way.
#[derive(Default)]
struct Desk {
    /// Runs, and whose submission each is.
    runs: JoinSet<Judged>,
    of: HashMap<tokio::task::Id, (i64, i64)>,
    /// Learners whose submission met a fault: it is not taken again at once, so that it cannot spin.
    resting: JoinSet<i64>,
    /// Learners with a submission under way or at rest.
    busy: Vec<i64>,
    /// Faults that submissions have met since the start.
    faults: HashMap<i64, u32>,
    /// Learners who know that Python is being prepared.
    told: HashSet<i64>,
}

/// Judges until `shutdown` turns true. `calls` wake it.
pub async fn run<M: Messenger>(
    judging: Judging<M>,
    mut calls: mpsc::UnboundedReceiver<Call>,
    mut shutdown: watch::Receiver<bool>,
) {
    let judging = Arc::new(judging);
    let mut moves = judging.clock.moves();
    let mut state = judging.sandbox.as_ref().map(Sandbox::watch);
    let mut desk = Desk::default();
    loop {
        let pause = match judging.fill(&mut desk).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!(%error, "submissions wait");
                FAULT_PAUSE
            }
        };
        let ready = async {
            match &mut state {
                Some(state) => drop(state.changed().await),
                None => std::future::pending().await,
            }
        };
        let over = tokio::select! {
            Some(over) = desk.runs.join_next_with_id(), if !desk.runs.is_empty() => Some(over),
            Some(Ok(learner)) = desk.resting.join_next(), if !desk.resting.is_empty() => {
                desk.busy.retain(|one| *one != learner);
                None
            }
            call = calls.recv() => match call {
                Some(Call::Shown(card)) => {
                    judging.look_ahead(card);
                    None
                }
                Some(Call::HandedIn) => None,
                None => return,
            },
            () = ready, if state_may_change(judging.sandbox.as_ref()) => None,
            _ = moves.changed() => None,
            () = tokio::time::sleep(pause) => None,
            // What is under way is judged after the next start.
            _ = shutdown.wait_for(|stop| *stop) => return,
        };
        if let Some(over) = over {
            // A panic's place is in the log.
            let (run, judged) = over.unwrap_or_else(|fault| (fault.id(), Judged::Fault));
            judging.clear(&mut desk, run, &judged).await;
        }
    }
}

fn state_may_change(sandbox: Option<&Sandbox>) -> bool {
    sandbox.is_some_and(|sandbox| matches!(sandbox.state(), State::NotReady { .. }))
}

impl<M: Messenger> Judging<M> {
    /// Starts judging as much as there is room for, and returns how long to sleep otherwise.
    async fn fill(self: &Arc<Self>, desk: &mut Desk) -> Result<Duration, StoreError> {
        let preparing = match self.sandbox.as_ref().map(Sandbox::state) {
            Some(State::NotReady { percent, .. }) => Some(percent),
            _ => None,
        };
        loop {
            if preparing.is_none() && desk.runs.len() >= AT_ONCE {
                return Ok(LONGEST_SLEEP);
            }
            let told = desk.told.iter().filter(|_| preparing.is_some());
            let skip: Vec<i64> = desk.busy.iter().chain(told).copied().collect();
            let (service, now) = (Arc::clone(&self.service), self.clock.now());
            let job = self.store.write(move |db| service.next_submission(db, &skip, now)).await?;
            match (job, preparing) {
                // It is only looked at and loaded, which takes a moment at every start.
                (Some(_), Some(percent)) if percent < BUILT_ANEW => break,
                (Some(job), Some(percent)) => {
                    // Told once; it is judged when the interpreter is ready.
                    desk.told.insert(job.learner);
                    let (service, now) = (Arc::clone(&self.service), self.clock.now());
                    self.say(move |db| service.preparing(db, job.learner, percent, now)).await?;
                }
                (Some(job), None) => {
                    let whose = (job.submission, job.learner);
                    desk.busy.push(job.learner);
                    let judging = Arc::clone(self);
                    let run = desk.runs.spawn(async move { judging.judge(job).await });
                    desk.of.insert(run.id(), whose);
                }
                (None, _) => break,
            }
        }
        let now = self.clock.now();
        let next = self.store.write(move |db| submission::next_ready(db, now)).await?;
        let until = next.map_or(LONGEST_SLEEP, |at| (at - now).to_std().unwrap_or_default());
        Ok(until.min(LONGEST_SLEEP))
    }

    /// A run is over: its learner is free again, after a rest where the submission waits. One that meets a fault each
    /// time ends without a verdict, so that it stops nobody.
    async fn clear(&self, desk: &mut Desk, run: tokio::task::Id, judged: &Judged) {
        let Some((id, learner)) = desk.of.remove(&run) else { return };
        match judged {
            Judged::Ended => {}
            Judged::Waits => return desk.rest(learner),
            Judged::Fault => {
                let faults = desk.faults.entry(id).or_default();
                *faults += 1;
                tracing::error!(submission = id, faults, "judging a submission met a fault");
                if *faults < TRIES || !self.given_up(id).await {
                    return desk.rest(learner);
                }
            }
        }
        desk.faults.remove(&id);
        desk.busy.retain(|one| *one != learner);
    }

    /// Ends a submission that cannot be judged, through no fault of its learner; silently where even saying so fails.
    /// `false` when the database takes nothing.
    async fn given_up(&self, id: i64) -> bool {
        let (service, now) = (Arc::clone(&self.service), self.clock.now());
        let Err(error) = self.say(move |db| service.judged(db, id, &Ending::NoJudge, now)).await else {
            return true;
        };
        tracing::error!(%error, submission = id, "a submission ends without a word");
        self.store.write(move |db| Service::dropped(db, id, now)).await.is_ok()
    }

    /// Judges one submission, whatever it takes.
    async fn judge(&self, job: Job) -> Judged {
        let id = job.submission;
        let ending = match self.ending(job).await {
            Ok(Some(ending)) => ending,
            Ok(None) => return Judged::Waits,
            Err(error) => {
                tracing::error!(%error, submission = id, "a submission waits");
                return Judged::Fault;
            }
        };
        let (service, now) = (Arc::clone(&self.service), self.clock.now());
        match self.say(move |db| service.judged(db, id, &ending, now)).await {
            Ok(()) => Judged::Ended,
            Err(error) => {
                tracing::error!(%error, submission = id, "a verdict could not be kept");
                Judged::Fault
            }
        }
    }

    /// What came of a submission; `None` when it has to wait.
    async fn ending(&self, mut job: Job) -> Result<Option<Ending>, StoreError> {
        if let Some(file) = job.file.take() {
            match self.fetched(job.submission, &file).await? {
                Fetched::Job(Some(fetched)) => job = fetched,
                Fetched::Job(None) => return Ok(None),
                Fetched::Ending(ending) => return Ok(Some(ending)),
            }
        }
        let Some(sandbox) = &self.sandbox else { return Ok(Some(Ending::NoJudge)) };
        let card = self.service.decks().card(&job.card);
        let Some(code) = card.and_then(|(card, _)| card.code.as_ref()) else {
            // The prompt left the decks while the program waited.
            return Ok(Some(Ending::NoJudge));
        };
        let mut search = Search::new(code, job.readings);
        while let Some(source) = search.to_run() {
            match judged(sandbox, &Submission { source: &source, card: code }).await {
                Ok(verdict) => search.saw(verdict),
                Err(SandboxError::Stopped | SandboxError::NotReady(_)) => return Ok(None),
                Err(error) => {
                    tracing::error!(%error, "a submission could not be judged");
                    return Ok(Some(Ending::NoJudge));
                }
            }
        }
        Ok(search.end().map(|found| Ending::Judged(Box::new(found))))
    }

    /// Fetches a submission's file.
    async fn fetched(&self, id: i64, file: &str) -> Result<Fetched, StoreError> {
        let mut pause = FAULT_PAUSE;
        for _ in 0..TRIES {
            match self.messenger.fetch(file).await {
                Ok(bytes) => {
                    return match text_of_file(&bytes) {
                        Ok(source) => {
                            let service = Arc::clone(&self.service);
                            let job = self.store.write(move |db| service.fetched(db, id, &source)).await?;
                            Ok(Fetched::Job(job))
                        }
                        Err(refusal) => Ok(Fetched::Ending(refused(refusal))),
                    };
                }
                Err(NoFile::Gone) => break,
                Err(NoFile::Passing) => tokio::time::sleep(pause).await,
            }
            pause *= 2;
        }
        Ok(Fetched::Ending(Ending::LostFile))
    }

    /// Says something to a learner, in the transaction of its effect.
    async fn say(
        &self,
        what: impl FnOnce(&rusqlite::Connection) -> Result<Option<Judgement>, StoreError> + Send + 'static,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let said = self
            .store
            .write(move |db| {
                let Some(judgement) = what(db)? else { return Ok(Vec::new()) };
                let Judgement { chat, reply, plain_formulas } = judgement;
                reply
                    .into_iter()
                    .map(|op| outbox::add(db, chat, Class::Answer, plain_formulas, op, None, now))
                    .collect::<Result<Vec<_>, _>>()
            })
            .await?;
        said.into_iter().for_each(|outgoing| self.messenger.hand(outgoing));
        Ok(())
    }

    /// Learns a prompt's typical mistakes while the learner thinks.
    fn look_ahead(self: &Arc<Self>, card: CardId) {
        let judging = Arc::clone(self);
        tokio::spawn(async move {
            let known = judging.service.decks().card(&card).and_then(|(card, _)| card.code.as_ref());
            if let (Some(sandbox), Some(code)) = (&judging.sandbox, known)
                && sandbox.state() == State::Ready
                && let Err(error) = sandbox.study(code).await
            {
                tracing::debug!(%error, "a prompt's mistakes are learned later");
            }
        });
    }
}

impl Desk {
    /// A learner's submissions wait a moment.
    fn rest(&mut self, learner: i64) {
        self.resting.spawn(async move {
            tokio::time::sleep(FAULT_PAUSE).await;
            learner
        });
    }
}

enum Fetched {
    Job(Option<Job>),
    Ending(Ending),
}

fn refused(refusal: Refusal) -> Ending {
    let outcome = Outcome::Refused(refusal);
    let (source, mended) = (String::new(), Vec::new());
    let verdict = Verdict { outcome, passed: 0, total: 0, time: Duration::ZERO, source, mended };
    Ending::Judged(Box::new(verdict.into()))
}

/// Judges, again where the worker was ended by somebody else.
async fn judged(sandbox: &Sandbox, submission: &Submission<'_>) -> Result<Verdict, SandboxError> {
    let mut tried = 0;
    loop {
        tried += 1;
        match sandbox.judge(submission.clone()).await {
            Err(error @ (SandboxError::WorkerDied | SandboxError::Start(_))) if tried < TRIES => {
                tracing::warn!(%error, tried, "a submission is judged again");
                tokio::time::sleep(Duration::from_millis(50) * tried * tried).await;
            }
            result => return result,
        }
    }
}
