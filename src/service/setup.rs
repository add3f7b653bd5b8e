//! The first three questions: where, when to remind, when to begin.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::settings::{self, Way};
use super::turn::Turn;
use crate::chat::intent::Who;
use crate::chat::token::{Question, Setting};
use crate::store::StoreError;
use crate::store::learner::{Dialog, Learner};
use crate::study::calendar::{self, Weekdays, Zone};
use crate::wording::setup;

/// Reminders come at nine unless the learner says otherwise.
const DEFAULT_REMINDER: u16 = 9 * 60;
/// A study day starts at four unless the learner says otherwise.
const DEFAULT_DAY_START: u16 = 4 * 60;

/// Where most people live who use an app in that language: a first guess, nothing more.
const ZONE_OF_LANGUAGE: [(&str, &str); 24] = [
    ("ar", "Africa/Cairo"),
    ("bn", "Asia/Dhaka"),
    ("cs", "Europe/Prague"),
    ("da", "Europe/Copenhagen"),
    ("de", "Europe/Berlin"),
    ("el", "Europe/Athens"),
    ("es", "Europe/Madrid"),
    ("fa", "Asia/Tehran"),
    ("fi", "Europe/Helsinki"),
    ("fr", "Europe/Paris"),
    ("he", "Asia/Jerusalem"),
    ("hi", "Asia/Kolkata"),
    ("it", "Europe/Rome"),
    ("ja", "Asia/Tokyo"),
    ("ko", "Asia/Seoul"),
    ("nl", "Europe/Amsterdam"),
    ("pl", "Europe/Warsaw"),
    ("pt", "America/Sao_Paulo"),
    ("ru", "Europe/Moscow"),
    ("sv", "Europe/Stockholm"),
    ("tr", "Europe/Istanbul"),
    ("uk", "Europe/Kyiv"),
    ("vi", "Asia/Ho_Chi_Minh"),
    ("zh", "Asia/Shanghai"),
];

fn guessed_zone(language: Option<&str>) -> Zone {
    let language = language.and_then(|code| code.split('-').next()).unwrap_or_default();
    let of_language = ZONE_OF_LANGUAGE.iter().find(|(code, _)| *code == language);
    of_language.and_then(|(_, name)| Zone::named(name)).unwrap_or(Zone::UTC)
}

/// A learner as they are before the first question, with the defaults that a skip leaves.
pub(super) fn newcomer(who: &Who, now: DateTime<Utc>) -> Learner {
    let zone = guessed_zone(who.language.as_deref());
    Learner {
        id: who.learner,
        chat: who.chat,
        name: who.name.clone(),
        zone,
        day_start: DEFAULT_DAY_START,
        start_day: calendar::study_day(now, zone, DEFAULT_DAY_START),
        new_per_day: 10,
        reviews_per_day: 100,
        six_qualities: false,
        plain_formulas: false,
        remind_at: Some(DEFAULT_REMINDER),
        next_reminder_at: None,
        snoozed_until: None,
        remind_days: Weekdays::ALL,
        nudge_at: None,
        next_nudge_at: None,
        interview_on: None,
        dark_pictures: false,
        active_at: None,
        stats_at: None,
        dialog: None,
        deep_link: None,
        blocked: false,
        joined_at: now,
    }
}

/// Asks the first question.
pub(super) fn begin(turn: &mut Turn<'_>, deep_link: Option<&str>) {
    turn.learner.deep_link = deep_link.map(str::to_owned);
    turn.learner.dialog = Some(Dialog::Setup(Question::Zone));
    ask(turn, Question::Zone);
}

/// `/start` during the questions: the one that is open, and the place that the first link named, unless a new link
/// names another.
pub(super) fn go_back(turn: &mut Turn<'_>, question: Question, deep_link: &str) {
    if !deep_link.is_empty() {
        turn.learner.deep_link = Some(deep_link.to_owned());
    }
    ask(turn, question);
}

pub(super) fn ask(turn: &mut Turn<'_>, question: Question) {
    let screen = match question {
        Question::Zone => setup::zone(&turn.learner.name, turn.learner.zone.name()),
        Question::Reminder => setup::reminder(turn.learner.zone.name(), &turn.local_time()),
        Question::Start => {
            let learner = &turn.learner;
            let reminder = setup::reminder_is(learner.remind_at, learner.remind_days, learner.day_start);
            let today = turn.today().date();
            let monday = calendar::next_monday(today);
            setup::start(&reminder, today, (monday, &turn.date(monday)))
        }
    };
    turn.show(screen);
}

