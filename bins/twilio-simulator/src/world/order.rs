//! Webhooks that are to be sent, and what comes of them.

use crate::Kind;
use serde::Serialize;

/// Which webhook; they count up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId(pub u64);

/// How a webhook is requested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// The parameters are in the query.
    Get,
    /// The parameters are a form.
    #[default]
    Post,
}

/// A configured address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// As configured, with connection overrides in its fragment.
    pub url: String,
    /// How it is requested.
    pub method: Method,
}

/// What a webhook is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Purpose {
    /// A message came in; TwiML may answer it.
    IncomingMessage,
    /// A message that was sent moved on.
    MessageStatus,
    /// TwiML for a call: how it begins, goes on after a verb, or is redirected.
    Voice,
    /// TwiML for who waits in a queue or a conference, or is on hold.
    Wait,
    /// TwiML for one end of a call before it is connected with the other.
    Whisper,
    /// A verb of a call that has ended, or goes on elsewhere, is over: TwiML is not carried out any more.
    Afterwards,
    /// A call moved on.
    CallStatus,
    /// Something happened in a conference.
    ConferenceStatus,
    /// A recording moved on.
    RecordingStatus,
    /// A recording was written down.
    Transcription,
}

/// A webhook to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookOrder {
    /// To tell what came of it.
    pub id: OrderId,
    /// Whose token signs.
    pub account_sid: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The message or call that it is about; the conference, if no call is.
    pub sid: String,
    /// Where it goes.
    pub endpoint: Endpoint,
    /// Where it goes when that gives no valid answer.
    pub fallback: Option<Endpoint>,
    /// What it says, in the order of the wire.
    pub parameters: Vec<(String, String)>,
}

/// A webhook without a number yet; [`World::order`](super::World::order) adds the parameters that all of Twilio's have.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// Whose token signs.
    pub account_sid: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The message or call that it is about; the conference, if no call is.
    pub sid: String,
    /// Where it goes.
    pub endpoint: Endpoint,
    /// Where it goes when that gives no valid answer.
    pub fallback: Option<Endpoint>,
    /// What it says.
    pub parameters: Vec<(String, String)>,
}

/// What came of a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered with something that Twilio accepts.
    Answered {
        /// TwiML; plain text and audio count as the verb that they stand for. What status callbacks answer means nothing.
        twiml: String,
        /// Who answered, after fallback and redirects: relative addresses in the document start here.
        from: Endpoint,
    },
    /// It failed, and so did the fallback if there is one.
    Failed {
        /// Twilio's error code.
        code: u32,
        /// For people.
        message: String,
    },
}

impl Endpoint {
    /// `url`, requested by POST.
    pub fn post(url: impl Into<String>) -> Self {
        Self { url: url.into(), method: Method::Post }
    }
}

impl Method {
    /// As HTTP writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl Purpose {
    /// Whether the answer is to be TwiML that will be carried out.
    pub fn wants_twiml(self) -> bool {
        matches!(self, Self::IncomingMessage | Self::Voice | Self::Wait | Self::Whisper)
    }

    /// Whose rules for signatures and content hold.
    pub fn kind(self) -> Kind {
        match self {
            Self::IncomingMessage | Self::MessageStatus => Kind::Sms,
            _ => Kind::Call,
        }
    }
}
