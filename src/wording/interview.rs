//! The interview date: how many days are left, and what the last week before it asks.

use super::{count, primary};
use crate::chat::screen::{Block, Rich, Screen, Span};
use crate::chat::token::{Setting, Token};

/// Where a learner with an interview date stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// "Fri 15 Jan".
    pub date: String,
    /// Days until then; 0 is today, below 0 it is past.
    pub days: i64,
    /// What the sweep asks.
    pub sweep: Sweep,
}

/// What the last days before an interview ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// "Fri 8 Jan", its first day that is left.
    pub first: String,
    /// "Thu 14 Jan", its last.
    pub last: String,
    /// It has begun.
    pub begun: bool,
    /// Cards met so far.
    pub met: usize,
    /// Cards that come in it, as things stand.
    pub cards: usize,
    /// Cards a day, about.
    pub a_day: usize,
}

/// What a date means for the cards.
fn sweep(standing: &Standing) -> Option<Block> {
    let Sweep { first, last, begun, met, cards, a_day } = &standing.sweep;
    if standing.days < 1 {
        return None;
    }
    let span = if first == last { format!("on {last}") } else { format!("from {first} to {last}") };
    let a_day = if first == last { String::new() } else { format!(", about {a_day} a day") };
    let text = match (cards, begun) {
        (0, true) if *met == 0 => "No card is met yet; what you meet now is fresh on the day.".to_owned(),
        (0, true) => "Every card you have met was asked in these last days.".to_owned(),
        (0, false) => format!("No card is met yet. What you meet until then comes once more {span}."),
        (cards, true) => {
            format!(
                "{} still to come, {span}{a_day}.",
                count(i64::try_from(*cards).unwrap_or(i64::MAX), "card")
            )
        }
        (1, false) => format!("The card you have met comes once more {span}."),
        (cards, false) => format!(
            "The {cards} cards you have met come once more {span}{a_day}. What you meet until then is added."
        ),
    };
    Some(Block::paragraph(text))
}

/// The confirmation of a new date, with what it means for the cards.
#[must_use]
pub fn confirmed(mut confirmed: Screen, standing: Option<&Standing>) -> Screen {
    if let Some((standing, sweep)) = standing.and_then(|standing| Some((standing, sweep(standing)?))) {
        // In place of the general words, which a toast has room for.
        confirmed.blocks = vec![Block::paragraph(format!("Interview {}.", standing.date)), sweep];
    }
    confirmed
}

/// The screen of choices, with what the present date means before them.
#[must_use]
pub fn screen(mut choices: Screen, standing: Option<&Standing>) -> Screen {
    let Some(standing) = standing else { return choices };
    let date = &standing.date;
    let says = match standing.days {
        0 => format!("Your interview is today, {date}."),
        1 => format!("Your interview is tomorrow, {date}."),
        days @ 2.. => format!("Your interview is {date}: {days} days left."),
        _ => format!("Your interview was {date}. Cards come when SM-2 says so."),
    };
    choices.blocks = vec![Block::Paragraph(Rich(vec![Span::bold(says)]))];
    choices.blocks.extend(sweep(standing));
    if standing.days > 0 && standing.sweep.cards > 0 {
        choices.blocks.push(Block::paragraph(
            "That comes before the limit of reviews a day. Coding prompts keep their own days.",
        ));
    }
    if standing.days < 0 {
        choices.buttons.insert(0, vec![primary("Clear the date", &Token::Set(Setting::Interview(None)))]);
        choices.blocks.push(Block::paragraph(
            "Clear the date, or set the next one: tap a day, or send a date like 2027-01-15.",
        ));
    } else {
        choices.blocks.push(Block::paragraph("To change it, tap a day, or send a date like 2027-01-15."));
    }
    choices
}
