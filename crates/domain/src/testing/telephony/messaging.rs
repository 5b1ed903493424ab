use async_trait::async_trait;

use super::{Asked, FakeTwilio};
use crate::ports::{
    Content, Credentials, Download, MessageStatus, Messaging, NewMessage, Sender, SentSearch, TelephonyError,
    TwilioMessage,
};

#[async_trait]
impl Messaging for FakeTwilio {
    async fn send(
        &self,
        account: &Credentials,
        message: &NewMessage,
    ) -> Result<TwilioMessage, TelephonyError> {
        self.ask(account, Asked::Send(message.clone()), |has| {
            let (body, media) = match &message.content {
                Content::Text { body, media_urls } => (body.clone(), !media_urls.is_empty()),
                Content::Template { .. } => (String::new(), false),
            };
            let (from, status) = match &message.from {
                Sender::Address(from) => (Some(from.clone()), MessageStatus::Queued),
                Sender::Service { from, send_at: None, .. } => (from.clone(), MessageStatus::Accepted),
                Sender::Service { from, .. } => (from.clone(), MessageStatus::Scheduled),
            };
            let sent = TwilioMessage {
                sid: has.sid(if media { "MM" } else { "SM" }),
                status,
                to: message.to.clone(),
                from,
                body,
                segments: 1,
                fault: None,
                created_at: Some(has.now),
                sent_at: None,
                price: None,
            };
            has.messages.push(sent.clone());
            Ok(sent)
        })
    }

    async fn message(
        &self,
        account: &Credentials,
        sid: &str,
    ) -> Result<Option<TwilioMessage>, TelephonyError> {
        self.ask(account, Asked::Message(sid.to_owned()), |has| {
            Ok(has.messages.iter().find(|message| message.sid == sid).cloned())
        })
    }

    async fn sent(
        &self,
        account: &Credentials,
        search: &SentSearch,
    ) -> Result<Vec<TwilioMessage>, TelephonyError> {
        self.ask(account, Asked::Sent(search.clone()), |has| {
            let found = |message: &&TwilioMessage| {
                message.to == search.to
                    && (search.from.is_none() || message.from == search.from)
                    && message.created_at.is_some_and(|at| at >= search.since)
            };
            Ok(has.messages.iter().rev().filter(found).cloned().collect())
        })
    }

    async fn cancel_scheduled(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        self.ask(account, Asked::CancelScheduled(sid.to_owned()), |has| {
            let waiting = [MessageStatus::Scheduled, MessageStatus::Canceled];
            let mut messages = has.messages.iter_mut();
            let found = messages.find(|message| message.sid == sid && waiting.contains(&message.status));
            Ok(found.map(|message| message.status = MessageStatus::Canceled).is_some())
        })
    }

    async fn redact(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        self.ask(account, Asked::Redact(sid.to_owned()), |has| {
            let found = has.messages.iter_mut().find(|message| message.sid == sid);
            Ok(found.map(|message| message.body.clear()).is_some())
        })
    }

    fn media_sid(&self, account: &Credentials, message_sid: &str, url: &str) -> Option<String> {
        let place = media_url(&account.account_sid, message_sid, "");
        url.strip_prefix(&place).filter(|sid| sid.starts_with("ME")).map(str::to_owned)
    }

    async fn media(
        &self,
        account: &Credentials,
        message_sid: &str,
        media_sid: &str,
        limit: usize,
    ) -> Result<Download, TelephonyError> {
        self.ask(account, Asked::Media(message_sid.to_owned(), media_sid.to_owned()), |has| {
            Ok(has.file(media_sid, limit))
        })
    }
}

/// Where it says that a file is which hangs on a message.
pub fn media_url(account_sid: &str, message_sid: &str, media_sid: &str) -> String {
    format!(
        "https://api.twilio.com/2010-04-01/Accounts/{account_sid}/Messages/{message_sid}/Media/{media_sid}"
    )
}
