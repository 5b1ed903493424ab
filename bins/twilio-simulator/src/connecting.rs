//! Whether a request is being connected: only then does the wait for its answer begin.

use std::future::Future;
use tokio::sync::watch;
use tokio::task::futures::TaskLocalFuture;

tokio::task_local! {
    /// What connects is told nothing of the request but the address. It runs within the request, and finds this there.
    static CONNECTING: watch::Sender<bool>;
}

/// Makes a request, and whether it is being connected; at first it is not, for it may find an open connection.
pub(crate) fn watched<F: Future>(
    request: F,
) -> (TaskLocalFuture<watch::Sender<bool>, F>, watch::Receiver<bool>) {
    let (connecting, is_connecting) = watch::channel(false);
    (CONNECTING.scope(connecting, request), is_connecting)
}

/// Connects, and says so to the request for which it does.
pub(crate) async fn tell<F: Future>(connect: F) -> F::Output {
    // Kept, because another request's connection may become free first: then this goes on outside.
    let request = CONNECTING.try_with(watch::Sender::clone).ok();
    let tell = |is_connecting| request.as_ref().map(|request| request.send_replace(is_connecting));
    tell(true);
    let connected = connect.await;
    tell(false);
    connected
}
