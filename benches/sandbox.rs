//! How long a verdict takes: `cargo bench --bench sandbox`. Compares with `python3` started afresh, the one on the path
//! and the system's own, in turns within the same run, and says medians with their spread.

use std::process::Command;
use std::time::Duration;

#[path = "../tests/sandbox/prompt.rs"]
#[allow(dead_code, reason = "made for the tests")]
mod prompt;

use liftoff::sandbox::{Options, Sandbox};
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
    first_start();
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

/// The same program, judged by a fresh interpreter of the system, as a bot without a sandbox would; in turns with ours.
fn python() {
    let card = single();
    let source = card.solution.join("\n");
    let script = format!("{source}\nassert add(1, 2) == 3\n");
    let mut ours = Vec::new();
    let mut theirs: Vec<_> = pythons().into_iter().map(|python| (python, Vec::new(), Vec::new())).collect();
    for _ in 0..50 {
        ours.extend(times(1, || drop(try_judge(sandbox(), &card, &source).unwrap())));
        for (python, plain, isolated) in &mut theirs {
            plain.extend(times(1, || drop(run(python, &[], &script))));
            isolated.extend(times(1, || drop(run(python, &["-I", "-S"], &script))));
        }
    }
    show("one call, in turns with python3", ours);
    for (python, plain, isolated) in theirs {
        show(&format!("{python} started afresh, no sandbox"), plain);
        show(&format!("{python} -I -S started afresh, no sandbox"), isolated);
    }
}

/// `python3` as the shell finds it, and the system's own where that is another one.
fn pythons() -> Vec<&'static str> {
    let mut all = vec!["python3", "/usr/bin/python3"];
    all.retain(|python| Command::new(python).arg("-V").output().is_ok_and(|output| output.status.success()));
    let version = |python: &str| run(python, &["-I"], "import sys; print(sys.executable, sys.version)");
    if all.len() == 2 && version(all[0]) == version(all[1]) {
        all.pop();
    }
    all
}

fn run(python: &str, flags: &[&str], script: &str) -> String {
    let output = Command::new(python).args(flags).args(["-c", script]).output().unwrap();
    assert!(output.status.success(), "{python} does not run: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A program that computes: ours and each `python3` in turns, so that whatever else the machine does meets all alike.
fn additions() {
    let body = "    s = 0\n    for i in range(1000000):\n        s += i\n    return s\n";
    let card: Code = serde_json::from_value(json!({
        "entry": "total", "minutes": 1, "starter": [], "hints": [], "wrong": [],
        "solution": [format!("def total():\n{body}")],
        "tests": [{"name": "sum", "why": "", "args": [], "expect": 499_999_500_000_u64}]
    }))
    .unwrap();
    let source = card.solution.join("\n");
    let script =
        format!("import time\n{source}\nt = time.perf_counter()\ntotal()\nprint(time.perf_counter() - t)");
    let ours = || {
        let verdict = try_judge(sandbox(), &card, &source).unwrap();
        assert!(verdict.is_pass());
        verdict.time
    };
    println!();
    for python in pythons() {
        let (mut inside, mut alone, mut whole) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..40 {
            inside.push(ours());
            let start = Instant::now();
            let seconds = run(python, &[], &script).trim().parse().unwrap();
            whole.push(start.elapsed());
            alone.push(Duration::from_secs_f64(seconds));
        }
        println!("{python}: {}", run(python, &[], "import sys; print(sys.version.split()[0])").trim());
        let (to_whole, to_alone) = (ratios(&inside, &whole), ratios(&inside, &alone));
        show("10^6 additions in the sandbox, loading included", inside);
        show(&format!("10^6 additions in {python} started afresh"), whole);
        show(&format!("10^6 additions in {python}, the loop alone"), alone);
        show_ratios(&format!("sandbox to {python} started afresh"), to_whole);
        show_ratios("sandbox to the loop alone", to_alone);
    }
}

/// Pair by pair.
fn ratios(ours: &[Duration], theirs: &[Duration]) -> Vec<f64> {
    ours.iter().zip(theirs).map(|(ours, theirs)| ours.as_secs_f64() / theirs.as_secs_f64()).collect()
}

fn show_ratios(what: &str, mut ratios: Vec<f64>) {
    ratios.sort_by(f64::total_cmp);
    let at = |share: usize| format!("{:.2}x", ratios[(ratios.len() - 1) * share / 100]);
    println!("{what:<58}{:>9}{:>9}{:>9}{:>9}", at(50), at(10), at(90), at(100));
}

/// A sandbox on a machine that has never seen one.
fn first_start() {
    let folder = tempfile::tempdir().unwrap();
    let program = Some(env!("CARGO_BIN_EXE_liftoff").into());
    let start = Instant::now();
    runtime().block_on(async {
        let sandbox = Sandbox::start(folder.path(), Options { program, ..Options::default() });
        sandbox.ready().await.unwrap();
    });
    let files = std::fs::read_dir(folder.path().join("sandbox")).unwrap().flatten();
    let size: u64 = files.map(|file| file.metadata().unwrap().len()).sum();
    println!(
        "\nfirst start: {:.1} s, then {:.1} MB are kept",
        start.elapsed().as_secs_f64(),
        size as f64 / 1e6
    );
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
    println!("\nmemory of this process: {}", memory("self"));
    for worker in children() {
        println!("memory of a worker:     {}", memory(&worker));
    }
    println!(
        "load of the machine:    {}",
        std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim()
    );
}

/// Process ids of our workers, where the system tells.
fn children() -> Vec<String> {
    let Ok(processes) = std::fs::read_dir("/proc") else { return Vec::new() };
    let ids = processes.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let own = std::process::id().to_string();
    ids.filter(|id| {
        let text = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let parent = text.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
        parent == Some(own.as_str())
    })
    .collect()
}

fn memory(process: &str) -> String {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("unknown").trim();
    let (peak, own, file) = (line("VmHWM:"), line("RssAnon:"), line("RssFile:"));
    format!("{peak} at most; now {own} of its own and {file} of files, which workers share")
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

fn show(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| format!("{:.1} ms", times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3);
    println!("{what:<58}{:>9}{:>9}{:>9}{:>9}", at(50), at(10), at(90), at(100));
}
