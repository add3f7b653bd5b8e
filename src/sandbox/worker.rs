//! The child process: serves one run after the other in fresh copies of the prepared interpreter, behind two walls.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::interpreter::{Interpreter, Report};
use super::prepare;
use super::protocol::{End, Job, Limits, Line};
use super::wall;

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
    let (jobs, answers) = pipes()?;
    let answers = Answers(Arc::new(Mutex::new(answers)));
    prepare::private(file).map_err(|error| format!("{}: {error}", file.display()))?;
    // SAFETY: the file is native code that our own preparation wrote; its sum was checked when the bot started, and
    // nobody but the bot's own user can have touched it.
    #[allow(unsafe_code, reason = "loading native code that we made is the point")]
    let interpreter = unsafe { Interpreter::load(file) }?;
    // The first reading of the clock looks things up that the wall hides.
    let _ = processor_time();
    let missing = wall::put_up(limits.memory);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    answers.write(&Line::Hello { missing })?;
    for line in received(jobs) {
        let job: Job = serde_json::from_str(&line).map_err(|error| error.to_string())?;
        let (how, micros) = run(&runtime, &interpreter, &job, limits, &answers)?;
        answers.write(&Line::End { how, micros })?;
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

/// The way to the bot. Whole lines only, whichever thread writes.
#[derive(Clone)]
struct Answers(Arc<Mutex<File>>);

impl Answers {
    fn write(&self, line: &Line) -> Result<(), String> {
        let mut text = serde_json::to_string(line).map_err(|error| error.to_string())?;
        text.push('\n');
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(text.as_bytes()).map_err(|error| error.to_string())
    }
}

/// One run: events leave as they come, so that what was reported before a crash or a time-out is kept.
fn run(
    runtime: &tokio::runtime::Runtime,
    interpreter: &Interpreter,
    job: &Job,
    limits: Limits,
    answers: &Answers,
) -> Result<(End, u64), String> {
    let job = serde_json::to_string(job).map_err(|error| error.to_string())?;
    // A JSON string is a Python string.
    let text = serde_json::to_string(&job).map_err(|error| error.to_string())?;
    let code = format!("__import__('sys').modules.pop('liftoff').run({text})");
    let there = answers.clone();
    let report: Report = Box::new(move |event| there.write(&Line::Event(event)));
    let watch = Watch::start(limits.time_ms, answers.clone());
    let how = runtime.block_on(interpreter.run(code, limits.memory, report));
    Ok((how, watch.stop()))
}

/// Ends a run that takes too long, and the process with it: nothing less stops a program that computes. By processor
/// time, so that a busy machine takes nothing from a learner; a run that sleeps ends by the clock.
struct Watch {
    over: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<u64>,
}

impl Watch {
    fn start(limit_ms: u64, answers: Answers) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (start, used_before) = (Instant::now(), processor_time());
        let limit = Duration::from_millis(limit_ms);
        let over_there = Arc::clone(&over);
        let thread = std::thread::spawn(move || {
            loop {
                std::thread::park_timeout(TICK);
                let passed = start.elapsed();
                let micros = u64::try_from(passed.as_micros()).unwrap_or(u64::MAX);
                if over_there.load(Ordering::Acquire) {
                    return micros;
                }
                let used =
                    processor_time().map_or(passed, |now| now.saturating_sub(used_before.unwrap_or(now)));
                let idle = used < limit / 4;
                if used >= limit || (passed >= limit && idle) || passed >= 4 * limit {
                    let _ = answers.write(&Line::End { how: End::Time, micros });
                    std::process::exit(0);
                }
            }
        });
        Self { over, thread }
    }

    /// The run is over: microseconds that it took.
    fn stop(self) -> u64 {
        self.over.store(true, Ordering::Release);
        self.thread.thread().unpark();
        self.thread.join().unwrap_or(u64::MAX)
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
