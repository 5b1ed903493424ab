//! What a recording is.

use super::Endpoint;
use chrono::{DateTime, Utc};
use std::time::Duration;

/// Sound that was kept.
#[derive(Clone, Debug)]
pub struct Recording {
    /// `RE…`
    pub sid: String,
    /// Whose it is.
    pub account_sid: String,
    /// Whose voice it is; a conference's recording has none.
    pub call_sid: Option<String>,
    /// The conference that it is of.
    pub conference_sid: Option<String>,
    /// How far it has come.
    pub status: RecordingStatus,
    /// What made it.
    pub source: RecordingSource,
    /// 1, or 2 with each end in a channel of its own.
    pub channels: u8,
    /// When it began.
    pub started: DateTime<Utc>,
    /// How long it is, once it has ended.
    pub duration: Option<Duration>,
    pub(crate) callback: Option<RecordingCallback>,
    pub(crate) paused: Option<DateTime<Utc>>,
    pub(crate) silence: Duration,
}

/// Who is told how far a recording comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingCallback {
    /// Where.
    pub endpoint: Endpoint,
    /// Words of `recordingStatusCallbackEvent`: in-progress, completed, absent.
    pub events: Vec<String>,
}

/// How far a recording has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingStatus {
    /// It goes on.
    InProgress,
    /// It goes on, but not now.
    Paused,
    /// It has ended, and is not ready.
    Processing,
    /// It can be fetched.
    Completed,
    /// There was nothing to keep.
    Absent,
}

/// What made a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingSource {
    /// `<Record>`
    RecordVerb,
    /// `<Dial record>`
    DialVerb,
    /// `<Conference record>`
    Conference,
    /// A call made with `Record=true`.
    OutboundApi,
    /// The REST API, in a call.
    StartCallRecordingApi,
    /// The REST API, in a conference.
    StartConferenceRecordingApi,
}

impl RecordingStatus {
    /// As Twilio writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in-progress",
            Self::Paused => "paused",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Absent => "absent",
        }
    }
}

impl RecordingSource {
    /// As Twilio writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RecordVerb => "RecordVerb",
            Self::DialVerb => "DialVerb",
            Self::Conference => "Conference",
            Self::OutboundApi => "OutboundAPI",
            Self::StartCallRecordingApi => "StartCallRecordingAPI",
            Self::StartConferenceRecordingApi => "StartConferenceRecordingAPI",
        }
    }
}

impl Recording {
    /// A WAV file, if there is anything to hear.
    pub fn wav(&self) -> Option<Vec<u8>> {
        let length = self.duration.filter(|_| self.status == RecordingStatus::Completed)?;
        Some(crate::wav::tone(length, self.channels))
    }
}
