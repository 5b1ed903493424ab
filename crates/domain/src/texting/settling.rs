//! Messages of which nothing is heard: what waits is handed over, what may have been is looked up, and what Twilio answers
//! counts.

use chrono::TimeDelta;
use futures_util::future::join_all;
use switchboard_events::MessageId;

use super::handing::failed;
use super::order::IN_HAND;
use super::{Texting, place};
use crate::access::OrgScope;
use crate::error::Error;
use crate::messages::consent::senders;
use crate::messages::{Fault, Message, Progress, Report, Standing};
use crate::ports::{SentSearch, TelephonyError, TwilioMessage};
use crate::twilio_settings::Account;

/// How many messages of an organisation are looked at in one go.
const AT_ONCE: i64 = 20;
/// Twilio's clock is not ours.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(1);
/// How long after it was handed over a message that Twilio does not list was not sent.
const GIVES_UP: TimeDelta = TimeDelta::seconds(60);

impl Texting {
    /// Looks after the organisation's messages that are due. Of several servers that do so at the same time one looks after
    /// each. Gives what went wrong, message by message; those are due again later. While there is nothing to send or ask with, such
    /// as after a key was lost, that is what went wrong, and all of them are due later.
    pub async fn settle(&self, scope: OrgScope) -> Result<Vec<(MessageId, Error)>, Error> {
        let mut tx = self.parts.store.begin(scope).await?;
        let due = tx.due_messages(AT_ONCE).await?;
        drop(tx);
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let account = &match self.parts.accounts.account(scope).await {
            Err(error @ (Error::NotConfigured | Error::Vault(_))) => {
                join_all(due.into_iter().map(|message| self.go_without(scope, message))).await;
                return Err(error);
            }
            account => account?,
        };
        let settled = due.into_iter().map(async |message| {
            let id = message.id;
            (id, self.settle_one(scope, account, message).await)
        });
        let failed = |(id, settled): (MessageId, Result<(), Error>)| settled.err().map(|error| (id, error));
        Ok(join_all(settled).await.into_iter().filter_map(failed).collect())
    }

    async fn settle_one(&self, scope: OrgScope, account: &Account, message: Message) -> Result<(), Error> {
        if message.progress.is_waiting() {
            return self.send_what_waits(scope, account, message).await;
        }
        let Some(mine) = self.take(scope, &message).await? else { return Ok(()) };
        match &mine.sid {
            Some(sid) => {
                let found = self.parts.messaging.message(&account.credentials, sid).await;
                if let Some(found) = found.map_err(Error::Twilio)? {
                    self.learn(scope, mine.id, &Report::from(found)).await?;
                }
                Ok(())
            }
            None => {
                let is_last = mine.due_at.is_none();
                let looked_up = self.look_up(scope, account, mine.clone()).await;
                if looked_up.is_err() && is_last {
                    self.give_up(scope, &mine).await?;
                }
                looked_up
            }
        }
    }

    /// There is nothing to send or ask with.
    async fn go_without(&self, scope: OrgScope, message: Message) -> Result<(), Error> {
        if message.progress.is_waiting() {
            return self.put_off(scope, &message, "Twilio is not set up").await;
        }
        match self.take(scope, &message).await? {
            Some(mine) if mine.sid.is_none() && mine.due_at.is_none() => self.give_up(scope, &mine).await,
            _ => Ok(()),
        }
    }

    /// Nobody will know whether Twilio has it, unless it says so.
    async fn give_up(&self, scope: OrgScope, message: &Message) -> Result<(), Error> {
        self.fail(scope, message, Fault::ours("Twilio could not be asked whether it was sent")).await?;
        Ok(())
    }

    /// Takes a message that is due in hand, unless somebody else did: it is due again later.
    async fn take(&self, scope: OrgScope, message: &Message) -> Result<Option<Message>, Error> {
        let mut tx = self.parts.store.begin(scope).await?;
        let now = tx.now().await?;
        let mut taken = message.clone();
        taken.tries += 1;
        taken.due_at = taken.next_look(now);
        if !tx.update_message(&taken).await? {
            return Ok(None);
        }
        tx.commit().await?;
        taken.version += 1;
        Ok(Some(taken))
    }

    /// Hands over what waits for its time, or for Twilio. What was scheduled is asked about once more: they may have opted
    /// out meanwhile, and the number may be somebody else's by now.
    async fn send_what_waits(
        &self,
        scope: OrgScope,
        account: &Account,
        message: Message,
    ) -> Result<(), Error> {
        let mut tx = self.parts.store.begin(scope).await?;
        let now = tx.now().await?;
        let from = account.texts_from(Some(&message.from)).to_owned();
        let candidates = senders(message.channel, &from, account.messaging_service_sid.as_deref());
        let standing = Standing::of(&tx.consents(&candidates, &message.to).await?);
        if matches!(standing, Standing::Out { .. }) {
            drop(tx);
            self.fail(scope, &message, Fault::ours("they want no texts")).await?;
            return Ok(());
        }
        let mut taken = Message {
            from,
            progress: Progress::Unknown,
            handed_at: Some(now),
            due_at: Some(now + IN_HAND),
            updated_at: now,
            ..message.clone()
        };
        if let Some(conversation) = place(tx.as_mut(), &mut taken, now).await? {
            tx.update_conversation(&conversation).await?;
        }
        if !tx.update_message(&taken).await? {
            return Ok(()); // somebody else does it, or it was called back
        }
        tx.commit().await?;
        taken.version += 1;
        match self.hand_over(scope, account, taken).await {
            // That is told to everybody, and there is nobody else to tell it to.
            Err(Error::Twilio(TelephonyError::Refused(_)) | Error::OptedOut { .. }) | Ok(()) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Twilio never said whether it has this message: its list is looked through. What is not there in a while was not sent.
    async fn look_up(&self, scope: OrgScope, account: &Account, message: Message) -> Result<(), Error> {
        let handed_at = message.handed_at.unwrap_or(message.created_at);
        let search = SentSearch {
            to: message.channel.address(&message.to),
            from: None,
            since: handed_at - CLOCKS_DIFFER,
        };
        let mut listed =
            self.parts.messaging.sent(&account.credentials, &search).await.map_err(Error::Twilio)?;
        listed.reverse(); // of several alike, the first is the first one's
        for found in listed.into_iter().filter(|found| is_it(&message, found)) {
            let mut tx = self.parts.store.begin(scope).await?;
            let is_anothers =
                tx.message_by_sid(&found.sid).await?.is_some_and(|known| known.id != message.id);
            drop(tx);
            if is_anothers {
                continue;
            }
            match self.learn(scope, message.id, &Report::from(found)).await {
                Err(Error::Taken(_)) => continue, // another one just like it was quicker
                learnt => return learnt.map(|_| ()),
            }
        }
        self.change(scope, message.id, |message, now| {
            let was_not_sent = message.is_open() && now >= handed_at + GIVES_UP;
            let fault = Fault::ours("Twilio did not take it: it was not sent");
            Ok(was_not_sent.then(|| failed(message, fault)))
        })
        .await?;
        Ok(())
    }
}

/// Whether this may be the message, as Twilio has it. Others may text from the same account, with other numbers. Of an agreed
/// text Twilio shows the words only later.
fn is_it(message: &Message, found: &TwilioMessage) -> bool {
    let from = message.channel.address(&message.from);
    let is_ours = found.from.as_ref().is_none_or(|found| *found == from);
    is_ours && (message.agreed.is_some() || found.body == message.body)
}
