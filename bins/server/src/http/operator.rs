//! What operators may do. Not part of the public API, nor of its description.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use metrics::counter;
use serde::{Deserialize, Serialize};
use switchboard_auth::OperatorToken;
use switchboard_domain::Error;
use switchboard_domain::events::OrgId;
use switchboard_domain::operator::{Judging, RolloutForm, SignatureForm};
use switchboard_domain::people::Organization;
use switchboard_domain::ports::RolloutRecord;
use switchboard_domain::signatures::{ModeChange, SignatureMode};
use tracing::{info, warn};
use uuid::Uuid;

use super::body::Body;
use super::caller::{NO_TOKEN, bearer};
use super::inspector::CheckBody;
use super::people::timestamp;
use super::query::{Id, Listing, Pagination};
use crate::Server;
use crate::error::ApiError;
use crate::spool::Waiting;

/// The routes, all of them behind the token.
pub(crate) fn routes(server: Server, token: OperatorToken) -> Router {
    Router::new()
        .route("/operator/organizations", get(organizations))
        .route("/operator/organizations/{id}/activate", post(activate))
        .route("/operator/organizations/{id}/deactivate", post(deactivate))
        .route("/operator/organizations/{id}/signature-mode", get(judging).put(set_judging))
        .route("/operator/realtime", get(rollout).put(set_rollout))
        .route("/operator/spool", get(spool))
        .route_layer(from_fn_with_state(Arc::new(token), check_token))
        .with_state(server)
}

async fn check_token(
    State(token): State<Arc<OperatorToken>>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let shown = bearer(request.headers()).ok_or(NO_TOKEN)?;
    if !token.is(shown) {
        warn!("refused somebody who is not the operator");
        return Err(Error::Unauthenticated("this is not the operator's token").into());
    }
    Ok(next.run(request).await)
}

#[derive(Serialize)]
struct OrganizationBody {
    id: Uuid,
    name: String,
    slug: String,
    is_active: bool,
    created_at: String,
}

impl From<Organization> for OrganizationBody {
    fn from(organization: Organization) -> Self {
        Self {
            id: organization.id.into(),
            name: organization.name,
            slug: organization.slug,
            is_active: organization.is_active,
            created_at: timestamp(organization.created_at),
        }
    }
}

#[derive(Serialize)]
struct Organizations {
    organizations: Vec<OrganizationBody>,
    pagination: Pagination,
}

