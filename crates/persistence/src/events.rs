use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::{Postgres, Transaction};
use switchboard_domain::events::{Epoch, Event};
use switchboard_domain::log::{LogEntry, LogPosition};
use switchboard_domain::ports::{EventLog, StoreError};

use crate::error::store_error;
use crate::store::PgTx;

/// What a transaction has to tell when it commits.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    names: Vec<&'static str>,
    payloads: Vec<String>,
    moments: Vec<DateTime<Utc>>,
    access_changed: bool,
    offers_changed: bool,
}

impl Recorded {
    pub(crate) fn push(&mut self, at: DateTime<Utc>, event: &Event) {
        self.names.push(event.name());
        self.payloads.push(serde_json::to_string(event).expect("payloads are plain data"));
        self.moments.push(at);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty() && !self.access_changed && !self.offers_changed
    }

    /// Draws the numbers and stores the events. The head's row is locked from here to the commit, so the order of
    /// numbers is the order of commits, without gaps.
    pub(crate) async fn append(self, tx: &mut Transaction<'static, Postgres>) -> Result<(), StoreError> {
        let count = self.names.len() as i64;
        let done = sqlx::query(
            "with moved as (
                 update directory.log_heads set
                     head = head + $1, access_version = access_version + $2, offers_version = offers_version + $3
                 returning head
             )
             insert into tenant.events (seq, name, payload, occurred_at)
             select moved.head - $1 + e.place, e.name, e.payload::json, e.occurred_at
             from moved, unnest($4::text[], $5::text[], $6::timestamptz[])
                 with ordinality as e (name, payload, occurred_at, place)",
        )
        .bind(count)
        .bind(i64::from(self.access_changed))
        .bind(i64::from(self.offers_changed))
        .bind(&self.names)
        .bind(&self.payloads)
        .bind(&self.moments)
        .execute(&mut **tx)
        .await
        .map_err(store_error)?;
        if done.rows_affected() != count as u64 {
            return Err(StoreError::Internal("the organization has no log".into()));
        }
        Ok(())
    }
}

#[async_trait]
impl EventLog for PgTx {
    fn record(&mut self, at: DateTime<Utc>, event: Event) {
        self.recorded.push(at, &event);
    }

    fn record_access_change(&mut self) {
        self.recorded.access_changed = true;
    }

    fn record_offers_change(&mut self) {
        self.recorded.offers_changed = true;
    }

    async fn position(&mut self) -> Result<LogPosition, StoreError> {
        let (epoch, head, access_version, offers_version): (i64, i64, i64, i64) = sqlx::query_as(
            "select directory.log_epoch(tenant.org_id()),
                 coalesce(max(head), 0), coalesce(max(access_version), 0), coalesce(max(offers_version), 0)
             from directory.log_heads",
        )
        .fetch_one(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(LogPosition {
            epoch: Epoch(epoch.cast_unsigned()),
            head: head.cast_unsigned(),
            access_version: access_version.cast_unsigned(),
            offers_version: offers_version.cast_unsigned(),
        })
    }

    async fn events_after(&mut self, seq: u64, limit: i64) -> Result<Vec<LogEntry>, StoreError> {
        let rows: Vec<(i64, String, String, DateTime<Utc>)> = sqlx::query_as(
            "select seq, name, payload::text, occurred_at from tenant.events where seq > $1 order by seq limit $2",
        )
        .bind(seq.min(i64::MAX as u64) as i64)
        .bind(limit)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        let entry = |(seq, name, payload, occurred_at): (i64, String, String, DateTime<Utc>)| LogEntry {
            seq: seq.cast_unsigned(),
            name,
            payload,
            occurred_at,
        };
        Ok(rows.into_iter().map(entry).collect())
    }

    // A trim that comes at the same time waits for this one's rows and finds them gone. It must not pass them by: had it
    // taken the next ones, and this one not committed, there would be a gap.
    async fn trim(&mut self, before: DateTime<Utc>, limit: i64) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "with oldest as (
                 select seq, occurred_at < $1 as is_old from tenant.events order by seq limit $2
             ),
             prefix as (
                 select max(seq) as last from oldest
                 where seq < coalesce((select min(seq) from oldest where not is_old), 9223372036854775807)
             )
             delete from tenant.events where seq <= (select last from prefix)",
        )
        .bind(before)
        .bind(limit)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected())
    }
}
