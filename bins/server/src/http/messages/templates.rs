use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use switchboard_domain::check::Change;
use switchboard_domain::ids::TemplateId;
use switchboard_domain::messages::{Template, TemplateForm};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Server;
use crate::error::{ApiError, ErrorBody};
use crate::http::body::{Body, present};
use crate::http::caller::{Supervisor, Viewer};
use crate::http::people::timestamp;
use crate::http::query::Id;

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(one, update, delete))
}

#[derive(Serialize, ToSchema)]
struct Templates {
    templates: Vec<TemplateBody>,
}

#[derive(Serialize, ToSchema)]
struct OneTemplate {
    template: TemplateBody,
}

#[derive(Serialize, ToSchema)]
struct ChangedTemplate {
    message: &'static str,
    template: TemplateBody,
}

#[derive(Serialize, ToSchema)]
struct TemplateBody {
    id: Uuid,
    name: String,
    category: Option<String>,
    body: String,
    /// The names of its gaps, in their order.
    variables: Vec<String>,
    /// Twilio's id of it, if WhatsApp agreed to it.
    content_sid: Option<String>,
    is_active: bool,
    created_by: Uuid,
    created_at: String,
    updated_at: String,
}

impl From<Template> for TemplateBody {
    fn from(template: Template) -> Self {
        Self {
            id: template.id.into(),
            variables: template.gaps().into_iter().map(str::to_owned).collect(),
            name: template.name,
            category: template.category,
            body: template.body,
            content_sid: template.content_sid,
            is_active: template.is_active,
            created_by: template.created_by.into(),
            created_at: timestamp(template.created_at),
            updated_at: timestamp(template.updated_at),
        }
    }
}

/// A template as typed. A field left out stays as it is; of a new one it is empty.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = template::Form)]
struct Form {
    /// 100 characters at most; no other template has it, in whatever case.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    name: Change<String>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    category: Change<String>,
    /// 1,600 characters at most. `{{name}}` is a gap.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    body: Change<String>,
    /// `HX…`, if WhatsApp agreed to it.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    content_sid: Change<String>,
    is_active: Option<bool>,
}

impl From<Form> for TemplateForm {
    fn from(form: Form) -> Self {
        let Form { name, category, body, content_sid, is_active } = form;
        Self { name, category, body, content_sid, is_active }
    }
}

/// Texts that are written often, by name.
#[utoipa::path(get, path = "/templates", tag = "templates", security(("bearer" = ["viewer"])), responses((status = OK, body = Templates)))]
async fn list(State(server): State<Server>, Viewer(caller): Viewer) -> Result<Json<Templates>, ApiError> {
    let templates = server.templates.list(&caller).await?;
    Ok(Json(Templates { templates: templates.into_iter().map(TemplateBody::from).collect() }))
}

/// One of them.
#[utoipa::path(get, path = "/templates/{id}", tag = "templates", params(("id" = Uuid, Path)), security(("bearer" = ["viewer"])), responses(
    (status = OK, body = OneTemplate), (status = NOT_FOUND, body = ErrorBody)))]
async fn one(
    State(server): State<Server>,
    Viewer(caller): Viewer,
    Id(id): Id<TemplateId>,
) -> Result<Json<OneTemplate>, ApiError> {
    Ok(Json(OneTemplate { template: server.templates.get(&caller, id).await?.into() }))
}

/// Adds one.
#[utoipa::path(post, path = "/templates", tag = "templates", request_body = Form, security(("bearer" = ["manager"])), responses(
    (status = CREATED, body = ChangedTemplate), (status = CONFLICT, body = ErrorBody), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn create(
    State(server): State<Server>,
    Supervisor(caller): Supervisor,
    Body(form): Body<Form>,
) -> Result<(StatusCode, Json<ChangedTemplate>), ApiError> {
    let template = server.templates.create(&caller, form.into()).await?.into();
    Ok((StatusCode::CREATED, Json(ChangedTemplate { message: "Template created", template })))
}

/// Changes one.
#[utoipa::path(put, path = "/templates/{id}", tag = "templates", request_body = Form, params(("id" = Uuid, Path)), security(("bearer" = ["manager"])), responses(
    (status = OK, body = ChangedTemplate), (status = NOT_FOUND, body = ErrorBody), (status = CONFLICT, body = ErrorBody), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn update(
    State(server): State<Server>,
    Supervisor(caller): Supervisor,
    Id(id): Id<TemplateId>,
    Body(form): Body<Form>,
) -> Result<Json<ChangedTemplate>, ApiError> {
    let template = server.templates.update(&caller, id, form.into()).await?.into();
    Ok(Json(ChangedTemplate { message: "Template updated", template }))
}

/// Removes one. Messages that were made of it stay.
#[utoipa::path(delete, path = "/templates/{id}", tag = "templates", params(("id" = Uuid, Path)), security(("bearer" = ["manager"])), responses(
    (status = OK, body = ChangedTemplate), (status = NOT_FOUND, body = ErrorBody)))]
async fn delete(
    State(server): State<Server>,
    Supervisor(caller): Supervisor,
    Id(id): Id<TemplateId>,
) -> Result<Json<ChangedTemplate>, ApiError> {
    let template = server.templates.delete(&caller, id).await?.into();
    Ok(Json(ChangedTemplate { message: "Template deleted", template }))
}
