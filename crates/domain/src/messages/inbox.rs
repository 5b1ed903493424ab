use std::collections::HashMap;

use switchboard_events::{MessageId, UserId};

use super::consent::{self, Standing};
use super::conversation::{
    Conversation, ConversationFilter, ConversationNote, ConversationRecord, MOST_SHOWN, Thread,
};
use super::message::{Channel, Message};
use super::{Messages, history};
use crate::access::{Caller, Role};
use crate::check::{self, Check};
use crate::error::Error;
use crate::ids::{ConversationId, NoteId};
use crate::paging::Mark;
use crate::party::{CustomerRef, Party};
use crate::people;
use crate::phone::PhoneNumber;
use crate::ports::OrgTx;
use crate::search;

/// Which conversations somebody wants to see.
#[derive(Debug, Clone, Default)]
pub struct InboxQuery {
    /// Those that this person looks after.
    pub assigned_to: Option<UserId>,
    /// The start of a name, or of a number in any format.
    pub search: Option<String>,
    /// Those that come after the one which stood there.
    pub after: Option<Mark<ConversationId>>,
    /// How many, at most.
    pub limit: i64,
    /// How many to pass over.
    pub offset: i64,
}

impl Messages {
    /// One page of conversations, the latest first, and how many there are in all.
    pub async fn conversations(
        &self,
        caller: &Caller,
        query: &InboxQuery,
    ) -> Result<(Vec<ConversationRecord>, i64), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let search = search::read(tx.as_mut(), query.search.as_deref()).await?;
        let filter = ConversationFilter { assigned_to: query.assigned_to, search };
        let (rows, total) =
            tx.conversations(&filter, caller.user, query.after, query.limit, query.offset).await?;
        Ok((records(tx.as_mut(), rows).await?, total))
    }

    /// The conversation with an address, which may be a number in any format: its newest messages, or those before one of
    /// them. With somebody to whom nothing was ever said it is empty. [`Error::Invalid`] if there is no such message in it.
    pub async fn thread(
        &self,
        caller: &Caller,
        address: &str,
        before: Option<MessageId>,
        limit: i64,
    ) -> Result<Thread, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let peer = peer(tx.as_mut(), address).await?;
        let conversation = tx.conversation(&peer.address).await?;
        let place = match (before, &conversation) {
            (None, _) => i64::MAX,
            (Some(id), Some(conversation)) => {
                let message = tx.message(id).await?.filter(|it| it.conversation == conversation.id);
                let place = message.and_then(|message| message.position);
                place.ok_or_else(|| Error::invalid("before", "must be a message of this conversation"))?
            }
            (Some(_), None) => {
                return Err(Error::invalid("before", "must be a message of this conversation"));
            }
        };
        let people = people_behind(tx.as_mut(), peer.phone.as_slice()).await?;
        let people = people.into_values().next().unwrap_or_default();
        let Some(conversation) = conversation else {
            return Ok(Thread {
                standing: standing(tx.as_mut(), Channel::Sms, None, &peer.address).await?,
                peer: peer.address,
                conversation: None,
                unread: 0,
                people,
                messages: Vec::new(),
                before: None,
                scheduled: Vec::new(),
            });
        };
        let mut messages = tx.thread(conversation.id, place, limit).await?;
        messages.reverse();
        let oldest = messages.first().filter(|oldest| oldest.position.is_some_and(|place| place > 1));
        let before = oldest.map(|oldest| oldest.id);
        let last = match place {
            i64::MAX => messages.last().cloned(),
            _ => tx.thread(conversation.id, i64::MAX, 1).await?.pop(),
        };
        let channel = last.map_or(Channel::Sms, |last| last.channel);
        let seen = tx.seen(conversation.id, caller.user).await?;
        let scheduled = tx.scheduled_messages(conversation.id).await?;
        Ok(Thread {
            unread: (conversation.inbound_count - seen).max(0),
            people,
            messages: history::records(tx.as_mut(), messages).await?,
            before,
            scheduled: history::records(tx.as_mut(), scheduled).await?,
            standing: standing(tx.as_mut(), channel, Some(&conversation), &peer.address).await?,
            conversation: Some(conversation),
            peer: peer.address,
        })
    }

    /// The caller has seen all that came in from an address.
    pub async fn read(&self, caller: &Caller, address: &str) -> Result<(), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let peer = peer(tx.as_mut(), address).await?;
        if let Some(conversation) = tx.conversation(&peer.address).await? {
            tx.note_seen_inbound(conversation.id, caller.user, conversation.inbound_count).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Somebody looks after a conversation from now on, or nobody. One that was not begun is begun.
    pub async fn assign(&self, caller: &Caller, address: &str, to: Option<&str>) -> Result<(), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let peer = peer(tx.as_mut(), address).await?;
        let to = match to.map(str::trim).filter(|to| !to.is_empty()) {
            Some(id) => Some(assignee(tx.as_mut(), id).await?),
            None => None,
        };
        let conversation = tx.open_conversation(&peer, self.clock.now()).await?;
        tx.assign_conversation(conversation.id, to).await?;
        Ok(tx.commit().await?)
    }

    /// Writes a note beside a conversation.
    pub async fn write_note(
        &self,
        caller: &Caller,
        address: &str,
        body: Option<&str>,
    ) -> Result<ConversationNote, Error> {
        let mut check = Check::default();
        let body = check.required("body", body, check::NOTES);
        check.finish()?;
        let mut tx = self.store.begin(caller.scope).await?;
        let peer = peer(tx.as_mut(), address).await?;
        let now = self.clock.now();
        let conversation = tx.open_conversation(&peer, now).await?;
        let by = tx.user(caller.user).await?.ok_or(Error::NotFound("user"))?.person();
        let note = ConversationNote { id: NoteId::generate(), by, body, created_at: now };
        tx.insert_note(conversation.id, &note).await?;
        tx.commit().await?;
        Ok(note)
    }

    /// The notes beside a conversation, the latest first, and how many there are.
    pub async fn notes(
        &self,
        caller: &Caller,
        address: &str,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<ConversationNote>, i64), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let peer = peer(tx.as_mut(), address).await?;
        match tx.conversation(&peer.address).await? {
            Some(conversation) => Ok(tx.notes(conversation.id, limit, offset).await?),
            None => Ok((Vec::new(), 0)),
        }
    }
}

