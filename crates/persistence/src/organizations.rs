use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::events::OrgId;
use switchboard_domain::people::Organization;
use switchboard_domain::ports::{OrganizationRepo, StoreError};
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    org_id: Uuid,
    name: String,
    slug: String,
    domain: Option<String>,
    settings: serde_json::Value,
    region: String,
    timezone: String,
    is_active: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for Organization {
    fn from(row: Row) -> Self {
        Self {
            id: OrgId::from(row.org_id),
            name: row.name,
            slug: row.slug,
            domain: row.domain,
            settings: row.settings,
            region: row.region.parse().unwrap_or_default(),
            timezone: row.timezone.parse().unwrap_or_default(),
            is_active: row.is_active,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

#[async_trait]
impl OrganizationRepo for PgTx {
    async fn organization(&mut self) -> Result<Option<Organization>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "select org_id, name, slug, domain, settings, region, timezone, is_active, created_at, updated_at
             from tenant.organizations",
        )
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(row.map(Organization::from))
    }

    async fn lock_people(&mut self) -> Result<(), StoreError> {
        sqlx::query("select from tenant.organizations for update")
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn insert_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        sqlx::query(
            "insert into tenant.organizations
                 (name, slug, domain, settings, region, timezone, is_active, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&organization.name)
        .bind(&organization.slug)
        .bind(&organization.domain)
        .bind(&organization.settings)
        .bind(organization.region.to_string())
        .bind(organization.timezone.to_string())
        .bind(organization.is_active)
        .bind(organization.created_at)
        .bind(organization.updated_at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        sqlx::query("insert into directory.slugs (slug) values ($1)")
            .bind(&organization.slug)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        sqlx::query("insert into directory.log_heads default values")
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn update_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        sqlx::query("update tenant.organizations set name = $1, region = $2, timezone = $3, updated_at = $4")
            .bind(&organization.name)
            .bind(organization.region.to_string())
            .bind(organization.timezone.to_string())
            .bind(organization.updated_at)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn set_organization_active(
        &mut self,
        is_active: bool,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "update tenant.organizations set is_active = $1, updated_at = $2 where is_active <> $1",
        )
        .bind(is_active)
        .bind(at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }
}
