//! What the week's report is made of.

use std::ops::RangeInclusive;

use rusqlite::Connection;

use super::StoreError;
use crate::study::calendar::StudyDay;
use crate::study::report::Answer;
use crate::study::sm2::Quality;

/// The reviews of these days.
///
/// # Errors
/// When SQLite refuses.
pub fn answers(
    db: &Connection,
    learner: i64,
    days: &RangeInclusive<StudyDay>,
) -> Result<Vec<Answer>, StoreError> {
    let mut rows = db.prepare_cached(
        "select study_day, first, quality from review
         where learner = ?1 and study_day between ?2 and ?3 and kind = 'review' and undone_at is null",
    )?;
    let mut rows = rows.query((learner, days.start().0, days.end().0))?;
    let mut answers = Vec::new();
    while let Some(row) = rows.next()? {
        let quality = Quality::new(row.get("quality")?).ok_or(StoreError::Unreadable { what: "quality" })?;
        answers.push(Answer { day: StudyDay(row.get("study_day")?), new: row.get("first")?, quality });
    }
    Ok(answers)
}
