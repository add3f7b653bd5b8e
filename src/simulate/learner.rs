//! What a simulated learner does, and when: a list of deeds to come, which grows day by day.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use rusqlite::Connection;

use super::chance::Chance;
use super::chat::Chat;
use super::diary::{Diary, Event, Settings};
use super::habits::Character;
use super::measure;
use super::sitting::{Asked, Sitting};
use crate::chat::intent::Intent;
use crate::chat::screen::Screen;
use crate::chat::token::{Setting, Token};
use crate::service::Service;
use crate::store::StoreError;
use crate::study::calendar::{StudyDay, Zone, study_day, study_day_start};
use crate::study::memory::Mind;

/// The bot and its database.
#[derive(Clone, Copy)]
pub(super) struct World<'a> {
    pub db: &'a Connection,
    pub bot: &'a Service,
}

/// Something that a learner is going to do.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    /// Writes for the first time and answers the questions.
    Join,
    /// Wakes up on a new study day and makes plans.
    Dawn,
    /// Sits down to study.
    Sit(Token),
    /// Goes on with the session.
    Step,
    /// Marks the plan day done.
    Mark,
    /// Taps a button below a reminder.
    React(i32, Token),
    /// Changes a setting.
    Set(Setting),
    /// Pauses for so many days; 0 resumes.
    Pause(u16),
    BringBack,
    Block,
    Return,
}

/// A learner in the middle of their life.
pub(super) struct Learner {
    pub number: i64,
    pub chat: Chat,
    pub diary: Diary,
    pub mind: Mind,
    pub character: Character,
    pub chance: Chance,
    pub settings: Settings,
    pub sitting: Option<Sitting>,
    pub asked: Option<Asked>,
    /// Sessions of the answers that still count, the last at the end.
    pub answered: Vec<i64>,
    /// Seconds of study that are left today.
    pub left: i64,
    deeds: BTreeMap<(DateTime<Utc>, u32), Deed>,
    planned: Option<StudyDay>,
    paused_until: Option<StudyDay>,
    /// When this life was over.
    pub ended: Option<DateTime<Utc>>,
    /// The first study day after it.
    end: StudyDay,
    counter: u32,
}

impl Learner {
    /// A learner who joins at that instant and is watched for so many weeks of their plan.
    pub fn new(seed: u64, number: i64, joins: DateTime<Utc>, weeks: u32) -> Self {
        let character = Character::new(seed, number, joins.date_naive());
        let settings = character.first.clone();
        let end = StudyDay::from(settings.start) + 7 * i64::from(weeks);
        Self {
            number,
            chat: Chat::new(number),
            diary: Diary::default(),
            mind: Mind::new(seed, number),
            chance: Chance::new(seed, number, 2),
            settings,
            sitting: None,
            asked: None,
            answered: Vec::new(),
            left: 0,
            deeds: BTreeMap::from([((joins, 0), Deed::Join)]),
            planned: None,
            paused_until: None,
            ended: None,
            end,
            counter: 0,
            character,
        }
    }

    /// When the learner does something next; never again once their time is over.
    pub fn next(&self) -> Option<DateTime<Utc>> {
        self.deeds.keys().next().map(|(at, _)| *at)
    }

    /// The learner's study day.
    pub fn today(&self, now: DateTime<Utc>) -> StudyDay {
        study_day(now, self.settings.zone, self.settings.day_start)
    }

    /// Does what is next.
    pub fn act(&mut self, world: World<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some((_, deed)) = self.deeds.pop_first() else { return Ok(()) };
        let away = self.settings.blocked || self.paused(now);
        match deed {
            Deed::Join => self.join(world, now),
            Deed::Dawn => self.dawn(world, now),
            Deed::Return => self.come_back(world, now),
            Deed::Pause(days) if !self.settings.blocked => self.pause(world, now, days),
            _ if away => {
                self.sitting = None;
                Ok(())
            }
            Deed::Sit(token) => self.sit(world, now, &token),
            Deed::Step => self.step(world, now),
            Deed::Mark => self.mark(world, now),
            Deed::React(message, token) => self.react(world, now, message, token),
            // A question of the bot in the middle of a session would take the next typed answer.
            Deed::Set(_) if self.sitting.is_some() => {
                self.in_seconds(now, 3_600, deed);
                Ok(())
            }
            Deed::Set(setting) => self.set(world, now, &setting),
            Deed::BringBack => {
                self.tap(world, now, None, &Token::BringBack)?;
                self.diary.note(now, Event::BroughtBack);
                Ok(())
            }
            Deed::Block => {
                self.chat.intent(world.db, world.bot, &Intent::Blocked, now)?;
                self.settings.blocked = true;
                self.told(now);
                Ok(())
            }
            Deed::Pause(_) => Ok(()),
        }
    }

