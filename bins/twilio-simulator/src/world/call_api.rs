//! Calls through the REST API: made, redirected, ended.

use super::calls::Why;
use super::leg::{Plan, Role};
use super::legs::NewLeg;
use super::recordings::NewRecording;
use super::{CallStatus, Direction, Endpoint, RecordingSource, Refusal, StatusCallback, World};
use crate::Kind;
use crate::twiml;
use crate::webhook_url::request_url;
use std::sync::Arc;
use std::time::Duration;

/// The longest TwiML that the REST API takes.
const INLINE_LIMIT: usize = 4_000;

/// A call that the REST API makes.
#[derive(Clone, Debug)]
pub struct NewCall {
    /// A number of the account, or `client:…`.
    pub from: String,
    /// A number, `client:…` or `sip:…`.
    pub to: String,
    /// What is done when somebody answers.
    pub instructions: Instructions,
    /// Asked when a document fails.
    pub fallback: Option<Endpoint>,
    /// Who is told how far it comes.
    pub status_callback: Option<StatusCallback>,
    /// How long it rings, but for Twilio's five seconds more.
    pub timeout: Duration,
    /// Whether it is recorded from the answer on.
    pub record: Option<NewRecording>,
}

/// What a call is to do.
#[derive(Clone, Debug)]
pub enum Instructions {
    /// What is answered there.
    Url(Endpoint),
    /// This TwiML.
    Twiml(String),
    /// What the application's webhook says.
    Application(String),
}

/// What the REST API does with a call.
#[derive(Clone, Debug)]
pub enum CallUpdate {
    /// It goes on with something else.
    Go(Instructions),
    /// It ends.
    Complete,
    /// It ends unless somebody has answered.
    Cancel,
}

impl World {
    /// Lets Twilio call somebody.
    pub fn create_call(&mut self, account_sid: &str, new: NewCall) -> Result<String, Refusal> {
        let from = self.caller(account_sid, &new.from, &new.to)?;
        let plan = match new.instructions {
            Instructions::Url(endpoint) => Plan::Ask(absolute(endpoint)?),
            Instructions::Twiml(text) => Plan::CarryOut(Arc::new(inline(&text)?)),
            Instructions::Application(sid) => Plan::Ask(self.application_voice(account_sid, &sid)?),
        };
        let sid = self.new_leg(NewLeg {
            account_sid: account_sid.to_owned(),
            parent_call_sid: None,
            from,
            to: new.to,
            direction: Direction::OutboundApi,
            status_callback: new.status_callback,
            plan,
            parameters: Vec::new(),
            timeout: Some(new.timeout),
        });
        if let Some(leg) = self.leg(&sid) {
            leg.fallback = new.fallback;
            leg.record =
                new.record.map(|record| NewRecording { source: RecordingSource::OutboundApi, ..record });
        }
        Ok(sid)
    }

    /// Changes a call.
    pub fn update_call(
        &mut self,
        account_sid: &str,
        call_sid: &str,
        update: CallUpdate,
    ) -> Result<(), Refusal> {
        let call = self.call_of(account_sid, call_sid)?;
        let (status, is_answered) = (call.status, call.status == CallStatus::InProgress);
        match update {
            CallUpdate::Complete => self.end(call_sid, CallStatus::Completed),
            CallUpdate::Cancel if is_answered => {}
            CallUpdate::Cancel => self.end(call_sid, CallStatus::Canceled),
            CallUpdate::Go(_) if !is_answered => {
                let message = format!("Call is not in-progress. Cannot redirect. It is {}.", status.as_str());
                return Err(Refusal::bad_request(21220, message));
            }
            CallUpdate::Go(instructions) => {
                let endpoint = match instructions {
                    Instructions::Url(endpoint) => absolute(endpoint)?,
                    Instructions::Application(sid) => self.application_voice(account_sid, &sid)?,
                    Instructions::Twiml(text) => {
                        let document = Arc::new(inline(&text)?);
                        self.let_go(call_sid, Why::Redirected);
                        self.carry_out(call_sid, Role::Main, document, None);
                        return Ok(());
                    }
                };
                self.let_go(call_sid, Why::Redirected);
                self.ask(call_sid, Role::Main, endpoint, Vec::new());
            }
        }
        Ok(())
    }

    /// Who calls, if the account may call like that.
    pub(super) fn caller(&self, account_sid: &str, from: &str, to: &str) -> Result<String, Refusal> {
        let is_named = |address: &str| {
            let name = ["client:", "sip:", "sips:"].iter().find_map(|prefix| address.strip_prefix(prefix));
            name.is_some_and(|name| !name.is_empty())
        };
        if !is_phone(to) && !is_named(to) {
            let message = format!("The phone number you are attempting to call, {to}, is not valid.");
            return Err(Refusal::bad_request(21211, message));
        }
        match is_phone(from) {
            true if self.setup.owns(account_sid, from) => Ok(from.to_owned()),
            true => {
                let message = format!(
                    "The source phone number provided, {from}, is not yet verified for your account."
                );
                Err(Refusal::bad_request(21210, message))
            }
            false if is_named(to) && !from.is_empty() => Ok(from.to_owned()),
            false => {
                let message = format!("The source phone number provided, {from}, is not valid.");
                Err(Refusal::bad_request(21212, message))
            }
        }
    }

    fn application_voice(&self, account_sid: &str, sid: &str) -> Result<Endpoint, Refusal> {
        let found = self.setup.applications.get(sid).filter(|found| found.account_sid == account_sid);
        let voice = found.and_then(|application| application.voice.clone());
        voice.ok_or_else(|| Refusal::bad_request(21218, "Invalid ApplicationSid"))
    }
}

/// Whether this is a phone number with its `+`.
pub(super) fn is_phone(address: &str) -> bool {
    let digits = address.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// Addresses that come through the REST API are absolute.
pub(super) fn absolute(endpoint: Endpoint) -> Result<Endpoint, Refusal> {
    match request_url(&endpoint.url) {
        Ok(_) => Ok(endpoint),
        Err(_) => Err(Refusal::bad_request(21205, format!("Url is not a valid URL: {}", endpoint.url))),
    }
}

fn inline(text: &str) -> Result<twiml::Document, Refusal> {
    if text.chars().count() > INLINE_LIMIT {
        return Err(Refusal::bad_request(21623, "Twiml is longer than 4000 characters"));
    }
    twiml::read(Kind::Call, text).map_err(|problem| Refusal::bad_request(problem.code, problem.message))
}
