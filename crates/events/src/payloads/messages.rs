use serde::{Deserialize, Serialize};

use crate::{CustomerId, Timestamp};

/// A customer's text arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// A text message to a customer came a step further.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MessageStatus {
    /// Twilio's id of the message.
    pub message_sid: String,
    /// Where it stands, in Twilio's words: `queued`, `sent`, `delivered`, `undelivered`, `failed` and others.
    pub status: String,
    /// Twilio's number for what went wrong.
    pub error_code: Option<u32>,
    /// When.
    pub timestamp: Timestamp,
}
