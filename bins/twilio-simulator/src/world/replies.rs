//! What the answer to a text's webhook makes happen: <https://www.twilio.com/docs/messaging/twiml>.

use super::{Endpoint, MessageDirection, Method, NewMessage, NewOrder, OrderId, Outcome, Purpose, World};
use crate::Kind;
use crate::parameters::{self, Parameters};
use crate::twiml::{self, Link, MessageVerb, Verb};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use url::Url;

/// A text whose webhook has not been answered.
#[derive(Clone, Debug)]
pub(crate) struct Unanswered {
    pub(crate) account_sid: String,
    pub(crate) sid: String,
    pub(crate) customer: String,
    /// As it was addressed, with the channel before it.
    pub(crate) number: String,
    /// What its webhook said, for whoever it is redirected to.
    pub(crate) parameters: Parameters,
    /// How often it may still be redirected; one count for everything that comes of one text.
    pub(crate) redirects: Arc<AtomicU32>,
}

impl World {
    /// What came of a webhook, if it was one about a text that came in.
    pub(crate) fn text_answered(&mut self, order: OrderId, outcome: &Outcome) {
        let Some(text) = self.unanswered.remove(&order) else { return };
        let Outcome::Answered { twiml, from } = outcome else { return };
        // What cannot be read has failed before, and its fallback was asked.
        let Ok(document) = twiml::read(Kind::Sms, twiml) else { return };
        for verb in document.verbs {
            match verb {
                Verb::Message(message) => self.reply(&text, message, from),
                // Nothing after it is reached.
                Verb::Redirect(link) => return self.redirect_text(&text, &link, from, &[]),
                _ => {}
            }
        }
    }

    fn reply(&mut self, text: &Unanswered, message: MessageVerb, document: &Endpoint) {
        let media = message.media.into_iter().filter_map(|url| {
            let link = Link { url, method: Method::Get };
            resolve(document, &link).map(|file| file.url)
        });
        let sent = self.send_text(NewMessage {
            account_sid: text.account_sid.clone(),
            from: Some(message.from.unwrap_or_else(|| text.number.clone())),
            messaging_service_sid: None,
            to: message.to.unwrap_or_else(|| text.customer.clone()),
            body: message.body,
            media: media.collect(),
            status_callback: message
                .status_callback
                .and_then(|link| resolve(document, &link))
                .map(|to| to.url),
            send_at: None,
            direction: MessageDirection::OutboundReply,
        });
        let (sid, status) = match sent {
            Ok(sid) => (sid, "sent"),
            Err(refusal) => {
                self.alert(&text.account_sid, &text.sid, refusal.code, refusal.message);
                (String::new(), "failed")
            }
        };
        if let Some(action) = message.action {
            self.redirect_text(text, &action, document, &[("MessageSid", &sid), ("MessageStatus", status)]);
        }
    }

    fn redirect_text(&mut self, text: &Unanswered, link: &Link, document: &Endpoint, extra: &[(&str, &str)]) {
        let Some(endpoint) = resolve(document, link).filter(|_| text.may_be_redirected()) else {
            let message = format!("{} cannot be requested for a text, or not again", link.url);
            return self.alert(&text.account_sid, &text.sid, 11100, message);
        };
        let mut parameters = text.parameters.clone();
        parameters.retain(|(name, _)| extra.iter().all(|(other, _)| name != other));
        parameters.extend(parameters::owned(extra));
        let order = self.order(NewOrder {
            account_sid: text.account_sid.clone(),
            purpose: Purpose::IncomingMessage,
            sid: text.sid.clone(),
            endpoint,
            fallback: None,
            parameters,
        });
        self.unanswered.insert(order, text.clone());
    }
}

impl Unanswered {
    /// Whether it may be redirected once more, which counts.
    fn may_be_redirected(&self) -> bool {
        let once_less = |left: u32| left.checked_sub(1);
        self.redirects.fetch_update(Ordering::Relaxed, Ordering::Relaxed, once_less).is_ok()
    }
}

/// Relative addresses start at the document.
fn resolve(document: &Endpoint, link: &Link) -> Option<Endpoint> {
    let url = Url::parse(&document.url).ok()?.join(&link.url).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| Endpoint { url: url.into(), method: link.method })
}
