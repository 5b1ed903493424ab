//! Twilio, in an organisation's name.

mod call_control;
mod conferencing;
mod documents;
mod messaging;
mod provisioning;
mod recordings;
mod voice_tokens;

use std::time::Duration;

use secrecy::SecretString;
use switchboard_events::OrgId;
use thiserror::Error;

pub use call_control::{
    AnsweredBy, CallControl, CallDirection, CallProgress, CallSearch, CallStatus, InlineTwiml, Instructions,
    NewCall, ProgressCallback, TwilioCall,
};
pub use conferencing::{
    ConferenceCallback, ConferenceEvent, Conferencing, NewParticipant, Participant, ParticipantChange,
    ParticipantStatus,
};
pub use documents::Documents;
pub use messaging::{
    Content, MessageFault, MessageStatus, Messaging, NewMessage, Sender, SentSearch, TwilioMessage,
};
pub use provisioning::{
    AccountNumber, ApplicationWebhooks, NumberWebhooks, Provisioning, ServiceWebhooks, Webhook,
};
pub use recordings::{
    Channels, Recording, RecordingCallback, RecordingEvent, RecordingOrder, RecordingStatus, Recordings,
};
pub use voice_tokens::{VoiceGrant, VoiceTokens};

/// Whose account it is, and what proves that it may be used: an API key, or else the account's own token.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The organisation that asks: how much may be asked at once is counted for each.
    pub org: OrgId,
    /// `AC…`
    pub account_sid: String,
    /// `SK…`, or the account's SID once more.
    pub username: String,
    /// The key's secret, or the account's auth token.
    pub password: SecretString,
}

/// Why Twilio did not do as asked. Whoever asked for something that must not happen twice has to tell apart whether it may
/// have happened.
#[derive(Debug, Error)]
pub enum TelephonyError {
    /// Twilio said no. Nothing happened.
    #[error("Twilio refused: {}", .0.message)]
    Refused(TwilioRefusal),
    /// Too much at once, for Twilio or for us, also after some waiting. Nothing happened.
    #[error("Twilio is asked too much at once")]
    Busy {
        /// When it is worth trying again, if Twilio said so.
        retry_after: Option<Duration>,
    },
    /// Twilio was not reached. Nothing happened.
    #[error("could not reach Twilio")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Twilio was asked, and gave no answer that could be read: it may have happened.
    #[error("could not learn what Twilio did")]
    Unknown(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Twilio's own words. Codes: <https://www.twilio.com/docs/api/errors>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwilioRefusal {
    /// The HTTP status, 400 to 499.
    pub status: u16,
    /// Twilio's error code; absent from a few answers.
    pub code: Option<u32>,
    /// Twilio's words, for people. They may name who was to be called or texted.
    pub message: String,
}

impl TwilioRefusal {
    /// Whether there is nothing left to act on: a call that is over, a conference or a recording that is not there. What
    /// another account has is not there either.
    pub fn is_gone(&self) -> bool {
        const NOT_FOUND: u32 = 20404;
        const CALL_IS_OVER: u32 = 21220;
        self.status == 404 || self.code.is_some_and(|code| [NOT_FOUND, CALL_IS_OVER].contains(&code))
    }
}

/// What something cost, in Twilio's digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    amount: String,
    unit: String,
}

impl Price {
    /// `None` unless the amount is a decimal number, written out.
    pub fn new(amount: &str, unit: &str) -> Option<Self> {
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (whole, fraction) = amount.split_once('.').unwrap_or((amount, "0"));
        let is_decimal = are_digits(whole.strip_prefix('-').unwrap_or(whole)) && are_digits(fraction);
        (is_decimal && !unit.is_empty()).then(|| Self { amount: amount.to_owned(), unit: unit.to_owned() })
    }

    /// A decimal number, below zero if it was charged: `-0.00750`.
    pub fn amount(&self) -> &str {
        &self.amount
    }

    /// The currency, as in ISO 4217: `USD`.
    pub fn unit(&self) -> &str {
        &self.unit
    }
}

/// A file that Twilio was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Download {
    /// The whole of it.
    File {
        /// What Twilio says that it is; whoever sent it may have lied.
        content_type: Option<String>,
        /// What it is.
        bytes: Vec<u8>,
    },
    /// It is larger than was asked for.
    TooLarge,
    /// There is no such file.
    Missing,
}
