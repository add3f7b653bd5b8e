//! Programs handed in through the whole bot: judged once, in turn, whatever ends a worker or the bot meanwhile.

mod common;

use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use chrono::TimeDelta;
use common::edge::{Bot, SOON, Stage, local_chat, process, say, settle_in, tap};
use common::prompt;
use common::softmax::{RIGHT, fifty, open_prompt};
use liftoff::clock::Clock;
use liftoff::localchat::{Handle, Learner, LocalChat, Seen};
use liftoff::sandbox::{Options, Sandbox, State};

const UNSHIFTED: &str = "def softmax(z, temperature=1.0):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    from math import exp
    e = [exp(x / temperature) for x in z]
    return [x / sum(e) for x in e]";
const ENDLESS: &str = "def softmax(z, temperature=1.0):\n    while True:\n        pass";

/// Starts the sandbox of all tests, outside of a test's own runtime.
async fn sandbox() -> Sandbox {
    tokio::task::spawn_blocking(|| prompt::sandbox().clone()).await.unwrap()
}

/// A stage whose bot judges, with Ann at the softmax prompt.
async fn stage() -> Stage {
    let mut stage = Stage::new().await;
    let database = stage.database();
    let judging = Bot::with(&stage.chat.url(), &database, &stage.clock, Some(sandbox().await));
    std::mem::replace(&mut stage.bot, judging).stop().await;
    settle_in(&stage.ann, &stage.handle).await;
    open_prompt(&stage.ann, &stage.handle).await;
    stage
}

const JUDGED: &str = "select count(*) from submission where judged_at is not null";

