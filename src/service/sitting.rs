//! A session from its first card to its summary. What is on the screen follows from the session's rows, so
//! a session survives a restart and a lost message.

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::schedule::Schedule;
use super::turn::Turn;
use super::{agenda, answering, checkpoint, coding};
use crate::chat::screen::Screen;
use crate::decks::Place;
use crate::store::session::{self, Face, Item, ItemOutcome, Mode, Session, SessionKind};
use crate::store::{StoreError, note, plan, review, stats};
use crate::study::calendar::plan_day;
use crate::study::card::{Card, CardId, Kind};
use crate::study::interview;
use crate::study::queue;
use crate::study::sm2::Quality;
use crate::wording::session::{self as words, At, Grading, Head, Next, Reason};
use crate::wording::summary::{self, Summary};

/// Questions of a quiz.
const QUIZ: usize = 10;

/// A session with its cards.
pub(super) struct Sitting {
    pub session: Session,
    pub items: Vec<Item>,
}

impl Sitting {
    pub fn load(turn: &Turn<'_>, session: Session) -> Result<Self, StoreError> {
        let items = session::items(turn.db, session.id)?;
        Ok(Self { session, items })
    }

    /// The item on the screen.
    pub fn current(&self) -> Option<&Item> {
        self.items.iter().find(|item| item.position == self.session.showing)
    }

