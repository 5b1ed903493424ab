use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::events::{OrgId, UserId};
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{
    Directory, InvitationKey, LoginKey, OrgHead, Pulse, SealedKeys, ServiceTokenKey, StoreError, TokenHash,
};
use switchboard_domain::service_tokens::ServiceTokenId;
use switchboard_domain::signatures::Period;
use switchboard_domain::text;
use uuid::Uuid;

use crate::error::store_error;
use crate::operations::rollout;
use crate::store::PgStore;
use crate::twilio;

/// The switch stands in every row; the head of a log in none if nobody asked for one.
#[derive(sqlx::FromRow)]
struct PulseRow {
    percent: i16,
    poll_interval_ms: i32,
    version: i64,
    org_id: Option<Uuid>,
    head: Option<i64>,
    access_version: Option<i64>,
    offers_version: Option<i64>,
}

impl PulseRow {
    fn head(self) -> Option<OrgHead> {
        Some(OrgHead {
            org: OrgId::from(self.org_id?),
            head: self.head?.cast_unsigned(),
            access_version: self.access_version?.cast_unsigned(),
            offers_version: self.offers_version?.cast_unsigned(),
        })
    }
}

#[derive(sqlx::FromRow)]
struct KeysRow {
    org_id: Uuid,
    auth_token: Vec<u8>,
    auth_token_key: String,
    previous_token: Option<Vec<u8>>,
    previous_token_key: Option<String>,
    previous_until: Option<DateTime<Utc>>,
    observed_from: Option<DateTime<Utc>>,
    observed_until: Option<DateTime<Utc>>,
}

impl From<KeysRow> for SealedKeys {
    fn from(row: KeysRow) -> Self {
        Self {
            org: OrgId::from(row.org_id),
            auth_token: twilio::sealed(row.auth_token, row.auth_token_key),
            previous: twilio::previous(row.previous_token, row.previous_token_key, row.previous_until),
            observed: row.observed_from.zip(row.observed_until).map(|(from, until)| Period { from, until }),
        }
    }
}

#[async_trait]
impl Directory for PgStore {
    async fn login(&self, email: &str) -> Result<Option<LoginKey>, StoreError> {
        let mut tx = self.begin_directory().await?;
        let row: Option<(Uuid, Uuid)> = sqlx::query_as("select org_id, user_id from directory.login($1)")
            .bind(email)
            .fetch_optional(&mut *tx)
            .await
            .map_err(store_error)?;
        Ok(row.map(|(org, user)| LoginKey { org: OrgId::from(org), user: UserId::from(user) }))
    }

    async fn twilio_keys(&self, account_sid: &str) -> Result<Vec<SealedKeys>, StoreError> {
        let mut tx = self.begin_directory().await?;
        let rows: Vec<KeysRow> = sqlx::query_as(
            "select org_id, auth_token, auth_token_key, previous_token, previous_token_key, previous_until,
                 observed_from, observed_until
             from directory.twilio_keys($1)",
        )
        .bind(account_sid)
        .fetch_all(&mut *tx)
        .await
        .map_err(store_error)?;
        Ok(rows.into_iter().map(SealedKeys::from).collect())
    }

    async fn number_owner(&self, account_sid: &str, number: &str) -> Result<Option<OrgId>, StoreError> {
        let mut tx = self.begin_directory().await?;
        let owner: Option<Uuid> = sqlx::query_scalar("select directory.number_owner($1, $2)")
            .bind(account_sid)
            .bind(text::storable(number))
            .fetch_one(&mut *tx)
            .await
            .map_err(store_error)?;
        Ok(owner.map(OrgId::from))
    }

    async fn is_number_here(&self, number: &PhoneNumber) -> Result<bool, StoreError> {
        let mut tx = self.begin_directory().await?;
        sqlx::query_scalar("select directory.is_number_here($1)")
            .bind(number.as_str())
            .fetch_one(&mut *tx)
            .await
            .map_err(store_error)
    }

    async fn service_token(&self, hash: TokenHash) -> Result<Option<ServiceTokenKey>, StoreError> {
        let mut tx = self.begin_directory().await?;
        let row: Option<(Uuid, Uuid)> =
            sqlx::query_as("select org_id, token_id from directory.service_token($1)")
                .bind(hash.0)
                .fetch_optional(&mut *tx)
                .await
                .map_err(store_error)?;
        Ok(row.map(|(org, token)| ServiceTokenKey {
            org: OrgId::from(org),
            token: ServiceTokenId::from(token),
        }))
    }

    async fn invitation(&self, hash: TokenHash) -> Result<Option<InvitationKey>, StoreError> {
        let mut tx = self.begin_directory().await?;
        let row: Option<(Uuid, Uuid)> =
            sqlx::query_as("select org_id, user_id from directory.invitation($1)")
                .bind(hash.0)
                .fetch_optional(&mut *tx)
                .await
                .map_err(store_error)?;
        Ok(row.map(|(org, user)| InvitationKey { org: OrgId::from(org), user: UserId::from(user) }))
    }

    async fn pulse(&self, orgs: &[OrgId]) -> Result<Pulse, StoreError> {
        let orgs: Vec<_> = orgs.iter().copied().map(Uuid::from).collect();
        let mut tx = self.begin_directory().await?;
        let rows: Vec<PulseRow> = sqlx::query_as(
            "select percent, poll_interval_ms, version, org_id, head, access_version, offers_version
             from directory.pulse($1)",
        )
        .bind(orgs)
        .fetch_all(&mut *tx)
        .await
        .map_err(store_error)?;
        let switch = rows.first().ok_or_else(|| StoreError::Internal("the switch is gone".into()))?;
        let rollout = rollout(switch.percent, switch.poll_interval_ms, switch.version);
        Ok(Pulse { heads: rows.into_iter().filter_map(PulseRow::head).collect(), rollout })
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.begin_directory().await.map(drop)
    }
}
