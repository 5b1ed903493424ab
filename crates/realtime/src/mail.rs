use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use socketioxide::extract::SocketRef;
use switchboard_domain::Error;
use switchboard_domain::access::{Caller, Role};
use switchboard_domain::events::{SessionId, UserId};
use switchboard_domain::log::{LogEntry, LogPosition, Start};
use switchboard_domain::offers::Board;
use switchboard_domain::ports::OrgHead;
use uuid::Uuid;

use crate::holds::Hold;
use crate::remark::Remark;

/// One connection of one client. Not the socket's own id, which survives a second CONNECT.
pub(crate) type MemberId = Uuid;

/// What a dispatcher is told.
pub(crate) enum Mail {
    /// What went out to the screens was noted, or could not be.
    Recorded(Result<(), Error>),
    /// A client got through the handshake.
    Admit(Box<Admission>),
    /// It showed a new token of the same person.
    Renew(MemberId, Caller),
    /// Its socket is gone.
    Gone(Departure),
    /// Its client says something of its person and of itself.
    Remark(MemberId, UserId, Remark),
    /// Somebody who polls waits for news.
    Hold(Box<Hold>),
    /// Something was committed.
    Wake,
    /// It is time to look; where the log stands, if the database said so.
    Pulse(Option<OrgHead>),
    /// The events after the tail's head.
    Tail(Result<(LogPosition, Vec<LogEntry>), Error>),
    /// The events after a member's position.
    Page(MemberId, Result<(LogPosition, Vec<LogEntry>), Error>),
    /// What rings.
    Board(Result<Board, Error>),
    /// The store was told who is here.
    Noted(Result<(), Error>),
    /// Of the sessions asked about, those that live, and what their people may do.
    Checked(HashSet<SessionId>, Result<HashMap<SessionId, Role>, Error>),
}

/// A client at the door.
pub(crate) struct Admission {
    pub(crate) id: MemberId,
    pub(crate) socket: SocketRef,
    pub(crate) caller: Caller,
    /// Where it starts to listen.
    pub(crate) start: Start,
    /// The connection that this one replaces.
    pub(crate) previous: Option<MemberId>,
    /// Set once the socket closed; it may have done so before it was admitted.
    pub(crate) is_gone: Arc<AtomicBool>,
    /// Whether it would be noticed when it rings, as far as it is known.
    pub(crate) is_audible: Arc<AtomicBool>,
}

/// A client that left.
pub(crate) struct Departure {
    pub(crate) id: MemberId,
    pub(crate) user: UserId,
    /// Whether it did not leave but fell silent, a while ago.
    pub(crate) is_silent: bool,
}
