//! Liftoff: a Telegram bot for people who prepare for an ML/AI internship interview along a 12-week plan.
//!
//! `ARCHITECTURE.md` has the map, the invariants and three walkthroughs.

pub mod chat;
pub mod cli;
pub mod clock;
pub mod decks;
pub mod judging;
pub mod localchat;
pub mod picture;
pub mod reminder;
pub mod sandbox;
pub mod service;
pub mod simulate;
pub mod store;
pub mod study;
pub mod telegram;
pub mod wording;
