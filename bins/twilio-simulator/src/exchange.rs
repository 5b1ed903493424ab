use crate::world::Purpose;
use serde::{Serialize, Serializer};

/// What a webhook is about, and so whose rules hold for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
    /// The message or call; give it again to repeat the delivery.
    pub sid: String,
    /// What was sent.
    pub webhook: Webhook,
    /// What was answered; `None` if nobody answered in time.
    pub response: Option<Answer>,
    /// What Twilio would complain of.
    pub warnings: Vec<Warning>,
}

/// The request that was made.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// As it was signed: without fragment and user info, for voice over https without the port.
    pub url: String,
    /// In the order of the wire.
    #[serde(serialize_with = "as_map")]
    pub parameters: Vec<(String, String)>,
    /// `X-Twilio-Signature`.
    pub signature: String,
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

fn as_map<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}
