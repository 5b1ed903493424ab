//! Time zones: what clocks on the wall show, wherever an organisation is.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;

/// A time zone of the IANA database, such as `Europe/Berlin`; `UTC` where nobody chose one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Zone(Tz);

impl Zone {
    /// What clocks on the wall show there at this moment. When they are put back they show an hour twice; when they are
    /// put forward there is one that they never show.
    pub fn wall_time(self, moment: DateTime<Utc>) -> NaiveDateTime {
        moment.with_timezone(&self.0).naive_local()
    }
}

impl FromStr for Zone {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        text.parse().map(Zone).map_err(|_| ())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_moves_the_clocks_and_not_the_moments() {
        for (zone, moment, shown) in [
            ("UTC", "2026-07-01T12:00:00Z", "2026-07-01T12:00:00"),
            ("Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T01:59:59"),
            ("Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00"),
            ("Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-25T02:00:00"),
            ("Europe/Berlin", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00"),
            ("Asia/Kathmandu", "2026-01-01T18:15:00Z", "2026-01-02T00:00:00"),
            ("America/St_Johns", "2026-01-01T03:29:59Z", "2025-12-31T23:59:59"),
        ] {
            let wall_time =
                zone.parse::<Zone>().expect("a zone").wall_time(moment.parse().expect("a moment"));
            assert_eq!(wall_time, shown.parse().expect("a time"), "{zone} {moment}");
        }
    }
}
