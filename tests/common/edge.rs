//! The real edge against the local Bot API, both in this process; or the bot in a process of its own, to be killed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use liftoff::clock::Clock;
use liftoff::localchat::{self, Handle, Learner, LocalChat, Options, Seen, TravelGuide};
use liftoff::sandbox::Sandbox;
use liftoff::service::Service;
use liftoff::store::{self, Store};
use liftoff::telegram::{self, Edge, EdgeError, Pace};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub const TOKEN: &str = "4242:test-secret";
pub const SOON: Duration = Duration::from_secs(20);

/// No time travel in these tests.
struct Nowhere;

impl TravelGuide for Nowhere {
    fn next_reminder(&self, _: i64) -> Option<DateTime<Utc>> {
        None
    }

    fn tomorrow_morning(&self, _: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }
}

pub async fn local_chat(clock: &Clock, rich_messages: bool, port: u16) -> LocalChat {
    let options = Options {
        port,
        token: TOKEN.to_owned(),
        clock: clock.clone(),
        state: None,
        travel: Arc::new(Nowhere),
        rich_messages,
    };
    localchat::start(options).await.unwrap()
}

/// The program itself over the test decks, as fast as it can send.
pub fn process(url: &str, data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liftoff"));
    command
        .args(["run", "--decks", "tests/data/decks", "--rate", "0", "--data"])
        .arg(data)
        .env("TELOXIDE_TOKEN", TOKEN)
        .env("TELOXIDE_API_URL", url)
        .env("LIFTOFF_LOG", "error")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdout(Stdio::null());
    command
}

/// A bot that runs.
pub struct Bot {
    pub store: Store,
    shutdown: watch::Sender<bool>,
    task: JoinHandle<Result<(), EdgeError>>,
}

impl Bot {
    pub fn start(url: &str, database: &Path, clock: &Clock) -> Self {
        Self::with(url, database, clock, None)
    }

    /// A bot that judges programs.
    pub fn with(url: &str, database: &Path, clock: &Clock, sandbox: Option<Sandbox>) -> Self {
        Self::start_with(url, database, clock, sandbox, None)
    }

    /// A bot that sends so many messages a second.
    pub fn paced(url: &str, database: &Path, clock: &Clock, per_second: u32) -> Self {
        Self::start_with(url, database, clock, None, Some(per_second))
    }

    fn start_with(
        url: &str,
        database: &Path,
        clock: &Clock,
        sandbox: Option<Sandbox>,
        per_second: Option<u32>,
    ) -> Self {
        let address = url::Url::parse(url).unwrap();
        let (store, _) = Store::start(store::open(database).unwrap()).unwrap();
        let edge = Edge {
            poller: telegram::bot(TOKEN, &address, telegram::poll_patience()).unwrap(),
            bot: telegram::bot(TOKEN, &address, Duration::from_secs(17)).unwrap(),
            store: store.clone(),
            service: Arc::new(Service::new(super::test_decks())),
            clock: clock.clone(),
            pace: Pace { per_second },
            sandbox,
        };
        let (shutdown, stopped) = watch::channel(false);
        Self { store, shutdown, task: tokio::spawn(telegram::run(edge, stopped)) }
    }

    /// Asks it to end and waits until it has.
    pub async fn stop(self) {
        self.shutdown.send_replace(true);
        tokio::time::timeout(SOON, self.task).await.expect("it ends in time").unwrap().unwrap();
    }

    /// Asks the database.
    pub async fn count(&self, sql: &'static str) -> i64 {
        self.store.write(move |db| Ok(db.query_row(sql, [], |row| row.get(0))?)).await.unwrap()
    }
}

/// A chat, a bot and a learner.
pub struct Stage {
    pub chat: LocalChat,
    pub handle: Handle,
    pub bot: Bot,
    pub ann: Learner,
    pub folder: tempfile::TempDir,
    pub clock: Clock,
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(true).await
    }

    pub async fn with(rich_messages: bool) -> Self {
        let clock = Clock::system(TimeDelta::zero());
        let folder = tempfile::tempdir().unwrap();
        let chat = local_chat(&clock, rich_messages, 0).await;
        let handle = chat.handle();
        let bot = Bot::start(&chat.url(), &folder.path().join("liftoff.db"), &clock);
        let ann = handle.add_learner("Ann");
        Self { chat, handle, bot, ann, folder, clock }
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("liftoff.db")
    }

    /// Everything that the bot sent was valid, and every tap was answered.
    pub async fn end(self) {
        self.handle
            .wait("all taps to be answered", SOON, |handle| handle.violations().is_empty().then_some(()))
            .await
            .unwrap_or_else(|_| panic!("invalid requests: {:?}", self.handle.violations()));
        self.bot.stop().await;
        self.chat.shutdown().await;
    }
}

/// Sends a text and waits for a message of the bot that fits.
pub async fn say(learner: &Learner, handle: &Handle, text: &str, fits: impl Fn(&Seen) -> bool) -> Seen {
    let since = handle.revision();
    learner.send_text(text).unwrap();
    learner.wait_for_bot(since, SOON, fits).await.unwrap_or_else(|error| panic!("after {text:?}: {error:?}"))
}

/// Taps a button by its label's beginning and waits for a message of the bot that fits.
pub async fn tap(
    learner: &Learner,
    handle: &Handle,
    message: i32,
    label: &str,
    fits: impl Fn(&Seen) -> bool,
) -> Seen {
    let since = handle.revision();
    let seen = learner.message(message).unwrap();
    let data = data_of(&seen, label).unwrap_or_else(|| panic!("no button {label:?} in {:?}", seen.buttons));
    learner.tap_data(message, &data).unwrap();
    learner.wait_for_bot(since, SOON, fits).await.unwrap_or_else(|error| panic!("after [{label}]: {error:?}"))
}

pub fn data_of(seen: &Seen, label: &str) -> Option<String> {
    let mut buttons = seen.buttons.iter().flatten();
    buttons.find(|button| button.label.starts_with(label)).and_then(|button| button.data.clone())
}

/// Goes through the first questions with their defaults; returns the day's message.
pub async fn settle_in(learner: &Learner, handle: &Handle) -> Seen {
    let message = say(learner, handle, "/start", |seen| seen.text.contains("1 of 3")).await.id;
    tap(learner, handle, message, "Skip", |seen| seen.text.contains("2 of 3")).await;
    tap(learner, handle, message, "Skip", |seen| seen.text.contains("3 of 3")).await;
    tap(learner, handle, message, "Skip", |seen| seen.text.contains("Streak")).await
}
