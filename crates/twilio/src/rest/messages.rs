//! Requests about messages.

use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use switchboard_domain::ports::{
    Content, Credentials, Download, MessageFault, MessageStatus, Messaging, NewMessage, Sender, SentSearch,
    TelephonyError, TwilioMessage,
};

use super::answer::{number, price, rfc_2822};
use super::pages::Page;
use super::{Request, RestClient, if_there};

/// Two hundred messages.
const PAGE_SIZE: u16 = 50;
const PAGES: usize = 4;

/// Sends a message.
pub fn send(account_sid: &str, message: &NewMessage) -> Request {
    let NewMessage { to, from, content, status_callback, validity } = message;
    let request = Request::create(account_sid, &["Messages"]).form("To", to);
    let request = match from {
        Sender::Address(from) => request.form("From", from),
        Sender::Service { sid, from, send_at } => {
            let request = request.form("MessagingServiceSid", sid).form_each("From", from);
            match send_at {
                Some(at) => request.form("ScheduleType", "fixed").form("SendAt", iso_8601(*at)),
                None => request,
            }
        }
    };
    let request = match content {
        Content::Text { body, media_urls } if body.is_empty() => request.form_each("MediaUrl", media_urls),
        Content::Text { body, media_urls } => request.form("Body", body).form_each("MediaUrl", media_urls),
        Content::Template { sid, variables } => {
            request.form("ContentSid", sid).form("ContentVariables", json!(variables))
        }
    };
    request
        .form_each("StatusCallback", status_callback)
        .form_each("ValidityPeriod", validity.map(|validity| validity.as_secs()))
}

/// Asks for a message.
pub fn fetch(account_sid: &str, sid: &str) -> Request {
    Request::get(account_sid, &["Messages", sid])
}

/// Asks for messages to somebody, those that came last first.
///
/// Not by date: Twilio knows only when a message was *sent*, and one that still waits has no such date.
pub fn list(account_sid: &str, to: &str, from: Option<&str>, page_size: u16) -> Request {
    let request = Request::get(account_sid, &["Messages"]).query("To", to);
    let request = match from {
        Some(from) => request.query("From", from),
        None => request,
    };
    request.query("PageSize", page_size)
}

/// Calls back a message that was to be sent later.
pub fn cancel(account_sid: &str, sid: &str) -> Request {
    Request::set(account_sid, &["Messages", sid]).form("Status", "canceled")
}

/// Takes the text out of a message.
pub fn redact(account_sid: &str, sid: &str) -> Request {
    Request::set(account_sid, &["Messages", sid]).form("Body", "")
}

/// Asks for what hangs on a message.
pub fn media(account_sid: &str, message_sid: &str, sid: &str) -> Request {
    Request::get_file(account_sid, &["Messages", message_sid, "Media", sid], "")
}

/// `ME` and letters or digits.
fn is_media_sid(sid: &str) -> bool {
    let rest = sid.strip_prefix("ME").unwrap_or_default();
    (1..=32).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn iso_8601(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[derive(Deserialize)]
struct Messages {
    messages: Vec<Message>,
    next_page_uri: Option<String>,
}

impl Page for Messages {
    type Item = TwilioMessage;

    fn open(self) -> (Vec<TwilioMessage>, Option<String>) {
        (self.messages.into_iter().map(Message::known).collect(), self.next_page_uri)
    }
}

#[derive(Deserialize)]
struct Message {
    sid: String,
    status: String,
    to: Option<String>,
    from: Option<String>,
    body: Option<String>,
    #[serde(default)]
    num_segments: Value,
    #[serde(default)]
    error_code: Value,
    error_message: Option<String>,
    #[serde(default)]
    price: Value,
    #[serde(default)]
    price_unit: Value,
    date_created: Option<String>,
    date_sent: Option<String>,
}

impl Message {
    fn known(self) -> TwilioMessage {
        TwilioMessage {
            sid: self.sid,
            status: MessageStatus::parse(&self.status),
            to: self.to.unwrap_or_default(),
            from: self.from.filter(|from| !from.is_empty()),
            body: self.body.unwrap_or_default(),
            segments: number(&self.num_segments).unwrap_or_default(),
            fault: number(&self.error_code).map(|code| MessageFault { code, message: self.error_message }),
            created_at: rfc_2822(self.date_created.as_deref()),
            sent_at: rfc_2822(self.date_sent.as_deref()),
            price: price(&self.price, &self.price_unit),
        }
    }
}

#[async_trait]
impl Messaging for RestClient {
    async fn send(
        &self,
        account: &Credentials,
        message: &NewMessage,
    ) -> Result<TwilioMessage, TelephonyError> {
        let sent: Message = self.read(account, &send(&account.account_sid, message)).await?;
        Ok(sent.known())
    }

    async fn message(
        &self,
        account: &Credentials,
        sid: &str,
    ) -> Result<Option<TwilioMessage>, TelephonyError> {
        let message = self.read::<Message>(account, &fetch(&account.account_sid, sid)).await;
        Ok(if_there(message)?.map(Message::known))
    }

    async fn sent(
        &self,
        account: &Credentials,
        search: &SentSearch,
    ) -> Result<Vec<TwilioMessage>, TelephonyError> {
        let SentSearch { to, from, since } = search;
        let first = list(&account.account_sid, to, from.as_deref(), PAGE_SIZE);
        // A message without a date is new until the contrary is known.
        let new = |message: &TwilioMessage| message.created_at.is_none_or(|at| at >= *since);
        let found = self.list::<Messages>(account, first, PAGES, |page| page.iter().any(new)).await?;
        Ok(found.into_iter().filter(new).collect())
    }

    async fn cancel_scheduled(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        /// <https://www.twilio.com/docs/api/errors/30409>
        const NOT_SCHEDULED: u32 = 30409;
        let request = cancel(&account.account_sid, sid);
        let message = match self.read::<Message>(account, &request).await {
            // An earlier try may have called it back.
            Err(TelephonyError::Refused(refusal))
                if refusal.is_gone() || refusal.code == Some(NOT_SCHEDULED) =>
            {
                self.message(account, sid).await?
            }
            message => Some(message?.known()),
        };
        Ok(message.is_some_and(|message| message.status == MessageStatus::Canceled))
    }

    async fn redact(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        Ok(if_there(self.ask(account, &redact(&account.account_sid, sid)).await)?.is_some())
    }

    fn media_sid(&self, account: &Credentials, message_sid: &str, url: &str) -> Option<String> {
        let path = url.strip_prefix(self.config.api.as_str())?;
        let sid = path.rsplit('/').next().filter(|sid| is_media_sid(sid))?;
        (path == media(&account.account_sid, message_sid, sid).path).then(|| sid.to_owned())
    }

    async fn media(
        &self,
        account: &Credentials,
        message_sid: &str,
        media_sid: &str,
        limit: usize,
    ) -> Result<Download, TelephonyError> {
        self.download(account, &media(&account.account_sid, message_sid, media_sid), limit).await
    }
}
