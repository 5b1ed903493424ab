use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use switchboard_realtime::Listener;
use tokio::net::TcpListener;
use tower::ServiceExt;
use tracing::trace;

use crate::lifecycle::Lifecycle;

/// How long a connection may take to say what it wants, and how long it is kept open for the next request.
const HEAD_TIME: Duration = Duration::from_secs(30);

/// Serves HTTP until the node stops; then no connection is taken, and requests in hand are finished. Every request
/// carries where it comes from, and the handle that cuts its connection.
pub(crate) async fn serve(listener: TcpListener, routes: Router, lifecycle: Lifecycle) {
    let mut listener = Listener::new(listener);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
    loop {
        let connection = tokio::select! {
            () = lifecycle.soft.cancelled() => break,
            connection = listener.accept() => connection,
        };
        let wire = Arc::clone(connection.wire());
        let service = routes.clone().map_request(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(wire.peer()));
            request.extensions_mut().insert(Arc::clone(&wire));
            request.map(Body::new)
        });
        let service = TowerToHyperService::new(service);
        let serving = http.serve_connection(TokioIo::new(connection), service).with_upgrades();
        let stop = lifecycle.soft.clone();
        lifecycle.tracker.spawn(async move {
            let mut serving = pin!(serving);
            let served = tokio::select! {
                served = serving.as_mut() => served,
                () = stop.cancelled() => {
                    serving.as_mut().graceful_shutdown();
                    serving.await
                }
            };
            if let Err(error) = served {
                trace!("a connection broke: {error}");
            }
        });
    }
}