    pub fn say(&mut self, world: World<'_>, now: DateTime<Utc>, text: &str) -> Result<(), StoreError> {
        if !self.chat.say(world.db, world.bot, text, now)? {
            self.diary.trouble(now, format!("a fault after the text {text}"));
        }
        Ok(())
    }

    pub fn tap(
        &mut self,
        world: World<'_>,
        now: DateTime<Utc>,
        message: Option<i32>,
        token: &Token,
    ) -> Result<(), StoreError> {
        if !self.chat.tap(world.db, world.bot, message, token, now)? {
            self.diary.trouble(now, format!("a fault after the button {token}"));
        }
        Ok(())
    }

    /// The bot speaks without being asked. Some learners put it off, some start at once.
    pub fn reminded(&mut self, now: DateTime<Utc>, screen: Screen) {
        if self.ended.is_some() {
            return;
        }
        self.diary.note(now, Event::Reminded);
        let message = self.chat.receive(screen);
        let wish = self.chance.below(100);
        if (40..43).contains(&wish) {
            // "Better at two": a second one for this date must not come.
            let later = self.settings.zone.local(now) + TimeDelta::minutes(self.chance.between(20, 600));
            let time = u16::try_from(later.num_seconds_from_midnight() / 60).unwrap_or(0);
            let after = self.chance.between(20, 15 * 60);
            self.in_seconds(now, after, Deed::Set(Setting::Reminder(Some(time))));
            return;
        }
        let wanted = |token: &Token| match wish {
            0..10 => matches!(token, Token::Snooze(_)),
            10..14 => *token == Token::NotToday,
            14..40 => *token == Token::Review,
            _ => false,
        };
        if let Some((_, token)) = self.chat.find(wanted).filter(|(below, _)| *below == message) {
            let after = self.chance.between(20, 40 * 60);
            self.in_seconds(now, after, Deed::React(message, token));
        }
    }

    /// Goes on with the session in so many seconds.
    pub fn step_in(&mut self, now: DateTime<Utc>, seconds: i64) {
        self.in_seconds(now, seconds, Deed::Step);
    }

    pub fn in_seconds(&mut self, now: DateTime<Utc>, seconds: i64, deed: Deed) {
        let milliseconds = self.chance.between(1, 999);
        self.counter += 1;
        let at = now + TimeDelta::seconds(seconds) + TimeDelta::milliseconds(milliseconds);
        self.deeds.insert((at, self.counter), deed);
    }

    fn paused(&self, now: DateTime<Utc>) -> bool {
        self.paused_until.is_some_and(|until| self.today(now) < until)
    }

    fn told(&mut self, now: DateTime<Utc>) {
        self.diary.note(now, Event::Told(self.settings.clone()));
    }

    fn join(&mut self, world: World<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let first = self.settings.clone();
        self.say(world, now, "/start")?;
        let zone = Setting::Zone(first.zone.name().to_owned());
        for answer in [zone, Setting::Reminder(first.remind_at), Setting::Start(first.start)] {
            self.tap(world, now, None, &Token::Setup(answer))?;
        }
        let wishes = [
            Setting::DayStart(first.day_start),
            Setting::New(first.new),
            Setting::Reviews(first.reviews),
            Setting::Days(first.days),
            Setting::Nudge(first.nudge_at),
            Setting::SixQualities(self.character.six),
        ];
        for wish in wishes {
            self.tap(world, now, None, &Token::Set(wish))?;
        }
        self.settings.ready = true;
        self.told(now);
        self.dawn(world, now)
    }

