//! What a conference is.

use super::{Endpoint, NewRecording};
use chrono::{DateTime, Utc};

/// Calls that hear each other.
#[derive(Clone, Debug)]
pub struct Conference {
    /// `CF…`
    pub sid: String,
    /// Whose it is.
    pub account_sid: String,
    /// Its name in TwiML; one conference at a time has it.
    pub friendly_name: String,
    /// How far it has come.
    pub status: ConferenceStatus,
    /// Who is in it, or on the way into it.
    pub participants: Vec<Participant>,
    /// `conference-ended-via-api`, `participant-with-end-conference-on-exit-left` or `last-participant-left`.
    pub reason_ended: Option<&'static str>,
    /// The call whose leaving ended it.
    pub call_sid_ending: Option<String>,
    /// When its first participant came.
    pub created: DateTime<Utc>,
    /// When it last changed.
    pub updated: DateTime<Utc>,
    pub(crate) status_callback: Option<ConferenceCallback>,
    pub(crate) sequence: u32,
    pub(crate) recording_sid: Option<String>,
    /// It is recorded from its start on.
    pub(crate) records: Option<NewRecording>,
}

/// Somebody in a conference.
#[derive(Clone, Debug)]
pub struct Participant {
    /// Their call.
    pub call_sid: String,
    /// What the account's owner calls them.
    pub label: Option<String>,
    /// Not heard by the others.
    pub muted: bool,
    /// Neither hears nor is heard.
    pub hold: bool,
    /// Whom alone they talk to.
    pub call_sid_to_coach: Option<String>,
    /// The conference starts with them.
    pub start_on_enter: bool,
    /// The conference ends with them.
    pub end_on_exit: bool,
    /// How far they have come.
    pub status: ParticipantStatus,
    /// When they came.
    pub created: DateTime<Utc>,
    /// When they last changed.
    pub updated: DateTime<Utc>,
}

/// Who is told what happens in a conference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConferenceCallback {
    /// Where.
    pub endpoint: Endpoint,
    /// Words of `statusCallbackEvent`: start, end, join, leave, mute, hold, modify.
    pub events: Vec<String>,
}

/// How far a conference has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConferenceStatus {
    /// Its participants wait for it to start.
    Init,
    /// They hear each other.
    InProgress,
    /// It is over.
    Completed,
}

/// How far a participant has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParticipantStatus {
    /// They are to be called.
    Queued,
    /// They are being called.
    Connecting,
    /// Their phone rings.
    Ringing,
    /// They are in the conference.
    Connected,
}

impl ConferenceStatus {
    /// As Twilio writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
        }
    }
}

impl ParticipantStatus {
    /// As Twilio writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Connecting => "connecting",
            Self::Ringing => "ringing",
            Self::Connected => "connected",
        }
    }
}
