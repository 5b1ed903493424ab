use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use switchboard_domain::lines::{Greeting, GreetingForm, LineForm, LineNow, Opening, OpeningForm};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::body::Body;
use super::caller::{Admin, Viewer};
use super::query::Id;
use crate::Server;
use crate::error::{ApiError, ErrorBody};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get, save))
}

#[derive(Serialize, ToSchema)]
struct Numbers {
    /// Whose clocks the hours and holidays are read from.
    timezone: String,
    numbers: Vec<LineBody>,
}

#[derive(Serialize, ToSchema)]
struct OneNumber {
    number: LineBody,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LineBody {
    phone_number: String,
    /// `null`: always open.
    hours: Option<Vec<OpeningBody>>,
    /// Days on which it is closed from midnight to midnight.
    holidays: Vec<String>,
    /// Whom it rings; empty: everybody.
    team: Vec<Uuid>,
    greeting: GreetingBody,
    /// They ring, all at once, when nobody at a screen takes the call.
    phones: Vec<String>,
    ring_seconds: u16,
    phone_ring_seconds: u16,
    voicemail: bool,
    record_calls: bool,
    /// Whether it is open now.
    is_open: bool,
}

#[derive(Serialize, ToSchema)]
struct OpeningBody {
    /// `monday` to `sunday`.
    day: &'static str,
    /// `00:00` to `23:59`.
    from: String,
    /// Up to `24:00`; of the next day, if it is earlier than `from`.
    to: String,
}

impl From<Opening> for OpeningBody {
    fn from(opening: Opening) -> Self {
        let (day, from, to) = opening.words();
        Self { day, from, to }
    }
}

/// What a caller hears when nobody answers: one of the two.
#[derive(Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GreetingBody {
    /// Read aloud; at most 1000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Played; an `https://` address.
    #[serde(skip_serializing_if = "Option::is_none")]
    recording_url: Option<String>,
}

impl From<Greeting> for GreetingBody {
    fn from(greeting: Greeting) -> Self {
        match greeting {
            Greeting::Text(text) => Self { text: Some(text), recording_url: None },
            Greeting::Recording(url) => Self { text: None, recording_url: Some(url) },
        }
    }
}

impl From<LineNow> for LineBody {
    fn from(LineNow { line, is_open }: LineNow) -> Self {
        Self {
            phone_number: line.number.to_string(),
            hours: line.hours.map(|hours| hours.openings().iter().map(|opening| (*opening).into()).collect()),
            holidays: line.holidays.iter().map(ToString::to_string).collect(),
            team: line.team.into_iter().map(Uuid::from).collect(),
            greeting: line.greeting.into(),
            phones: line.phones.iter().map(ToString::to_string).collect(),
            ring_seconds: line.ring_seconds,
            phone_ring_seconds: line.phone_ring_seconds,
            voicemail: line.has_voicemail,
            record_calls: line.is_recorded,
            is_open,
        }
    }
}

/// A whole line: what is left out is as if nothing had been decided about it.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LineChange {
    /// 50 at most, none over another. Left out or `null`: always open; empty: never.
    hours: Option<Vec<OpeningChange>>,
    /// `2026-12-25`; 366 at most.
    holidays: Option<Vec<String>>,
    /// Ids of active users who take calls, 200 at most. Left out or empty: everybody.
    team: Option<Vec<String>>,
    greeting: Option<GreetingBody>,
    /// In any format; national ones are read in the organization's region. 10 at most, and none of its own numbers.
    phones: Option<Vec<String>>,
    /// 10 to 600; 45 when left out.
    ring_seconds: Option<i64>,
    /// 5 to 60; 20 when left out.
    phone_ring_seconds: Option<i64>,
    /// True when left out.
    voicemail: Option<bool>,
    /// False when left out.
    record_calls: Option<bool>,
}

#[derive(Deserialize, ToSchema)]
struct OpeningChange {
    /// `monday` to `sunday`.
    day: Option<String>,
    /// `00:00` to `23:59`.
    from: Option<String>,
    /// Up to `24:00`; of the next day, if it is earlier than `from`.
    to: Option<String>,
}

impl From<LineChange> for LineForm {
    fn from(change: LineChange) -> Self {
        let greeting = change.greeting.unwrap_or_default();
        let openings = |hours: Vec<OpeningChange>| {
            let openings =
                hours.into_iter().map(|OpeningChange { day, from, to }| OpeningForm { day, from, to });
            openings.collect()
        };
        Self {
            hours: change.hours.map(openings),
            holidays: change.holidays.unwrap_or_default(),
            team: change.team.unwrap_or_default(),
            greeting: GreetingForm { text: greeting.text, recording_url: greeting.recording_url },
            phones: change.phones.unwrap_or_default(),
            ring_seconds: change.ring_seconds,
            phone_ring_seconds: change.phone_ring_seconds,
            voicemail: change.voicemail,
            record_calls: change.record_calls,
        }
    }
}

/// The organization's numbers as callers meet them.
#[utoipa::path(get, path = "", tag = "twilio", security(("bearer" = ["viewer"])), responses((status = OK, body = Numbers)))]
async fn list(State(server): State<Server>, Viewer(caller): Viewer) -> Result<Json<Numbers>, ApiError> {
    let (zone, lines) = server.lines.list(&caller).await?;
    let numbers = lines.into_iter().map(LineBody::from).collect();
    Ok(Json(Numbers { timezone: zone.to_string(), numbers }))
}

/// One of the organization's numbers.
#[utoipa::path(get, path = "/{number}", tag = "twilio", params(("number" = String, Path, description = "in E.164, encoded: `%2B14155550123`")),
    security(("bearer" = ["viewer"])), responses((status = OK, body = OneNumber), (status = NOT_FOUND, body = ErrorBody)))]
async fn get(
    State(server): State<Server>,
    Viewer(caller): Viewer,
    Id(number): Id<String>,
) -> Result<Json<OneNumber>, ApiError> {
    let number = server.lines.get(&caller, &number).await?.into();
    Ok(Json(OneNumber { number }))
}

/// Decides anew about one of the organization's numbers: hours, holidays, team, greeting, phones.
#[utoipa::path(put, path = "/{number}", request_body = LineChange, tag = "twilio", params(("number" = String, Path, description = "in E.164, encoded: `%2B14155550123`")),
    security(("bearer" = ["admin"])), responses((status = OK, body = OneNumber), (status = NOT_FOUND, body = ErrorBody), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn save(
    State(server): State<Server>,
    Admin(caller): Admin,
    Id(number): Id<String>,
    Body(change): Body<LineChange>,
) -> Result<Json<OneNumber>, ApiError> {
    let number = server.lines.save(&caller, &number, change.into()).await?.into();
    Ok(Json(OneNumber { number }))
}
