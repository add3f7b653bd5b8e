//! The state behind the doors: one lock, one revision counter, one channel that tells everybody who waits
//! (the bot's long poll, the page, a test) that something changed.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

use super::faults::{Fault, Violation};
use super::model::{Ids, Message, Update, World};
use super::store::{RESERVE, Store};
use super::{Error, Options, TravelGuide};
use crate::clock::Clock;

/// A tap is answered within this time or never: later answers meet "query is too old".
const CALLBACK_LIFE: Duration = Duration::from_secs(60);
/// How long "typing" shows after the bot said so.
const TYPING_SHOWS: Duration = Duration::from_secs(5);
/// A bot that has not polled for this long is away. Between two polls it handles what it got.
const POLL_GAP: Duration = Duration::from_secs(5);
const TOASTS_KEPT: usize = 200;
const CALLBACKS_KEPT: usize = 1000;

/// What all doors share.
pub(super) struct Core {
    pub(super) token: String,
    pub(super) clock: Clock,
    pub(super) travel: Arc<dyn TravelGuide>,
    pub(super) rich_messages: bool,
    pub(super) store: Store,
    pub(super) port: u16,
    /// Tells one start of the server from the next: the page forgets what it knew of the last one.
    pub(super) epoch: i64,
    /// The revision of the newest change.
    pub(super) changed: watch::Sender<u64>,
    /// Turns true when the server shuts down.
    pub(super) stop: watch::Sender<bool>,
    inner: Mutex<Inner>,
}

/// What the lock guards.
pub(super) struct Inner {
    pub(super) world: World,
    /// The ids in the saved document: none at or beyond them may leave before the next save.
    ceiling: Ids,
    pub(super) bot_id: i64,
    pub(super) revision: u64,
    pub(super) callbacks: BTreeMap<u64, Callback>,
    pub(super) toasts: VecDeque<Toast>,
    pub(super) typing: BTreeMap<i64, Instant>,
    pub(super) poll: PollState,
    pub(super) faults: Vec<Fault>,
    pub(super) violations: Vec<Violation>,
    /// How often the bot called each method.
    pub(super) calls: BTreeMap<String, u64>,
}

/// A tap on a button that waits for, or has got, its answer.
#[derive(Clone, Debug)]
pub(super) struct Callback {
    pub(super) learner: i64,
    pub(super) message: i32,
    pub(super) row: usize,
    pub(super) column: usize,
    tapped: Instant,
    /// The update that carries it; unanswered counts against the bot only once it was fetched.
    pub(super) update: Option<i64>,
    pub(super) fetched: bool,
    pub(super) answered: bool,
}

impl Callback {
    /// Whether an answer would still be taken.
    pub(super) fn alive(&self) -> bool {
        self.tapped.elapsed() < CALLBACK_LIFE
    }
}

/// What the bot said in answer to a tap.
#[derive(Clone, Debug)]
pub(super) struct Toast {
    pub(super) callback: u64,
    pub(super) learner: i64,
    pub(super) text: String,
    pub(super) alert: bool,
    pub(super) url: Option<String>,
    pub(super) revision: u64,
}

/// Who polls, and since when nobody does.
#[derive(Debug, Default)]
pub(super) struct PollState {
    /// The poll that is under way; an older one sees that it is no longer its own number and gives up.
    pub(super) current: Option<u64>,
    pub(super) next: u64,
    pub(super) last_end: Option<Instant>,
}

