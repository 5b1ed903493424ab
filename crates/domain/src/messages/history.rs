use std::collections::HashMap;

use switchboard_events::{CustomerId, MessageId, UserId};

use super::Messages;
use super::attachment::Attachment;
use super::message::Message;
use crate::access::Caller;
use crate::calls::{Direction, Note, timeline_of};
use crate::customers::CustomerKind;
use crate::error::{Error, Person};
use crate::people::User;
use crate::ports::OrgTx;
use crate::uploads::Upload;

/// Which messages to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// Those with this contact or lead.
    pub customer: Option<(CustomerKind, CustomerId)>,
    /// Those that went this way.
    pub direction: Option<Direction>,
    /// Those that are older than this one.
    pub before: Option<MessageId>,
}

/// A message with who sent it, and what came with it.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageRecord {
    /// The message.
    pub message: Message,
    /// Which of the organisation's people sent it.
    pub sender: Option<User>,
    /// What came with it, in its order.
    pub attachments: Vec<Attachment>,
    /// What was uploaded to be sent with it, in any order.
    pub uploads: Vec<Upload>,
}

impl Messages {
    /// One page of messages, newest first, and how many there are in all. [`Error::Invalid`] if there is no message to go on
    /// from.
    pub async fn list(
        &self,
        caller: &Caller,
        filter: &MessageFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<MessageRecord>, i64), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        if let Some(before) = filter.before {
            let message = tx.message(before).await?;
            message.ok_or_else(|| Error::invalid("before", "must be a message"))?;
        }
        let (messages, total) = tx.messages(filter, limit, offset).await?;
        Ok((records(tx.as_mut(), messages).await?, total))
    }

    /// A message.
    pub async fn get(&self, caller: &Caller, id: MessageId) -> Result<MessageRecord, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let message = tx.message(id).await?.ok_or(Error::NotFound("message"))?;
        let sender = match &message.sender {
            Some(sender) => tx.user(sender.id).await?,
            None => None,
        };
        let attachments = attachments_of(tx.as_mut(), std::slice::from_ref(&message)).await?;
        let uploads = uploads_of(tx.as_mut(), std::slice::from_ref(&message)).await?;
        Ok(MessageRecord { message, sender, attachments, uploads })
    }

    /// What was noted of a message, in the order of time, and who they were that did it.
    pub async fn timeline(
        &self,
        caller: &Caller,
        id: MessageId,
    ) -> Result<Vec<(Note, Option<Person>)>, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        tx.message(id).await?.ok_or(Error::NotFound("message"))?;
        timeline_of(tx.as_mut(), id.into()).await
    }
}

/// These messages with who sent them, and what came with them.
pub(super) async fn records(tx: &mut dyn OrgTx, messages: Vec<Message>) -> Result<Vec<MessageRecord>, Error> {
    let users: HashMap<UserId, User> = match messages.iter().any(|message| message.sender.is_some()) {
        true => tx.users().await?.into_iter().map(|user| (user.id, user)).collect(),
        false => HashMap::new(),
    };
    let attachments = attachments_of(tx, &messages).await?;
    let uploads = uploads_of(tx, &messages).await?;
    let record = |message: Message| {
        let sender = message.sender.as_ref().and_then(|sender| users.get(&sender.id)).cloned();
        let its = attachments.iter().filter(|attachment| attachment.message == message.id);
        let named: Vec<_> = message.uploads().collect();
        let sent = uploads.iter().filter(|upload| named.contains(&upload.id));
        MessageRecord {
            sender,
            attachments: its.cloned().collect(),
            uploads: sent.cloned().collect(),
            message,
        }
    };
    Ok(messages.into_iter().map(record).collect())
}

/// What came with these messages, if anything did.
async fn attachments_of(tx: &mut dyn OrgTx, messages: &[Message]) -> Result<Vec<Attachment>, Error> {
    let has_some =
        |message: &&Message| message.direction == Direction::Inbound && !message.media_urls.is_empty();
    let ids: Vec<_> = messages.iter().filter(has_some).map(|message| message.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(tx.attachments_of(&ids).await?)
}

/// What was uploaded to be sent with these messages, if anything was.
async fn uploads_of(tx: &mut dyn OrgTx, messages: &[Message]) -> Result<Vec<Upload>, Error> {
    let ids: Vec<_> = messages.iter().flat_map(Message::uploads).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(tx.uploads(&ids).await?)
}
