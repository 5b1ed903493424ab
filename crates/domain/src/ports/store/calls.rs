use async_trait::async_trait;
use switchboard_events::{CallId, UserId};
use uuid::Uuid;

use super::StoreError;
use crate::calls::{Call, CallFilter, CallRecording, Note, Told};
use crate::offers::RingingCall;

/// Calls.
#[async_trait]
pub trait CallRepo: Send {
    /// Stores a call; false if its SID, or its id, is known already, and then nothing changes.
    async fn insert_call(&mut self, call: &Call) -> Result<bool, StoreError>;
    /// A call by our id.
    async fn call(&mut self, id: CallId) -> Result<Option<Call>, StoreError>;
    /// A call by Twilio's id.
    async fn call_by_sid(&mut self, sid: &str) -> Result<Option<Call>, StoreError>;
    /// Writes a call over the version of it that it names, and counts the version on; false if that is not the one that
    /// is there. Who called whom, and when it began, stays. [`StoreError::Taken`] if another call has its SID.
    async fn update_call(&mut self, call: &Call) -> Result<bool, StoreError>;
    /// The calls to this number whose SID is not known, and still looked for.
    async fn calls_without_sid(&mut self, to: &str) -> Result<Vec<CallId>, StoreError>;
    /// Silences a call for one person; false if it was silent for them already.
    async fn decline_call(&mut self, id: CallId, user: UserId) -> Result<bool, StoreError>;
    /// Lets a call ring anew for those who silenced it.
    async fn forget_declines(&mut self, id: CallId) -> Result<(), StoreError>;
    /// What rings, oldest first, and who declined it.
    async fn ringing_calls(&mut self) -> Result<Vec<RingingCall>, StoreError>;
    /// Who is busy with a call: who has it, or is in its conference. Each once, in no order.
    async fn people_on_calls(&mut self) -> Result<Vec<UserId>, StoreError>;
    /// One page of calls, newest first, and how many there are in all.
    async fn calls(
        &mut self,
        filter: &CallFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<Call>, i64), StoreError>;
    /// The calls that have to be looked at by now, by the store's clock, the most urgent first, `limit` at most.
    async fn due_calls(&mut self, limit: i64) -> Result<Vec<Call>, StoreError>;
}

/// Recordings of calls.
#[async_trait]
pub trait RecordingRepo: Send {
    /// Keeps a recording, or what is newly known of it: what was known is never forgotten. False if that was all known.
    async fn put_recording(&mut self, recording: &CallRecording) -> Result<bool, StoreError>;
    /// A recording by Twilio's id.
    async fn recording(&mut self, sid: &str) -> Result<Option<CallRecording>, StoreError>;
    /// The recordings of these calls, oldest first.
    async fn recordings_of(&mut self, calls: &[CallId]) -> Result<Vec<CallRecording>, StoreError>;
}

/// What is noted of calls and messages.
#[async_trait]
pub trait TimelineRepo: Send {
    /// Notes moments in the life of a call or message, by its id.
    async fn note(&mut self, subject: Uuid, notes: &[Note]) -> Result<(), StoreError>;
    /// Notes a moment, unless the same was noted of the same person before.
    async fn note_once(&mut self, subject: Uuid, note: &Note) -> Result<(), StoreError>;
    /// Notes what went out to screens, of calls and messages that are there, by Twilio's ids.
    async fn note_told(&mut self, told: &[Told]) -> Result<(), StoreError>;
    /// All that was noted of it, in the order of time.
    async fn timeline(&mut self, subject: Uuid) -> Result<Vec<Note>, StoreError>;
}
