use async_trait::async_trait;
use secrecy::SecretString;
use switchboard_events::{OrgId, UserId};

use super::StoreError;
use crate::rollout::Rollout;
use crate::service_tokens::{ServiceTokenId, TokenHash};

/// What must be found before the organisation is known. By unique key only; keys come back, never content.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Who signs in with this e-mail address, given in lower case.
    async fn login(&self, email: &str) -> Result<Option<LoginKey>, StoreError>;
    /// A Twilio account's tokens; `None` for an account that nobody here uses.
    async fn twilio_account(&self, account_sid: &str) -> Result<Option<TwilioAccount>, StoreError>;
    /// Whose number this is in that account. The number alone says nothing.
    async fn number_owner(&self, account_sid: &str, number: &str) -> Result<Option<OrgId>, StoreError>;
    /// Whose service token has this hash.
    async fn service_token(&self, hash: TokenHash) -> Result<Option<ServiceTokenKey>, StoreError>;
    /// What every node asks twice a second, in one query: how far the logs of these organisations have come, and where
    /// the operator's switch stands.
    async fn pulse(&self, orgs: &[OrgId]) -> Result<Pulse, StoreError>;
    /// Whether the database answers.
    async fn ping(&self) -> Result<(), StoreError>;
}

/// A login: whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginKey {
    /// The organisation.
    pub org: OrgId,
    /// The person.
    pub user: UserId,
}

/// A service token: whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceTokenKey {
    /// The organisation.
    pub org: OrgId,
    /// The token.
    pub token: ServiceTokenId,
}

/// What verifies webhooks of a Twilio account: every token that may have signed them. Organisations that share an
/// account each bring theirs, and during a rotation there are two.
#[derive(Debug, Clone)]
pub struct TwilioAccount {
    /// The tokens.
    pub auth_tokens: Vec<SecretString>,
}

/// What a node must hear of within a second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulse {
    /// How far the logs have come; organisations without a log are left out.
    pub heads: Vec<OrgHead>,
    /// Where the switch stands.
    pub rollout: Rollout,
}

/// How far an organisation's log has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrgHead {
    /// Whose log.
    pub org: OrgId,
    /// The number of its last event.
    pub head: u64,
    /// Rises whenever rights or sessions of its people change.
    pub access_version: u64,
    /// Rises whenever a call rings for other people than before, without an event that says so.
    pub offers_version: u64,
}
