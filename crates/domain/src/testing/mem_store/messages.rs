use std::cmp::Reverse;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_events::{MessageId, UserId};

use super::MemTx;
use crate::ids::{ConversationId, TemplateId};
use crate::messages::{
    ConsentChange, Conversation, ConversationFilter, ConversationNote, Message, MessageFilter, Progress,
    Template,
};
use crate::paging::Mark;
use crate::party::Party;
use crate::ports::{ConsentRepo, ConversationRepo, MessageRepo, StoreError, TemplateRepo};

/// What the store keeps of messages.
#[derive(Clone, Default)]
pub(super) struct Kept {
    messages: Vec<Message>,
    conversations: Vec<Conversation>,
    seen: Vec<(ConversationId, UserId, i64)>,
    notes: Vec<(ConversationId, ConversationNote)>,
    templates: Vec<Template>,
    consent_changes: Vec<ConsentChange>,
}

impl Kept {
    pub(super) fn due_at(&self) -> Option<DateTime<Utc>> {
        self.messages.iter().filter_map(|message| message.due_at).min()
    }

    pub(super) fn messages(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter()
    }

    pub(super) fn id_of(&self, sid: &str) -> Option<MessageId> {
        self.messages.iter().find(|message| message.sid.as_deref() == Some(sid)).map(|message| message.id)
    }

    fn newest_first(&self) -> Vec<&Message> {
        let mut messages: Vec<_> = self.messages.iter().collect();
        messages.sort_by_key(|message| Reverse((message.created_at, message.id)));
        messages
    }
}

impl MemTx {
    /// Customers go, and messages forget them.
    fn current(&self, message: &Message) -> Message {
        let id = message.customer.as_ref().map(|customer| customer.id);
        let customer = self.tenant.customers.iter().find(|customer| Some(customer.id) == id);
        let is_kept = |id: TemplateId| self.tenant.texts.templates.iter().any(|template| template.id == id);
        Message {
            customer: customer.cloned().map(Into::into),
            template: message.template.filter(|id| is_kept(*id)),
            ..message.clone()
        }
    }

    fn seen_of(&self, conversation: ConversationId, reader: UserId) -> i64 {
        let mut seen = self.tenant.texts.seen.iter();
        seen.find(|(of, by, _)| (*of, *by) == (conversation, reader)).map_or(0, |(.., count)| *count)
    }

    fn last_of(&self, conversation: ConversationId) -> Option<Message> {
        let messages =
            self.tenant.texts.messages.iter().filter(|message| message.conversation == conversation);
        messages.filter(|message| message.position.is_some()).max_by_key(|message| message.position).cloned()
    }
}

#[async_trait]
impl MessageRepo for MemTx {
    async fn insert_message(&mut self, message: &Message) -> Result<bool, StoreError> {
        let is_same =
            |known: &Message| known.id == message.id || (known.sid.is_some() && known.sid == message.sid);
        let is_new = !self.tenant.texts.messages.iter().any(is_same);
        if is_new {
            self.tenant.texts.messages.push(message.clone());
        }
        Ok(is_new)
    }

    async fn message(&mut self, id: MessageId) -> Result<Option<Message>, StoreError> {
        let found = self.tenant.texts.messages.iter().find(|message| message.id == id);
        Ok(found.map(|message| self.current(message)))
    }

    async fn message_by_sid(&mut self, sid: &str) -> Result<Option<Message>, StoreError> {
        let found = self.tenant.texts.messages.iter().find(|message| message.sid.as_deref() == Some(sid));
        Ok(found.map(|message| self.current(message)))
    }

    async fn update_message(&mut self, message: &Message) -> Result<bool, StoreError> {
        let mut others = self.tenant.texts.messages.iter().filter(|known| known.id != message.id);
        if message.sid.is_some() && others.any(|known| known.sid == message.sid) {
            return Err(StoreError::Taken("message SID"));
        }
        let mut messages = self.tenant.texts.messages.iter_mut();
        let known = messages.find(|known| known.id == message.id && known.version == message.version);
        Ok(known.is_some_and(|known| {
            *known = Message {
                version: message.version + 1,
                sid: message.sid.clone(),
                position: message.position,
                from: message.from.clone(),
                segments: message.segments,
                progress: message.progress.clone(),
                fault: message.fault.clone(),
                handed_at: message.handed_at,
                sent_at: message.sent_at,
                delivered_at: message.delivered_at,
                updated_at: message.updated_at,
                price: message.price.clone(),
                tries: message.tries,
                due_at: message.due_at,
                ..known.clone()
            };
            true
        }))
    }

