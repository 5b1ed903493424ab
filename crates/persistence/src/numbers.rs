use async_trait::async_trait;
use secrecy::ExposeSecret;
use switchboard_domain::people::TwilioNumber;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{NumberRepo, StoreError};

use crate::error::store_error;
use crate::store::PgTx;

#[async_trait]
impl NumberRepo for PgTx {
    async fn insert_number(&mut self, number: &TwilioNumber) -> Result<(), StoreError> {
        sqlx::query(
            "insert into directory.twilio_accounts (account_sid, auth_token) values ($1, $2)
             on conflict (account_sid, org_id) do update set auth_token = excluded.auth_token",
        )
        .bind(&number.account_sid)
        .bind(number.auth_token.expose_secret())
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        sqlx::query("insert into directory.twilio_numbers (account_sid, number) values ($1, $2)")
            .bind(&number.account_sid)
            .bind(number.number.as_str())
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn numbers(&mut self) -> Result<Vec<PhoneNumber>, StoreError> {
        let numbers: Vec<String> =
            sqlx::query_scalar("select number from directory.twilio_numbers order by number")
                .fetch_all(&mut *self.tx)
                .await
                .map_err(store_error)?;
        Ok(numbers.into_iter().map(PhoneNumber::from_e164).collect())
    }
}
