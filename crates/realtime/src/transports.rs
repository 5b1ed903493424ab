use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{OriginalUri, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use socketioxide::TransportType;
use socketioxide::extract::SocketRef;
use tokio::time::timeout;
use tower::ServiceExt;

use crate::arrivals::Standing;
use crate::node::Node;
use crate::wire::Wire;

/// The longest packet a polling client may post. (The engine's own limit also bounds what it sends in one answer, and
/// has to be larger than a full buffer.)
const LONGEST_POST: usize = 64 * 1024;
/// How long it may take to arrive.
const POST_TIME: Duration = Duration::from_secs(10);

/// What carries the sockets, and how to close it. The engine has no such call: a websocket ends when its connection is
/// cut, a polling session when the engine hears its client's farewell.
#[derive(Debug, Default)]
pub(crate) struct Transports {
    /// The connections over which sessions that began with polling asked for a websocket, by the engine's id of the
    /// session. A client may ask more than once; one that means harm would.
    upgrades: Mutex<HashMap<String, Vec<Weak<Wire>>>>,
    engine: OnceLock<Router>,
}

impl Transports {
    fn upgrades(&self) -> MutexGuard<'_, HashMap<String, Vec<Weak<Wire>>>> {
        self.upgrades.lock().expect("nothing panics while it holds this lock")
    }

    /// From now on transports of this engine can be closed.
    pub(crate) fn serve(&self, engine: Router) {
        let _ = self.engine.set(engine);
    }

    /// Forgets connections that are gone.
    pub(crate) fn tidy(&self) {
        self.upgrades().retain(|_, wires| {
            wires.retain(|wire| wire.strong_count() > 0);
            !wires.is_empty()
        });
    }

    /// Closes what carries a socket, at once and for sure. A stock client takes it for trouble with the network and
    /// comes back by itself.
    pub(crate) async fn close(&self, socket: &SocketRef) {
        if socket.transport_type() == TransportType::Polling
            && self.say_farewell(&socket.id.to_string()).await
        {
            return;
        }
        // It is a websocket, perhaps since a moment ago.
        let first = socket.req_parts();
        if parameter(first.uri.query(), "transport") == Some("websocket")
            && let Some(wire) = first.extensions.get::<Arc<Wire>>()
        {
            wire.cut();
        }
        let upgrades = self.upgrades().remove(&socket.id.to_string()).unwrap_or_default();
        upgrades.iter().filter_map(Weak::upgrade).for_each(|wire| wire.cut());
    }

    /// Sends somebody away who only stands at the door.
    pub(crate) async fn send_away(&self, standing: Standing) {
        if let Some(wire) = standing.wire {
            wire.cut();
        } else if let Some(sid) = standing.sid {
            self.say_farewell(&sid).await;
        }
    }

    /// Tells the engine in the client's name that a polling session is over; false if it is none.
    async fn say_farewell(&self, sid: &str) -> bool {
        let Some(engine) = self.engine.get() else { return false };
        let request = Request::post(format!("/socket.io/?EIO=4&transport=polling&sid={sid}"));
        let request = request.body(Body::from("1")).expect("a request");
        let Ok(response) = engine.clone().oneshot(request).await;
        response.status().is_success()
    }
}

/// Stands before the engine. New clients get 503 while the database is away or everybody comes at once, and come back by
/// themselves; posts are bounded; what the engine keeps of a request for the socket's life is cut down.
pub(crate) async fn guard(State(node): State<Arc<Node>>, mut request: Request, next: Next) -> Response {
    let query = request.uri().query();
    let sid = parameter(query, "sid").map(str::to_owned);
    let is_websocket = parameter(query, "transport") == Some("websocket");
    let wire = request.extensions().get::<Arc<Wire>>().filter(|_| is_websocket).cloned();
    detach(&mut request);
    match sid {
        None => arrive(&node, request, wire, next).await,
        Some(_) if request.method() == Method::POST => bounded(request, next).await,
        Some(sid) => {
            let response = next.run(request).await;
            // Only what the engine knows, and what switched to a websocket: nobody makes us remember anything else.
            if response.status() == StatusCode::SWITCHING_PROTOCOLS
                && let Some(wire) = wire
            {
                node.transports.upgrades().entry(sid).or_default().push(Arc::downgrade(&wire));
            }
            response
        }
    }
}

/// A new client stands at the door until it is let in.
async fn arrive(node: &Arc<Node>, mut request: Request, wire: Option<Arc<Wire>>, next: Next) -> Response {
    let is_polling = wire.is_none();
    let is_ready = node.is_ready.load(Ordering::Acquire);
    let Some((arrival, gone)) = is_ready.then(|| node.arrivals.come(wire)).flatten() else {
        let retry = [(header::RETRY_AFTER, HeaderValue::from_static("1"))];
        return (StatusCode::SERVICE_UNAVAILABLE, retry).into_response();
    };
    if let Some(standing) = gone {
        node.transports.send_away(standing).await;
    }
    request.extensions_mut().insert(Arc::clone(&arrival));
    let response = next.run(request).await;
    if !is_polling || response.status() != StatusCode::OK {
        return response;
    }
    let (head, body) = response.into_parts();
    let body = to_bytes(body, LONGEST_POST).await.unwrap_or_default();
    if let Some(sid) = opened(&body) {
        arrival.was_told(&sid);
    }
    Response::from_parts(head, Body::from(body))
}

/// The session's id in Engine.IO's open packet.
fn opened(packet: &[u8]) -> Option<String> {
    let open: serde_json::Value = serde_json::from_slice(packet.strip_prefix(b"0")?).ok()?;
    open["sid"].as_str().map(str::to_owned)
}

/// Reads a post before the engine does.
async fn bounded(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    match timeout(POST_TIME, to_bytes(body, LONGEST_POST)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(head, Body::from(bytes))).await,
        Ok(Err(_)) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

fn parameter<'a>(query: Option<&'a str>, name: &str) -> Option<&'a str> {
    let pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value).next()
}

/// The engine keeps the head of a socket's first request for as long as the socket lives, and everything in it is a
/// slice of the connection's read buffer. What is needed is copied, so that the buffer can go.
fn detach(request: &mut Request) {
    request.extensions_mut().remove::<OriginalUri>();
    let own =
        |value: &HeaderValue| HeaderValue::from_bytes(value.as_bytes()).expect("it was a header's value");
    let headers: HeaderMap = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().parse().expect("it was a header's name"), own(value)))
        .collect();
    *request.headers_mut() = headers;
    *request.uri_mut() = request.uri().to_string().parse().expect("it was a URI");
}
