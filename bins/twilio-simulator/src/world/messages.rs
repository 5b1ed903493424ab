//! Messages.

use super::Endpoint;
use chrono::{DateTime, Utc};

/// A message, in or out.
#[derive(Clone, Debug)]
pub struct Message {
    /// `SM…`, or `MM…` with media.
    pub sid: String,
    /// Whose it is.
    pub account_sid: String,
    /// `MG…`
    pub messaging_service_sid: Option<String>,
    /// Who sent it.
    pub from: String,
    /// Who gets it.
    pub to: String,
    /// The text, exactly as it was given.
    pub body: String,
    /// Pictures and the like.
    pub media: Vec<Media>,
    /// Which way it goes.
    pub direction: MessageDirection,
    /// How far it has come.
    pub status: MessageStatus,
    /// Why it did not arrive.
    pub error_code: Option<u32>,
    /// Told how far it comes.
    pub status_callback: Option<Endpoint>,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it was sent.
    pub sent: Option<DateTime<Utc>>,
    /// When it last changed.
    pub updated: DateTime<Utc>,
}

/// A file of a message.
#[derive(Clone, Debug)]
pub struct Media {
    /// `ME…`
    pub sid: String,
    /// Where it came from.
    pub url: String,
    /// What it is.
    pub content_type: String,
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageDirection {
    /// To one of our numbers.
    Inbound,
    /// Made by the REST API.
    OutboundApi,
    /// Made by TwiML.
    OutboundReply,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageStatus {
    /// A messaging service is to choose its sender.
    Accepted,
    /// It is to be sent later.
    Scheduled,
    /// It waits its turn.
    Queued,
    /// It is on its way to the carrier.
    Sending,
    /// The carrier has it.
    Sent,
    /// It arrived.
    Delivered,
    /// The carrier could not deliver it.
    Undelivered,
    /// It could not be sent.
    Failed,
    /// It was withdrawn before it was sent.
    Canceled,
    /// It was seen.
    Read,
    /// It came in.
    Received,
}

impl MessageDirection {
    /// As Twilio writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::OutboundApi => "outbound-api",
            Self::OutboundReply => "outbound-reply",
        }
    }
}

impl MessageStatus {
    /// As Twilio writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Scheduled => "scheduled",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Read => "read",
            Self::Received => "received",
        }
    }
}
