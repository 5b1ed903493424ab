use chrono::{DateTime, Utc};
use switchboard_domain::ports::Clock;

/// The machine's clock.
#[derive(Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock from which everybody takes the time")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}
