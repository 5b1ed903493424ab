//! Time zones: what clocks on the wall show, wherever an organisation is.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// Clocks are put forward by a day at most, which happened where the date line was moved.
const QUARTERS_OF_A_DAY: i32 = 96;

/// A time zone of the IANA database, such as `Europe/Berlin`; `UTC` where nobody chose one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Zone(Tz);

impl Zone {
    /// What clocks on the wall show there at this moment. When they are put back they show an hour twice; when they are
    /// put forward there is one that they never show.
    pub fn wall_time(self, moment: DateTime<Utc>) -> NaiveDateTime {
        moment.with_timezone(&self.0).naive_local()
    }

    /// When a day begins there: at midnight, or when clocks that are put forward at midnight go on.
    pub fn beginning_of(self, day: NaiveDate) -> DateTime<Utc> {
        let shown = |quarters| day.and_time(NaiveTime::MIN) + TimeDelta::minutes(15) * quarters;
        let moment = |quarters| self.0.from_local_datetime(&shown(quarters)).earliest();
        let first = (0..=QUARTERS_OF_A_DAY).find_map(moment);
        first.map_or_else(|| shown(0).and_utc(), |moment| moment.to_utc())
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
    #[test]
    fn a_day_begins_at_midnight_or_when_clocks_go_on() {
        for (zone, day, moment) in [
            ("UTC", "2026-07-01", "2026-07-01T00:00:00Z"),
            ("Pacific/Auckland", "2026-01-05", "2026-01-04T11:00:00Z"),
            ("America/New_York", "2026-07-01", "2026-07-01T04:00:00Z"),
            // At midnight clocks are put forward, and an hour later back to it.
            ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z"),
            ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"),
            ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
        ] {
            let begins = zone.parse::<Zone>().expect("a zone").beginning_of(day.parse().expect("a day"));
            assert_eq!(begins, moment.parse::<DateTime<Utc>>().expect("a moment"), "{zone} {day}");
        }
    }
}
