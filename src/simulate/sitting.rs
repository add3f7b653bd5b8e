//! How a simulated learner goes through a session: reads, thinks, answers by what their memory gives, and now
//! and then takes something back, taps twice, or leaves.

use chrono::{DateTime, Utc};

use super::diary::{Counts, Event, Rating};
use super::learner::{Learner, World};
use super::rows;
use crate::chat::token::{Act, Token};
use crate::store::StoreError;
use crate::store::session::{self, Face, Mode, Session, SessionKind};
use crate::study::card::{Card, CardId};
use crate::study::memory::Answer;

/// A learner sits before the bot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sitting {
    /// The session that is gone through, once it is known.
    session: Option<i64>,
}

/// A question that the learner thinks about.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    session: i64,
    position: u32,
    answer: Answer,
    likely: f64,
}

/// What is on the screen.
struct Shown<'a> {
    session: Session,
    mode: Mode,
    card: &'a Card,
    message: i32,
    acts: Vec<Act>,
}

impl Shown<'_> {
    fn offers(&self, act: Act) -> bool {
        self.acts.contains(&act)
    }

    fn token(&self, act: Act) -> Token {
        Token::Session { id: self.session.id, step: self.session.step, act }
    }
}

impl Learner {
    /// Looks at the day, then begins or goes on.
    pub fn sit(&mut self, world: World<'_>, now: DateTime<Utc>, token: &Token) -> Result<(), StoreError> {
        if self.sitting.is_some() || self.left <= 0 {
            return Ok(());
        }
        self.say(world, now, "/today")?;
        match self.chat.reading() {
            Some(reading) => self.diary.note(now, Event::Read(reading)),
            None => self.diary.trouble(now, "the day's screen does not tell its figures"),
        }
        let found = self.chat.find(|offered| offered == token);
        match (found, token) {
            (Some((message, token)), _) => self.tap(world, now, Some(message), &token)?,
            // The day offers no review when there is nothing to ask.
            (None, Token::Review) => return Ok(()),
            (None, _) => self.tap(world, now, None, token)?,
        }
        if let Token::Study(week) = token {
            self.diary.note(now, Event::Opened(*week));
        }
        self.sitting = Some(Sitting { session: None });
        self.asked = None;
        self.step_in(now, 2);
        Ok(())
    }

    /// One step in the open session.
    pub fn step(&mut self, world: World<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(sitting) = self.sitting else { return Ok(()) };
        let Some(shown) = self.shown(world)? else {
            self.sitting = None;
            if let Some(id) = sitting.session {
                self.ended(world, now, id)?;
            }
            return Ok(());
        };
        self.sitting = Some(Sitting { session: Some(shown.session.id) });
        match shown.session.face {
            Face::Front => self.front(world, now, &shown),
            Face::Back => self.grade(world, now, &shown),
            _ if shown.offers(Act::Next) => self.after_verdict(world, now, &shown),
            _ => {
                self.sitting = None;
                self.diary.trouble(now, "nothing goes on from what the session shows");
                Ok(())
            }
        }
    }