    /// The card on the screen, if the decks still have it.
    pub fn card<'d>(&self, turn: &Turn<'d>) -> Option<(&'d Card, Place)> {
        let asked = |card: &Card| (card.kind == Kind::Code) == (self.session.kind == SessionKind::Code);
        turn.decks.card(&self.current()?.card).filter(|(card, _)| asked(card))
    }

    /// Where its buttons belong.
    pub fn at(&self) -> At {
        At { session: self.session.id, step: self.session.step }
    }

    /// The order in which the current card's options are shown.
    pub fn order(&self, card: &Card) -> Vec<usize> {
        // From session and place: the same after a restart, another the next time.
        let seed =
            self.session.id.unsigned_abs().wrapping_mul(1_000).wrapping_add(self.session.showing.into());
        card.choice.as_ref().map_or_else(Vec::new, |choice| queue::option_order(&card.id, choice, seed))
    }

    /// Turns the current card to another side.
    pub fn turn_to(&mut self, turn: &Turn<'_>, face: Face) {
        self.session.face = face;
        self.session.step += 1;
        if face == Face::Front {
            self.session.shown_at = turn.now;
        }
    }

    /// Notes what became of the current item.
    pub fn settle(
        &mut self,
        turn: &Turn<'_>,
        outcome: Option<ItemOutcome>,
        review: Option<(i64, Quality)>,
        given: Option<String>,
    ) -> Result<(), StoreError> {
        let showing = self.session.showing;
        let Some(item) = self.items.iter_mut().find(|item| item.position == showing) else { return Ok(()) };
        item.outcome = outcome;
        item.review = review.map(|(id, _)| id);
        item.quality = review.map(|(_, quality)| quality.get());
        item.given = given;
        session::save_item(turn.db, self.session.id, item)
    }

    /// Goes on to the next open card, to the drill, or to the end.
    pub fn advance(&mut self, turn: &Turn<'_>) -> Result<(), StoreError> {
        loop {
            let open = self.items.iter().find(|item| item.outcome.is_none()).map(|item| item.position);
            match open {
                Some(position) => self.session.showing = position,
                None if self.add_drill(turn)? => continue,
                None => {
                    self.session.ended_at = Some(turn.now);
                    self.session.step += 1;
                    return Ok(());
                }
            }
            if self.card(turn).is_some() {
                break;
            }
            self.settle(turn, Some(ItemOutcome::Gone), None, None)?;
        }
        self.turn_to(turn, Face::Front);
        Ok(())
    }

    /// SM-2's last step: what was graded below 4 in this session comes back until it gets 4 or 5.
    fn add_drill(&mut self, turn: &Turn<'_>) -> Result<bool, StoreError> {
        if self.session.kind != SessionKind::Review {
            return Ok(false);
        }
        let mut cards: Vec<CardId> = Vec::new();
        for item in self.items.iter().filter(|item| item.mode != Mode::Practice) {
            match item.outcome {
                Some(ItemOutcome::Answered) => {
                    cards.retain(|card| *card != item.card);
                    if item.quality.and_then(Quality::new).is_some_and(crate::study::sm2::needs_drill) {
                        cards.push(item.card.clone());
                    }
                }
                Some(_) if item.mode == Mode::Drill => cards.retain(|card| *card != item.card),
                _ => {}
            }
        }
        let aside = review::put_aside(turn.db, turn.learner.id, turn.today())?;
        cards.retain(|card| !aside.contains(card));
        let from = self.items.last().map_or(0, |item| item.position + 1);
        let drill: Vec<(CardId, Mode)> = cards.into_iter().map(|card| (card, Mode::Drill)).collect();
        session::append(turn.db, self.session.id, from, &drill)?;
        self.items = session::items(turn.db, self.session.id)?;
        Ok(!drill.is_empty())
    }

    /// The number of the current question and how many there are; the drill counts for itself.
    fn progress(&self) -> (usize, usize) {
        let drill = self.current().is_some_and(|item| item.mode == Mode::Drill);
        let alike = |item: &&Item| (item.mode == Mode::Drill) == drill;
        let number = self.items.iter().filter(alike).filter(|item| item.position <= self.session.showing);
        (number.count(), self.items.iter().filter(alike).count())
    }

    fn head(&self, turn: &Turn<'_>, item: &Item, place: Place) -> Result<Head, StoreError> {
        let reason = match item.mode {
            Mode::Due if item.outcome.is_none() => {
                let due = review::scheduled(turn.db, turn.learner.id, &item.card)?.map(|place| place.due);
                Reason::Due { late: due.map_or(0, |due| self.session.study_day - due) }
            }
            Mode::Due => Reason::Due { late: 0 },
            Mode::New => Reason::New,
            Mode::Drill => Reason::Drill,
            Mode::Practice => Reason::Practice,
        };
        Ok(Head { progress: self.progress(), week: place.week, day: place.day, reason })
    }

    /// What the session looks like now.
    pub fn screen(&self, turn: &mut Turn<'_>) -> Result<Screen, StoreError> {
        if self.session.kind == SessionKind::Code {
            return coding::screen(turn, self);
        }
        let shown = self.current().zip(self.card(turn));
        let Some((item, (card, place))) = shown.filter(|_| self.session.ended_at.is_none()) else {
            return self.summary(turn);
        };
        let head = self.head(turn, item, place)?;
        let at = self.at();
        let order = self.order(card);
        let scheduled = review::scheduled(turn.db, turn.learner.id, &card.id)?;
        let note = note::find(turn.db, turn.learner.id, &card.id)?;
        let below = |screen| crate::wording::note::below(screen, note.as_deref());
        let today = turn.today();
        let latest = interview::latest_return(turn.learner.interview_on, today);
        Ok(match self.session.face {
            Face::Front | Face::Sure => words::front(at, &head, card, &order),
            Face::Back => {
                let grading = Grading {
                    state: scheduled.map(|place| place.state).unwrap_or_default(),
                    six: turn.learner.six_qualities,
                    moves: matches!(item.mode, Mode::Due | Mode::New),
                    latest,
                };
                below(words::back(at, &head, card, item.given.as_deref(), grading))
            }
            Face::Verdict => {
                let (picked, given) = answering::given(card, item);
                let verdict = answering::verdict(card, item);
                let next = scheduled
                    .filter(|_| matches!(item.mode, Mode::Due | Mode::New))
                    .map(|place| Next { days: place.state.interval, latest });
                below(words::verdict(at, &head, card, (&order, picked, given), &verdict, next))
            }
            Face::Menu => words::menu(at, &head, card, &order, item.outcome.is_some()),
            Face::Leech => below(words::leech(at, card, scheduled.map_or(0, |place| place.lapses))),
        })
    }

    fn summary(&self, turn: &Turn<'_>) -> Result<Screen, StoreError> {
        let answered = |item: &&Item| item.outcome == Some(ItemOutcome::Answered) && item.mode != Mode::Drill;
        let asked: Vec<&Item> = self.items.iter().filter(answered).collect();
        let firm = |item: &&&Item| item.quality.is_some_and(|quality| quality >= 4);
        if let (SessionKind::Checkpoint, Some(week)) = (self.session.kind, self.session.week) {
            return checkpoint::summary(turn, self, week);
        }
        if self.session.kind == SessionKind::Quiz {
            let missed: Vec<(&Card, u8)> = asked
                .iter()
                .filter(|item| !firm(item))
                .filter_map(|item| turn.decks.card(&item.card))
                .map(|(card, place)| (card, place.week))
                .collect();
            let right = asked.iter().filter(firm).count();
            return Ok(summary::quiz_summary(self.session.week, right, asked.len(), &missed));
        }
        let mut weakest: Vec<(u8, &str)> = asked
            .iter()
            .filter_map(|item| Some((item.quality.filter(|quality| *quality < 4)?, item)))
            .filter_map(|(quality, item)| Some((quality, agenda::concept(turn.decks.card(&item.card)?.0))))
            .collect();
        weakest.sort_by_key(|(quality, _)| *quality);
        let mut names: Vec<String> = Vec::new();
        for (_, tag) in weakest {
            let name = turn.decks.tag_title(tag).to_owned();
            if !names.contains(&name) && names.len() < 3 {
                names.push(name);
            }
        }
        let drilled: std::collections::HashSet<&CardId> = self
            .items
            .iter()
            .filter(|item| item.mode == Mode::Drill && item.outcome == Some(ItemOutcome::Answered))
            .map(|item| &item.card)
            .collect();
        let took = review::session_took_ms(turn.db, self.session.id)?;
        Ok(summary::review_summary(&Summary {
            answered: asked.len(),
            at_once: asked.iter().filter(firm).count(),
            drilled: drilled.len(),
            leeches: stats::new_leeches(turn.db, self.session.id, answering::LEECH)?,
            minutes: (took + 30_000) / 60_000,
            weakest: names,
            tomorrow: agenda::due_tomorrow(turn.db, turn.decks, &turn.learner, turn.today())?,
            left: self.items.iter().filter(|item| item.outcome.is_none()).count(),
        }))
    }

    /// Ends the session where it stands.
    pub fn end(&mut self, turn: &Turn<'_>) {
        self.session.ended_at = Some(turn.now);
        self.session.step += 1;
    }
}

