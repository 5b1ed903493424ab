//! Texts that come in.

use super::consent::Keyword;
use super::replies::Unanswered;
use super::{
    Endpoint, IncomingNumber, Message, MessageDirection, MessageStatus, NewOrder, OrderId, Purpose, World,
};
use crate::SimulatorError;
use crate::parameters;
use std::sync::Arc;

/// A text that somebody outside sends.
#[derive(Clone, Debug)]
pub struct NewInboundMessage {
    /// `SM…` or `MM…`, or a new one. One that is known is delivered again.
    pub sid: Option<String>,
    /// Who sends it.
    pub from: String,
    /// One of the numbers.
    pub to: String,
    /// What it says.
    pub body: String,
    /// How many pictures come with it.
    pub media: usize,
    /// A webhook in place of the number's.
    pub url: Option<String>,
}

/// How often one text may be redirected.
const REDIRECTS: u32 = 10;

impl World {
    /// Somebody texts a number.
    pub fn text(&mut self, new: NewInboundMessage) -> Result<OrderId, SimulatorError> {
        let number = self.setup.owner_of(&new.to).cloned();
        let number = number.ok_or_else(|| SimulatorError::UnknownNumber(new.to.clone()))?;
        let service_sid = self.service_with(&number.sid);
        let (endpoint, fallback) = self.asked_about(&number, service_sid.as_deref());
        let endpoint = new.url.clone().map(Endpoint::post).or(endpoint);
        let message = self.received(new, &number, service_sid);
        let endpoint = endpoint.ok_or_else(|| SimulatorError::NoWebhook(message.to.clone()))?;
        let parameters = parameters::sms(&message, &self.base_url);
        let order = self.order(NewOrder {
            account_sid: number.account_sid.clone(),
            purpose: Purpose::IncomingMessage,
            sid: message.sid.clone(),
            endpoint,
            fallback,
            parameters: parameters.clone(),
        });
        let unanswered = Unanswered {
            account_sid: number.account_sid,
            sid: message.sid,
            customer: message.from.unwrap_or_default(),
            number: message.to,
            parameters,
            redirects: Arc::new(REDIRECTS.into()),
        };
        self.unanswered.insert(order, unanswered);
        Ok(order)
    }

    /// Keeps the message, unless it is known, and hears its keyword.
    fn received(
        &mut self,
        new: NewInboundMessage,
        number: &IncomingNumber,
        service_sid: Option<String>,
    ) -> Message {
        let sid = new.sid.unwrap_or_else(|| self.new_sid(if new.media > 0 { "MM" } else { "SM" }));
        let known = self.messages.get(&sid).filter(|known| known.account_sid == number.account_sid);
        let media = match known {
            Some(known) => known.media.clone(),
            None => (0..new.media).map(|_| self.new_media(None)).collect(),
        };
        let message = Message {
            sid: sid.clone(),
            account_sid: number.account_sid.clone(),
            messaging_service_sid: service_sid.clone(),
            from: Some(new.from.clone()),
            to: new.to.clone(),
            body: new.body,
            media,
            direction: MessageDirection::Inbound,
            status: MessageStatus::Received,
            error_code: None,
            status_callback: None,
            created: self.now,
            sent: Some(self.now),
            updated: self.now,
        };
        if self.messages.get(&sid).is_none() {
            self.keep_text(message.clone());
            let keyword = Keyword::of(&message.body).filter(|_| !message.is_whatsapp());
            if let Some(keyword) = keyword {
                let sender = service_sid.unwrap_or_else(|| number.phone_number.clone());
                self.opt_outs.hear(keyword, &sender, &new.from);
                self.answer_keyword(keyword, &message);
            }
        }
        message
    }

    /// Twilio answers keywords itself, also to who has just asked for silence. Nobody hears how far that text comes.
    fn answer_keyword(&mut self, keyword: Keyword, message: &Message) {
        let sid = self.new_sid("SM");
        let answer = Message {
            sid: sid.clone(),
            from: Some(message.to.clone()),
            to: message.from.clone().unwrap_or_default(),
            body: keyword.answer().to_owned(),
            media: Vec::new(),
            direction: MessageDirection::OutboundReply,
            status: MessageStatus::Queued,
            sent: None,
            ..message.clone()
        };
        self.keep_text(answer);
        self.plan_next(&sid);
    }

    /// The messaging service that a number sends for.
    fn service_with(&self, number_sid: &str) -> Option<String> {
        let mut services = self.setup.services.iter();
        let service = services.find(|service| service.number_sids.iter().any(|sid| sid == number_sid));
        service.map(|service| service.sid.clone())
    }

    /// Whom a text to a number is told: its application, its messaging service, or its own webhook.
    fn asked_about(
        &self,
        number: &IncomingNumber,
        service_sid: Option<&str>,
    ) -> (Option<Endpoint>, Option<Endpoint>) {
        let application =
            number.sms_application_sid.as_ref().and_then(|sid| self.setup.applications.get(sid));
        if let Some(application) = application {
            return (application.sms.clone(), application.sms_fallback.clone());
        }
        let service = service_sid.and_then(|sid| self.setup.services.get(sid));
        match service.filter(|service| !service.use_inbound_webhook_on_number && service.inbound.is_some()) {
            Some(service) => (service.inbound.clone(), service.fallback.clone()),
            None => (number.sms.clone(), number.sms_fallback.clone()),
        }
    }
}
