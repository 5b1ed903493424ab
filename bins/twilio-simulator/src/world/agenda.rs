//! What is to happen later.

use super::{MessageStatus, WebhookOrder};
use chrono::{DateTime, Utc};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Something that falls due. Whether it still matters is looked up then, so that nothing has to be taken back.
#[derive(Clone, Debug)]
pub(crate) enum Timer {
    /// A webhook is sent.
    Send(WebhookOrder),
    /// A message moves on.
    Message(String, MessageStatus),
}

#[derive(Debug)]
struct Entry {
    due: DateTime<Utc>,
    sequence: u64,
    timer: Timer,
}

/// Timers, the next one first; those of one instant in the order in which they were set.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    entries: BinaryHeap<Entry>,
    sequence: u64,
}

impl Agenda {
    pub(crate) fn at(&mut self, due: DateTime<Utc>, timer: Timer) {
        self.sequence += 1;
        self.entries.push(Entry { due, sequence: self.sequence, timer });
    }

    pub(crate) fn next_due(&self) -> Option<DateTime<Utc>> {
        self.entries.peek().map(|entry| entry.due)
    }

    /// The next timer that is due at `now`, and since when.
    pub(crate) fn take_due(&mut self, now: DateTime<Utc>) -> Option<(DateTime<Utc>, Timer)> {
        if self.next_due()? > now {
            return None;
        }
        self.entries.pop().map(|entry| (entry.due, entry.timer))
    }
}

impl Ord for Entry {
    /// The greatest entry is the one that is due first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.due, other.sequence).cmp(&(self.due, self.sequence))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}
