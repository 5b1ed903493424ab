//! The organisation's log of events: the one source of everything agents learn.

use chrono::{DateTime, Utc};
use switchboard_events::{Cursor, Epoch};

/// Where a log stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPosition {
    /// Which log it is: another one after the database was restored.
    pub epoch: Epoch,
    /// The number of its last event, 0 before the first.
    pub head: u64,
}

impl LogPosition {
    /// The cursor of somebody who knows everything up to `seq`.
    pub fn cursor(self, seq: u64) -> Cursor {
        Cursor { epoch: self.epoch, seq }
    }
}

/// An event as it was stored. Numbers rise by one from entry to entry, in the order of commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its number.
    pub seq: u64,
    /// Its name on the wire.
    pub name: String,
    /// Its payload: JSON text, sent as it stands.
    pub payload: String,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
}
