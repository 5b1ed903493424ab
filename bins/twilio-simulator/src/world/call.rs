//! What a call is.

use super::Endpoint;
use super::leg::Leg;
use chrono::{DateTime, Utc};
use std::time::Duration;

/// One leg of a call: what Twilio gives a `CA…`.
#[derive(Clone, Debug)]
pub struct Call {
    /// `CA…`
    pub sid: String,
    /// Whose it is.
    pub account_sid: String,
    /// The call whose TwiML dialled this one.
    pub parent_call_sid: Option<String>,
    /// `PN…` of the number that was called, or that calls.
    pub phone_number_sid: Option<String>,
    /// Who calls.
    pub from: String,
    /// Who is called.
    pub to: String,
    /// Who made it.
    pub direction: Direction,
    /// How far it has come.
    pub status: CallStatus,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it was answered.
    pub answered: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended: Option<DateTime<Utc>>,
    /// Who is told how far it comes.
    pub status_callback: Option<StatusCallback>,
    /// For how long the person at this end speaks into a recording; nobody who says nothing leaves a message.
    pub speaks_for: Duration,
    /// What they say into it, word for word.
    pub words: Option<String>,
    pub(crate) leg: Leg,
}

/// Who is told how far a call comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusCallback {
    /// Where.
    pub endpoint: Endpoint,
    /// Of what.
    pub events: Vec<CallEvent>,
}

/// What a status callback can be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallEvent {
    /// It is being dialled.
    Initiated,
    /// It rings.
    Ringing,
    /// It was answered.
    Answered,
    /// It ended, in whatever way.
    Completed,
}

/// Who made a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Somebody outside, or a browser.
    Inbound,
    /// The REST API.
    OutboundApi,
    /// `<Dial>`
    OutboundDial,
}

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallStatus {
    /// It waits to be dialled.
    Queued,
    /// It is being dialled.
    Initiated,
    /// It rings.
    Ringing,
    /// It was answered.
    InProgress,
    /// It was answered and ended.
    Completed,
    /// The other end was busy.
    Busy,
    /// Nobody answered.
    NoAnswer,
    /// It could not be put through.
    Failed,
    /// Who made it gave up.
    Canceled,
}

impl Call {
    /// From the answer to the end, or until now.
    pub fn duration(&self, now: DateTime<Utc>) -> Duration {
        let end = self.ended.unwrap_or(now);
        self.answered.and_then(|answered| (end - answered).to_std().ok()).unwrap_or_default()
    }
}

impl CallEvent {
    /// The word of `StatusCallbackEvent`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "initiated" => Some(Self::Initiated),
            "ringing" => Some(Self::Ringing),
            "answered" => Some(Self::Answered),
            "completed" => Some(Self::Completed),
            _ => None,
        }
    }
}

impl Direction {
    /// As Twilio writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::OutboundApi => "outbound-api",
            Self::OutboundDial => "outbound-dial",
        }
    }
}

impl CallStatus {
    /// As Twilio writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Initiated => "initiated",
            Self::Ringing => "ringing",
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
            Self::Busy => "busy",
            Self::NoAnswer => "no-answer",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// Whether nothing more happens in such a call.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Initiated | Self::Ringing | Self::InProgress)
    }
}
