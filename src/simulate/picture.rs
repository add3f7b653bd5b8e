//! The report as a picture.

use super::Report;
use super::figures::percentile;
use super::measure::AHEAD;
use crate::picture::{PictureError, report};

impl Report {
    /// The report as a PNG, 1080 px wide.
    ///
    /// # Errors
    /// See [`PictureError`].
    pub fn picture(&self) -> Result<Vec<u8>, PictureError> {
        let figures = &self.figures;
        let weeks = figures.weeks.iter().map(|week| report::Week {
            reviews: percentile(&week.reviews, 50).unwrap_or(0),
            most_reviews: percentile(&week.reviews, 95).unwrap_or(0),
            minutes: week.minutes.get().unwrap_or(0.0),
            truth: week.likely.get(),
            log: week.recalled.get(),
        });
        // The forecast that is harder: some days after the last review.
        let ahead = AHEAD.len() - 1;
        let readiness = figures.errors.iter().filter_map(|(weeks, errors)| {
            let errors = errors.get(ahead)?;
            Some(report::Forecast {
                after: *weeks,
                forecast: errors.forecast.get()?,
                truth: errors.truth.get()?,
                error: errors.absolute.get()?,
                constant: errors.constant.get()?,
            })
        });
        let page = report::Page {
            learners: figures.learners,
            answers: figures.answers,
            broken: self.broken.len(),
            weeks: weeks.collect(),
            ahead: AHEAD[ahead],
            readiness: readiness.collect(),
            reminders: figures
                .reminders
                .iter()
                .map(|(name, count)| (name.replace('_', " "), u64::from(*count)))
                .collect(),
        };
        report::draw(&page)
    }
}
