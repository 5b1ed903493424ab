//! The admin listener's routes: for operators and their machines, on loopback.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use switchboard_domain::ports::Directory;

use crate::error::ApiError;

/// `/metrics` in Prometheus' text format, `/health/live` and `/health/ready`.
pub fn router(directory: Arc<dyn Directory>, metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/health/live", get(async || "ok"))
        .route("/health/ready", get(ready))
        .with_state(directory)
        .route("/metrics", get(async move || metrics.render()))
        .fallback(async || ApiError::NoRoute)
}

async fn ready(State(directory): State<Arc<dyn Directory>>) -> Result<&'static str, ApiError> {
    directory.ping().await?;
    Ok("ok")
}
