//! What is studied and when, as pure functions: no input or output, no clock, no async, no randomness of
//! its own. Everything that varies is an argument.

pub mod card;
pub mod plan;
