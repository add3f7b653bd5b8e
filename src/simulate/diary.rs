//! What a learner did and saw, in order: all that the rules judge by, beside the rows of the database.

use chrono::{DateTime, NaiveDate, Utc};

use crate::study::calendar::Zone;
use crate::study::card::CardId;

/// What a learner has told the bot to do.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settings {
    pub zone: Zone,
    /// Minutes after midnight at which a study day starts.
    pub day_start: u16,
    /// Minutes after midnight of the reminder.
    pub remind_at: Option<u16>,
    /// Days of the week with a reminder, Monday the lowest bit.
    pub days: u8,
    /// The plan's first day.
    pub start: NaiveDate,
    pub new: u16,
    pub reviews: u16,
    pub interview: Option<NaiveDate>,
    /// Minutes after midnight of the evening's nudge.
    pub nudge_at: Option<u16>,
    /// The first questions are answered.
    pub ready: bool,
    pub blocked: bool,
}

/// What an answer counts for, by the reason that the session gave for asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counts {
    /// For the schedule: the card was due.
    Due,
    /// For the schedule: the card was new.
    New,
    /// For nothing but the drill.
    Drill,
    /// For nothing.
    Practice,
}

/// One tap or word that graded an answer.
#[derive(Clone, Debug)]
pub(super) struct Rating {
    pub session: i64,
    pub card: CardId,
    pub quality: u8,
    pub counts: Counts,
    /// In a quiz or a checkpoint, which the learner takes on top of the day's limits.
    pub quiz: bool,
    /// How likely the learner was to recall it.
    pub likely: f64,
    /// How long the question was open.
    pub seconds: u32,
}

/// What the day's overview said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub due: u32,
    pub new: u32,
    pub drill: u32,
    pub streak: u32,
    pub freezes: u32,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// The settings are these from now on.
    Told(Settings),
    Rated(Rating),
    /// The last answer that still counted was taken back.
    TookBack,
    /// The last answer was wrong by the bot's word and right by the learner's.
    Overruled,
    Suspended(CardId),
    /// Until the next study day.
    Buried(CardId),
    BroughtBack,
    /// A week was opened for new cards.
    Opened(u8),
    /// A plan day was marked done.
    Marked(u8),
    /// The learner went through a review session to its end.
    Finished(i64),
    Read(Reading),
    /// The bot spoke without being asked.
    Reminded,
    /// The reminder was put off until then.
    Snoozed(DateTime<Utc>),
    NotToday,
    /// The reminder got another time; what was put off keeps its own.
    Moved,
    /// A pause of so many study days, today the first; 0 ends it.
    Paused(u16),
    /// How the forecast compares with what the learner knows.
    Measured(Measure),
}

/// A forecast of readiness and the truth, over the cards met so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    /// Days from the day of the forecast to the day that it is for.
    pub ahead: u16,
    pub forecast: f64,
    pub truth: f64,
}

/// A learner's life as it went.
#[derive(Clone, Debug, Default)]
pub(super) struct Diary {
    /// In the order of time; no two answers share an instant.
    pub events: Vec<(DateTime<Utc>, Event)>,
    /// What went wrong while it was lived: faults of the bot, screens that could not be used.
    pub troubles: Vec<(DateTime<Utc>, String)>,
}

impl Diary {
    pub fn note(&mut self, at: DateTime<Utc>, event: Event) {
        self.events.push((at, event));
    }

    pub fn trouble(&mut self, at: DateTime<Utc>, what: impl Into<String>) {
        self.troubles.push((at, what.into()));
    }

    /// The settings as they were told last.
    pub fn settings(&self) -> Option<&Settings> {
        self.events.iter().rev().find_map(|(_, event)| match event {
            Event::Told(settings) => Some(settings),
            _ => None,
        })
    }
}
