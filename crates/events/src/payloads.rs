//! The payloads, field by field as they stand on the wire: camelCase, nulls present.
//!
//! `from` and `to` are E.164 numbers where they parse as such. Free text (`body`, the names, and a `from` or `to`
//! that is no phone number) is inert: control characters are gone and `& < > " '` are written as HTML entities, so
//! that a client which writes it into a page as it is does no harm. Decode once for display.

use serde::{Deserialize, Serialize};

use crate::{CustomerId, Timestamp, UserId};

/// A customer calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IncomingCall {
    /// Twilio's id of the call.
    pub call_sid: String,
    /// Who calls.
    pub from: String,
    /// The organisation's number that was dialled.
    pub to: String,
    /// The name of the contact or lead that owns the number.
    pub caller_name: Option<String>,
    /// The lead, when the caller is one.
    pub lead_id: Option<CustomerId>,
    /// The contact, when the caller is one. At most one of the two is set.
    pub contact_id: Option<CustomerId>,
    /// When the call reached us.
    pub timestamp: Timestamp,
}

/// A customer's text arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IncomingSms {
    /// Twilio's id of the message.
    pub message_sid: String,
    /// Who wrote.
    pub from: String,
    /// The organisation's number that was written to.
    pub to: String,
    /// What was written, inert.
    pub body: String,
    /// The name of the contact or lead that owns the number.
    pub contact_name: Option<String>,
    /// The lead, when the sender is one.
    pub lead_id: Option<CustomerId>,
    /// The contact, when the sender is one. At most one of the two is set.
    pub contact_id: Option<CustomerId>,
    /// When the message reached us.
    pub timestamp: Timestamp,
}

/// An agent took a ringing call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallAccepted {
    /// Twilio's id of the call.
    pub call_sid: String,
    /// Who took it.
    pub accepted_by: UserId,
    /// When.
    pub timestamp: Timestamp,
}
