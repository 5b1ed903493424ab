use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use switchboard_domain::service_tokens::{SCOPE, ServiceToken, ServiceTokenId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::auth::Message;
use super::body::Body;
use super::caller::Admin;
use super::people::timestamp;
use super::query::Id;
use crate::Server;
use crate::error::{ApiError, ErrorBody};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(revoke))
}

#[derive(Serialize, ToSchema)]
struct ServiceTokenBody {
    id: Uuid,
    name: String,
    /// What it may do: `events:read`.
    scope: &'static str,
    /// Whose user made it.
    created_by: Uuid,
    created_at: String,
    /// To the minute.
    last_used_at: Option<String>,
}

impl From<ServiceToken> for ServiceTokenBody {
    fn from(token: ServiceToken) -> Self {
        Self {
            id: token.id.into(),
            name: token.name,
            scope: SCOPE,
            created_by: token.created_by.into(),
            created_at: timestamp(token.created_at),
            last_used_at: token.last_used_at.map(timestamp),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ServiceTokenList {
    service_tokens: Vec<ServiceTokenBody>,
}

#[derive(Deserialize, ToSchema)]
struct NewServiceToken {
    /// What it is for, in words for people.
    name: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreatedServiceToken {
    /// The token: told here and never again.
    token: String,
    service_token: ServiceTokenBody,
}

/// The tokens with which services read the organization's events.
#[utoipa::path(get, path = "", tag = "service tokens", security(("bearer" = ["admin"])), responses((status = OK, body = ServiceTokenList)))]
async fn list(
    State(server): State<Server>,
    Admin(caller): Admin,
) -> Result<Json<ServiceTokenList>, ApiError> {
    let tokens = server.service_tokens.list(&caller).await?;
    Ok(Json(ServiceTokenList { service_tokens: tokens.into_iter().map(ServiceTokenBody::from).collect() }))
}

/// Makes a token, told in this answer alone. It may read events, and nothing else.
#[utoipa::path(post, path = "", request_body = NewServiceToken, tag = "service tokens", security(("bearer" = ["admin"])), responses(
    (status = CREATED, body = CreatedServiceToken), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn create(
    State(server): State<Server>,
    Admin(caller): Admin,
    Body(new): Body<NewServiceToken>,
) -> Result<(StatusCode, Json<CreatedServiceToken>), ApiError> {
    let (token, kept) = server.service_tokens.create(&caller, new.name.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(CreatedServiceToken { token, service_token: kept.into() })))
}

/// Revokes a token, at once.
#[utoipa::path(delete, path = "/{id}", tag = "service tokens", params(("id" = Uuid, Path)), security(("bearer" = ["admin"])), responses(
    (status = OK, body = Message), (status = NOT_FOUND, body = ErrorBody)))]
async fn revoke(
    State(server): State<Server>,
    Admin(caller): Admin,
    Id(id): Id<ServiceTokenId>,
) -> Result<Json<Message>, ApiError> {
    server.service_tokens.revoke(&caller, id).await?;
    Ok(Json(Message { message: "Service token revoked" }))
}
