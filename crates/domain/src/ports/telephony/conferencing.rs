use std::time::Duration;

use async_trait::async_trait;

use super::{Credentials, ProgressCallback, RecordingCallback, TelephonyError};

/// Turns conferences, in which both ends of a call meet. A conference comes into being with whoever enters first.
///
/// Participants are named by their call's SID or by their label.
#[async_trait]
pub trait Conferencing: Send + Sync {
    /// The SID (`CF…`) of the conference that is held under this name now, if one is.
    async fn conference(&self, account: &Credentials, name: &str) -> Result<Option<String>, TelephonyError>;
    /// Ends the conference `sid` for everybody. One that is over stays so.
    async fn end_conference(&self, account: &Credentials, sid: &str) -> Result<(), TelephonyError>;
    /// Calls somebody into a conference, by its name or its SID. Asking twice calls twice.
    async fn add_participant(
        &self,
        account: &Credentials,
        conference: &str,
        participant: &NewParticipant,
    ) -> Result<Participant, TelephonyError>;
    /// Who takes part in the conference `sid`, or is called into it; nobody if it is over.
    async fn participants(
        &self,
        account: &Credentials,
        sid: &str,
    ) -> Result<Vec<Participant>, TelephonyError>;
    /// Changes how somebody takes part in the conference `sid`. Refused, and [gone](super::TwilioRefusal::is_gone), if they
    /// left.
    async fn change_participant(
        &self,
        account: &Credentials,
        sid: &str,
        participant: &str,
        change: &ParticipantChange,
    ) -> Result<(), TelephonyError>;
    /// Puts somebody out of the conference `sid`; their call goes on with what follows. Whoever left is out.
    async fn remove_participant(
        &self,
        account: &Credentials,
        sid: &str,
        participant: &str,
    ) -> Result<(), TelephonyError>;
}

/// Somebody to be called into a conference. Who is in it already hears it ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewParticipant {
    /// Whom to call.
    pub to: String,
    /// The number that is shown: the account's own.
    pub from: String,
    /// What to call them from now on.
    pub label: Option<String>,
    /// Who is told how the call goes.
    pub progress: Option<ProgressCallback>,
    /// How long it rings: a minute unless told otherwise.
    pub timeout: Option<Duration>,
    /// Whether the others hear a beep when they come and go.
    pub beep: bool,
    /// Whether the conference ends when they leave.
    pub end_on_exit: bool,
    /// Whether they only listen.
    pub muted: bool,
    /// The call (`CA…`) of the only one who hears them.
    pub coach: Option<String>,
    /// Who is told what happens in the conference. As with its recording, whoever enters first decides that.
    pub conference: Option<ConferenceCallback>,
    /// Who is told of the conference's recording, if it is to be recorded from its beginning.
    pub recording: Option<RecordingCallback>,
}

/// Who is told what happens in a conference, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConferenceCallback {
    /// Absolute; requested by POST.
    pub url: String,
    /// When.
    pub events: Vec<ConferenceEvent>,
}

/// What can be told of a conference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConferenceEvent {
    /// It began.
    Start,
    /// It ended.
    End,
    /// Somebody entered.
    Join,
    /// Somebody left.
    Leave,
    /// Somebody is not heard any more, or is again.
    Mute,
    /// Somebody is on hold, or is back.
    Hold,
    /// Somebody takes part in another way.
    Modify,
    /// Somebody speaks, or stopped.
    Speaker,
    /// An announcement was played.
    Announcement,
}

impl ConferenceEvent {
    /// Twilio's name of it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
            Self::Join => "join",
            Self::Leave => "leave",
            Self::Mute => "mute",
            Self::Hold => "hold",
            Self::Modify => "modify",
            Self::Speaker => "speaker",
            Self::Announcement => "announcement",
        }
    }
}

/// Somebody in a conference, as Twilio tells of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Their call: `CA…`
    pub call_sid: String,
    /// `CF…`
    pub conference_sid: String,
    /// What they are called.
    pub label: Option<String>,
    /// How far they are.
    pub status: ParticipantStatus,
    /// Whether they hear music instead of the others.
    pub on_hold: bool,
    /// Whether they only listen.
    pub muted: bool,
    /// The call (`CA…`) of the only one who hears them.
    pub coach: Option<String>,
}

/// How far somebody is who is called into a conference.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ParticipantStatus {
    /// Waits to be dialled.
    Queued,
    /// Is dialled.
    Connecting,
    /// It rings.
    Ringing,
    /// Takes part.
    Connected,
    /// Left.
    Complete,
    /// Could not be reached.
    Failed,
    /// Something that Twilio did not have when this was written.
    Other(String),
}

impl ParticipantStatus {
    /// Reads Twilio's name of it.
    pub fn parse(name: &str) -> Self {
        match name {
            "queued" => Self::Queued,
            "connecting" => Self::Connecting,
            "ringing" => Self::Ringing,
            "connected" => Self::Connected,
            "complete" => Self::Complete,
            "failed" => Self::Failed,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// How somebody takes part from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParticipantChange {
    /// Hears music, or what this address answers, instead of the others.
    Hold {
        /// Absolute; requested by POST.
        url: Option<String>,
    },
    /// Hears the others again.
    Resume,
    /// Is not heard.
    Mute,
    /// Is heard again.
    Unmute,
    /// Is heard by the one with this call (`CA…`) alone.
    Coach {
        /// Whose.
        call_sid: String,
    },
    /// Is heard by all.
    StopCoaching,
    /// Whether the conference ends when they leave.
    EndOnExit(bool),
}
