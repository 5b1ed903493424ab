//! Texts that are sent, and how far they come.

use super::agenda::Timer;
use super::magic::{Effect, Magic};
use super::{
    Endpoint, Media, Message, MessageDirection, MessageStatus, NewOrder, Purpose, Refusal, Service, World,
};
use crate::parameters;
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::RangeInclusive;
use switchboard_twilio::address::Address;

/// The longest text that Twilio takes.
const LONGEST_BODY: usize = 1_600;
const MOST_MEDIA: usize = 10;
/// How many messages are remembered.
const KEPT: usize = 10_000;
/// How far ahead a text can be scheduled.
const SCHEDULABLE: RangeInclusive<TimeDelta> = TimeDelta::minutes(5)..=TimeDelta::days(35);

/// A text that somebody wants to send.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Who sends it.
    pub account_sid: String,
    /// From which address. Without it, the messaging service chooses.
    pub from: Option<String>,
    /// `MG…`
    pub messaging_service_sid: Option<String>,
    /// To whom.
    pub to: String,
    /// What it says.
    pub body: String,
    /// Where the files are that come with it.
    pub media: Vec<String>,
    /// Told how far it comes, in place of whom the messaging service tells.
    pub status_callback: Option<String>,
    /// Not before then.
    pub send_at: Option<DateTime<Utc>>,
    /// What made it.
    pub direction: MessageDirection,
}

impl World {
    /// Takes a text to be sent. Its life goes on by itself.
    pub fn send_text(&mut self, new: NewMessage) -> Result<String, Refusal> {
        let service = self.service_of(&new)?.cloned();
        self.check_ends(&new, service.as_ref())?;
        check_content(&new)?;
        let status = match (new.send_at, &service) {
            (Some(_), None) => {
                return Err(Refusal::bad_request(
                    35118,
                    "MessagingServiceSid is required to schedule a message",
                ));
            }
            (Some(at), Some(_)) if !SCHEDULABLE.contains(&(at - self.now)) => {
                return Err(Refusal::bad_request(35111, "SendAt is between 5 minutes and 35 days from now"));
            }
            (Some(_), Some(_)) => MessageStatus::Scheduled,
            (None, Some(_)) => MessageStatus::Accepted,
            (None, None) => MessageStatus::Queued,
        };
        let sid = self.new_sid(if new.media.is_empty() { "SM" } else { "MM" });
        let callback = new.status_callback.or_else(|| service.as_ref()?.status_callback.clone());
        let message = Message {
            sid: sid.clone(),
            account_sid: new.account_sid,
            messaging_service_sid: new.messaging_service_sid,
            from: new.from,
            to: new.to,
            body: new.body,
            media: new.media.into_iter().map(|url| self.new_media(Some(url))).collect(),
            direction: new.direction,
            status,
            error_code: None,
            status_callback: callback.map(Endpoint::post),
            created: self.now,
            sent: None,
            updated: self.now,
        };
        self.keep_text(message);
        match new.send_at {
            Some(at) => self.agenda.at(at, Timer::Message(sid.clone(), MessageStatus::Accepted)),
            None => self.plan_next(&sid),
        }
        Ok(sid)
    }

    /// Remembers a message, and forgets the oldest to which nothing more happens when there are many.
    pub(super) fn keep_text(&mut self, message: Message) {
        self.messages.put(&message.sid.clone(), message);
        self.messages.keep_last(KEPT, |message| message.status.is_final());
    }

    /// Withdraws a text that is scheduled.
    pub fn cancel_text(&mut self, sid: &str) -> Result<(), Refusal> {
        match self.messages.get(sid).map(|message| message.status) {
            Some(MessageStatus::Scheduled) => {
                self.move_message(sid, MessageStatus::Canceled);
                Ok(())
            }
            _ => Err(Refusal::conflict(30409, "Only a scheduled message can be canceled")),
        }
    }

    /// Something that was planned for a message falls due. A message that was withdrawn or deleted goes no further.
    pub(crate) fn message_due(&mut self, sid: &str, status: MessageStatus) {
        let Some(message) = self.messages.get(sid) else { return };
        let may_go_on = !message.status.is_final()
            || (message.status == MessageStatus::Delivered && status == MessageStatus::Read);
        if may_go_on {
            self.move_message(sid, status);
            if status != MessageStatus::Sending || !self.fetch_media(sid) {
                self.plan_next(sid);
            }
        }
    }

    pub(super) fn move_message(&mut self, sid: &str, status: MessageStatus) {
        let now = self.now;
        let sender = self.messages.get(sid).and_then(|message| self.sender_of(message));
        let Some(message) = self.messages.get_mut(sid) else { return };
        message.status = status;
        message.updated = now;
        message.from = message.from.take().or(sender);
        match status {
            MessageStatus::Sent => message.sent = Some(now),
            MessageStatus::Undelivered | MessageStatus::Failed => {
                let by_magic = match Magic::of(&message.to).map(|magic| magic.effect) {
                    Some(Effect::Ends(_, code)) => Some(code),
                    _ => None,
                };
                message.error_code = message.error_code.or(by_magic);
            }
            _ => {}
        }
        let message = message.clone();
        if let Some(endpoint) = message.status_callback.clone() {
            self.order(NewOrder {
                account_sid: message.account_sid.clone(),
                purpose: Purpose::MessageStatus,
                sid: sid.to_owned(),
                endpoint,
                fallback: None,
                parameters: parameters::message_status(&message, now),
            });
        }
    }

