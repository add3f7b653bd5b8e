//! The reminder loop on a clock that stands still until a test moves it.
//!
//! The store's writer is a real thread, which tokio's paused clock does not know of: while the loop waits for
//! it, the runtime seems idle and would jump to the next timer. So the clock is only ever moved by hand.
//! [`Stage`] drives [`reminder::round`] itself; [`Running`] has the whole loop and keeps tokio from moving the
//! clock on its own.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use liftoff::chat::intent::{Intent, Op, Who};
use liftoff::chat::plain;
use liftoff::chat::token::Token;
use liftoff::clock::Clock;
use liftoff::reminder;
use liftoff::service::Service;
use liftoff::store::outbox::Outgoing;
use liftoff::store::{self, Store};
use rusqlite::Connection;
use tokio::sync::watch;

use crate::common::test_decks;

/// A local time as an instant: "2026-03-29 02:30".
pub fn local(text: &str, zone: Tz) -> DateTime<Utc> {
    let time = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    zone.from_local_datetime(&time).earliest().unwrap().to_utc()
}

/// A message that was handed to the send queue, and when.
#[derive(Clone, Debug)]
pub struct Handed {
    pub at: DateTime<Utc>,
    pub outgoing: Outgoing,
}

impl Handed {
    /// What the learner reads.
    pub fn text(&self) -> String {
        match &self.outgoing.op {
            Op::Send { screen, .. } => plain::text(screen),
            op => panic!("a reminder is a new message, not {op:?}"),
        }
    }
}

/// A database with its writer, a service, a clock, and what was handed over.
pub struct Stage {
    pub store: Store,
    pub service: Arc<Service>,
    pub clock: Clock,
    pub handed: Arc<Mutex<Vec<Handed>>>,
    writer: JoinHandle<()>,
}

impl Stage {
    /// In memory, at this instant.
    pub fn new(start: DateTime<Utc>) -> Self {
        Self::over(store::open_in_memory().unwrap(), Clock::tokio(start))
    }

    /// Over a file, as a process that has just started.
    pub fn open(path: &Path, clock: &Clock) -> Self {
        Self::over(store::open(path).unwrap(), clock.clone())
    }

    fn over(connection: Connection, clock: Clock) -> Self {
        let (store, writer) = Store::start(connection).unwrap();
        let service = Arc::new(Service::new(test_decks()));
        Self { store, service, clock, handed: Arc::default(), writer }
    }

    /// Ends the process in order; the file is closed afterwards.
    pub fn close(self) {
        drop(self.store);
        self.writer.join().unwrap();
    }

    /// A learner who answers the first questions.
    pub async fn learner(&self, id: i64, zone: &str, time: &str) {
        for text in ["/start", zone, time, "today"] {
            self.say(id, text).await;
        }
    }

    /// What a learner types.
    pub async fn say(&self, id: i64, text: &str) {
        self.intent(id, Intent::Text { text: text.to_owned(), message: 1 }).await;
    }

    /// What a learner taps.
    pub async fn tap(&self, id: i64, token: Token) {
        let tap = Intent::Tap { data: token.to_string(), message: Some(2), callback: "1".into() };
        self.intent(id, tap).await;
    }

    pub async fn intent(&self, id: i64, intent: Intent) {
        let (service, now) = (Arc::clone(&self.service), self.clock.now());
        let who = Who { learner: id, chat: id, name: "Ann".into(), language: None };
        let response =
            self.store.write(move |db| service.respond(db, &who, &intent, "7f3a", now)).await.unwrap();
        assert_eq!(response.fault, None);
    }

    /// One round of the loop. Returns the pause that it wants.
    pub async fn round(&self) -> Duration {
        reminder::round(&self.store, &self.service, &self.clock, &self.hand()).await.unwrap()
    }

    fn hand(&self) -> impl Fn(Outgoing) + Send + Sync + 'static {
        let (handed, clock) = (Arc::clone(&self.handed), self.clock.clone());
        move |outgoing| handed.lock().unwrap().push(Handed { at: clock.now(), outgoing })
    }

    /// The bot runs until an instant. Rounds that have nothing to do are left out.
    pub async fn run_until(&self, to: DateTime<Utc>) {
        loop {
            let pause = self.round().await;
            let now = self.clock.now();
            if now >= to {
                return;
            }
            let next = self.store.write(store::reminder::next).await.unwrap();
            let shortly = next.map_or(to, |at| to.min(at - TimeDelta::seconds(1)));
            let step = (shortly - now).to_std().unwrap_or_default();
            let left = (to - now).to_std().unwrap();
            tokio::time::advance(if step.is_zero() { pause.min(left) } else { step }).await;
        }
    }

    /// The bot is down until an instant.
    pub async fn down_until(&self, to: DateTime<Utc>) {
        tokio::time::advance((to - self.clock.now()).to_std().unwrap()).await;
    }

    /// The local times at which a learner was handed something since the last call, and forgets them.
    pub fn took(&self, id: i64, zone: Tz) -> Vec<String> {
        let mut handed = self.handed.lock().unwrap();
        let (of_learner, others): (Vec<_>, Vec<_>) =
            handed.drain(..).partition(|handed| handed.outgoing.chat == id);
        *handed = others;
        let at = |handed: &Handed| handed.at.with_timezone(&zone).format("%m-%d %H:%M").to_string();
        of_learner.iter().map(at).collect()
    }

    /// A number that the database tells.
    pub async fn count(&self, sql: &'static str) -> i64 {
        self.store.write(move |db| Ok(db.query_row(sql, [], |row| row.get(0))?)).await.unwrap()
    }

    /// Changes the database behind the bot's back.
    pub async fn sql(&self, sql: &'static str) {
        self.store.write(move |db| Ok(db.execute_batch(sql)?)).await.unwrap();
    }
}

/// The whole loop over a stage, asleep or at work.
pub struct Running {
    pub stage: Stage,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
    /// Tokio does not move a paused clock while a blocking task runs; this one runs as long as we live.
    _still: std::sync::mpsc::Sender<()>,
}

impl Running {
    pub async fn start(stage: Stage) -> Self {
        let (still, end) = std::sync::mpsc::channel();
        drop(tokio::task::spawn_blocking(move || end.recv()));
        let (stop, stopped) = watch::channel(false);
        let (store, service) = (stage.store.clone(), Arc::clone(&stage.service));
        let task = tokio::spawn(reminder::run(store, service, stage.clock.clone(), stage.hand(), stopped));
        let running = Self { stage, stop, task, _still: still };
        running.settle().await;
        running
    }

    /// Lets the loop work until it sleeps. When a write of ours is done, all that the loop had handed in before
    /// is done too, and the loop is awake; when we have yielded, it has taken its next turn. It needs three turns
    /// and one for each learner.
    pub async fn settle(&self) {
        for _ in 0..16 {
            self.stage.store.write(|_| Ok(())).await.unwrap();
            tokio::task::yield_now().await;
        }
    }

    /// Time passes in steps of a second, while the loop runs.
    pub async fn pass(&self, seconds: u32) {
        for _ in 0..seconds {
            tokio::time::advance(Duration::from_secs(1)).await;
            self.settle().await;
        }
    }

    /// Asks the loop to end; it does so at once, without time passing.
    pub async fn stop(self) -> Stage {
        self.stop.send_replace(true);
        self.task.await.unwrap();
        self.stage
    }
}
