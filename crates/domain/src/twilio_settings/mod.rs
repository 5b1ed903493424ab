//! An organisation's settings at Twilio: its account, numbers and keys. They are tried there before they are saved.

mod accounts;
mod form;
mod identity;
mod setup;
mod webhooks;

use chrono::{DateTime, Utc};
use switchboard_events::UserId;
use uuid::Uuid;

use crate::phone::PhoneNumber;
use crate::ports::{PreviousToken, Sealed};

pub use self::accounts::{Account, BrowserPhone, Overview, PREVIOUS_COUNTS, Parts, TwilioAccounts};
pub use self::form::{MOST_NUMBERS, TwilioForm};
pub use self::identity::Identity;
pub use self::webhooks::WebhookUrls;

/// An organisation's account at Twilio and what it uses there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwilioSettings {
    /// Drawn anew whenever they are saved.
    pub revision: Uuid,
    /// `AC…`
    pub account_sid: String,
    /// What Twilio signs with.
    pub auth_token: Sealed,
    /// What it signed with before.
    pub previous_token: Option<PreviousToken>,
    /// What browsers' tokens are signed with; without one, browsers make no calls.
    pub api_key: Option<ApiKey>,
    /// `AP…`, through which browsers call.
    pub application_sid: Option<String>,
    /// `MG…`
    pub messaging_service_sid: Option<String>,
    /// The number that the organisation calls and texts from.
    pub phone_number: PhoneNumber,
    /// All of its numbers, that one too, in their order.
    pub numbers: Vec<TwilioNumber>,
    /// Who saved them.
    pub saved_by: UserId,
    /// When.
    pub saved_at: DateTime<Utc>,
    /// When Twilio was told where to announce calls and texts; not yet, if that did not work.
    pub webhooks_set_at: Option<DateTime<Utc>>,
}

impl TwilioSettings {
    /// Which number a text goes out from: this one, if it is still the organisation's, else the usual one.
    pub(crate) fn texts_from<'a>(&'a self, wished: Option<&'a str>) -> &'a str {
        own_or(wished, self.numbers.iter().map(|own| &own.number), &self.phone_number)
    }

    /// What leads to the organisation in its account: its numbers and its messaging service.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let numbers = self.numbers.iter().map(|number| number.number.as_str());
        numbers.chain(self.messaging_service_sid.as_deref())
    }
}

fn own_or<'a>(
    wished: Option<&'a str>,
    mut numbers: impl Iterator<Item = &'a PhoneNumber>,
    usual: &'a PhoneNumber,
) -> &'a str {
    wished.filter(|wished| numbers.any(|own| own.as_str() == *wished)).unwrap_or(usual.as_str())
}

/// A number of the organisation at Twilio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwilioNumber {
    /// The number.
    pub number: PhoneNumber,
    /// `PN…`
    pub sid: String,
}

/// An API key of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// `SK…`
    pub sid: String,
    /// Its secret.
    pub secret: Sealed,
}
