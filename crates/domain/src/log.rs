//! The organisation's log of events: the one source of everything agents learn.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::{Cursor, Epoch, Event};

use crate::access::OrgScope;
use crate::error::Error;
use crate::ports::{Clock, OrgTx, Store};

/// The most events that are replayed to somebody who comes back.
pub const LONGEST_REPLAY: u64 = 5_000;

/// Where a log stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPosition {
    /// Which log it is: another one after the database was restored.
    pub epoch: Epoch,
    /// The number of its last event, 0 before the first.
    pub head: u64,
    /// Rises whenever rights or sessions of the organisation's people change.
    pub access_version: u64,
    /// Rises whenever a call rings for other people than before, without an event that says so.
    pub offers_version: u64,
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

impl LogEntry {
    /// Whether other calls ring since it.
    pub fn changes_what_rings(&self) -> bool {
        self.name == "incoming-call" || self.name.starts_with("call-")
    }

    /// Twilio's id of the call or message that came in with it, if it tells of one.
    pub fn announces(&self) -> Option<String> {
        if !self.name.starts_with("incoming-") {
            return None;
        }
        let mut payload = serde_json::Deserializer::from_str(&self.payload);
        match Event::read(&self.name, &mut payload).ok()? {
            Event::IncomingCall(call) => Some(call.call_sid),
            Event::IncomingSms(message) => Some(message.message_sid),
            _ => None,
        }
    }
}

/// Where somebody who connects starts to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// Where the log stood.
    pub position: LogPosition,
    /// The last event they know: their own if they recover, else the head.
    pub seq: u64,
    /// Whether everything they missed will follow.
    pub recovered: bool,
}

/// The log, for those who listen.
#[derive(Clone)]
pub struct Log {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    window: TimeDelta,
}

impl Log {
    /// Over a store. Who was away for longer than `window` starts anew.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, window: TimeDelta) -> Self {
        Self { store, clock, window }
    }

    /// How long people may be away and still get what they missed.
    pub fn window(&self) -> TimeDelta {
        self.window
    }

    /// Where a listener starts who shows this cursor. The cursor is good if it is of this log, not ahead of it, and
    /// everything after it is still kept, young enough and not too much. A replay is whole or is not promised.
    pub async fn start(&self, scope: OrgScope, cursor: Option<Cursor>) -> Result<Start, Error> {
        let mut tx = self.store.begin(scope).await?;
        let position = tx.position().await?;
        let is_bounded = |cursor: &Cursor| position.head.saturating_sub(cursor.seq) <= LONGEST_REPLAY;
        let cursor = cursor.filter(is_bounded);
        let (start, _) = self.resume(tx.as_mut(), position, cursor, Some(self.window), 1).await?;
        Ok(start)
    }

    /// Where a reader starts who shows this cursor, and the events that follow, `limit` at most: none for one whose
    /// cursor is no good. There is no bound to what it may have missed, for it comes back for more; nor to how old that
    /// may be, without a `window`.
    pub async fn page(
        &self,
        scope: OrgScope,
        cursor: Option<Cursor>,
        window: Option<TimeDelta>,
        limit: i64,
    ) -> Result<(Start, Vec<LogEntry>), Error> {
        let mut tx = self.store.begin(scope).await?;
        let position = tx.position().await?;
        self.resume(tx.as_mut(), position, cursor, window, limit).await
    }

    /// The events are read once, and judged by what was read: others may be deleted at any moment.
    async fn resume(
        &self,
        tx: &mut dyn OrgTx,
        position: LogPosition,
        cursor: Option<Cursor>,
        window: Option<TimeDelta>,
        limit: i64,
    ) -> Result<(Start, Vec<LogEntry>), Error> {
        let anew = Start { position, seq: position.head, recovered: false };
        let Some(cursor) =
            cursor.filter(|cursor| cursor.epoch == position.epoch && cursor.seq <= position.head)
        else {
            return Ok((anew, Vec::new()));
        };
        let recovered = Start { position, seq: cursor.seq, recovered: true };
        if cursor.seq == position.head {
            return Ok((recovered, Vec::new()));
        }
        let missed = tx.events_after(cursor.seq, limit).await?;
        let is_whole = missed.first().is_some_and(|first| {
            let is_young = window.is_none_or(|window| self.clock.now() - first.occurred_at <= window);
            first.seq == cursor.seq + 1 && is_young
        });
        Ok(if is_whole { (recovered, missed) } else { (anew, Vec::new()) })
    }

    /// Where the log stands, and the events after `seq`, in order, `limit` at most.
    pub async fn read(
        &self,
        scope: OrgScope,
        seq: u64,
        limit: i64,
    ) -> Result<(LogPosition, Vec<LogEntry>), Error> {
        let mut tx = self.store.begin(scope).await?;
        Ok((tx.position().await?, tx.events_after(seq, limit).await?))
    }
}
