//! What is to happen later.

use super::{Endpoint, MessageStatus, WebhookOrder};
use crate::parameters::Parameters;
use chrono::{DateTime, Utc};
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::time::Duration;

/// Nothing is put off for longer than this: whatever TwiML says, calls are over long before.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Something that falls due. Whether it still matters is looked up then, so that nothing has to be taken back.
#[derive(Clone, Debug)]
pub(crate) enum Timer {
    /// A webhook is sent.
    Send(WebhookOrder),
    /// A message moves on.
    Message(String, MessageStatus),
    /// A call's TwiML has come to this.
    Step { call_sid: String, step: u64, moment: Moment },
    /// A document is asked for that was put off.
    Ask { call_sid: String, step: u64, endpoint: Endpoint, extra: Parameters },
    /// A call moves on by itself.
    Leg { call_sid: String, event: LegEvent },
    /// A recording has been processed.
    Recording { recording_sid: String },
    /// A recording has been written down.
    Transcription { call_sid: String, recording_sid: String, endpoint: Endpoint },
    /// A browser's access token ends.
    DeviceExpires { device_id: String },
}

/// What a timer of a call's TwiML means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// What is being done is over.
    Over,
    /// Nobody has answered.
    DialTimeout,
    /// The conversation has been long enough.
    TimeLimit,
}

/// What a call does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LegEvent {
    Initiate,
    Ring,
    PickUp,
    Decline,
    /// What was dialled is no phone number.
    Fail,
    /// It has rung for long enough.
    RingTimeout,
    /// It has lasted for long enough.
    Limit,
    /// Nobody has been at its end for too long.
    Lost,
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

    /// The same, so long after `now`, but no later than a day.
    pub(crate) fn after(&mut self, now: DateTime<Utc>, delay: Duration, timer: Timer) {
        self.at(now + delay.min(LONGEST), timer);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_fall_due_in_order_and_those_of_one_instant_as_they_were_set() {
        let start = DateTime::UNIX_EPOCH;
        let mut agenda = Agenda::default();
        for (seconds, name) in [(3, "c"), (1, "a"), (2, "b1"), (2, "b2")] {
            let timer = Timer::Recording { recording_sid: name.to_owned() };
            agenda.at(start + Duration::from_secs(seconds), timer);
        }
        let mut order = Vec::new();
        while let Some((_, Timer::Recording { recording_sid })) =
            agenda.take_due(start + Duration::from_secs(2))
        {
            order.push(recording_sid);
        }
        assert_eq!(order, ["a", "b1", "b2"]);
        assert_eq!(agenda.next_due(), Some(start + Duration::from_secs(3)));
    }

    #[test]
    fn nothing_is_put_off_for_longer_than_a_day() {
        let mut agenda = Agenda::default();
        let timer = Timer::Recording { recording_sid: "a".to_owned() };
        agenda.after(DateTime::UNIX_EPOCH, Duration::MAX, timer);
        assert_eq!(agenda.next_due(), Some(DateTime::UNIX_EPOCH + LONGEST));
    }
}
