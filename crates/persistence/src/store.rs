use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgPool, Postgres, Transaction};
use switchboard_domain::access::OrgScope;
use switchboard_domain::events::OrgId;
use switchboard_domain::ports::{OrgTx, Store, StoreError, Wake};
use tokio::sync::OwnedSemaphorePermit;

use crate::error::store_error;
use crate::events::Recorded;
use crate::login::{self, LoginError};
use crate::turns::Turns;

/// How to reach the database.
#[derive(Debug, Clone)]
pub struct Config {
    /// `postgres://…`, with a login that owns nothing.
    pub url: SecretString,
    /// Connections for people and services; of these no organisation holds more than a third.
    pub connections: u32,
    /// Connections that are kept for Twilio's webhooks alone.
    pub webhook_connections: u32,
}

/// Whose connections to use: those of one lane cannot be exhausted by the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// People and services.
    General,
    /// Twilio, who never waits.
    Webhooks,
}

/// The store, over one lane's connections.
#[derive(Clone)]
pub struct PgStore {
    pool: PgPool,
    turns: Option<Arc<Turns>>,
    wake: Arc<dyn Wake>,
}

impl PgStore {
    /// Connects one lane, after checking that the login can do no more than it should. Commits that record something
    /// tell `wake`.
    pub async fn connect(config: &Config, lane: Lane, wake: Arc<dyn Wake>) -> Result<Self, LoginError> {
        let connections = match lane {
            Lane::General => config.connections,
            Lane::Webhooks => config.webhook_connections,
        };
        let options: PgConnectOptions = config.url.expose_secret().parse().map_err(LoginError::Url)?;
        let options = options.application_name("switchboard").options([
            ("statement_timeout", "5s"),
            ("lock_timeout", "2s"),
            ("idle_in_transaction_session_timeout", "2s"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(2))
            .connect_with(options)
            .await
            .map_err(LoginError::Connect)?;
        login::check(&pool).await?;
        let turns = (lane == Lane::General).then(|| Arc::new(Turns::new((connections / 3).max(1))));
        Ok(Self { pool, turns, wake })
    }

    /// Wakes these organisations.
    pub(crate) fn tell(&self, orgs: impl IntoIterator<Item = OrgId>) {
        orgs.into_iter().for_each(|org| self.wake.wake(org));
    }

    /// A transaction that may look things up before the organisation is known.
    pub(crate) async fn begin_directory(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        let mut tx = self.pool.begin().await.map_err(store_error)?;
        sqlx::query("select set_config('role', 'directory_ro', true)")
            .execute(&mut *tx)
            .await
            .map_err(store_error)?;
        Ok(tx)
    }
}

#[async_trait]
impl Store for PgStore {
    async fn begin(&self, scope: OrgScope) -> Result<Box<dyn OrgTx>, StoreError> {
        let turn = match &self.turns {
            Some(turns) => Some(turns.take(scope.org()).await?),
            None => None,
        };
        let mut tx = self.pool.begin().await.map_err(store_error)?;
        sqlx::query("select set_config('role', 'tenant_rw', true), set_config('app.org_id', $1, true)")
            .bind(scope.org().to_string())
            .execute(&mut *tx)
            .await
            .map_err(store_error)?;
        Ok(Box::new(PgTx {
            tx,
            scope,
            recorded: Recorded::default(),
            wake: Arc::clone(&self.wake),
            _turn: turn,
        }))
    }
}

/// A transaction in one organisation's name.
pub(crate) struct PgTx {
    pub(crate) tx: Transaction<'static, Postgres>,
    pub(crate) scope: OrgScope,
    pub(crate) recorded: Recorded,
    wake: Arc<dyn Wake>,
    _turn: Option<OwnedSemaphorePermit>,
}

#[async_trait]
impl OrgTx for PgTx {
    fn scope(&self) -> OrgScope {
        self.scope
    }

    async fn now(&mut self) -> Result<DateTime<Utc>, StoreError> {
        sqlx::query_scalar("select clock_timestamp()").fetch_one(&mut *self.tx).await.map_err(store_error)
    }

    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        let is_news = !self.recorded.is_empty();
        if is_news {
            let recorded = std::mem::take(&mut self.recorded);
            recorded.append(&mut self.tx).await?;
        }
        self.tx.commit().await.map_err(store_error)?;
        if is_news {
            self.wake.wake(self.scope.org());
        }
        Ok(())
    }
}
