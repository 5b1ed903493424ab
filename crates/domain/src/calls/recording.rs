use chrono::{DateTime, Utc};
use switchboard_events::CallId;

use super::life::Happening;
use super::timeline::{Note, What};
use super::{Calls, happen};
use crate::access::OrgScope;
use crate::error::Error;
use crate::text;

/// The shortest message; what is shorter is somebody who hung up at the tone.
const SHORTEST: u32 = 2;

/// A recording of a call. The sound stays at Twilio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecording {
    /// Twilio's id of it.
    pub sid: String,
    /// Of which call.
    pub call: CallId,
    /// Of what.
    pub kind: RecordingKind,
    /// How long it is, once that is known.
    pub seconds: Option<u32>,
    /// What is said in it, once it was written down.
    pub transcript: Option<String>,
    /// When we heard of it.
    pub created_at: DateTime<Utc>,
}

/// What was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordingKind {
    /// What customer and agent said.
    Conversation,
    /// A message that the caller left.
    Voicemail,
}

impl RecordingKind {
    /// Its name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conversation => "conversation",
            Self::Voicemail => "voicemail",
        }
    }

    /// Back from its name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Conversation, Self::Voicemail].into_iter().find(|kind| kind.as_str() == name)
    }
}

impl Calls {
    /// Twilio told of a recording of a call, or of what is said in one; or that there is none.
    pub async fn recorded(
        &self,
        scope: OrgScope,
        id: CallId,
        recording: Option<CallRecording>,
    ) -> Result<(), Error> {
        let mut tx = self.store.begin(scope).await?;
        let Some(call) = tx.call(id).await? else { return Ok(()) };
        let is_message = |recording: &CallRecording| {
            let is_long = recording.seconds.is_none_or(|seconds| seconds >= SHORTEST);
            recording.kind == RecordingKind::Conversation || is_long
        };
        let recording = recording.filter(is_message);
        let is_voicemail = recording.as_ref().is_some_and(|one| one.kind == RecordingKind::Voicemail);
        let is_of_voicemail = is_voicemail || recording.is_none();
        if let Some(recording) = &recording
            && tx.put_recording(recording).await?
        {
            let what = if recording.transcript.is_some() { What::Transcribed } else { What::Recorded };
            let detail = recording.seconds.map(|seconds| format!("{seconds} s"));
            tx.note(id.into(), &[Note { at: self.clock.now(), what, by: None, detail }]).await?;
        }
        if is_of_voicemail {
            happen(tx.as_mut(), call, &Happening::Recorded { is_message: is_voicemail }).await?;
        }
        Ok(tx.commit().await?)
    }

    /// What is said in a recording was written down.
    pub async fn transcribed(
        &self,
        scope: OrgScope,
        id: CallId,
        sid: &str,
        transcript: &str,
    ) -> Result<(), Error> {
        let recording = CallRecording {
            sid: sid.to_owned(),
            call: id,
            kind: RecordingKind::Voicemail,
            seconds: None,
            transcript: Some(text::storable(transcript)),
            created_at: self.clock.now(),
        };
        self.recorded(scope, id, Some(recording)).await
    }
}
