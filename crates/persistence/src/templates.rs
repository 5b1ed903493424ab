use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::events::UserId;
use switchboard_domain::ids::TemplateId;
use switchboard_domain::messages::Template;
use switchboard_domain::ports::{StoreError, TemplateRepo};
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    category: Option<String>,
    body: String,
    content_sid: Option<String>,
    is_active: bool,
    created_by: Uuid,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for Template {
    fn from(row: Row) -> Self {
        Self {
            id: TemplateId::from(row.id),
            name: row.name,
            category: row.category,
            body: row.body,
            content_sid: row.content_sid,
            is_active: row.is_active,
            created_by: UserId::from(row.created_by),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

macro_rules! select_templates {
    ($rest:literal) => {
        concat!(
            "select id, name, category, body, content_sid, is_active, created_by, created_at, updated_at
             from tenant.templates ",
            $rest
        )
    };
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// Binds $1 to $8: everything that can be typed, and when that was.
fn write<'q>(query: Query<'q>, template: &'q Template) -> Query<'q> {
    query
        .bind(Uuid::from(template.id))
        .bind(&template.name)
        .bind(template.name.to_lowercase())
        .bind(&template.category)
        .bind(&template.body)
        .bind(&template.content_sid)
        .bind(template.is_active)
        .bind(template.updated_at)
}

#[async_trait]
impl TemplateRepo for PgTx {
    async fn templates(&mut self) -> Result<Vec<Template>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(select_templates!("order by name_key"))
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(rows.into_iter().map(Template::from).collect())
    }

    async fn template(&mut self, id: TemplateId) -> Result<Option<Template>, StoreError> {
        let row: Option<Row> = sqlx::query_as(select_templates!("where id = $1"))
            .bind(Uuid::from(id))
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(row.map(Template::from))
    }

    async fn insert_template(&mut self, template: &Template) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into tenant.templates
                 (id, name, name_key, category, body, content_sid, is_active, updated_at, created_by, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        );
        write(query, template)
            .bind(Uuid::from(template.created_by))
            .bind(template.created_at)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn update_template(&mut self, template: &Template) -> Result<(), StoreError> {
        let query = sqlx::query(
            "update tenant.templates set name = $2, name_key = $3, category = $4, body = $5, content_sid = $6,
                 is_active = $7, updated_at = $8
             where id = $1",
        );
        write(query, template).execute(&mut *self.tx).await.map_err(store_error)?;
        Ok(())
    }

    async fn delete_template(&mut self, id: TemplateId) -> Result<(), StoreError> {
        sqlx::query("delete from tenant.templates where id = $1")
            .bind(Uuid::from(id))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }
}
