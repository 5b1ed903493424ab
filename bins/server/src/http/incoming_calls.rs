use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use switchboard_domain::calls::Call;
use switchboard_domain::check::Check;
use switchboard_domain::events::IncomingCall;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::body::Body;
use super::caller::{Agent, Viewer};
use crate::Server;
use crate::error::{ApiError, ErrorBody};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(pending))
        .routes(routes!(accept))
        .routes(routes!(decline))
        .routes(routes!(seen))
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Pending {
    /// The oldest.
    #[schema(value_type = Option<Object>)]
    incoming_call: Option<IncomingCall>,
    /// All of them, oldest first: payloads of `incoming-call`.
    #[schema(value_type = Vec<Object>)]
    incoming_calls: Vec<IncomingCall>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Which {
    /// Twilio's id of the call.
    call_sid: Option<String>,
}

impl Which {
    fn call_sid(self) -> Result<String, ApiError> {
        let mut check = Check::default();
        let call_sid = check.required("callSid", self.call_sid.as_deref(), 64);
        check.finish()?;
        Ok(call_sid)
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Accepted {
    success: bool,
    conference_id: Uuid,
    message: &'static str,
}

#[derive(Serialize, ToSchema)]
struct Done {
    success: bool,
}

/// Every ringing call except those that the caller declined.
#[utoipa::path(get, path = "/pending", tag = "calls", security(("bearer" = ["viewer"])), responses((status = OK, body = Pending)))]
async fn pending(State(server): State<Server>, Viewer(caller): Viewer) -> Result<Json<Pending>, ApiError> {
    server.newsroom.saw(&caller);
    let calls = server.calls.ringing(&caller).await?;
    let incoming_calls: Vec<_> = calls.iter().map(Call::announcement).collect();
    Ok(Json(Pending { incoming_call: incoming_calls.first().cloned(), incoming_calls }))
}

/// Takes a ringing call: exactly one person gets 200.
#[utoipa::path(post, path = "/accept", request_body = Which, tag = "calls", security(("bearer" = ["user"])), responses(
    (status = OK, body = Accepted), (status = NOT_FOUND, body = ErrorBody), (status = GONE, body = ErrorBody),
    (status = CONFLICT, body = ErrorBody, description = "`acceptedBy` names who was first")))]
async fn accept(
    State(server): State<Server>,
    Agent(caller): Agent,
    Body(which): Body<Which>,
) -> Result<Json<Accepted>, ApiError> {
    let conference_id = server.calls.accept(&caller, &which.call_sid()?).await?.into();
    Ok(Json(Accepted { success: true, conference_id, message: "Call accepted" }))
}

/// Silences a call for the caller alone.
#[utoipa::path(post, path = "/decline", request_body = Which, tag = "calls", security(("bearer" = ["user"])), responses(
    (status = OK, body = Done), (status = NOT_FOUND, body = ErrorBody), (status = GONE, body = ErrorBody)))]
async fn decline(
    State(server): State<Server>,
    Agent(caller): Agent,
    Body(which): Body<Which>,
) -> Result<Json<Done>, ApiError> {
    server.calls.decline(&caller, &which.call_sid()?).await?;
    Ok(Json(Done { success: true }))
}

/// The caller's screen shows a call: what `call-ack` says on a socket, for those who have none.
#[utoipa::path(post, path = "/seen", request_body = Which, tag = "calls", security(("bearer" = ["viewer"])), responses(
    (status = OK, body = Done), (status = NOT_FOUND, body = ErrorBody)))]
async fn seen(
    State(server): State<Server>,
    Viewer(caller): Viewer,
    Body(which): Body<Which>,
) -> Result<Json<Done>, ApiError> {
    server.calls.note_seen(&caller, &which.call_sid()?).await?;
    Ok(Json(Done { success: true }))
}
