//! The simulator over HTTP: a page for people, JSON for programs, and Twilio's REST API.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | the page |
//! | `POST /sms` `{from, to, body, media?, sid?, url?}` | the exchange |
//! | `POST /call` `{from, to, sid?, url?}` | the exchange |
//! | `GET /log` | the last 200 exchanges, oldest first |
//! | `GET /accounts` | `[{accountSid, phoneNumber, smsUrl, voiceUrl}]` |
//! | `GET /calls`, `/messages`, `/conferences`, `/queues`, `/recordings` | the last 100 of each, newest first |
//! | `GET /alerts` | what Twilio's debugger says besides what is in the log |
//! | `GET /changes` | Server-Sent Events: `change` whenever there may be something new |
//! | `POST /call/{sid}/hang-up` | who is at that end of the call hangs up |
//! | `POST /call/{sid}/answer`, `/decline` | a phone that Twilio calls is answered, or not |
//! | `POST /call/{sid}/digits` `{digits}`, `/say` `{words}`, `/speaks` `{seconds, words?}` | keys; words for a Gather; how long a message for a Record will be, and what it says |
//! | `GET /call/{sid}` | that call, as `/calls` shows it |
//! | `GET /faults`, `DELETE /faults` | every fault and who has it on; all off |
//! | `PUT /faults/{name}` `{on?, probability?, next?, minMs?, maxMs?, accountSid?}` | switches one |
//! | `POST /accounts` `{accountSid, authToken, apiKeys?, phoneNumbers, …}` | opens one more account |
//! | `POST /accounts/{sid}/rotate-token` | `{accountSid, authToken}`: the old one holds no longer |
//! | `GET /clock`, `POST /clock` `{advanceMs}` | `{now, stepped}`; moves a stepped clock |
//! | `…/device…` | browsers without sound: see `devices.rs` |
//! | `/2010-04-01/…`, `/v1/Services…` | Twilio's REST API: see `rest` |
//!
//! `/sms` and `/call` also take a form. An exchange without an answer is a 502; other errors are `{"error": "…"}`.
//!
//! Whoever reaches it may speak for everyone: serve it on loopback only. Requests for other hosts and from other sites'
//! pages are refused.

mod assets;
mod control;
mod devices;
mod guard;
mod views;

use crate::{Call, Exchange, Simulator, SimulatorError, Sms, rest};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use switchboard_twilio::webhook::decode_form;

/// Forty times the longest message that Twilio accepts.
const BODY_LIMIT: usize = 64 * 1024;

/// All routes.
pub fn router(simulator: Simulator) -> Router {
    Router::new()
        .route("/sms", post(sms))
        .route("/call", post(call))
        .route("/log", get(log))
        .merge(assets::router())
        .merge(views::router())
        .merge(control::router())
        .merge(devices::router())
        .with_state(simulator.clone())
        .merge(rest::router(simulator))
        .fallback(|| async { Failure(StatusCode::NOT_FOUND, "there is nothing here".into()) })
        .method_not_allowed_fallback(|| async {
            Failure(StatusCode::METHOD_NOT_ALLOWED, "this address wants another method".into())
        })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(guard::cors())
        .layer(middleware::from_fn(guard::guard))
}

type Body = Result<Bytes, BytesRejection>;

async fn sms(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let sms: Sms = read(&headers, &body?)?;
    Ok(shown(simulator.sms(sms).await?))
}

async fn call(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let call: Call = read(&headers, &body?)?;
    Ok(shown(simulator.call(call).await?))
}

async fn log(State(simulator): State<Simulator>) -> Json<Vec<Exchange>> {
    Json(simulator.log())
}

fn shown(exchange: Exchange) -> Response {
    let status = if exchange.response.is_some() { StatusCode::OK } else { StatusCode::BAD_GATEWAY };
    (status, Json(exchange)).into_response()
}

/// What begins as an object does is JSON whatever it is said to be: curl calls everything a form.
fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Failure> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_form = content_type.is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    let read = if is_form && !body.trim_ascii_start().starts_with(b"{") {
        let params = decode_form(body).map_err(|error| bad_request(&error))?;
        let fields = params.into_iter().filter(|(_, value)| !value.is_empty());
        serde_json::from_value(fields.map(|(name, value)| (name, Value::String(value))).collect())
    } else {
        serde_json::from_slice(body)
    };
    read.map_err(|error| bad_request(&error))
}

/// An error as JSON.
struct Failure(StatusCode, String);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

impl From<SimulatorError> for Failure {
    fn from(error: SimulatorError) -> Self {
        let status = match &error {
            SimulatorError::UnknownNumber(_) => StatusCode::NOT_FOUND,
            SimulatorError::NoWebhook(_)
            | SimulatorError::NumberTwice(_)
            | SimulatorError::AccountTwice(_) => StatusCode::CONFLICT,
            SimulatorError::Lost => StatusCode::BAD_GATEWAY,
            SimulatorError::InvalidSid { .. } | SimulatorError::InvalidUrl { .. } => StatusCode::BAD_REQUEST,
            SimulatorError::Client(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self(status, error.to_string())
    }
}

impl From<BytesRejection> for Failure {
    fn from(rejection: BytesRejection) -> Self {
        Self(rejection.status(), rejection.body_text())
    }
}

fn bad_request(error: &dyn std::error::Error) -> Failure {
    Failure(StatusCode::BAD_REQUEST, format!("the request cannot be read: {error}"))
}
