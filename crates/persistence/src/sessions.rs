use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::access::Role;
use switchboard_domain::events::{SessionId, UserId};
use switchboard_domain::ports::{SessionRepo, StoreError};
use switchboard_domain::sessions::{NewSession, Session};
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgTx;
use crate::users::role;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    expires_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    refresh_generation: i32,
    refreshed_at: Option<DateTime<Utc>>,
    role: String,
}

macro_rules! live_sessions {
    ($columns:literal, $which:literal) => {
        concat!(
            "select ",
            $columns,
            " from tenant.user_sessions s
             join tenant.users u on u.id = s.user_id and u.is_active
             join tenant.organizations o on o.is_active
             where s.ended_at is null and s.expires_at > $2 and ",
            $which
        )
    };
}

#[async_trait]
impl SessionRepo for PgTx {
    async fn insert_session(&mut self, session: &NewSession) -> Result<(), StoreError> {
        sqlx::query(
            "insert into tenant.user_sessions (id, user_id, address, created_at, expires_at)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(Uuid::from(session.id))
        .bind(Uuid::from(session.user))
        .bind(&session.address)
        .bind(session.created_at)
        .bind(session.expires_at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn live_session(
        &mut self,
        id: SessionId,
        now: DateTime<Utc>,
    ) -> Result<Option<(Session, Role)>, StoreError> {
        let row: Option<Row> = sqlx::query_as(live_sessions!(
            "s.id, s.user_id, s.expires_at, s.ended_at, s.refresh_generation, s.refreshed_at, u.role",
            "s.id = $1"
        ))
        .bind(Uuid::from(id))
        .bind(now)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(row.map(|row| {
            let session = Session {
                id: SessionId::from(row.id),
                user: UserId::from(row.user_id),
                expires_at: row.expires_at,
                ended_at: row.ended_at,
                refresh_generation: row.refresh_generation,
                refreshed_at: row.refreshed_at,
            };
            (session, role(&row.role))
        }))
    }

    async fn live_sessions(
        &mut self,
        ids: &[SessionId],
        now: DateTime<Utc>,
    ) -> Result<Vec<(SessionId, Role)>, StoreError> {
        let ids: Vec<_> = ids.iter().copied().map(Uuid::from).collect();
        let live: Vec<(Uuid, String)> = sqlx::query_as(live_sessions!("s.id, u.role", "s.id = any ($1)"))
            .bind(ids)
            .bind(now)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(live.into_iter().map(|(id, name)| (SessionId::from(id), role(&name))).collect())
    }

    async fn rotate_refresh(
        &mut self,
        id: SessionId,
        from: i32,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "update tenant.user_sessions
             set refresh_generation = refresh_generation + 1, refreshed_at = $3
             where id = $1 and refresh_generation = $2 and ended_at is null",
        )
        .bind(Uuid::from(id))
        .bind(from)
        .bind(at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn end_session(
        &mut self,
        id: SessionId,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "update tenant.user_sessions set ended_at = $3, end_reason = $2 where id = $1 and ended_at is null",
        )
        .bind(Uuid::from(id))
        .bind(reason)
        .bind(at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn end_sessions_of(
        &mut self,
        user: UserId,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "update tenant.user_sessions set ended_at = $3, end_reason = $2
             where user_id = $1 and ended_at is null",
        )
        .bind(Uuid::from(user))
        .bind(reason)
        .bind(at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn signed_in_from(&mut self, user: UserId, address: &str) -> Result<bool, StoreError> {
        sqlx::query_scalar(
            "select exists (select from tenant.user_sessions where user_id = $1 and address = $2)",
        )
        .bind(Uuid::from(user))
        .bind(address)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(store_error)
    }
}
