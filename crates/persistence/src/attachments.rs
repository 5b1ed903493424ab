use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::events::MessageId;
use switchboard_domain::ids::AttachmentId;
use switchboard_domain::messages::{Attachment, Fate, MediaType};
use switchboard_domain::ports::{AttachmentRepo, StoreError};
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    message_id: Uuid,
    place: i32,
    url: String,
    state: String,
    content_type: Option<String>,
    size: Option<i32>,
    reason: Option<String>,
    tries: i32,
    due_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Attachment {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let unknown = || StoreError::Internal("an attachment holds a word that is not known here".into());
        let kind = row.content_type.as_deref().and_then(MediaType::parse);
        let fate = match (row.state.as_str(), kind.zip(row.size), row.reason) {
            ("awaited", None, None) => Fate::Awaited,
            ("kept", Some((kind, size)), None) => Fate::Kept { kind, size: size.unsigned_abs() },
            ("refused", None, Some(reason)) => Fate::Refused(reason),
            ("missing", None, Some(reason)) => Fate::Missing(reason),
            _ => return Err(unknown()),
        };
        Ok(Self {
            id: AttachmentId::from(row.id),
            version: row.version,
            message: MessageId::from(row.message_id),
            place: row.place.unsigned_abs(),
            url: row.url,
            fate,
            tries: row.tries.unsigned_abs(),
            due_at: row.due_at,
        })
    }
}

/// What [`Row`] is read from: everything but what is in them.
macro_rules! select_attachments {
    ($rest:literal) => {
        concat!(
            "select id, version, message_id, place, url, state, content_type, size, reason, tries, due_at
             from tenant.attachments ",
            $rest
        )
    };
}

type Query<'q> = sqlx::query::QueryAs<'q, sqlx::Postgres, Row, sqlx::postgres::PgArguments>;

impl PgTx {
    async fn several_attachments(&mut self, query: Query<'_>) -> Result<Vec<Attachment>, StoreError> {
        let rows = query.fetch_all(&mut *self.tx).await.map_err(store_error)?;
        rows.into_iter().map(Attachment::try_from).collect()
    }
}

#[async_trait]
impl AttachmentRepo for PgTx {
    async fn insert_attachment(&mut self, attachment: &Attachment) -> Result<(), StoreError> {
        sqlx::query(
            "insert into tenant.attachments (id, version, message_id, place, url, state, reason, tries, due_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(Uuid::from(attachment.id))
        .bind(attachment.version)
        .bind(Uuid::from(attachment.message))
        .bind(attachment.place.cast_signed())
        .bind(&attachment.url)
        .bind(attachment.fate.as_str())
        .bind(attachment.fate.reason())
        .bind(attachment.tries.cast_signed())
        .bind(attachment.due_at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn attachment(&mut self, id: AttachmentId) -> Result<Option<Attachment>, StoreError> {
        let query = sqlx::query_as(select_attachments!("where id = $1")).bind(Uuid::from(id));
        Ok(self.several_attachments(query).await?.pop())
    }

    async fn attachment_bytes(&mut self, id: AttachmentId) -> Result<Option<Vec<u8>>, StoreError> {
        let bytes: Option<Option<Vec<u8>>> =
            sqlx::query_scalar("select bytes from tenant.attachments where id = $1")
                .bind(Uuid::from(id))
                .fetch_optional(&mut *self.tx)
                .await
                .map_err(store_error)?;
        Ok(bytes.flatten())
    }

    async fn attachments_of(&mut self, messages: &[MessageId]) -> Result<Vec<Attachment>, StoreError> {
        let messages: Vec<_> = messages.iter().copied().map(Uuid::from).collect();
        let query = select_attachments!("where message_id = any ($1) order by message_id, place");
        self.several_attachments(sqlx::query_as(query).bind(messages)).await
    }

    async fn update_attachment(
        &mut self,
        attachment: &Attachment,
        bytes: Option<&[u8]>,
    ) -> Result<bool, StoreError> {
        let (kind, size) = match &attachment.fate {
            Fate::Kept { kind, size } => (Some(kind.as_str()), Some(size.cast_signed())),
            _ => (None, None),
        };
        let done = sqlx::query(
            "update tenant.attachments set
                 version = version + 1, state = $3, content_type = $4, size = $5, reason = $6, tries = $7, due_at = $8,
                 bytes = coalesce($9, bytes)
             where id = $1 and version = $2",
        )
        .bind(Uuid::from(attachment.id))
        .bind(attachment.version)
        .bind(attachment.fate.as_str())
        .bind(kind)
        .bind(size)
        .bind(attachment.fate.reason())
        .bind(attachment.tries.cast_signed())
        .bind(attachment.due_at)
        .bind(bytes)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn due_attachments(&mut self, limit: i64) -> Result<Vec<Attachment>, StoreError> {
        let query = select_attachments!("where due_at <= clock_timestamp() order by due_at, id limit $1");
        self.several_attachments(sqlx::query_as(query).bind(limit)).await
    }
}
