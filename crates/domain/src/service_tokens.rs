//! Tokens with which another service of the organisation reads its events. A token is told once, when it is made; what
//! is kept is its hash. It counts for as long as its row is there, whoever made it: services outlive the people who set
//! them up.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::UserId;

use crate::access::{Caller, OrgScope};
use crate::check::{self, Check};
use crate::error::Error;
pub use crate::ids::ServiceTokenId;
use crate::ports::{Clock, Directory, Store, TokenError, Tokens};
use crate::sessions::Refusal;

/// What every service token may do, in the contract's words.
pub const SCOPE: &str = "events:read";
/// How many tokens an organisation may have.
pub const MOST: usize = 100;
/// How exactly it is known when a token was last used: not every request is a write.
const USE_RESOLUTION: TimeDelta = TimeDelta::minutes(1);

/// A token as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceToken {
    /// Our id.
    pub id: ServiceTokenId,
    /// What it is for, in words for people.
    pub name: String,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Who asks: a service of an organisation, with a token that counted a moment ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceCaller {
    /// The organisation it reads for.
    pub scope: OrgScope,
    /// The token it showed.
    pub token: ServiceTokenId,
}

/// Making, listing, revoking and recognising tokens of services.
pub struct ServiceTokens {
    store: Arc<dyn Store>,
    directory: Arc<dyn Directory>,
    tokens: Arc<dyn Tokens>,
    clock: Arc<dyn Clock>,
}

impl ServiceTokens {
    /// Over a store and its directory.
    pub fn new(
        store: Arc<dyn Store>,
        directory: Arc<dyn Directory>,
        tokens: Arc<dyn Tokens>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { store, directory, tokens, clock }
    }

    /// Makes a token for the service that people call `name`. The token itself is told here and never again.
    pub async fn create(&self, caller: &Caller, name: Option<&str>) -> Result<(String, ServiceToken), Error> {
        let mut check = Check::default();
        let name = check.required("name", name, check::NAME);
        check.finish()?;
        let (secret, hash) = self.tokens.issue_service();
        let token = ServiceToken {
            id: ServiceTokenId::generate(),
            name,
            created_by: caller.user,
            created_at: self.clock.now(),
            last_used_at: None,
        };
        let mut tx = self.store.begin(caller.scope).await?;
        if tx.service_tokens().await?.len() >= MOST {
            return Err(Error::invalid(
                "name",
                format!("an organization has at most {MOST} service tokens: revoke one"),
            ));
        }
        tx.insert_service_token(&token, hash).await?;
        tx.commit().await?;
        Ok((secret, token))
    }

    /// The organisation's tokens, the oldest first.
    pub async fn list(&self, caller: &Caller) -> Result<Vec<ServiceToken>, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        Ok(tx.service_tokens().await?)
    }

    /// Ends a token, at once and everywhere: requests that are held for it are let go too.
    pub async fn revoke(&self, caller: &Caller, id: ServiceTokenId) -> Result<(), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        if !tx.delete_service_token(id).await? {
            return Err(Error::NotFound("service token"));
        }
        tx.record_access_change();
        Ok(tx.commit().await?)
    }

    /// Which service shows this token, if it still counts. It is looked up each time.
    pub async fn authenticate(&self, token: &str) -> Result<ServiceCaller, Refusal> {
        let refused = || Refusal::Token(TokenError::Invalid);
        let hash = self.tokens.read_service(token).map_err(Refusal::Token)?;
        let key = self.directory.service_token(hash).await.map_err(Error::from)?.ok_or_else(refused)?;
        #[expect(clippy::disallowed_methods, reason = "the directory knows the token as this organisation's")]
        let scope = OrgScope::trusted(key.org);
        let now = self.clock.now();
        let mut tx = self.store.begin(scope).await.map_err(Error::from)?;
        let live = tx.live_service_tokens(&[key.token]).await.map_err(Error::from)?;
        let known = live.into_iter().next().ok_or_else(refused)?;
        let before = now - USE_RESOLUTION;
        if known.last_used_at.is_none_or(|at| at <= before) {
            tx.touch_service_token(known.id, now, before).await.map_err(Error::from)?;
            tx.commit().await.map_err(Error::from)?;
        }
        Ok(ServiceCaller { scope, token: known.id })
    }

    /// Of these tokens of one organisation, those that still count.
    pub async fn live(&self, scope: OrgScope, ids: &[ServiceTokenId]) -> Result<Vec<ServiceTokenId>, Error> {
        let mut tx = self.store.begin(scope).await?;
        Ok(tx.live_service_tokens(ids).await?.into_iter().map(|token| token.id).collect())
    }
}
