use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::events::MessageId;
use switchboard_domain::messages::{ConsentChange, Said};
use switchboard_domain::ports::{ConsentRepo, StoreError};
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    sender: String,
    peer: String,
    what: String,
    said: String,
    message_id: Option<Uuid>,
    at: DateTime<Utc>,
}

impl Row {
    fn into_change(self) -> Option<(i64, ConsentChange)> {
        let change = ConsentChange {
            sender: self.sender,
            peer: self.peer,
            what: Said::parse(&self.what)?,
            said: self.said,
            message: self.message_id.map(MessageId::from),
            at: self.at,
        };
        Some((self.id, change))
    }
}

#[async_trait]
impl ConsentRepo for PgTx {
    async fn keep_consent(&mut self, change: &ConsentChange) -> Result<(), StoreError> {
        sqlx::query(
            "insert into tenant.consent_changes (sender, peer, what, said, message_id, at)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&change.sender)
        .bind(&change.peer)
        .bind(change.what.as_str())
        .bind(&change.said)
        .bind(change.message.map(Uuid::from))
        .bind(change.at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        let Some(is_out) = change.what.is_out() else { return Ok(()) };
        sqlx::query(
            "insert into tenant.consents (sender, peer, is_out, since) values ($1, $2, $3, $4)
             on conflict (org_id, peer, sender) do update set is_out = excluded.is_out, since = excluded.since",
        )
        .bind(&change.sender)
        .bind(&change.peer)
        .bind(is_out)
        .bind(change.at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn consents(
        &mut self,
        senders: &[String],
        peer: &str,
    ) -> Result<Vec<(bool, DateTime<Utc>)>, StoreError> {
        sqlx::query_as("select is_out, since from tenant.consents where peer = $1 and sender = any ($2)")
            .bind(peer)
            .bind(senders)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)
    }

    async fn consent_changes(
        &mut self,
        after: i64,
        limit: i64,
    ) -> Result<Vec<(i64, ConsentChange)>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "select id, sender, peer, what, said, message_id, at from tenant.consent_changes
             where id > $1 order by id limit $2",
        )
        .bind(after)
        .bind(limit)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(rows.into_iter().filter_map(Row::into_change).collect())
    }
}
