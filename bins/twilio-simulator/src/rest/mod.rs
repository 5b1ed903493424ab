//! Twilio's REST API over the simulated world: `/2010-04-01/Accounts/…` and, of messaging.twilio.com, `/v1/Services`.
//!
//! | file | reason to change |
//! |---|---|
//! | `caller.rs` | who may ask |
//! | `params.rs` | how fields are read, and refused |
//! | `page.rs` | how lists are paged and filtered by time |
//! | `reply.rs` | what answers and errors look like |
//! | `routes.rs` | which address is which operation |
//! | `files.rs`, `picture.rs`, `sound.rs` | the bytes of media and recordings |
//! | the others | one resource each |
//!
//! Fields that the simulator does not know are ignored, as at Twilio; values that it does not know are refused.

mod applications;
mod caller;
mod calls;
mod conferences;
mod files;
mod messages;
mod numbers;
mod page;
mod params;
mod participants;
mod picture;
mod queues;
mod recordings;
mod reply;
mod routes;
mod services;
mod sound;

use crate::Simulator;
use crate::faults::Fault;
use crate::world::Refusal;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::any;
use caller::Caller;
use params::Params;
use reply::Reply;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use switchboard_twilio::webhook::{FormError, decode_form};
use tokio::time::sleep;
use uuid::Uuid;

/// How long the answer to a create waits for a callback that is to come first.
const CALLBACK_PATIENCE: Duration = Duration::from_secs(5);

/// A request whose sender is known.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) caller: Caller,
    pub(crate) method: Method,
    /// As it was asked for.
    pub(crate) path: String,
    pub(crate) query: Params,
    pub(crate) form: Params,
    /// The simulator's own address, as the sender knows it.
    pub(crate) base: String,
}

impl Request {
    /// What other account's things, and things that are none, look like.
    pub(crate) fn not_found(&self) -> Refusal {
        Refusal::not_found(&self.path)
    }

    pub(crate) fn method_not_allowed(&self) -> Refusal {
        Refusal { status: 405, code: 20004, message: "Method not allowed".into() }
    }
}

#[derive(Clone, Debug)]
struct Rest {
    simulator: Simulator,
    /// By account.
    concurrent: Arc<Mutex<HashMap<String, u32>>>,
}

/// Twilio's API, and the files that it refers to.
pub(crate) fn router(simulator: Simulator) -> Router {
    let rest = Rest { simulator, concurrent: Arc::default() };
    Router::new()
        .route("/2010-04-01/{*path}", any(answer))
        .route("/v1/{*path}", any(answer))
        .with_state(rest.clone())
        .merge(files::router(rest.simulator))
}

async fn answer(
    State(rest): State<Rest>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let mut response = match read(&rest, method, &uri, &headers, body) {
        Ok(request) => {
            let count = Concurrent::enter(&rest, &request.caller.account_sid);
            let mut response = carry_out(&rest.simulator, request).await;
            response.headers_mut().insert("twilio-concurrent-requests", HeaderValue::from(count.number));
            response
        }
        Err(refusal) => refusal.into_response(),
    };
    let id = format!("RQ{}", Uuid::new_v4().simple());
    let id = HeaderValue::try_from(id).expect("letters and digits");
    response.headers_mut().insert("twilio-request-id", id);
    response
}

fn read(
    rest: &Rest,
    method: Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Request, Refusal> {
    let caller = rest.simulator.look(|world| Caller::of(headers, &world.setup))?;
    let body = body.map_err(|rejection| Refusal {
        status: rejection.status().as_u16(),
        code: 20413,
        message: rejection.body_text(),
    })?;
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_form = content_type.is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    if !body.is_empty() && !is_form {
        let message = "The content type is to be application/x-www-form-urlencoded".to_owned();
        return Err(Refusal { status: 415, code: 20415, message });
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    Ok(Request {
        caller,
        method,
        path: uri.path().to_owned(),
        query: Params::new(decode_form(uri.query().unwrap_or_default().as_bytes()).map_err(unreadable)?),
        form: Params::new(decode_form(&body).map_err(unreadable)?),
        base: format!("http://{host}"),
    })
}

fn unreadable(error: FormError) -> Refusal {
    Refusal::bad_request(20001, format!("The request cannot be read: {error}"))
}

/// Carries the request out, faults included.
async fn carry_out(simulator: &Simulator, request: Request) -> Response {
    let faults = simulator.faults();
    let account_sid = request.caller.account_sid.clone();
    let strikes = |fault| faults.strikes(fault, &account_sid);
    if strikes(Fault::RestDown).is_some() {
        let page = Html("<html><head><title>503</title></head><body>Service unavailable</body></html>");
        return (StatusCode::SERVICE_UNAVAILABLE, page).into_response();
    }
    if strikes(Fault::RateLimit).is_some() {
        return too_many_requests();
    }
    if strikes(Fault::RateLimitRetryAfter).is_some() {
        let mut response = too_many_requests();
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(1));
        return response;
    }
    if let Some(delay) = strikes(Fault::SlowRest) {
        sleep(delay).await;
    }
    let reply = match simulator.act(|world| routes::route(&request, world)) {
        Ok(reply) => reply,
        Err(refusal) => return refusal.into_response(),
    };
    if let Reply::Created(sid, _) = &reply {
        let calls_back = simulator.look(|world| world.calls_back(sid));
        if calls_back && strikes(Fault::CallbackFirst).is_some() {
            simulator.heard_of(sid, CALLBACK_PATIENCE).await;
        }
        if strikes(Fault::CreateThen500).is_some() {
            let message = "An internal server error has occurred".to_owned();
            return Refusal { status: 500, code: 20500, message }.into_response();
        }
        if strikes(Fault::CreateThenCut).is_some() {
            // The connection's task ends with it, and the connection with the task; nobody is told of a panic.
            std::panic::resume_unwind(Box::new("the connection is cut on purpose"));
        }
    }
    reply.into_response()
}

fn too_many_requests() -> Response {
    Refusal { status: 429, code: 20429, message: "Too Many Requests".into() }.into_response()
}

/// One of the requests that an account has under way.
struct Concurrent<'a> {
    rest: &'a Rest,
    account_sid: String,
    number: u32,
}

impl<'a> Concurrent<'a> {
    fn enter(rest: &'a Rest, account_sid: &str) -> Self {
        let mut counts = rest.concurrent.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(account_sid.to_owned()).or_default();
        *count += 1;
        Self { rest, account_sid: account_sid.to_owned(), number: *count }
    }
}

impl Drop for Concurrent<'_> {
    fn drop(&mut self) {
        let mut counts = self.rest.concurrent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.account_sid) {
            *count = count.saturating_sub(1);
        }
    }
}
