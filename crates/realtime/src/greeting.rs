use chrono::{DateTime, Utc};
use serde::Serialize;
use switchboard_domain::access::Caller;
use switchboard_domain::calls::Call;
use switchboard_domain::events::{IncomingCall, Timestamp, UserId};
use switchboard_domain::log::Start;
use switchboard_domain::offers::Board;
use switchboard_domain::presence::Shown;
use switchboard_domain::text::timestamp;

use crate::mail::MemberId;

/// The first event of a connection: `session`.
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
    presence: Vec<Present>,
}

/// The calls that ring for a person: `offers`, and a part of the greeting.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Offers {
    pub(crate) call_sids: Vec<String>,
}

/// What colleagues see of somebody: `presence`, and a part of the greeting.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Present {
    pub(crate) user_id: UserId,
    status: &'static str,
    timestamp: Timestamp,
}

impl Present {
    pub(crate) fn new(user_id: UserId, shown: Shown, at: DateTime<Utc>) -> Self {
        Self { user_id, status: shown.as_str(), timestamp: timestamp(at) }
    }
}

/// When the member's token ends: `token-expiring`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Expiring {
    pub(crate) expires_at: Timestamp,
}

/// Why the member is let go: `session-ended`.
#[derive(Debug, Serialize)]
pub(crate) struct Ended {
    pub(crate) reason: &'static str,
}

impl Greeting {
    pub(crate) fn new(
        id: MemberId,
        caller: &Caller,
        start: Start,
        board: &Board,
        now: DateTime<Utc>,
    ) -> Self {
        let here = board.shown().filter(|(_, shown)| *shown != Shown::Offline);
        Self {
            session_id: id,
            cursor: start.position.cursor(start.seq).to_string(),
            head: start.position.cursor(start.position.head).to_string(),
            recovered: start.recovered,
            replayed: start.position.head - start.seq,
            expires_at: timestamp(caller.token_expires_at),
            server_time: timestamp(now),
            ringing: board.ringing_for(caller.user).map(Call::announcement).collect(),
            offers: Offers { call_sids: board.offers(caller.user, caller.role) },
            presence: here.map(|(user, shown)| Present::new(user, shown, now)).collect(),
        }
    }
}
