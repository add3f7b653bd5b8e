//! Runs a learner's Python and says what is wrong with it.
//!
//! CPython, compiled to WebAssembly, runs in a child process of our own program. Each run gets a fresh copy of the
//! interpreter, so nothing stays from one to the next. Expected results never enter the sandbox: the guest reports
//! what happened, and the judge compares outside. A queue that is fair to all learners is the caller's.

mod card;
mod image;
mod interpreter;
mod judge;
mod observe;
mod pool;
mod prepare;
mod protocol;
mod wall;
mod worker;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use thiserror::Error;
use tokio::sync::watch;

use crate::study::card::Code;
use crate::study::verdict::Verdict;

pub use worker::main as worker;

use pool::Pool;
use protocol::Limits;

/// How the sandbox works. The defaults are the product's limits.
#[derive(Clone, Debug)]
pub struct Options {
    /// The program to start as a worker; this program itself unless stated (tests state it).
    pub program: Option<PathBuf>,
    /// How many submissions are judged at the same time.
    pub workers: usize,
    /// How many runs a worker serves before a new one takes its place.
    pub runs: u32,
    /// Run time: processor time for a program that computes, the clock for one that waits.
    pub time: Duration,
    /// Memory of the interpreter, in bytes.
    pub memory: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { program: None, workers: 2, runs: 500, time: Duration::from_secs(2), memory: 128 << 20 }
    }
}

/// Whether programs can be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The interpreter is being prepared; it takes some seconds at the first start, less than one later.
    NotReady {
        /// How far it is.
        percent: u8,
        /// What is being done, for a person.
        step: String,
    },
    /// Programs are judged.
    Ready,
    /// It cannot be prepared; the rest of the bot works.
    Failed {
        /// Why, for the log.
        reason: String,
    },
}

/// Why a submission could not be judged. None of these is the learner's doing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SandboxError {
    /// The interpreter is still being prepared.
    #[error("the Python sandbox is not ready yet ({0} %)")]
    NotReady(u8),
    /// The interpreter could not be prepared.
    #[error("the Python sandbox is not available: {0}")]
    Unavailable(String),
    /// A worker could not be started.
    #[error("a worker of the Python sandbox does not start: {0}")]
    Start(String),
    /// Somebody ended the worker in the middle of a run; the submission can be judged again.
    #[error("the worker was ended while it ran the program")]
    WorkerDied,
    /// The sandbox is being shut down.
    #[error("the Python sandbox is shutting down")]
    Stopped,
}

/// A program to judge.
#[derive(Clone, Debug)]
pub struct Submission<'a> {
    /// What the learner sent, as it came.
    pub source: &'a str,
    /// The prompt.
    pub card: &'a Code,
}

/// Handle to the sandbox; clones share it. Workers end when the last clone is gone.
#[derive(Clone, Debug)]
pub struct Sandbox(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: watch::Receiver<State>,
    pool: Arc<OnceLock<Arc<Pool>>>,
    known: card::Known,
    preparation: tokio::task::AbortHandle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.preparation.abort();
    }
}

impl Sandbox {
    /// Starts preparing in the background. The prepared interpreter is kept in `data/sandbox` for the next start.
    ///
    /// Must be called within a tokio runtime. It never fails: see [`Sandbox::state`].
    #[must_use]
    pub fn start(data: &Path, options: Options) -> Self {
        let first = State::NotReady { percent: 0, step: "starting".to_owned() };
        let (told, state) = watch::channel(first);
        let pool = Arc::new(OnceLock::new());
        let folder = data.join("sandbox");
        let there = Arc::clone(&pool);
        let preparation = tokio::spawn(async move {
            match prepared(&folder, options, &told).await {
                Ok(ready) => {
                    let _ = there.set(ready);
                    told.send_replace(State::Ready);
                }
                Err(reason) => {
                    tracing::error!(reason, "the Python sandbox cannot be prepared");
                    told.send_replace(State::Failed { reason });
                }
            }
        });
        let preparation = preparation.abort_handle();
        Self(Arc::new(Inner { state, pool, known: card::Known::default(), preparation }))
    }

    /// Whether programs can be judged now.
    #[must_use]
    pub fn state(&self) -> State {
        self.0.state.borrow().clone()
    }

    /// The state as it changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<State> {
        self.0.state.clone()
    }

    /// Waits until the preparation is over.
    ///
    /// # Errors
    /// It failed.
    pub async fn ready(&self) -> Result<(), SandboxError> {
        let mut state = self.watch();
        let over = state.wait_for(|state| !matches!(state, State::NotReady { .. })).await;
        drop(over.map_err(|_| SandboxError::Stopped)?);
        self.pool().map(|_| ())
    }

    /// Judges a submission. Waits for a free worker; the order among waiting callers is first come, first served.
    ///
    /// # Errors
    /// See [`SandboxError`]; whatever is wrong with the program is a [`Verdict`].
    pub async fn judge(&self, submission: Submission<'_>) -> Result<Verdict, SandboxError> {
        judge::judge(self.pool()?, &self.0.known, &submission).await
    }

    /// Learns a prompt's typical mistakes ahead, so that the first wrong answer does not wait for it.
    ///
    /// # Errors
    /// See [`SandboxError`].
    pub async fn study(&self, card: &Code) -> Result<(), SandboxError> {
        let pool = self.pool()?;
        self.0.known.learn(pool, card).await
    }

    fn pool(&self) -> Result<&Arc<Pool>, SandboxError> {
        match (self.0.pool.get(), &*self.0.state.borrow()) {
            (Some(pool), _) => Ok(pool),
            (None, State::NotReady { percent, .. }) => Err(SandboxError::NotReady(*percent)),
            (None, State::Failed { reason }) => Err(SandboxError::Unavailable(reason.clone())),
            (None, State::Ready) => Err(SandboxError::Stopped),
        }
    }
}

async fn prepared(folder: &Path, options: Options, told: &watch::Sender<State>) -> Result<Arc<Pool>, String> {
    let program = match options.program {
        Some(program) => program,
        None => own_program()?,
    };
    let step = |percent, step| {
        told.send_replace(State::NotReady { percent, step });
    };
    let file = pool::prepare(&program, folder, step).await?;
    let time_ms = u64::try_from(options.time.as_millis()).unwrap_or(u64::MAX);
    let limits = Limits { time_ms, memory: options.memory };
    let pool = Pool::new(program, file, limits, options.workers, options.runs);
    pool.warm_up().await.map_err(|error| error.to_string())?;
    Ok(pool)
}

/// On Linux by way of `/proc`, which still leads to this very program after an upgrade has replaced its file.
fn own_program() -> Result<PathBuf, String> {
    let own = Path::new("/proc/self/exe");
    if cfg!(target_os = "linux") && own.exists() {
        return Ok(own.to_owned());
    }
    std::env::current_exe().map_err(|error| format!("cannot find our own program: {error}"))
}
