//! Messages of which nothing is heard: what waits is handed over, what may have been is looked up, and what Twilio answers
//! counts.

use chrono::TimeDelta;
use futures_util::future::join_all;
use switchboard_events::MessageId;

use super::Texting;
use super::order::IN_HAND;
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
/// How soon it is looked for again until then.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(10);

impl Texting {
    /// Looks after the organisation's messages that are due. Of several servers that do so at the same time one looks after
    /// each. Gives what went wrong, message by message; those are due again later.
    pub async fn settle(&self, scope: OrgScope) -> Result<Vec<(MessageId, Error)>, Error> {
        let mut tx = self.parts.store.begin(scope).await?;
        let due = tx.due_messages(AT_ONCE).await?;
        drop(tx);
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let account = &self.parts.accounts.account(scope).await?;
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
            None => self.look_up(scope, account, mine).await,
        }
    }

    /// Takes a message that is due in hand, unless somebody else did: it is due again later.
    async fn take(&self, scope: OrgScope, message: &Message) -> Result<Option<Message>, Error> {
        let mut tx = self.parts.store.begin(scope).await?;
        let now = tx.now().await?;
        let mut taken = message.clone();
        taken.tries += u32::from(message.sid.is_some());
        taken.due_at = match message.sid {
            Some(_) => taken.next_look(now),
            None => Some(now + LOOK_AGAIN),
        };
        if !tx.update_message(&taken).await? {
            return Ok(None);
        }
        tx.commit().await?;
        taken.version += 1;
        Ok(Some(taken))
    }

    /// Hands over what waits for its time, or for Twilio. What was scheduled is asked about once more: they may have opted
    /// out meanwhile.
    async fn send_what_waits(
        &self,
        scope: OrgScope,
        account: &Account,
        message: Message,
    ) -> Result<(), Error> {
        let mut tx = self.parts.store.begin(scope).await?;
        let now = tx.now().await?;
        let candidates = senders(message.channel, &message.from, account.messaging_service_sid.as_deref());
        let standing = Standing::of(&tx.consents(&candidates, &message.to).await?);
        if matches!(standing, Standing::Out { .. }) {
            drop(tx);
            let words = "they want no texts".to_owned();
            return self.fail(scope, message.id, Fault { code: None, message: Some(words) }).await;
        }
        let mut taken = Message {
            progress: Progress::Unknown,
            handed_at: Some(now),
            due_at: Some(now + IN_HAND),
            updated_at: now,
            ..message.clone()
        };
        if taken.position.is_none() {
            let peer = crate::party::Party::phone(crate::phone::PhoneNumber::from_e164(&*message.to));
            let mut conversation = tx.open_conversation(&peer, now).await?;
            conversation.take_in(&mut taken);
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
        if self.parts.clock.now() < handed_at + GIVES_UP {
            return Ok(());
        }
        let words = "Twilio did not take it: it was not sent".to_owned();
        self.fail(scope, message.id, Fault { code: None, message: Some(words) }).await
    }
}

/// Whether this may be the message, as Twilio has it. Of an agreed text Twilio shows the words only later.
fn is_it(message: &Message, found: &TwilioMessage) -> bool {
    message.agreed.is_some() || found.body == message.body
}
