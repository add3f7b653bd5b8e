//! Progress in pictures and figures: gathers what the pictures show.

use std::collections::HashMap;

use chrono::TimeDelta;
use rusqlite::Connection;

use super::agenda;
use super::schedule::Schedule;
use super::turn::Turn;
use crate::decks::Decks;
use crate::picture::{self, FORECAST_DAYS, Progress, Share, Stats, Theme, WEEKS};
use crate::store::learner::Learner;
use crate::store::review::{self, Scheduled};
use crate::store::{StoreError, stats};
use crate::study::calendar::StudyDay;
use crate::study::card::{Card, CardId, Kind};
use crate::study::readiness::{self, CardMemory, Curve, Met, Past, Readiness, Until};
use crate::wording::stats as words;

/// From this interval on a card counts as firm, in days.
const FIRM: u32 = 21;

/// A tap so soon after the pictures were sent is the second of a double tap.
const DOUBLE_TAP: TimeDelta = TimeDelta::seconds(5);

/// The first day that the heat map may show lies this many days back.
const YEAR: i64 = 53 * 7;

/// The button: shows the progress, once for a double tap.
pub(super) fn tapped(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    if turn.learner.stats_at.is_some_and(|at| turn.now - at < DOUBLE_TAP) {
        turn.toast(words::toast::BELOW);
        return Ok(());
    }
    show(turn)
}

/// Sends the pictures, and the figures in words below: these come also where a server takes no pictures.
pub(super) fn show(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    let (today, dark) = (turn.today(), turn.learner.dark_pictures);
    let stats = gather(turn.db, turn.decks, &turn.learner, today)?;
    let waiting = agenda::agenda(turn.db, turn.decks, &turn.learner, today, None)?.entries.len();
    for drawing in picture::draw(&stats, if dark { Theme::Dark } else { Theme::Light }) {
        turn.picture(drawing.svg, drawing.caption);
    }
    let said = picture::describe(&stats);
    turn.send(words::stats(&words::Shown {
        lines: &said.lines,
        days: &said.days,
        weeks: &said.weeks,
        model: readiness::MODEL,
        assumes: readiness::ASSUMES,
        waiting,
        dark,
    }));
    turn.learner.stats_at = Some(turn.now);
    Ok(())
}

/// Makes pictures dark or light and shows them so. A second tap changes nothing.
pub(super) fn switch(turn: &mut Turn<'_>, dark: bool) -> Result<(), StoreError> {
    if turn.learner.dark_pictures == dark {
        turn.toast(words::toast::ALREADY);
        return Ok(());
    }
    turn.learner.dark_pictures = dark;
    turn.replace_buttons(Vec::new());
    show(turn)
}

