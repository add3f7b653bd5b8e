//! How long a learner waits for a verdict, through the whole bot and the local Bot API: `cargo bench --bench judging`.
//! Says medians with their spread, what 200 programs at once do, and what the others notice of it.

use std::time::Duration;

#[path = "../tests/common/mod.rs"]
mod common;

use common::edge::{Bot, SOON, Stage, data_of, say, settle_in, tap};
use common::prompt;
use common::softmax::{RIGHT, fifty, open_prompt};
use liftoff::localchat::{Handle, Learner};
use tokio::time::Instant;

fn main() {
    // The sandbox has a runtime of its own, so it is started before this one is entered.
    let sandbox = prompt::sandbox().clone();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async move {
        let mut stage = Stage::new().await;
        let bot = Bot::with(&stage.chat.url(), &stage.database(), &stage.clock, Some(sandbox));
        std::mem::replace(&mut stage.bot, bot).stop().await;
        println!("{:<52}{:>9}{:>9}{:>9}{:>9}", "", "median", "10 %", "90 %", "worst");
        alone(&stage).await;
        together(&stage).await;
        println!("load of the machine: {}", load());
    });
    // The workers end with the process.
    std::process::exit(0);
}

/// One learner who sends one program after the other.
async fn alone(stage: &Stage) {
    let (ann, handle) = (&stage.ann, &stage.handle);
    settle_in(ann, handle).await;
    open_prompt(ann, handle).await;
    let wrong = RIGHT.replace("m = max(z)", "m = 0");
    for (what, source, sign) in [("right", RIGHT, "6 of 6"), ("wrong", wrong.as_str(), "5 of 6")] {
        say(ann, handle, source, |seen| seen.text.contains(sign) && !seen.buttons.is_empty()).await;
        let mut waits = Vec::new();
        for _ in 0..100 {
            let start = Instant::now();
            say(ann, handle, source, |seen| seen.text.contains(sign) && !seen.buttons.is_empty()).await;
            waits.push(start.elapsed());
        }
        show(&format!("message to verdict, a {what} program"), waits);
    }
}

/// 200 programs of 50 learners at once; another learner reviews meanwhile.
async fn together(stage: &Stage) {
    let handle = &stage.handle;
    let learners = fifty(handle).await;
    let bob = handle.add_learner("Bob");
    settle_in(&bob, handle).await;
    show("a review's tap, nothing else going on", taps(&bob, handle, || false).await);
    let start = Instant::now();
    for learner in &learners {
        for _ in 0..4 {
            learner.send_text(RIGHT).unwrap();
        }
    }
    let left = || start.elapsed() < Duration::from_secs(60) && passed(&learners) < 200;
    let meanwhile = taps(&bob, handle, left).await;
    let all = |_: &Handle| (passed(&learners) == 200).then_some(());
    handle.wait("all verdicts", Duration::from_secs(240), all).await.unwrap();
    let seconds = start.elapsed().as_secs_f64();
    show("a review's tap, 200 programs waiting", meanwhile);
    println!("200 programs of 50 learners: {seconds:.1} s, {:.1} a second", 200.0 / seconds);
    println!("memory of bot, local chat and load together: {}", memory());
}

fn passed(learners: &[Learner]) -> usize {
    let of = |learner: &Learner| {
        learner.messages().into_iter().filter(|seen| seen.text.contains("6 of 6")).count()
    };
    learners.iter().map(of).sum()
}

/// Taps through a quiz, over and over, at least 30 times and as long as `more`.
async fn taps(learner: &Learner, handle: &Handle, more: impl Fn() -> bool) -> Vec<Duration> {
    let mut waits = Vec::new();
    let mut seen = say(learner, handle, "/quiz 6", |seen| data_of(seen, "I don't know").is_some()).await;
    while waits.len() < 30 || more() {
        let label = ["I don't know", "Next", "Another quiz", "Quiz"];
        let label = label.into_iter().find(|label| data_of(&seen, label).is_some()).unwrap();
        let old = seen.buttons.clone();
        let start = Instant::now();
        seen =
            tap(learner, handle, seen.id, label, |now| now.buttons != old && !now.buttons.is_empty()).await;
        waits.push(start.elapsed());
    }
    learner.send_text("/cancel").unwrap();
    tokio::time::timeout(SOON, tokio::time::sleep(Duration::from_millis(300))).await.unwrap();
    waits
}

fn memory() -> String {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.map_or_else(|| "unknown here".to_owned(), |peak| format!("{} at most", peak.trim()))
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg")
        .map_or_else(|_| "unknown here".to_owned(), |text| text.trim().to_owned())
}

fn show(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| format!("{:.1} ms", times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3);
    println!("{what:<52}{:>9}{:>9}{:>9}{:>9}   n = {}", at(50), at(10), at(90), at(100), times.len());
}