    async fn messages(
        &mut self,
        filter: &MessageFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<Message>, i64), StoreError> {
        let fits = |message: &&Message| {
            let customer = message.customer.as_ref().map(|customer| (customer.kind, customer.id));
            (filter.customer.is_none() || customer == filter.customer)
                && filter.direction.is_none_or(|direction| message.direction == direction)
        };
        let all: Vec<_> = self.tenant.texts.newest_first().into_iter().filter(fits).collect();
        let start = filter.before.and_then(|id| self.tenant.texts.messages.iter().find(|it| it.id == id));
        let is_older = |message: &&&Message| {
            start.is_none_or(|start| (message.created_at, message.id) < (start.created_at, start.id))
        };
        let page = all.iter().filter(is_older).skip(offset as usize).take(limit as usize);
        Ok((page.map(|message| self.current(message)).collect(), all.len() as i64))
    }

    async fn thread(
        &mut self,
        conversation: ConversationId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        let messages =
            self.tenant.texts.messages.iter().filter(|message| message.conversation == conversation);
        let mut placed: Vec<_> =
            messages.filter(|message| message.position.is_some_and(|place| place < before)).collect();
        placed.sort_by_key(|message| Reverse(message.position));
        Ok(placed.into_iter().take(limit as usize).map(|message| self.current(message)).collect())
    }

    async fn scheduled_messages(&mut self, conversation: ConversationId) -> Result<Vec<Message>, StoreError> {
        let messages =
            self.tenant.texts.messages.iter().filter(|message| message.conversation == conversation);
        let mut scheduled: Vec<_> = messages
            .filter(|message| message.progress == Progress::Scheduled)
            .map(|message| self.current(message))
            .collect();
        scheduled.sort_by_key(|message| (message.send_at, message.id));
        Ok(scheduled)
    }

    async fn due_messages(&mut self, limit: i64) -> Result<Vec<Message>, StoreError> {
        let now = self.now;
        let messages = self.tenant.texts.messages.iter();
        let mut due: Vec<_> = messages.filter(|message| message.due_at.is_some_and(|at| at <= now)).collect();
        due.sort_by_key(|message| (message.due_at, message.id));
        Ok(due.into_iter().take(limit as usize).map(|message| self.current(message)).collect())
    }
}

#[async_trait]
impl ConversationRepo for MemTx {
    async fn open_conversation(
        &mut self,
        peer: &Party,
        at: DateTime<Utc>,
    ) -> Result<Conversation, StoreError> {
        if let Some(known) = self.conversation(&peer.address).await? {
            return Ok(known);
        }
        let conversation = Conversation {
            id: ConversationId::generate(),
            peer: peer.address.clone(),
            phone: peer.phone.clone(),
            assigned_to: None,
            message_count: 0,
            inbound_count: 0,
            last_at: at,
            last_number: None,
            whatsapp_at: None,
        };
        self.tenant.texts.conversations.push(conversation.clone());
        Ok(conversation)
    }

    async fn conversation(&mut self, peer: &str) -> Result<Option<Conversation>, StoreError> {
        Ok(self.tenant.texts.conversations.iter().find(|known| known.peer == peer).cloned())
    }

    async fn update_conversation(&mut self, conversation: &Conversation) -> Result<(), StoreError> {
        let mut known = self.tenant.texts.conversations.iter_mut();
        if let Some(known) = known.find(|known| known.id == conversation.id) {
            let assigned_to = known.assigned_to;
            *known = Conversation { assigned_to, ..conversation.clone() };
        }
        Ok(())
    }

    async fn conversations(
        &mut self,
        filter: &ConversationFilter,
        reader: UserId,
        after: Option<Mark<ConversationId>>,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<(Conversation, Option<Message>, i64)>, i64), StoreError> {
        let tenant = &self.tenant;
        let is_found = |conversation: &Conversation| {
            let Some(search) = &filter.search else { return true };
            let mut behind = tenant.customers.iter();
            search.addresses.iter().any(|start| conversation.peer.starts_with(start))
                || behind.any(|customer| {
                    let names = [customer.name(), customer.last_name.clone()];
                    customer.phone_e164.is_some()
                        && customer.phone_e164 == conversation.phone
                        && names.iter().any(|name| name.to_lowercase().starts_with(&search.name))
                })
        };
        let fits = |conversation: &&Conversation| {
            conversation.message_count > 0
                && (filter.assigned_to.is_none() || conversation.assigned_to == filter.assigned_to)
                && is_found(conversation)
        };
        let mut all: Vec<_> = tenant.texts.conversations.iter().filter(fits).cloned().collect();
        all.sort_by_key(|conversation| Reverse((conversation.last_at, conversation.id)));
        let total = all.len() as i64;
        let is_after = |conversation: &Conversation| {
            after.is_none_or(|after| (conversation.last_at, conversation.id) < (after.at, after.id))
        };
        let page = all.into_iter().filter(is_after).skip(offset as usize).take(limit as usize);
        let row = |conversation: Conversation| {
            let unread = conversation.inbound_count - self.seen_of(conversation.id, reader);
            let last = self.last_of(conversation.id).map(|message| self.current(&message));
            (conversation, last, unread)
        };
        Ok((page.map(row).collect(), total))
    }

