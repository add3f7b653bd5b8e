//! Courses of invented learners, and how far forecasts are from what they would really recall.

use liftoff::study::calendar::StudyDay;
use liftoff::study::card::CardId;
use liftoff::study::interview::{Place, effective_due};
use liftoff::study::memory::{Habit, Mind};
use liftoff::study::readiness::{CardMemory, Curve, Met, Past, Until, readiness};
use liftoff::study::sm2::State;

/// The first day of every course.
const START: StudyDay = StudyDay(20_780);

/// Mornings of the course on which forecasts are made, in days from its start.
pub const ASKED_ON: [i64; 4] = [14, 28, 56, 84];

/// A card as the bot has it.
#[derive(Clone)]
struct Card {
    id: CardId,
    week: u8,
    met: Option<Met>,
}

/// A learner in the middle of the course.
#[derive(Clone)]
pub struct Course {
    learner: i64,
    mind: Mind,
    cards: Vec<Card>,
    log: Vec<Past>,
    /// The day whose reviews are still to be done.
    today: StudyDay,
}

impl Course {
    /// A learner at the start, with 60 to 200 cards in twelve weeks.
    fn new(seed: u64, learner: i64) -> Self {
        let count = 60 + (learner.unsigned_abs() * 37 + seed * 11) % 141;
        let card = |number| Card {
            id: CardId(format!("c{number}")),
            week: u8::try_from(number * 12 / count).unwrap() + 1,
            met: None,
        };
        let cards = (0..count).map(card).collect();
        Self { learner, mind: Mind::new(seed, learner), cards, log: Vec::new(), today: START }
    }

    /// Lives through the 84 days and returns the learner as of each morning in [`ASKED_ON`].
    pub fn live(seed: u64, learner: i64) -> Vec<Self> {
        let habit = Habit::of_chance(seed, learner);
        let mut course = Self::new(seed, learner);
        let new_per_day = 3 + usize::try_from(learner.rem_euclid(8)).unwrap();
        let mut mornings = Vec::new();
        for day in 0..=84 {
            if ASKED_ON.contains(&day) {
                mornings.push(course.clone());
            }
            course.study(habit.seconds_on(course.today), new_per_day, None);
        }
        mornings
    }

    /// The learner after keeping up all reviews, without new cards, until the morning of that day.
    fn kept_up(&self, on: StudyDay, interview: Option<StudyDay>) -> Self {
        let mut course = self.clone();
        while course.today < on {
            course.study(u32::MAX, 0, interview);
        }
        course
    }

    /// A day: due cards, the most overdue first, then new ones, as long as there is time. The drill is left
    /// out, as it moves neither schedule nor memory.
    fn study(&mut self, mut seconds: u32, new_per_day: usize, interview: Option<StudyDay>) {
        let met: Vec<usize> = (0..self.cards.len()).filter(|at| self.cards[*at].met.is_some()).collect();
        let places: Vec<Place<'_>> = met
            .iter()
            .filter_map(|at| self.cards[*at].met.map(|met| (&self.cards[*at].id, met)))
            .map(|(card, met)| Place { card, due: met.due, reviewed_on: met.reviewed_on })
            .collect();
        let due = effective_due(self.learner, interview, self.today, &places);
        let mut due: Vec<_> = due.into_iter().zip(met).filter(|(due, _)| *due <= self.today).collect();
        due.sort_unstable();
        let reached = u8::try_from((self.today - START) / 7).map_or(12, |week| week + 1);
        let new = |at: &usize| self.cards[*at].met.is_none() && self.cards[*at].week <= reached;
        let new: Vec<usize> = (0..self.cards.len()).filter(new).take(new_per_day).collect();
        for at in due.into_iter().map(|(_, at)| at).chain(new) {
            if seconds == 0 {
                break;
            }
            seconds = seconds.saturating_sub(self.review(at));
        }
        self.today = self.today + 1;
    }

    /// One review; returns the seconds that it took.
    fn review(&mut self, at: usize) -> u32 {
        let card = &mut self.cards[at];
        let answer = self.mind.answer(&card.id, self.today);
        if let Some(met) = card.met {
            let elapsed = u32::try_from(self.today - met.reviewed_on).unwrap();
            self.log.push(Past { interval: met.state.interval, elapsed, recalled: answer.quality.passes() });
        }
        let state = card.met.map_or(State::default(), |met| met.state).review(answer.quality);
        card.met = Some(Met { state, due: self.today + i64::from(state.interval), reviewed_on: self.today });
        answer.seconds
    }

