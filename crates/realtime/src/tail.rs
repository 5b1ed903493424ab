use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use switchboard_domain::events::{Cursor, Epoch};
use switchboard_domain::log::{LogEntry, LogPosition};

/// How many of the last events a dispatcher keeps at hand; older ones are read from the log again.
const KEPT: usize = 1024;

/// An event ready to be sent: its payload is the log's JSON text as it stands.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) seq: u64,
    pub(crate) name: String,
    pub(crate) payload: Box<RawValue>,
    pub(crate) cursor: String,
    pub(crate) occurred_at: DateTime<Utc>,
}

/// The end of the log: its last events without a gap.
#[derive(Debug)]
pub(crate) struct Tail {
    epoch: Epoch,
    head: u64,
    lines: VecDeque<Arc<Line>>,
}

impl Tail {
    /// Starts where the log stands, holding nothing.
    pub(crate) fn new(position: LogPosition) -> Self {
        Self { epoch: position.epoch, head: position.head, lines: VecDeque::new() }
    }

    /// Which log it is.
    pub(crate) fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The number of the last event known here.
    pub(crate) fn head(&self) -> u64 {
        self.head
    }

    /// Whether what was read after the head continues this log.
    pub(crate) fn continues_with(&self, position: &LogPosition, entries: &[LogEntry]) -> bool {
        let follows = entries.first().is_none_or(|first| first.seq <= self.head + 1);
        let is_whole = !entries.is_empty() || position.head <= self.head;
        position.epoch == self.epoch && position.head >= self.head && follows && is_whole
    }

    /// Makes a line of an entry of this log.
    pub(crate) fn line(&self, entry: LogEntry) -> Arc<Line> {
        Arc::new(Line {
            cursor: Cursor { epoch: self.epoch, seq: entry.seq }.to_string(),
            payload: RawValue::from_string(entry.payload).expect("the log holds JSON"),
            name: entry.name,
            occurred_at: entry.occurred_at,
            seq: entry.seq,
        })
    }

    /// Takes the entries that follow; others are left, for what is known already or leaves a gap is no news.
    pub(crate) fn extend(&mut self, entries: Vec<LogEntry>) {
        for entry in entries {
            if entry.seq == self.head + 1 {
                self.head = entry.seq;
                let line = self.line(entry);
                self.lines.push_back(line);
            }
        }
        let surplus = self.lines.len().saturating_sub(KEPT);
        self.lines.drain(..surplus);
    }

    /// The event after `seq`, if it is at hand.
    pub(crate) fn after(&self, seq: u64) -> Option<&Arc<Line>> {
        let first = self.lines.front()?.seq;
        let index = (seq + 1).checked_sub(first)?;
        self.lines.get(usize::try_from(index).ok()?)
    }

    /// The events after `seq`, `limit` at most; none if they are not at hand.
    pub(crate) fn entries(&self, seq: u64, limit: usize) -> Vec<LogEntry> {
        let entry = |line: &Arc<Line>| LogEntry {
            seq: line.seq,
            name: line.name.clone(),
            payload: line.payload.get().to_owned(),
            occurred_at: line.occurred_at,
        };
        (seq..).map_while(|seq| self.after(seq)).take(limit).map(entry).collect()
    }
}

#[cfg(test)]
mod tests {
    use switchboard_domain::testing::fixtures::noon;

    use super::*;

    fn entries(seqs: std::ops::RangeInclusive<u64>) -> Vec<LogEntry> {
        let entry =
            |seq| LogEntry { seq, name: "x".to_owned(), payload: "{}".to_owned(), occurred_at: noon() };
        seqs.map(entry).collect()
    }

    fn position(head: u64) -> LogPosition {
        LogPosition { epoch: Epoch(1), head, access_version: 0, offers_version: 0 }
    }

    fn tail(head: u64) -> Tail {
        Tail::new(position(head))
    }

    #[test]
    fn a_tail_takes_each_event_once_and_in_order() {
        let mut tail = tail(2);
        tail.extend(entries(1..=4));
        tail.extend(entries(4..=5));
        tail.extend(entries(7..=9));
        assert_eq!(tail.head(), 5);
        let seqs: Vec<_> = (0..6).map(|seq| tail.after(seq).map(|line| line.seq)).collect();
        assert_eq!(seqs, [None, None, Some(3), Some(4), Some(5), None]);
        assert_eq!(tail.after(2).expect("a line").cursor, "0000000000000001.3");
    }

    #[test]
    fn a_tail_is_bounded() {
        let mut tail = tail(0);
        tail.extend(entries(1..=KEPT as u64 + 10));
        assert_eq!(tail.lines.len(), KEPT);
        assert!(tail.after(9).is_none(), "to be read from the log");
        assert_eq!(tail.after(10).map(|line| line.seq), Some(11));
    }

    #[test]
    fn events_are_given_from_where_a_reader_stands_if_they_are_at_hand() {
        let mut tail = tail(2);
        tail.extend(entries(3..=6));
        let seqs = |seq, limit| tail.entries(seq, limit).iter().map(|entry| entry.seq).collect::<Vec<_>>();
        assert_eq!(seqs(2, 10), [3, 4, 5, 6]);
        assert_eq!(seqs(3, 2), [4, 5]);
        assert!(seqs(1, 10).is_empty(), "older than the tail");
        assert!(seqs(6, 10).is_empty(), "nothing new");
    }

    #[test]
    fn another_log_or_a_hole_is_noticed() {
        let mut tail = tail(0);
        tail.extend(entries(1..=5));
        assert!(tail.continues_with(&position(5), &[]));
        assert!(tail.continues_with(&position(7), &entries(6..=7)));
        assert!(tail.continues_with(&position(7), &entries(4..=7)), "a late answer");
        assert!(!tail.continues_with(&position(9), &entries(8..=9)), "a hole");
        assert!(!tail.continues_with(&position(9), &[]), "a hole at the end");
        assert!(!tail.continues_with(&position(4), &[]), "an older log");
        assert!(!tail.continues_with(&LogPosition { epoch: Epoch(2), ..position(5) }, &[]), "another log");
    }
}
