use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::AppendHeaders;
use serde::Serialize;
use switchboard_domain::rollout::{self, Transport};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Viewer;
use crate::Server;
use crate::error::ApiError;

/// The answer is one person's and soon old: a client that asks again then follows the operator's switch within half a
/// minute.
const HEADERS: AppendHeaders<[(HeaderName, &str); 2]> =
    AppendHeaders([(header::CACHE_CONTROL, "private, max-age=20"), (header::VARY, "authorization")]);

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(config))
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RealtimeConfig {
    /// `websocket` or `polling`.
    transport: &'static str,
    /// How long to wait between two questions when polling.
    poll_interval_ms: u32,
    reconnect: ReconnectBody,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReconnectBody {
    /// How long to wait before the first try; each later one waits longer.
    initial_delay_ms: u32,
    /// The longest wait.
    max_delay_ms: u32,
    /// By what part to draw a wait longer or shorter.
    jitter: f64,
}

/// How the caller's clients should hear of events. Operators move people between the two transports while the server runs:
/// ask again once the answer is stale (`Cache-Control`).
#[utoipa::path(get, path = "/config", tag = "events", security(("bearer" = ["viewer"])), responses((status = OK, body = RealtimeConfig)))]
async fn config(
    State(server): State<Server>,
    Viewer(caller): Viewer,
) -> Result<(AppendHeaders<[(HeaderName, &'static str); 2]>, Json<RealtimeConfig>), ApiError> {
    let rollout = server.rollouts.current().await?;
    let transport = match rollout.transport_for(caller.user) {
        Transport::Websocket => "websocket",
        Transport::Polling => "polling",
    };
    let reconnect = ReconnectBody {
        initial_delay_ms: rollout::RECONNECT.initial_delay_ms,
        max_delay_ms: rollout::RECONNECT.max_delay_ms,
        jitter: rollout::RECONNECT.jitter,
    };
    Ok((HEADERS, Json(RealtimeConfig { transport, poll_interval_ms: rollout.poll_interval_ms, reconnect })))
}
