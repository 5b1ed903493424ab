use chrono::{DateTime, Utc};
use switchboard_events::{CallId, MessageId};
use uuid::Uuid;

use super::sent::Sent;
use super::words::{Outcome, SignatureVerdict, WebhookKind};
use crate::ids::WebhookId;

/// Why a webhook was not simply done, or its signature is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// One of a few words.
    pub cause: String,
    /// For people.
    pub words: String,
}

/// A webhook as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRecord {
    /// Our id.
    pub id: WebhookId,
    /// When it came.
    pub at: DateTime<Utc>,
    /// What Twilio asked or told.
    pub kind: WebhookKind,
    /// The account that it names.
    pub account_sid: String,
    /// What stood in its address.
    pub query: Sent,
    /// What it brought.
    pub params: Sent,
    /// What the organisation's tokens say of its signature.
    pub signature: SignatureVerdict,
    /// Whether only the account's token can have made the signature, be it right or wrong for us.
    pub is_proven: bool,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it was not simply done.
    pub why: Option<Why>,
    /// The status that was answered.
    pub status: u16,
    /// What was answered: TwiML, an error, or nothing.
    pub answer: String,
    /// How long that took, in milliseconds.
    pub took_ms: u32,
    /// By what it is known when it comes again.
    pub event: String,
    /// Whether the same one came before and was not refused. The store finds out.
    pub is_repeat: bool,
    /// Whether it was put away when it came, and handled later.
    pub is_late: bool,
    /// Under which id the log speaks of it; none if it was handled later.
    pub request: Option<Uuid>,
    /// The call that it is about: named in its address, or else found by the store by its SID.
    pub call: Option<CallId>,
    /// The message, likewise.
    pub message: Option<MessageId>,
}

impl WebhookRecord {
    /// Twilio's name of a call in it.
    pub fn call_sid(&self) -> Option<String> {
        self.params.word("CallSid")
    }

    /// Twilio's name of a message in it.
    pub fn message_sid(&self) -> Option<String> {
        self.params.word("MessageSid")
    }

    /// Who called or wrote, as Twilio says; empty if it does not.
    pub fn from(&self) -> String {
        self.params.word("From").unwrap_or_default()
    }

    /// To whom, likewise.
    pub fn to(&self) -> String {
        self.params.word("To").unwrap_or_default()
    }

    /// Whether there was a signature, and a wrong one.
    pub fn is_mismatch(&self) -> bool {
        matches!(self.signature, SignatureVerdict::Wrong | SignatureVerdict::Observed)
    }

    /// What may lead to an organisation in its account.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        let names = ["To", "From", "MessagingServiceSid"];
        names.into_iter().map(|name| self.params.first(name)).filter(|key| !key.is_empty())
    }
}
