use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::access::Role;
use switchboard_domain::events::{OrgId, UserId};
use switchboard_domain::people::{NewUser, User};
use switchboard_domain::ports::{StoreError, UserRepo};
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    org_id: Uuid,
    id: Uuid,
    email: String,
    first_name: String,
    last_name: String,
    role: String,
    timezone: String,
    email_verified: bool,
    is_active: bool,
    invited_until: Option<DateTime<Utc>>,
    last_login: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self {
            id: UserId::from(row.id),
            org: OrgId::from(row.org_id),
            email: row.email,
            first_name: row.first_name,
            last_name: row.last_name,
            role: role(&row.role),
            timezone: row.timezone,
            email_verified: row.email_verified,
            is_active: row.is_active,
            invited_until: row.invited_until,
            last_login: row.last_login,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A role as the database names it.
pub(crate) fn role(name: &str) -> Role {
    name.parse().expect("a check constraint knows the roles")
}

macro_rules! select_users {
    ($rest:literal) => {
        concat!(
            "select org_id, id, email, first_name, last_name, role, timezone, email_verified, is_active, invited_until,
                 last_login, created_at, updated_at
             from tenant.users ",
            $rest
        )
    };
}

#[async_trait]
impl UserRepo for PgTx {
    async fn user(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        let row: Option<Row> = sqlx::query_as(select_users!("where id = $1"))
            .bind(Uuid::from(id))
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(row.map(User::from))
    }

    async fn users(&mut self) -> Result<Vec<User>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(select_users!("order by created_at, id"))
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(rows.into_iter().map(User::from).collect())
    }

    async fn insert_user(&mut self, NewUser { user, password_hash }: &NewUser) -> Result<(), StoreError> {
        sqlx::query(
            "insert into tenant.users
                 (id, email, first_name, last_name, role, timezone, email_verified, is_active, last_login, created_at,
                  updated_at, password_hash, invited_until)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(Uuid::from(user.id))
        .bind(&user.email)
        .bind(&user.first_name)
        .bind(&user.last_name)
        .bind(user.role.as_str())
        .bind(&user.timezone)
        .bind(user.email_verified)
        .bind(user.is_active)
        .bind(user.last_login)
        .bind(user.created_at)
        .bind(user.updated_at)
        .bind(password_hash)
        .bind(user.invited_until)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        sqlx::query("insert into directory.logins (email, user_id) values ($1, $2)")
            .bind(&user.email)
            .bind(Uuid::from(user.id))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn update_user(&mut self, user: &User) -> Result<(), StoreError> {
        sqlx::query(
            "update tenant.users
             set first_name = $2, last_name = $3, role = $4, timezone = $5, is_active = $6, updated_at = $7,
                 email_verified = $8, invited_until = $9
             where id = $1",
        )
        .bind(Uuid::from(user.id))
        .bind(&user.first_name)
        .bind(&user.last_name)
        .bind(user.role.as_str())
        .bind(&user.timezone)
        .bind(user.is_active)
        .bind(user.updated_at)
        .bind(user.email_verified)
        .bind(user.invited_until)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn password_hash(&mut self, id: UserId) -> Result<Option<String>, StoreError> {
        let hash: Option<Option<String>> =
            sqlx::query_scalar("select password_hash from tenant.users where id = $1")
                .bind(Uuid::from(id))
                .fetch_optional(&mut *self.tx)
                .await
                .map_err(store_error)?;
        Ok(hash.flatten())
    }

    async fn set_password_hash(&mut self, id: UserId, hash: &str) -> Result<(), StoreError> {
        sqlx::query("update tenant.users set password_hash = $2 where id = $1")
            .bind(Uuid::from(id))
            .bind(hash)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn touch_login(&mut self, id: UserId, at: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query("update tenant.users set last_login = $2 where id = $1")
            .bind(Uuid::from(id))
            .bind(at)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }
}
