use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::types::Json;
use switchboard_domain::events::{CallId, MessageId};
use switchboard_domain::ids::WebhookId;
use switchboard_domain::inspector::{
    Outcome, Sent, SignatureVerdict, WebhookCheck, WebhookFilter, WebhookKind, WebhookRecord, Why,
};
use switchboard_domain::ports::{StoreError, WebhookRepo};
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    at: DateTime<Utc>,
    kind: String,
    account_sid: String,
    call_id: Option<Uuid>,
    message_id: Option<Uuid>,
    query: Json<Vec<(String, String)>>,
    params: Json<Vec<(String, String)>>,
    signature: String,
    is_proven: bool,
    outcome: String,
    cause: Option<String>,
    words: Option<String>,
    status: i32,
    answer: String,
    took_ms: i64,
    event: String,
    is_repeat: bool,
    is_late: bool,
    request_id: Option<Uuid>,
}

/// A row as it is written, with what it is found by.
fn written(record: &WebhookRecord) -> Value {
    json!({
        "id": Uuid::from(record.id).to_string(),
        "at": record.at.to_rfc3339(),
        "kind": record.kind.as_str(),
        "account_sid": record.account_sid,
        "call_sid": record.call_sid(),
        "message_sid": record.message_sid(),
        "call_id": record.call.map(|id| id.to_string()),
        "message_id": record.message.map(|id| id.to_string()),
        "query": record.query.pairs(),
        "params": record.params.pairs(),
        "signature": record.signature.as_str(),
        "is_proven": record.is_proven,
        "outcome": record.outcome.as_str(),
        "cause": record.why.as_ref().map(|why| &why.cause),
        "words": record.why.as_ref().map(|why| &why.words),
        "status": record.status,
        "answer": record.answer,
        "took_ms": record.took_ms,
        "event": record.event,
        "is_late": record.is_late,
        "request_id": record.request.map(|id| id.to_string()),
    })
}

impl TryFrom<Row> for WebhookRecord {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let unknown = || StoreError::Internal("a webhook holds a word that is not known here".into());
        let why = row.cause.zip(row.words);
        Ok(Self {
            id: WebhookId::from(row.id),
            at: row.at,
            kind: WebhookKind::parse(&row.kind).ok_or_else(unknown)?,
            account_sid: row.account_sid,
            query: Sent::kept(row.query.0),
            params: Sent::kept(row.params.0),
            signature: SignatureVerdict::parse(&row.signature).ok_or_else(unknown)?,
            is_proven: row.is_proven,
            outcome: Outcome::parse(&row.outcome).ok_or_else(unknown)?,
            why: why.map(|(cause, words)| Why { cause, words }),
            status: u16::try_from(row.status).map_err(|_| unknown())?,
            answer: row.answer,
            took_ms: u32::try_from(row.took_ms).unwrap_or(u32::MAX),
            event: row.event,
            is_repeat: row.is_repeat,
            is_late: row.is_late,
            request: row.request_id,
            call: row.call_id.map(CallId::from),
            message: row.message_id.map(MessageId::from),
        })
    }
}

macro_rules! select_webhooks {
    ($rest:literal) => {
        concat!(
            "select id, at, kind, account_sid, call_id, message_id, query, params, signature, is_proven, outcome, cause,
                 words, status, answer, took_ms, event, is_repeat, is_late, request_id
             from tenant.webhooks ",
            $rest
        )
    };
}

impl PgTx {
    /// Nodes that keep and forget an organisation's webhooks take turns.
    async fn lock_webhooks(&mut self) -> Result<(), StoreError> {
        sqlx::query("select pg_advisory_xact_lock(hashtextextended('webhooks/' || tenant.org_id(), 0))")
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }
}

