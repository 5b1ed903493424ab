//! Files that people send along.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use switchboard_domain::uploads::LARGEST_UPLOAD;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::caller::Agent;
use super::limits::FileFrom;
use crate::Server;
use crate::error::{ApiError, ErrorBody};

/// These take bodies that are longer than others.
pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(upload))
}

/// A file that was taken.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UploadBody {
    id: Uuid,
    /// Its name among the `mediaUrls` of a message.
    media_url: String,
    /// Where it can be seen, for a quarter of an hour and by whoever uploaded it.
    url: String,
    /// What its bytes show it to be.
    content_type: &'static str,
    /// In bytes.
    size: u32,
}

#[derive(Serialize, ToSchema)]
struct OneUpload {
    upload: UploadBody,
}

/// Takes a file that is to be sent: the body is the file as it is. It waits a day for a message that names it; 5 MB at most if it
/// is a JPEG, PNG or GIF, 500 kB of anything else.
#[utoipa::path(post, path = "/media", tag = "messages", security(("bearer" = ["user"])),
    request_body(content_type = "application/octet-stream", description = "of whatever type; its bytes tell"), responses(
    (status = CREATED, body = OneUpload), (status = CONFLICT, body = ErrorBody, description = "`no_room`"),
    (status = PAYLOAD_TOO_LARGE, body = ErrorBody), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn upload(
    State(server): State<Server>,
    FileFrom(Agent(caller), bytes): FileFrom<Agent, LARGEST_UPLOAD>,
) -> Result<(StatusCode, Json<OneUpload>), ApiError> {
    let upload = server.uploads.keep(&caller, &bytes).await?;
    let upload = UploadBody {
        id: upload.id.into(),
        media_url: upload.id.name(),
        url: server.media.upload_url(&caller, upload.id, server.clock.now()),
        content_type: upload.kind.as_str(),
        size: upload.size,
    };
    Ok((StatusCode::CREATED, Json(OneUpload { upload })))
}
