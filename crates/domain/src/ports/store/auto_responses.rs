use async_trait::async_trait;

use super::StoreError;
use crate::auto_responses::{AutoAnswer, AutoResponse};
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
}
