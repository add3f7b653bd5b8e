//! An account of a learner's life of its own: days, schedule and streak by the definitions, and by nothing
//! that the bot computes with. Slow and plain, since it is what the bot is judged by.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::diary::{Counts, Event, Rating, Settings};
use crate::study::calendar::Zone;
use crate::study::card::CardId;

/// When a zone's clocks show that date and so many minutes after midnight: the first time, or, if never, at
/// the next minute that exists. Found by trying the zone's offsets of the days around.
pub(super) fn instant(zone: Zone, date: NaiveDate, minutes: u16) -> DateTime<Utc> {
    let wanted = date.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minutes.into());
    let shown = |wanted: NaiveDateTime| {
        let candidates = [-26, 0, 26].map(|hours| {
            let near = wanted.and_utc() + TimeDelta::hours(hours);
            let ahead = zone.local(near) - near.naive_utc();
            wanted.and_utc() - ahead
        });
        candidates.into_iter().filter(|at| zone.local(*at) == wanted).min()
    };
    let mut minutes_on = (0..2 * 24 * 60).map(|later| wanted + TimeDelta::minutes(later));
    minutes_on.find_map(shown).unwrap_or_else(|| wanted.and_utc())
}

/// The study day at an instant: the last date whose start is not later.
pub(super) fn study_day(at: DateTime<Utc>, settings: &Settings) -> NaiveDate {
    let date = settings.zone.local(at).date();
    let begun = |date: &NaiveDate| instant(settings.zone, *date, settings.day_start) <= at;
    let dates = [date + TimeDelta::days(1), date];
    dates.into_iter().find(begun).unwrap_or(date - TimeDelta::days(1))
}

/// SM-2's state after these qualities: repetition, interval, ease in hundredths.
pub(super) fn sm2(qualities: impl IntoIterator<Item = u8>) -> (u32, u32, u32) {
    let (mut repetition, mut interval, mut ease) = (0, 0_u32, 250_u32);
    for quality in qualities {
        if quality < 3 {
            (repetition, interval) = (0, 1);
            continue;
        }
        repetition += 1;
        interval = match repetition {
            1 => 1,
            2 => 6,
            // Rounded up, with the factor as it was before this review.
            _ => (interval * ease).div_ceil(100),
        };
        interval = interval.min(36_500);
        ease = match quality {
            3 => ease.saturating_sub(14).max(130),
            4 => ease,
            _ => ease + 10,
        };
    }
    (repetition, interval, ease)
}

/// An answer that counts, as the account has it.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub rating: Rating,
    pub day: NaiveDate,
    /// The card has no earlier review that counts.
    pub first: bool,
}

impl Answer {
    fn moves(&self) -> bool {
        matches!(self.rating.counts, Counts::Due | Counts::New)
    }
}

/// Everything up to an instant.
pub(super) struct Book {
    pub settings: Option<Settings>,
    /// When the zone was changed last.
    pub flown: Option<DateTime<Utc>>,
    /// Limits with the instants from which they were in force: new, reviews.
    limits: Vec<(DateTime<Utc>, u32, u32)>,
    /// Answers that count, in order.
    pub answers: Vec<Answer>,
    /// Each card's reviews: quality and day.
    pub cards: HashMap<CardId, Vec<(u8, NaiveDate)>>,
    suspended: HashSet<CardId>,
    buried: HashMap<CardId, NaiveDate>,
    pub opened: HashSet<u8>,
    /// Plan days that are done, with the study day on which they were marked.
    pub marked: BTreeMap<u8, NaiveDate>,
    /// Study days of a pause.
    pub paused: BTreeSet<NaiveDate>,
}

impl Book {
    pub fn new() -> Self {
        Self {
            settings: None,
            flown: None,
            limits: Vec::new(),
            answers: Vec::new(),
            cards: HashMap::new(),
            suspended: HashSet::new(),
            buried: HashMap::new(),
            opened: HashSet::new(),
            marked: BTreeMap::new(),
            paused: BTreeSet::new(),
        }
    }

