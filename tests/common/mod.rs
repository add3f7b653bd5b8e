//! A conversation with the service: a chat without an API, a clock that is set, the small test decks.
#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod edge;
#[path = "../sandbox/prompt.rs"]
pub mod prompt;
pub mod softmax;
pub mod student;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use liftoff::chat::intent::{Intent, Op, Who};
use liftoff::chat::screen::{Button, Screen};
use liftoff::decks::Decks;
use liftoff::sandbox::Submission;
use liftoff::service::{Call, Ending, Service};
use liftoff::store;
use liftoff::study::card::CardId;
use liftoff::study::mend::text_of_file;
use liftoff::study::reading::{Reading, Search};
use liftoff::study::verdict::{Outcome, Verdict};
use rusqlite::Connection;

/// The small decks of the tests.
pub fn test_decks() -> Decks {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/decks");
    Decks::load(&folder).unwrap_or_else(|problems| panic!("test decks: {problems:?}"))
}

/// A message of the bot as it stands in the chat.
pub struct Message {
    pub screen: Screen,
    /// Buttons that it had before, for taps that come too late.
    pub earlier: Vec<Vec<Vec<Button>>>,
}

/// A picture that was sent.
pub struct Picture {
    pub svg: String,
    pub caption: String,
}

/// What the bot did, as a transcript tells it.
pub enum Event {
    Sent(i32),
    Edited(i32),
    Buttons(i32),
    Deleted(i32),
    Toast(Option<String>),
    Document(String, String),
    Picture(Box<Picture>),
    Typing,
}

/// One learner's chat.
pub struct Conversation {
    pub db: Connection,
    pub service: Service,
    pub now: DateTime<Utc>,
    pub who: Who,
    pub messages: BTreeMap<i32, Message>,
    /// Files that the learner sent, by Telegram's id.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Programs are judged as soon as they come.
    pub judges: bool,
    handed_in: bool,
    next_message: i32,
    taps: u32,
}

impl Conversation {
    pub fn new(now: DateTime<Utc>) -> Self {
        Self::with(test_decks(), store::open_in_memory().unwrap(), now)
    }

    pub fn with(decks: Decks, db: Connection, now: DateTime<Utc>) -> Self {
        let who = Who { learner: 7, chat: 7, name: "Ann".into(), language: Some("de".into()) };
        Self {
            db,
            service: Service::new(decks),
            now,
            who,
            messages: BTreeMap::new(),
            files: BTreeMap::new(),
            judges: true,
            handed_in: false,
            next_message: 1,
            taps: 0,
        }
    }

    pub fn say(&mut self, text: &str) -> Vec<Event> {
        let message = self.take_id();
        self.intent(&Intent::Text { text: text.to_owned(), message })
    }

    /// Taps the button that begins with this label, on the latest message that has it.
    pub fn tap(&mut self, label: &str) -> Result<Vec<Event>, String> {
        let (message, data) = self
            .messages
            .iter()
            .rev()
            .find_map(|(id, message)| {
                find(&message.screen.buttons, label).map(|button| (*id, button.data.clone()))
            })
            .ok_or_else(|| format!("no button [{label}]"))?;
        Ok(self.tap_data(message, data))
    }

    /// Taps a button that a message had before, as a second tap or an old screen would.
    pub fn tap_earlier(&mut self, label: &str) -> Result<Vec<Event>, String> {
        let (message, data) = self
            .messages
            .iter()
            .rev()
            .find_map(|(id, message)| {
                let earlier = message.earlier.iter().rev();
                earlier.filter_map(|rows| find(rows, label)).next().map(|button| (*id, button.data.clone()))
            })
            .ok_or_else(|| format!("there never was a button [{label}]"))?;
        Ok(self.tap_data(message, data))
    }

    pub fn tap_data(&mut self, message: i32, data: String) -> Vec<Event> {
        self.taps += 1;
        let callback = self.taps.to_string();
        self.intent(&Intent::Tap { data, message: Some(message), callback })
    }

    pub fn intent(&mut self, intent: &Intent) -> Vec<Event> {
        self.intents(std::slice::from_ref(intent))
    }

    /// Things that the learner does at the same moment; the judge comes to them afterwards.
    pub fn intents(&mut self, intents: &[Intent]) -> Vec<Event> {
        let mut events = Vec::new();
        for intent in intents {
            let response = self.service.respond(&self.db, &self.who, intent, "7f3a", self.now).unwrap();
            events.extend(response.reply.into_iter().map(|op| self.apply(op)));
            let handed_in = response.calls.contains(&Call::HandedIn);
            self.handed_in |= handed_in;
        }
        self.now += TimeDelta::seconds(10);
        if self.judges && std::mem::take(&mut self.handed_in) {
            self.judge(&mut events);
        }
        events
    }

