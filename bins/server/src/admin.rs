//! The admin listener's routes: for operators and their machines, on loopback.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use switchboard_auth::OperatorToken;
use switchboard_domain::ports::Directory;

use crate::error::ApiError;
use crate::{Server, http};

/// `/metrics` in Prometheus' text format, `/health/live` and `/health/ready`; and `/operator/*` if there is a token with
/// which operators prove themselves.
pub fn router(server: &Server, token: Option<OperatorToken>, metrics: PrometheusHandle) -> Router {
    let mut routes = Router::new()
        .route("/health/live", get(async || "ok"))
        .route("/health/ready", get(ready))
        .with_state(Arc::clone(&server.directory))
        .route("/metrics", get(async move || metrics.render()));
    if let Some(token) = token {
        routes = routes.merge(http::operator::routes(server.clone(), token));
    }
    let routes = routes.method_not_allowed_fallback(async || ApiError::NoMethod);
    http::surround(routes.fallback(async || ApiError::NoRoute))
}

async fn ready(State(directory): State<Arc<dyn Directory>>) -> Result<&'static str, ApiError> {
    directory.ping().await?;
    Ok("ok")
}
