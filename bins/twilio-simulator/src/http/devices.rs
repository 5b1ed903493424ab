//! Browsers without sound: what the Voice SDK's `Device` does, over HTTP.
//!
//! | request | answer |
//! |---|---|
//! | `POST /device` `{token}` | `{id, identity, expires}`; 401 with Twilio's code if the token is none |
//! | `PUT /device/{id}` `{token}` | the same, with a newer token |
//! | `DELETE /device/{id}` | it is gone, and so are its calls |
//! | `POST /device/{id}/die` | it is gone without a word: Twilio takes a while to notice it of its calls |
//! | `GET /device/{id}/events` | what happens to it, as Server-Sent Events: `incoming`, `cancel`, `accept`, `disconnect`, `error` |
//! | `POST /device/{id}/connect` `{params}` | `{callSid}` of a call through the token's application |
//! | `POST /device/{id}/accept`, `/reject`, `/ignore`, `/hangup` `{callSid}` | what becomes of a call |
//! | `POST /device/{id}/digits` `{callSid, digits}`, `/mute` `{callSid, muted}` | within a call |
//!
//! A browser that ignores a call, or mutes itself, does so without telling Twilio; so these two only look whether there
//! is such a call.

use super::control::check_keys;
use super::{Body, Failure, read};
use crate::Simulator;
use crate::access_token::TokenError;
use crate::world::{DeviceEvent, Refusal};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::convert::Infallible;

pub(super) fn router() -> Router<Simulator> {
    Router::new()
        .route("/device", post(register))
        .route("/device/{id}", put(update).delete(unregister))
        .route("/device/{id}/events", get(events))
        .route("/device/{id}/connect", post(connect))
        .route("/device/{id}/die", post(die))
        .route("/device/{id}/{act}", post(act))
}

type Done = Result<Json<Value>, Failure>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    token: String,
}

async fn register(State(simulator): State<Simulator>, headers: HeaderMap, body: Body) -> Done {
    let Token { token } = read(&headers, &body?)?;
    let id = simulator.act(|world| world.register(&token))?;
    shown(&simulator, &id)
}

async fn update(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Done {
    let Token { token } = read(&headers, &body?)?;
    known(&simulator, &id)?;
    simulator.act(|world| world.update_token(&id, &token))?;
    shown(&simulator, &id)
}

async fn unregister(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    known(&simulator, &id)?;
    simulator.act(|world| world.unregister(&id));
    Ok(StatusCode::NO_CONTENT)
}

async fn die(State(simulator): State<Simulator>, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    known(&simulator, &id)?;
    simulator.act(|world| world.lose_device(&id));
    Ok(StatusCode::NO_CONTENT)
}

fn shown(simulator: &Simulator, id: &str) -> Done {
    simulator.look(|world| {
        let device = world.devices.get(id).ok_or_else(|| gone(id))?;
        let expires = super::views::time(device.expires());
        Ok(Json(json!({ "id": id, "identity": device.grant.identity, "expires": expires })))
    })
}

fn known(simulator: &Simulator, id: &str) -> Result<(), Failure> {
    simulator.look(|world| world.devices.get(id).map(|_| ())).ok_or_else(|| gone(id))
}

fn gone(id: &str) -> Failure {
    Failure(StatusCode::NOT_FOUND, format!("there is no device {id}"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Connect {
    #[serde(default)]
    params: Map<String, Value>,
}

async fn connect(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Done {
    let Connect { params } = read(&headers, &body?)?;
    let params = params.into_iter().map(|(name, value)| match value {
        Value::String(text) => (name, text),
        other => (name, other.to_string()),
    });
    known(&simulator, &id)?;
    let call_sid = simulator.act(|world| world.connect_device(&id, params.collect()))?;
    Ok(Json(json!({ "callSid": call_sid })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Act {
    call_sid: String,
    digits: Option<String>,
    muted: Option<bool>,
}

async fn act(
    State(simulator): State<Simulator>,
    Path((id, act)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Done {
    let Act { call_sid, digits, muted } = read(&headers, &body?)?;
    known(&simulator, &id)?;
    check_keys(digits.as_deref().unwrap_or_default())?;
    let missing = |name: &str| Failure(StatusCode::BAD_REQUEST, format!("{name} is missing"));
    simulator.act(|world| match act.as_str() {
        "accept" => Ok(world.accept(&id, &call_sid)?),
        "reject" => Ok(world.reject(&id, &call_sid)?),
        "hangup" => Ok(world.hang_up_device(&id, &call_sid)?),
        "digits" => Ok(world.press_at_device(&id, &call_sid, &digits.ok_or_else(|| missing("digits"))?)?),
        "ignore" | "mute" => {
            if act == "mute" && muted.is_none() {
                return Err(missing("muted"));
            }
            let call = world.calls.get(&call_sid).filter(|call| !call.status.is_final());
            call.map(|_| ())
                .ok_or_else(|| Failure(StatusCode::NOT_FOUND, format!("there is no call {call_sid}")))
        }
        other => Err(Failure(StatusCode::NOT_FOUND, format!("a device cannot {other}"))),
    })?;
    Ok(Json(json!({ "callSid": call_sid })))
}

/// From the event after `Last-Event-ID` on; the stream ends with the device.
async fn events(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    known(&simulator, &id)?;
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let last: u64 = last.and_then(|value| value.parse().ok()).unwrap_or(0);
    let changes = simulator.changes();
    let reader = Reader { simulator, id, last, unread: VecDeque::new() };
    let events = stream::unfold((reader, changes), |(mut reader, mut changes)| async move {
        loop {
            if let Some(event) = reader.next()? {
                return Some((Ok(event), (reader, changes)));
            }
            changes.changed().await.ok()?;
        }
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

struct Reader {
    simulator: Simulator,
    id: String,
    last: u64,
    unread: VecDeque<(u64, DeviceEvent)>,
}

impl Reader {
    /// `None` when there is no such device any more, `Some(None)` when nothing has happened yet.
    fn next(&mut self) -> Option<Option<Event>> {
        if self.unread.is_empty() {
            self.unread = self.simulator.look(|world| world.device_events(&self.id, self.last))?.into();
        }
        let Some((number, event)) = self.unread.pop_front() else { return Some(None) };
        self.last = number;
        let mut data = json!(event);
        let name = data.as_object_mut().and_then(|data| data.remove("event"));
        let name = name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
        Some(Some(Event::default().id(number.to_string()).event(name).data(data.to_string())))
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
        Self(status, format!("{} ({})", refusal.message, refusal.code))
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        Self(StatusCode::UNAUTHORIZED, format!("{} ({})", error.message, error.code))
    }
}