/// Who is meant by an address in a path: a number in any format, or what a sender is called.
async fn peer(tx: &mut dyn OrgTx, address: &str) -> Result<Party, Error> {
    let mut check = Check::default();
    let address = check.required("phoneNumber", Some(address), check::LINE);
    check.finish()?;
    let region = people::organization(tx).await?.region;
    // A short code is no national number.
    let is_short = address.len() < 7;
    let phone = PhoneNumber::parse(&address, region).filter(|_| !is_short);
    // Who is called by digits that are read as a number of the region, too, is still who they are.
    let is_exact = phone.as_ref().is_some_and(|phone| phone.as_str() == address);
    if !is_exact && tx.conversation(&address).await?.is_some() {
        return Ok(Party::other(&address));
    }
    Ok(phone.map_or_else(|| Party::other(&address), Party::phone))
}

/// A member of the team who answers customers.
async fn assignee(tx: &mut dyn OrgTx, id: &str) -> Result<UserId, Error> {
    let user = match id.parse() {
        Ok(id) => tx.user(id).await?,
        Err(_) => None,
    };
    match user {
        None => Err(Error::invalid("userId", "is not a member of this organization")),
        Some(user) if !user.is_active => Err(Error::invalid("userId", "is not active")),
        Some(user) if user.role < Role::User => Err(Error::invalid("userId", "does not answer messages")),
        Some(user) => Ok(user.id),
    }
}

/// Whether an answer to an address may go out on this channel, from the number that it would.
async fn standing(
    tx: &mut dyn OrgTx,
    channel: Channel,
    conversation: Option<&Conversation>,
    peer: &str,
) -> Result<Standing, Error> {
    let Some(settings) = tx.twilio_settings().await? else { return Ok(Standing::Unsaid) };
    let number =
        settings.texts_from(conversation.and_then(|conversation| conversation.last_number.as_deref()));
    let senders = consent::senders(channel, number, settings.messaging_service_sid.as_deref());
    Ok(Standing::of(&tx.consents(&senders, peer).await?))
}

async fn records(
    tx: &mut dyn OrgTx,
    rows: Vec<(Conversation, Option<Message>, i64)>,
) -> Result<Vec<ConversationRecord>, Error> {
    let phones: Vec<_> = rows.iter().filter_map(|(conversation, ..)| conversation.phone.clone()).collect();
    let mut people = people_behind(tx, &phones).await?;
    let record = |(conversation, last, unread): (Conversation, Option<Message>, i64)| ConversationRecord {
        people: conversation.phone.as_ref().and_then(|phone| people.remove(phone)).unwrap_or_default(),
        conversation,
        last,
        unread: unread.max(0),
    };
    Ok(rows.into_iter().map(record).collect())
}

/// Everybody whose number one of these is.
async fn people_behind(
    tx: &mut dyn OrgTx,
    phones: &[PhoneNumber],
) -> Result<HashMap<PhoneNumber, Vec<CustomerRef>>, Error> {
    let mut people: HashMap<_, Vec<_>> = HashMap::new();
    if !phones.is_empty() {
        for (phone, customer) in tx.customers_by_phones(phones, MOST_SHOWN as i64).await? {
            people.entry(phone).or_default().push(customer);
        }
    }
    Ok(people)
}