    fn true_recall(&self, card: &CardId, on: StudyDay) -> f64 {
        self.mind.recall(card, on)
    }
}

/// A way to tell how likely a met card is recalled, given the learner's curve.
pub type Forecast = fn(&Curve, &Met, StudyDay) -> f64;

/// What is held against each other.
pub const FORECASTS: [(&str, Forecast); 3] = [
    ("forgetting curve", |curve, met, on| {
        curve.recall(met.state.interval, u32::try_from(on - met.reviewed_on).unwrap())
    }),
    ("always 0.9", |_, _, _| 0.9),
    ("1 unless overdue, else 0", |_, met, on| f64::from(u8::from(on <= met.due))),
];

/// How far one forecast is from the truth, over learners.
#[derive(Clone, Debug, Default)]
pub struct Error {
    /// Sum of forecast minus truth over learners.
    signed: f64,
    absolute: f64,
    learners: u32,
    week_absolute: f64,
    weeks: u32,
    /// Cards, their forecasts and truths, by tenths of the forecast.
    pub bins: [(u32, f64, f64); 10],
}

impl Error {
    /// Mean of forecast minus truth.
    pub fn bias(&self) -> f64 {
        self.signed / f64::from(self.learners)
    }

    /// Mean distance over learners.
    pub fn mean(&self) -> f64 {
        self.absolute / f64::from(self.learners)
    }

    /// Mean distance over learners and weeks.
    pub fn week_mean(&self) -> f64 {
        self.week_absolute / f64::from(self.weeks)
    }

    /// Adds a learner: week, forecast and truth of each met card.
    fn add(&mut self, cards: &[(u8, f64, f64)]) {
        if cards.is_empty() {
            return;
        }
        let off = |cards: &mut dyn Iterator<Item = &(u8, f64, f64)>| {
            let (sum, count) =
                cards.fold((0.0, 0_u32), |(sum, count), card| (sum + card.1 - card.2, count + 1));
            (count > 0).then(|| sum / f64::from(count))
        };
        let signed = off(&mut cards.iter()).unwrap_or(0.0);
        self.signed += signed;
        self.absolute += signed.abs();
        self.learners += 1;
        for week in 1..=12 {
            if let Some(signed) = off(&mut cards.iter().filter(|card| card.0 == week)) {
                self.week_absolute += signed.abs();
                self.weeks += 1;
            }
        }
        for (_, forecast, truth) in cards {
            let bin = &mut self.bins[((forecast * 10.0) as usize).min(9)];
            *bin = (bin.0 + 1, bin.1 + forecast, bin.2 + truth);
        }
    }
}

/// The errors of each forecast, over all mornings of these courses, for cards met by then and a day that many
/// days later, with no review in between.
pub fn if_stopped(courses: &[Course], days: i64) -> [Error; 3] {
    FORECASTS.map(|(_, forecast)| {
        let mut error = Error::default();
        for course in courses {
            let on = course.today + days;
            let curve = Curve::fit(&course.log);
            let met = course.cards.iter().filter_map(|card| card.met.map(|met| (card, met)));
            let cards = met
                .map(|(card, met)| (card.week, forecast(&curve, &met, on), course.true_recall(&card.id, on)));
            error.add(&cards.collect::<Vec<_>>());
        }
        error
    })
}

/// The error of "if you keep up your reviews" for a day that many days later: the plain schedule, or an
/// interview on that day.
pub fn if_kept_up(courses: &[Course], days: i64, sweep: bool) -> Error {
    let mut error = Error::default();
    for course in courses {
        let on = course.today + days;
        let later = course.kept_up(on, sweep.then_some(on));
        let curve = Curve::fit(&course.log);
        let until = Until::KeepUp { today: course.today, sweep };
        let met = course.cards.iter().filter(|card| card.met.is_some());
        let cards = met.map(|card| {
            let alone = [CardMemory { week: card.week, met: card.met }];
            let forecast = readiness(&alone, &curve, on, until).overall.recalled;
            (card.week, forecast, later.true_recall(&card.id, on))
        });
        error.add(&cards.collect::<Vec<_>>());
    }
    error
}

/// All mornings of so many learners.
pub fn courses(seed: u64, learners: i64) -> Vec<Course> {
    (0..learners).flat_map(|learner| Course::live(seed, learner)).collect()
}
