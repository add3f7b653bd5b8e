//! The child process: serves one run after the other in fresh copies of the prepared interpreter, behind two walls.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value as Json;
use tokio::time::Instant;

use super::interpreter::{Interpreter, Report, Run, Wire};
use super::prepare;
use super::protocol::{Allowance, End, Job, Limits, Line, Took};
use super::wall;

/// How often a run's time is looked at.
const TICK: Duration = Duration::from_millis(10);
/// So long without computing is sleep, no waiting for one's turn.
const NAP: Duration = Duration::from_millis(100);
/// What looking at the time takes is no computing.
const BLINK: Duration = Duration::from_millis(3);

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
    // Two interpreters at the most: one for the program, one for what tests it.
    let missing = wall::put_up(2 * limits.memory);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    answers.write(&Line::Hello { missing })?;
    for line in received(jobs) {
        let job: Job = serde_json::from_str(&line).map_err(|error| error.to_string())?;
        let (how, took) = run(&runtime, &interpreter, &job, limits, &answers)?;
        answers.write(&Line::End { how, took })?;
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
) -> Result<(End, Took), String> {
    let prepared = |job: &Json, wire, report| {
        // A JSON string is a Python string.
        let text = Json::String(job.to_string()).to_string();
        let code = format!("__import__('sys').modules.pop('liftoff').run({text})");
        Run { code, memory: limits.memory, calls: 1, report, wire }
    };
    let reporting = |line: fn(String) -> Line| -> Report {
        let there = answers.clone();
        Box::new(move |event| there.write(&line(event)))
    };
    let watch = Watch::start(job.allowance, answers.clone());
    let how = match job.for_test() {
        None => {
            let program = prepared(&job.for_program(), None, reporting(Line::Event));
            runtime.block_on(interpreter.run(Run { calls: job.calls.len(), ..program }))
        }
        Some(test) => {
            let (one, two) = Wire::pair();
            let test = interpreter.run(prepared(&test, Some(one), reporting(Line::Tested)));
            let program = interpreter.run(prepared(&job.for_program(), Some(two), reporting(Line::Event)));
            let test = std::pin::pin!(aside(Arc::clone(&watch.aside), test));
            let (_, how) = runtime.block_on(async { tokio::join!(test, program) });
            how
        }
    };
    Ok((how, watch.stop()))
}

/// Runs what is no part of the learner's program, and puts the time that it takes aside.
async fn aside<T>(micros: Arc<AtomicU64>, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    std::future::poll_fn(|context| {
        let before = processor_time();
        let result = work.as_mut().poll(context);
        if let (Some(before), Some(after)) = (before, processor_time()) {
            micros.fetch_add(in_micros(after.saturating_sub(before)), Ordering::AcqRel);
        }
        result
    })
    .await
}

fn in_micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// Ends a run that takes too long, and the process with it: nothing less stops a program that computes. By processor
/// time and time asleep, so that a busy machine takes nothing from a learner.
struct Watch {
    over: Arc<AtomicBool>,
    /// Processor time in microseconds that is not the program's.
    aside: Arc<AtomicU64>,
    thread: std::thread::JoinHandle<Took>,
}

impl Watch {
    fn start(allowance: Allowance, answers: Answers) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let aside = Arc::new(AtomicU64::new(0));
        let mut spent = Spent::default();
        let (start, used_before) = (Instant::now(), processor_time());
        let (over_there, aside_there) = (Arc::clone(&over), Arc::clone(&aside));
        let thread = std::thread::spawn(move || {
            loop {
                std::thread::park_timeout(TICK);
                let passed = start.elapsed();
                let others = Duration::from_micros(aside_there.load(Ordering::Acquire));
                let used =
                    processor_time().map_or(passed, |now| now.saturating_sub(used_before.unwrap_or(now)));
                let took = Took {
                    micros: in_micros(passed.saturating_sub(others)),
                    busy: in_micros(used.saturating_sub(others)),
                };
                if over_there.load(Ordering::Acquire) {
                    return took;
                }
                if spent.is_over(passed, used, others, allowance) {
                    let _ = answers.write(&Line::End { how: End::Time, took });
                    std::process::exit(0);
                }
            }
        });
        Self { over, aside, thread }
    }

    /// The run is over.
    fn stop(self) -> Took {
        self.over.store(true, Ordering::Release);
        self.thread.thread().unpark();
        self.thread.join().unwrap_or_default()
    }
}

/// What a run has spent, looked at again and again.
#[derive(Debug, Default)]
struct Spent {
    /// When it was looked at last.
    looked: Duration,
    /// When it last used the processor, and how much it had used by then.
    awake: (Duration, Duration),
    asleep: Duration,
}

impl Spent {
    /// Whether a run is over that began `passed` ago and has `used` so much of the processor, `others` of it for what
    /// is not the program's. A stretch of [`NAP`] without any computing is sleep, which counts like computing; a
    /// program that waits for its turn on a busy machine gets a little of the processor every now and then. Where we
    /// ourselves had to wait for our turn, nobody can tell.
    fn is_over(&mut self, passed: Duration, used: Duration, others: Duration, allowance: Allowance) -> bool {
        let late = passed.saturating_sub(self.looked) > 3 * TICK;
        self.looked = passed;
        let nap = if late { Duration::ZERO } else { passed.saturating_sub(self.awake.0) };
        let nap = if nap >= NAP { nap } else { Duration::ZERO };
        let woke = used.saturating_sub(self.awake.1) > BLINK;
        let asleep = self.asleep + nap;
        if woke || late {
            self.awake = (passed, used);
            self.asleep = asleep;
        }
        let own = used.saturating_sub(others);
        let busy = Duration::from_millis(allowance.busy);
        let clock = Duration::from_millis(allowance.clock);
        // Many short naps: whatever the machine does, a tenth of it must be left for the one that computes.
        let idle = passed >= busy && used < passed / 10;
        own + asleep >= busy || idle || passed >= clock
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

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWANCE: Allowance = Allowance { busy: 2000, clock: 8000 };

    /// When a run ends, in milliseconds, whose time is looked at every 10 ms; `used` says what it has used by then.
    fn ends(used: impl Fn(u64) -> u64) -> u64 {
        let mut spent = Spent::default();
        let at = Duration::from_millis;
        let mut times = (1..).map(|tick| tick * 10);
        times.find(|time| spent.is_over(at(*time), at(used(*time)), Duration::ZERO, ALLOWANCE)).unwrap()
    }

    #[test]
    fn computing_and_sleeping_count_alike() {
        assert_eq!(ends(|time| time), 2000, "it computes");
        assert_eq!(ends(|_| 0), 2000, "it sleeps");
        let first = ends(|time| time.min(600));
        assert!((1980..=2120).contains(&first), "it computes, then sleeps: {first}");
        let second = ends(|time| time.saturating_sub(1500));
        assert!((1980..=2120).contains(&second), "it sleeps, then computes: {second}");
    }

    #[test]
    fn waiting_for_ones_turn_costs_nothing() {
        assert_eq!(ends(|time| time / 2), 4000, "half of a processor");
        assert_eq!(ends(|time| time / 90 * 30), 6030, "a third of one, 30 ms at a time");
        assert_eq!(ends(|time| time / 20), 2000, "many short naps");
    }
}
