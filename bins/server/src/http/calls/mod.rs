//! Calls, as people look them up, make them, and do something with those they have.

mod acts;
mod record;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::extract::State;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use switchboard_domain::calls::{CallForm, CallQuery, CallRecord, CallState, Direction, Note};
use switchboard_domain::check::{Change, Check};
use switchboard_domain::error::Person;
use switchboard_domain::events::CallId;
use switchboard_domain::paging::Mark;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) use self::record::CallBody;
use super::body::{Body, present};
use super::caller::{Agent, Viewer};
use super::people::timestamp;
use super::query::{Id, Listing, Pairs, Place, Search, With, write_mark};
use crate::Server;
use crate::error::{ApiError, ErrorBody, PersonBody};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one, write))
        .routes(routes!(timeline))
        .merge(acts::routes())
}

#[derive(Serialize, ToSchema)]
struct Calls {
    calls: Vec<CallBody>,
    pagination: Place,
}

#[derive(Serialize, ToSchema)]
struct OneCall {
    call: CallBody,
}

/// Which calls to show.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// `inbound` or `outbound`.
    #[param(value_type = Option<String>)]
    direction: Option<Direction>,
    /// `dialing`, `ringing`, `claimed`, `connected`, `forwarded`, `voicemail` or `ended`.
    #[param(value_type = Option<String>)]
    state: Option<CallState>,
    /// What the page before gave as `before`.
    #[param(value_type = Option<String>)]
    before: Option<Mark<CallId>>,
}

impl<S: Send + Sync> FromRequestParts<S> for Filter {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let pairs = Pairs::from_request_parts(parts, state).await?;
        let mut check = Check::default();
        let directions = [Direction::Inbound, Direction::Outbound].map(|one| (one.as_str(), one));
        let states = CallState::ALL.map(|one| (one.as_str(), one));
        let filter = Self {
            direction: pairs.word(&mut check, "direction", &directions),
            state: pairs.word(&mut check, "state", &states),
            before: pairs.mark(&mut check, "before"),
        };
        check.finish()?;
        Ok(filter)
    }
}

/// Calls, newest first. A search finds by the start of a name, or of a number in any format.
#[utoipa::path(get, path = "/call", tag = "calls", params(With, Filter, Search, Listing), security(("bearer" = ["viewer"])), responses(
    (status = OK, body = Calls), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn list(
    State(server): State<Server>,
    Viewer(caller): Viewer,
    with: With,
    Filter { direction, state, before }: Filter,
    Search { search }: Search,
    listing: Listing,
) -> Result<Json<Calls>, ApiError> {
    let (limit, offset) = (listing.limit, listing.offset);
    let query = CallQuery { customer: with.customer(), direction, state, search, before, limit, offset };
    let (calls, total) = server.calls.list(&caller, &query).await?;
    let last = calls.last().map(|CallRecord { call, .. }| write_mark(call.started_at, call.id));
    let pagination = Place::new(&listing, total, calls.len(), last);
    let calls = calls.into_iter().map(|record| server.shown(&caller, record)).collect();
    Ok(Json(Calls { calls, pagination }))
}

/// A call.
#[utoipa::path(get, path = "/call/{id}", tag = "calls", params(("id" = uuid::Uuid, Path)), security(("bearer" = ["viewer"])), responses(
    (status = OK, body = OneCall), (status = NOT_FOUND, body = ErrorBody)))]
async fn one(
    State(server): State<Server>,
    Viewer(caller): Viewer,
    Id(id): Id<CallId>,
) -> Result<Json<OneCall>, ApiError> {
    let record = server.calls.get(&caller, id).await?;
    Ok(Json(OneCall { call: server.shown(&caller, record) }))
}

/// What people write about a call. A field left out stays as it is, null or an empty text clears it.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = call::Form)]
struct Form {
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    notes: Change<String>,
    /// What came of it, in a word.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    outcome: Change<String>,
}

/// Writes about a call, at any time of its life and after it.
#[utoipa::path(patch, path = "/call/{id}", tag = "calls", request_body = Form, params(("id" = uuid::Uuid, Path)), security(("bearer" = ["user"])), responses(
    (status = OK, body = OneCall), (status = NOT_FOUND, body = ErrorBody), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn write(
    State(server): State<Server>,
    Agent(caller): Agent,
    Id(id): Id<CallId>,
    Body(form): Body<Form>,
) -> Result<Json<OneCall>, ApiError> {
    let form = CallForm { notes: form.notes, outcome: form.outcome };
    let record = server.calls.write(&caller, id, form).await?;
    Ok(Json(OneCall { call: server.shown(&caller, record) }))
}

/// What happened to a call or message.
#[derive(Serialize, ToSchema)]
pub(super) struct Timeline {
    timeline: Vec<StepBody>,
}

#[derive(Serialize, ToSchema)]
struct StepBody {
    at: String,
    /// What happened: `webhook`, `committed`, `emitted`, `seen`, `declined`, `accepted`, `agent-arrived`, `connected`, `ended`, …
    step: &'static str,
    /// Who did it.
    by: Option<PersonBody>,
    /// To how many screens, to whom, by which phone: for people.
    detail: Option<String>,
}

impl From<Vec<(Note, Option<Person>)>> for Timeline {
    fn from(notes: Vec<(Note, Option<Person>)>) -> Self {
        let step = |(note, by): (Note, Option<Person>)| StepBody {
            at: timestamp(note.at),
            step: note.what.as_str(),
            by: by.map(PersonBody::from),
            detail: note.detail,
        };
        Self { timeline: notes.into_iter().map(step).collect() }
    }
}

/// What happened to a call, moment by moment.
#[utoipa::path(get, path = "/call/{id}/timeline", tag = "calls", params(("id" = uuid::Uuid, Path)), security(("bearer" = ["viewer"])), responses(
    (status = OK, body = Timeline), (status = NOT_FOUND, body = ErrorBody)))]
async fn timeline(
    State(server): State<Server>,
    Viewer(caller): Viewer,
    Id(id): Id<CallId>,
) -> Result<Json<Timeline>, ApiError> {
    Ok(Json(server.calls.timeline(&caller, id).await?.into()))
}
