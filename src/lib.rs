//! Liftoff: a Telegram bot for people who prepare for an ML/AI internship interview along a 12-week plan.
//!
//! `ARCHITECTURE.md` has the map, the invariants and three walkthroughs.

pub mod chat;
pub mod clock;
pub mod decks;
pub mod localchat;
pub mod study;
