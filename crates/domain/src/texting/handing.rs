use std::time::Duration;

use super::Texting;
use crate::access::OrgScope;
use crate::error::Error;
use crate::messages::consent::OPTED_OUT;
use crate::messages::{Channel, Fault, Message, Progress, Report};
use crate::ports::{Content, MessageStatus, NewMessage, Sender, TelephonyError, TwilioRefusal};
use crate::text;
use crate::twilio_settings::Account;

/// When a message is handed over again that Twilio certainly has not, each time after the last; then it has failed.
const AGAIN: [Duration; 6] = [
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(60),
    Duration::from_secs(3 * 60),
    Duration::from_secs(10 * 60),
];
/// How soon it is looked up whether Twilio has a message of which it did not say so.
const LOOK_UP: Duration = Duration::from_secs(2);

/// Twilio's HTTP status for what it does not take.
const REFUSED: u16 = 400;

impl Texting {
    /// Hands a message to Twilio, once.
    ///
    /// [`Error::Twilio`], or [`Error::OptedOut`], if that was refused; the message has failed then.
    pub(super) async fn hand_over(
        &self,
        scope: OrgScope,
        account: &Account,
        message: Message,
    ) -> Result<(), Error> {
        let id = message.id;
        let new = self.written(scope, account, &message);
        match self.parts.messaging.send(&account.credentials, &new).await {
            Ok(sent) => match self.learn(scope, id, &Report::from(sent)).await {
                Err(Error::Taken(_)) => Ok(()), // another one was taken for it just now, and it is looked for
                learnt => learnt.map(|_| ()),
            },
            Err(TelephonyError::Refused(refusal)) => {
                let failed = self.fail(scope, &message, Fault::from(&refusal)).await?;
                Err(refused(refusal, &failed))
            }
            Err(TelephonyError::Unknown(_)) => {
                self.change(scope, id, |message, now| {
                    let is_open = message.progress == Progress::Unknown;
                    Ok(is_open.then(|| Message { tries: 0, due_at: Some(now + LOOK_UP), ..message }))
                })
                .await?;
                Ok(())
            }
            Err(TelephonyError::Busy { .. } | TelephonyError::Unreachable(_)) => {
                self.put_off(scope, &message, "Twilio could not be reached").await
            }
        }
    }

    /// Twilio certainly does not have it: it is handed over again later, unless that was tried often enough. It is left alone if
    /// it is somewhere else than where it was `seen`: another server has it in hand.
    pub(super) async fn put_off(&self, scope: OrgScope, seen: &Message, why: &str) -> Result<(), Error> {
        self.change(scope, seen.id, |message, now| {
            if !message.is_still(seen) {
                return Ok(None);
            }
            let Some(wait) = AGAIN.get(message.tries as usize) else {
                return Ok(Some(failed(message, Fault::ours(why))));
            };
            // What was to be sent later has no place among what was said until it is handed over.
            let is_scheduled = message.progress == Progress::Scheduled;
            let progress = if is_scheduled { Progress::Scheduled } else { Progress::Pending };
            let tries = message.tries + 1;
            Ok(Some(Message { progress, tries, due_at: Some(now + *wait), ..message }))
        })
        .await?;
        Ok(())
    }

    /// It was not sent, and will not be, unless it is somewhere else than where it was `seen`: that was settled meanwhile, or
    /// another server has it in hand. What Twilio has after all is believed to Twilio.
    pub(super) async fn fail(&self, scope: OrgScope, seen: &Message, fault: Fault) -> Result<Message, Error> {
        self.change(scope, seen.id, |message, _| {
            Ok(message.is_still(seen).then(|| failed(message, fault.clone())))
        })
        .await
    }

    /// A message as Twilio is to have it.
    fn written(&self, scope: OrgScope, account: &Account, message: &Message) -> NewMessage {
        let from = message.channel.address(&message.from);
        let service = account.messaging_service_sid.clone().filter(|_| message.channel == Channel::Sms);
        NewMessage {
            to: message.channel.address(&message.to),
            from: match service {
                Some(sid) => Sender::Service { sid, from: Some(from), send_at: None },
                None => Sender::Address(from),
            },
            content: match &message.agreed {
                Some(agreed) => {
                    Content::Template { sid: agreed.sid.clone(), variables: agreed.variables.clone() }
                }
                None => Content::Text {
                    body: message.body.clone(),
                    media_urls: self.addresses(scope, &message.media_urls, self.parts.clock.now()),
                },
            },
            status_callback: Some(self.parts.accounts.urls().message_progress(scope.org(), message.id)),
            validity: None,
        }
    }
}

/// What somebody is told whose message Twilio refused.
pub(super) fn refused(refusal: TwilioRefusal, failed: &Message) -> Error {
    match refusal.code {
        Some(OPTED_OUT) => Error::OptedOut { since: failed.updated_at },
        _ => Error::Twilio(TelephonyError::Refused(refusal)),
    }
}

pub(super) fn failed(message: Message, fault: Fault) -> Message {
    Message { progress: Progress::Told(MessageStatus::Failed), fault: Some(fault), due_at: None, ..message }
}

impl Fault {
    /// One in which Twilio had no say.
    pub(super) fn ours(words: &str) -> Self {
        Self { code: None, message: Some(words.to_owned()) }
    }
}

impl Message {
    /// Whether it is open, and as far as it was when it was seen.
    fn is_still(&self, seen: &Self) -> bool {
        self.is_open() && self.progress == seen.progress
    }

    /// Why Twilio did not take it, if it did not.
    pub(super) fn refusal(&self) -> Option<TwilioRefusal> {
        let is_refused = self.sid.is_none() && self.progress == Progress::Told(MessageStatus::Failed);
        let fault = self.fault.as_ref().filter(|_| is_refused)?;
        let message = fault.message.clone().unwrap_or_default();
        fault.code.map(|code| TwilioRefusal { status: REFUSED, code: Some(code), message })
    }
}

impl From<&TwilioRefusal> for Fault {
    fn from(refusal: &TwilioRefusal) -> Self {
        Self { code: refusal.code, message: Some(text::storable(&refusal.message)) }
    }
}
