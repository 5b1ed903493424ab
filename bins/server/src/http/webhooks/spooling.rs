use std::io::ErrorKind;
use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, to_bytes};
use axum::extract::{OriginalUri, Request};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics::counter;
use switchboard_domain::ports::StoreError;
use switchboard_twilio::twiml;
use tokio::time::timeout;
use tracing::{error, warn};

use super::Twiml;
use super::findings::Findings;
use super::outage::PATIENCE;
use super::signed::Delivery;
use crate::Server;
use crate::error::ApiError;
use crate::http::limits;
use crate::spool::Spooled;

/// What Twilio tells without waiting for more than a nod is put away if it cannot be handled now, and as long as something of
/// the same account waits: order matters more than a moment. Nothing is put away that nobody could verify.
pub(super) async fn put_away(Extension(server): Extension<Server>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, limits::LONGEST).await else {
        return next.run(Request::from_parts(head, Body::empty())).await;
    };
    let Ok(delivery) = Delivery::new(&head, &body, server.clock.now()) else {
        return next.run(Request::from_parts(head, Body::from(body))).await;
    };
    let account_sid = delivery.account_sid().to_owned();
    let findings: Findings = head.extensions.get().cloned().unwrap_or_default();
    let name = {
        let uri = head.extensions.get::<OriginalUri>().map_or(&head.uri, |original| &original.0);
        uri.path().rsplit('/').next().unwrap_or_default().to_owned()
    };
    if server.spool.holds(&account_sid)
        && let Ok(Some(spooled)) = timeout(PATIENCE, delivery.to_be_put_behind(&server, &body)).await
    {
        let answer = spool(&server, account_sid, name, spooled, &findings).await;
        return answer.unwrap_or_else(|| away("the spool is full"));
    }
    let request = Request::from_parts(head, Body::from(body.clone()));
    let refusal = match timeout(PATIENCE, next.run(request)).await {
        Ok(response) if response.status() != StatusCode::SERVICE_UNAVAILABLE => return response,
        Ok(response) => response,
        Err(_) => away("there was no answer in time"),
    };
    match delivery.to_be_put_away(&server, &body) {
        Some(spooled) => spool(&server, account_sid, name, spooled, &findings).await.unwrap_or(refusal),
        None => refusal,
    }
}

/// The answer to a webhook that is on the disk now; `None` if it is not.
async fn spool(
    server: &Server,
    account_sid: String,
    name: String,
    spooled: Spooled,
    findings: &Findings,
) -> Option<Response> {
    let spool = Arc::clone(&server.spool);
    let account = account_sid.clone();
    // Not to be left half-way, whether or not somebody waits for the answer.
    let put = server.tracker.spawn_blocking(move || spool.put(&account, &spooled)).await;
    match put.expect("nothing panics in there") {
        Ok(()) => {
            counter!("switchboard_webhooks_spooled_total", "webhook" => name.clone()).increment(1);
            warn!(%account_sid, "put away {name}, to be handled later");
            findings.put_away();
            Some(nod(&name))
        }
        Err(why) if why.kind() == ErrorKind::QuotaExceeded => {
            counter!("switchboard_webhooks_not_spooled_total", "cause" => "full").increment(1);
            warn!(%account_sid, "could not put away {name}: {why}");
            None
        }
        Err(why) => {
            counter!("switchboard_webhooks_not_spooled_total", "cause" => "disk").increment(1);
            error!(%account_sid, "could not put away {name}: {why}");
            None
        }
    }
}

fn nod(name: &str) -> Response {
    match name {
        "sms" => Twiml(twiml::MessagingResponse::new().to_xml()).into_response(),
        _ => StatusCode::NO_CONTENT.into_response(),
    }
}

fn away(why: &'static str) -> Response {
    ApiError::from(StoreError::Unavailable(why.into())).into_response()
}
