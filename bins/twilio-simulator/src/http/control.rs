//! What people and tests do to the simulator: the other ends of calls, faults, tokens and the clock.

use super::{Body, Failure, bad_request, read};
use crate::faults::{Fault, Setting};
use crate::world::{Call, World};
use crate::{Account, Simulator};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// As far as a stepped clock moves at once: a day.
const LONGEST_STEP_MS: u64 = 24 * 60 * 60 * 1_000;

/// As many keys as are pressed with one request.
const MOST_KEYS: usize = 100;

pub(super) fn router() -> Router<Simulator> {
    Router::new()
        .route("/call/{sid}/hang-up", post(hang_up))
        .route("/call/{sid}/answer", post(answer))
        .route("/call/{sid}/decline", post(decline))
        .route("/call/{sid}/digits", post(digits))
        .route("/call/{sid}/say", post(say))
        .route("/call/{sid}/speaks", post(speaks))
        .route("/faults", get(faults).delete(clear_faults))
        .route("/faults/{name}", put(set_fault))
        .route("/accounts", post(open_account))
        .route("/accounts/{sid}/rotate-token", post(rotate_token))
        .route("/clock", get(clock).post(advance))
}

type Done = Result<Json<Value>, Failure>;

async fn hang_up(State(simulator): State<Simulator>, Path(sid): Path<String>) -> Done {
    at_call(&simulator, &sid, |world, sid| world.hang_up(sid))
}

async fn answer(State(simulator): State<Simulator>, Path(sid): Path<String>) -> Done {
    at_ringing_phone(&simulator, &sid, |world, sid| world.pick_up(sid))
}

async fn decline(State(simulator): State<Simulator>, Path(sid): Path<String>) -> Done {
    at_ringing_phone(&simulator, &sid, |world, sid| world.hang_up(sid))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Digits {
    digits: String,
}

async fn digits(
    State(simulator): State<Simulator>,
    Path(sid): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Done {
    let Digits { digits } = read(&headers, &body?)?;
    check_keys(&digits)?;
    at_call(&simulator, &sid, |world, sid| world.press(sid, &digits))
}

/// Refuses more keys than anybody presses at once.
pub(super) fn check_keys(keys: &str) -> Result<(), Failure> {
    if keys.len() > MOST_KEYS {
        return Err(Failure(StatusCode::BAD_REQUEST, format!("digits are at most {MOST_KEYS} at once")));
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    words: String,
}

async fn say(
    State(simulator): State<Simulator>,
    Path(sid): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Done {
    let Words { words } = read(&headers, &body?)?;
    at_call(&simulator, &sid, |world, sid| world.speak(sid, &words))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Speaks {
    seconds: u32,
    words: Option<String>,
}

async fn speaks(
    State(simulator): State<Simulator>,
    Path(sid): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Done {
    let Speaks { seconds, words } = read(&headers, &body?)?;
    let length = Duration::from_secs(seconds.into());
    at_call(&simulator, &sid, |world, sid| {
        world.speaks_for(sid, length);
        if let Some(words) = words {
            world.says(sid, &words);
        }
    })
}

/// Does something at this end of a call that goes on, and tells how it stands then.
fn at_call(simulator: &Simulator, sid: &str, act: impl FnOnce(&mut World, &str)) -> Done {
    simulator.act(|world| {
        live(world, sid)?;
        act(world, sid);
        status(world, sid)
    })
}

/// The same at a phone that Twilio calls and that nobody has answered.
fn at_ringing_phone(simulator: &Simulator, sid: &str, act: impl FnOnce(&mut World, &str)) -> Done {
    simulator.act(|world| {
        let call = live(world, sid)?;
        if call.answered.is_some() || !call.direction.is_outbound() {
            return Err(Failure(StatusCode::CONFLICT, format!("no phone rings for the call {sid}")));
        }
        act(world, sid);
        status(world, sid)
    })
}

fn live<'a>(world: &'a World, sid: &str) -> Result<&'a Call, Failure> {
    let call = world.calls.get(sid);
    let call = call.ok_or_else(|| Failure(StatusCode::NOT_FOUND, format!("there is no call {sid}")))?;
    if call.status.is_final() {
        return Err(Failure(StatusCode::CONFLICT, format!("the call {sid} is over")));
    }
    Ok(call)
}

fn status(world: &World, sid: &str) -> Done {
    let status = world.calls.get(sid).map(|call| call.status.as_str());
    Ok(Json(json!({ "sid": sid, "status": status })))
}

async fn faults(State(simulator): State<Simulator>) -> Json<Value> {
    Json(simulator.faults().to_json())
}

async fn clear_faults(State(simulator): State<Simulator>) -> Json<Value> {
    simulator.faults().clear();
    Json(simulator.faults().to_json())
}

async fn set_fault(
    State(simulator): State<Simulator>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Done {
    let fault = Fault::named(&name);
    let fault = fault.ok_or_else(|| Failure(StatusCode::NOT_FOUND, format!("there is no fault {name}")))?;
    let mut fields: Map<String, Value> = read(&headers, &body?)?;
    let account_sid = fields.remove("accountSid").filter(|sid| !sid.is_null());
    let account_sid: Option<String> =
        serde_json::from_value(account_sid.into()).map_err(|e| bad_request(&e))?;
    let setting: Setting = serde_json::from_value(fields.into()).map_err(|error| bad_request(&error))?;
    let is_known = |sid: &String| simulator.look(|world| world.setup.accounts.contains_key(sid));
    if let Some(sid) = account_sid.as_ref().filter(|sid| !is_known(sid)) {
        return Err(Failure(StatusCode::NOT_FOUND, format!("there is no account {sid}")));
    }
    simulator
        .faults()
        .set(fault, account_sid, setting)
        .map_err(|problem| Failure(StatusCode::BAD_REQUEST, problem))?;
    Ok(Json(simulator.faults().to_json()))
}

async fn open_account(State(simulator): State<Simulator>, headers: HeaderMap, body: Body) -> Done {
    let account: Account = read(&headers, &body?)?;
    simulator.act(|world| world.setup.open(&account, world.now()))?;
    Ok(Json(json!({ "accountSid": account.account_sid, "phoneNumbers": account.phone_numbers })))
}

async fn rotate_token(State(simulator): State<Simulator>, Path(sid): Path<String>) -> Done {
    let token = simulator.rotate_token(&sid);
    let token = token.ok_or_else(|| Failure(StatusCode::NOT_FOUND, format!("there is no account {sid}")))?;
    Ok(Json(json!({ "accountSid": sid, "authToken": token.expose_secret() })))
}

async fn clock(State(simulator): State<Simulator>) -> Json<Value> {
    Json(time(&simulator))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Advance {
    advance_ms: u64,
}

/// Answers when everything has happened that falls due until then, webhooks and their answers included.
async fn advance(State(simulator): State<Simulator>, headers: HeaderMap, body: Body) -> Done {
    let Advance { advance_ms } = read(&headers, &body?)?;
    if !simulator.is_stepped() {
        return Err(Failure(StatusCode::CONFLICT, "the clock moves by itself: start with --stepped".into()));
    }
    if advance_ms > LONGEST_STEP_MS {
        return Err(Failure(StatusCode::BAD_REQUEST, format!("advanceMs is at most {LONGEST_STEP_MS}")));
    }
    simulator.advance(Duration::from_millis(advance_ms)).await;
    Ok(Json(time(&simulator)))
}

fn time(simulator: &Simulator) -> Value {
    json!({ "now": super::views::time(simulator.now()), "stepped": simulator.is_stepped() })
}
