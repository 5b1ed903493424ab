use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::events::UserId;
use switchboard_domain::ports::{ServiceTokenRepo, StoreError, TokenHash};
use switchboard_domain::service_tokens::{ServiceToken, ServiceTokenId};
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    created_by: Uuid,
    created_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
}

impl From<Row> for ServiceToken {
    fn from(row: Row) -> Self {
        Self {
            id: ServiceTokenId::from(row.id),
            name: row.name,
            created_by: UserId::from(row.created_by),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        }
    }
}

#[async_trait]
impl ServiceTokenRepo for PgTx {
    async fn insert_service_token(
        &mut self,
        token: &ServiceToken,
        hash: TokenHash,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into tenant.service_tokens (id, name, created_by, created_at, last_used_at)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(Uuid::from(token.id))
        .bind(&token.name)
        .bind(Uuid::from(token.created_by))
        .bind(token.created_at)
        .bind(token.last_used_at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        sqlx::query("insert into directory.service_tokens (token_hash, token_id) values ($1, $2)")
            .bind(hash.0)
            .bind(Uuid::from(token.id))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn service_tokens(&mut self) -> Result<Vec<ServiceToken>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "select id, name, created_by, created_at, last_used_at from tenant.service_tokens
             order by created_at, id",
        )
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(rows.into_iter().map(ServiceToken::from).collect())
    }

    async fn live_service_tokens(&mut self, ids: &[ServiceTokenId]) -> Result<Vec<ServiceToken>, StoreError> {
        let ids: Vec<_> = ids.iter().copied().map(Uuid::from).collect();
        let rows: Vec<Row> = sqlx::query_as(
            "select t.id, t.name, t.created_by, t.created_at, t.last_used_at from tenant.service_tokens t
             join tenant.organizations o on o.is_active
             where t.id = any ($1)",
        )
        .bind(ids)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(rows.into_iter().map(ServiceToken::from).collect())
    }

    async fn touch_service_token(
        &mut self,
        id: ServiceTokenId,
        at: DateTime<Utc>,
        before: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "update tenant.service_tokens set last_used_at = $2
             where id = $1 and (last_used_at is null or last_used_at <= $3)",
        )
        .bind(Uuid::from(id))
        .bind(at)
        .bind(before)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn delete_service_token(&mut self, id: ServiceTokenId) -> Result<bool, StoreError> {
        let done = sqlx::query("delete from tenant.service_tokens where id = $1")
            .bind(Uuid::from(id))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }
}
