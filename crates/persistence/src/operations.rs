use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use switchboard_domain::events::OrgId;
use switchboard_domain::ports::{Due, Operations, RolloutRecord, StoreError};
use switchboard_domain::presence::NodeId;
use switchboard_domain::rollout::Rollout;
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgStore;

#[derive(sqlx::FromRow)]
struct RolloutRow {
    percent: i16,
    poll_interval_ms: i32,
    version: i64,
    changed_by: String,
    changed_at: DateTime<Utc>,
}

impl From<RolloutRow> for RolloutRecord {
    fn from(row: RolloutRow) -> Self {
        Self {
            rollout: rollout(row.percent, row.poll_interval_ms, row.version),
            changed_by: row.changed_by,
            changed_at: row.changed_at,
        }
    }
}

/// The table's checks keep the figures in range.
pub(crate) fn rollout(percent: i16, poll_interval_ms: i32, version: i64) -> Rollout {
    Rollout {
        percent: u8::try_from(percent).unwrap_or_default(),
        poll_interval_ms: poll_interval_ms.unsigned_abs(),
        version: version.cast_unsigned(),
    }
}

#[async_trait]
impl Operations for PgStore {
    async fn organizations(&self, after: Option<OrgId>, limit: i64) -> Result<Vec<OrgId>, StoreError> {
        let mut tx = self.begin_directory().await?;
        let orgs: Vec<Uuid> = sqlx::query_scalar("select org_id from directory.organizations($1, $2)")
            .bind(after.map(Uuid::from))
            .bind(limit)
            .fetch_all(&mut *tx)
            .await
            .map_err(store_error)?;
        Ok(orgs.into_iter().map(OrgId::from).collect())
    }

    async fn orgs_with_due(&self, what: Due, limit: i64) -> Result<Vec<OrgId>, StoreError> {
        let kind = match what {
            Due::Calls => "call",
            Due::Messages => "message",
            Due::Attachments => "attachment",
            Due::Unanswered => "unanswered",
        };
        let mut tx = self.begin_directory().await?;
        let orgs: Vec<Uuid> = sqlx::query_scalar("select org_id from directory.orgs_with_due($1, $2)")
            .bind(kind)
            .bind(limit)
            .fetch_all(&mut *tx)
            .await
            .map_err(store_error)?;
        Ok(orgs.into_iter().map(OrgId::from).collect())
    }

    async fn organization_page(&self, limit: i64, offset: i64) -> Result<(Vec<OrgId>, i64), StoreError> {
        let mut tx = self.begin_directory().await?;
        let rows: Vec<(Option<Uuid>, i64)> =
            sqlx::query_as("select org_id, total from directory.organization_page($1, $2)")
                .bind(limit)
                .bind(offset)
                .fetch_all(&mut *tx)
                .await
                .map_err(store_error)?;
        let total = rows.first().map_or(0, |(_, total)| *total);
        Ok((rows.into_iter().filter_map(|(org, _)| org.map(OrgId::from)).collect(), total))
    }

    async fn rollout(&self) -> Result<RolloutRecord, StoreError> {
        let mut tx = self.begin_directory().await?;
        let row: RolloutRow = sqlx::query_as(
            "select percent, poll_interval_ms, version, changed_by, changed_at from directory.rollout()",
        )
        .fetch_one(&mut *tx)
        .await
        .map_err(store_error)?;
        Ok(row.into())
    }

    async fn set_rollout(
        &self,
        percent: u8,
        poll_interval_ms: Option<u32>,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<RolloutRecord, StoreError> {
        let mut tx = self.begin_directory().await?;
        let row: RolloutRow = sqlx::query_as(
            "select percent, poll_interval_ms, version, changed_by, changed_at
             from directory.set_rollout($1, $2, $3, $4)",
        )
        .bind(i16::from(percent))
        .bind(poll_interval_ms.map(u32::cast_signed))
        .bind(by)
        .bind(at)
        .fetch_one(&mut *tx)
        .await
        .map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(row.into())
    }

    async fn beat(&self, node: NodeId, patience: TimeDelta) -> Result<(), StoreError> {
        let mut tx = self.begin_directory().await?;
        let orgs: Vec<Uuid> = sqlx::query_scalar("select directory.beat($1, make_interval(secs => $2))")
            .bind(Uuid::from(node))
            .bind(patience.as_seconds_f64())
            .fetch_all(&mut *tx)
            .await
            .map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        self.tell(orgs.into_iter().map(OrgId::from));
        Ok(())
    }

    async fn leave(&self, node: NodeId, grace: TimeDelta) -> Result<(), StoreError> {
        let mut tx = self.begin_directory().await?;
        sqlx::query("select directory.leave($1, make_interval(secs => $2))")
            .bind(Uuid::from(node))
            .bind(grace.as_seconds_f64())
            .execute(&mut *tx)
            .await
            .map_err(store_error)?;
        tx.commit().await.map_err(store_error)
    }
}