impl Core {
    pub(super) fn new(options: Options, port: u16, store: Store, world: World, bot_id: i64) -> Arc<Self> {
        let revision = world.messages.values().map(|message| message.revision).max().unwrap_or(0) + 1;
        let inner = Inner {
            ceiling: world.ids,
            world,
            bot_id,
            revision,
            callbacks: BTreeMap::new(),
            toasts: VecDeque::new(),
            typing: BTreeMap::new(),
            poll: PollState::default(),
            faults: Vec::new(),
            violations: Vec::new(),
            calls: BTreeMap::new(),
        };
        Arc::new(Self {
            epoch: options.clock.now().timestamp_millis(),
            token: options.token,
            clock: options.clock,
            travel: options.travel,
            rich_messages: options.rich_messages,
            store,
            port,
            changed: watch::Sender::new(revision),
            stop: watch::Sender::new(false),
            inner: Mutex::new(inner),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks without changing anything.
    pub(super) fn look<T>(&self, read: impl FnOnce(&Inner) -> T) -> T {
        read(&self.lock())
    }

    /// Changes the state, and tells who waits if it did.
    pub(super) fn act<T>(&self, change: impl FnOnce(&mut Inner, DateTime<Utc>) -> T) -> T {
        let now = self.clock.now();
        let (result, revision) = {
            let mut inner = self.lock();
            let result = change(&mut inner, now);
            if self.store.keeps() && inner.world.ids.reach(&inner.ceiling) {
                self.save_locked(&mut inner, RESERVE);
            }
            (result, inner.revision)
        };
        self.changed.send_if_modified(|seen| {
            let newer = revision > *seen;
            *seen = revision.max(*seen);
            newer
        });
        result
    }

    /// Writes the state; `reserve` ids beyond those in use are set apart, none at a clean end.
    pub(super) fn save(&self, reserve: i64) {
        self.save_locked(&mut self.lock(), reserve);
    }

    fn save_locked(&self, inner: &mut Inner, reserve: i64) {
        let in_use = inner.world.ids;
        let ceiling = in_use.ahead(reserve);
        inner.world.ids = ceiling;
        inner.world.shift_ms = self.clock.shift().num_milliseconds();
        match self.store.save(&inner.world) {
            Ok(()) => inner.ceiling = ceiling,
            Err(error) => tracing::error!(%error, "the local chat's state was not saved"),
        }
        inner.world.ids = in_use;
    }

    /// Saves shortly after each change, until the server stops.
    pub(super) async fn keep_saving(self: Arc<Self>) {
        let mut changed = self.changed.subscribe();
        let mut stop = self.stop.subscribe();
        loop {
            tokio::select! {
                result = changed.changed() => if result.is_err() { return },
                _ = stop.wait_for(|stop| *stop) => return,
            }
            // Changes come in bursts (a message, its keyboard, its toast): one write serves them all.
            tokio::time::sleep(Duration::from_millis(30)).await;
            changed.mark_unchanged();
            let core = Arc::clone(&self);
            if tokio::task::spawn_blocking(move || core.save(RESERVE)).await.is_err() {
                return;
            }
        }
    }

    /// Keeps a file's bytes and remembers its name; the id is new.
    pub(super) fn keep_file(&self, name: &str, mime: &str, bytes: Vec<u8>) -> Result<String, Error> {
        let id = self.act(|inner, _| format!("LC{}", inner.next_other()));
        let size = bytes.len() as u64;
        self.store.put(&id, bytes)?;
        let file = super::model::File { id: id.clone(), name: name.to_owned(), mime: mime.to_owned(), size };
        self.act(|inner, _| {
            inner.world.files.insert(id.clone(), file);
            inner.touch();
        });
        Ok(id)
    }

    /// Moves the clock and tells the page.
    pub(super) fn travel_to(&self, target: DateTime<Utc>) {
        self.clock.travel_to(target);
        self.act(|inner, _| inner.touch());
    }

    /// Moves the clock forward by `ahead`.
    pub(super) fn travel_by(&self, ahead: TimeDelta) {
        if let Some(target) = self.clock.now().checked_add_signed(ahead) {
            self.travel_to(target);
        }
    }
}

impl Inner {
    /// Marks a change and returns its revision.
    pub(super) fn touch(&mut self) -> u64 {
        self.revision += 1;
        self.revision
    }

    pub(super) fn next_other(&mut self) -> u64 {
        let id = self.world.ids.other;
        self.world.ids.other += 1;
        id.unsigned_abs()
    }

    /// Adds a message with the next id and the next revision.
    pub(super) fn add_message(&mut self, mut message: Message) -> i32 {
        // Two thousand million messages are out of reach; should they not be, the newest is overwritten.
        let id = i32::try_from(self.world.ids.message).unwrap_or(i32::MAX);
        self.world.ids.message += 1;
        message.id = id;
        message.revision = self.touch();
        self.world.messages.insert(id, message);
        id
    }

    /// Queues an update for the bot if it wants that kind; returns its id.
    pub(super) fn queue(&mut self, kind: &str, value: Value) -> Option<i64> {
        if !self.wants(kind) {
            return None;
        }
        let id = self.world.ids.update;
        self.world.ids.update += 1;
        let mut body = json!({ "update_id": id });
        body[kind] = value;
        self.world.pending.push_back(Update { id, body, at_any_rate: false });
        self.touch();
        Some(id)
    }

    fn wants(&self, kind: &str) -> bool {
        match &self.world.allowed_updates {
            Some(kinds) if !kinds.is_empty() => kinds.iter().any(|wanted| wanted == kind),
            _ => !matches!(kind, "chat_member" | "message_reaction" | "message_reaction_count"),
        }
    }

    /// Remembers a tap; its number is the callback query's id.
    pub(super) fn add_callback(&mut self, learner: i64, message: i32, (row, column): (usize, usize)) -> u64 {
        let id = self.next_other();
        let tapped = Instant::now();
        let callback =
            Callback { learner, message, row, column, tapped, update: None, fetched: false, answered: false };
        self.callbacks.insert(id, callback);
        while self.callbacks.len() > CALLBACKS_KEPT {
            self.callbacks.pop_first();
        }
        self.touch();
        id
    }

    pub(super) fn add_toast(&mut self, mut toast: Toast) {
        toast.revision = self.touch();
        self.toasts.push_back(toast);
        while self.toasts.len() > TOASTS_KEPT {
            self.toasts.pop_front();
        }
    }

    /// Notes that the bot did something that Telegram would refuse or ignore.
    pub(super) fn note_violation(&mut self, method: &str, problem: String) {
        self.violations.push(Violation { method: method.to_owned(), problem });
        self.touch();
    }

    /// Whether a bot polls, or did a moment ago.
    pub(super) fn connected(&self) -> bool {
        self.poll.current.is_some() || self.poll.last_end.is_some_and(|end| end.elapsed() < POLL_GAP)
    }

    /// How much longer "typing" shows in this chat.
    pub(super) fn typing_left(&self, chat: i64) -> Duration {
        let since = self.typing.get(&chat).map(Instant::elapsed);
        since.map_or(Duration::ZERO, |since| TYPING_SHOWS.saturating_sub(since))
    }
}
