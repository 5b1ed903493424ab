use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use axum::{Router, middleware};
use serde::Serialize;
use socketioxide::SocketIo;
use socketioxide::extract::{Extension, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use switchboard_domain::calls::Calls;
use switchboard_domain::log::Log;
use switchboard_domain::ports::{Clock, Directory};
use switchboard_domain::sessions::Sessions;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::registry::Registry;
use crate::{handshake, heads, transport};

/// Events that fit into one client's buffer; what does not fit waits in the log.
const BUFFER: usize = 1024;
/// Above everything a full buffer can hold, so that an answer to a poll is never cut: the engine would lose the
/// packet at the cut when the client upgrades.
const LONGEST_ANSWER: u64 = 8_000_000;

/// What the hub is made of.
pub struct Parts {
    /// Who is connected; also what commits wake, so it is made before the store.
    pub registry: Arc<Registry>,
    /// Lets people in.
    pub sessions: Arc<Sessions>,
    /// What rings.
    pub calls: Arc<Calls>,
    /// What is told.
    pub log: Log,
    /// How far the logs have come.
    pub directory: Arc<dyn Directory>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Every task runs on it.
    pub tracker: TaskTracker,
    /// Cancelled when the node stops.
    pub stop: CancellationToken,
    /// Whether the database answered a second ago. Start with `true`.
    pub is_ready: AtomicBool,
}

/// The Socket.IO server of this node.
#[derive(Clone)]
pub struct Hub {
    io: SocketIo,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Draining {
    reconnect_after_ms: u64,
}

impl Hub {
    /// Starts the hub; gives its routes too, to be served at the root.
    pub fn start(parts: Parts) -> (Self, Router) {
        let parts = Arc::new(parts);
        let (service, io) = SocketIo::builder()
            .req_path("/socket.io")
            .ping_interval(Duration::from_secs(10))
            .ping_timeout(Duration::from_secs(8))
            .connect_timeout(handshake::CONNECT_TIMEOUT)
            .upgrade_timeout(Duration::from_secs(5))
            .max_buffer_size(BUFFER)
            .max_payload(LONGEST_ANSWER)
            .ws_read_buffer_size(512)
            .ws_max_message_size(64 * 1024)
            .build_svc();
        let admit = {
            let parts = Arc::clone(&parts);
            async move |socket: SocketRef, auth: TryData<serde_json::Value>| {
                handshake::admit(Arc::clone(&parts), socket, auth).await
            }
        };
        let connect = {
            let parts = Arc::clone(&parts);
            async move |socket: SocketRef, waiting: Extension<_>| {
                handshake::connect(Arc::clone(&parts), socket, waiting).await;
            }
        };
        io.ns("/", connect.with(admit));
        parts.tracker.spawn(heads::watch(Arc::clone(&parts)));
        let guard = middleware::from_fn_with_state(parts, transport::guard);
        let router = Router::new().route_service("/socket.io/", service).layer(guard);
        (Self { io }, router)
    }

    /// Tells every client that this node stops, and closes their connections: they come back by themselves, to the
    /// next one, and recover. Waits until the engine is closed.
    pub async fn drain(&self) {
        let draining = Draining { reconnect_after_ms: 1000 };
        for socket in self.io.sockets() {
            let _ = socket.emit("server-draining", &draining);
        }
        self.io.close().await;
    }
}
