use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use super::people::timestamp;
use crate::Server;
use crate::error::ApiError;

#[derive(Serialize)]
struct Health {
    status: &'static str,
    timestamp: String,
    version: &'static str,
}

pub(super) fn routes() -> Router<Server> {
    Router::new()
        .route("/health", get(live))
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
}

async fn live(State(server): State<Server>) -> Json<Health> {
    let timestamp = timestamp(server.clock.now());
    Json(Health { status: "healthy", timestamp, version: env!("CARGO_PKG_VERSION") })
}

async fn ready(state: State<Server>) -> Result<Json<Health>, ApiError> {
    state.directory.ping().await?;
    Ok(live(state).await)
}
