//! What learner and bot say to each other, as values: intents come in, screens go out. Pure; no Telegram
//! type appears here.

pub mod command;
pub mod formula;
pub mod html;
pub mod intent;
pub mod leaks;
pub mod markdown;
pub mod plain;
pub mod rich;
#[cfg(test)]
mod samples;
pub mod screen;
mod split;
pub mod token;
mod walk;
