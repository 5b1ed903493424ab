use std::sync::Arc;
use std::time::Duration;

use axum::{Router, middleware};
use serde::Serialize;
use socketioxide::SocketIo;
use socketioxide::extract::{Extension, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use switchboard_domain::calls::Calls;
use switchboard_domain::log::Log;
use switchboard_domain::ports::{Clock, Directory, Operations};
use switchboard_domain::presence::{GRACE, Presence};
use switchboard_domain::rollout::Rollouts;
use switchboard_domain::sessions::Sessions;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::warn;

use crate::node::Node;
use crate::registry::Registry;
use crate::{beats, handshake, heads, transports};

/// Events that fit into one client's buffer; what does not fit waits in the log. While a polling client upgrades, the
/// engine itself needs a place in it: see `POLLING_PAUSE`.
const BUFFER: usize = 1024;
/// Above everything a full buffer can hold, so that an answer to a poll is never cut: the engine would lose the
/// packet at the cut when the client upgrades.
const LONGEST_ANSWER: u64 = 64_000_000;

/// What the hub is made of.
pub struct Parts {
    /// Who is connected, and what commits wake: made before the store.
    pub registry: Arc<Registry>,
    /// Lets people in.
    pub sessions: Arc<Sessions>,
    /// What rings.
    pub calls: Arc<Calls>,
    /// Who is here.
    pub presence: Arc<Presence>,
    /// What is told.
    pub log: Log,
    /// How far the logs have come.
    pub directory: Arc<dyn Directory>,
    /// Told that this node lives, and that it stops.
    pub operations: Arc<dyn Operations>,
    /// Who gets websockets; told what the database says twice a second.
    pub rollouts: Arc<Rollouts>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Every task runs on it.
    pub tracker: TaskTracker,
    /// Cancelled when the node stops.
    pub stop: CancellationToken,
}

/// The Socket.IO server of this node.
#[derive(Clone)]
pub struct Hub {
    io: SocketIo,
    node: Arc<Node>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Draining {
    reconnect_after_ms: u64,
}

impl Hub {
    /// Starts the hub; gives its routes too, to be served at the root, over connections of a
    /// [`Listener`](crate::Listener).
    pub fn start(parts: Parts) -> (Self, Router) {
        let node = Arc::new(Node::from(parts));
        node.registry.serve(&node);
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
            let node = Arc::clone(&node);
            async move |socket: SocketRef, auth: TryData<serde_json::Value>| {
                handshake::admit(Arc::clone(&node), socket, auth).await
            }
        };
        let connect = {
            let node = Arc::clone(&node);
            async move |socket: SocketRef, waiting: Extension<_>| {
                handshake::connect(Arc::clone(&node), socket, waiting).await;
            }
        };
        io.ns("/", connect.with(admit));
        node.tracker.spawn(heads::watch(Arc::clone(&node)));
        node.tracker.spawn(beats::beat(Arc::clone(&node)));
        let engine = Router::new().route_service("/socket.io/", service);
        node.transports.serve(engine.clone());
        let guard = middleware::from_fn_with_state(Arc::clone(&node), transports::guard);
        (Self { io, node }, engine.layer(guard))
    }

    /// Tells every client that this node stops, and closes their connections: they come back by themselves, to the
    /// next one, and recover. Waits until the engine is closed. Who was here still counts for a while.
    pub async fn drain(&self) {
        let draining = Draining { reconnect_after_ms: 1000 };
        for socket in self.io.sockets() {
            let _ = socket.emit("server-draining", &draining);
        }
        self.io.close().await;
        if let Err(error) = self.node.operations.leave(self.node.id, GRACE).await {
            warn!("could not say that this node stops: {error}");
        }
    }
}
