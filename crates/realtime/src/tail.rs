use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::value::RawValue;
use switchboard_domain::events::Epoch;
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

    /// The number of the last event known here.
    pub(crate) fn head(&self) -> u64 {
        self.head
    }

    /// Makes a line of an entry of this log.
    pub(crate) fn line(&self, entry: LogEntry) -> Arc<Line> {
        let position =
            LogPosition { epoch: self.epoch, head: self.head, access_version: 0, offers_version: 0 };
        Arc::new(Line {
            cursor: position.cursor(entry.seq).to_string(),
            payload: RawValue::from_string(entry.payload).expect("the log holds JSON"),
            name: entry.name,
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

    fn tail(head: u64) -> Tail {
        Tail::new(LogPosition { epoch: Epoch(1), head, access_version: 0, offers_version: 0 })
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
}