/// A tap on one of the choices.
pub(super) fn answer(turn: &mut Turn<'_>, setting: &Setting) -> Result<(), StoreError> {
    let question = match setting {
        Setting::Zone(_) => Question::Zone,
        Setting::Reminder(_) => Question::Reminder,
        Setting::Start(_) => Question::Start,
        _ => return answered_before(turn),
    };
    if turn.learner.dialog != Some(Dialog::Setup(question)) {
        return answered_before(turn);
    }
    settings::apply(turn, setting)?;
    go_on(turn, question)
}

/// A tap on "skip": the default stays.
pub(super) fn skip(turn: &mut Turn<'_>, question: Question) -> Result<(), StoreError> {
    if turn.learner.dialog != Some(Dialog::Setup(question)) {
        return answered_before(turn);
    }
    if question == Question::Start {
        // The question may be older than today.
        turn.learner.start_day = turn.today();
    }
    go_on(turn, question)
}

fn answered_before(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    let asking = matches!(turn.learner.dialog, Some(Dialog::Setup(_)));
    turn.toast(if asking { setup::toast::ANSWERED } else { setup::toast::OVER });
    turn.replace_buttons(Vec::new());
    Ok(())
}

/// A typed answer.
pub(super) fn typed(turn: &mut Turn<'_>, question: Question, text: &str) -> Result<(), StoreError> {
    if text.trim().is_empty() {
        // "/timezone" alone.
        ask(turn, question);
        return Ok(());
    }
    if settings::typed(turn, question.topic(), text, Way::Setup)?.is_some() {
        go_on(turn, question)
    } else {
        Ok(())
    }
}

pub(super) fn go_on(turn: &mut Turn<'_>, answered: Question) -> Result<(), StoreError> {
    let next = match answered {
        Question::Zone => Question::Reminder,
        Question::Reminder => Question::Start,
        Question::Start => {
            finish(turn)?;
            let start = turn.learner.start_day;
            turn.show(setup::ready(&turn.date(start), start - turn.today()));
            let link = turn.learner.deep_link.take();
            return super::text::follow_link(turn, link.as_deref());
        }
    };
    if answered == Question::Zone {
        // "Today" is a date in the zone that was just chosen.
        turn.learner.start_day = turn.today();
    }
    turn.learner.dialog = Some(Dialog::Setup(next));
    ask(turn, next);
    Ok(())
}

/// Ends the questions because the learner does something else, and says which answers were taken.
pub(super) fn leave(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    turn.learner.start_day = turn.today();
    finish(turn)?;
    let learner = &turn.learner;
    let taken = setup::taken(learner.zone.name(), learner.remind_at, learner.remind_days);
    turn.send(taken);
    Ok(())
}

/// Ends the questions; what was not answered keeps its default.
fn finish(turn: &mut Turn<'_>) -> Result<(), StoreError> {
    turn.learner.dialog = None;
    turn.plan_reminder()
}

impl Question {
    /// The setting that it asks for.
    pub(super) fn topic(self) -> crate::chat::token::Topic {
        use crate::chat::token::Topic;
        match self {
            Self::Zone => Topic::Zone,
            Self::Reminder => Topic::Reminder,
            Self::Start => Topic::Start,
        }
    }
}

/// The earliest and latest first day that a plan can have.
pub(super) fn start_range(today: NaiveDate) -> std::ops::RangeInclusive<NaiveDate> {
    let years = TimeDelta::days(2 * 366);
    today.checked_sub_signed(years).unwrap_or(today)..=today.checked_add_signed(years).unwrap_or(today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_gives_a_first_guess() {
        for (language, name) in ZONE_OF_LANGUAGE {
            assert_eq!(guessed_zone(Some(language)).name(), name);
        }
        assert_eq!(guessed_zone(Some("pt-br")).name(), "America/Sao_Paulo");
        assert_eq!([guessed_zone(Some("en")), guessed_zone(None)], [Zone::UTC; 2]);
    }
}
