use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use socketioxide::extract::SocketRef;
use socketioxide::{SendError, SocketError, TransportType};
use switchboard_domain::access::{Caller, Role};
use switchboard_domain::events::{IncomingCall, SessionId, Timestamp, UserId};
use switchboard_domain::text::timestamp;
use tokio::time::Instant;

use crate::mail::{Admission, MemberId};
use crate::tail::{Line, Tail};

/// How many events one member gets in one turn.
const BURST: usize = 64;
/// A polling client that is behind gets one burst in this time: a full buffer while it upgrades to a websocket would
/// stall the upgrade.
const POLLING_PAUSE: Duration = Duration::from_millis(25);

/// One client's connection: a position in the log.
pub(crate) struct Member {
    socket: SocketRef,
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    pub(crate) token_expires_at: DateTime<Utc>,
    /// The last event accepted into its buffer.
    sent: u64,
    greeting: Option<Greeting>,
    ending: Option<&'static str>,
    older: Older,
    last_burst: Option<Instant>,
}

/// Events that are no longer in the tail.
enum Older {
    None,
    Asked,
    Here(VecDeque<Arc<Line>>),
}

/// How far a pump came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Pumped {
    /// It knows everything.
    UpToDate,
    /// Its buffer is full, or its turn is over: try again soon.
    Behind,
    /// It needs the events after this one from the log.
    NeedsPage(u64),
    /// It waits for a page.
    Waiting,
    /// It is over.
    Gone,
}

/// The first event of a connection.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Greeting {
    session_id: MemberId,
    cursor: String,
    head: String,
    recovered: bool,
    replayed: u64,
    expires_at: Timestamp,
    server_time: Timestamp,
    ringing: Vec<IncomingCall>,
    offers: Offers,
    presence: Vec<PresenceEntry>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Offers {
    call_sids: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PresenceEntry {
    user_id: UserId,
    status: &'static str,
    timestamp: Timestamp,
}

#[derive(Serialize)]
struct Ended {
    reason: &'static str,
}

impl Member {
    pub(crate) fn new(admission: Admission, online: Vec<UserId>, now: DateTime<Utc>) -> Self {
        let Admission { id, socket, caller, start, ringing, .. } = admission;
        let handles_calls = caller.role >= Role::User;
        let offered = ringing.iter().filter(|_| handles_calls).map(|call| call.call_sid.clone()).collect();
        let present = |user_id| PresenceEntry { user_id, status: "available", timestamp: timestamp(now) };
        let greeting = Greeting {
            session_id: id,
            cursor: start.position.cursor(start.seq).to_string(),
            head: start.position.cursor(start.position.head).to_string(),
            recovered: start.recovered,
            replayed: start.position.head - start.seq,
            expires_at: timestamp(caller.token_expires_at),
            server_time: timestamp(now),
            ringing,
            offers: Offers { call_sids: offered },
            presence: online.into_iter().map(present).collect(),
        };
        Self {
            socket,
            user: caller.user,
            session: caller.session,
            token_expires_at: caller.token_expires_at,
            sent: start.seq,
            greeting: Some(greeting),
            ending: None,
            older: Older::None,
            last_burst: None,
        }
    }

    /// Lives on with a new token.
    pub(crate) fn renew(&mut self, caller: &Caller) {
        self.session = caller.session;
        self.token_expires_at = caller.token_expires_at;
    }

    /// Tells the client why, and lets it go, at the next pump.
    pub(crate) fn end(&mut self, reason: &'static str) {
        self.ending.get_or_insert(reason);
    }

    /// Lets the client go without a word.
    pub(crate) fn disconnect(&self) {
        // A full buffer refuses; then nobody reads there.
        let _ = self.socket.clone().disconnect();
    }

    /// Takes a page of events that follow its position.
    pub(crate) fn take_page(&mut self, lines: VecDeque<Arc<Line>>) {
        self.older = if lines.is_empty() { Older::None } else { Older::Here(lines) };
    }

    /// Emits what the member does not have yet, until the head or until its buffer is full.
    pub(crate) fn pump(&mut self, tail: &Tail, now: Instant) -> Pumped {
        if let Some(reason) = self.ending {
            return match self.socket.emit("session-ended", &Ended { reason }) {
                Err(error) if is_full(&error) => Pumped::Behind,
                _ => {
                    self.disconnect();
                    Pumped::Gone
                }
            };
        }
        if let Some(greeting) = &self.greeting {
            match self.socket.emit("session", greeting) {
                Ok(()) => self.greeting = None,
                Err(error) if is_full(&error) => return Pumped::Behind,
                Err(_) => return Pumped::Gone,
            }
        }
        let is_polling = self.socket.transport_type() == TransportType::Polling;
        if is_polling
            && self.last_burst.is_some_and(|last| now - last < POLLING_PAUSE)
            && self.sent < tail.head()
        {
            return Pumped::Behind;
        }
        for turn in 0..BURST {
            let Some(line) = self.next_line(tail) else { return self.rest(tail) };
            match self.socket.emit(&line.name, &(&line.payload, &line.cursor)) {
                Ok(()) => self.sent = line.seq,
                Err(error) if is_full(&error) => return Pumped::Behind,
                Err(_) => return Pumped::Gone,
            }
            if turn > 0 {
                self.last_burst = Some(now);
            }
        }
        if self.sent < tail.head() { Pumped::Behind } else { Pumped::UpToDate }
    }

    /// The event after its position, if it is at hand.
    fn next_line(&mut self, tail: &Tail) -> Option<Arc<Line>> {
        if let Older::Here(lines) = &mut self.older {
            while lines.front().is_some_and(|line| line.seq <= self.sent) {
                lines.pop_front();
            }
            match lines.front() {
                Some(line) => return Some(Arc::clone(line)),
                None => self.older = Older::None,
            }
        }
        tail.after(self.sent).cloned()
    }

    fn rest(&mut self, tail: &Tail) -> Pumped {
        match self.older {
            Older::Asked => Pumped::Waiting,
            _ if self.sent >= tail.head() => Pumped::UpToDate,
            _ => {
                self.older = Older::Asked;
                Pumped::NeedsPage(self.sent)
            }
        }
    }
}

fn is_full(error: &SendError) -> bool {
    matches!(error, SendError::Socket(SocketError::InternalChannelFull))
}
