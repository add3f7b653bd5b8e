//! Whether a typed answer is right: numbers and blanks. Lenient about spelling, strict about meaning; where a
//! machine may err, the learner overrules ("I was right", "typo").

mod blanks;
mod number;
mod spelling;

pub use blanks::{BlankVerdict, ClozeVerdict, cloze};
pub use number::{NumericVerdict, numeric};
