//! Texts that come in.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use switchboard_events::{Event, IncomingSms, MessageId};

use crate::access::{Caller, OrgScope};
use crate::calls::{Note, What, timeline_of};
use crate::error::{Error, Person};
use crate::party::{CustomerRef, Party};
use crate::ports::{Clock, Store};
use crate::text;

/// How much of a text its event tells, in characters: as much as WhatsApp takes, and more than an SMS. An event has to fit into buffers;
/// the whole text is in the message.
const LONGEST_TOLD: usize = 4_096;

/// What carries a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// SMS and MMS.
    Sms,
    /// WhatsApp.
    WhatsApp,
}

impl Channel {
    /// The channel's name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Sms => "sms",
            Channel::WhatsApp => "whatsapp",
        }
    }
}

/// What Twilio tells of a message that comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundMessage {
    /// Twilio's id.
    pub sid: String,
    /// What carried it.
    pub channel: Channel,
    /// Who wrote.
    pub from: Party,
    /// The number written to.
    pub to: Party,
    /// The text, exactly as sent.
    pub body: String,
    /// How many segments it took, if Twilio said so.
    pub segments: Option<i32>,
    /// Where Twilio keeps pictures and other media that came with it.
    pub media_urls: Vec<String>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Our id.
    pub id: MessageId,
    /// What came in.
    pub inbound: InboundMessage,
    /// Who wrote it.
    pub customer: Option<CustomerRef>,
    /// When it reached us.
    pub received_at: DateTime<Utc>,
}

/// Messages.
pub struct Messages {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl Messages {
    /// Over a store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// A text came in, as Twilio told us at `told_at`: it is stored as it is, and everybody hears of it. Told again of the same
    /// SID, nothing happens.
    pub async fn receive(
        &self,
        scope: OrgScope,
        mut inbound: InboundMessage,
        told_at: DateTime<Utc>,
    ) -> Result<(), Error> {
        let mut tx = self.store.begin(scope).await?;
        inbound.sid = text::storable(&inbound.sid);
        inbound.body = text::storable(&inbound.body);
        inbound.media_urls.iter_mut().for_each(|url| *url = text::storable(url));
        let customer = inbound.from.customer(tx.as_mut()).await?;
        let message = Message { id: MessageId::generate(), inbound, customer, received_at: self.clock.now() };
        if tx.insert_message(&message).await? {
            let note = |at, what| Note { at, what, by: None, detail: None };
            let notes = [note(told_at, What::Announced), note(message.received_at, What::Stored)];
            tx.note(message.id.into(), &notes).await?;
            tx.record(message.received_at, Event::IncomingSms(message.announcement()));
            tx.commit().await?;
        }
        Ok(())
    }
}

impl Messages {
    /// What was noted of a message, in the order of time, and who they were that did it.
    pub async fn timeline(
        &self,
        caller: &Caller,
        id: MessageId,
    ) -> Result<Vec<(Note, Option<Person>)>, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        if !tx.has_message(id).await? {
            return Err(Error::NotFound("message"));
        }
        timeline_of(tx.as_mut(), id.into()).await
    }
}

impl Message {
    /// The message as agents hear of it.
    fn announcement(&self) -> IncomingSms {
        IncomingSms {
            message_sid: text::inert(&self.inbound.sid),
            from: text::inert(&self.inbound.from.address),
            to: text::inert(&self.inbound.to.address),
            body: text::inert(text::beginning(&self.inbound.body, LONGEST_TOLD)),
            contact_name: CustomerRef::shown_name(self.customer.as_ref()),
            lead_id: CustomerRef::lead_id(self.customer.as_ref()),
            contact_id: CustomerRef::contact_id(self.customer.as_ref()),
            timestamp: text::timestamp(self.received_at),
        }
    }
}
