use chrono::{DateTime, Utc};
use switchboard_events::{CustomerId, Event, MessageId};

use super::attachment::Attachment;
use super::consent::{self, ConsentChange, Said};
use super::message::{Channel, InboundMessage, Message};
use super::{Messages, conversation::Conversation};
use crate::access::OrgScope;
use crate::auto_responses::Unanswered;
use crate::calls::{Note, What};
use crate::check;
use crate::customers::{Customer, CustomerKind, PRIORITIES};
use crate::error::Error;
use crate::party::CustomerRef;
use crate::ports::OrgTx;
use crate::text;

/// A text that came in and was not known before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Our id of it.
    pub id: MessageId,
    /// Whether nobody was known behind its number, so that a lead was made.
    pub is_new_lead: bool,
    /// Whether a rule may answer it by itself: it is left as unanswered until that was looked at.
    pub is_unanswered: bool,
}

impl Messages {
    /// A text came in, as Twilio told us at `told_at`: it is stored as it is, and everybody hears of it. Behind a number that
    /// nobody is known to have, a lead is made, once. Told again of the same SID, nothing happens: `None`.
    pub async fn receive(
        &self,
        scope: OrgScope,
        mut inbound: InboundMessage,
        told_at: DateTime<Utc>,
    ) -> Result<Option<Received>, Error> {
        let mut tx = self.store.begin(scope).await?;
        inbound.sid = text::storable(&inbound.sid);
        inbound.body = text::storable(&inbound.body);
        inbound.media_urls.iter_mut().for_each(|url| *url = text::storable(url));
        if tx.message_by_sid(&inbound.sid).await?.is_some() {
            return Ok(None);
        }
        // Before anything else, so that all that one address writes happens one after the other.
        let mut conversation = tx.open_conversation(&inbound.from, told_at).await?;
        let now = self.clock.now();
        let known = inbound.from.customer(tx.as_mut()).await?;
        let (customer, is_new_lead) = match known {
            Some(known) => (Some(known), false),
            None => {
                let lead = make_lead(tx.as_mut(), &inbound, &conversation, now).await?;
                let is_new = lead.is_some();
                (lead, is_new)
            }
        };
        let said = Said::of(&inbound);
        let consent = said.map(|what| (what, consent_senders(&inbound)));
        let message = Message::received(inbound, &mut conversation, customer, told_at);
        if !tx.insert_message(&message).await? {
            return Ok(None);
        }
        tx.update_conversation(&conversation).await?;
        for attachment in Attachment::of(&message) {
            tx.insert_attachment(&attachment).await?;
        }
        if let Some((what, senders)) = consent {
            let change = ConsentChange {
                sender: String::new(),
                peer: conversation.peer.clone(),
                what,
                said: text::beginning(message.body.trim(), check::NAME).to_owned(),
                message: Some(message.id),
                at: now,
            };
            consent::keep(tx.as_mut(), senders, &change).await?;
        }
        let note = |at, what| Note { at, what, by: None, detail: None };
        let notes = [note(told_at, What::Announced), note(now, What::Stored)];
        tx.note(message.id.into(), &notes).await?;
        // Words about consent are Twilio's to answer.
        let is_for_rules = said.is_none() && conversation.phone.is_some();
        let left = Unanswered::left(message.id, is_new_lead, now);
        let is_unanswered = is_for_rules && tx.leave_unanswered(&left).await?;
        tx.record(now, Event::IncomingSms(message.announcement()));
        tx.commit().await?;
        Ok(Some(Received { id: message.id, is_new_lead, is_unanswered }))
    }
}

/// What was written to: the number, and the messaging service that it came through.
fn consent_senders(inbound: &InboundMessage) -> Vec<String> {
    let service = inbound.service.as_deref().map(text::storable);
    consent::senders(inbound.channel, &inbound.to.address, service.as_deref())
}

/// A lead for somebody who wrote and is not known, if there is a phone number behind the address. Whoever opened the
/// conversation is alone with it, so there is one.
async fn make_lead(
    tx: &mut dyn OrgTx,
    inbound: &InboundMessage,
    conversation: &Conversation,
    now: DateTime<Utc>,
) -> Result<Option<CustomerRef>, Error> {
    let Some(phone) = &conversation.phone else { return Ok(None) };
    let name = inbound.name.as_deref().map(text::storable).unwrap_or_default();
    let lead = Customer {
        id: CustomerId::generate(),
        kind: CustomerKind::Lead,
        first_name: text::beginning(name.trim(), check::NAME).to_owned(),
        last_name: String::new(),
        email: None,
        phone: Some(phone.to_string()),
        phone_e164: Some(phone.clone()),
        company: None,
        status: CustomerKind::Lead.statuses()[0].to_owned(),
        assigned_to: None,
        notes: None,
        source: Some(inbound.channel.as_str().to_owned()),
        priority: Some(PRIORITIES[1].to_owned()),
        value: None,
        created_at: now,
        updated_at: now,
    };
    tx.insert_customer(&lead).await?;
    Ok(Some(CustomerRef::from(lead)))
}

impl Channel {
    /// Which channel Twilio means by the prefix of an address; plain numbers have none.
    pub fn of_prefix(prefix: Option<&str>) -> Self {
        if prefix == Some("whatsapp") { Self::WhatsApp } else { Self::Sms }
    }
}
