use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::events::UserId;
use switchboard_domain::ids::UploadId;
use switchboard_domain::messages::MediaType;
use switchboard_domain::ports::{StoreError, UploadRepo};
use switchboard_domain::uploads::Upload;
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    content_type: String,
    size: i32,
    created_at: DateTime<Utc>,
}

impl TryFrom<Row> for Upload {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let unknown = || StoreError::Internal("an upload is of a kind that is not known here".into());
        Ok(Self {
            id: UploadId::from(row.id),
            by: UserId::from(row.user_id),
            kind: MediaType::parse(&row.content_type).ok_or_else(unknown)?,
            size: row.size.unsigned_abs(),
            created_at: row.created_at,
        })
    }
}

type Query<'q> = sqlx::query::QueryAs<'q, sqlx::Postgres, Row, sqlx::postgres::PgArguments>;

fn uuids(ids: &[UploadId]) -> Vec<Uuid> {
    ids.iter().copied().map(Uuid::from).collect()
}

impl PgTx {
    async fn several_uploads(&mut self, query: Query<'_>) -> Result<Vec<Upload>, StoreError> {
        let rows = query.fetch_all(&mut *self.tx).await.map_err(store_error)?;
        rows.into_iter().map(Upload::try_from).collect()
    }
}

#[async_trait]
impl UploadRepo for PgTx {
    async fn uploaded_since(&mut self, at: DateTime<Utc>) -> Result<u64, StoreError> {
        sqlx::query("select pg_advisory_xact_lock(hashtextextended('uploads/' || tenant.org_id(), 0))")
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        let bytes: i64 =
            sqlx::query_scalar("select coalesce(sum(size), 0) from tenant.uploads where created_at > $1")
                .bind(at)
                .fetch_one(&mut *self.tx)
                .await
                .map_err(store_error)?;
        Ok(bytes.unsigned_abs())
    }

    async fn insert_upload(&mut self, upload: &Upload, bytes: &[u8]) -> Result<(), StoreError> {
        sqlx::query(
            "insert into tenant.uploads (id, user_id, content_type, size, bytes, created_at)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(Uuid::from(upload.id))
        .bind(Uuid::from(upload.by))
        .bind(upload.kind.as_str())
        .bind(upload.size.cast_signed())
        .bind(bytes)
        .bind(upload.created_at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn uploads(&mut self, ids: &[UploadId]) -> Result<Vec<Upload>, StoreError> {
        let query =
            "select id, user_id, content_type, size, created_at from tenant.uploads where id = any ($1)";
        self.several_uploads(sqlx::query_as(query).bind(uuids(ids))).await
    }

    async fn upload_bytes(&mut self, id: UploadId) -> Result<Option<Vec<u8>>, StoreError> {
        sqlx::query_scalar("select bytes from tenant.uploads where id = $1")
            .bind(Uuid::from(id))
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)
    }

    async fn take_uploads(&mut self, ids: &[UploadId]) -> Result<Vec<Upload>, StoreError> {
        let query = "update tenant.uploads set is_sent = true where id = any ($1)
                     returning id, user_id, content_type, size, created_at";
        self.several_uploads(sqlx::query_as(query).bind(uuids(ids))).await
    }

    async fn forget_uploads(&mut self, before: DateTime<Utc>, limit: i64) -> Result<u64, StoreError> {
        // Asked twice: it may be sent between being found and being deleted.
        let done = sqlx::query(
            "delete from tenant.uploads where not is_sent and id in (
                 select id from tenant.uploads
                 where not is_sent and created_at < $1
                 order by created_at
                 limit $2
             )",
        )
        .bind(before)
        .bind(limit)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected())
    }
}
