//! Twilio, in an organisation's name.

mod provisioning;
mod voice_tokens;

use std::time::Duration;

use secrecy::SecretString;
use switchboard_events::OrgId;
use thiserror::Error;

pub use provisioning::{
    AccountNumber, ApplicationWebhooks, NumberWebhooks, Provisioning, ServiceWebhooks, Webhook,
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
    /// Twilio's words, for people.
    pub message: String,
}
