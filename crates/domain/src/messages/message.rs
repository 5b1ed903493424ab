use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use switchboard_events::{IncomingSms, MessageId, MessageStatus as StatusEvent};

use super::conversation::Conversation;
use super::progress::{Progress, Report};
use crate::calls::Direction;
use crate::error::Person;
use crate::ids::{ConversationId, TemplateId, UploadId};
use crate::party::{CustomerRef, Party};
use crate::ports::{MessageFault, MessageStatus, Price};
use crate::text;

/// How much of a text its event tells, in characters: as much as WhatsApp takes, and more than an SMS. An event has to fit into buffers;
/// the whole text is in the message.
const LONGEST_TOLD: usize = 4_096;

/// What carries a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

    /// Back from its name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Sms, Self::WhatsApp].into_iter().find(|channel| channel.as_str() == name)
    }

    /// An address as Twilio writes it on this channel.
    pub fn address(self, number: &str) -> String {
        match self {
            Channel::Sms => number.to_owned(),
            Channel::WhatsApp => format!("whatsapp:{number}"),
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
    /// What they call themselves, where the channel tells.
    pub name: Option<String>,
    /// The number written to.
    pub to: Party,
    /// The messaging service that it came through, if it did.
    pub service: Option<String>,
    /// The text, exactly as sent.
    pub body: String,
    /// What it says about consent, if Twilio recognised that (`OptOutType`).
    pub opt_out: Option<String>,
    /// How many segments it took, if Twilio said so.
    pub segments: Option<u32>,
    /// Where Twilio keeps pictures and other media that came with it.
    pub media_urls: Vec<String>,
}

/// A template that was agreed with the channel, as a message uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreedText {
    /// `HX…`
    pub sid: String,
    /// What stands in its gaps, by name.
    pub variables: BTreeMap<String, String>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Our id.
    pub id: MessageId,
    /// Rises with every change: whoever changes it names the one they saw.
    pub version: i64,
    /// Twilio's id; not known before it was handed over.
    pub sid: Option<String>,
    /// Who wrote to whom.
    pub direction: Direction,
    /// What carries it.
    pub channel: Channel,
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// Its place there, from 1; none while it is to be sent later, or was never sent.
    pub position: Option<i64>,
    /// Who wrote, as stored and shown.
    pub from: String,
    /// To whom.
    pub to: String,
    /// The text, exactly as sent.
    pub body: String,
    /// What is sent in place of the text, which then is only shown.
    pub agreed: Option<AgreedText>,
    /// The template it was made of.
    pub template: Option<TemplateId>,
    /// Where its media are: at Twilio if it came in, else wherever Twilio is told to fetch them; what was uploaded here is
    /// [named](UploadId::name).
    pub media_urls: Vec<String>,
    /// In how many parts it travels.
    pub segments: u32,
    /// Who is at the other end.
    pub customer: Option<CustomerRef>,
    /// Which of the organisation's people sent it; nobody, if it was sent by itself.
    pub sender: Option<Person>,
    /// How far it is.
    pub progress: Progress,
    /// Why it did not arrive.
    pub fault: Option<Fault>,
    /// When it is to be sent, if that was said.
    pub send_at: Option<DateTime<Utc>>,
    /// When it was last handed to Twilio.
    pub handed_at: Option<DateTime<Utc>>,
    /// When it left.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it arrived.
    pub delivered_at: Option<DateTime<Utc>>,
    /// When it reached us, or was written.
    pub created_at: DateTime<Utc>,
    /// When anything of this last changed.
    pub updated_at: DateTime<Utc>,
    /// What it cost.
    pub price: Option<Price>,
    /// How often it was looked at since anything changed.
    pub tries: u32,
    /// When it has to be looked at next.
    pub due_at: Option<DateTime<Utc>>,
}

/// Why a message did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Twilio's number for it: <https://www.twilio.com/docs/api/errors>. None where Twilio had no say.
    pub code: Option<u32>,
    /// In words for people; absent where Twilio gave none.
    pub message: Option<String>,
}

impl From<MessageFault> for Fault {
    fn from(fault: MessageFault) -> Self {
        Self { code: Some(fault.code), message: fault.message.as_deref().map(text::storable) }
    }
}

impl Message {
    /// The address at the other end.
    pub fn peer(&self) -> &str {
        match self.direction {
            Direction::Inbound => &self.from,
            Direction::Outbound => &self.to,
        }
    }

