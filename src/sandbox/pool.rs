//! The workers, seen from the bot: started ahead, each serving a number of runs, killed when one takes too long.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Semaphore;

use super::SandboxError;
use super::protocol::{Allowance, End, Job, Limits, Line, Took};

/// No line of a worker is longer: the worker itself stops a run that reports more.
const LINE: u64 = 16 << 20;
/// A worker that has not loaded the interpreter by then never will.
const START: Duration = Duration::from_secs(20);

/// How a run went.
#[derive(Debug)]
pub(super) struct Ran {
    /// What the program's interpreter reported, in order; it may be forged.
    pub events: Vec<String>,
    /// What the interpreter of the assert lines reported; nothing of the learner's runs in it.
    pub tested: Vec<String>,
    /// How it ended.
    pub how: End,
    /// Wall time in the sandbox.
    pub time: Duration,
}

/// A bounded number of workers.
#[derive(Debug)]
pub(super) struct Pool {
    program: PathBuf,
    file: PathBuf,
    limits: Limits,
    runs: u32,
    places: Semaphore,
    idle: Mutex<Vec<Worker>>,
    told: std::sync::Once,
}

impl Pool {
    /// A pool that starts its workers when they are needed.
    pub fn new(program: PathBuf, file: PathBuf, limits: Limits, workers: usize, runs: u32) -> Arc<Self> {
        let places = Semaphore::new(workers.max(1));
        let told = std::sync::Once::new();
        Arc::new(Self { program, file, limits, runs: runs.max(1), places, idle: Mutex::default(), told })
    }

    /// Starts one worker ahead, to find out whether workers start at all.
    pub async fn warm_up(&self) -> Result<(), SandboxError> {
        let worker = self.start().await?;
        self.keep(worker);
        Ok(())
    }

    /// Takes a worker for a few runs that belong together.
    pub async fn lease(self: &Arc<Self>) -> Result<Lease<'_>, SandboxError> {
        let place = self.places.acquire().await.map_err(|_| SandboxError::Stopped)?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // One that was killed while it had nothing to do takes nothing with it.
        let fit = idle.and_then(|mut worker| worker.is_alive().then_some(worker));
        let worker = match fit {
            Some(worker) => worker,
            None => self.start().await?,
        };
        Ok(Lease { pool: self, worker: Some(worker), left: self.limits.whole(), _place: place })
    }

    fn keep(&self, worker: Worker) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
    }

    async fn start(&self) -> Result<Worker, SandboxError> {
        let limits = serde_json::to_string(&self.limits).map_err(|_| SandboxError::Stopped)?;
        let mut child = command(&self.program)
            .arg("serve")
            .arg(&self.file)
            .arg(limits)
            .spawn()
            .map_err(|error| SandboxError::Start(error.to_string()))?;
        let (Some(jobs), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(SandboxError::Start("it has no pipes".to_owned()));
        };
        let mut worker = Worker { child, jobs, answers: BufReader::new(answers), served: 0 };
        match tokio::time::timeout(START, worker.line()).await {
            Ok(Ok(Some(Line::Hello { missing }))) => {
                if !missing.is_empty() {
                    self.told.call_once(|| {
                        tracing::warn!(
                            missing = missing.join(", "),
                            "learners' programs run without a part of the second wall, which this system lacks"
                        );
                    });
                }
                Ok(worker)
            }
            Ok(Ok(_)) => Err(SandboxError::Start("it ended at once".to_owned())),
            Ok(Err(error)) => Err(SandboxError::Start(error.to_string())),
            Err(_) => Err(SandboxError::Start("it does not answer".to_owned())),
        }
    }
}

/// A worker on loan. It goes back when this is dropped, if it is still fit.
pub(super) struct Lease<'a> {
    pool: &'a Arc<Pool>,
    worker: Option<Worker>,
    /// What is left for the program's further runs.
    left: Allowance,
    _place: tokio::sync::SemaphorePermit<'a>,
}

impl Lease<'_> {
    /// Another program: it has all of the time that a submission has.
    pub fn begin(&mut self) {
        self.left = self.pool.limits.whole();
    }

    /// One run in a fresh copy of the interpreter. What it takes is taken from what further runs may take.
    ///
    /// # Errors
    /// The worker was killed from outside, or could not be started again.
    pub async fn run(&mut self, job: &mut Job) -> Result<Ran, SandboxError> {
        let one = self.pool.limits.one();
        let (busy, clock) = (one.busy.min(self.left.busy), one.clock.min(self.left.clock));
        job.allowance = Allowance { busy, clock };
        let start = tokio::time::Instant::now();
        let (mut ran, took) = self.run_within(job).await?;
        let passed = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.left.clock = self.left.clock.saturating_sub(passed);
        self.left.busy = self.left.busy.saturating_sub(took.busy / 1000);
        if ran.how == End::Time && (busy < one.busy || clock < one.clock) {
            ran.how = End::Total;
        }
        Ok(ran)
    }

    async fn run_within(&mut self, job: &Job) -> Result<(Ran, Took), SandboxError> {
        let mut worker = match self.worker.take() {
            Some(worker) => worker,
            None => self.pool.start().await?,
        };
        // Far more than the worker's own limit: it is for a worker that no longer minds its time.
        let patience = Duration::from_millis(job.allowance.clock) + Duration::from_secs(3);
        let (mut events, mut tested) = (Vec::new(), Vec::new());
        let end = tokio::time::timeout(patience, worker.serve(job, &mut events, &mut tested)).await;
        let (how, took) = match end {
            Ok(Ok(Some((how, took)))) => {
                // One that ran out of time has ended by now; whatever else went wrong, a new one is the safer choice.
                if how == End::Done && worker.served < self.pool.runs {
                    self.worker = Some(worker);
                }
                (how, took)
            }
            Ok(Ok(None) | Err(_)) => (worker.died().await?, Took::default()),
            Err(_) => {
                worker.kill().await;
                let micros = u64::try_from(patience.as_micros()).unwrap_or(u64::MAX);
                (End::Time, Took { micros, busy: 0 })
            }
        };
        Ok((Ran { events, tested, how, time: Duration::from_micros(took.micros) }, took))
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        match self.worker.take() {
            // In the middle of a run `worker` is not here, so a caller who gives up never leaves a busy one behind.
            Some(worker) => self.pool.keep(worker),
            None => {
                // The next one should not have to wait for a start.
                let pool = Arc::clone(self.pool);
                if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                    runtime.spawn(async move {
                        if let Err(error) = pool.warm_up().await {
                            tracing::warn!(%error, "a worker does not start");
                        }
                    });
                }
            }
        }
    }
}

