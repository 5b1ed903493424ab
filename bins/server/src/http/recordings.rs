use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Server;
use crate::error::{ApiError, ErrorBody};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(recording))
}

/// A recording, at an address that a call told: it works for a quarter of an hour, while whoever asked is signed in.
#[utoipa::path(get, path = "/recordings/{token}", tag = "calls", params(("token" = String, Path)), responses(
    (status = OK, content_type = "audio/mpeg"), (status = UNAUTHORIZED, body = ErrorBody), (status = NOT_FOUND, body = ErrorBody)))]
async fn recording(State(server): State<Server>, Path(token): Path<String>) -> Result<Response, ApiError> {
    let audio = server.media.audio(&token).await?;
    let headers = [
        (header::CONTENT_TYPE, "audio/mpeg"),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, audio).into_response())
}