    /// What the open session shows.
    fn shown<'a>(&self, world: World<'a>) -> Result<Option<Shown<'a>>, StoreError> {
        let newest = session::newest(world.db, self.number)?;
        let Some(session) = newest.filter(|session| session.ended_at.is_none()) else { return Ok(None) };
        let item = rows::item(world.db, session.id, session.showing)?;
        let shown = item.and_then(|(id, mode)| Some((mode, world.bot.decks().card(&id)?.0)));
        Ok(shown.zip(session.message).map(|((mode, card), message)| {
            let acts = self.chat.acts(message);
            Shown { session, mode, card, message, acts }
        }))
    }

    /// A session came to its end, by itself or by hand.
    fn ended(&mut self, world: World<'_>, now: DateTime<Utc>, id: i64) -> Result<(), StoreError> {
        let session = session::find(world.db, self.number, id)?;
        if session.is_some_and(|session| session.kind == SessionKind::Review) {
            let open = session::items(world.db, id)?.iter().any(|item| item.outcome.is_none());
            if !open {
                self.diary.note(now, Event::Finished(id));
            }
        }
        Ok(())
    }

    /// The question is on the screen.
    fn front(&mut self, world: World<'_>, now: DateTime<Utc>, shown: &Shown<'_>) -> Result<(), StoreError> {
        let here = (shown.session.id, shown.session.showing);
        let asked = self.asked.take().filter(|asked| (asked.session, asked.position) == here);
        let Some(asked) = asked else {
            if self.left <= 0 {
                return self.leave(world, now, shown);
            }
            if self.whim(world, now, shown)? {
                return Ok(());
            }
            self.think(now, shown);
            return Ok(());
        };
        let right = asked.answer.quality.passes();
        if shown.offers(Act::Show) {
            if self.chance.percent(15) && shown.card.cloze.is_some() {
                self.write(world, now, shown, &asked, &blanks(shown.card, right))?;
            } else {
                self.asked = Some(asked);
                self.press(world, now, shown, Act::Show)?;
            }
            // What is left of the time goes by with reading the answer.
            self.step_in(now, 2);
            return Ok(());
        }
        if let Some(choice) = &shown.card.choice {
            let act =
                self.pick(&choice.options.iter().map(|option| option.correct).collect::<Vec<_>>(), right);
            self.press(world, now, shown, act)?;
            let quality = if right { 4 } else { u8::from(act != Act::DontKnow) };
            self.rated(now, shown, &asked, quality);
            self.sometimes_twice(world, now, shown, act)?;
        } else if shown.card.numeric.is_some() && (right || self.chance.percent(60)) {
            self.write(world, now, shown, &asked, &number(shown.card, right))?;
        } else {
            self.press(world, now, shown, Act::DontKnow)?;
            self.rated(now, shown, &asked, 0);
        }
        self.step_in(now, 3);
        Ok(())
    }

    /// The question is read, and the memory gives what it has.
    fn think(&mut self, now: DateTime<Utc>, shown: &Shown<'_>) {
        let today = self.today(now);
        let likely = self.mind.recall(&shown.card.id, today);
        let answer = self.mind.answer(&shown.card.id, today);
        self.left -= i64::from(answer.seconds);
        self.step_in(now, i64::from(answer.seconds) - 2);
        self.asked =
            Some(Asked { session: shown.session.id, position: shown.session.showing, answer, likely });
    }

    /// The answer is on the screen, to be graded.
    fn grade(&mut self, world: World<'_>, now: DateTime<Utc>, shown: &Shown<'_>) -> Result<(), StoreError> {
        let here = (shown.session.id, shown.session.showing);
        let asked = match self.asked.take().filter(|asked| (asked.session, asked.position) == here) {
            Some(asked) => asked,
            None => {
                // Yesterday's session, left with the answer open.
                self.think(now, shown);
                return Ok(());
            }
        };
        let feels = asked.answer.quality.get();
        let quality = if shown.offers(Act::Rate(feels)) { feels } else { feels.max(1) };
        let act = Act::Rate(quality);
        self.press(world, now, shown, act)?;
        self.rated(now, shown, &asked, quality);
        self.sometimes_twice(world, now, shown, act)?;
        self.step_in(now, 1);
        Ok(())
    }

    fn after_verdict(
        &mut self,
        world: World<'_>,
        now: DateTime<Utc>,
        shown: &Shown<'_>,
    ) -> Result<(), StoreError> {
        if shown.offers(Act::Overrule) && self.chance.percent(10) {
            self.press(world, now, shown, Act::Overrule)?;
            self.diary.note(now, Event::Overruled);
        } else {
            self.press(world, now, shown, Act::Next)?;
        }
        self.step_in(now, 1);
        Ok(())
    }

    fn pick(&mut self, correct: &[bool], right: bool) -> Act {
        let places: Vec<u8> = (0..).zip(correct).filter(|(_, is)| **is == right).map(|(at, _)| at).collect();
        match self.chance.pick(&places) {
            Some(place) if right || self.chance.percent(75) => Act::Pick(place),
            _ => Act::DontKnow,
        }
    }

    /// Types the answer, which the bot compares.
    fn write(
        &mut self,
        world: World<'_>,
        now: DateTime<Utc>,
        shown: &Shown<'_>,
        asked: &Asked,
        text: &str,
    ) -> Result<(), StoreError> {
        self.say(world, now, text)?;
        self.rated(now, shown, asked, if asked.answer.quality.passes() { 4 } else { 1 });
        Ok(())
    }

    fn rated(&mut self, now: DateTime<Utc>, shown: &Shown<'_>, asked: &Asked, quality: u8) {
        let counts = match shown.mode {
            Mode::Due => Counts::Due,
            Mode::New => Counts::New,
            Mode::Drill => Counts::Drill,
            Mode::Practice => Counts::Practice,
        };
        self.answered.push(shown.session.id);
        let rating = Rating {
            session: shown.session.id,
            card: shown.card.id.clone(),
            quality,
            counts,
            quiz: shown.session.kind != SessionKind::Review,
            likely: asked.likely,
            seconds: asked.answer.seconds,
        };
        self.diary.note(now, Event::Rated(rating));
    }

    /// Taps a button of the session's message.
    fn press(
        &mut self,
        world: World<'_>,
        now: DateTime<Utc>,
        shown: &Shown<'_>,
        act: Act,
    ) -> Result<(), StoreError> {
        self.tap(world, now, Some(shown.message), &shown.token(act))
    }

    /// A thumb that trembles: the same button again.
    fn sometimes_twice(
        &mut self,
        world: World<'_>,
        now: DateTime<Utc>,
        shown: &Shown<'_>,
        act: Act,
    ) -> Result<(), StoreError> {
        if self.chance.percent(2) {
            self.press(world, now, shown, act)?;
        }
        Ok(())
    }

    /// Something else than an answer. `true` when the screen has changed by it.
    fn whim(&mut self, world: World<'_>, now: DateTime<Utc>, shown: &Shown<'_>) -> Result<bool, StoreError> {
        let whim = self.chance.below(1_000);
        let id: CardId = shown.card.id.clone();
        match whim {
            0..12 if !self.answered.is_empty() => {
                let here = self.answered.last() == Some(&shown.session.id);
                if here && self.chance.percent(50) {
                    self.by_menu(world, now, shown, Act::Undo)?;
                } else {
                    self.say(world, now, "/undo")?;
                }
                self.answered.pop();
                self.diary.note(now, Event::TookBack);
            }
            // Who does all that is due puts nothing aside.
            _ if self.character.diligent => return Ok(false),
            12..18 if shown.mode != Mode::Drill => {
                self.press(world, now, shown, Act::Skip)?;
            }
            18..23 => {
                self.by_menu(world, now, shown, Act::Bury)?;
                self.diary.note(now, Event::Buried(id));
            }
            23..26 => {
                self.by_menu(world, now, shown, Act::Suspend)?;
                self.diary.note(now, Event::Suspended(id));
            }
            _ => return Ok(false),
        }
        self.step_in(now, 2);
        Ok(true)
    }

    /// Opens the menu and taps there.
    fn by_menu(
        &mut self,
        world: World<'_>,
        now: DateTime<Utc>,
        shown: &Shown<'_>,
        act: Act,
    ) -> Result<(), StoreError> {
        self.press(world, now, shown, Act::Menu)?;
        let wanted = |token: &Token| matches!(token, Token::Session { act: offered, .. } if *offered == act);
        match self.chat.find(wanted) {
            Some((message, token)) => self.tap(world, now, Some(message), &token),
            None => {
                self.diary.trouble(now, format!("the menu does not offer {act}"));
                Ok(())
            }
        }
    }

    /// Time is up: most just put the phone away.
    fn leave(&mut self, world: World<'_>, now: DateTime<Utc>, shown: &Shown<'_>) -> Result<(), StoreError> {
        self.sitting = None;
        match self.chance.below(10) {
            0..2 => self.say(world, now, "/cancel"),
            2..4 => self.by_menu(world, now, shown, Act::End),
            _ => Ok(()),
        }
    }
}

/// A number for the card, right or far off.
fn number(card: &Card, right: bool) -> String {
    let value = card.numeric.as_ref().map_or(0.0, |numeric| numeric.value);
    let sent = if right { value } else { value * 3.0 + 1e6 };
    sent.to_string()
}

/// Words for the card's blanks, right or none.
fn blanks(card: &Card, right: bool) -> String {
    let blanks = card.cloze.as_ref().map_or(&[][..], |cloze| &cloze.blanks);
    let words: Vec<&str> =
        blanks.iter().map(|blank| if right { blank.answer.as_str() } else { "qqqqqqqq" }).collect();
    words.join(", ")
}
