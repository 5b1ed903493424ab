use std::panic::resume_unwind;

use axum::Extension;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use crate::Server;
use crate::error::ApiError;

/// What somebody asked for is done to its end, whether or not they wait for the answer: a call is not left half turned, nor
/// settings half told to Twilio, because a page was closed. The server stops no sooner than that, within its grace.
pub(super) async fn see_through(
    Extension(server): Extension<Server>,
    request: Request,
    next: Next,
) -> Response {
    let done = server.tracker.spawn(next.run(request).in_current_span()).await;
    done.unwrap_or_else(|failed| match failed.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(_) => ApiError::Panicked.into_response(), // it was cut off with everything else
    })
}
