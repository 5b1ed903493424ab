use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_events::MessageId;

use super::StoreError;
use crate::auto_responses::{AutoAnswer, AutoResponse, Unanswered};
use crate::ids::{AutoResponseId, ConversationId};

/// What is answered by itself, and what was.
#[async_trait]
pub trait AutoResponseRepo: Send {
    /// All rules, the oldest first.
    async fn auto_responses(&mut self) -> Result<Vec<AutoResponse>, StoreError>;
    /// One of them.
    async fn auto_response(&mut self, id: AutoResponseId) -> Result<Option<AutoResponse>, StoreError>;
    /// Adds one. [`StoreError::Taken`] if its keyword is, in whatever case, or another has its trigger for its number.
    async fn insert_auto_response(&mut self, rule: &AutoResponse) -> Result<(), StoreError>;
    /// Writes one that exists. [`StoreError::Taken`] as when one is added.
    async fn update_auto_response(&mut self, rule: &AutoResponse) -> Result<(), StoreError>;
    /// Removes one. What it answered stays.
    async fn delete_auto_response(&mut self, id: AutoResponseId) -> Result<(), StoreError>;
    /// Notes what was answered in a conversation; the message is there.
    async fn note_auto_answer(
        &mut self,
        conversation: ConversationId,
        answer: &AutoAnswer,
    ) -> Result<(), StoreError>;
    /// What was answered by itself in a conversation, the latest first, `limit` at most.
    async fn auto_answers(
        &mut self,
        conversation: ConversationId,
        limit: i64,
    ) -> Result<Vec<AutoAnswer>, StoreError>;
    /// Leaves a text to be looked at, if any rule counts; false if none does, and then nothing changes.
    async fn leave_unanswered(&mut self, text: &Unanswered) -> Result<bool, StoreError>;
    /// Takes those in hand that have to be looked at by now, by the store's clock, the most urgent first, `limit` at most: they are
    /// due again at `again_at`. What another unit of work takes at the same time is left to it.
    async fn take_unanswered(
        &mut self,
        again_at: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Unanswered>, StoreError>;
    /// A text was looked at.
    async fn settle_unanswered(&mut self, message: MessageId) -> Result<(), StoreError>;
}
