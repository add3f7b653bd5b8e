//! A learner's chat with the bot: the edge without a network. It keeps the buttons of the last messages as
//! their tokens, so that no wording matters for where a learner taps.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use crate::chat::intent::{Intent, Op, Reply, Who};
use crate::chat::plain;
use crate::chat::screen::{Button, Screen};
use crate::chat::token::{Act, Token};
use crate::service::Service;
use crate::store::{StoreError, session};

use super::diary::Reading;

/// Messages whose buttons are remembered.
const REMEMBERED: usize = 6;

/// One learner's chat.
#[derive(Debug)]
pub(super) struct Chat {
    pub who: Who,
    /// The buttons below the last messages.
    buttons: BTreeMap<i32, Vec<Token>>,
    /// The last screen that came as a message of its own or replaced one.
    last: Option<Screen>,
    next_message: i32,
    taps: u64,
}

impl Chat {
    pub fn new(learner: i64) -> Self {
        let who = Who { learner, chat: learner, name: format!("L{learner}"), language: None };
        Self { who, buttons: BTreeMap::new(), last: None, next_message: 1, taps: 0 }
    }

    /// Sends a text. `false` when the bot met a fault.
    pub fn say(
        &mut self,
        db: &Connection,
        bot: &Service,
        text: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let message = self.take_id();
        self.intent(db, bot, &Intent::Text { text: text.to_owned(), message }, now)
    }

    /// Taps a button below a message. `false` when the bot met a fault.
    pub fn tap(
        &mut self,
        db: &Connection,
        bot: &Service,
        message: Option<i32>,
        token: &Token,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.taps += 1;
        let callback = self.taps.to_string();
        self.intent(db, bot, &Intent::Tap { data: token.to_string(), message, callback }, now)
    }

    pub fn intent(
        &mut self,
        db: &Connection,
        bot: &Service,
        intent: &Intent,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let response = bot.respond(db, &self.who, intent, "simulated", now)?;
        self.take(db, response.reply)?;
        Ok(response.fault.is_none())
    }

    /// A message that the bot sends by itself.
    pub fn receive(&mut self, screen: Screen) -> i32 {
        let id = self.take_id();
        self.show(id, screen);
        id
    }

    /// The newest message with such a button.
    pub fn find(&self, wanted: impl Fn(&Token) -> bool) -> Option<(i32, Token)> {
        let mut newest = self.buttons.iter().rev();
        newest.find_map(|(id, tokens)| {
            tokens.iter().find(|token| wanted(token)).map(|token| (*id, token.clone()))
        })
    }

    /// What a message offers to do in a session.
    pub fn acts(&self, message: i32) -> Vec<Act> {
        let tokens = self.buttons.get(&message).into_iter().flatten();
        let act = |token: &Token| if let Token::Session { act, .. } = token { Some(*act) } else { None };
        tokens.filter_map(act).collect()
    }

    /// What the last screen said of the day, if it did.
    pub fn reading(&self) -> Option<Reading> {
        read(&plain::text(self.last.as_ref()?))
    }

    fn take_id(&mut self) -> i32 {
        self.next_message += 1;
        self.next_message - 1
    }

    fn show(&mut self, id: i32, screen: Screen) {
        self.keep(id, &screen.buttons);
        self.last = Some(screen);
        while self.buttons.len() > REMEMBERED {
            self.buttons.pop_first();
        }
    }

    fn keep(&mut self, id: i32, rows: &[Vec<Button>]) {
        let tokens = rows.iter().flatten().filter_map(|button| button.data.parse().ok());
        self.buttons.insert(id, tokens.collect());
    }

    fn take(&mut self, db: &Connection, reply: Reply) -> Result<(), StoreError> {
        for op in reply {
            match op {
                Op::Send { screen, session } => {
                    let id = self.receive(screen);
                    if let Some(session) = session {
                        session::set_message(db, session, id)?;
                    }
                }
                Op::Edit { message, screen, .. } => self.show(message, screen),
                Op::Buttons { message, buttons } if self.buttons.contains_key(&message) => {
                    self.keep(message, &buttons);
                }
                Op::Delete { message } => drop(self.buttons.remove(&message)),
                // Toasts, files and signs of life change nothing that a learner could tap.
                _ => {}
            }
        }
        Ok(())
    }
}

/// The figures in the day's words, such as "12 due · 10 new · about 9 min" and "Streak 6 days · 1 freeze".
fn read(text: &str) -> Option<Reading> {
    let parts = || text.lines().flat_map(|line| line.split(" · ")).map(str::trim);
    // Of "1 of 3 due" the first is what is asked.
    let number = |text: &str| text.trim().split(" of ").next()?.parse::<u32>().ok();
    let count = |unit: &str| parts().find_map(|part| number(part.strip_suffix(unit)?));
    let streak = parts().find_map(|part| part.strip_prefix("Streak ")?.split(' ').next()?.parse().ok())?;
    // A day without anything to ask says so in words. Where it should have figures, the rules miss them.
    let (due, new) = match (count(" due"), count(" new")) {
        (None, None) => (0, 0),
        (due, new) => (due?, new?),
    };
    Some(Reading {
        due,
        new,
        drill: count(" to drill").unwrap_or(0),
        streak,
        freezes: count(" freeze").or_else(|| count(" freezes")).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_words_are_read() {
        let reading = |due, new, drill, streak, freezes| Reading { due, new, drill, streak, freezes };
        let check = |text: &str, expected| assert_eq!(read(text), expected, "{text}");
        check(
            "Week 1 · x\n12 due · 10 new · about 9 min\nStreak 6 days · 1 freeze",
            Some(reading(12, 10, 0, 6, 1)),
        );
        check(
            "2 due · 0 new · 3 to drill · about 1 min\nStreak 1 day · 2 freezes",
            Some(reading(2, 0, 3, 1, 2)),
        );
        check(
            "1 of 3 due · 0 new · about 1 min\nStreak 8 days\nA freeze was spent for Mon 12 Jan; none left.",
            Some(reading(1, 0, 0, 8, 0)),
        );
        check("Nothing is due.\nStreak 0 days", Some(reading(0, 0, 0, 0, 0)));
        check("Today's limit is reached.\nStreak 3 days", Some(reading(0, 0, 0, 3, 0)));
        check("12 due · 10 new", None);
        check("12 due\nStreak 3 days", None);
    }
}
