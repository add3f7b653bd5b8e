//! What learner and bot say to each other, as values: intents come in, screens go out. Pure; no Telegram
//! type appears here.

pub mod formula;
pub mod screen;
