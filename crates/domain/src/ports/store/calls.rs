use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_events::{CallId, UserId};

use super::StoreError;
use crate::calls::Call;
use crate::offers::RingingCall;

/// Calls.
#[async_trait]
pub trait CallRepo: Send {
    /// Stores a call that starts to ring; false if its SID is known already, and then nothing changes.
    async fn insert_call(&mut self, call: &Call) -> Result<bool, StoreError>;
    /// A call by Twilio's id.
    async fn call_by_sid(&mut self, sid: &str) -> Result<Option<Call>, StoreError>;
    /// `ringing → claimed`: true for exactly one of all who try, ever.
    async fn claim_call(&mut self, id: CallId, user: UserId, at: DateTime<Utc>) -> Result<bool, StoreError>;
    /// `ringing → ended`: true if it rang until now.
    async fn end_ringing_call(&mut self, id: CallId) -> Result<bool, StoreError>;
    /// Silences a call for one person; false if it was silent for them already.
    async fn decline_call(&mut self, id: CallId, user: UserId) -> Result<bool, StoreError>;
    /// What rings, oldest first, and who declined it.
    async fn ringing_calls(&mut self) -> Result<Vec<RingingCall>, StoreError>;
    /// Who is busy with a call.
    async fn people_on_calls(&mut self) -> Result<Vec<UserId>, StoreError>;
}
