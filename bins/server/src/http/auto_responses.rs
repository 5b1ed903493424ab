use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use switchboard_domain::auto_responses::{AutoResponse, AutoResponseForm};
use switchboard_domain::ids::AutoResponseId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::auth::Message;
use super::body::{Body, present};
use super::caller::{Supervisor, Viewer};
use super::people::timestamp;
use super::query::Id;
use crate::Server;
use crate::error::{ApiError, ErrorBody};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(update, delete))
}

#[derive(Serialize, ToSchema)]
struct AutoResponseBody {
    id: Uuid,
    /// `keyword`, `closed` or `new_lead`.
    trigger: &'static str,
    /// Of the trigger `keyword`.
    keyword: Option<String>,
    /// The number that was written to; `null`: any.
    number: Option<String>,
    body: String,
    is_active: bool,
    /// Whose user made it.
    created_by: Uuid,
    created_at: String,
    updated_at: String,
}

impl From<AutoResponse> for AutoResponseBody {
    fn from(rule: AutoResponse) -> Self {
        Self {
            id: rule.id.into(),
            trigger: rule.trigger.as_str(),
            keyword: rule.trigger.keyword().map(str::to_owned),
            number: rule.number.map(|number| number.to_string()),
            body: rule.body,
            is_active: rule.is_active,
            created_by: rule.created_by.into(),
            created_at: timestamp(rule.created_at),
            updated_at: timestamp(rule.updated_at),
        }
    }
}

#[derive(Serialize, ToSchema)]
struct AutoResponseList {
    auto_responses: Vec<AutoResponseBody>,
}

#[derive(Serialize, ToSchema)]
struct SavedAutoResponse {
    message: &'static str,
    auto_response: AutoResponseBody,
}

/// A rule, or what of it changes: what is left out stays as it is.
#[derive(Deserialize, ToSchema)]
struct AutoResponseChange {
    /// `keyword`: a text that is nothing but the keyword. `closed`: one that comes while its number is closed. `new_lead`: the
    /// first one of somebody who was not known.
    #[serde(default, deserialize_with = "present")]
    trigger: Option<Option<String>>,
    /// In whatever case; 100 characters at most, and none of Twilio's words about consent. For the trigger `keyword` alone.
    #[serde(default, deserialize_with = "present")]
    keyword: Option<Option<String>>,
    /// One of the organization's numbers; `null`: any.
    #[serde(default, deserialize_with = "present")]
    number: Option<Option<String>>,
    /// 1600 characters at most, with gaps such as `{{first_name}}`, `{{name}}`, `{{organization}}`.
    #[serde(default, deserialize_with = "present")]
    body: Option<Option<String>>,
    /// True when left out at first.
    is_active: Option<bool>,
}

impl From<AutoResponseChange> for AutoResponseForm {
    fn from(change: AutoResponseChange) -> Self {
        let AutoResponseChange { trigger, keyword, number, body, is_active } = change;
        Self { trigger, keyword, number, body, is_active }
    }
}

/// What is answered by itself to those who write.
#[utoipa::path(get, path = "", tag = "twilio", security(("bearer" = ["viewer"])), responses((status = OK, body = AutoResponseList)))]
async fn list(
    State(server): State<Server>,
    Viewer(caller): Viewer,
) -> Result<Json<AutoResponseList>, ApiError> {
    let rules = server.auto_responses.list(&caller).await?;
    Ok(Json(AutoResponseList { auto_responses: rules.into_iter().map(AutoResponseBody::from).collect() }))
}

/// Adds an auto-response.
#[utoipa::path(post, path = "", request_body = AutoResponseChange, tag = "twilio", security(("bearer" = ["manager"])), responses(
    (status = CREATED, body = SavedAutoResponse), (status = CONFLICT, body = ErrorBody), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn create(
    State(server): State<Server>,
    Supervisor(caller): Supervisor,
    Body(change): Body<AutoResponseChange>,
) -> Result<(StatusCode, Json<SavedAutoResponse>), ApiError> {
    let auto_response = server.auto_responses.create(&caller, change.into()).await?.into();
    Ok((StatusCode::CREATED, Json(SavedAutoResponse { message: "Auto-response created", auto_response })))
}

/// Changes an auto-response.
#[utoipa::path(put, path = "/{id}", request_body = AutoResponseChange, tag = "twilio", params(("id" = Uuid, Path)),
    security(("bearer" = ["manager"])), responses((status = OK, body = SavedAutoResponse), (status = NOT_FOUND, body = ErrorBody),
    (status = CONFLICT, body = ErrorBody), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn update(
    State(server): State<Server>,
    Supervisor(caller): Supervisor,
    Id(id): Id<AutoResponseId>,
    Body(change): Body<AutoResponseChange>,
) -> Result<Json<SavedAutoResponse>, ApiError> {
    let auto_response = server.auto_responses.update(&caller, id, change.into()).await?.into();
    Ok(Json(SavedAutoResponse { message: "Auto-response updated", auto_response }))
}

/// Removes an auto-response.
#[utoipa::path(delete, path = "/{id}", tag = "twilio", params(("id" = Uuid, Path)), security(("bearer" = ["manager"])), responses(
    (status = OK, body = Message), (status = NOT_FOUND, body = ErrorBody)))]
async fn delete(
    State(server): State<Server>,
    Supervisor(caller): Supervisor,
    Id(id): Id<AutoResponseId>,
) -> Result<Json<Message>, ApiError> {
    server.auto_responses.delete(&caller, id).await?;
    Ok(Json(Message { message: "Auto-response deleted" }))
}