/// What the pictures show of a learner. Cards count that review sessions ask; only the days of the year and
/// the streak count coding prompts too.
pub(super) fn gather(
    db: &Connection,
    decks: &Decks,
    learner: &Learner,
    today: StudyDay,
) -> Result<Stats, StoreError> {
    let streak = agenda::streak_on(db, learner, today)?;
    let schedule = review::schedule(db, learner.id)?;
    let asked = Schedule::load(db, decks, learner, today)?;
    let aside = stats::put_aside(db, learner.id)?;
    let histories = stats::histories(db, learner.id)?;
    let mut retention = [Share::default(); WEEKS];
    let mut past: Vec<Past> = Vec::new();
    for history in &histories {
        let found = decks.card(&history.card);
        if found.is_some_and(|(card, _)| card.kind == Kind::Code) {
            continue;
        }
        // A card that left the decks still tells how the learner remembers.
        past.extend(&history.reviews);
        if let Some(share) = found.and_then(|(_, place)| retention.get_mut(usize::from(place.week) - 1)) {
            share.asked += u32::try_from(history.reviews.len()).unwrap_or(u32::MAX);
            share.recalled += history.reviews.iter().map(|one| u32::from(one.recalled)).sum::<u32>();
        }
    }
    let progress = std::array::from_fn(|week| {
        let mut progress = Progress::default();
        for card in agenda::cards(decks, week as u8 + 1) {
            let place = schedule.get(&card.id);
            progress.cards += 1;
            progress.met += u32::from(place.is_some());
            progress.firm += u32::from(place.is_some_and(|place| place.state.interval >= FIRM));
        }
        progress
    });
    let on = learner.interview_on.filter(|day| *day >= today).unwrap_or(today);
    let memories = Memories::new(decks, &schedule, &aside);
    let [kept_up, stopped] = memories.readiness(&Curve::fit(&past), today, on);
    let days = stats::reviews_by_day(db, learner.id, today - YEAR..=today)?;
    Ok(Stats {
        today: today.date(),
        streak: streak.days,
        longest: streak.longest,
        freezes: streak.freezes,
        reviews: days.into_iter().map(|(day, reviews)| (day.date(), reviews)).collect(),
        retention,
        forecast: forecast(decks, &asked, &schedule, &aside, today),
        progress,
        readiness: picture::Readiness {
            overall: kept_up.overall.share().unwrap_or(0.0),
            stopped: stopped.overall.share().unwrap_or(0.0),
            weeks: kept_up.weeks.map(|week| week.share().unwrap_or(0.0)),
            on: on.date(),
        },
        interview: learner.interview_on.map(StudyDay::date),
    })
}

/// Cards due on each of the next days, the first of which is today with all that is overdue. A buried card
/// counts on the day on which it comes back.
fn forecast(
    decks: &Decks,
    asked: &Schedule,
    schedule: &HashMap<CardId, Scheduled>,
    aside: &HashMap<CardId, Option<StudyDay>>,
    today: StudyDay,
) -> [u32; FORECAST_DAYS] {
    let buried = schedule.values().filter_map(|place| {
        let (card, _) = decks.card(&place.card)?;
        let until = aside.get(&place.card).copied().flatten().filter(|until| *until > today)?;
        (card.kind != Kind::Code).then_some(place.due.max(until))
    });
    let mut forecast = [0; FORECAST_DAYS];
    for due in asked.all().map(|(_, due)| due).chain(buried) {
        let ahead = usize::try_from((due - today).max(0)).unwrap_or(usize::MAX);
        if let Some(cards) = forecast.get_mut(ahead) {
            *cards += 1;
        }
    }
    forecast
}

/// The plan's cards: those that are asked, and those that the learner has suspended.
struct Memories {
    asked: Vec<CardMemory>,
    suspended: Vec<CardMemory>,
}

impl Memories {
    fn new(
        decks: &Decks,
        schedule: &HashMap<CardId, Scheduled>,
        aside: &HashMap<CardId, Option<StudyDay>>,
    ) -> Self {
        let memory = |week: u8, card: &Card| CardMemory {
            week,
            met: schedule.get(&card.id).map(|place| Met {
                state: place.state,
                due: place.due,
                reviewed_on: place.reviewed_on,
            }),
        };
        let all = (1..=12).flat_map(|week| agenda::cards(decks, week).map(move |card| (week, card)));
        let (suspended, asked): (Vec<_>, Vec<_>) =
            all.partition(|(_, card)| aside.get(&card.id) == Some(&None));
        let memories =
            |cards: Vec<(u8, &Card)>| cards.into_iter().map(|(week, card)| memory(week, card)).collect();
        Self { asked: memories(asked), suspended: memories(suspended) }
    }

    /// What is expected on a day: if reviews are kept up, and if they stop. What is suspended is not reviewed.
    fn readiness(&self, curve: &Curve, today: StudyDay, on: StudyDay) -> [Readiness; 2] {
        let suspended = readiness::readiness(&self.suspended, curve, on, Until::Stop);
        [Until::KeepUp { today, sweep: on > today }, Until::Stop]
            .map(|until| readiness::readiness(&self.asked, curve, on, until).and(&suspended))
    }
}