#[tokio::test(flavor = "multi_thread")]
async fn programs_are_judged_and_a_pass_moves_the_schedule() {
    let stage = stage().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    let failed = say(ann, handle, UNSHIFTED, |seen| seen.text.contains('✗')).await;
    assert!(failed.text.contains("5 of 6 tests") && failed.text.contains("OverflowError"), "{}", failed.text);
    assert!(
        failed.text.contains("shift by the maximum first"),
        "the known mistake is named: {}",
        failed.text
    );
    let hint = tap(ann, handle, failed.id, "Hint 1", |seen| seen.text.contains("Hint 1:")).await;
    assert_eq!(hint.id, failed.id, "a hint opens in place");
    let passed = say(ann, handle, RIGHT, |seen| seen.text.contains("6 of 6")).await;
    assert!(passed.text.contains("Passed at submission 2, with 1 hint"), "{}", passed.text);
    let quality = "select quality from review where card = 'code-stable-softmax'";
    assert_eq!(stage.bot.count(quality).await, 4);
    assert_eq!(stage.bot.count("select count(*) from review").await, 1);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_both_ways_and_a_picture_is_no_program() {
    let stage = stage().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    let prompt = ann.messages().into_iter().rfind(|seen| seen.text.contains("Write softmax")).unwrap();
    let since = handle.revision();
    tap(ann, handle, prompt.id, "Starter", |_| true).await;
    let starter = ann.wait_for_bot(since, SOON, |seen| seen.file.is_some()).await.unwrap();
    assert_eq!(starter.file.unwrap().name, "stable_softmax.py");

    let since = handle.revision();
    ann.send_document("my try.py", RIGHT.replace('\n', "\r\n").as_bytes(), "").unwrap();
    ann.wait_for_bot(since, SOON, |seen| seen.text.contains("6 of 6")).await.unwrap();
    let since = handle.revision();
    ann.send_document("my try.py", &[0x89, b'P', 0xff, 0], "").unwrap();
    ann.wait_for_bot(since, SOON, |seen| seen.text.contains("not UTF-8")).await.unwrap();
    let since = handle.revision();
    let png = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pixel.png")).unwrap();
    ann.send_photo(&png, "").unwrap();
    ann.wait_for_bot(since, SOON, |seen| seen.text.contains("A coding prompt is open")).await.unwrap();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_over_several_messages_is_one() {
    let stage = stage().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    let long = RIGHT.replace("    m = max(z)", &format!("{}    m = max(z)", "    # stable\n".repeat(350)));
    assert!(long.len() > 4_500);
    let passed = say(ann, handle, &long, |seen| seen.text.contains("tests")).await;
    assert!(passed.text.contains("6 of 6") && passed.text.contains("first submission"), "{}", passed.text);
    assert_eq!(stage.bot.count(JUDGED).await, 2, "two messages");
    stage.end().await;
}

/// A bot in a process of its own, whose workers are nobody else's, with Ann at the prompt.
struct Apart {
    chat: LocalChat,
    handle: Handle,
    ann: Learner,
    folder: tempfile::TempDir,
    bot: Child,
}

impl Apart {
    async fn new() -> Self {
        let _prepared = sandbox().await;
        let folder = tempfile::tempdir().unwrap();
        copy_prepared(folder.path());
        let chat = local_chat(&Clock::system(TimeDelta::zero()), true, 0).await;
        let handle = chat.handle();
        let bot = process(&chat.url(), folder.path()).spawn().unwrap();
        let ann = handle.add_learner("Ann");
        settle_in(&ann, &handle).await;
        open_prompt(&ann, &handle).await;
        let stage = Self { chat, handle, ann, folder, bot };
        stage.idle().await;
        stage
    }

    fn count(&self, sql: &str) -> i64 {
        let db = rusqlite::Connection::open(self.folder.path().join("liftoff.db")).unwrap();
        db.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn kill(&mut self) {
        self.bot.kill().unwrap();
        self.bot.wait().unwrap();
    }

    fn start_again(&mut self) {
        self.bot = process(&self.chat.url(), self.folder.path()).spawn().unwrap();
    }

    /// The workers, each with the time that it has computed so far, in hundredths of a second.
    fn workers(&self) -> Vec<(String, u64)> {
        let of = self.bot.id().to_string();
        let worker = |entry: std::fs::DirEntry| {
            let read = |file: &str| std::fs::read_to_string(entry.path().join(file)).unwrap_or_default();
            let stat = read("stat");
            let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
            let is_one = fields.get(1) == Some(&of.as_str()) && read("cmdline").contains("sandbox-worker");
            let ticks = |field: usize| fields.get(field)?.parse::<u64>().ok();
            Some((entry.file_name().into_string().ok()?, ticks(11)? + ticks(12)?)).filter(|_| is_one)
        };
        std::fs::read_dir("/proc").unwrap().flatten().filter_map(worker).collect()
    }

    /// Waits until the prompt's typical mistakes are learned and no worker computes.
    async fn idle(&self) {
        let idle = async {
            let mut before = Vec::new();
            loop {
                tokio::time::sleep(Duration::from_millis(400)).await;
                let now = self.workers();
                if !now.is_empty() && now == before {
                    return;
                }
                before = now;
            }
        };
        tokio::time::timeout(SOON, idle).await.expect("the workers come to rest");
    }

    /// What all workers compute meanwhile, in hundredths of a second.
    async fn computed(&self, meanwhile: Duration) -> u64 {
        let before = self.workers();
        tokio::time::sleep(meanwhile).await;
        let used = |pid: &String| before.iter().find(|(one, _)| one == pid).map_or(0, |(_, ticks)| *ticks);
        self.workers().iter().map(|(pid, ticks)| ticks.saturating_sub(used(pid))).sum()
    }

    /// Waits until a worker runs a program: idle ones compute nothing, and one that starts only a moment.
    async fn running_worker(&self) -> String {
        const HALF_A_SECOND: u64 = 50;
        let before = self.workers();
        let used = |pid: &String| before.iter().find(|(one, _)| one == pid).map_or(0, |(_, ticks)| *ticks);
        let running = async {
            loop {
                let runs = |(pid, ticks): &(String, u64)| *ticks >= used(pid) + HALF_A_SECOND;
                if let Some((pid, _)) = self.workers().into_iter().find(runs) {
                    return pid;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(SOON, running).await.expect("a run is under way")
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        let _ = self.bot.kill();
        let _ = self.bot.wait();
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_costs_nothing() {
    let stage = Apart::new().await;
    let since = stage.handle.revision();
    stage.ann.send_text(ENDLESS).unwrap();
    let worker = stage.running_worker().await;
    assert_eq!(stage.count(JUDGED), 0, "its verdict is still to come");
    assert!(Command::new("kill").args(["-9", &worker]).status().unwrap().success());
    let late = |seen: &Seen| seen.text.contains("no result: 2 seconds were over");
    stage.ann.wait_for_bot(since, SOON, late).await.unwrap();
    assert!(stage.workers().iter().all(|(pid, _)| *pid != worker), "another one ran it");
    assert_eq!(stage.count(JUDGED), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_is_stopped_judges_after_its_next_start() {
    let mut stage = stage().await;
    stage.ann.send_text(ENDLESS).unwrap();
    stage.ann.send_text(RIGHT).unwrap();
    let under_way = || stage.bot.count("select count(*) from submission");
    while under_way().await < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let since = stage.handle.revision();
    let again = Bot::with(&stage.chat.url(), &stage.database(), &stage.clock, Some(sandbox().await));
    std::mem::replace(&mut stage.bot, again).stop().await;
    stage.ann.wait_for_bot(since, SOON, |seen| seen.text.contains("6 of 6")).await.unwrap();
    let verdicts = stage.ann.messages().into_iter().filter(|seen| seen.text.contains("of 6 tests"));
    assert_eq!(verdicts.count(), 2, "each is told once");
    assert_eq!(stage.bot.count("select count(*) from review").await, 1);
    stage.end().await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_of_a_run_it_judges_once_after_the_restart() {
    let mut stage = Apart::new().await;
    let since = stage.handle.revision();
    stage.ann.send_text(ENDLESS).unwrap();
    for _ in 0..3 {
        stage.running_worker().await;
        stage.kill();
        assert_eq!(stage.count(JUDGED), 0, "it was in the middle of the run");
        stage.start_again();
    }
    stage.ann.wait_for_bot(since, SOON * 3, |seen| seen.text.contains(" tests")).await.unwrap();
    stage.idle().await;
    stage.kill();
    assert_eq!((stage.count("select count(*) from submission"), stage.count(JUDGED)), (1, 1));
    assert_eq!(stage.count("select count(*) from submission where outcome = 'failed'"), 1);
    let verdicts = stage.ann.messages().into_iter().filter(|seen| seen.text.contains(" tests"));
    assert_eq!(verdicts.count(), 1);
}

/// Of one learner one program runs at a time, whatever is free; another learner's runs beside it.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn one_program_of_a_learner_runs_at_a_time() {
    let stage = Apart::new().await;
    let (ann, handle) = (&stage.ann, &stage.handle);
    let bob = handle.add_learner("Bob");
    settle_in(&bob, handle).await;
    open_prompt(&bob, handle).await;
    stage.idle().await;
    for _ in 0..3 {
        ann.send_text(ENDLESS).unwrap();
    }
    while stage.count("select count(*) from submission") < 3 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stage.running_worker().await;
    for _ in 0..4 {
        // Two at once compute for twice the time that passes.
        let computed = stage.computed(Duration::from_millis(600)).await;
        assert!(computed < 80, "{computed} hundredths of a second in 60");
    }
    say(&bob, handle, RIGHT, |seen| seen.text.contains("6 of 6")).await;
    assert!(
        stage.count("select count(*) from submission where outcome = 'failed'") < 3,
        "Bob did not wait for all of Ann's"
    );
    let all = |_: &Handle| {
        let told = ann.messages().into_iter().filter(|seen| seen.text.contains("0 of 6")).count();
        (told == 3).then_some(())
    };
    handle.wait("Ann's verdicts", SOON * 2, all).await.unwrap();
    // Each computes for its two seconds: two at a time would end less than that apart.
    let closest =
        "select min(later.judged_at - earlier.judged_at) from submission earlier join submission later
        on later.learner = earlier.learner and later.id = earlier.id + 1 where earlier.outcome = 'failed'";
    let apart = stage.count(closest);
    assert!(apart >= 1_900, "{apart} ms");
}

/// The prepared interpreter of the tests, for a bot of its own.
fn copy_prepared(data: &Path) {
    let from = Path::new(env!("CARGO_TARGET_TMPDIR")).join("data/sandbox");
    let to = data.join("sandbox");
    std::fs::create_dir_all(&to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_wait_until_python_is_prepared() {
    let mut stage = stage().await;
    let empty = tempfile::tempdir().unwrap();
    let options = Options { program: Some(env!("CARGO_BIN_EXE_liftoff").into()), ..Options::default() };
    let preparing = Sandbox::start(empty.path(), options);
    let bot = Bot::with(&stage.chat.url(), &stage.database(), &stage.clock, Some(preparing.clone()));
    std::mem::replace(&mut stage.bot, bot).stop().await;
    assert!(matches!(preparing.state(), State::NotReady { .. }));
    let (ann, handle) = (&stage.ann, &stage.handle);
    let told = say(ann, handle, RIGHT, |seen| seen.text.contains("being prepared")).await;
    assert!(told.text.contains('%'), "{}", told.text);
    let since = handle.revision();
    ann.wait_for_bot(since, Duration::from_secs(300), |seen| seen.text.contains("6 of 6")).await.unwrap();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_python_a_program_is_not_held_against_anybody() {
    let mut stage = stage().await;
    let folder = tempfile::tempdir().unwrap();
    let broken =
        Sandbox::start(folder.path(), Options { program: Some("/nowhere".into()), ..Options::default() });
    for sandbox in [None, Some(broken)] {
        let bot = Bot::with(&stage.chat.url(), &stage.database(), &stage.clock, sandbox);
        std::mem::replace(&mut stage.bot, bot).stop().await;
        say(&stage.ann, &stage.handle, RIGHT, |seen| seen.text.contains("cannot run Python")).await;
    }
    assert_eq!(stage.bot.count("select count(*) from review").await, 0);
    stage.end().await;
}

/// 200 programs of 50 learners at once, and another learner who reviews meanwhile. The figures are for
/// `benches/judging.rs`; here nothing may be lost, and nobody may be forgotten.
#[tokio::test(flavor = "multi_thread")]
async fn many_programs_at_once_are_all_judged_in_turn() {
    let stage = stage().await;
    let handle = &stage.handle;
    let learners = fifty(handle).await;
    for learner in &learners {
        for _ in 0..4 {
            learner.send_text(RIGHT).unwrap();
        }
    }
    let bob = handle.add_learner("Bob");
    settle_in(&bob, handle).await;
    let card = say(&bob, handle, "/review", |seen| seen.text.contains("1 / 3")).await;
    tap(&bob, handle, card.id, "Show answer", |seen| !seen.buttons.is_empty()).await;
    assert!(
        stage.bot.count("select count(*) from submission where judged_at is null").await > 0,
        "Bob did not wait"
    );
    for learner in &learners {
        let all = |_: &Handle| {
            let passed = learner.messages().into_iter().filter(|seen| seen.text.contains("6 of 6")).count();
            (passed == 4).then_some(())
        };
        handle.wait("four verdicts", Duration::from_secs(240), all).await.unwrap();
    }
    assert_eq!(stage.bot.count("select count(*) from submission where outcome = 'passed'").await, 200);
    assert_eq!(stage.bot.count("select count(*) from review where card = 'code-stable-softmax'").await, 50);
    // In turn: nobody's last program was judged before everybody's first.
    let unfair = "select (select max(judged_at) from (select min(judged_at) as judged_at from submission group by learner))
        > (select min(judged_at) from (select max(judged_at) as judged_at from submission group by learner))";
    assert_eq!(stage.bot.count(unfair).await, 0);
    stage.end().await;
}
