//! What is sent, and what becomes of it.
//!
//! A message is stored before Twilio hears of it, as one of which nobody knows whether it was handed over; so nothing that
//! happens to us in between loses it or sends it twice. Asked twice, Twilio sends twice: so it is asked once, and where it
//! gave no answer its own list is looked through, until the message is found there or can be there no more.
//!
//! What came with a message is fetched from Twilio and kept.
//!
//! No transaction is open while Twilio is asked.

mod enclosing;
mod fetching;
mod handing;
mod order;
mod settling;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use switchboard_events::{Event, MessageId};

pub use self::fetching::LARGEST_FILE;
pub use self::order::MessageOrder;
use crate::access::{Caller, OrgScope};
use crate::calls::{Note, What};
use crate::check;
use crate::error::Error;
use crate::media::Media;
use crate::messages::consent::{self, ConsentChange, OPTED_OUT, Said, senders};
use crate::messages::{Conversation, Fault, Message, Progress, Report, Standing};
use crate::party::Party;
use crate::phone::PhoneNumber;
use crate::ports::{Clock, MessageStatus, Messaging, OrgTx, Store};
use crate::text;
use crate::twilio_settings::TwilioAccounts;

/// How often something is tried again because somebody else changed the message meanwhile.
const TRIES: usize = 20;

/// What messages are sent with.
#[derive(Clone)]
#[expect(missing_docs, reason = "each field is the port or service of its name")]
pub struct Parts {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub accounts: Arc<TwilioAccounts>,
    pub messaging: Arc<dyn Messaging>,
    pub media: Arc<Media>,
}

/// Sends messages.
#[derive(Clone)]
pub struct Texting {
    parts: Parts,
}

impl Texting {
    /// Over its parts.
    pub fn new(parts: Parts) -> Self {
        Self { parts }
    }

    /// Twilio told this of a message: of the one with its SID, else of the one with our id, if the address that it was told to
    /// ask names one. Of several that are alike, one may have been taken for another: what has the SID keeps it. Of a message
    /// that is not there, or not ours to send, nothing is noted.
    pub async fn told(&self, scope: OrgScope, id: Option<MessageId>, report: &Report) -> Result<(), Error> {
        let mut tx = self.parts.store.begin(scope).await?;
        let found = match (tx.message_by_sid(&report.sid).await?, id) {
            (None, Some(id)) => tx.message(id).await?,
            (known, _) => known,
        };
        let Some(message) = found else { return Ok(()) };
        drop(tx);
        match self.learn(scope, message.id, report).await {
            Err(Error::Taken(_)) => Ok(()), // another one was taken for it just now, and is asked about
            learnt => learnt.map(|_| ()),
        }
    }

    /// Calls back a message that is to be sent later; once is enough. [`Error::AlreadySent`] if it is on its way.
    pub async fn cancel(&self, caller: &Caller, id: MessageId) -> Result<(), Error> {
        self.change(caller.scope, id, |message, _| match message.progress {
            Progress::Scheduled | Progress::Pending => Ok(Some(Message {
                progress: Progress::Told(MessageStatus::Canceled),
                due_at: None,
                ..message
            })),
            Progress::Told(MessageStatus::Canceled) => Ok(None),
            _ => Err(Error::AlreadySent),
        })
        .await?;
        Ok(())
    }

    /// Twilio told this of a message: gives what it is then.
    async fn learn(&self, scope: OrgScope, id: MessageId, report: &Report) -> Result<Message, Error> {
        self.change(scope, id, |message, now| Ok(message.after(report, now))).await
    }

    /// Changes a message as it stands, over and over if somebody else did meanwhile; `None` leaves it. Who looks at it hears of
    /// every step, and sees what was to be sent later and failed among what was said.
    async fn change(
        &self,
        scope: OrgScope,
        id: MessageId,
        change: impl Fn(Message, DateTime<Utc>) -> Result<Option<Message>, Error>,
    ) -> Result<Message, Error> {
        let mut tx = self.parts.store.begin(scope).await?;
        for _ in 0..TRIES {
            let message = tx.message(id).await?.ok_or(Error::NotFound("message"))?;
            let now = tx.now().await?;
            let Some(mut changed) = change(message.clone(), now)? else { return Ok(message) };
            changed.updated_at = now;
            let conversation = match changed.progress.is(&MessageStatus::Failed) {
                true => place(tx.as_mut(), &mut changed, now).await?,
                false => None,
            };
            if tx.update_message(&changed).await? {
                changed.version += 1;
                if let Some(conversation) = conversation {
                    tx.update_conversation(&conversation).await?;
                }
                tell_step(tx.as_mut(), &message, &changed).await?;
                tx.commit().await?;
                return Ok(changed);
            }
        }
        Err(Error::ChangedMeanwhile)
    }
}

/// Gives a message that has no place in its conversation one, at the end; the conversation is to be written with it.
async fn place(
    tx: &mut dyn OrgTx,
    message: &mut Message,
    now: DateTime<Utc>,
) -> Result<Option<Conversation>, Error> {
    if message.position.is_some() {
        return Ok(None);
    }
    let peer = Party::phone(PhoneNumber::from_e164(&*message.to));
    let mut conversation = tx.open_conversation(&peer, now).await?;
    conversation.take_in(message);
    Ok(Some(conversation))
}

/// Notes and tells that a message came a step further, if it did; that it waits for Twilio, once. Where that is a refusal by
/// somebody who wants no texts, it is kept that they want none.
async fn tell_step(tx: &mut dyn OrgTx, before: &Message, after: &Message) -> Result<(), Error> {
    let waits_again = after.progress == Progress::Pending && after.tries > 1;
    if before.progress == after.progress || waits_again {
        return Ok(());
    }
    let status = after.progress.as_str();
    let detail = match &after.fault {
        Some(fault) => match (fault.words(), fault.code) {
            (Some(words), _) => format!("{status}: {words}"),
            (None, Some(code)) => format!("{status}: {code}"),
            (None, None) => status.to_owned(),
        },
        None => status.to_owned(),
    };
    let note = Note { at: after.updated_at, what: What::Progressed, by: None, detail: Some(detail) };
    tx.note(after.id.into(), &[note]).await?;
    tx.record(after.updated_at, Event::MessageStatus(after.step()));
    match &after.fault {
        Some(Fault { code: Some(OPTED_OUT), message }) => note_opt_out(tx, after, message.as_deref()).await,
        _ => Ok(()),
    }
}

/// They said STOP when we did not hear it, unless they asked for texts again since this one was handed over.
async fn note_opt_out(tx: &mut dyn OrgTx, message: &Message, words: Option<&str>) -> Result<(), Error> {
    let service = tx.twilio_settings().await?.and_then(|settings| settings.messaging_service_sid);
    let senders = senders(message.channel, &message.from, service.as_deref());
    if let Standing::In { since } = Standing::of(&tx.consents(&senders, &message.to).await?)
        && message.handed_at.is_some_and(|handed_at| handed_at < since)
    {
        return Ok(());
    }
    let change = ConsentChange {
        sender: String::new(),
        peer: message.to.clone(),
        what: Said::Refused,
        said: words
            .map_or_else(|| OPTED_OUT.to_string(), |words| text::beginning(words, check::LINE).to_owned()),
        message: Some(message.id),
        at: message.updated_at,
    };
    consent::keep(tx, senders, &change).await
}
