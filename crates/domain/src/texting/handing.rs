use std::time::Duration;

use super::Texting;
use crate::access::OrgScope;
use crate::error::Error;
use crate::messages::consent::{self, ConsentChange, OPTED_OUT, Said};
use crate::messages::{Channel, Fault, Message, Progress, Report};
use crate::ports::{Content, MessageStatus, NewMessage, Sender, TelephonyError, TwilioRefusal};
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
            Ok(sent) => {
                self.learn(scope, id, &Report::from(sent)).await?;
                Ok(())
            }
            Err(TelephonyError::Refused(refusal)) => {
                self.fail(scope, id, Fault::from(&refusal)).await?;
                if refusal.code != Some(OPTED_OUT) {
                    return Err(Error::Twilio(TelephonyError::Refused(refusal)));
                }
                Err(self.note_opt_out(scope, account, &message, &refusal).await?)
            }
            Err(TelephonyError::Unknown(_)) => {
                self.change(scope, id, |message, now| {
                    let is_open = message.progress == Progress::Unknown;
                    Ok(is_open.then(|| Message { due_at: Some(now + LOOK_UP), ..message }))
                })
                .await?;
                Ok(())
            }
            Err(TelephonyError::Busy { .. } | TelephonyError::Unreachable(_)) => {
                self.put_off(scope, id).await
            }
        }
    }

    /// Twilio certainly does not have it: it is handed over again later, unless that was tried often enough.
    async fn put_off(&self, scope: OrgScope, id: switchboard_events::MessageId) -> Result<(), Error> {
        self.change(scope, id, |message, now| {
            if message.progress != Progress::Unknown || message.sid.is_some() {
                return Ok(None);
            }
            let Some(wait) = AGAIN.get(message.tries as usize) else {
                let fault = Fault { code: None, message: Some("Twilio could not be reached".to_owned()) };
                return Ok(Some(failed(message, fault)));
            };
            let tries = message.tries + 1;
            Ok(Some(Message { progress: Progress::Pending, tries, due_at: Some(now + *wait), ..message }))
        })
        .await?;
        Ok(())
    }

    /// It was not sent, and will not be. What Twilio has after all is believed to Twilio.
    pub(super) async fn fail(
        &self,
        scope: OrgScope,
        id: switchboard_events::MessageId,
        fault: Fault,
    ) -> Result<(), Error> {
        self.change(scope, id, |message, _| {
            Ok(message.sid.is_none().then(|| failed(message, fault.clone())))
        })
        .await?;
        Ok(())
    }

    /// They said STOP when we did not hear it.
    async fn note_opt_out(
        &self,
        scope: OrgScope,
        account: &Account,
        message: &Message,
        refusal: &TwilioRefusal,
    ) -> Result<Error, Error> {
        let mut tx = self.parts.store.begin(scope).await?;
        let since = tx.now().await?;
        let senders =
            consent::senders(message.channel, &message.from, account.messaging_service_sid.as_deref());
        let change = ConsentChange {
            sender: String::new(),
            peer: message.to.clone(),
            what: Said::Refused,
            said: refusal.message.chars().take(crate::check::LINE).collect(),
            message: Some(message.id),
            at: since,
        };
        consent::keep(tx.as_mut(), senders, &change).await?;
        tx.commit().await?;
        Ok(Error::OptedOut { since })
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
                None => Content::Text { body: message.body.clone(), media_urls: message.media_urls.clone() },
            },
            status_callback: Some(self.parts.accounts.urls().message_progress(scope.org(), message.id)),
            validity: None,
        }
    }
}

fn failed(message: Message, fault: Fault) -> Message {
    Message { progress: Progress::Told(MessageStatus::Failed), fault: Some(fault), due_at: None, ..message }
}

impl From<&TwilioRefusal> for Fault {
    fn from(refusal: &TwilioRefusal) -> Self {
        Self { code: refusal.code, message: Some(refusal.message.clone()) }
    }
}
