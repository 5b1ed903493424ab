//! Recordings, and what hangs on messages.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use switchboard_domain::access::Caller;
use switchboard_domain::messages::{Attachment, Fate, MessageRecord};
use switchboard_domain::uploads::Upload;
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

/// What hangs on a message, at an address that the message told: it works for a quarter of an hour, while whoever asked is
/// signed in. One that Twilio was told works half a day.
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

/// Something that hangs on a message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct MediaBody {
    /// Where it can be seen, for a quarter of an hour and by whoever asked.
    pub(in crate::http) url: Option<String>,
    /// Of what was uploaded here, its name among the `mediaUrls` of a message.
    pub(in crate::http) media_url: Option<String>,
    content_type: Option<&'static str>,
    /// In bytes.
    size: Option<u32>,
    /// `awaited`, `kept`, `refused` or `missing`.
    state: &'static str,
    /// Why it is refused or missing.
    reason: Option<String>,
}

impl Server {
    /// What hangs on a message, as this person sees it: what came with it, or was uploaded to be sent.
    pub(in crate::http) fn shown_media(&self, caller: &Caller, record: &MessageRecord) -> Vec<MediaBody> {
        let came = record.attachments.iter().map(|attachment| self.shown_attachment(caller, attachment));
        let sent = record.message.uploads().filter_map(|id| {
            let upload = record.uploads.iter().find(|upload| upload.id == id)?;
            Some(self.shown_upload(caller, upload))
        });
        came.chain(sent).collect()
    }

    fn shown_upload(&self, caller: &Caller, upload: &Upload) -> MediaBody {
        MediaBody {
            url: Some(self.media.upload_url(caller, upload.id, self.clock.now())),
            media_url: Some(upload.id.name()),
            content_type: Some(upload.kind.as_str()),
            size: Some(upload.size),
            state: "kept",
            reason: None,
        }
    }

    fn shown_attachment(&self, caller: &Caller, attachment: &Attachment) -> MediaBody {
        let kept = match attachment.fate {
            Fate::Kept { kind, size } => Some((kind, size)),
            _ => None,
        };
        MediaBody {
            media_url: None,
            url: kept.map(|_| self.media.attachment_url(caller, attachment.id, self.clock.now())),
            content_type: kept.map(|(kind, _)| kind.as_str()),
            size: kept.map(|(_, size)| size),
            state: attachment.fate.as_str(),
            reason: attachment.fate.reason().map(str::to_owned),
        }
    }
}