#[derive(Serialize)]
struct OneOrganization {
    organization: OrganizationBody,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RolloutChange {
    percent: Option<i64>,
    poll_interval_ms: Option<i64>,
    changed_by: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RolloutBody {
    percent: u8,
    poll_interval_ms: u32,
    version: u64,
    changed_by: String,
    changed_at: String,
}

impl From<RolloutRecord> for RolloutBody {
    fn from(record: RolloutRecord) -> Self {
        Self {
            percent: record.rollout.percent,
            poll_interval_ms: record.rollout.poll_interval_ms,
            version: record.rollout.version,
            changed_by: record.changed_by,
            changed_at: timestamp(record.changed_at),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JudgingChange {
    mode: Option<String>,
    hours: Option<i64>,
    changed_by: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JudgingBody {
    mode: &'static str,
    observe_until: Option<String>,
    webhook_check: CheckBody,
    changes: Vec<ModeChangeBody>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ModeChangeBody {
    mode: &'static str,
    until: Option<String>,
    changed_by: String,
    changed_at: String,
}

impl From<Judging> for JudgingBody {
    fn from(judging: Judging) -> Self {
        let is_observed = judging.observed_until.is_some();
        let mode = if is_observed { SignatureMode::Observe } else { SignatureMode::Enforce };
        Self {
            mode: mode.as_str(),
            observe_until: judging.observed_until.map(timestamp),
            webhook_check: judging.webhook_check.into(),
            changes: judging.changes.into_iter().map(ModeChangeBody::from).collect(),
        }
    }
}

impl From<ModeChange> for ModeChangeBody {
    fn from(change: ModeChange) -> Self {
        Self {
            mode: change.mode.as_str(),
            until: change.until.map(timestamp),
            changed_by: change.changed_by,
            changed_at: timestamp(change.changed_at),
        }
    }
}

/// What waits on this node because the database was away.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SpoolBody {
    entries: usize,
    bytes: u64,
    accounts: Vec<WaitingBody>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WaitingBody {
    account_sid: String,
    entries: usize,
    bytes: u64,
    oldest_at: String,
}

impl From<Waiting> for WaitingBody {
    fn from(waiting: Waiting) -> Self {
        Self {
            account_sid: waiting.account_sid,
            entries: waiting.size.entries,
            bytes: waiting.size.bytes,
            oldest_at: timestamp(waiting.oldest),
        }
    }
}

async fn organizations(
    State(server): State<Server>,
    listing: Listing,
) -> Result<Json<Organizations>, ApiError> {
    let (organizations, total) = server.operator.organizations(listing.limit, listing.offset).await?;
    Ok(Json(Organizations {
        organizations: organizations.into_iter().map(OrganizationBody::from).collect(),
        pagination: listing.pagination(total),
    }))
}

async fn activate(
    State(server): State<Server>,
    Id(id): Id<OrgId>,
) -> Result<Json<OneOrganization>, ApiError> {
    let organization = server.operator.set_active(id, true).await?;
    info!(org.id = %id, "the operator activated the organization {}", organization.slug);
    Ok(Json(OneOrganization { organization: organization.into() }))
}

async fn deactivate(
    State(server): State<Server>,
    Id(id): Id<OrgId>,
) -> Result<Json<OneOrganization>, ApiError> {
    let organization = server.operator.set_active(id, false).await?;
    info!(org.id = %id, "the operator deactivated the organization {}", organization.slug);
    Ok(Json(OneOrganization { organization: organization.into() }))
}

async fn rollout(State(server): State<Server>) -> Result<Json<RolloutBody>, ApiError> {
    Ok(Json(server.operator.rollout().await?.into()))
}

async fn set_rollout(
    State(server): State<Server>,
    Body(change): Body<RolloutChange>,
) -> Result<Json<RolloutBody>, ApiError> {
    let form = RolloutForm {
        percent: change.percent,
        poll_interval_ms: change.poll_interval_ms,
        changed_by: change.changed_by,
    };
    let record = server.operator.set_rollout(form).await?;
    let percent = record.rollout.percent;
    info!(version = record.rollout.version, "{} gave websockets to {percent} %", record.changed_by);
    Ok(Json(record.into()))
}

async fn judging(State(server): State<Server>, Id(id): Id<OrgId>) -> Result<Json<JudgingBody>, ApiError> {
    Ok(Json(server.operator.judging(id).await?.into()))
}

async fn set_judging(
    State(server): State<Server>,
    Id(id): Id<OrgId>,
    Body(change): Body<JudgingChange>,
) -> Result<Json<JudgingBody>, ApiError> {
    let form = SignatureForm { mode: change.mode, hours: change.hours, changed_by: change.changed_by };
    let judging = server.operator.set_judging(id, form).await?;
    server.account_keys.forget(None, id);
    let body = JudgingBody::from(judging);
    counter!("switchboard_signature_mode_changes_total", "mode" => body.mode).increment(1);
    let by = body.changes.first().map_or("operator", |change| change.changed_by.as_str());
    match &body.observe_until {
        Some(until) => warn!(org.id = %id, "{by} lets in webhooks with a wrong signature until {until}"),
        None => info!(org.id = %id, "{by} has signatures enforced"),
    }
    Ok(Json(body))
}

async fn spool(State(server): State<Server>) -> Json<SpoolBody> {
    let (size, waiting) = (server.spool.size(), server.spool.waiting());
    Json(SpoolBody {
        entries: size.entries,
        bytes: size.bytes,
        accounts: waiting.into_iter().map(WaitingBody::from).collect(),
    })
}
