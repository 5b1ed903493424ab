use async_trait::async_trait;
use switchboard_domain::ports::{StatsRepo, StoreError};
use switchboard_domain::stats::{CallStats, MessageStats, Period};

use crate::error::store_error;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct MessageRow {
    total: i64,
    sent: i64,
    received: i64,
    delivered: i64,
    failed: i64,
    cost: String,
}

#[derive(sqlx::FromRow)]
struct CallRow {
    total: i64,
    outbound: i64,
    inbound: i64,
    answered: i64,
    missed: i64,
    voicemail: i64,
    duration: i64,
    cost: String,
}

#[async_trait]
impl StatsRepo for PgTx {
    async fn message_stats(&mut self, period: Period) -> Result<MessageStats, StoreError> {
        let row: MessageRow = sqlx::query_as(
            "select
                 count(*) as total,
                 count(*) filter (where direction = 'outbound') as sent,
                 count(*) filter (where direction = 'inbound') as received,
                 count(*) filter (where status in ('delivered', 'read')) as delivered,
                 count(*) filter (where status in ('failed', 'undelivered')) as failed,
                 coalesce(-sum(price), 0)::text as cost
             from tenant.messages
             where created_at >= coalesce($1, '-infinity') and created_at < coalesce($2, 'infinity')
                 and status not in ('scheduled', 'canceled')",
        )
        .bind(period.from)
        .bind(period.to)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(store_error)?;
        let MessageRow { total, sent, received, delivered, failed, cost } = row;
        Ok(MessageStats { total, sent, received, delivered, failed, cost })
    }

    async fn call_stats(&mut self, period: Period) -> Result<CallStats, StoreError> {
        let row: CallRow = sqlx::query_as(
            "select
                 count(*) as total,
                 count(*) filter (where direction = 'outbound') as outbound,
                 count(*) filter (where direction = 'inbound') as inbound,
                 count(answered_at) as answered,
                 count(*) filter (where is_in_vain and state = 'ended' and not has_message) as missed,
                 count(*) filter (where is_in_vain and has_message) as voicemail,
                 coalesce(sum(duration_seconds), 0) as duration,
                 coalesce(-sum(price), 0)::text as cost
             from tenant.calls c
             cross join lateral (select direction = 'inbound' and answered_at is null as is_in_vain) v
             -- The outcome says it too, until people put another.
             cross join lateral (
                 select is_in_vain and exists (
                     select from tenant.recordings r where r.call_id = c.id and r.kind = 'voicemail'
                 ) as has_message
             ) m
             where started_at >= coalesce($1, '-infinity') and started_at < coalesce($2, 'infinity')",
        )
        .bind(period.from)
        .bind(period.to)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(store_error)?;
        let CallRow { total, outbound, inbound, answered, missed, voicemail, duration, cost } = row;
        Ok(CallStats { total, outbound, inbound, answered, missed, voicemail, duration, cost })
    }
}
