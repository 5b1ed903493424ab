use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn;
use serde::{Deserialize, Serialize};
use switchboard_domain::access::Caller;
use switchboard_domain::calls::Listening;
use switchboard_domain::check::Check;
use switchboard_domain::events::{CallId, CustomerId};
use switchboard_domain::switching::{CallOrder, TransferForm};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{CallBody, OneCall};
use crate::Server;
use crate::error::{ApiError, ErrorBody};
use crate::http::abandoned::see_through;
use crate::http::body::Body;
use crate::http::caller::{Agent, Supervisor};
use crate::http::query::{Id, id, idempotency_key};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(make))
        .routes(routes!(hold))
        .routes(routes!(resume))
        .routes(routes!(hang_up))
        .routes(routes!(transfer))
        .routes(routes!(listen))
        .layer(from_fn(see_through))
}

/// A call to be made. Empty texts and null are as if left out.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase")]
#[schema(as = call::Order)]
struct Order {
    /// A phone number, in any format.
    to: Option<String>,
    #[schema(value_type = Option<Uuid>)]
    lead_id: Option<String>,
    #[schema(value_type = Option<Uuid>)]
    contact_id: Option<String>,
    /// The id that the call is to have, for whoever's browser calls in before.
    #[schema(value_type = Option<Uuid>)]
    conference_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct Made {
    message: &'static str,
    data: CallBody,
}

/// Calls a customer. The browser calls in with the call's id as `conference`, before or after.
#[utoipa::path(post, path = "/call/make", tag = "calls", request_body = Order, security(("bearer" = ["user"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key of the same person is the same call; it dials again only if Twilio never had that one")), responses(
    (status = CREATED, body = Made), (status = CONFLICT, body = ErrorBody, description = "`not_configured`, or the id is another call's"),
    (status = UNPROCESSABLE_ENTITY, body = ErrorBody), (status = BAD_GATEWAY, body = ErrorBody)))]
async fn make(
    State(server): State<Server>,
    Agent(caller): Agent,
    headers: HeaderMap,
    Body(order): Body<Order>,
) -> Result<(StatusCode, Json<Made>), ApiError> {
    let mut check = Check::default();
    let order = CallOrder {
        to: order.to,
        lead_id: id(&mut check, "leadId", order.lead_id.as_deref()).map(CustomerId::from),
        contact_id: id(&mut check, "contactId", order.contact_id.as_deref()).map(CustomerId::from),
        conference_id: id(&mut check, "conferenceId", order.conference_id.as_deref()).map(CallId::from),
        idempotency_key: idempotency_key(&mut check, &headers),
    };
    check.finish()?;
    let id = server.switching.make(&caller, order).await?.id;
    let data = shown(&server, &caller, id).await?;
    Ok((StatusCode::CREATED, Json(Made { message: "Call initiated", data })))
}

async fn shown(server: &Server, caller: &Caller, id: CallId) -> Result<CallBody, ApiError> {
    Ok(server.shown(caller, server.calls.get(caller, id).await?))
}

/// Lets the customer hear music.
#[utoipa::path(post, path = "/call/{id}/hold", tag = "calls", params(("id" = Uuid, Path)), security(("bearer" = ["user"])), responses(
    (status = OK, body = OneCall), (status = NOT_FOUND, body = ErrorBody), (status = CONFLICT, body = ErrorBody, description = "`wrong_state`")))]
async fn hold(
    State(server): State<Server>,
    Agent(caller): Agent,
    Id(id): Id<CallId>,
) -> Result<Json<OneCall>, ApiError> {
    server.switching.hold(&caller, id).await?;
    Ok(Json(OneCall { call: shown(&server, &caller, id).await? }))
}

/// Lets the customer hear the agent again.
#[utoipa::path(post, path = "/call/{id}/resume", tag = "calls", params(("id" = Uuid, Path)), security(("bearer" = ["user"])), responses(
    (status = OK, body = OneCall), (status = NOT_FOUND, body = ErrorBody), (status = CONFLICT, body = ErrorBody, description = "`wrong_state`")))]
async fn resume(
    State(server): State<Server>,
    Agent(caller): Agent,
    Id(id): Id<CallId>,
) -> Result<Json<OneCall>, ApiError> {
    server.switching.resume(&caller, id).await?;
    Ok(Json(OneCall { call: shown(&server, &caller, id).await? }))
}

/// Ends a call; but if a colleague was asked in and is there, they have it from now on.
#[utoipa::path(post, path = "/call/{id}/hangup", tag = "calls", params(("id" = Uuid, Path)), security(("bearer" = ["user"])), responses(
    (status = OK, body = OneCall), (status = NOT_FOUND, body = ErrorBody), (status = CONFLICT, body = ErrorBody, description = "`wrong_state`")))]
async fn hang_up(
    State(server): State<Server>,
    Agent(caller): Agent,
    Id(id): Id<CallId>,
) -> Result<Json<OneCall>, ApiError> {
    server.switching.hang_up(&caller, id).await?;
    Ok(Json(OneCall { call: shown(&server, &caller, id).await? }))
}

/// To whom a call goes.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
struct Transfer {
    /// A colleague's id, or a phone number.
    to: Option<String>,
    /// `cold`: at once; `warm`: the customer is on hold until the agent hangs up.
    kind: Option<String>,
}

/// Hands a call over.
#[utoipa::path(post, path = "/call/{id}/transfer", tag = "calls", request_body = Transfer, params(("id" = Uuid, Path)), security(("bearer" = ["user"])), responses(
    (status = OK, body = OneCall), (status = NOT_FOUND, body = ErrorBody), (status = CONFLICT, body = ErrorBody, description = "`wrong_state`"),
    (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn transfer(
    State(server): State<Server>,
    Agent(caller): Agent,
    Id(id): Id<CallId>,
    Body(Transfer { to, kind }): Body<Transfer>,
) -> Result<Json<OneCall>, ApiError> {
    server.switching.transfer(&caller, id, TransferForm { to, kind }).await?;
    Ok(Json(OneCall { call: shown(&server, &caller, id).await? }))
}

/// How to take part in somebody's call.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
struct Wish {
    /// `monitor`: hears both; `whisper`: is heard by the agent alone; `barge`: is heard by both.
    mode: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct Listens {
    call: CallBody,
    /// With this as `conference` and `participant=supervisor` the browser calls in.
    #[serde(rename = "conferenceId")]
    conference_id: Uuid,
}

/// Lets a supervisor take part in somebody's call; asked again, in another way.
#[utoipa::path(post, path = "/call/{id}/listen", tag = "calls", request_body = Wish, params(("id" = Uuid, Path)), security(("bearer" = ["manager"])), responses(
    (status = OK, body = Listens), (status = NOT_FOUND, body = ErrorBody), (status = CONFLICT, body = ErrorBody, description = "`wrong_state`"),
    (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn listen(
    State(server): State<Server>,
    Supervisor(caller): Supervisor,
    Id(id): Id<CallId>,
    Body(wish): Body<Wish>,
) -> Result<Json<Listens>, ApiError> {
    server.calls.find(caller.scope, id).await?;
    let mut check = Check::default();
    let mode = check.required("mode", wish.mode.as_deref(), 20);
    let listening = Listening::parse(&mode);
    if listening.is_none() && !mode.is_empty() {
        check.refuse("mode", "must be one of monitor, whisper, barge");
    }
    check.finish()?;
    if let Some(listening) = listening {
        server.switching.listen(&caller, id, listening).await?;
    }
    Ok(Json(Listens { call: shown(&server, &caller, id).await?, conference_id: id.into() }))
}
