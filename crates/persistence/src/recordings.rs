use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::calls::{CallRecording, RecordingKind};
use switchboard_domain::events::CallId;
use switchboard_domain::ports::{RecordingRepo, StoreError};
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    recording_sid: String,
    call_id: Uuid,
    kind: String,
    seconds: Option<i32>,
    transcript: Option<String>,
    created_at: DateTime<Utc>,
}

impl From<Row> for CallRecording {
    fn from(row: Row) -> Self {
        Self {
            sid: row.recording_sid,
            call: CallId::from(row.call_id),
            kind: RecordingKind::parse(&row.kind).unwrap_or(RecordingKind::Conversation),
            seconds: row.seconds.map(i32::unsigned_abs),
            transcript: row.transcript,
            created_at: row.created_at,
        }
    }
}

#[async_trait]
impl RecordingRepo for PgTx {
    async fn put_recording(&mut self, recording: &CallRecording) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "insert into tenant.recordings as r (recording_sid, call_id, kind, seconds, transcript, created_at)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (org_id, recording_sid) do update set
                 seconds = coalesce(r.seconds, excluded.seconds),
                 transcript = coalesce(r.transcript, excluded.transcript)
             where (r.seconds is null and excluded.seconds is not null)
                or (r.transcript is null and excluded.transcript is not null)",
        )
        .bind(&recording.sid)
        .bind(Uuid::from(recording.call))
        .bind(recording.kind.as_str())
        .bind(recording.seconds.map(u32::cast_signed))
        .bind(&recording.transcript)
        .bind(recording.created_at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn recording(&mut self, sid: &str) -> Result<Option<CallRecording>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "select recording_sid, call_id, kind, seconds, transcript, created_at
             from tenant.recordings where recording_sid = $1",
        )
        .bind(sid)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(row.map(CallRecording::from))
    }

    async fn recordings_of(&mut self, calls: &[CallId]) -> Result<Vec<CallRecording>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "select recording_sid, call_id, kind, seconds, transcript, created_at
             from tenant.recordings where call_id = any ($1) order by created_at, recording_sid",
        )
        .bind(calls.iter().copied().map(Uuid::from).collect::<Vec<_>>())
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(rows.into_iter().map(CallRecording::from).collect())
    }
}
