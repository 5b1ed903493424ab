use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Credentials, Price, RecordingOrder, TelephonyError};
use crate::text;

/// Makes calls, and turns those that are on the line.
#[async_trait]
pub trait CallControl: Send + Sync {
    /// Calls somebody. Asking twice calls twice; after [`TelephonyError::Unknown`] look with [`calls`](Self::calls) first.
    async fn start_call(&self, account: &Credentials, call: &NewCall) -> Result<TwilioCall, TelephonyError>;
    /// The call `sid` (`CA…`), if the account has it.
    async fn call(&self, account: &Credentials, sid: &str) -> Result<Option<TwilioCall>, TelephonyError>;
    /// What calls there were lately, the latest first. [`TelephonyError::Unknown`] if those are more than can be looked
    /// through: two hundred calls to one address.
    ///
    /// Twilio may list a call a while after it took it in. What is missing right after [`start_call`](Self::start_call) had no
    /// answer may be found yet.
    async fn calls(
        &self,
        account: &Credentials,
        search: &CallSearch,
    ) -> Result<Vec<TwilioCall>, TelephonyError>;
    /// Lets the call do something else, at once. Asking twice begins it anew. Refused, and
    /// [gone](super::TwilioRefusal::is_gone), if the call is over.
    async fn redirect(
        &self,
        account: &Credentials,
        sid: &str,
        to: &Instructions,
    ) -> Result<(), TelephonyError>;
    /// Stops the call if nobody answered it yet; false if somebody did, and it goes on. One that is over stays so.
    async fn cancel(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError>;
    /// Ends the call, answered or not. One that is over stays so.
    async fn complete(&self, account: &Credentials, sid: &str) -> Result<(), TelephonyError>;
}

/// A call to be made. Addresses are as Twilio writes them: `+14155550123`, `client:o1_u2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCall {
    /// Whom to call.
    pub to: String,
    /// The number that is shown: the account's own.
    pub from: String,
    /// What happens when it is answered.
    pub instructions: Instructions,
    /// Who is told how it goes.
    pub progress: Option<ProgressCallback>,
    /// How long it rings: a minute unless told otherwise.
    pub timeout: Option<Duration>,
    /// Whether Twilio finds out who answered, a person or a machine.
    pub detect_machine: bool,
    /// How it is recorded, if it is.
    pub recording: Option<RecordingOrder>,
}

/// What a call does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instructions {
    /// What the answer of this address says. Absolute, as every address here; requested by POST.
    Url {
        /// Where to ask.
        url: String,
        /// Where to ask when `url` gave no valid answer.
        fallback_url: Option<String>,
    },
    /// What this document says.
    Inline(InlineTwiml),
}

impl Instructions {
    /// What the answer of `url` says.
    pub fn url(url: impl Into<String>) -> Self {
        Self::Url { url: url.into(), fallback_url: None }
    }
}

/// A TwiML document that is short enough to be sent along: 4,000 characters. Addresses in it are absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineTwiml(String);

impl InlineTwiml {
    /// The most that Twilio takes.
    const LONGEST: usize = 4_000;

    /// `None` if it is too long.
    pub fn new(document: impl Into<String>) -> Option<Self> {
        let document = document.into();
        (document.chars().count() <= Self::LONGEST).then_some(Self(document))
    }

    /// The document.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who is told how a call goes, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressCallback {
    /// Requested by POST.
    pub url: String,
    /// When.
    pub events: Vec<CallProgress>,
}

/// A step of a call that can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallProgress {
    /// Twilio dials.
    Initiated,
    /// It rings.
    Ringing,
    /// Somebody took it.
    Answered,
    /// It is over, however it went.
    Completed,
}

impl CallProgress {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Initiated, Self::Ringing, Self::Answered, Self::Completed];

    /// Twilio's name of it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Initiated => "initiated",
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Completed => "completed",
        }
    }
}

/// Which calls to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSearch {
    /// Who was called.
    pub to: String,
    /// Who called, if that is known.
    pub from: Option<String>,
    /// Taken in by Twilio at this moment or later. Its clock is not ours: leave a minute.
    pub since: DateTime<Utc>,
}

/// A call, as Twilio tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwilioCall {
    /// `CA…`
    pub sid: String,
    /// The call (`CA…`) that dialled this one.
    pub parent_call_sid: Option<String>,
    /// Who made it.
    pub direction: CallDirection,
    /// How far it is.
    pub status: CallStatus,
    /// Who was called.
    pub to: String,
    /// Who called.
    pub from: String,
    /// Who answered, if Twilio was to find out and has.
    pub answered_by: Option<AnsweredBy>,
    /// When Twilio took it in.
    pub created_at: Option<DateTime<Utc>>,
    /// When it began; `None` while it waits to be dialled.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// From answer to end; `None` while it lasts.
    pub duration: Option<Duration>,
    /// What it cost. Twilio tells a while after the end.
    pub price: Option<Price>,
}

/// Who made a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CallDirection {
    /// Somebody outside, or a browser.
    Inbound,
    /// We, by [`CallControl`] or [`Conferencing`](super::Conferencing).
    OutboundApi,
    /// A call that dialled.
    OutboundDial,
    /// Something that Twilio did not have when this was written.
    Other(String),
}

impl CallDirection {
    /// Reads Twilio's name of it.
    pub fn parse(name: &str) -> Self {
        match name {
            "inbound" => Self::Inbound,
            "outbound-api" => Self::OutboundApi,
            "outbound-dial" => Self::OutboundDial,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// Who answered a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnsweredBy {
    /// A person.
    Human,
    /// A machine that takes messages.
    Machine,
    /// A fax machine.
    Fax,
    /// Twilio cannot tell.
    Unknown,
}

impl AnsweredBy {
    /// Reads Twilio's name of it.
    pub fn parse(name: &str) -> Self {
        match name {
            "human" => Self::Human,
            "fax" => Self::Fax,
            // It has a name of its own for how far the machine's greeting is.
            name if name.starts_with("machine") => Self::Machine,
            _ => Self::Unknown,
        }
    }
}

/// How far a call is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CallStatus {
    /// Waits to be dialled.
    Queued,
    /// Is dialled.
    Initiated,
    /// Rings.
    Ringing,
    /// Somebody talks, or listens to music.
    InProgress,
    /// Is over, and was answered.
    Completed,
    /// The other end was busy.
    Busy,
    /// Nobody answered.
    NoAnswer,
    /// Could not be connected.
    Failed,
    /// Was called back before it was answered.
    Canceled,
    /// Something that Twilio did not have when this was written.
    Other(String),
}

impl CallStatus {
    const NAMES: [(Self, &'static str); 9] = [
        (Self::Queued, "queued"),
        (Self::Initiated, "initiated"),
        (Self::Ringing, "ringing"),
        (Self::InProgress, "in-progress"),
        (Self::Completed, "completed"),
        (Self::Busy, "busy"),
        (Self::NoAnswer, "no-answer"),
        (Self::Failed, "failed"),
        (Self::Canceled, "canceled"),
    ];

    /// Reads Twilio's name of it.
    pub fn parse(name: &str) -> Self {
        let known = Self::NAMES.into_iter().find(|(_, known)| *known == name);
        known.map_or_else(|| Self::Other(text::storable(name)), |(status, _)| status)
    }

    /// Twilio's name of it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => Self::NAMES.iter().find(|(status, _)| status == known).map_or("", |(_, name)| *name),
        }
    }

    /// Whether nothing more will come of it.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Completed | Self::Busy | Self::NoAnswer | Self::Failed | Self::Canceled)
    }
}
