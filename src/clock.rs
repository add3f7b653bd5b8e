//! The one place that reads the clock.
//!
//! Everything below takes `now` as an argument, so that a test can be any moment it likes. The edge asks a
//! [`Clock`]: the system's, possibly shifted by the local chat's time travel, or one that follows tokio's
//! paused test clock.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

/// A source of the current time, cheap to clone; clones share the shift.
#[derive(Clone, Debug)]
pub struct Clock {
    base: Base,
    shift: Arc<watch::Sender<TimeDelta>>,
}

#[derive(Clone, Copy, Debug)]
enum Base {
    System,
    Tokio { start: DateTime<Utc>, since: tokio::time::Instant },
}

impl Clock {
    /// The system's clock, `shift` ahead of it.
    #[must_use]
    pub fn system(shift: TimeDelta) -> Self {
        Self { base: Base::System, shift: Arc::new(watch::Sender::new(shift)) }
    }

    /// A clock that shows `start` now and then follows tokio's clock, which tests pause and advance.
    /// Must be called inside a tokio runtime.
    #[must_use]
    pub fn tokio(start: DateTime<Utc>) -> Self {
        let since = tokio::time::Instant::now();
        Self { base: Base::Tokio { start, since }, shift: Arc::new(watch::Sender::new(TimeDelta::zero())) }
    }

    /// The current time, the shift included.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let base = match self.base {
            #[allow(clippy::disallowed_methods, reason = "the one place that reads the clock")]
            Base::System => Utc::now(),
            Base::Tokio { start, since } => {
                start + TimeDelta::from_std(since.elapsed()).unwrap_or(TimeDelta::MAX)
            }
        };
        base + *self.shift.borrow()
    }

    /// How far this clock is ahead of its base.
    #[must_use]
    pub fn shift(&self) -> TimeDelta {
        *self.shift.borrow()
    }

    /// Moves the clock forward to `target`; a target in the past changes nothing. Returns the new shift.
    pub fn travel_to(&self, target: DateTime<Utc>) -> TimeDelta {
        let ahead = target - self.now();
        if ahead > TimeDelta::zero() {
            self.shift.send_modify(|shift| *shift += ahead);
        }
        self.shift()
    }

    /// Resolves each time the clock has been moved, so that a sleeper can look again.
    #[must_use]
    pub fn moves(&self) -> watch::Receiver<TimeDelta> {
        self.shift.subscribe()
    }
}
