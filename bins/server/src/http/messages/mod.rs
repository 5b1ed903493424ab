//! Messages, as people look them up and send them.

mod consent;
mod conversations;
mod record;
mod sending;
mod templates;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use serde::Serialize;
use switchboard_domain::calls::Direction;
use switchboard_domain::check::Check;
use switchboard_domain::events::MessageId;
use switchboard_domain::messages::MessageFilter;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::record::MessageBody;
use super::caller::Viewer;
use super::calls::Timeline;
use super::query::{Id, Listing, Pairs, Place, With};
use crate::Server;
use crate::error::{ApiError, ErrorBody};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(timeline))
        .merge(sending::routes())
        .merge(conversations::routes())
        .merge(templates::routes())
        .merge(consent::routes())
}

#[derive(Serialize, ToSchema)]
struct Messages {
    messages: Vec<MessageBody>,
    pagination: Place,
}

#[derive(Serialize, ToSchema)]
struct OneMessage {
    message: MessageBody,
}

/// Which messages to show.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// `inbound` or `outbound`.
    #[param(value_type = Option<String>)]
    direction: Option<Direction>,
    /// Older than this message.
    #[param(value_type = Option<uuid::Uuid>)]
    before: Option<MessageId>,
}

impl<S: Send + Sync> FromRequestParts<S> for Filter {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let pairs = Pairs::from_request_parts(parts, state).await?;
        let mut check = Check::default();
        let directions = [Direction::Inbound, Direction::Outbound].map(|one| (one.as_str(), one));
        let filter = Self {
            direction: pairs.word(&mut check, "direction", &directions),
            before: pairs.id(&mut check, "before"),
        };
        check.finish()?;
        Ok(filter)
    }
}

/// Messages, newest first.
#[utoipa::path(get, path = "/sms", tag = "messages", params(With, Filter, Listing), security(("bearer" = ["viewer"])), responses(
    (status = OK, body = Messages), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn list(
    State(server): State<Server>,
    Viewer(caller): Viewer,
    with: With,
    Filter { direction, before }: Filter,
    listing: Listing,
) -> Result<Json<Messages>, ApiError> {
    let filter = MessageFilter { customer: with.customer(), direction, before };
    let (records, total) = server.messages.list(&caller, &filter, listing.limit, listing.offset).await?;
    let last = records.last().map(|record| record.message.id.to_string());
    let pagination = Place::new(&listing, total, records.len(), last);
    Ok(Json(Messages { messages: server.shown_messages(&caller, records), pagination }))
}

/// A message.
#[utoipa::path(get, path = "/sms/{id}", tag = "messages", params(("id" = uuid::Uuid, Path)), security(("bearer" = ["viewer"])), responses(
    (status = OK, body = OneMessage), (status = NOT_FOUND, body = ErrorBody)))]
async fn one(
    State(server): State<Server>,
    Viewer(caller): Viewer,
    Id(id): Id<MessageId>,
) -> Result<Json<OneMessage>, ApiError> {
    Ok(Json(OneMessage { message: server.shown_message(&caller, id).await? }))
}

/// What happened to a message, moment by moment.
#[utoipa::path(get, path = "/sms/{id}/timeline", tag = "messages", params(("id" = uuid::Uuid, Path)), security(("bearer" = ["viewer"])), responses(
    (status = OK, body = Timeline), (status = NOT_FOUND, body = ErrorBody)))]
async fn timeline(
    State(server): State<Server>,
    Viewer(caller): Viewer,
    Id(id): Id<MessageId>,
) -> Result<Json<Timeline>, ApiError> {
    Ok(Json(server.messages.timeline(&caller, id).await?.into()))
}
