//! What a learner means to do on a day: when to study, and what to change.

use chrono::{DateTime, TimeDelta, Utc};

use super::habits;
use super::learner::{Deed, Learner};
use crate::chat::token::{Setting, Token};

impl Learner {
    pub fn plan_study(&mut self, now: DateTime<Utc>, day: i64) {
        let sits = (self.character.rhythm + self.chance.between(-25, 60)).max(1) * 60;
        self.in_seconds(now, sits, Deed::Sit(Token::Review));
        if self.chance.percent(15) {
            let again = sits + self.chance.between(10, 180) * 60;
            self.in_seconds(now, again, Deed::Sit(Token::Review));
        }
        if self.chance.percent(6) {
            let quiz = sits + self.chance.between(-120, 120) * 60;
            self.in_seconds(now, quiz.max(60), Deed::Sit(Token::Quiz(None)));
        }
        // Some look at next week's cards already.
        if self.chance.percent(2)
            && let Ok(week @ 1..=12) = u8::try_from(day / 7 + 2)
        {
            let ahead = sits + self.chance.between(5, 60) * 60;
            self.in_seconds(now, ahead, Deed::Sit(Token::Study(week)));
        }
        if self.chance.percent(45) {
            let done = self.chance.between(1, 22 * 60) * 60;
            self.in_seconds(now, done, Deed::Mark);
        }
    }

    /// Now and then something changes in a learner's life.
    pub fn plan_changes(&mut self, now: DateTime<Utc>, day: i64) {
        let interview = self.character.interview.filter(|(asked_on, _)| *asked_on == day);
        let today = self.today(now).date();
        if let Some((asked_on, held_on)) = interview {
            let date = today + TimeDelta::days(held_on - asked_on);
            self.some_time(now, Deed::Set(Setting::Interview(Some(date))));
        }
        if self.settings.remind_at.is_none() && self.chance.percent(25) {
            let time = habits::reminder_time(&mut self.chance);
            self.some_time(now, Deed::Set(Setting::Reminder(Some(time))));
        }
        match self.chance.below(1_000) {
            0..25 => {
                let time = habits::reminder_time(&mut self.chance);
                self.some_time(now, Deed::Set(Setting::Reminder(Some(time))));
            }
            25..29 => self.some_time(now, Deed::Set(Setting::Reminder(None))),
            29..36 => {
                let days = habits::days(&mut self.chance);
                self.some_time(now, Deed::Set(Setting::Days(days)));
            }
            36..40 => self.some_time(now, Deed::BringBack),
            // Who does all that is due keeps limits, stays, and loses no day on a flight.
            _ if self.character.diligent => {}
            40..52 => {
                let zone = habits::zone(&mut self.chance);
                self.some_time(now, Deed::Set(Setting::Zone(zone.name().to_owned())));
            }
            52..58 => {
                let new = self.chance.pick(&[0, 5, 10, 20]).unwrap_or(10);
                self.some_time(now, Deed::Set(Setting::New(new)));
            }
            58..62 => {
                let reviews = self.chance.pick(&[20, 60, 100, 200]).unwrap_or(100);
                self.some_time(now, Deed::Set(Setting::Reviews(reviews)));
            }
            62..68 => {
                self.some_time(now, Deed::Block);
                let back = self.chance.between(26 * 60, 7 * 24 * 60) * 60;
                self.in_seconds(now, back, Deed::Return);
            }
            68..76 => {
                let days = u16::try_from(self.chance.between(1, 12)).unwrap_or(1);
                self.some_time(now, Deed::Pause(days));
            }
            76..79 => self.some_time(now, Deed::Pause(0)),
            _ => {}
        }
    }

    fn some_time(&mut self, now: DateTime<Utc>, deed: Deed) {
        let seconds = self.chance.between(60, 23 * 3_600);
        self.in_seconds(now, seconds, deed);
    }
}