    pub(crate) fn plan_next(&mut self, sid: &str) {
        use MessageStatus::{Accepted, Delivered, Failed, Queued, Read, Sending, Sent};
        let Some(message) = self.messages.get(sid) else { return };
        let effect = Magic::of(&message.to).map(|magic| magic.effect);
        let (next, milliseconds) = match (message.status, effect) {
            (Accepted, _) => (Queued, 20..=80),
            (Queued, _) => (Sending, 50..=150),
            (Sending, Some(Effect::Ends(Failed, _))) => (Failed, 50..=150),
            (Sending, _) => (Sent, 50..=150),
            (Sent, Some(Effect::NoReceipt)) => return,
            (Sent, Some(Effect::Ends(status, _))) => (status, 200..=600),
            (Sent, _) => (Delivered, 200..=600),
            (Delivered, effect) if message.is_whatsapp() && effect != Some(Effect::Unread) => {
                (Read, 500..=1_500)
            }
            _ => return,
        };
        let due = self.now + TimeDelta::milliseconds(self.rng.i64(milliseconds));
        self.agenda.at(due, Timer::Message(sid.to_owned(), next));
    }

    /// A picture, or what is to be fetched.
    pub(crate) fn new_media(&mut self, source: Option<String>) -> Media {
        Media { sid: self.new_sid("ME"), content_type: "image/png".to_owned(), source, bytes: None }
    }

    fn service_of(&self, new: &NewMessage) -> Result<Option<&Service>, Refusal> {
        let Some(sid) = &new.messaging_service_sid else { return Ok(None) };
        let service = self.setup.services.get(sid).filter(|service| service.account_sid == new.account_sid);
        match service {
            None => Err(Refusal::bad_request(21705, "The Messaging Service Sid is invalid")),
            Some(service) if service.number_sids.is_empty() => {
                Err(Refusal::bad_request(21704, "The Messaging Service contains no phone numbers"))
            }
            service => Ok(service),
        }
    }

    /// The number that a messaging service sends from: its first.
    fn sender_of(&self, message: &Message) -> Option<String> {
        let service = self.setup.services.get(message.messaging_service_sid.as_deref()?)?;
        let number = self.setup.numbers.get(service.number_sids.first()?)?;
        let is_whatsapp = message.is_whatsapp();
        Some(if is_whatsapp {
            format!("whatsapp:{}", number.phone_number)
        } else {
            number.phone_number.clone()
        })
    }

    fn check_ends(&self, new: &NewMessage, service: Option<&Service>) -> Result<(), Refusal> {
        let to = Address::parse(&new.to);
        if !matches!(to, Address::E164(_) | Address::WhatsApp(_) | Address::Channel { .. }) {
            return Err(Refusal::bad_request(21211, format!("Invalid 'To' Phone Number: {}", new.to)));
        }
        if let Some(from) = &new.from {
            let address = Address::parse(from);
            match &address {
                Address::E164(_) | Address::WhatsApp(_) if self.setup.owns(&new.account_sid, from) => {}
                Address::E164(_) | Address::WhatsApp(_) | Address::ShortCode(_) => {
                    let message = format!(
                        "The 'From' phone number {from} is not a valid, SMS-capable inbound phone number or short \
                         code for your account."
                    );
                    return Err(Refusal::bad_request(21606, message));
                }
                Address::Alphanumeric(_) => {}
                _ => {
                    return Err(Refusal::bad_request(21212, format!("Invalid 'From' Phone Number: {from}")));
                }
            }
            if *from == new.to {
                return Err(Refusal::bad_request(21266, "'To' and 'From' number cannot be the same"));
            }
            if address.channel() != to.channel() {
                return Err(Refusal::bad_request(21910, "'From' and 'To' have to be of the same channel"));
            }
        }
        if let Some(Effect::Refused(code)) = Magic::of(&new.to).map(|magic| magic.effect) {
            let message = Magic::message_for(code).unwrap_or_default();
            return Err(Refusal::bad_request(code, format!("{message}: {}", new.to)));
        }
        let senders = [service.map(|service| service.sid.as_str()), new.from.as_deref()];
        if senders.into_iter().flatten().any(|sender| self.opt_outs.forbid(sender, &new.to)) {
            return Err(Refusal::bad_request(21610, "Attempt to send to unsubscribed recipient"));
        }
        Ok(())
    }
}

fn check_content(new: &NewMessage) -> Result<(), Refusal> {
    if new.body.is_empty() && new.media.is_empty() {
        return Err(Refusal::bad_request(21602, "Message body is required."));
    }
    if new.body.chars().count() > LONGEST_BODY {
        let message = "The concatenated message body exceeds the 1600 character limit.";
        return Err(Refusal::bad_request(21617, message));
    }
    if new.media.len() > MOST_MEDIA {
        return Err(Refusal::bad_request(21623, "The number of media files exceeds the allowed limit of 10"));
    }
    Ok(())
}
