use crate::world::Purpose;
use serde::{Serialize, Serializer};

/// What a webhook tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// A message.
    Sms,
    /// A call, a conference or a recording.
    Call,
}

/// A webhook, what came back, and what Twilio's debugger would say about it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exchange {
    /// What it was about.
    pub kind: Kind,
    /// What it was for.
    pub purpose: Purpose,
    /// Whose webhook it was.
    pub account_sid: String,
    /// The message, call or conference; a message or call that came in can be delivered again by it.
    pub sid: String,
    /// When it was sent, by the simulator's clock, in RFC 3339.
    pub at: String,
    /// What was sent.
    pub webhook: Webhook,
    /// Every request that was made for it: retries, redirects, the one after a password was asked for.
    pub attempts: Vec<Attempt>,
    /// What was answered in the end; `None` if nobody answered in time.
    pub response: Option<Answer>,
    /// What Twilio would complain of.
    pub warnings: Vec<Warning>,
    /// The faults that struck, by their names.
    pub faults: Vec<&'static str>,
}

/// The request that was to be made.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// `POST` or `GET`.
    pub method: &'static str,
    /// As it was signed: without fragment and user info, for voice over https without the port.
    pub url: String,
    /// In the order of the wire.
    #[serde(serialize_with = "as_map")]
    pub parameters: Vec<(String, String)>,
    /// `X-Twilio-Signature`.
    pub signature: String,
    /// `I-Twilio-Idempotency-Token`: the same for all requests of one delivery.
    pub idempotency_token: String,
}

/// One request of a delivery.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// `POST` or `GET`.
    pub method: String,
    /// As it was signed.
    pub url: String,
    /// Where Twilio was asked to send it from.
    pub edge: Option<String>,
    /// The HTTP status, if an answer came.
    pub status: Option<u16>,
    /// Why none came.
    pub error: Option<String>,
    /// Until the head of the answer, or until it failed.
    pub elapsed_ms: u64,
}

/// The response that came.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Absent if the header is.
    pub content_type: Option<String>,
    /// The body; bytes that are not UTF-8 show as �.
    pub body: String,
    /// From the start of the request to the last byte of the answer.
    pub elapsed_ms: u64,
}

/// An entry of Twilio's debugger, or a remark of the simulator's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// Twilio's error code: <https://www.twilio.com/docs/api/errors>. Absent where Twilio would not complain, but its
    /// user might.
    pub code: Option<u32>,
    /// For people.
    pub message: String,
}

impl Warning {
    /// An entry of Twilio's debugger.
    pub(crate) fn coded(code: u32, message: impl Into<String>) -> Self {
        Self { code: Some(code), message: message.into() }
    }

    /// A remark of the simulator's own.
    pub(crate) fn remark(message: impl Into<String>) -> Self {
        Self { code: None, message: message.into() }
    }
}

fn as_map<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}
