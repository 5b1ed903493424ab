//! Requests about calls.

use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;
use switchboard_domain::ports::{
    CallControl, CallStatus, Channels, Credentials, Instructions, NewCall, ProgressCallback, RecordingOrder,
    TelephonyError, TwilioCall,
};

use super::answer::number;
use super::{Request, RestClient, if_there};

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
    let RecordingOrder { status_callback, events, channels } = order;
    request
        .form_each("RecordingChannels", channels.map(Channels::as_str))
        .form("RecordingStatusCallback", status_callback)
        .form_each("RecordingStatusCallbackEvent", events.iter().map(|event| event.as_str()))
}

#[derive(Deserialize)]
struct Call {
    sid: String,
    status: String,
    to: Option<String>,
    from: Option<String>,
    #[serde(default)]
    duration: Value,
}

impl Call {
    fn known(self) -> TwilioCall {
        TwilioCall {
            sid: self.sid,
            status: CallStatus::parse(&self.status),
            to: self.to.unwrap_or_default(),
            from: self.from.unwrap_or_default(),
            duration: number(&self.duration).map(|seconds| Duration::from_secs(seconds.into())),
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

    async fn redirect(
        &self,
        account: &Credentials,
        sid: &str,
        to: &Instructions,
    ) -> Result<(), TelephonyError> {
        self.ask(account, &redirect(&account.account_sid, sid, to)).await.map(|_| ())
    }

    async fn cancel(&self, account: &Credentials, sid: &str) -> Result<(), TelephonyError> {
        if_there(self.ask(account, &cancel(&account.account_sid, sid)).await).map(|_| ())
    }

    async fn complete(&self, account: &Credentials, sid: &str) -> Result<(), TelephonyError> {
        if_there(self.ask(account, &complete(&account.account_sid, sid)).await).map(|_| ())
    }
}
