//! Everything the bot says, and nothing else: plain functions from facts to screens. No rule of the study
//! is decided here, and no word that a learner reads stands anywhere else.
//!
//! The voice: plain, warm, short English; numbers instead of adjectives; the first line says what this is,
//! the first button is the next thing to do; one emoji a line at the most, as a sign.

pub mod card;
pub mod checkpoint;
pub mod code;
pub mod day;
pub mod help;
pub mod interview;
pub mod moving;
pub mod note;
pub mod pause;
pub mod place;
pub mod plan;
pub mod portfolio;
pub mod report;
pub mod session;
pub mod settings;
pub mod setup;
pub mod stats;
pub mod streak;
pub mod summary;
pub mod trouble;
mod values;

use crate::chat::screen::{Button, Style};
use crate::chat::token::Token;

/// The most characters of a learner's own words that a screen repeats.
const ECHO: usize = 40;

fn button(label: impl Into<String>, token: &Token) -> Button {
    Button { label: label.into(), style: Style::Plain, data: token.to_string() }
}

fn styled(label: impl Into<String>, style: Style, token: &Token) -> Button {
    Button { style, ..button(label, token) }
}

fn primary(label: impl Into<String>, token: &Token) -> Button {
    styled(label, Style::Primary, token)
}

/// "1 card", "2 cards".
fn count(number: impl Into<i64>, one: &str) -> String {
    let number = number.into();
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// The learner's own words, shortened for a sentence that repeats them.
fn echo(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= ECHO {
        return line;
    }
    line.chars().take(ECHO - 1).chain(['…']).collect()
}

/// "07:30" from minutes after midnight.
#[must_use]
pub fn clock_time(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}
