#![doc = include_str!("../README.md")]

mod cursor;
mod ids;
mod page;
mod payloads;
#[cfg(feature = "schema")]
mod schema;
mod text;
mod timestamp;

pub use cursor::{Cursor, CursorError, Epoch};
pub use ids::{CallId, CustomerId, MessageId, OrgId, SessionId, UserId};
pub use page::{Entry, Offers, Page};
pub use payloads::{
    CallAccepted, CallEnded, CallReleased, EndReason, IncomingCall, IncomingSms, MessageStatus,
};
#[cfg(feature = "schema")]
pub use schema::schema;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
pub use text::decode;
pub use timestamp::Timestamp;

/// Everything an organisation's log can hold. On the wire an event is its [`name`](Event::name) and,
/// as the first argument, its payload; the enum serialises as that payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum Event {
    /// A customer calls; the call rings until it is accepted or ends.
    IncomingCall(IncomingCall),
    /// A customer's text arrived.
    IncomingSms(IncomingSms),
    /// An agent took a ringing call: everyone else stops ringing.
    CallAccepted(CallAccepted),
    /// An agent's audio never connected: the call that they took rings again.
    CallReleased(CallReleased),
    /// A call is over, taken or not.
    CallEnded(CallEnded),
    /// A text to a customer was sent, delivered, or failed.
    MessageStatus(MessageStatus),
    /// An event that this version of the crate does not know. Readers skip it and go on.
    #[cfg_attr(feature = "schema", schemars(skip))]
    Unknown,
}

impl Event {
    /// The event's name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Event::IncomingCall(_) => "incoming-call",
            Event::IncomingSms(_) => "incoming-sms",
            Event::CallAccepted(_) => "call-accepted",
            Event::CallReleased(_) => "call-released",
            Event::CallEnded(_) => "call-ended",
            Event::MessageStatus(_) => "message-status",
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
            "call-released" => Event::CallReleased(Deserialize::deserialize(payload)?),
            "call-ended" => Event::CallEnded(Deserialize::deserialize(payload)?),
            "message-status" => Event::MessageStatus(Deserialize::deserialize(payload)?),
            _ => {
                IgnoredAny::deserialize(payload)?;
                Event::Unknown
            }
        })
    }
}
