use std::iter::repeat_n;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::message::Message;
use crate::calls::Direction;
use crate::ports::{MessageFault, MessageStatus, Price, TwilioMessage};

/// When Twilio is asked about a message of which nothing more is heard, each time after the last; then no more: some carriers
/// never tell whether a text arrived.
const LOOKS: [Duration; 6] = [
    Duration::from_secs(15),
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(3 * 60 * 60),
    Duration::from_secs(12 * 60 * 60),
];
/// When its list is looked through for a message of which it never said that it has it, each time after the last and so many
/// times. While the first of these last it is found there or was not sent; the others are for when Twilio cannot be asked.
const LOOK_UPS: [(Duration, usize); 4] = [
    (Duration::from_secs(10), 10),
    (Duration::from_secs(60), 10),
    (Duration::from_secs(5 * 60), 10),
    (Duration::from_secs(30 * 60), 40),
];
/// When it is asked what a message cost that is settled: it tells a while after.
const PRICE: [Duration; 1] = [Duration::from_secs(10 * 60)];

/// How far a message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// It is to be sent at its time.
    Scheduled,
    /// Twilio could not be reached: it is sent as soon as that works again.
    Pending,
    /// It was handed to Twilio, and nobody knows yet whether it arrived there.
    Unknown,
    /// As far as Twilio says.
    Told(MessageStatus),
}

impl Progress {
    const OURS: [(Self, &'static str); 3] =
        [(Self::Scheduled, "scheduled"), (Self::Pending, "pending"), (Self::Unknown, "unknown")];

    /// Its name on the wire and in the database.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Told(status) => status.as_str(),
            ours => Self::OURS.iter().find(|(known, _)| known == ours).map_or("", |(_, name)| *name),
        }
    }

    /// Back from its name. No message is as far as Twilio's `scheduled`, so that is ours.
    pub fn parse(name: &str) -> Self {
        let ours = Self::OURS.into_iter().find(|(_, known)| *known == name);
        ours.map_or_else(|| Self::Told(MessageStatus::parse(name)), |(progress, _)| progress)
    }

    /// Whether it is this, as Twilio says.
    pub fn is(&self, status: &MessageStatus) -> bool {
        matches!(self, Self::Told(told) if told == status)
    }

    /// Whether Twilio has not had it, and is to have it.
    pub fn is_waiting(&self) -> bool {
        matches!(self, Self::Scheduled | Self::Pending)
    }

    /// Whether a message that is here can come to be there. What Twilio tells comes late, twice and in any order, so that what
    /// lies behind is as good as not told; what did not arrive, or was opened, stays so.
    pub fn leads_to(&self, status: &MessageStatus) -> bool {
        match self {
            Self::Told(MessageStatus::Delivered) => *status == MessageStatus::Read,
            Self::Told(told) if told.is_final() => false,
            Self::Told(told) => told.rank() < status.rank(),
            Self::Scheduled | Self::Pending | Self::Unknown => status.rank() > 0,
        }
    }
}

impl MessageStatus {
    /// How far along the way to the person: <https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks>.
    /// 0 for what no message that was sent can be.
    fn rank(&self) -> u8 {
        match self {
            Self::Accepted | Self::Scheduled => 1,
            Self::Queued => 2,
            Self::Sending => 3,
            Self::Sent => 4,
            Self::PartiallyDelivered => 5,
            Self::Delivered | Self::Undelivered | Self::Failed | Self::Canceled => 6,
            Self::Read => 7,
            Self::Receiving | Self::Received | Self::Other(_) => 0,
        }
    }

    /// Whether no more is to come, but that somebody opens it.
    pub fn is_final(&self) -> bool {
        self.rank() >= Self::Delivered.rank() || *self == Self::Received
    }

    /// Whether it left Twilio.
    pub(super) fn is_at_the_carriers(&self) -> bool {
        self.has_arrived() || matches!(self, Self::Sent | Self::PartiallyDelivered | Self::Undelivered)
    }

    /// Whether the person has it.
    pub fn has_arrived(&self) -> bool {
        matches!(self, Self::Delivered | Self::Read)
    }
}

/// What Twilio tells of a message that we sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Twilio's id.
    pub sid: String,
    /// How far it is.
    pub status: MessageStatus,
    /// Why it did not arrive.
    pub fault: Option<MessageFault>,
    /// In how many parts it travels.
    pub segments: Option<u32>,
    /// Which number it left from, without a channel's prefix.
    pub from: Option<String>,
    /// When it left.
    pub sent_at: Option<DateTime<Utc>>,
    /// What it cost.
    pub price: Option<Price>,
}

impl From<TwilioMessage> for Report {
    fn from(message: TwilioMessage) -> Self {
        let bare = |from: String| from.strip_prefix("whatsapp:").map(str::to_owned).unwrap_or(from);
        Self {
            sid: message.sid,
            status: message.status,
            fault: message.fault,
            segments: Some(message.segments),
            from: message.from.map(bare),
            sent_at: message.sent_at,
            price: message.price,
        }
    }
}

impl Message {
    /// Whether it is still to be sent, or nobody knows whether it was.
    pub(crate) fn is_open(&self) -> bool {
        self.sid.is_none() && !matches!(self.progress, Progress::Told(_))
    }

    /// When Twilio has to be asked about it next, if nothing is heard until then.
    pub(crate) fn next_look(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.direction == Direction::Inbound {
            return None;
        }
        let is_settled = matches!(&self.progress, Progress::Told(status) if status.is_final());
        let tries = self.tries as usize;
        let wait = match self.sid {
            None if is_settled => None,
            None => LOOK_UPS.iter().flat_map(|(wait, times)| repeat_n(wait, *times)).nth(tries),
            Some(_) if !is_settled => LOOKS.get(tries),
            Some(_) if self.price.is_none() => PRICE.get(tries),
            Some(_) => None,
        };
        wait.map(|wait| now + *wait)
    }
}
