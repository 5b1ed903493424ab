//! Accounts and what is set up in them before anything happens.

use super::{Endpoint, Shelf};
use crate::SimulatorError;
use crate::account::{Account, ApiKey};
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use switchboard_twilio::address::Address;

/// A Twilio account.
#[derive(Clone, Debug)]
pub struct AccountState {
    /// `AC…`
    pub sid: String,
    /// Signs the account's webhooks, and opens its REST API.
    pub auth_token: SecretString,
    /// What else opens the REST API.
    pub api_keys: Vec<ApiKey>,
}

/// One of an account's phone numbers.
#[derive(Clone, Debug)]
pub struct IncomingNumber {
    /// `PN…`; the same for a number whenever a simulator starts.
    pub sid: String,
    /// Whose it is.
    pub account_sid: String,
    /// In E.164.
    pub phone_number: String,
    /// What its owner calls it.
    pub friendly_name: String,
    /// A call comes in. Without any, callers hear nothing and are cut off.
    pub voice: Option<Endpoint>,
    /// Asked when `voice`, or a later document of the call, fails.
    pub voice_fallback: Option<Endpoint>,
    /// `AP…`: its voice webhooks hold in place of the number's.
    pub voice_application_sid: Option<String>,
    /// `TK…`: calls would go there; the simulator has no trunks.
    pub trunk_sid: Option<String>,
    /// A text comes in.
    pub sms: Option<Endpoint>,
    /// Asked when `sms` fails.
    pub sms_fallback: Option<Endpoint>,
    /// `AP…`: its message webhooks hold in place of the number's.
    pub sms_application_sid: Option<String>,
    /// Told the end of calls to the number.
    pub status_callback: Option<Endpoint>,
    /// When it came into the account.
    pub created: DateTime<Utc>,
    /// When it was last changed.
    pub updated: DateTime<Utc>,
}

/// A TwiML application: what browsers call through.
#[derive(Clone, Debug)]
pub struct Application {
    /// `AP…`
    pub sid: String,
    /// Whose it is.
    pub account_sid: String,
    /// What its owner calls it.
    pub friendly_name: String,
    /// A call begins.
    pub voice: Option<Endpoint>,
    /// Asked when `voice` fails.
    pub voice_fallback: Option<Endpoint>,
    /// Told the end of calls.
    pub status_callback: Option<Endpoint>,
    /// A text comes in.
    pub sms: Option<Endpoint>,
    /// Asked when `sms` fails.
    pub sms_fallback: Option<Endpoint>,
    /// Told what becomes of texts.
    pub message_status_callback: Option<String>,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it was last changed.
    pub updated: DateTime<Utc>,
}

/// A messaging service.
#[derive(Clone, Debug)]
pub struct Service {
    /// `MG…`
    pub sid: String,
    /// Whose it is.
    pub account_sid: String,
    /// What its owner calls it.
    pub friendly_name: String,
    /// `PN…` of the numbers that send for it.
    pub number_sids: Vec<String>,
    /// A text comes in for one of its numbers.
    pub inbound: Option<Endpoint>,
    /// Asked when `inbound` fails.
    pub fallback: Option<Endpoint>,
    /// Told what becomes of texts.
    pub status_callback: Option<String>,
    /// Texts go to each number's own webhook instead of `inbound`.
    pub use_inbound_webhook_on_number: bool,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// When it was last changed.
    pub updated: DateTime<Utc>,
}

/// Everything that is set up.
#[derive(Debug, Default)]
pub struct Accounts {
    /// By `AC…`.
    pub accounts: HashMap<String, AccountState>,
    /// By `PN…`.
    pub numbers: Shelf<IncomingNumber>,
    /// By `AP…`.
    pub applications: Shelf<Application>,
    /// By `MG…`.
    pub services: Shelf<Service>,
}

impl Accounts {
    pub(crate) fn new(accounts: &[Account], now: DateTime<Utc>) -> Result<Self, SimulatorError> {
        let mut all = Self::default();
        accounts.iter().try_for_each(|account| all.open(account, now))?;
        Ok(all)
    }

    /// Opens an account, whole or not at all.
    pub fn open(&mut self, account: &Account, now: DateTime<Utc>) -> Result<(), SimulatorError> {
        if self.accounts.contains_key(&account.account_sid) {
            return Err(SimulatorError::AccountTwice(account.account_sid.clone()));
        }
        let mut new = HashSet::new();
        for phone_number in &account.phone_numbers {
            if self.owner_of(phone_number).is_some() || !new.insert(phone_number) {
                return Err(SimulatorError::NumberTwice(phone_number.clone()));
            }
        }
        let state = AccountState {
            sid: account.account_sid.clone(),
            auth_token: account.auth_token.clone(),
            api_keys: account.api_keys.clone(),
        };
        self.accounts.insert(state.sid.clone(), state);
        for phone_number in &account.phone_numbers {
            let number = IncomingNumber::new(account, phone_number, now);
            self.numbers.put(&number.sid.clone(), number);
        }
        Ok(())
    }

    /// The number behind the address `to`: `whatsapp:+1…` belongs to whoever has `+1…`.
    pub fn owner_of(&self, to: &str) -> Option<&IncomingNumber> {
        let address = Address::parse(to);
        let phone_number = address.phone().unwrap_or(to);
        self.numbers.iter().find(|number| number.phone_number == phone_number)
    }

    /// Whether the account may call from, or text as, this number.
    pub fn owns(&self, account_sid: &str, phone_number: &str) -> bool {
        self.owner_of(phone_number).is_some_and(|number| number.account_sid == account_sid)
    }
}

impl IncomingNumber {
    fn new(account: &Account, phone_number: &str, now: DateTime<Utc>) -> Self {
        let endpoint = |url: &Option<String>| url.clone().map(Endpoint::post);
        Self {
            sid: number_sid(&account.account_sid, phone_number),
            account_sid: account.account_sid.clone(),
            phone_number: phone_number.to_owned(),
            friendly_name: phone_number.to_owned(),
            voice: endpoint(&account.voice_url),
            voice_fallback: None,
            voice_application_sid: None,
            trunk_sid: None,
            sms: endpoint(&account.sms_url),
            sms_fallback: None,
            sms_application_sid: None,
            status_callback: None,
            created: now,
            updated: now,
        }
    }
}

/// What a number's SID is made of outlives the simulator, because who uses Twilio keeps such SIDs.
fn number_sid(account_sid: &str, phone_number: &str) -> String {
    let digest = Sha256::digest(format!("{account_sid} {phone_number}"));
    let digits: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("PN{digits}")
}
