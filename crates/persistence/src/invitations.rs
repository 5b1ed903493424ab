use async_trait::async_trait;
use switchboard_domain::events::UserId;
use switchboard_domain::ports::{InvitationRepo, StoreError, TokenHash};
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgTx;

#[async_trait]
impl InvitationRepo for PgTx {
    async fn put_invitation(&mut self, user: UserId, hash: TokenHash) -> Result<(), StoreError> {
        sqlx::query(
            "insert into directory.invitations (token_hash, user_id) values ($1, $2)
             on conflict (org_id, user_id) do update set token_hash = excluded.token_hash",
        )
        .bind(hash.0)
        .bind(Uuid::from(user))
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn take_invitation(&mut self, user: UserId, hash: TokenHash) -> Result<bool, StoreError> {
        let done = sqlx::query("delete from directory.invitations where token_hash = $1 and user_id = $2")
            .bind(hash.0)
            .bind(Uuid::from(user))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn delete_invited(&mut self, user: UserId) -> Result<bool, StoreError> {
        sqlx::query(
            "delete from directory.logins l using tenant.users u
             where l.user_id = $1 and u.id = l.user_id and u.invited_until is not null",
        )
        .bind(Uuid::from(user))
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        let done = sqlx::query("delete from tenant.users where id = $1 and invited_until is not null")
            .bind(Uuid::from(user))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }
}
