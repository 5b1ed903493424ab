//! Requests about calls.

use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;
use switchboard_domain::ports::{
    AnsweredBy, CallControl, CallDirection, CallSearch, CallStatus, Channels, Credentials, Instructions,
    NewCall, ProgressCallback, RecordingCallback, RecordingOrder, TelephonyError, TwilioCall,
};

use super::answer::{number, price, rfc_2822};
use super::pages::Page;
use super::{Request, RestClient, if_there};

/// Two hundred calls.
const PAGE_SIZE: u16 = 50;
const PAGES: usize = 4;

/// Calls somebody.
pub fn create(account_sid: &str, call: &NewCall) -> Request {
    let NewCall { to, from, instructions, progress, timeout, detect_machine, recording } = call;
    let request = Request::create(account_sid, &["Calls"]).form("To", to).form("From", from);
    let request = told_progress(instructed(request, instructions), progress.as_ref())
        .form_each("Timeout", timeout.map(|timeout| timeout.as_secs()))
        .form_each("MachineDetection", detect_machine.then_some("Enable"));
    match recording {
        Some(order) => recorded(request.form("Record", true), order),
        None => request,
    }
}

/// Asks for a call.
pub fn fetch(account_sid: &str, sid: &str) -> Request {
    Request::get(account_sid, &["Calls", sid])
}

/// Asks for calls to somebody, those that came last first.
///
/// Not by date: Twilio knows only when a call *began*, and one that waits to be dialled has no such date.
pub fn list(account_sid: &str, to: &str, from: Option<&str>, page_size: u16) -> Request {
    let request = Request::get(account_sid, &["Calls"]).query("To", to);
    let request = match from {
        Some(from) => request.query("From", from),
        None => request,
    };
    request.query("PageSize", page_size)
}

/// Lets a call do something else.
pub fn redirect(account_sid: &str, sid: &str, to: &Instructions) -> Request {
    instructed(Request::create(account_sid, &["Calls", sid]), to)
}

/// Stops a call that nobody answered yet.
pub fn cancel(account_sid: &str, sid: &str) -> Request {
    Request::set(account_sid, &["Calls", sid]).form("Status", "canceled")
}

/// Ends a call.
pub fn complete(account_sid: &str, sid: &str) -> Request {
    Request::set(account_sid, &["Calls", sid]).form("Status", "completed")
}

fn instructed(request: Request, instructions: &Instructions) -> Request {
    match instructions {
        Instructions::Url { url, fallback_url } => {
            request.form("Url", url).form("Method", "POST").form_each("FallbackUrl", fallback_url)
        }
        Instructions::Inline(document) => request.form("Twiml", document.as_str()),
    }
}

pub(super) fn told_progress(request: Request, progress: Option<&ProgressCallback>) -> Request {
    match progress {
        Some(ProgressCallback { url, events }) => request
            .form("StatusCallback", url)
            .form_each("StatusCallbackEvent", events.iter().map(|event| event.as_str())),
        None => request,
    }
}

pub(super) fn recorded(request: Request, order: &RecordingOrder) -> Request {
    let RecordingOrder { callback: RecordingCallback { url, events }, channels } = order;
    request
        .form_each("RecordingChannels", channels.map(Channels::as_str))
        .form("RecordingStatusCallback", url)
        .form_each("RecordingStatusCallbackEvent", events.iter().map(|event| event.as_str()))
}

#[derive(Deserialize)]
struct Calls {
    calls: Vec<Call>,
    next_page_uri: Option<String>,
}

impl Page for Calls {
    type Item = TwilioCall;

    fn open(self) -> (Vec<TwilioCall>, Option<String>) {
        (self.calls.into_iter().map(Call::known).collect(), self.next_page_uri)
    }
}

#[derive(Deserialize)]
struct Call {
    sid: String,
    parent_call_sid: Option<String>,
    direction: Option<String>,
    status: String,
    to: Option<String>,
    from: Option<String>,
    answered_by: Option<String>,
    date_created: Option<String>,
    start_time: Option<String>,
    end_time: Option<String>,
    #[serde(default)]
    duration: Value,
    #[serde(default)]
    price: Value,
    #[serde(default)]
    price_unit: Value,
}

impl Call {
    fn known(self) -> TwilioCall {
        TwilioCall {
            sid: self.sid,
            parent_call_sid: self.parent_call_sid,
            direction: CallDirection::parse(&self.direction.unwrap_or_default()),
            status: CallStatus::parse(&self.status),
            to: self.to.unwrap_or_default(),
            from: self.from.unwrap_or_default(),
            answered_by: self.answered_by.as_deref().map(AnsweredBy::parse),
            created_at: rfc_2822(self.date_created.as_deref()),
            started_at: rfc_2822(self.start_time.as_deref()),
            ended_at: rfc_2822(self.end_time.as_deref()),
            duration: number(&self.duration).map(|seconds| Duration::from_secs(seconds.into())),
            price: price(&self.price, &self.price_unit),
        }
    }
}

#[async_trait]
impl CallControl for RestClient {
    async fn start_call(&self, account: &Credentials, call: &NewCall) -> Result<TwilioCall, TelephonyError> {
        let started: Call = self.read(account, &create(&account.account_sid, call)).await?;
        Ok(started.known())
    }

    async fn call(&self, account: &Credentials, sid: &str) -> Result<Option<TwilioCall>, TelephonyError> {
        let call = self.read::<Call>(account, &fetch(&account.account_sid, sid)).await;
        Ok(if_there(call)?.map(Call::known))
    }

    async fn calls(
        &self,
        account: &Credentials,
        search: &CallSearch,
    ) -> Result<Vec<TwilioCall>, TelephonyError> {
        let CallSearch { to, from, since } = search;
        let first = list(&account.account_sid, to, from.as_deref(), PAGE_SIZE);
        // A call without a date is new until the contrary is known.
        let new = |call: &TwilioCall| call.created_at.is_none_or(|at| at >= *since);
        let found = self.list::<Calls>(account, first, PAGES, |page| page.iter().any(new)).await?;
        Ok(found.into_iter().filter(new).collect())
    }

    async fn redirect(
        &self,
        account: &Credentials,
        sid: &str,
        to: &Instructions,
    ) -> Result<(), TelephonyError> {
        self.ask(account, &redirect(&account.account_sid, sid, to)).await.map(|_| ())
    }

    async fn cancel(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        let cancelled = self.read::<Call>(account, &cancel(&account.account_sid, sid)).await;
        let call = match if_there(cancelled)? {
            Some(call) => Some(call.known()),
            // It is not there, or over, or was answered: one refusal for all of them.
            None => self.call(account, sid).await?,
        };
        Ok(call.is_none_or(|call| call.status != CallStatus::InProgress))
    }

    async fn complete(&self, account: &Credentials, sid: &str) -> Result<(), TelephonyError> {
        if_there(self.ask(account, &complete(&account.account_sid, sid)).await).map(|_| ())
    }
}
