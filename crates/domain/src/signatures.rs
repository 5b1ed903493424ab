//! By what a webhook is known to be Twilio's: the auth tokens of an account, and how strictly they are asked for.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use switchboard_events::OrgId;

use crate::ports::{SealedKeys, SecretField, Vault, VaultError};

/// What becomes of a text or call whose signature is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureMode {
    /// It is refused.
    Enforce,
    /// It is let in and counted, for as long as an operator allowed.
    Observe,
}

impl SignatureMode {
    /// The mode's name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            SignatureMode::Enforce => "enforce",
            SignatureMode::Observe => "observe",
        }
    }
}

impl fmt::Display for SignatureMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SignatureMode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Enforce, Self::Observe].into_iter().find(|mode| mode.as_str() == text).ok_or(())
    }
}

/// That somebody chose a mode. The last choice counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModeChange {
    /// The mode; observing ends by itself.
    pub mode: SignatureMode,
    /// When observing ends.
    pub until: Option<DateTime<Utc>>,
    /// Who chose it, as they said.
    pub changed_by: String,
    /// When.
    pub changed_at: DateTime<Utc>,
}

impl ModeChange {
    /// From when to when signatures are only observed.
    pub fn observed(&self) -> Option<Period> {
        Some(Period { from: self.changed_at, until: self.until? })
    }
}

/// A time that ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// It belongs to the time.
    pub from: DateTime<Utc>,
    /// It does not.
    pub until: DateTime<Utc>,
}

impl Period {
    /// Whether a moment is in it.
    pub fn contains(&self, moment: DateTime<Utc>) -> bool {
        (self.from..self.until).contains(&moment)
    }
}

/// An organisation's keys to one account, opened.
#[derive(Debug, Clone)]
pub struct OrgKeys {
    /// Whose.
    pub org: OrgId,
    auth_token: Option<SecretString>,
    previous: Option<(SecretString, DateTime<Utc>)>,
    observed: Option<Period>,
}

impl OrgKeys {
    /// Opens what the directory has. What stays closed is left out, and told if it would count now.
    pub fn open(vault: &dyn Vault, sealed: &SealedKeys, now: DateTime<Utc>) -> (Self, Vec<VaultError>) {
        let mut closed = Vec::new();
        let mut open = |field, secret, counts: bool| {
            let opened = vault.open(sealed.org, field, secret);
            opened.map_err(|error| closed.extend(counts.then_some(error))).ok()
        };
        let auth_token = open(SecretField::AuthToken, &sealed.auth_token, true);
        let previous = sealed.previous.as_ref().and_then(|previous| {
            let counts = now < previous.until;
            Some((open(SecretField::PreviousAuthToken, &previous.token, counts)?, previous.until))
        });
        (Self { org: sealed.org, auth_token, previous, observed: sealed.observed }, closed)
    }

    /// Whether there is anything to verify with.
    pub fn is_empty(&self) -> bool {
        self.auth_token.is_none() && self.previous.is_none()
    }

    /// The tokens with which Twilio may sign now.
    pub fn counting(&self, now: DateTime<Utc>) -> impl Iterator<Item = &SecretString> {
        let previous = self.previous.as_ref().filter(move |(_, until)| now < *until);
        self.auth_token.iter().chain(previous.map(|(token, _)| token))
    }

    /// Whether it is the one that counts without an end, of those that [`counting`](Self::counting) gives.
    pub fn is_current(&self, token: &SecretString) -> bool {
        self.auth_token.as_ref().is_some_and(|current| std::ptr::eq(current, token))
    }

    /// The token that counted before, and no longer does.
    pub fn replaced(&self, now: DateTime<Utc>) -> Option<&SecretString> {
        self.previous.as_ref().filter(|(_, until)| *until <= now).map(|(token, _)| token)
    }

    /// Whether a wrong signature of a text or call is only noted.
    pub fn is_observed(&self, now: DateTime<Utc>) -> bool {
        self.observed.is_some_and(|observed| observed.contains(now))
    }
}