    async fn seen(&mut self, conversation: ConversationId, reader: UserId) -> Result<i64, StoreError> {
        Ok(self.seen_of(conversation, reader))
    }

    async fn note_seen_inbound(
        &mut self,
        conversation: ConversationId,
        reader: UserId,
        inbound: i64,
    ) -> Result<(), StoreError> {
        let count = self.seen_of(conversation, reader).max(inbound);
        self.tenant.texts.seen.retain(|(of, by, _)| (*of, *by) != (conversation, reader));
        self.tenant.texts.seen.push((conversation, reader, count));
        Ok(())
    }

    async fn assign_conversation(
        &mut self,
        conversation: ConversationId,
        to: Option<UserId>,
    ) -> Result<(), StoreError> {
        let mut known = self.tenant.texts.conversations.iter_mut();
        if let Some(known) = known.find(|known| known.id == conversation) {
            known.assigned_to = to;
        }
        Ok(())
    }

    async fn insert_note(
        &mut self,
        conversation: ConversationId,
        note: &ConversationNote,
    ) -> Result<(), StoreError> {
        self.tenant.texts.notes.push((conversation, note.clone()));
        Ok(())
    }

    async fn notes(
        &mut self,
        conversation: ConversationId,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<ConversationNote>, i64), StoreError> {
        let of = self.tenant.texts.notes.iter().filter(|(of, _)| *of == conversation);
        let mut notes: Vec<_> = of.map(|(_, note)| note.clone()).collect();
        notes.sort_by_key(|note| Reverse((note.created_at, note.id)));
        let total = notes.len() as i64;
        Ok((notes.into_iter().skip(offset as usize).take(limit as usize).collect(), total))
    }
}

#[async_trait]
impl TemplateRepo for MemTx {
    async fn templates(&mut self) -> Result<Vec<Template>, StoreError> {
        let mut templates = self.tenant.texts.templates.clone();
        templates.sort_by_key(|template| template.name.to_lowercase());
        Ok(templates)
    }

    async fn template(&mut self, id: TemplateId) -> Result<Option<Template>, StoreError> {
        Ok(self.tenant.texts.templates.iter().find(|template| template.id == id).cloned())
    }

    async fn insert_template(&mut self, template: &Template) -> Result<(), StoreError> {
        self.refuse_taken_name(template)?;
        self.tenant.texts.templates.push(template.clone());
        Ok(())
    }

    async fn update_template(&mut self, template: &Template) -> Result<(), StoreError> {
        self.refuse_taken_name(template)?;
        let mut templates = self.tenant.texts.templates.iter_mut();
        if let Some(known) = templates.find(|known| known.id == template.id) {
            *known = template.clone();
        }
        Ok(())
    }

    async fn delete_template(&mut self, id: TemplateId) -> Result<(), StoreError> {
        self.tenant.texts.templates.retain(|template| template.id != id);
        Ok(())
    }
}

impl MemTx {
    fn refuse_taken_name(&self, template: &Template) -> Result<(), StoreError> {
        let name = template.name.to_lowercase();
        let mut others = self.tenant.texts.templates.iter().filter(|other| other.id != template.id);
        match others.any(|other| other.name.to_lowercase() == name) {
            true => Err(StoreError::Taken("template name")),
            false => Ok(()),
        }
    }
}

#[async_trait]
impl ConsentRepo for MemTx {
    async fn keep_consent(&mut self, change: &ConsentChange) -> Result<(), StoreError> {
        self.tenant.texts.consent_changes.push(change.clone());
        Ok(())
    }

    async fn consents(
        &mut self,
        senders: &[String],
        peer: &str,
    ) -> Result<Vec<(bool, DateTime<Utc>)>, StoreError> {
        let changes = &self.tenant.texts.consent_changes;
        let last = |sender: &String| {
            let said = changes.iter().filter(|change| change.sender == *sender && change.peer == peer);
            said.rev().find_map(|change| Some((change.what.is_out()?, change.at)))
        };
        Ok(senders.iter().filter_map(last).collect())
    }

    async fn consent_changes(
        &mut self,
        after: i64,
        limit: i64,
    ) -> Result<Vec<(i64, ConsentChange)>, StoreError> {
        let numbered = (1..).zip(self.tenant.texts.consent_changes.iter().cloned());
        Ok(numbered.filter(|(number, _)| *number > after).take(limit as usize).collect())
    }
}
