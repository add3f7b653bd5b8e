//! Faults of ours while a program is judged: they end one submission, and stop nobody else.

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use common::test_decks;
use liftoff::chat::intent::{Intent, Who};
use liftoff::clock::Clock;
use liftoff::judging::{self, Judging, Messenger, NoFile};
use liftoff::service::{Call, Service};
use liftoff::store::outbox::Outgoing;
use liftoff::store::{self, Store};
use tokio::sync::{mpsc, watch};

const BAD: i64 = 1;
const OTHERS: std::ops::RangeInclusive<i64> = 2..=6;
/// Five tries with their pauses, and room for a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Panics over one file, as a fault in our own program would.
#[derive(Clone, Default)]
struct Post(Arc<Mutex<Vec<i64>>>);

impl Messenger for Post {
    async fn fetch(&self, file: &str) -> Result<Vec<u8>, NoFile> {
        assert!(file != "boom", "a fault");
        Err(NoFile::Gone)
    }

    fn hand(&self, outgoing: Outgoing) {
        self.0.lock().unwrap().push(outgoing.chat);
    }
}

struct Stage {
    store: Store,
    service: Arc<Service>,
    clock: Clock,
    post: Post,
    calls: mpsc::UnboundedSender<Call>,
    shutdown: watch::Sender<bool>,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// Everybody at the prompt, with a program handed in; nothing is judged yet.
    async fn new() -> (Self, Judging<Post>, mpsc::UnboundedReceiver<Call>, watch::Receiver<bool>) {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::start(store::open(&folder.path().join("liftoff.db")).unwrap()).unwrap();
        let service = Arc::new(Service::new(test_decks()));
        let (clock, post) = (Clock::system(TimeDelta::zero()), Post::default());
        let (calls, called) = mpsc::unbounded_channel();
        let (shutdown, stopped) = watch::channel(false);
        let judging = Judging {
            store: store.clone(),
            service: Arc::clone(&service),
            clock: clock.clone(),
            sandbox: None,
            messenger: post.clone(),
        };
        let stage = Self { store, service, clock, post, calls, shutdown, _folder: folder };
        for learner in [BAD].into_iter().chain(OTHERS) {
            for text in ["/start", "/cancel", "/start code_stable-softmax"] {
                stage.does(learner, Intent::Text { text: text.into(), message: 1 }).await;
            }
        }
        (stage, judging, called, stopped)
    }

    async fn does(&self, learner: i64, intent: Intent) {
        let (service, now) = (Arc::clone(&self.service), self.clock.now());
        let who = Who { learner, chat: learner, name: "Ann".into(), language: None };
        let done = self.store.write(move |db| service.respond(db, &who, &intent, "7f3a", now)).await.unwrap();
        assert_eq!(done.fault, None);
        if done.calls.contains(&Call::HandedIn) {
            let _ = self.calls.send(Call::HandedIn);
        }
    }

    async fn hands_in(&self, learner: i64) {
        let text = "def softmax(z): return z".to_owned();
        self.does(learner, Intent::Text { text, message: 2 }).await;
    }

    async fn waiting(&self, learner: i64) -> i64 {
        let sql = "select count(*) from submission where learner = ?1 and judged_at is null";
        self.store.write(move |db| Ok(db.query_row(sql, [learner], |row| row.get(0))?)).await.unwrap()
    }

    /// Waits until nothing of this learner's waits any more.
    async fn over(&self, learner: i64, patience: Duration) {
        let over = async {
            while self.waiting(learner).await > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(patience, over).await.unwrap_or_else(|_| panic!("{learner} waits for ever"));
    }

    fn told(&self, learner: i64) -> usize {
        self.post.0.lock().unwrap().iter().filter(|chat| **chat == learner).count()
    }

    /// Waits until a learner was told so many things: it leaves a moment after it is kept.
    async fn has_told(&self, learner: i64, times: usize) {
        let told = async {
            while self.told(learner) < times {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE / 10, told).await.expect("it is told");
        assert_eq!(self.told(learner), times);
    }

    async fn failed(&self) -> i64 {
        let sql = "select count(*) from submission where outcome is not 'dropped'";
        self.store.write(move |db| Ok(db.query_row(sql, [], |row| row.get(0))?)).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_over_one_program_ends_that_one_and_no_other() {
    let (stage, judging, called, stopped) = Stage::new().await;
    let boom = Intent::File { id: "boom".into(), name: Some("boom.py".into()), size: 10 };
    stage.does(BAD, boom).await;
    let task = tokio::spawn(judging::run(judging, called, stopped));
    for learner in OTHERS {
        stage.hands_in(learner).await;
    }
    for learner in OTHERS {
        stage.over(learner, PATIENCE / 10).await;
        stage.has_told(learner, 1).await;
    }
    assert_eq!(stage.waiting(BAD).await, 1, "it is tried again for a while");
    stage.over(BAD, PATIENCE).await;
    // And then said to be no fault of theirs.
    stage.has_told(BAD, 1).await;
    stage.hands_in(BAD).await;
    stage.over(BAD, PATIENCE / 10).await;
    assert_eq!(stage.failed().await, 0, "nothing counts");
    stage.shutdown.send_replace(true);
    task.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_that_cannot_be_told_is_given_up() {
    let (stage, judging, called, stopped) = Stage::new().await;
    stage.hands_in(BAD).await;
    let broken = "create trigger broken before insert on outbox when new.chat = 1
        begin select raise(abort, 'a fault'); end";
    stage.store.write(move |db| Ok(db.execute_batch(broken)?)).await.unwrap();
    let task = tokio::spawn(judging::run(judging, called, stopped));
    for learner in OTHERS {
        stage.hands_in(learner).await;
        stage.over(learner, PATIENCE / 10).await;
    }
    assert_eq!(stage.waiting(BAD).await, 1);
    stage.over(BAD, PATIENCE).await;
    assert_eq!((stage.told(BAD), stage.failed().await), (0, 0));
    stage.shutdown.send_replace(true);
    task.await.unwrap();
}
