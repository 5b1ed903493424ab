use async_trait::async_trait;
use switchboard_domain::events::{OrgId, UserId};
use switchboard_domain::ports::{Directory, LoginKey, OrgHead, ServiceTokenKey, StoreError, TwilioAccount};
use switchboard_domain::service_tokens::{ServiceTokenId, TokenHash};
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgStore;

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

    async fn twilio_account(&self, account_sid: &str) -> Result<Option<TwilioAccount>, StoreError> {
        let mut tx = self.begin_directory().await?;
        let tokens: Vec<String> = sqlx::query_scalar("select auth_token from directory.twilio_tokens($1)")
            .bind(account_sid)
            .fetch_all(&mut *tx)
            .await
            .map_err(store_error)?;
        let auth_tokens: Vec<_> = tokens.into_iter().map(|token| token.into()).collect();
        Ok((!auth_tokens.is_empty()).then_some(TwilioAccount { auth_tokens }))
    }

    async fn number_owner(&self, account_sid: &str, number: &str) -> Result<Option<OrgId>, StoreError> {
        let mut tx = self.begin_directory().await?;
        let owner: Option<Uuid> = sqlx::query_scalar("select directory.number_owner($1, $2)")
            .bind(account_sid)
            .bind(number)
            .fetch_one(&mut *tx)
            .await
            .map_err(store_error)?;
        Ok(owner.map(OrgId::from))
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

    async fn heads(&self, orgs: &[OrgId]) -> Result<Vec<OrgHead>, StoreError> {
        let orgs: Vec<_> = orgs.iter().copied().map(Uuid::from).collect();
        let mut tx = self.begin_directory().await?;
        let rows: Vec<(Uuid, i64, i64, i64)> =
            sqlx::query_as("select org_id, head, access_version, offers_version from directory.heads($1)")
                .bind(orgs)
                .fetch_all(&mut *tx)
                .await
                .map_err(store_error)?;
        let head = |(org, head, access_version, offers_version): (Uuid, i64, i64, i64)| OrgHead {
            org: OrgId::from(org),
            head: head.cast_unsigned(),
            access_version: access_version.cast_unsigned(),
            offers_version: offers_version.cast_unsigned(),
        };
        Ok(rows.into_iter().map(head).collect())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.begin_directory().await.map(drop)
    }
}
