use chrono::{DateTime, Utc};
use serde::Serialize;
use switchboard_domain::access::Caller;
use switchboard_domain::calls::Call;
use switchboard_domain::events::{IncomingCall, Timestamp, UserId};
use switchboard_domain::log::Start;
use switchboard_domain::offers::Board;
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
    presence: Vec<PresenceEntry>,
}

/// The calls that ring for a person: `offers`, and a part of the greeting.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Offers {
    pub(crate) call_sids: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PresenceEntry {
    user_id: UserId,
    status: &'static str,
    timestamp: Timestamp,
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
        online: Vec<UserId>,
        now: DateTime<Utc>,
    ) -> Self {
        let present = |user_id| PresenceEntry { user_id, status: "available", timestamp: timestamp(now) };
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
            presence: online.into_iter().map(present).collect(),
        }
    }
}