/// The learner's open session, if there is one.
pub(super) fn open(turn: &Turn<'_>) -> Result<Option<Sitting>, StoreError> {
    let newest = session::newest(turn.db, turn.learner.id)?.filter(|session| session.ended_at.is_none());
    newest.map(|session| Sitting::load(turn, session)).transpose()
}

/// Shows a session as it stands, in its one message.
pub(super) fn show(turn: &mut Turn<'_>, mut sitting: Sitting) -> Result<(), StoreError> {
    let screen = sitting.screen(turn)?;
    turn.show_session(&mut sitting.session, screen)
}

/// The only answer to a card was taken back: it is no longer due and leaves the open session. The day's queue says
/// anew whether there is room for it as a new card.
pub(super) fn unlearned(turn: &mut Turn<'_>, card: &CardId) -> Result<(), StoreError> {
    if review::scheduled(turn.db, turn.learner.id, card)?.is_some() {
        return Ok(());
    }
    let Some(mut sitting) = open(turn)?.filter(|sitting| sitting.session.kind != SessionKind::Code) else {
        return Ok(());
    };
    let is_it = |item: &&mut Item| item.card == *card && item.mode == Mode::Due && item.outcome.is_none();
    let Some(item) = sitting.items.iter_mut().find(is_it) else { return Ok(()) };
    item.outcome = Some(ItemOutcome::Gone);
    session::save_item(turn.db, sitting.session.id, item)?;
    if item.position == sitting.session.showing {
        sitting.advance(turn)?;
        let screen = sitting.screen(turn)?;
        turn.show_session_below(&mut sitting.session, screen)?;
    }
    Ok(())
}

