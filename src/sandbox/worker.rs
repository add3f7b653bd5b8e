//! The child process: serves one run after the other in fresh copies of the prepared interpreter, behind two walls.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use eryx::{CancellationToken, Error, OutputRequest, PythonExecutor};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::Instant;

use super::prepare;
use super::protocol::{End, Job, Limits, Line};
use super::wall;

/// A run has at most this much to say: every event of a card with all values at their largest is below it.
const FLOOD: u64 = 4 << 20;
/// How often a run's time is looked at.
const TICK: Duration = Duration::from_millis(10);

/// Serves jobs from standard input until it ends. `arguments`: `prepare FOLDER`, or `serve FILE LIMITS`.
///
/// # Errors
/// A message for the bot's log.
pub fn main(arguments: &[String]) -> Result<(), String> {
    match arguments {
        [what, folder] if what == "prepare" => {
            prepare::prepare(Path::new(folder)).or_else(|reason| prepare::say(&Line::Failed(reason)))
        }
        [what, file, limits] if what == "serve" => {
            let limits = serde_json::from_str(limits).map_err(|error| error.to_string())?;
            serve(Path::new(file), limits)
        }
        _ => Err("this command is for the bot itself".to_owned()),
    }
}

fn serve(file: &Path, limits: Limits) -> Result<(), String> {
    let (jobs, mut answers) = pipes()?;
    prepare::private(file).map_err(|error| format!("{}: {error}", file.display()))?;
    // SAFETY: the file is native code that our own preparation wrote; its sum was checked when the bot started, and
    // nobody but the bot's own user can have touched it.
    #[allow(unsafe_code, reason = "loading native code that we made is the point")]
    let executor =
        unsafe { PythonExecutor::from_precompiled_file(file) }.map_err(|error| error.to_string())?;
    // The first reading of the clock looks things up that the wall hides.
    let _ = processor_time();
    let missing = wall::put_up(limits.memory);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    write(&mut answers, &Line::Hello { missing })?;
    for line in received(jobs) {
        let job: Job = serde_json::from_str(&line).map_err(|error| error.to_string())?;
        let (how, micros) = run(&runtime, &executor, &job, limits, &answers)?;
        write(&mut answers, &Line::End { how, micros })?;
    }
    Ok(())
}

/// The jobs, read by a thread of their own: it ends the process as soon as the bot is gone, in the middle of a run
/// too. (The system's own signal for that follows the thread that started us, not the bot.)
fn received(jobs: BufReader<File>) -> std::sync::mpsc::Receiver<String> {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in jobs.lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
        std::process::exit(0);
    });
    receiver
}

/// The interpreter may write to the process's standard output behind our back, so the real one is kept apart.
#[cfg(unix)]
fn pipes() -> Result<(BufReader<File>, File), String> {
    let told = |error: rustix::io::Errno| error.to_string();
    let jobs = rustix::io::dup(rustix::stdio::stdin()).map_err(told)?;
    let answers = rustix::io::dup(rustix::stdio::stdout()).map_err(told)?;
    let nothing =
        File::options().read(true).write(true).open("/dev/null").map_err(|error| error.to_string())?;
    rustix::stdio::dup2_stdin(&nothing).map_err(told)?;
    rustix::stdio::dup2_stdout(&nothing).map_err(told)?;
    rustix::stdio::dup2_stderr(&nothing).map_err(told)?;
    Ok((BufReader::new(jobs.into()), answers.into()))
}

#[cfg(windows)]
fn pipes() -> Result<(BufReader<File>, File), String> {
    use std::os::windows::io::AsHandle;

    let told = |error: std::io::Error| error.to_string();
    let jobs = std::io::stdin().as_handle().try_clone_to_owned().map_err(told)?;
    let answers = std::io::stdout().as_handle().try_clone_to_owned().map_err(told)?;
    Ok((BufReader::new(jobs.into()), answers.into()))
}

fn write(answers: &mut impl Write, line: &Line) -> Result<(), String> {
    let mut text = serde_json::to_string(line).map_err(|error| error.to_string())?;
    text.push('\n');
    answers.write_all(text.as_bytes()).and_then(|()| answers.flush()).map_err(|error| error.to_string())
}

