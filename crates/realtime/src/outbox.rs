use std::time::Duration;

use serde::Serialize;
use socketioxide::extract::SocketRef;
use socketioxide::{SendError, SocketError, TransportType};
use tokio::time::Instant;

/// How long a client may take nothing from a full buffer. Its connection is closed then: it comes back by itself, and
/// what it missed follows.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is on its way to a client: the engine's buffer, which refuses when it is full and tells no more than that.
pub(crate) struct Outbox {
    socket: SocketRef,
    full_since: Option<Instant>,
}

/// Why nothing was put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It is full.
    Full,
    /// The socket is gone.
    Closed,
}

impl Outbox {
    pub(crate) fn new(socket: SocketRef) -> Self {
        Self { socket, full_since: None }
    }

    pub(crate) fn put<T: Serialize + ?Sized>(
        &mut self,
        name: &str,
        payload: &T,
        now: Instant,
    ) -> Result<(), Refused> {
        match self.socket.emit(name, payload) {
            Ok(()) => {
                self.full_since = None;
                Ok(())
            }
            Err(SendError::Socket(SocketError::InternalChannelFull)) => {
                self.full_since.get_or_insert(now);
                Err(Refused::Full)
            }
            Err(_) => Err(Refused::Closed),
        }
    }

    /// Whether it has been full for too long.
    pub(crate) fn is_stuck(&self, now: Instant) -> bool {
        self.full_since.is_some_and(|since| now - since >= PATIENCE)
    }

    pub(crate) fn is_polled(&self) -> bool {
        self.socket.transport_type() == TransportType::Polling
    }

    /// What it belongs to.
    pub(crate) fn socket(&self) -> &SocketRef {
        &self.socket
    }
}
