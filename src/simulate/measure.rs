//! How far the forecast of readiness is from what a learner really knows.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use rusqlite::named_params;

use super::diary::{Event, Measure};
use super::learner::{Learner, World};
use crate::store::{StoreError, review};
use crate::study::calendar::StudyDay;
use crate::study::card::CardId;
use crate::study::readiness::{CardMemory, Curve, Met, Past, Until, readiness};
use crate::study::sm2::{Quality, State};

/// Days ahead for which readiness is forecast, if the learner stops today.
pub(super) const AHEAD: [u16; 2] = [0, 14];

/// Compares the forecast with the learner's memory and notes it. Nothing is noted before a card was met.
pub(super) fn measure(world: World<'_>, learner: &mut Learner, now: DateTime<Utc>) -> Result<(), StoreError> {
    let schedule = review::schedule(world.db, learner.number)?;
    if schedule.is_empty() {
        return Ok(());
    }
    // Sums of fractions depend on their order, and a map of hashes has another one in each run.
    let schedule: BTreeMap<_, _> = schedule.into_iter().collect();
    let mut cards = Vec::new();
    for (id, place) in &schedule {
        let week = world.bot.decks().card(id).map_or(0, |(_, at)| at.week);
        let met = Met { state: place.state, due: place.due, reviewed_on: place.reviewed_on };
        cards.push(CardMemory { week, met: Some(met) });
    }
    let curve = Curve::fit(&past(world, learner.number)?);
    let today = learner.today(now);
    for ahead in AHEAD {
        let on = today + i64::from(ahead);
        let forecast = readiness(&cards, &curve, on, Until::Stop).overall.share_of_met();
        let truth: f64 = schedule.keys().map(|card| learner.mind.recall(card, on)).sum();
        let Some(forecast) = forecast else { continue };
        let truth = truth / cards.len() as f64;
        learner.diary.note(now, Event::Measured(Measure { ahead, forecast, truth }));
    }
    Ok(())
}

/// The learner's reviews of cards met before, as the forecast wants them.
fn past(world: World<'_>, learner: i64) -> Result<Vec<Past>, StoreError> {
    let mut rows = world.db.prepare_cached(
        "select card, quality, study_day from review
         where learner = :learner and kind = 'review' and undone_at is null order by id",
    )?;
    let mut rows = rows.query(named_params! { ":learner": learner })?;
    let mut before: HashMap<CardId, (State, StudyDay)> = HashMap::new();
    let mut past = Vec::new();
    while let Some(row) = rows.next()? {
        let quality = Quality::new(row.get("quality")?).ok_or(StoreError::Unreadable { what: "quality" })?;
        let day = StudyDay(row.get("study_day")?);
        let place = before.entry(CardId(row.get("card")?)).or_insert((State::default(), day));
        if place.0.interval > 0 {
            let elapsed = u32::try_from(day - place.1).unwrap_or(0);
            past.push(Past { interval: place.0.interval, elapsed, recalled: quality.passes() });
        }
        *place = (place.0.review(quality), day);
    }
    Ok(past)
}
