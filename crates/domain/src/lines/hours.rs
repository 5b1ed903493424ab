use chrono::{Datelike, NaiveDateTime, Timelike, Weekday};

pub(super) const DAY: u16 = 24 * 60;
const WEEK: u16 = 7 * DAY;

/// A stretch of every week, on the clocks on the wall: up to a day long, its last minute not included. It may pass
/// midnight, and the end of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opening {
    /// Since Monday 00:00.
    from: u16,
    minutes: u16,
}

impl Opening {
    /// From a minute of this day up to another; up to one of the next day, if that is earlier. `None` if it is empty or
    /// there are no such minutes.
    pub fn on(day: Weekday, from: u16, to: u16) -> Option<Self> {
        let is_stretch = from < DAY && to <= DAY && from != to;
        is_stretch.then(|| Self {
            from: day.num_days_from_monday() as u16 * DAY + from,
            minutes: if to > from { to - from } else { DAY - from + to },
        })
    }

    /// From a minute of the week on; `None` if it is empty, longer than a day, or there is no such minute.
    pub fn from_minute(from: u16, minutes: u16) -> Option<Self> {
        (from < WEEK && (1..=DAY).contains(&minutes)).then_some(Self { from, minutes })
    }

    /// The minute of the week in which it starts, and how many minutes it lasts.
    pub fn minutes(self) -> (u16, u16) {
        (self.from, self.minutes)
    }

    /// The day on which it starts.
    pub fn day(self) -> Weekday {
        Weekday::try_from((self.from / DAY) as u8).expect("it starts within the week")
    }

    /// The minute of that day in which it starts, and the one up to which it lasts: of the next day, if that is not
    /// later.
    pub fn times(self) -> (u16, u16) {
        let from = self.from % DAY;
        let to = from + self.minutes;
        (from, if to > DAY { to - DAY } else { to })
    }

    /// Whether the two have a minute in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other.from) || other.contains(self.from)
    }

    fn contains(self, minute: u16) -> bool {
        (minute + WEEK - self.from) % WEEK < self.minutes
    }
}

/// When somebody answers, week after week; without any opening, never.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpeningHours(Vec<Opening>);

impl OpeningHours {
    /// Whether it is open while clocks show this.
    pub fn are_open(&self, wall_time: NaiveDateTime) -> bool {
        let day = wall_time.weekday().num_days_from_monday() as u16 * DAY;
        let minute = day + (wall_time.num_seconds_from_midnight() / 60) as u16;
        self.0.iter().any(|opening| opening.contains(minute))
    }

    /// The openings, Monday's first.
    pub fn openings(&self) -> &[Opening] {
        &self.0
    }
}

impl FromIterator<Opening> for OpeningHours {
    fn from_iter<I: IntoIterator<Item = Opening>>(openings: I) -> Self {
        let mut openings: Vec<_> = openings.into_iter().collect();
        openings.sort_unstable();
        Self(openings)
    }
}
