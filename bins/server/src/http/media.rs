//! Recordings, and what came with messages.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use switchboard_domain::access::Caller;
use switchboard_domain::messages::{Attachment, Fate};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Server;
use crate::error::{ApiError, ErrorBody};

/// What a browser may do with a file beside showing it: nothing.
const FILE_POLICY: &str = "sandbox; default-src 'none'";

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(recording)).routes(routes!(media))
}

/// A recording, at an address that a call told: it works for a quarter of an hour, while whoever asked is signed in.
#[utoipa::path(get, path = "/recordings/{token}", tag = "calls", params(("token" = String, Path)), responses(
    (status = OK, content_type = "audio/mpeg"), (status = UNAUTHORIZED, body = ErrorBody), (status = NOT_FOUND, body = ErrorBody)))]
async fn recording(server: State<Server>, token: Path<String>) -> Result<Response, ApiError> {
    file(server, token).await
}

/// What came with a message, at an address that the message told: it works for a quarter of an hour, while whoever asked is
/// signed in.
#[utoipa::path(get, path = "/media/{token}", tag = "messages", params(("token" = String, Path)), responses(
    (status = OK, content_type = "application/octet-stream", description = "of the type that its bytes show"),
    (status = UNAUTHORIZED, body = ErrorBody), (status = NOT_FOUND, body = ErrorBody)))]
async fn media(server: State<Server>, token: Path<String>) -> Result<Response, ApiError> {
    file(server, token).await
}

async fn file(State(server): State<Server>, Path(token): Path<String>) -> Result<Response, ApiError> {
    let file = server.media.file(&token).await?;
    let headers = [
        (header::CONTENT_TYPE, file.kind.as_str()),
        (header::CONTENT_DISPOSITION, if file.kind.is_shown() { "inline" } else { "attachment" }),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::CONTENT_SECURITY_POLICY, FILE_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, file.bytes).into_response())
}

/// Something that came with a message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct MediaBody {
    /// Where it can be seen, for a quarter of an hour and by whoever asked.
    pub(in crate::http) url: Option<String>,
    content_type: Option<&'static str>,
    /// In bytes.
    size: Option<u32>,
    /// `awaited`, `kept`, `refused` or `missing`.
    state: &'static str,
    /// Why it is refused or missing.
    reason: Option<String>,
}

impl Server {
    /// What came with a message, as this person sees it.
    pub(in crate::http) fn shown_media(&self, caller: &Caller, attachments: &[Attachment]) -> Vec<MediaBody> {
        attachments.iter().map(|attachment| self.shown_attachment(caller, attachment)).collect()
    }

    fn shown_attachment(&self, caller: &Caller, attachment: &Attachment) -> MediaBody {
        let kept = match attachment.fate {
            Fate::Kept { kind, size } => Some((kind, size)),
            _ => None,
        };
        MediaBody {
            url: kept.map(|_| self.media.attachment_url(caller, attachment.id, self.clock.now())),
            content_type: kept.map(|(kind, _)| kind.as_str()),
            size: kept.map(|(_, size)| size),
            state: attachment.fate.as_str(),
            reason: attachment.fate.reason().map(str::to_owned),
        }
    }
}
