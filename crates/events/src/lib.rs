#![doc = include_str!("../README.md")]

mod cursor;
mod ids;
mod payloads;
mod timestamp;

pub use cursor::{Cursor, CursorError, Epoch};
pub use ids::{CallId, CustomerId, MessageId, OrgId, SessionId, UserId};
pub use payloads::{CallAccepted, IncomingCall, IncomingSms};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
pub use timestamp::Timestamp;

/// Everything an organisation's log can hold. On the wire an event is its [`name`](Event::name) and,
/// as the first argument, its payload; the enum serialises as that payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Event {
    /// A customer calls; the call rings until it is accepted or ends.
    IncomingCall(IncomingCall),
    /// A customer's text arrived.
    IncomingSms(IncomingSms),
    /// An agent took a ringing call: everyone else stops ringing.
    CallAccepted(CallAccepted),
    /// An event that this version of the crate does not know. Readers skip it and go on.
    Unknown,
}

impl Event {
    /// The event's name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Event::IncomingCall(_) => "incoming-call",
            Event::IncomingSms(_) => "incoming-sms",
            Event::CallAccepted(_) => "call-accepted",
            Event::Unknown => "unknown",
        }
    }

    /// Reads the payload of the event called `name`. A name not known here gives [`Event::Unknown`], whatever
    /// its payload; a known name with a payload that lacks a field is an error.
    pub fn read<'de, D: Deserializer<'de>>(name: &str, payload: D) -> Result<Event, D::Error> {
        Ok(match name {
            "incoming-call" => Event::IncomingCall(Deserialize::deserialize(payload)?),
            "incoming-sms" => Event::IncomingSms(Deserialize::deserialize(payload)?),
            "call-accepted" => Event::CallAccepted(Deserialize::deserialize(payload)?),
            _ => {
                IgnoredAny::deserialize(payload)?;
                Event::Unknown
            }
        })
    }
}
