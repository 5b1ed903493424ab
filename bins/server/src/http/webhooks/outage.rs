use std::time::Duration;

use axum::Extension;
use axum::body::{Body, to_bytes};
use axum::extract::{OriginalUri, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics::counter;
use switchboard_domain::events::CallId;
use switchboard_twilio::address::Address;
use switchboard_twilio::documents::Unanswerable;
use switchboard_twilio::webhook;
use tokio::time::timeout;
use tracing::warn;

use super::Twiml;
use super::findings::Findings;
use crate::Server;
use crate::http::limits;

/// How long Twilio waits for our answer, and somebody on the line.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);

/// A call is never turned away because we cannot answer now: it comes back by itself, to the same webhook, and after some
/// tries a caller may leave a message, and anybody else is put off. Nothing is done for a webhook that nobody could verify.
pub(super) async fn come_back(
    Extension(server): Extension<Server>,
    request: Request,
    next: Next,
) -> Response {
    let uri =
        request.extensions().get::<OriginalUri>().map_or_else(|| request.uri().clone(), |uri| uri.0.clone());
    let findings: Findings = request.extensions().get().cloned().unwrap_or_default();
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, limits::LONGEST).await else {
        return next.run(Request::from_parts(head, Body::empty())).await;
    };
    let request = Request::from_parts(head, Body::from(body.clone()));
    let answered = timeout(PATIENCE, next.run(request)).await;
    match answered {
        Ok(response) if !response.status().is_server_error() => response,
        _ => {
            let name = uri.path().rsplit('/').next().unwrap_or_default().to_owned();
            counter!("switchboard_calls_put_off_total", "webhook" => name.clone()).increment(1);
            warn!("could not answer {name} now: the call comes back by itself");
            findings.put_off();
            let params = webhook::decode_form(&body).unwrap_or_default();
            let query = with_browsers_own(uri.query().unwrap_or_default(), &params);
            let asked = Unanswerable::new(&name, &query, &params);
            Twiml::from(server.documents.come_back(&asked)).into_response()
        }
    }
}

/// A browser brings its own parameters once; from then on they are in the address. Nobody has verified them yet, so only what
/// may be right is written there.
fn with_browsers_own(query: &str, params: &[(String, String)]) -> String {
    let sent = |name| webhook::first(params, name).unwrap_or_default();
    let is_browsers = matches!(Address::parse(sent("From")), Address::Client(_));
    let (conference, participant) = (sent("conference").parse::<CallId>(), sent("participant"));
    match conference {
        Ok(id) if is_browsers && query.is_empty() && ["agent", "supervisor"].contains(&participant) => {
            format!("conference={id}&participant={participant}")
        }
        _ => query.to_owned(),
    }
}
