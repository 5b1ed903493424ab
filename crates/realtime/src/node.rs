use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use socketioxide::extract::SocketRef;
use switchboard_domain::calls::Calls;
use switchboard_domain::log::Log;
use switchboard_domain::ports::{Clock, Directory, Operations};
use switchboard_domain::presence::{NodeId, Presence};
use switchboard_domain::rollout::Rollouts;
use switchboard_domain::sessions::Sessions;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::allowance::{Allowances, REMARKS, VISITS};
use crate::arrivals::Arrivals;
use crate::askers::Askers;
use crate::hub::Parts;
use crate::registry::Registry;
use crate::transports::Transports;

/// How long a client that has left, or was told to go, may take to hang up before its connection is closed.
pub(crate) const FAREWELL: Duration = Duration::from_secs(5);

/// What everybody in the hub works with.
pub(crate) struct Node {
    pub(crate) id: NodeId,
    pub(crate) registry: Arc<Registry>,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) calls: Arc<Calls>,
    pub(crate) presence: Arc<Presence>,
    pub(crate) log: Log,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) operations: Arc<dyn Operations>,
    pub(crate) rollouts: Arc<Rollouts>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tracker: TaskTracker,
    pub(crate) stop: CancellationToken,
    /// Whether the database answered when it was last asked.
    pub(crate) is_ready: AtomicBool,
    /// Whether the others know that this node lives, so that what it notes of people counts.
    pub(crate) is_known: AtomicBool,
    pub(crate) arrivals: Arc<Arrivals>,
    pub(crate) transports: Transports,
    pub(crate) askers: Askers,
    pub(crate) visits: Allowances,
    pub(crate) remarks: Allowances,
}

impl From<Parts> for Node {
    fn from(parts: Parts) -> Self {
        let Parts {
            registry,
            sessions,
            calls,
            presence,
            log,
            directory,
            operations,
            rollouts,
            clock,
            tracker,
            stop,
        } = parts;
        Self {
            id: NodeId::generate(),
            registry,
            sessions,
            calls,
            presence,
            log,
            directory,
            operations,
            rollouts,
            clock,
            tracker,
            stop,
            is_ready: AtomicBool::new(true),
            is_known: AtomicBool::new(false),
            arrivals: Arc::default(),
            transports: Transports::default(),
            askers: Askers::default(),
            visits: Allowances::new(VISITS),
            remarks: Allowances::new(REMARKS),
        }
    }
}

impl Node {
    /// Closes what carries a socket, now or after a while. Waits for nothing.
    pub(crate) fn close_transport(self: &Arc<Self>, socket: SocketRef, after: Duration) {
        let node = Arc::clone(self);
        self.tracker.spawn(async move {
            tokio::select! {
                () = node.stop.cancelled() => {} // the engine closes them all
                () = sleep(after) => node.transports.close(&socket).await,
            }
        });
    }
}
