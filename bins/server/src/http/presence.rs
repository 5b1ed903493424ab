use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use switchboard_domain::check::Check;
use switchboard_domain::presence::Status;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Viewer;
use crate::Server;
use crate::error::{ApiError, ErrorBody};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(say))
}

/// What the caller says of themselves and of their screen; what is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Said {
    /// How they are, on all of their screens: `available`, `busy` or `away`.
    status: Option<String>,
    /// Whether this screen may make sounds.
    audio_unlocked: Option<bool>,
    /// Whether it may show notifications of the system.
    notifications: Option<bool>,
}

impl Said {
    fn status(&self) -> Result<Option<Status>, ApiError> {
        let mut check = Check::default();
        let status = check.optional("status", self.status.as_deref(), 20);
        let known = status.as_deref().and_then(|name| name.parse().ok());
        if status.is_some() && known.is_none() {
            check.refuse("status", "must be one of available, busy, away");
        }
        check.finish()?;
        Ok(known)
    }

    fn is_audible(&self) -> Option<bool> {
        [self.audio_unlocked, self.notifications].into_iter().flatten().reduce(|one, other| one || other)
    }
}

#[derive(Serialize, ToSchema)]
struct OwnStatus {
    /// What the caller says of themselves, here or anywhere: `available`, `busy` or `away`.
    status: &'static str,
}

/// Says how the caller is, once a second at most; and whether their screen would be noticed when it rings, as `presence`
/// does on a socket, for those who ask for events. Nobody is here by this alone.
#[utoipa::path(post, path = "/presence", request_body = Said, tag = "people", security(("bearer" = ["viewer"])), responses(
    (status = OK, body = OwnStatus), (status = UNPROCESSABLE_ENTITY, body = ErrorBody),
    (status = TOO_MANY_REQUESTS, body = ErrorBody)))]
async fn say(
    State(server): State<Server>,
    Viewer(caller): Viewer,
    Body(said): Body<Said>,
) -> Result<Json<OwnStatus>, ApiError> {
    let status = said.status()?;
    server.limits.remark(&caller)?;
    if let Some(is_audible) = said.is_audible() {
        server.newsroom.heard(&caller, is_audible);
    }
    let status = server.presence.say(&caller, status).await?.as_str();
    Ok(Json(OwnStatus { status }))
}
