//! How long a verdict takes: `cargo bench --bench sandbox`. Compares with system `python3` started afresh, in the
//! same run, and says medians with their spread.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

#[path = "../tests/sandbox/prompt.rs"]
#[allow(dead_code, reason = "made for the tests")]
mod prompt;

use liftoff::study::card::Code;
use prompt::{adding, runtime, sandbox, try_judge};
use serde_json::json;
use tokio::time::Instant;

const RUNS: usize = 200;

fn main() {
    // Cargo passes flags that mean nothing here.
    let start = Instant::now();
    let _ = sandbox();
    println!(
        "ready after {:.1} s (prepared at the first start, kept for the next)\n",
        start.elapsed().as_secs_f64()
    );
    println!("{:<58}{:>9}{:>9}{:>9}{:>9}", "", "median", "10 %", "90 %", "worst");
    submissions();
    python();
    additions();
    crowd();
}

fn submissions() {
    let (one, five) = (single(), adding());
    for (what, card) in [("one call", &one), ("4 calls and an assert test", &five)] {
        let source = card.solution.join("\n");
        let wrong = source.replace("a + b", "a - b - 1000");
        // The first pass and the first failure learn the card.
        for source in [&source, &wrong] {
            try_judge(sandbox(), card, source).unwrap();
        }
        let mut inside = Vec::new();
        let passing = times(RUNS, || inside.push(try_judge(sandbox(), card, &source).unwrap().time));
        show(&format!("{what}, passes, from source to verdict"), passing);
        show(&format!("{what}, passes, inside the sandbox"), inside);
        let failing = times(RUNS, || drop(try_judge(sandbox(), card, &wrong).unwrap()));
        show(&format!("{what}, fails, from source to verdict"), failing);
    }
}

fn single() -> Code {
    let mut card = adding();
    card.tests.truncate(1);
    card
}

/// The same program, judged by a fresh interpreter of the system, as a bot without a sandbox would.
fn python() {
    let script = format!("{}\nassert add(1, 2) == 3\n", adding().solution.join("\n"));
    let run = |flags: &[&str]| {
        let status = Command::new("python3").args(flags).args(["-c", &script]).status();
        assert!(status.is_ok_and(|status| status.success()), "python3 does not run");
    };
    show("python3 started afresh, no sandbox", times(50, || run(&[])));
    show("python3 -I -S started afresh, no sandbox", times(50, || run(&["-I", "-S"])));
}

fn additions() {
    let body = "    s = 0\n    for i in range(1000000):\n        s += i\n    return s\n";
    let card: Code = serde_json::from_value(json!({
        "entry": "total", "minutes": 1, "starter": [], "hints": [], "wrong": [],
        "solution": [format!("def total():\n{body}")],
        "tests": [{"name": "sum", "why": "", "args": [], "expect": 499_999_500_000_u64}]
    }))
    .unwrap();
    let source = card.solution.join("\n");
    let ours: Vec<_> = (0..15).map(|_| try_judge(sandbox(), &card, &source).unwrap().time).collect();
    let script =
        format!("import time\n{source}\nt = time.perf_counter()\ntotal()\nprint(time.perf_counter() - t)");
    let (mut alone, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..15 {
        let start = Instant::now();
        let output = Command::new("python3").args(["-c", &script]).output().unwrap();
        whole.push(start.elapsed());
        let seconds = String::from_utf8_lossy(&output.stdout).trim().parse().unwrap();
        alone.push(Duration::from_secs_f64(seconds));
    }
    let ratio = |theirs: &[Duration]| median(&ours).as_secs_f64() / median(theirs).as_secs_f64();
    let (to_whole, to_alone) = (ratio(&whole), ratio(&alone));
    show("10^6 additions in the sandbox, loading included", ours);
    show("10^6 additions in python3 started afresh", whole);
    show("10^6 additions in python3, the loop alone", alone);
    println!("{:<58}{to_whole:>8.2}x", "sandbox to python3 started afresh");
    println!("{:<58}{to_alone:>8.2}x", "sandbox to the loop alone");
}

/// 200 submissions at once from callers who all wait.
fn crowd() {
    let card = adding();
    let source = card.solution.join("\n");
    let start = Instant::now();
    let mut waits = runtime().block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..200 {
            let (card, source) = (card.clone(), source.clone());
            tasks.spawn(async move {
                let submission = liftoff::sandbox::Submission { source: &source, card: &card };
                assert!(sandbox().judge(submission).await.unwrap().is_pass());
                start.elapsed()
            });
        }
        tasks.join_all().await
    });
    println!("\n200 at once: {:.1} submissions a second", 200.0 / start.elapsed().as_secs_f64());
    waits.sort();
    show("200 at once, until the verdict", waits);
    println!("memory of this process: {}", memory(Path::new("/proc/self/status")));
}

fn memory(status: &Path) -> String {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.map_or_else(|| "unknown here".to_owned(), |peak| format!("{} at most", peak.trim()))
}

fn times(count: usize, mut run: impl FnMut()) -> Vec<Duration> {
    (0..count)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect()
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    times[times.len() / 2]
}

fn show(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| format!("{:.1} ms", times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3);
    println!("{what:<58}{:>9}{:>9}{:>9}{:>9}", at(50), at(10), at(90), at(100));
}