    /// What the judging loop does, one submission after the other.
    fn judge(&mut self, events: &mut Vec<Event>) {
        while let Some(mut job) = self.service.next_submission(&self.db, &[], self.now).unwrap() {
            let ending = match job.file.take().map(|file| self.files.get(&file).cloned()) {
                Some(None) => Ending::LostFile,
                Some(Some(bytes)) => match text_of_file(&bytes) {
                    Err(refusal) => not_run(Outcome::Refused(refusal)),
                    Ok(text) => {
                        job = self.service.fetched(&self.db, job.submission, &text).unwrap().unwrap();
                        self.judged(&job.card, job.readings)
                    }
                },
                None => self.judged(&job.card, job.readings),
            };
            events.extend(self.end(job.submission, &ending));
        }
    }

    /// Ends a submission that waits.
    pub fn end(&mut self, submission: i64, ending: &Ending) -> Vec<Event> {
        let said = self.service.judged(&self.db, submission, ending, self.now).unwrap();
        let said = said.into_iter().flat_map(|said| said.reply);
        said.map(|op| self.apply(op)).collect()
    }

    fn judged(&self, card: &CardId, readings: Vec<Reading>) -> Ending {
        let code = self.service.decks().card(card).and_then(|(card, _)| card.code.as_ref()).unwrap();
        let mut search = Search::new(code, readings);
        while let Some(source) = search.to_run() {
            let submission = Submission { source: &source, card: code };
            search.saw(prompt::runtime().block_on(prompt::sandbox().judge(submission)).unwrap());
        }
        let mut found = search.end().unwrap();
        found.verdict.time = Duration::from_millis(11);
        Ending::Judged(Box::new(found))
    }

    /// Goes on to an instant; reminders that come on the way are sent at their time.
    pub fn travel(&mut self, to: DateTime<Utc>) -> Vec<(DateTime<Utc>, Event)> {
        let mut events = Vec::new();
        while let Some(at) = store::reminder::next(&self.db).unwrap().filter(|at| *at <= to) {
            self.now = self.now.max(at);
            for learner in store::reminder::due(&self.db, self.now).unwrap() {
                if let Some(reminder) = self.service.remind(&self.db, learner, self.now).unwrap() {
                    let event = self.apply(Op::Send { screen: reminder.screen, session: None });
                    events.push((self.now, event));
                }
            }
        }
        self.now = self.now.max(to);
        events
    }

    fn take_id(&mut self) -> i32 {
        self.next_message += 1;
        self.next_message - 1
    }

    fn apply(&mut self, op: Op) -> Event {
        match op {
            Op::Send { screen, session } => {
                let id = self.take_id();
                self.messages.insert(id, Message { screen, earlier: Vec::new() });
                if let Some(session) = session {
                    store::session::set_message(&self.db, session, id).unwrap();
                }
                Event::Sent(id)
            }
            Op::Edit { message, screen, .. } => {
                if let Some(shown) = self.messages.get_mut(&message) {
                    let old = std::mem::replace(&mut shown.screen, screen);
                    shown.earlier.push(old.buttons);
                }
                Event::Edited(message)
            }
            Op::Buttons { message, buttons } => {
                if let Some(shown) = self.messages.get_mut(&message) {
                    let old = std::mem::replace(&mut shown.screen.buttons, buttons);
                    shown.earlier.push(old);
                }
                Event::Buttons(message)
            }
            Op::Delete { message } => Event::Deleted(message),
            Op::Document { name, content } => Event::Document(name, content),
            Op::Picture { svg, caption } => {
                self.take_id();
                Event::Picture(Box::new(Picture { svg, caption }))
            }
            Op::Typing => Event::Typing,
            Op::Toast { text, .. } => Event::Toast(text),
        }
    }

    /// The latest message of the bot.
    pub fn last(&self) -> &Screen {
        &self.messages.values().next_back().expect("the bot has spoken").screen
    }

    /// Goes through the first questions with their defaults.
    pub fn settle_in(&mut self) {
        self.say("/start");
        for _ in 0..3 {
            self.tap("Skip").unwrap();
        }
    }
}

fn not_run(outcome: Outcome) -> Ending {
    let (source, mended, time) = (String::new(), Vec::new(), Duration::ZERO);
    let verdict = Verdict { outcome, passed: 0, total: 0, time, source, mended };
    Ending::Judged(Box::new(verdict.into()))
}

fn find<'b>(rows: &'b [Vec<Button>], label: &str) -> Option<&'b Button> {
    let mut all = rows.iter().flatten();
    let exact = all.clone().find(|button| button.label == label);
    exact.or_else(|| all.find(|button| button.label.starts_with(label)))
}