    /// The study day at an instant; the first of January 1970 before the first questions.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        self.settings.as_ref().map_or_else(NaiveDate::default, |settings| study_day(at, settings))
    }

    /// Writes one event down.
    pub fn take(&mut self, at: DateTime<Utc>, event: &Event) {
        match event {
            Event::Told(settings) => self.told(at, settings),
            Event::Rated(rating) => self.rate(at, rating.clone()),
            Event::TookBack => drop(self.take_back()),
            Event::Overruled => {
                if let Some(last) = self.take_back() {
                    self.rate(at, Rating { quality: 4, ..last.rating });
                }
            }
            Event::Suspended(card) => drop(self.suspended.insert(card.clone())),
            Event::Buried(card) => {
                let until = self.day(at) + TimeDelta::days(1);
                self.buried.insert(card.clone(), until);
            }
            Event::BroughtBack => self.suspended.clear(),
            Event::Opened(week) => drop(self.opened.insert(*week)),
            Event::Marked(day) => {
                let today = self.day(at);
                self.marked.entry(*day).or_insert(today);
            }
            Event::Paused(days) => {
                let today = self.day(at);
                if *days == 0 {
                    self.paused.retain(|day| *day < today);
                }
                // A pause is made longer and never shorter.
                self.paused.extend((0..i64::from(*days)).map(|later| today + TimeDelta::days(later)));
            }
            Event::Finished(_)
            | Event::Read(_)
            | Event::Reminded
            | Event::Snoozed(_)
            | Event::NotToday
            | Event::Moved
            | Event::Measured(_) => {}
        }
    }

    fn told(&mut self, at: DateTime<Utc>, settings: &Settings) {
        if self.settings.as_ref().is_some_and(|before| before.zone != settings.zone) {
            self.flown = Some(at);
        }
        self.limits.push((at, settings.new.into(), settings.reviews.into()));
        self.settings = Some(settings.clone());
    }

    fn rate(&mut self, at: DateTime<Utc>, rating: Rating) {
        let first = !self.cards.contains_key(&rating.card);
        let mut answer = Answer { rating, day: self.day(at), first };
        answer.first &= answer.moves();
        if answer.moves() {
            let reviews = self.cards.entry(answer.rating.card.clone()).or_default();
            reviews.push((answer.rating.quality, answer.day));
        }
        self.answers.push(answer);
    }

    fn take_back(&mut self) -> Option<Answer> {
        let last = self.answers.pop()?;
        if last.moves()
            && let Some(reviews) = self.cards.get_mut(&last.rating.card)
        {
            reviews.pop();
            if reviews.is_empty() {
                self.cards.remove(&last.rating.card);
            }
        }
        Some(last)
    }

    /// The day on which a card is due by SM-2 alone, if it was ever reviewed.
    pub fn due(&self, card: &CardId) -> Option<NaiveDate> {
        let reviews = self.cards.get(card)?;
        let (_, interval, _) = sm2(reviews.iter().map(|(quality, _)| *quality));
        let last = reviews.last()?.1;
        Some(last + TimeDelta::days(interval.into()))
    }

    /// Whether a card is put aside on a day.
    pub fn aside(&self, card: &CardId, today: NaiveDate) -> bool {
        self.suspended.contains(card) || self.buried.get(card).is_some_and(|until| *until > today)
    }

    /// The answers of a day, the last first. Flights shift days by one, so a few more are looked through.
    fn of_day(&self, day: NaiveDate) -> impl Iterator<Item = &Answer> {
        let from = day - TimeDelta::days(3);
        let recent = self.answers.iter().rev().take_while(move |answer| answer.day >= from);
        recent.filter(move |answer| answer.day == day)
    }

    /// Reviews of a day so far: first ones, those that were asked as new, all.
    pub fn done_on(&self, day: NaiveDate) -> [u32; 3] {
        self.of_day(day).filter(|answer| answer.moves()).fold([0; 3], |[first, new, all], answer| {
            let asked_as_new = answer.rating.counts == Counts::New;
            [first + u32::from(answer.first), new + u32::from(asked_as_new), all + 1]
        })
    }

    /// Cards whose last grade of the day is below 4.
    pub fn to_drill(&self, day: NaiveDate) -> u32 {
        let mut last: HashMap<&CardId, u8> = HashMap::new();
        for answer in self.of_day(day).filter(|answer| answer.rating.counts != Counts::Practice) {
            last.entry(&answer.rating.card).or_insert(answer.rating.quality);
        }
        let open = last.iter().filter(|(card, quality)| **quality < 4 && !self.aside(card, day));
        u32::try_from(open.count()).unwrap_or(u32::MAX)
    }

    /// The limits that were in force within the last day, the most generous of each.
    pub fn limits(&self, at: DateTime<Utc>) -> (u32, u32) {
        let since = at - TimeDelta::days(1);
        let mut most = (0, 0);
        for (place, (_, new, reviews)) in self.limits.iter().enumerate() {
            if self.limits.get(place + 1).is_none_or(|(until, ..)| *until >= since) {
                most = (most.0.max(*new), most.1.max(*reviews));
            }
        }
        most
    }

    /// Study days with a review or with a plan day marked.
    fn active_days(&self) -> BTreeSet<NaiveDate> {
        let reviews = self.answers.iter().filter(|answer| answer.moves()).map(|answer| answer.day);
        reviews.chain(self.marked.values().copied()).collect()
    }

    /// Whether a study day is one of them.
    pub fn active(&self, day: NaiveDate) -> bool {
        self.active_days().contains(&day)
    }

    /// Days and freezes of the streak, counted day by day.
    pub fn streak(&self, today: NaiveDate) -> (u32, u32) {
        let active = self.active_days();
        let (mut days, mut freezes) = (0_u32, 0);
        let Some(mut day) = active.first().copied() else { return (0, 0) };
        while day <= today {
            if active.contains(&day) {
                days += 1;
                if days % 7 == 0 {
                    freezes = 2.min(freezes + 1);
                }
            } else if !self.paused.contains(&day) && day < today {
                (days, freezes) = if freezes > 0 { (days, freezes - 1) } else { (0, 0) };
            }
            day += TimeDelta::days(1);
        }
        (days, freezes)
    }
}
