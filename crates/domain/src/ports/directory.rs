use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_events::{OrgId, UserId};

use super::{Sealed, StoreError, TokenHash};
use crate::phone::PhoneNumber;
use crate::rollout::Rollout;
use crate::service_tokens::ServiceTokenId;
use crate::signatures::Period;

/// What must be found before the organisation is known. By unique key only; keys come back, never content.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Who signs in with this e-mail address, given in lower case.
    async fn login(&self, email: &str) -> Result<Option<LoginKey>, StoreError>;
    /// What verifies webhooks of a Twilio account: the keys of every organisation that uses it.
    async fn twilio_keys(&self, account_sid: &str) -> Result<Vec<SealedKeys>, StoreError>;
    /// Whose number, or messaging service, this is in that account. The number alone says nothing.
    async fn number_owner(&self, account_sid: &str, number: &str) -> Result<Option<OrgId>, StoreError>;
    /// Whether somebody here has this number, in whatever account; not who.
    async fn is_number_here(&self, number: &PhoneNumber) -> Result<bool, StoreError>;
    /// Whose service token has this hash.
    async fn service_token(&self, hash: TokenHash) -> Result<Option<ServiceTokenKey>, StoreError>;
    /// Whom the link of an invitation is for whose token has this hash.
    async fn invitation(&self, hash: TokenHash) -> Result<Option<InvitationKey>, StoreError>;
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

/// The link of an invitation: whom it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitationKey {
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

/// An organisation's keys to a Twilio account, as they are kept. Organisations that share an account each bring theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedKeys {
    /// Whose.
    pub org: OrgId,
    /// What Twilio signs with.
    pub auth_token: Sealed,
    /// What it signed with before.
    pub previous: Option<PreviousToken>,
    /// From when to when signatures are only observed.
    pub observed: Option<Period>,
}

/// The auth token before the last change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviousToken {
    /// The token.
    pub token: Sealed,
    /// Until when it counts: Twilio signs with it until the new one is promoted.
    pub until: DateTime<Utc>,
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
