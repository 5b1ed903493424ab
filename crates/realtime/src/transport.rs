use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::hub::Parts;

/// The longest packet a polling client may post. (The engine's own limit also bounds what it sends in one answer, and
/// has to be larger than a full buffer.)
const LONGEST_POST: usize = 64 * 1024;

/// Stands before the engine: new connections get 503 while the database is away, and come back by themselves; posts
/// are bounded.
pub(crate) async fn guard(State(parts): State<Arc<Parts>>, request: Request, next: Next) -> Response {
    let is_new =
        !request.uri().query().is_some_and(|query| query.split('&').any(|pair| pair.starts_with("sid=")));
    if is_new && !parts.is_ready.load(Ordering::Acquire) {
        let retry = [(header::RETRY_AFTER, HeaderValue::from_static("1"))];
        return (StatusCode::SERVICE_UNAVAILABLE, retry).into_response();
    }
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    match to_bytes(body, LONGEST_POST).await {
        Ok(bytes) => next.run(Request::from_parts(head, Body::from(bytes))).await,
        Err(_) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    }
}
