//! What is sent, and what becomes of it.
//!
//! A message is stored before Twilio hears of it, as one of which nobody knows whether it was handed over; so nothing that
//! happens to us in between loses it or sends it twice. Asked twice, Twilio sends twice: so it is asked once, and where it
//! gave no answer its own list is looked through, until the message is found there or can be there no more.
//!
//! What came with a message is fetched from Twilio and kept.
//!
//! No transaction is open while Twilio is asked.

mod fetching;
mod handing;
mod order;
mod settling;

use std::sync::Arc;

use switchboard_events::{Event, MessageId};

pub use self::fetching::LARGEST_FILE;
pub use self::order::MessageOrder;
use crate::access::{Caller, OrgScope};
use crate::calls::{Note, What};
use crate::error::Error;
use crate::messages::{Fault, Message, Progress, Report};
use crate::ports::{Clock, MessageStatus, Messaging, OrgTx, Store};
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

    /// Twilio told this of a message: of the one with our id, if the address that it was told to ask names one, else of the
    /// one with its SID. Of a message that is not there, or not ours to send, nothing is noted.
    pub async fn told(&self, scope: OrgScope, id: Option<MessageId>, report: &Report) -> Result<(), Error> {
        let mut tx = self.parts.store.begin(scope).await?;
        let found = match id {
            Some(id) => tx.message(id).await?,
            None => tx.message_by_sid(&report.sid).await?,
        };
        let Some(message) = found else { return Ok(()) };
        drop(tx);
        self.learn(scope, message.id, report).await?;
        Ok(())
    }

    /// Calls back a message that is to be sent later. [`Error::AlreadySent`] if it is on its way.
    pub async fn cancel(&self, caller: &Caller, id: MessageId) -> Result<(), Error> {
        self.change(caller.scope, id, |message, _| match message.progress {
            Progress::Scheduled | Progress::Pending => Ok(Some(Message {
                progress: Progress::Told(MessageStatus::Canceled),
                due_at: None,
                ..message
            })),
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
    /// every step.
    async fn change(
        &self,
        scope: OrgScope,
        id: MessageId,
        change: impl Fn(Message, chrono::DateTime<chrono::Utc>) -> Result<Option<Message>, Error>,
    ) -> Result<Message, Error> {
        let mut tx = self.parts.store.begin(scope).await?;
        for _ in 0..TRIES {
            let message = tx.message(id).await?.ok_or(Error::NotFound("message"))?;
            let now = tx.now().await?;
            let Some(mut changed) = change(message.clone(), now)? else { return Ok(message) };
            changed.updated_at = now;
            if tx.update_message(&changed).await? {
                changed.version += 1;
                tell_step(tx.as_mut(), &message, &changed).await?;
                tx.commit().await?;
                return Ok(changed);
            }
        }
        Err(Error::ChangedMeanwhile)
    }
}

/// Notes and tells that a message came a step further, if it did.
async fn tell_step(tx: &mut dyn OrgTx, before: &Message, after: &Message) -> Result<(), Error> {
    if before.progress == after.progress {
        return Ok(());
    }
    let detail = match &after.fault {
        Some(Fault { message: Some(words), .. }) => format!("{}: {words}", after.progress.as_str()),
        Some(Fault { code: Some(code), .. }) => format!("{}: {code}", after.progress.as_str()),
        _ => after.progress.as_str().to_owned(),
    };
    let note = Note { at: after.updated_at, what: What::Progressed, by: None, detail: Some(detail) };
    tx.note(after.id.into(), &[note]).await?;
    tx.record(after.updated_at, Event::MessageStatus(after.step()));
    Ok(())
}
