use serde::{Deserialize, Serialize};

use crate::{CustomerId, Timestamp, UserId};

/// A customer calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// An agent took a ringing call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CallAccepted {
    /// Twilio's id of the call.
    pub call_sid: String,
    /// Who took it.
    pub accepted_by: UserId,
    /// When.
    pub timestamp: Timestamp,
}

/// An agent took a call but their audio never connected. The call rings again: a new `incoming-call` follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CallReleased {
    /// Twilio's id of the call.
    pub call_sid: String,
    /// Who had taken it.
    pub released_by: UserId,
    /// When.
    pub timestamp: Timestamp,
}

/// A call is over, for agents: nobody can take it any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CallEnded {
    /// Twilio's id of the call.
    pub call_sid: String,
    /// Why.
    pub reason: EndReason,
    /// When.
    pub timestamp: Timestamp,
}

/// Why a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum EndReason {
    /// The caller hung up before anybody took it.
    CallerHangup,
    /// Caller and agent had spoken.
    Completed,
    /// The caller went on to voicemail.
    Voicemail,
    /// Nobody took it in time.
    Timeout,
    /// Everybody it rang declined.
    Declined,
    /// It broke off.
    Failed,
    /// A reason younger than this description, as it stands on the wire.
    #[serde(untagged)]
    Other(String),
}