/// The session of the day, or of one week: the open one goes on, otherwise a new one begins.
pub(super) fn review(turn: &mut Turn<'_>, week: Option<u8>) -> Result<(), StoreError> {
    if let Some(sitting) = resumable(turn, SessionKind::Review, week)? {
        return show(turn, sitting);
    }
    if let Some(week) = week {
        plan::open_week(turn.db, turn.learner.id, week)?;
    }
    let today = turn.today();
    let agenda = agenda::agenda(turn.db, turn.decks, &turn.learner, today, week)?;
    if agenda.entries.is_empty() {
        let reached = plan_day(turn.learner.start_day, today).weeks_reached();
        let next = (week.is_none() && agenda.limits.new_left() > 0 && reached < 12).then_some(reached + 1);
        let limit =
            agenda.limits.reviews_left() == 0 || (agenda.limits.new_left() == 0 && agenda.waiting == 0);
        let tomorrow = agenda::due_tomorrow(turn.db, turn.decks, &turn.learner, today)?;
        let not_begun = week.is_none() && reached == 0 && agenda.waiting == 0;
        let begins = not_begun.then(|| turn.date(turn.learner.start_day));
        turn.show(summary::nothing_to_review(week, tomorrow, limit, next, begins.as_deref()));
        return Ok(());
    }
    let cards: Vec<(CardId, Mode)> =
        agenda.entries.into_iter().map(|entry| (entry.card, entry.mode.into())).collect();
    begin(turn, SessionKind::Review, week, &cards)
}

/// A quiz over a week, or over everything reached. Due and new cards count as reviews, others as practice.
pub(super) fn quiz(turn: &mut Turn<'_>, week: Option<u8>) -> Result<(), StoreError> {
    if let Some(sitting) = resumable(turn, SessionKind::Quiz, week)? {
        return show(turn, sitting);
    }
    let cards = quiz_cards(turn, week)?;
    if cards.is_empty() {
        let begun = plan_day(turn.learner.start_day, turn.today()).weeks_reached() > 0;
        turn.show(summary::no_quiz(week, begun));
        return Ok(());
    }
    begin(turn, SessionKind::Quiz, week, &cards)
}

fn quiz_cards(turn: &Turn<'_>, week: Option<u8>) -> Result<Vec<(CardId, Mode)>, StoreError> {
    let today = turn.today();
    let reached = plan_day(turn.learner.start_day, today).weeks_reached();
    let opened = plan::opened_weeks(turn.db, turn.learner.id)?;
    let schedule = Schedule::load(turn.db, turn.decks, &turn.learner, today)?;
    let mut generator = ChaCha8Rng::seed_from_u64(
        queue::day_seed(turn.learner.id, today) ^ turn.now.timestamp_millis().unsigned_abs(),
    );
    let mut cards: Vec<(CardId, Mode)> = (1..=12)
        .filter(|number| week.map_or(*number <= reached || opened.contains(number), |week| week == *number))
        .flat_map(|number| agenda::cards(turn.decks, number))
        .filter(|card| card.kind == Kind::Choice && !schedule.is_aside(&card.id))
        .map(|card| (card.id.clone(), schedule.mode(&card.id, today)))
        .collect();
    cards.shuffle(&mut generator);
    // What is due comes into the quiz first; then its order is left to chance.
    cards.sort_by_key(|(_, mode)| *mode != Mode::Due);
    cards.truncate(QUIZ);
    cards.shuffle(&mut generator);
    Ok(cards)
}

/// The open session, if the same one is asked for on the same day; any other open session ends.
pub(super) fn resumable(
    turn: &mut Turn<'_>,
    kind: SessionKind,
    week: Option<u8>,
) -> Result<Option<Sitting>, StoreError> {
    let Some(mut sitting) = open(turn)? else { return Ok(None) };
    let session = &sitting.session;
    let same = session.kind == kind && session.study_day == turn.today();
    if same && (session.week == week || (kind != SessionKind::Quiz && week.is_none())) {
        if sitting.card(turn).is_none() && kind != SessionKind::Code {
            sitting.advance(turn)?;
        }
        return Ok(Some(sitting));
    }
    sitting.end(turn);
    session::save(turn.db, &sitting.session)?;
    turn.close_message(&sitting.session);
    Ok(None)
}

pub(super) fn begin(
    turn: &mut Turn<'_>,
    kind: SessionKind,
    week: Option<u8>,
    cards: &[(CardId, Mode)],
) -> Result<(), StoreError> {
    let session = session::begin(turn.db, turn.learner.id, kind, week, turn.today(), cards, turn.now)?;
    let sitting = Sitting::load(turn, session)?;
    show(turn, sitting)
}

/// `/cancel`: ends the open session. `false` when there is none.
pub(super) fn cancel(turn: &mut Turn<'_>) -> Result<bool, StoreError> {
    let Some(mut sitting) = open(turn)? else { return Ok(false) };
    sitting.end(turn);
    show(turn, sitting)?;
    Ok(true)
}
