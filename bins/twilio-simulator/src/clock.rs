use chrono::{DateTime, Utc};
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Where the simulator takes its time from.
pub struct Clock(Kind);

enum Kind {
    Real,
    Stepped(Mutex<DateTime<Utc>>),
}

impl Clock {
    /// The time of day. What falls due happens by itself.
    pub fn real() -> Self {
        Self(Kind::Real)
    }

    /// Stands still at `start` but for [`Simulator::advance`](crate::Simulator::advance): nothing happens by itself.
    pub fn stepped(start: DateTime<Utc>) -> Self {
        Self(Kind::Stepped(Mutex::new(start)))
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "this is the clock")]
            Kind::Real => Utc::now(),
            Kind::Stepped(now) => *now.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    pub(crate) fn is_stepped(&self) -> bool {
        matches!(self.0, Kind::Stepped(_))
    }

    /// Moves a stepped clock, never backwards.
    pub(crate) fn step_to(&self, time: DateTime<Utc>) {
        if let Kind::Stepped(now) = &self.0 {
            let mut now = now.lock().unwrap_or_else(PoisonError::into_inner);
            *now = time.max(*now);
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_stepped() { "Clock::stepped" } else { "Clock::real" })
    }
}
