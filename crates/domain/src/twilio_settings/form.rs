use std::collections::HashSet;

use secrecy::{ExposeSecret, SecretString};

use crate::check::{self, Check};
use crate::error::Error;
use crate::phone::{PhoneNumber, Region};

/// How many numbers an organisation may have.
pub const MOST_NUMBERS: usize = 100;

/// Settings as typed. A secret that is left out stays as it is, while what it belongs to does.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of TwilioSettings")]
pub struct TwilioForm {
    pub account_sid: Option<String>,
    pub auth_token: Option<SecretString>,
    pub api_key_sid: Option<String>,
    pub api_key_secret: Option<SecretString>,
    pub phone_number: Option<String>,
    /// The others; that one may be among them.
    pub phone_numbers: Vec<String>,
    pub messaging_service_sid: Option<String>,
}

/// What is known already: secrets that were left out are taken from here.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) account_sid: String,
    /// Unless it cannot be opened any more.
    pub(super) auth_token: Option<SecretString>,
    pub(super) api_key_sid: Option<String>,
    pub(super) api_key_secret: Option<SecretString>,
}

/// Settings that break no rule of ours. Twilio was not asked yet.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) account_sid: String,
    pub(super) auth_token: SecretString,
    pub(super) api_key: Option<(String, SecretString)>,
    /// The first is the one that the organisation calls and texts from.
    pub(super) numbers: Vec<PhoneNumber>,
    pub(super) messaging_service_sid: Option<String>,
    /// Whether a secret was left out, so that it comes from the settings before.
    pub(super) is_partial: bool,
}

impl TwilioForm {
    pub(super) fn check(&self, region: Region, known: Option<&Known>) -> Result<Wanted, Error> {
        let mut check = Check::default();
        let account_sid = sid(&mut check, "accountSid", self.account_sid.as_deref(), "AC");
        if account_sid.is_none() && self.account_sid.as_deref().is_none_or(|text| text.trim().is_empty()) {
            check.refuse("accountSid", "is required");
        }
        let account = known.filter(|known| Some(&known.account_sid) == account_sid.as_ref());
        let kept = account.and_then(|known| known.auth_token.clone());
        let auth_token = secret(&mut check, "authToken", self.auth_token.as_ref(), kept);
        let api_key_sid = sid(&mut check, "apiKeySid", self.api_key_sid.as_deref(), "SK");
        let api_key = match api_key_sid {
            Some(sid) => {
                let key = known.filter(|known| known.api_key_sid.as_ref() == Some(&sid));
                let kept = key.and_then(|known| known.api_key_secret.clone());
                secret(&mut check, "apiKeySecret", self.api_key_secret.as_ref(), kept)
                    .map(|secret| (sid, secret))
            }
            None => {
                let is_named = self.api_key_sid.as_deref().is_some_and(|sid| !sid.trim().is_empty());
                if !is_blank(self.api_key_secret.as_ref()) && !is_named {
                    check.refuse("apiKeySid", "is required with a secret");
                }
                None
            }
        };
        let numbers = self.numbers(&mut check, region);
        let service = sid(&mut check, "messagingServiceSid", self.messaging_service_sid.as_deref(), "MG");
        check.finish()?;
        Ok(Wanted {
            account_sid: account_sid.expect("else a rule was broken"),
            auth_token: auth_token.expect("else a rule was broken"),
            api_key,
            numbers,
            messaging_service_sid: service,
            is_partial: is_blank(self.auth_token.as_ref()) || is_blank(self.api_key_secret.as_ref()),
        })
    }

    fn numbers(&self, check: &mut Check, region: Region) -> Vec<PhoneNumber> {
        let mut numbers = Vec::new();
        match check.phone("phoneNumber", self.phone_number.as_deref(), region) {
            Some((_, number)) => numbers.push(number),
            None if self.phone_number.as_deref().is_none_or(|text| text.trim().is_empty()) => {
                check.refuse("phoneNumber", "is required");
            }
            None => {}
        }
        let main = numbers.first().cloned();
        let too_many = || format!("an organization has at most {MOST_NUMBERS} numbers");
        if self.phone_numbers.len() > MOST_NUMBERS {
            check.refuse("phoneNumbers", too_many());
            return numbers;
        }
        let mut seen = HashSet::new();
        for (at, text) in self.phone_numbers.iter().enumerate() {
            let field = format!("phoneNumbers.{at}");
            match check.phone(&field, Some(text), region) {
                Some((_, number)) if !seen.insert(number.clone()) => {
                    check.refuse(&field, "is there twice");
                }
                Some((_, number)) if main.as_ref() != Some(&number) => numbers.push(number),
                None if text.trim().is_empty() => check.refuse(&field, "must be a phone number"),
                Some(_) | None => {}
            }
        }
        if numbers.len() > MOST_NUMBERS {
            check.refuse("phoneNumbers", too_many());
        }
        numbers
    }
}

/// Twilio, "String identifier (SID)": two letters and 32 hexadecimal digits. Kept as Twilio writes
/// them, in lower case, for its webhooks are looked up by them.
fn sid(check: &mut Check, field: &str, text: Option<&str>, prefix: &str) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    let rest = text.strip_prefix(prefix).unwrap_or_default();
    if rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        // Twilio writes them so, and they are compared byte by byte.
        return Some(format!("{prefix}{}", rest.to_ascii_lowercase()));
    }
    check.refuse(field, format!("must be {prefix} and 32 hexadecimal digits"));
    None
}

fn is_blank(secret: Option<&SecretString>) -> bool {
    secret.is_none_or(|secret| secret.expose_secret().trim().is_empty())
}

/// A secret that was typed, or else the one that is kept.
fn secret(
    check: &mut Check,
    field: &str,
    typed: Option<&SecretString>,
    kept: Option<SecretString>,
) -> Option<SecretString> {
    let typed = typed.map(|secret| secret.expose_secret().trim()).filter(|text| !text.is_empty());
    match typed {
        Some(text) if text.chars().count() > check::LINE => {
            check.refuse(field, format!("must be at most {} characters", check::LINE));
            None
        }
        Some(text) if text.chars().any(char::is_control) => {
            check.refuse(field, "must not contain control characters");
            None
        }
        Some(text) => Some(text.into()),
        None => {
            if kept.is_none() {
                check.refuse(field, "is required");
            }
            kept
        }
    }
}
