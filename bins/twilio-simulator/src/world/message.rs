//! What a message is.

use super::Endpoint;
use super::segments::segments;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// A message, in or out.
#[derive(Clone, Debug)]
pub struct Message {
    /// `SM…`, or `MM…` with media.
    pub sid: String,
    /// Whose it is.
    pub account_sid: String,
    /// `MG…`
    pub messaging_service_sid: Option<String>,
    /// Who sent it; a messaging service has not chosen at once.
    pub from: Option<String>,
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

/// A file of a message. For what came in, and for what was fetched long ago, the simulator serves a picture.
#[derive(Clone, Debug)]
pub struct Media {
    /// `ME…`
    pub sid: String,
    /// What it is said to be.
    pub content_type: String,
    /// Where it is yet to be fetched.
    pub source: Option<String>,
    /// What was fetched.
    pub bytes: Option<Arc<[u8]>>,
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

impl Message {
    /// As how many messages carriers count it.
    pub fn segments(&self) -> u32 {
        segments(&self.body)
    }

    /// Where one of its media is, below the REST API's address.
    pub(crate) fn media_path(&self, media_sid: &str) -> String {
        format!("/2010-04-01/Accounts/{}/Messages/{}/Media/{media_sid}", self.account_sid, self.sid)
    }

    /// Whether everything is here that it is sent with.
    pub(super) fn is_complete(&self) -> bool {
        self.media.iter().all(|medium| medium.source.is_none())
    }

    /// Whether it goes, or came, by WhatsApp.
    pub fn is_whatsapp(&self) -> bool {
        self.to.starts_with("whatsapp:")
    }
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

    /// Whether nothing more happens to such a message. (One that was delivered may still be read.)
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Delivered | Self::Undelivered | Self::Failed | Self::Canceled | Self::Read | Self::Received
        )
    }
}
