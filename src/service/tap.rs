//! What a learner taps.

use chrono::TimeDelta;

use super::turn::Turn;
use super::{
    answering, checkpoint, coding, moving, overview, pause, portfolio, settings, setup, sitting, stats,
    upcoming,
};
use crate::chat::token::Token;
use crate::store::StoreError;
use crate::store::learner::Dialog;
use crate::wording::{self, day, help, session};

/// Does what a button means.
pub(super) fn tap(turn: &mut Turn<'_>, data: &str) -> Result<(), StoreError> {
    let Ok(token) = data.parse::<Token>() else {
        turn.toast(session::toast::UNKNOWN);
        turn.replace_buttons(session::over_buttons(false));
        return Ok(());
    };
    match (&token, turn.learner.dialog) {
        (Token::Setup(_) | Token::SkipSetup(_), _) => {}
        (_, Some(Dialog::Setup(_))) => setup::leave(turn)?,
        _ => turn.learner.dialog = None,
    }
    match token {
        Token::Today => overview::today(turn),
        Token::Plan => overview::plan(turn),
        Token::Week(week) => overview::week(turn, week, false),
        Token::Days(week) => overview::days(turn, week),
        Token::Help => {
            turn.show(help::help());
            Ok(())
        }
        Token::Review => sitting::review(turn, None),
        Token::Study(week) => sitting::review(turn, Some(week)),
        Token::Quiz(week) => sitting::quiz(turn, week),
        Token::Code(week) => coding::begin(turn, week),
        Token::Checkpoint(week) => checkpoint::begin(turn, week),
        Token::Moves => moving::choices(turn),
        Token::Move { from, days } => moving::tapped(turn, from, days),
        Token::Portfolio(week) => portfolio::show(turn, week),
        Token::Done { day, done, listed } => overview::mark(turn, day, done, listed),
        Token::Leaf { week, index, back } => overview::leaf(turn, week, index.into(), back),
        Token::Session { id, step, act } => answering::act(turn, id, step, act),
        Token::Setup(setting) => setup::answer(turn, &setting),
        Token::SkipSetup(question) => setup::skip(turn, question),
        Token::Settings => settings::overview(turn),
        Token::Choose(topic) => settings::choose(turn, topic),
        Token::Set(setting) => settings::set(turn, &setting),
        Token::BringBack => settings::bring_back(turn),
        Token::Stats(None) => stats::tapped(turn),
        Token::Stats(Some(dark)) => stats::switch(turn, dark),
        Token::Snooze(hours) => {
            if let Some(paused) = pause::in_words(turn)? {
                turn.toast(wording::pause::toast::no_snooze(&paused));
                return Ok(());
            }
            if let Some(off) = settings::reminders_off(turn) {
                turn.toast(off);
                return Ok(());
            }
            let at = turn.now + TimeDelta::hours(hours.clamp(1, 12).into());
            turn.learner.snoozed_until = Some(at);
            let time = turn.learner.zone.local(at).format("%H:%M").to_string();
            turn.toast(day::toast::snoozed(&time));
            turn.replace_buttons(day::settled_buttons());
            Ok(())
        }
        Token::NotToday => {
            let (today, now) = (turn.today(), turn.now);
            upcoming::decline(turn.db, &mut turn.learner, today, now)?;
            turn.toast(day::toast::NOT_TODAY);
            turn.replace_buttons(day::settled_buttons());
            Ok(())
        }
        Token::Pause(days) => pause::begin(turn, days),
        Token::Resume => pause::resume(turn),
    }
}
