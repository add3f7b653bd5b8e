//! What is studied and when, as pure functions: no input or output, no clock, no async, no randomness of
//! its own. Everything that varies is an argument.

pub mod calendar;
pub mod card;
pub mod checkpoint;
pub mod grading;
pub mod interview;
pub mod memory;
pub mod mend;
pub mod plan;
pub mod queue;
pub mod readiness;
pub mod reading;
pub mod report;
pub mod sm2;
pub mod streak;
pub mod value;
pub mod verdict;
