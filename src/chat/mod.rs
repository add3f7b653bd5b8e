//! What learner and bot say to each other, as values: intents come in, screens go out. Pure; no Telegram
//! type appears here.

pub mod formula;
pub mod html;
pub mod leaks;
pub mod markdown;
pub mod plain;
pub mod rich;
#[cfg(test)]
mod samples;
pub mod screen;
mod split;
mod walk;
