use std::fmt;

use secrecy::SecretString;
use switchboard_events::OrgId;
use thiserror::Error;

/// Keeps secrets so that who steals the database has none of them.
pub trait Vault: Send + Sync {
    /// Seals a secret, for this field of this organisation alone, with the key that seals now.
    fn seal(&self, org: OrgId, field: SecretField, secret: &SecretString) -> Sealed;
    /// Opens what was sealed for this very field of this very organisation.
    fn open(&self, org: OrgId, field: SecretField, sealed: &Sealed) -> Result<SecretString, VaultError>;
    /// Whether it was sealed with the key that seals now.
    fn is_current(&self, sealed: &Sealed) -> bool;
}

/// A secret that nobody reads without the key.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Which key opens it.
    pub key_id: String,
    /// What the key opens.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// Where a sealed secret belongs: moved elsewhere it does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecretField {
    /// What Twilio signs webhooks with, and what opens its API.
    AuthToken,
    /// The auth token before that one.
    PreviousAuthToken,
    /// What browsers' tokens are signed with.
    ApiKeySecret,
}

impl SecretField {
    /// The field's name. It is part of what is sealed, so it never changes.
    pub fn as_str(self) -> &'static str {
        match self {
            SecretField::AuthToken => "twilio.auth_token",
            SecretField::PreviousAuthToken => "twilio.previous_auth_token",
            SecretField::ApiKeySecret => "twilio.api_key_secret",
        }
    }
}

/// Why a sealed secret stays closed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VaultError {
    /// The key is not there, or no longer.
    #[error("there is no key {0:?} to open it with")]
    NoKey(String),
    /// It was changed, or it belongs to another organisation or field.
    #[error("it was not sealed for this place with the key {0:?}")]
    NotOurs(String),
}