    /// What was uploaded here to be sent with it, in its order.
    pub fn uploads(&self) -> impl Iterator<Item = UploadId> {
        let is_ours = self.direction == Direction::Outbound;
        self.media_urls.iter().filter(move |_| is_ours).filter_map(|url| UploadId::named(url))
    }

    /// A message that came in at `told_at`, at the end of its conversation.
    pub(crate) fn received(
        inbound: InboundMessage,
        conversation: &mut Conversation,
        customer: Option<CustomerRef>,
        told_at: DateTime<Utc>,
    ) -> Self {
        let mut message = Self {
            id: MessageId::generate(),
            version: 0,
            sid: Some(inbound.sid),
            direction: Direction::Inbound,
            channel: inbound.channel,
            conversation: conversation.id,
            position: None,
            from: inbound.from.address,
            to: inbound.to.address,
            body: inbound.body,
            agreed: None,
            template: None,
            media_urls: inbound.media_urls,
            segments: inbound.segments.unwrap_or_default(),
            customer,
            sender: None,
            progress: Progress::Told(MessageStatus::Received),
            fault: None,
            send_at: None,
            handed_at: None,
            sent_at: None,
            delivered_at: None,
            created_at: told_at,
            updated_at: told_at,
            price: None,
            tries: 0,
            due_at: None,
        };
        conversation.take_in(&mut message);
        message
    }

    /// The message after Twilio told this of it; `None` if that is nothing new, or not of this message.
    #[must_use]
    pub fn after(&self, report: &Report, now: DateTime<Utc>) -> Option<Self> {
        let is_another = self.sid.as_ref().is_some_and(|sid| *sid != report.sid);
        if self.direction == Direction::Inbound || is_another {
            return None;
        }
        let mut after = self.clone();
        after.sid = Some(report.sid.clone());
        // Whatever was thought of it before, given up or not, Twilio has it.
        let before = if self.sid.is_none() { &Progress::Unknown } else { &self.progress };
        // What Twilio holds back until people may be texted it has taken: `scheduled` are those that it has not.
        let status = match &report.status {
            MessageStatus::Scheduled => &MessageStatus::Accepted,
            told => told,
        };
        if before.leads_to(status) {
            after.progress = Progress::Told(status.clone());
        }
        let has_changed = after.progress != self.progress;
        if has_changed {
            after.tries = 0;
            after.fault = None;
        }
        if status.is_at_the_carriers() && self.sent_at.is_none() {
            after.sent_at = Some(report.sent_at.unwrap_or(now));
        }
        if status.has_arrived() && self.delivered_at.is_none() {
            after.delivered_at = Some(now);
        }
        let is_told = after.fault.as_ref().is_some_and(|fault| fault.message.is_some());
        if !is_told && after.progress.is(status) {
            after.fault = report.fault.clone().map(Fault::from).or(after.fault);
        }
        after.segments = report.segments.filter(|segments| *segments > 0).unwrap_or(self.segments);
        after.price = report.price.clone().or(after.price);
        if let Some(from) = &report.from {
            after.from.clone_from(from);
        }
        if after == *self {
            return None;
        }
        after.updated_at = now;
        after.due_at = after.next_look(now);
        Some(after)
    }

    /// What agents hear of a message that came in.
    pub(super) fn announcement(&self) -> IncomingSms {
        IncomingSms {
            message_sid: text::inert(self.sid.as_deref().unwrap_or_default()),
            from: text::inert(&self.from),
            to: text::inert(&self.to),
            body: text::inert(text::beginning(&self.body, LONGEST_TOLD)),
            contact_name: CustomerRef::shown_name(self.customer.as_ref()),
            lead_id: CustomerRef::lead_id(self.customer.as_ref()),
            contact_id: CustomerRef::contact_id(self.customer.as_ref()),
            timestamp: text::timestamp(self.created_at),
        }
    }

    /// What agents hear of a message that came a step further. One that Twilio never had goes by our id.
    pub(crate) fn step(&self) -> StatusEvent {
        StatusEvent {
            message_sid: self.sid.clone().unwrap_or_else(|| self.id.to_string()),
            status: self.progress.as_str().to_owned(),
            error_code: self.fault.as_ref().and_then(|fault| fault.code),
            timestamp: text::timestamp(self.updated_at),
        }
    }
}
