use chrono::{DateTime, Utc};
use switchboard_events::MessageId;

use super::media_type::MediaType;
use super::message::Message;
use crate::calls::Direction;
use crate::ids::AttachmentId;

/// How much comes with one message at most: <https://www.twilio.com/docs/messaging/guides/accepted-mime-types>.
pub const MOST_ATTACHMENTS: usize = 10;

/// Something that came with a message: a picture, for instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Our id.
    pub id: AttachmentId,
    /// Rises with every change: whoever changes it names the one they saw.
    pub version: i64,
    /// What it came with.
    pub message: MessageId,
    /// Its place there, from 0.
    pub place: u32,
    /// Where it is, as a webhook said. That is read, and never requested.
    pub url: String,
    /// What became of it.
    pub fate: Fate,
    /// How often it was asked for.
    pub tries: u32,
    /// When it has to be asked for next.
    pub due_at: Option<DateTime<Utc>>,
}

/// What became of something that came with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is yet to be fetched.
    Awaited,
    /// It was fetched.
    Kept {
        /// What it is.
        kind: MediaType,
        /// How large, in bytes.
        size: u32,
    },
    /// It is nothing that is kept; why not, for people.
    Refused(String),
    /// It could not be had; why not, for people.
    Missing(String),
}

impl Fate {
    /// Its name on the wire and in the database.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Awaited => "awaited",
            Self::Kept { .. } => "kept",
            Self::Refused(_) => "refused",
            Self::Missing(_) => "missing",
        }
    }

    /// Why it is not kept.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Refused(reason) | Self::Missing(reason) => Some(reason),
            Self::Awaited | Self::Kept { .. } => None,
        }
    }
}

impl Attachment {
    /// What came with a message, all of it still to be fetched. Where a message that we sent has its media is no concern of
    /// ours.
    pub fn of(message: &Message) -> Vec<Self> {
        if message.direction == Direction::Outbound {
            return Vec::new();
        }
        let attachment = |(place, url): (u32, &String)| Self {
            id: AttachmentId::generate(),
            version: 0,
            message: message.id,
            place,
            url: url.clone(),
            fate: Fate::Awaited,
            tries: 0,
            due_at: Some(message.created_at),
        };
        (0..).zip(&message.media_urls).take(MOST_ATTACHMENTS).map(attachment).collect()
    }
}
