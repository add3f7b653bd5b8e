//! A few learners on one database, with a clock that travels from one event to the next. Several share a
//! database so that one's rows would be seen in another's; few do, so that one life can be lived again alone.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use rusqlite::Connection;

use super::chance::Chance;
use super::learner::{Learner, World};
use crate::service::Service;
use crate::store::{self, StoreError, reminder};

/// Learners on one database.
pub(super) const ROOM: u32 = 4;

/// Rounds of the reminder loop between two deeds, of which everybody has one a day.
const MOST_IDLE: u32 = 200;

/// The first day on which somebody joins; the others follow within a year, so that every change of clocks in
/// the world falls into somebody's plan.
const OPENING: Option<NaiveDate> = NaiveDate::from_ymd_opt(2026, 8, 3);

/// A database with its learners.
pub(super) struct Room {
    pub db: Connection,
    pub learners: Vec<Learner>,
    /// When the bot was down.
    pub outages: Vec<Range<DateTime<Utc>>>,
    pub now: DateTime<Utc>,
}

impl Room {
    /// The room of that number, before anybody has joined.
    pub fn new(seed: u64, number: u32, learners: Range<u32>, weeks: u32) -> Result<Self, StoreError> {
        let mut chance = Chance::new(seed, number.into(), 3);
        let opening = OPENING.unwrap_or_default().and_time(NaiveTime::MIN).and_utc();
        let opening = opening + TimeDelta::days(chance.between(0, 364));
        let mut joins = || opening + TimeDelta::milliseconds(chance.between(0, 10 * 24 * 3_600_000));
        // Telegram's ids begin at 1.
        let learners = learners.map(|one| Learner::new(seed, i64::from(one) + 1, joins(), weeks)).collect();
        let mut outages: Vec<Range<DateTime<Utc>>> = Vec::new();
        let mut at = opening;
        let last = opening + TimeDelta::weeks(i64::from(weeks) + 3);
        while at < last {
            at += TimeDelta::milliseconds(chance.between(2 * 24 * 3_600_000, 40 * 24 * 3_600_000));
            let minutes =
                if chance.percent(70) { chance.between(1, 9 * 60) } else { chance.between(9 * 60, 60 * 60) };
            // Not on a full minute, on which reminders come.
            let end = at + TimeDelta::minutes(minutes);
            outages.push(at..end);
            at = end;
        }
        Ok(Self { db: store::open_in_memory()?, learners, outages, now: opening })
    }

    /// Lives through all lives.
    pub fn live(&mut self, bot: &Service) -> Result<(), StoreError> {
        let mut idle = 0;
        while let Some(deed) = self.learners.iter().filter_map(Learner::next).min() {
            let due = reminder::next(&self.db)?.filter(|at| *at <= deed);
            let event = due.unwrap_or(deed);
            let outage = self.outages.iter().find(|outage| outage.contains(&event));
            if let Some(outage) = outage.filter(|outage| self.now < outage.end) {
                // The bot is back: reminders first, then what people did meanwhile.
                self.now = outage.end;
                self.remind(bot)?;
                continue;
            }
            // Never twice the same instant, so that answers are told apart by it.
            self.now = event.max(self.now + TimeDelta::milliseconds(1));
            if due.is_some() {
                self.remind(bot)?;
                idle += 1;
            } else {
                self.deed(bot)?;
                idle = 0;
            }
            if idle > MOST_IDLE {
                let all = self.learners.iter_mut();
                all.for_each(|one| one.diary.trouble(self.now, "the reminder loop turns without an end"));
                return Ok(());
            }
        }
        Ok(())
    }

    /// What the reminder loop does when something is due.
    fn remind(&mut self, bot: &Service) -> Result<(), StoreError> {
        for number in reminder::due(&self.db, self.now)? {
            let learner = self.learners.iter_mut().find(|learner| learner.number == number);
            let Some(learner) = learner else { continue };
            let reminder = store::attempt(&self.db, |db| bot.remind(db, number, self.now));
            match reminder {
                Ok(Some(reminder)) => learner.reminded(self.now, reminder.screen),
                Ok(None) => {}
                Err(error) => learner.diary.trouble(self.now, format!("no reminder: {error}")),
            }
        }
        Ok(())
    }

    fn deed(&mut self, bot: &Service) -> Result<(), StoreError> {
        let next = self.learners.iter_mut().filter(|one| one.next().is_some()).min_by_key(|one| one.next());
        match next {
            Some(learner) => learner.act(World { db: &self.db, bot }, self.now),
            None => Ok(()),
        }
    }
}
