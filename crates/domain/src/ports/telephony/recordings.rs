use std::time::Duration;

use async_trait::async_trait;

use super::{Credentials, Download, TelephonyError};

/// Records calls, and hands the recordings out.
#[async_trait]
pub trait Recordings: Send + Sync {
    /// Records the call `call_sid` from now on. Asking twice makes two recordings.
    async fn start_recording(
        &self,
        account: &Credentials,
        call_sid: &str,
        order: &RecordingOrder,
    ) -> Result<Recording, TelephonyError>;
    /// The recording `sid` (`RE…`), if the account has it.
    async fn recording(&self, account: &Credentials, sid: &str) -> Result<Option<Recording>, TelephonyError>;
    /// The recordings of the call `call_sid`, the latest first.
    async fn recordings_of_call(
        &self,
        account: &Credentials,
        call_sid: &str,
    ) -> Result<Vec<Recording>, TelephonyError>;
    /// The recordings of the conference `conference_sid` (`CF…`), the latest first.
    async fn recordings_of_conference(
        &self,
        account: &Credentials,
        conference_sid: &str,
    ) -> Result<Vec<Recording>, TelephonyError>;
    /// The recording as MP3, of `limit` bytes at most.
    async fn recording_audio(
        &self,
        account: &Credentials,
        sid: &str,
        limit: usize,
    ) -> Result<Download, TelephonyError>;
    /// Deletes the recording at Twilio. One that is not there stays away.
    async fn delete_recording(&self, account: &Credentials, sid: &str) -> Result<(), TelephonyError>;
}

/// How something is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingOrder {
    /// Who is told what becomes of it.
    pub callback: RecordingCallback,
    /// Whether the ends can be told apart; Twilio decides unless told.
    pub channels: Option<Channels>,
}

/// Who is told what becomes of a recording, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingCallback {
    /// Absolute; requested by POST.
    pub url: String,
    /// When.
    pub events: Vec<RecordingEvent>,
}

/// A step of a recording that can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordingEvent {
    /// It runs.
    InProgress,
    /// It can be fetched.
    Completed,
    /// There was nothing to record.
    Absent,
}

impl RecordingEvent {
    /// Twilio's name of it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
            Self::Absent => "absent",
        }
    }
}

/// Whether a recording keeps the ends of a call apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channels {
    /// Both on one track.
    Mono,
    /// Each on its own.
    Dual,
}

impl Channels {
    /// Twilio's name of it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mono => "mono",
            Self::Dual => "dual",
        }
    }
}

/// A recording, as Twilio tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// `RE…`
    pub sid: String,
    /// How far it is.
    pub status: RecordingStatus,
    /// Whose call it is of, unless it is of a conference.
    pub call_sid: Option<String>,
    /// Which conference it is of.
    pub conference_sid: Option<String>,
    /// How long it is; `None` while it runs.
    pub duration: Option<Duration>,
}

/// How far a recording is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RecordingStatus {
    /// It runs, or is held for a moment.
    Running,
    /// It ended, and cannot be fetched yet.
    Processing,
    /// It can be fetched.
    Completed,
    /// There is nothing to fetch.
    Absent,
    /// It was deleted.
    Deleted,
    /// Something that Twilio did not have when this was written.
    Other(String),
}

impl RecordingStatus {
    /// Reads Twilio's name of it.
    pub fn parse(name: &str) -> Self {
        match name {
            "in-progress" | "paused" => Self::Running,
            "stopped" | "processing" => Self::Processing,
            "completed" => Self::Completed,
            "absent" => Self::Absent,
            "deleted" => Self::Deleted,
            other => Self::Other(other.to_owned()),
        }
    }
}
