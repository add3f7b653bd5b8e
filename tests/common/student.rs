//! A learner who studies by chance: taps what the bot offers, knows some answers, forgets others.

use liftoff::chat::token::{Act, Token};
use liftoff::store::session::{self, Face, Item, Session};
use liftoff::study::card::Card;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rusqlite::Connection;

use super::Conversation;

/// A chat and how its learner answers.
pub struct Student {
    pub chat: Conversation,
    /// Answers out of a hundred that are known.
    pub knows: u64,
    chance: ChaCha8Rng,
}

impl Student {
    pub fn new(chat: Conversation, knows: u64, seed: u64) -> Self {
        Self { chat, knows, chance: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.chance.next_u64() % end
    }

    pub fn db(&self) -> &Connection {
        &self.chat.db
    }

    /// The newest session while it is open.
    pub fn session(&self) -> Option<Session> {
        let newest = session::newest(self.db(), self.chat.who.learner).unwrap();
        newest.filter(|session| session.ended_at.is_none())
    }

    /// The item on the screen.
    pub fn item(&self) -> Option<Item> {
        let session = self.session()?;
        let items = session::items(self.db(), session.id).unwrap();
        items.into_iter().find(|item| item.position == session.showing)
    }

    /// What the session's message offers.
    pub fn acts(&self) -> Vec<Act> {
        let shown = self.session().and_then(|session| session.message);
        let Some(message) = shown.and_then(|message| self.chat.messages.get(&message)) else {
            return Vec::new();
        };
        let buttons = message.screen.buttons.iter().flatten();
        let tokens = buttons.filter_map(|button| button.data.parse().ok());
        tokens
            .filter_map(|token| if let Token::Session { act, .. } = token { Some(act) } else { None })
            .collect()
    }

    /// Taps something in the open session.
    pub fn tap(&mut self, act: Act) {
        let session = self.session().expect("a session is open");
        let token = Token::Session { id: session.id, step: session.step, act };
        self.chat.tap_data(session.message.expect("it has a message"), token.to_string());
    }

    /// One tap or word towards the session's end. Only what its buttons offer is tapped.
    pub fn step(&mut self) {
        let acts = self.acts();
        let item = self.item().expect("an item is on the screen");
        let card = self.chat.service.decks().card(&item.card).expect("its card is in the decks").0.clone();
        let known = self.below(100) < self.knows;
        let wanted = if acts.contains(&Act::Next) {
            Act::Next
        } else if acts.contains(&Act::Show) {
            Act::Show
        } else if acts.iter().any(|act| matches!(act, Act::Rate(_))) {
            let quality = if known { [3, 4, 4, 5][self.below(4) as usize] } else { 1 };
            Act::Rate(quality)
        } else if acts.iter().any(|act| matches!(act, Act::Pick(_))) {
            self.pick(&card, known)
        } else if card.numeric.is_some() && self.below(4) > 0 {
            let value = card.numeric.as_ref().map_or(0.0, |numeric| numeric.value);
            let typed = if known { value } else { value * 3.0 + 1e6 };
            self.chat.say(&format!("{typed}"));
            return;
        } else {
            Act::DontKnow
        };
        assert!(acts.contains(&wanted), "{wanted:?} is not offered for {}: {acts:?}", card.id);
        self.tap(wanted);
    }

    fn pick(&mut self, card: &Card, known: bool) -> Act {
        let options = &card.choice.as_ref().expect("a card with options").options;
        let right = options.iter().position(|option| option.correct).expect("one is right");
        let wrong = (right + 1 + self.below(options.len() as u64 - 1) as usize) % options.len();
        match (known, self.below(4)) {
            (true, _) => Act::Pick(right as u8),
            (false, 0) => Act::DontKnow,
            (false, _) => Act::Pick(wrong as u8),
        }
    }

    /// Goes on with the open session until it ends. Returns how many steps that took.
    pub fn finish(&mut self) -> usize {
        let steps =
            (0..5_000).take_while(|_| self.session().is_some().then(|| self.step()).is_some()).count();
        assert!(self.session().is_none(), "a session comes to its end");
        steps
    }

    /// The question of a card is on the screen.
    pub fn at_front(&self) -> bool {
        self.session().is_some_and(|session| session.face == Face::Front)
    }

    /// A number that the database tells.
    pub fn count(&self, sql: &str) -> i64 {
        self.db().query_row(sql, [], |row| row.get(0)).unwrap()
    }
}
