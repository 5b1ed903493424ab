use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_events::{MessageId, UserId};

use super::StoreError;
use crate::ids::{AttachmentId, ConversationId, TemplateId};
use crate::messages::{
    Attachment, ConsentChange, Conversation, ConversationFilter, ConversationNote, Message, MessageFilter,
    Template,
};
use crate::paging::Mark;
use crate::party::Party;

/// Messages.
#[async_trait]
pub trait MessageRepo: Send {
    /// Stores a message; false if its id or its SID is known already, and then nothing changes.
    async fn insert_message(&mut self, message: &Message) -> Result<bool, StoreError>;
    /// A message by our id.
    async fn message(&mut self, id: MessageId) -> Result<Option<Message>, StoreError>;
    /// A message by Twilio's id.
    async fn message_by_sid(&mut self, sid: &str) -> Result<Option<Message>, StoreError>;
    /// Writes what changes in the life of a message, if its version is still the one that was seen, and raises that; false if
    /// not. [`StoreError::Taken`] if its SID is another message's.
    async fn update_message(&mut self, message: &Message) -> Result<bool, StoreError>;
    /// One page, newest first, and how many there are in all.
    async fn messages(
        &mut self,
        filter: &MessageFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<Message>, i64), StoreError>;
    /// Messages of a conversation from before this place on backwards, `limit` at most.
    async fn thread(
        &mut self,
        conversation: ConversationId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError>;
    /// What is to be sent later in a conversation, the soonest first.
    async fn scheduled_messages(&mut self, conversation: ConversationId) -> Result<Vec<Message>, StoreError>;
    /// What has to be looked at by now, by the store's clock, the most urgent first, `limit` at most.
    async fn due_messages(&mut self, limit: i64) -> Result<Vec<Message>, StoreError>;
}

/// What came with messages. Nothing but [`attachment_bytes`](Self::attachment_bytes) reads what is in it.
#[async_trait]
pub trait AttachmentRepo: Send {
    /// Adds one to a message that exists.
    async fn insert_attachment(&mut self, attachment: &Attachment) -> Result<(), StoreError>;
    /// One of them.
    async fn attachment(&mut self, id: AttachmentId) -> Result<Option<Attachment>, StoreError>;
    /// What is in one that was kept.
    async fn attachment_bytes(&mut self, id: AttachmentId) -> Result<Option<Vec<u8>>, StoreError>;
    /// What came with these messages, each one's in their order.
    async fn attachments_of(&mut self, messages: &[MessageId]) -> Result<Vec<Attachment>, StoreError>;
    /// Writes what became of one, and what is in it if it is kept now, if its version is still the one that was seen, and raises
    /// that; false if not.
    async fn update_attachment(
        &mut self,
        attachment: &Attachment,
        bytes: Option<&[u8]>,
    ) -> Result<bool, StoreError>;
    /// What has to be asked for by now, by the store's clock, the most urgent first, `limit` at most.
    async fn due_attachments(&mut self, limit: i64) -> Result<Vec<Attachment>, StoreError>;
}

/// Conversations.
#[async_trait]
pub trait ConversationRepo: Send {
    /// The conversation with an address, begun at `at` if there is none. Nobody else opens it before this unit of work ends,
    /// so that whatever is said in it is said one after the other.
    async fn open_conversation(
        &mut self,
        peer: &Party,
        at: DateTime<Utc>,
    ) -> Result<Conversation, StoreError>;
    /// The conversation with an address, if there is one.
    async fn conversation(&mut self, peer: &str) -> Result<Option<Conversation>, StoreError>;
    /// Writes one that was opened: its counts, and what the last message left.
    async fn update_conversation(&mut self, conversation: &Conversation) -> Result<(), StoreError>;
    /// One page of those in which something was said, the latest first, each with its last message and how much of it this
    /// person has not seen; and how many there are in all.
    async fn conversations(
        &mut self,
        filter: &ConversationFilter,
        reader: UserId,
        after: Option<Mark<ConversationId>>,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<(Conversation, Option<Message>, i64)>, i64), StoreError>;
    /// How many of its inbound messages somebody has seen.
    async fn seen(&mut self, conversation: ConversationId, reader: UserId) -> Result<i64, StoreError>;
    /// Notes that somebody has seen so many of its inbound messages. It never becomes less.
    async fn note_seen_inbound(
        &mut self,
        conversation: ConversationId,
        reader: UserId,
        inbound: i64,
    ) -> Result<(), StoreError>;
    /// Somebody looks after it from now on, or nobody.
    async fn assign_conversation(
        &mut self,
        conversation: ConversationId,
        to: Option<UserId>,
    ) -> Result<(), StoreError>;
    /// Adds a note.
    async fn insert_note(
        &mut self,
        conversation: ConversationId,
        note: &ConversationNote,
    ) -> Result<(), StoreError>;
    /// Its notes, the latest first, `limit` at most, and how many there are.
    async fn notes(
        &mut self,
        conversation: ConversationId,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<ConversationNote>, i64), StoreError>;
}

/// Templates.
#[async_trait]
pub trait TemplateRepo: Send {
    /// All of them, by name.
    async fn templates(&mut self) -> Result<Vec<Template>, StoreError>;
    /// One of them.
    async fn template(&mut self, id: TemplateId) -> Result<Option<Template>, StoreError>;
    /// Adds one. [`StoreError::Taken`] if its name is, in whatever case.
    async fn insert_template(&mut self, template: &Template) -> Result<(), StoreError>;
    /// Writes one that exists. [`StoreError::Taken`] if its name is.
    async fn update_template(&mut self, template: &Template) -> Result<(), StoreError>;
    /// Removes one. Messages that were made of it stay.
    async fn delete_template(&mut self, id: TemplateId) -> Result<(), StoreError>;
}

/// Who may be texted.
#[async_trait]
pub trait ConsentRepo: Send {
    /// Keeps what was said, and what follows from it.
    async fn keep_consent(&mut self, change: &ConsentChange) -> Result<(), StoreError>;
    /// What counts for these senders and this address: whether they want no texts, and since when.
    async fn consents(
        &mut self,
        senders: &[String],
        peer: &str,
    ) -> Result<Vec<(bool, DateTime<Utc>)>, StoreError>;
    /// What was said, in the order in which it was, each with its number, which only rises: after this number, `limit` at most.
    async fn consent_changes(
        &mut self,
        after: i64,
        limit: i64,
    ) -> Result<Vec<(i64, ConsentChange)>, StoreError>;
}
