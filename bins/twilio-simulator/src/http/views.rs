//! What there is, for the page and for tests: the last few of each kind, the newest first.

use super::Failure;
use crate::Simulator;
use crate::world::{Alert, Call, Conference, Endpoint, IncomingNumber, Message, Queue, Recording, World};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use axum::{Json, Router};
use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::stream::{self, Stream};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::time::Duration;

/// As many as anybody reads.
const SHOWN: usize = 100;

/// Whoever watches is told at most this often.
const PACE: Duration = Duration::from_millis(100);

pub(super) fn router() -> Router<Simulator> {
    Router::new()
        .route("/accounts", get(accounts))
        .route("/calls", get(calls))
        .route("/call/{sid}", get(one_call))
        .route("/messages", get(messages))
        .route("/conferences", get(conferences))
        .route("/queues", get(queues))
        .route("/recordings", get(recordings))
        .route("/alerts", get(alerts))
        .route("/changes", get(changes))
}

pub(super) fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

async fn accounts(State(simulator): State<Simulator>) -> Json<Value> {
    Json(simulator.look(|world| world.setup.numbers.iter().map(number).collect()))
}

fn number(number: &IncomingNumber) -> Value {
    let url = |endpoint: &Option<Endpoint>| endpoint.as_ref().map(|endpoint| endpoint.url.clone());
    json!({
        "accountSid": number.account_sid,
        "phoneNumber": number.phone_number,
        "smsUrl": url(&number.sms),
        "voiceUrl": url(&number.voice),
    })
}

async fn calls(State(simulator): State<Simulator>) -> Json<Value> {
    let show = |world: &World| world.calls.iter().rev().take(SHOWN).map(|it| call(world, it)).collect();
    Json(simulator.look(show))
}

async fn one_call(
    State(simulator): State<Simulator>,
    Path(sid): Path<String>,
) -> Result<Json<Value>, Failure> {
    let found = simulator.look(|world| Some(call(world, world.calls.get(&sid)?)));
    found.map(Json).ok_or_else(|| Failure(StatusCode::NOT_FOUND, format!("there is no call {sid}")))
}

fn call(world: &World, call: &Call) -> Value {
    json!({
        "sid": call.sid,
        "accountSid": call.account_sid,
        "parentCallSid": call.parent_call_sid,
        "from": call.from,
        "to": call.to,
        "direction": call.direction.as_str(),
        "status": call.status.as_str(),
        // Somebody can answer it here.
        "rings": call.direction.is_outbound() && call.status.as_str() == "ringing" && !call.to.starts_with("client:"),
        "isOver": call.status.is_final(),
        "created": time(call.created),
        "answered": call.answered.map(time),
        "ended": call.ended.map(time),
        "queue": world.queue_with(&call.sid).map(|queue| &queue.friendly_name),
        "conference": world.conference_with(&call.sid).map(|conference| &conference.friendly_name),
        // What Twilio lets them hear, and the calls of the people whom they hear.
        "hears": world.sound_at(&call.sid),
        "voices": world.voices_at(&call.sid),
    })
}

async fn messages(State(simulator): State<Simulator>) -> Json<Value> {
    Json(simulator.look(|world| world.messages.iter().rev().take(SHOWN).map(message).collect()))
}

fn message(message: &Message) -> Value {
    json!({
        "sid": message.sid,
        "accountSid": message.account_sid,
        "from": message.from,
        "to": message.to,
        "body": message.body,
        "media": message.media.len(),
        "direction": message.direction.as_str(),
        "status": message.status.as_str(),
        "errorCode": message.error_code,
        "created": time(message.created),
    })
}

async fn conferences(State(simulator): State<Simulator>) -> Json<Value> {
    Json(simulator.look(|world| world.conferences.iter().rev().take(SHOWN).map(conference).collect()))
}

fn conference(conference: &Conference) -> Value {
    let participants = conference.participants.iter().map(|participant| {
        json!({
            "callSid": participant.call_sid,
            "label": participant.label,
            "muted": participant.muted,
            "hold": participant.hold,
            "coaches": participant.call_sid_to_coach,
            "endsOnExit": participant.end_on_exit,
            "status": participant.status.as_str(),
        })
    });
    json!({
        "sid": conference.sid,
        "accountSid": conference.account_sid,
        "name": conference.friendly_name,
        "status": conference.status.as_str(),
        "participants": participants.collect::<Value>(),
    })
}

async fn queues(State(simulator): State<Simulator>) -> Json<Value> {
    Json(simulator.look(|world| world.queues.iter().rev().take(SHOWN).map(queue).collect()))
}

fn queue(queue: &Queue) -> Value {
    let members = queue.members.iter();
    let members = members.map(|member| json!({ "callSid": member.call_sid, "since": time(member.enqueued) }));
    json!({
        "sid": queue.sid,
        "accountSid": queue.account_sid,
        "name": queue.friendly_name,
        "members": members.collect::<Value>(),
    })
}

async fn recordings(State(simulator): State<Simulator>) -> Json<Value> {
    Json(simulator.look(|world| world.recordings.iter().rev().take(SHOWN).map(recording).collect()))
}

fn recording(recording: &Recording) -> Value {
    json!({
        "sid": recording.sid,
        "accountSid": recording.account_sid,
        "callSid": recording.call_sid,
        "conferenceSid": recording.conference_sid,
        "source": recording.source.as_str(),
        "status": recording.status.as_str(),
        "seconds": recording.duration.map(|duration| duration.as_secs()),
    })
}

async fn alerts(State(simulator): State<Simulator>) -> Json<Value> {
    Json(simulator.look(|world| world.alerts.iter().rev().map(alert).collect()))
}

fn alert(alert: &Alert) -> Value {
    json!({
        "at": time(alert.at),
        "accountSid": alert.account_sid,
        "sid": alert.sid,
        "code": alert.code,
        "message": alert.message,
    })
}

/// An event whenever there may be something new to see.
async fn changes(State(simulator): State<Simulator>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = simulator.changes();
    drop(simulator);
    let events = stream::unfold((changes, true), |(mut changes, is_first)| async move {
        if !is_first {
            tokio::time::sleep(PACE).await;
            changes.changed().await.ok()?;
        }
        let count = *changes.borrow_and_update();
        Some((Ok(Event::default().event("change").data(count.to_string())), (changes, false)))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
