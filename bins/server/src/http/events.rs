use std::time::Duration;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use serde::Serialize;
use serde_json::value::RawValue;
use switchboard_domain::check::Check;
use switchboard_domain::feed::{After, LONGEST_WAIT, Page, Request};
use switchboard_domain::log::{LogEntry, LogPosition};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Reader;
use super::query::Pairs;
use crate::Server;
use crate::error::{ApiError, ErrorBody};

const DEFAULT_LIMIT: u16 = 200;
const LARGEST_LIMIT: u16 = 1000;

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(events))
}

/// Where the reader stands, and for how long the request may be held.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// The cursor of the last event known. Without it there are no events in the answer, but the present cursor.
    #[param(value_type = Option<String>, required = false)]
    after: After,
    /// For how many seconds to hold the request while there is nothing new, 0 to 25.
    #[param(value_type = u8, required = false, default = 0, minimum = 0, maximum = 25)]
    wait: Duration,
    /// The most events to give, 1 to 1000.
    #[param(required = false, default = 200, minimum = 1, maximum = 1000)]
    limit: u16,
}

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let pairs = Pairs::from_request_parts(parts, state).await?;
        let mut check = Check::default();
        let wait = pairs.number(&mut check, "wait", 0, 0..=LONGEST_WAIT.as_secs());
        let limit = pairs.number(&mut check, "limit", DEFAULT_LIMIT, 1..=LARGEST_LIMIT);
        check.finish()?;
        let after = match pairs.find("after") {
            None => After::Nothing,
            Some(text) => text.parse().map_or(After::NoCursor, After::Cursor),
        };
        Ok(Self { after, wait: Duration::from_secs(wait), limit })
    }
}

/// A part of the stream.
#[derive(Serialize, ToSchema)]
struct EventsBody {
    /// What follows `after`, in order and without a gap.
    events: Vec<EventBody>,
    /// Where the reader now stands: `after` of its next request.
    cursor: String,
    /// Whether there is more already.
    more: bool,
    /// Whether `after` was no good: load what you show anew, and go on from `cursor`.
    reset: bool,
    offers: OffersBody,
}

#[derive(Serialize, ToSchema)]
struct EventBody {
    cursor: String,
    /// The event's name.
    event: String,
    /// Its payload, to the letter what sockets get.
    #[schema(value_type = Object)]
    data: Box<RawValue>,
}

/// What rings for the reader.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OffersBody {
    call_sids: Vec<String>,
}

impl EventBody {
    fn new(position: LogPosition, entry: LogEntry) -> Self {
        Self {
            cursor: position.cursor(entry.seq).to_string(),
            event: entry.name,
            data: RawValue::from_string(entry.payload).expect("the log holds JSON"),
        }
    }
}

impl From<Page> for EventsBody {
    fn from(page: Page) -> Self {
        Self {
            cursor: page.cursor().to_string(),
            more: page.more,
            reset: page.reset,
            events: page.entries.into_iter().map(|entry| EventBody::new(page.position, entry)).collect(),
            offers: OffersBody { call_sids: page.offers },
        }
    }
}

/// The organization's events: the stream that sockets get, in the same order and with the same cursors.
///
/// At most 8 requests of a session are held at a time; the oldest ends first. Services may read with a token of their
/// own.
#[utoipa::path(get, path = "/events", tag = "events", params(Wanted),
    security(("bearer" = ["viewer"]), ("service" = ["events:read"])), responses(
    (status = OK, body = EventsBody), (status = UNAUTHORIZED, body = ErrorBody, description = "also if the session ends while the request is held")))]
async fn events(
    State(server): State<Server>,
    Reader(reader): Reader,
    Wanted { after, wait, limit }: Wanted,
) -> Result<Json<EventsBody>, ApiError> {
    let page = server.feed.read(&reader, Request { after, limit, wait }).await?;
    Ok(Json(page.into()))
}