#[async_trait]
impl WebhookRepo for PgTx {
    async fn insert_webhooks(&mut self, records: &[WebhookRecord]) -> Result<(), StoreError> {
        let rows: Vec<_> = records.iter().map(written).collect();
        self.lock_webhooks().await?;
        sqlx::query(
            "insert into tenant.webhooks
                 (id, at, kind, account_sid, call_sid, message_sid, call_id, message_id, query, params, signature,
                  is_proven, outcome, cause, words, status, answer, took_ms, event, is_repeat, is_late, request_id)
             select n.id, n.at, n.kind, n.account_sid, n.call_sid, n.message_sid,
                 (select c.id from tenant.calls c where c.id = n.call_id
                  union all select c.id from tenant.calls c where c.call_sid = n.call_sid limit 1),
                 (select m.id from tenant.messages m where m.id = n.message_id
                  union all select m.id from tenant.messages m where m.message_sid = n.message_sid limit 1),
                 n.query, n.params, n.signature, n.is_proven, n.outcome, n.cause, n.words, n.status, n.answer, n.took_ms,
                 n.event,
                 exists (select from tenant.webhooks o where o.event = n.event and o.outcome <> 'refused')
                     or count(*) filter (where n.outcome <> 'refused') over (
                         partition by n.event order by n.at, n.id rows between unbounded preceding and 1 preceding
                     ) > 0,
                 n.is_late, n.request_id
             from jsonb_to_recordset($1) as n (
                 id uuid, at timestamptz, kind text, account_sid text, call_sid text, message_sid text, call_id uuid,
                 message_id uuid, query jsonb, params jsonb, signature text, is_proven boolean, outcome text, cause text,
                 words text, status integer, answer text, took_ms bigint, event text, is_late boolean, request_id uuid
             )",
        )
        .bind(Json(rows))
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn forget_webhooks_beyond(&mut self, is_proven: bool, most: i64) -> Result<(), StoreError> {
        self.lock_webhooks().await?;
        sqlx::query(
            "delete from tenant.webhooks where id in (
                 select id from tenant.webhooks where is_proven = $1 order by at desc, id desc offset $2
             )",
        )
        .bind(is_proven)
        .bind(most)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn forget_webhooks_before(&mut self, moment: DateTime<Utc>) -> Result<(), StoreError> {
        self.lock_webhooks().await?;
        sqlx::query("delete from tenant.webhooks where at < $1")
            .bind(moment)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn webhooks(
        &mut self,
        filter: &WebhookFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<WebhookRecord>, i64), StoreError> {
        let page = select_webhooks!(
            "where ($1::text is null or kind = $1) and ($2::text is null or outcome = $2)
                 and ($3::uuid is null or call_id = $3) and ($4::uuid is null or message_id = $4)
             order by at desc, id desc limit $5 offset $6"
        );
        let total = "select count(*) from tenant.webhooks
             where ($1::text is null or kind = $1) and ($2::text is null or outcome = $2)
                 and ($3::uuid is null or call_id = $3) and ($4::uuid is null or message_id = $4)";
        let (kind, outcome) = (filter.kind.map(WebhookKind::as_str), filter.outcome.map(Outcome::as_str));
        let (call, message) = (filter.call.map(Uuid::from), filter.message.map(Uuid::from));
        let rows: Vec<Row> = sqlx::query_as(page)
            .bind(kind)
            .bind(outcome)
            .bind(call)
            .bind(message)
            .bind(limit)
            .bind(offset)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        let total = sqlx::query_scalar(total)
            .bind(kind)
            .bind(outcome)
            .bind(call)
            .bind(message)
            .fetch_one(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok((rows.into_iter().map(WebhookRecord::try_from).collect::<Result<_, _>>()?, total))
    }

    async fn webhook(&mut self, id: WebhookId) -> Result<Option<WebhookRecord>, StoreError> {
        let row: Option<Row> = sqlx::query_as(select_webhooks!("where id = $1"))
            .bind(Uuid::from(id))
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        row.map(WebhookRecord::try_from).transpose()
    }

    async fn webhook_check(&mut self, account_sid: &str) -> Result<WebhookCheck, StoreError> {
        let verified_at: Option<DateTime<Utc>> = sqlx::query_scalar(
            "select max(at) from tenant.webhooks where account_sid = $1 and signature in ('valid', 'valid_replaced')",
        )
        .bind(account_sid)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(store_error)?;
        let mismatch: Option<(DateTime<Utc>, String)> = sqlx::query_as(
            "select at, coalesce(words, '') from tenant.webhooks
             where account_sid = $1 and signature in ('wrong', 'observed')
             order by is_proven and ($2::timestamptz is null or at > $2) desc, at desc, id desc limit 1",
        )
        .bind(account_sid)
        .bind(verified_at)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(WebhookCheck { verified_at, mismatch })
    }
}
