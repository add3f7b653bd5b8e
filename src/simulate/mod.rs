//! Simulated learners live through their plan with the real service and a clock that travels: in different
//! zones, with habits, breaks, second thoughts and a bot that is down now and then. Each life is then held
//! against what is promised (`rules`), and all of them together give figures (`figures`).
//!
//! Everything follows from the seed. What a learner knows is `crate::study::memory`.

mod book;
mod chance;
mod chat;
mod diary;
mod figures;
mod habits;
mod learner;
mod measure;
mod picture;
mod plans;
mod room;
mod rows;
mod rules;
mod sitting;
mod spoken;
mod table;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;

use crate::service::Service;
use crate::store::{StoreError, learner as kept};
use crate::study::card::{CardId, Kind};
use figures::Figures;
use room::{ROOM, Room};
use rules::{Case, RULES};

/// What to simulate.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many learners.
    pub learners: u32,
    /// Weeks of the plan that each is watched for.
    pub weeks: u32,
    /// What everything follows from.
    pub seed: u64,
    /// Threads to use.
    pub threads: u32,
    /// Only the room of this learner, and only this learner's figures: 1 is the first.
    pub only: Option<u32>,
}

/// A promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Whose.
    pub learner: i64,
    /// The rule's name.
    pub rule: &'static str,
    /// When and what.
    pub what: String,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Report {
    options: Options,
    /// How often each rule was applied.
    applied: Vec<u64>,
    /// Promises that were not kept, by learner.
    pub broken: Vec<Broken>,
    figures: Figures,
}

/// Lives through all lives; `progress` hears how many are over.
///
/// # Errors
/// When a database in memory refuses.
pub fn run(bot: &Service, options: &Options, progress: impl Fn(u32)) -> Result<Report, StoreError> {
    let decks = bot.decks();
    let asked = |week| decks.cards_of_week(week).filter(|card| card.kind != Kind::Code);
    let weeks: Vec<Vec<CardId>> =
        (1..=12).map(|week| asked(week).map(|card| card.id.clone()).collect()).collect();
    let rooms: Vec<u32> = match options.only {
        Some(only) => vec![only.saturating_sub(1) / ROOM],
        None => (0..options.learners.div_ceil(ROOM)).collect(),
    };
    let next = AtomicU32::new(0);
    let (done, results) = mpsc::channel();
    let mut report = Report {
        options: *options,
        applied: vec![0; RULES.len()],
        broken: Vec::new(),
        figures: Figures::new(options.weeks),
    };
    let mut lived: Vec<(u32, Vec<Life>)> = Vec::new();
    std::thread::scope(|scope| {
        for _ in 0..options.threads.max(1) {
            let (done, next, rooms, weeks) = (done.clone(), &next, &rooms, &weeks);
            scope.spawn(move || {
                let take = || rooms.get(usize::try_from(next.fetch_add(1, Ordering::Relaxed)).ok()?);
                while let Some(room) = take() {
                    if done.send(live(bot, options, *room, weeks).map(|lives| (*room, lives))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        let mut over = 0;
        for result in results {
            let (room, lives) = result?;
            over += u32::try_from(lives.len()).unwrap_or(0);
            lived.push((room, lives));
            progress(over);
        }
        Ok::<(), StoreError>(())
    })?;
    // Threads end in any order; the report is the same nevertheless.
    lived.sort_by_key(|(room, _)| *room);
    for life in lived.into_iter().flat_map(|(_, lives)| lives) {
        for (sum, applied) in report.applied.iter_mut().zip(&life.applied) {
            *sum += applied;
        }
        report.broken.extend(life.broken);
        report.figures.add(life.figures);
    }
    Ok(report)
}

/// What one life came to.
struct Life {
    applied: Vec<u64>,
    broken: Vec<Broken>,
    figures: Figures,
}

/// Lives through one room and judges it.
fn live(
    bot: &Service,
    options: &Options,
    number: u32,
    weeks: &[Vec<CardId>],
) -> Result<Vec<Life>, StoreError> {
    let from = number * ROOM;
    let learners = from..(from + ROOM).min(options.learners.max(options.only.unwrap_or(0)));
    let mut room = Room::new(options.seed, number, learners, options.weeks)?;
    room.live(bot)?;
    let mut lives = Vec::new();
    for learner in &room.learners {
        if options.only.is_some_and(|only| i64::from(only) != learner.number) {
            continue;
        }
        let case = Case {
            diary: &learner.diary,
            ended: learner.ended.unwrap_or(room.now),
            diligent: learner.character.diligent,
            outages: &room.outages,
            log: rows::log(&room.db, learner.number)?,
            schedule: rows::schedule(&room.db, learner.number)?,
            kept: kept::find(&room.db, learner.number)?,
            weeks,
        };
        let mut life = Life { applied: Vec::new(), broken: Vec::new(), figures: Figures::new(options.weeks) };
        for (name, rule) in RULES {
            let found = rule(&case);
            life.applied.push(found.applied);
            let learner = learner.number;
            let broken = found.broken.into_iter();
            life.broken.extend(broken.map(|what| Broken { learner, rule: name, what }));
        }
        life.figures.live(&case, rows::reminders(&room.db, learner.number, case.ended)?);
        lives.push(life);
    }
    Ok(lives)
}
