use crate::SimulatorError;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use std::collections::HashSet;
use switchboard_twilio::address::Address;

/// A phone number, the account that owns it, and where that account wants to hear of texts and calls. An account with
/// two numbers is listed twice.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Account {
    /// `AC…`, as the receiver knows it.
    pub account_sid: String,
    /// The key of the account's signatures.
    #[serde(deserialize_with = "secret")]
    pub auth_token: SecretString,
    /// In E.164.
    pub phone_number: String,
    /// The webhook for incoming messages.
    pub sms_url: String,
    /// The webhook for incoming calls.
    pub voice_url: String,
}

/// Accounts in which a number means one account.
#[derive(Debug)]
pub(crate) struct Accounts(Vec<Account>);

impl Accounts {
    pub(crate) fn new(accounts: Vec<Account>) -> Result<Self, SimulatorError> {
        let mut seen = HashSet::new();
        for account in &accounts {
            if !seen.insert(&account.phone_number) {
                return Err(SimulatorError::NumberTwice(account.phone_number.clone()));
            }
        }
        Ok(Self(accounts))
    }

    /// The owner of the address `to`: `whatsapp:+1…` belongs to whoever has `+1…`.
    pub(crate) fn owner_of(&self, to: &str) -> Result<&Account, SimulatorError> {
        let address = Address::parse(to);
        let number = address.phone().unwrap_or(to);
        let owner = self.0.iter().find(|account| account.phone_number == number);
        owner.ok_or_else(|| SimulatorError::UnknownNumber(to.to_owned()))
    }

    pub(crate) fn as_slice(&self) -> &[Account] {
        &self.0
    }
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}