    /// Makes plans for a study day: when to sit down, what to change.
    fn dawn(&mut self, world: World<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let today = self.today(now);
        let start = StudyDay::from(self.settings.start);
        if today >= start && (today - start) % 7 == 0 && self.planned != Some(today) {
            measure::measure(world, self, now)?;
        }
        if today >= self.end {
            self.deeds.clear();
            self.ended = Some(now);
            return Ok(());
        }
        let tomorrow = study_day_start(today + 1, self.settings.zone, self.settings.day_start);
        self.in_seconds(now, (tomorrow - now).num_seconds().max(0), Deed::Dawn);
        // After a flight to the west a day comes again.
        if self.planned == Some(today) || self.settings.blocked {
            return Ok(());
        }
        self.planned = Some(today);
        self.left = self.character.seconds_on(today);
        if self.left > 0 && today >= start {
            self.plan_study(now, today - start);
        }
        self.plan_changes(now, today - start);
        Ok(())
    }

    /// Changes a setting. Learners type what has a command of its own.
    fn set(&mut self, world: World<'_>, now: DateTime<Utc>, setting: &Setting) -> Result<(), StoreError> {
        match setting {
            Setting::Reminder(Some(minutes)) if minutes % 2 == 0 => {
                self.say(world, now, &format!("/remind {:02}:{:02}", minutes / 60, minutes % 60))?;
            }
            Setting::Reminder(None) => self.say(world, now, "/remind off")?,
            Setting::Interview(Some(date)) => self.say(world, now, &format!("/interview {date}"))?,
            _ => self.tap(world, now, None, &Token::Set(setting.clone()))?,
        }
        if matches!(setting, Setting::Reminder(_)) {
            self.diary.note(now, Event::Moved);
        }
        let own = &mut self.settings;
        match setting {
            Setting::Zone(name) => own.zone = Zone::named(name).unwrap_or(own.zone),
            Setting::Reminder(minutes) => own.remind_at = *minutes,
            Setting::Days(days) => own.days = *days,
            Setting::New(count) => own.new = *count,
            Setting::Reviews(count) => own.reviews = *count,
            Setting::Interview(date) => own.interview = *date,
            _ => self.diary.trouble(now, format!("{setting} is not simulated")),
        }
        self.told(now);
        Ok(())
    }

    fn mark(&mut self, world: World<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let day = self.today(now) - StudyDay::from(self.settings.start) + 1;
        let Some(day) = u8::try_from(day).ok().filter(|day| (1..=84).contains(day)) else { return Ok(()) };
        if self.chance.percent(50) {
            self.say(world, now, "/done https://example.org/week")?;
        } else {
            self.tap(world, now, None, &Token::Done { day, done: true, listed: false })?;
        }
        self.diary.note(now, Event::Marked(day));
        Ok(())
    }

    fn react(
        &mut self,
        world: World<'_>,
        now: DateTime<Utc>,
        message: i32,
        token: Token,
    ) -> Result<(), StoreError> {
        if token == Token::Review {
            return self.sit(world, now, &token);
        }
        self.tap(world, now, Some(message), &token)?;
        let event = match token {
            Token::Snooze(hours) => Event::Snoozed(now + TimeDelta::hours(hours.into())),
            _ => Event::NotToday,
        };
        self.diary.note(now, event);
        Ok(())
    }

    fn pause(&mut self, world: World<'_>, now: DateTime<Utc>, days: u16) -> Result<(), StoreError> {
        if days > 0 {
            self.say(world, now, &format!("/pause {days}"))?;
        } else {
            self.say(world, now, "/resume")?;
        }
        self.sitting = None;
        let until = self.today(now) + i64::from(days);
        // A pause is made longer and never shorter.
        self.paused_until =
            Some(if days == 0 { until } else { self.paused_until.map_or(until, |old| old.max(until)) });
        self.diary.note(now, Event::Paused(days));
        Ok(())
    }

    fn come_back(&mut self, world: World<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        if self.settings.blocked {
            self.chat.intent(world.db, world.bot, &Intent::Unblocked, now)?;
            self.say(world, now, "/start")?;
            self.settings.blocked = false;
            self.told(now);
        }
        Ok(())
    }
}
