use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Credentials, Download, Price, TelephonyError};

/// Sends texts, and tells what became of them.
#[async_trait]
pub trait Messaging: Send + Sync {
    /// Sends a message. Asking twice sends two; after [`TelephonyError::Unknown`] look with [`sent`](Self::sent) first.
    async fn send(
        &self,
        account: &Credentials,
        message: &NewMessage,
    ) -> Result<TwilioMessage, TelephonyError>;
    /// The message `sid` (`SM…`, `MM…`), if the account has it.
    async fn message(
        &self,
        account: &Credentials,
        sid: &str,
    ) -> Result<Option<TwilioMessage>, TelephonyError>;
    /// What was sent lately, the latest first. [`TelephonyError::Unknown`] if that is more than can be looked through: two
    /// hundred messages to one address.
    ///
    /// Twilio may list a message a while after it took it in. What is found was sent; what is missing right after
    /// [`send`](Self::send) had no answer may be found yet.
    async fn sent(
        &self,
        account: &Credentials,
        search: &SentSearch,
    ) -> Result<Vec<TwilioMessage>, TelephonyError>;
    /// Calls back the message `sid`, which was to be sent later. False if it is not there, or on its way already.
    async fn cancel_scheduled(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError>;
    /// Takes the text out of the message `sid`, which stays otherwise. False if the account has no such message.
    async fn redact(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError>;
    /// Which file hangs on the message `message_sid` at this address: `ME…`. `None` unless it is exactly where Twilio keeps what
    /// hangs on that message of this account. Nothing is asked.
    fn media_sid(&self, account: &Credentials, message_sid: &str, url: &str) -> Option<String>;
    /// What hangs on the message `message_sid`: the file `media_sid` (`ME…`), of `limit` bytes at most.
    async fn media(
        &self,
        account: &Credentials,
        message_sid: &str,
        media_sid: &str,
        limit: usize,
    ) -> Result<Download, TelephonyError>;
}

/// A message to be sent. Addresses are as Twilio writes them: `+14155550123`, `whatsapp:+14155550123`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// To whom.
    pub to: String,
    /// From whom.
    pub from: Sender,
    /// What it says.
    pub content: Content,
    /// Told what becomes of it. Absolute, as every address below.
    pub status_callback: Option<String>,
    /// How long Twilio may try: one second to ten hours.
    pub validity: Option<Duration>,
}

/// Who a message comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender {
    /// One address of the account.
    Address(String),
    /// A messaging service, which picks one of its own.
    Service {
        /// `MG…`
        sid: String,
        /// The one to pick, if it matters.
        from: Option<String>,
        /// When to send it, if not now: a quarter of an hour to 35 days from now.
        send_at: Option<DateTime<Utc>>,
    },
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Words, pictures, or both.
    Text {
        /// 1,600 characters at most. May be empty beside media.
        body: String,
        /// Where Twilio fetches what hangs on it: ten at most.
        media_urls: Vec<String>,
    },
    /// A template that was agreed with the channel.
    Template {
        /// `HX…`
        sid: String,
        /// What stands in its gaps, by name.
        variables: BTreeMap<String, String>,
    },
}

/// Which messages to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentSearch {
    /// To whom.
    pub to: String,
    /// From whom, if that is known.
    pub from: Option<String>,
    /// Taken in by Twilio at this moment or later. Its clock is not ours: leave a minute.
    pub since: DateTime<Utc>,
}

/// A message, as Twilio tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwilioMessage {
    /// `SM…`, or `MM…` with media.
    pub sid: String,
    /// How far it is.
    pub status: MessageStatus,
    /// To whom.
    pub to: String,
    /// From whom; a messaging service picks only when it sends.
    pub from: Option<String>,
    /// Its text. Templates show theirs only when sent.
    pub body: String,
    /// In how many parts it travels; 0 while that is not known.
    pub segments: u32,
    /// Why it did not arrive.
    pub fault: Option<MessageFault>,
    /// When Twilio took it in.
    pub created_at: Option<DateTime<Utc>>,
    /// When it left.
    pub sent_at: Option<DateTime<Utc>>,
    /// What it cost. Twilio tells a while after it was sent.
    pub price: Option<Price>,
}

/// Why a message did not arrive, in Twilio's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageFault {
    /// <https://www.twilio.com/docs/api/errors>
    pub code: u32,
    /// For people; absent from many answers.
    pub message: Option<String>,
}

/// How far a message is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MessageStatus {
    /// Taken in; the service picks a sender.
    Accepted,
    /// Taken in for later.
    Scheduled,
    /// Taken in.
    Queued,
    /// On its way out.
    Sending,
    /// The carrier has it.
    Sent,
    /// It arrived.
    Delivered,
    /// It arrived at some of its addresses.
    PartiallyDelivered,
    /// Somebody opened it.
    Read,
    /// The carrier did not deliver it.
    Undelivered,
    /// Twilio did not send it.
    Failed,
    /// It was called back before its time.
    Canceled,
    /// It is coming in.
    Receiving,
    /// It came in.
    Received,
    /// Something that Twilio did not have when this was written.
    Other(String),
}

impl MessageStatus {
    const NAMES: [(Self, &'static str); 13] = [
        (Self::Accepted, "accepted"),
        (Self::Scheduled, "scheduled"),
        (Self::Queued, "queued"),
        (Self::Sending, "sending"),
        (Self::Sent, "sent"),
        (Self::Delivered, "delivered"),
        (Self::PartiallyDelivered, "partially_delivered"),
        (Self::Read, "read"),
        (Self::Undelivered, "undelivered"),
        (Self::Failed, "failed"),
        (Self::Canceled, "canceled"),
        (Self::Receiving, "receiving"),
        (Self::Received, "received"),
    ];

    /// Reads Twilio's name of it.
    pub fn parse(name: &str) -> Self {
        let known = Self::NAMES.into_iter().find(|(_, known)| *known == name);
        known.map_or_else(|| Self::Other(name.to_owned()), |(status, _)| status)
    }

    /// Twilio's name of it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => Self::NAMES.iter().find(|(status, _)| status == known).map_or("", |(_, name)| *name),
        }
    }
}
