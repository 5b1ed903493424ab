use async_trait::async_trait;

use super::{Credentials, TelephonyError};
use crate::phone::PhoneNumber;

/// What is set up at Twilio before anything rings.
///
/// Everything here may be repeated: asking twice leaves what asking once leaves.
#[async_trait]
pub trait Provisioning: Send + Sync {
    /// The account's numbers; with `only`, that one if it is the account's. [`TelephonyError::Unknown`] if there are more
    /// than can be looked through: five thousand.
    async fn numbers(
        &self,
        account: &Credentials,
        only: Option<&PhoneNumber>,
    ) -> Result<Vec<AccountNumber>, TelephonyError>;
    /// Tells Twilio where the number `sid` (`PN…`) announces calls and texts. What would take precedence over webhooks (an
    /// application, a trunk) is taken off the number.
    async fn set_number_webhooks(
        &self,
        account: &Credentials,
        sid: &str,
        webhooks: &NumberWebhooks,
    ) -> Result<(), TelephonyError>;
    /// Sets up the application through which browsers call: the one named by `sid` (`AP…`) if the account has it, else one of
    /// the same friendly name, else a new one. Its SID.
    async fn set_application(
        &self,
        account: &Credentials,
        sid: Option<&str>,
        webhooks: &ApplicationWebhooks,
    ) -> Result<String, TelephonyError>;
    /// Whether the account has the messaging service `sid` (`MG…`).
    async fn has_service(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError>;
    /// Tells Twilio where the messaging service `sid` announces texts to any of its numbers.
    async fn set_service_webhooks(
        &self,
        account: &Credentials,
        sid: &str,
        webhooks: &ServiceWebhooks,
    ) -> Result<(), TelephonyError>;
}

/// A phone number in a Twilio account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountNumber {
    /// `PN…`
    pub sid: String,
    /// The number.
    pub number: PhoneNumber,
    /// What the account's owner calls it.
    pub friendly_name: String,
    /// Whether it can be called.
    pub voice: bool,
    /// Whether it can be texted.
    pub sms: bool,
}

/// A webhook's address, and where Twilio turns when that fails. Both are absolute, and may carry connection overrides in
/// their fragments: <https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Requested by POST.
    pub url: String,
    /// Requested by POST when `url` gave no valid answer.
    pub fallback_url: String,
}

/// A number's webhooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberWebhooks {
    /// A call comes in.
    pub voice: Webhook,
    /// A text comes in.
    pub sms: Webhook,
    /// Told, by POST, that a call ended.
    pub call_status: String,
}

/// The webhooks of the application through which browsers call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationWebhooks {
    /// What the account's owner sees, 64 characters at most.
    pub friendly_name: String,
    /// A browser calls.
    pub voice: Webhook,
    /// Told, by POST, that such a call ended.
    pub call_status: String,
}

/// A messaging service's webhooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceWebhooks {
    /// A text comes in.
    pub sms: Webhook,
    /// Told, by POST, what becomes of messages that the service sent.
    pub message_status: String,
}