/// One run: events leave as they come, so that what was reported before a crash or a time-out is kept.
fn run(
    runtime: &tokio::runtime::Runtime,
    executor: &PythonExecutor,
    job: &Job,
    limits: Limits,
    answers: &File,
) -> Result<(End, u64), String> {
    let job = serde_json::to_string(job).map_err(|error| error.to_string())?;
    // A JSON string is a Python string.
    let text = serde_json::to_string(&job).map_err(|error| error.to_string())?;
    let code = format!("__import__('sys').modules.pop('liftoff').run({text})");
    let stop = CancellationToken::new();
    let (events, reported) = unbounded_channel();
    let watch = Watch::start(stop.clone(), limits.time_ms);
    let (result, flood) = std::thread::scope(|scope| {
        let forwarder = scope.spawn(|| forward(reported, answers, &stop));
        let result = runtime.block_on(async {
            let run = executor
                .execute(code)
                .with_memory_limit(limits.memory)
                .with_output_streaming(events)
                .with_cancellation(stop.clone())
                .run();
            tokio::select! {
                result = run => result.map(|_| ()),
                () = stop.cancelled() => Err(Error::Cancelled),
            }
        });
        (result, forwarder.join().unwrap_or(true))
    });
    let (micros, out_of_time) = watch.stop();
    let how = match result {
        _ if flood => End::Flood,
        _ if out_of_time => End::Time,
        Ok(()) => End::Done,
        Err(_) => End::Broken,
    };
    Ok((how, micros))
}

/// Passes events on, up to a limit; then ends the run and only drains. True if there were too many.
fn forward(
    mut events: UnboundedReceiver<OutputRequest>,
    mut answers: &File,
    stop: &CancellationToken,
) -> bool {
    let mut size = 0;
    while let Some(event) = events.blocking_recv() {
        size += event.data.len() as u64;
        if size > FLOOD || write(&mut answers, &Line::Event(event.data)).is_err() {
            stop.cancel();
            size = FLOOD + 1;
        }
    }
    size > FLOOD
}

/// Ends a run that takes too long: by processor time, so that a busy machine takes nothing from a learner; a run
/// that sleeps ends by the clock.
struct Watch {
    over: Arc<AtomicBool>,
    late: Arc<AtomicBool>,
    micros: Arc<AtomicU64>,
    thread: std::thread::JoinHandle<()>,
}

impl Watch {
    fn start(stop: CancellationToken, limit_ms: u64) -> Self {
        let (over, late) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let micros = Arc::new(AtomicU64::new(0));
        let (start, used_before) = (Instant::now(), processor_time());
        let limit = Duration::from_millis(limit_ms);
        let (over_there, late_there, micros_there) = (over.clone(), late.clone(), micros.clone());
        let thread = std::thread::spawn(move || {
            while !over_there.load(Ordering::Acquire) {
                std::thread::park_timeout(TICK);
                let passed = start.elapsed();
                let used =
                    processor_time().map_or(passed, |now| now.saturating_sub(used_before.unwrap_or(now)));
                micros_there.store(u64::try_from(passed.as_micros()).unwrap_or(u64::MAX), Ordering::Release);
                let idle = used < limit / 4;
                let done = over_there.load(Ordering::Acquire);
                if !done && (used >= limit || (passed >= limit && idle) || passed >= 4 * limit) {
                    late_there.store(true, Ordering::Release);
                    stop.cancel();
                    break;
                }
            }
        });
        Self { over, late, micros, thread }
    }

    /// Microseconds that passed, and whether the run was late.
    fn stop(self) -> (u64, bool) {
        self.over.store(true, Ordering::Release);
        self.thread.thread().unpark();
        let _ = self.thread.join();
        (self.micros.load(Ordering::Acquire), self.late.load(Ordering::Acquire))
    }
}

/// What the whole process has used of the processor.
#[cfg(unix)]
fn processor_time() -> Option<Duration> {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(Duration::new(u64::try_from(now.tv_sec).ok()?, u32::try_from(now.tv_nsec).ok()?))
}

#[cfg(not(unix))]
fn processor_time() -> Option<Duration> {
    None
}