#[derive(Debug)]
struct Worker {
    child: Child,
    jobs: ChildStdin,
    answers: BufReader<ChildStdout>,
    served: u32,
}

impl Worker {
    fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends a job and takes events until it ends. `None`: the worker is gone.
    async fn serve(
        &mut self,
        job: &Job,
        events: &mut Vec<String>,
        tested: &mut Vec<String>,
    ) -> std::io::Result<Option<(End, Took)>> {
        self.served += 1;
        let mut text = serde_json::to_string(job)?;
        text.push('\n');
        self.jobs.write_all(text.as_bytes()).await?;
        loop {
            match self.line().await? {
                Some(Line::Event(event)) => events.push(event),
                Some(Line::Tested(event)) => tested.push(event),
                Some(Line::End { how, took }) => return Ok(Some((how, took))),
                Some(_) | None => return Ok(None),
            }
        }
    }

    async fn line(&mut self) -> std::io::Result<Option<Line>> {
        read_line(&mut self.answers).await
    }

    /// What its death means: the program broke the interpreter, or somebody else ended the worker.
    async fn died(&mut self) -> Result<End, SandboxError> {
        // It has closed its pipe or speaks nonsense; either way it goes now.
        let ended = tokio::time::timeout(Duration::from_secs(1), self.child.wait()).await;
        let Ok(Ok(status)) = ended else {
            self.kill().await;
            return Err(SandboxError::WorkerDied);
        };
        #[cfg(unix)]
        {
            use std::os::unix::process::ExitStatusExt;
            // Signals of the program's own making: abort, bus error, bad memory, bad instruction.
            let own = [6, 7, 10, 11, 4];
            if status.signal().is_some_and(|signal| own.contains(&signal)) {
                return Ok(End::Broken);
            }
        }
        if status.code().is_some_and(|code| code != 0) {
            Ok(End::Broken)
        } else {
            Err(SandboxError::WorkerDied)
        }
    }

    async fn kill(&mut self) {
        let _ = self.child.kill().await;
    }
}

/// Our own program as a worker: no environment, no terminal, ends with the handle.
fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("sandbox-worker").env_clear().current_dir("/").kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// The next line of a worker, `None` when there are no more.
async fn read_line(answers: &mut BufReader<ChildStdout>) -> std::io::Result<Option<Line>> {
    let mut text = Vec::new();
    answers.take(LINE).read_until(b'\n', &mut text).await?;
    if text.is_empty() { Ok(None) } else { Ok(Some(serde_json::from_slice(&text)?)) }
}

/// Prepares the interpreter in a child process and returns its file.
///
/// # Errors
/// A message: what went wrong.
pub(super) async fn prepare(
    program: &Path,
    folder: &Path,
    mut step: impl FnMut(u8, String),
) -> Result<PathBuf, String> {
    private_folder(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let folder = std::path::absolute(folder).map_err(|error| error.to_string())?;
    let scratch = folder.join(format!("tmp-{}", std::process::id()));
    private_folder(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    let result = prepare_in(program, &folder, &scratch, &mut step).await;
    let _ = tokio::fs::remove_dir_all(&scratch).await;
    result
}

async fn prepare_in(
    program: &Path,
    folder: &Path,
    scratch: &Path,
    step: &mut impl FnMut(u8, String),
) -> Result<PathBuf, String> {
    let mut child = command(program)
        .arg("prepare")
        .arg(folder)
        // A system's common temporary folder is open to other users.
        .env("TMPDIR", scratch)
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
    let mut answers = BufReader::new(child.stdout.take().ok_or("it has no pipes")?);
    loop {
        match read_line(&mut answers).await.map_err(|error| error.to_string())? {
            Some(Line::Step { percent, what }) => step(percent, what),
            Some(Line::Prepared { file }) => return Ok(PathBuf::from(file)),
            Some(Line::Failed(reason)) => return Err(reason),
            Some(_) => return Err("it answers out of turn".to_owned()),
            None => return Err("it ended before it was done".to_owned()),
        }
    }
}

fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
