use axum::Extension;
use axum::body::{Body, to_bytes};
use axum::extract::{OriginalUri, Request};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use switchboard_domain::calls::Meeting;
use switchboard_domain::inspector::{
    Heard, Outcome, SignatureVerdict, WebhookId, WebhookKind, WebhookRecord, cut_answer,
};
use tokio::time::Instant;
use uuid::Uuid;

use super::findings::{Findings, Found};
use crate::Server;
use crate::http::RequestId;

/// Notes what came and what was answered, for the organisation's admins. The answer waits for nothing.
pub(super) async fn record(
    Extension(server): Extension<Server>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.extensions().get::<OriginalUri>().map_or(request.uri(), |original| &original.0).path();
    let kind = WebhookKind::parse(path.rsplit('/').next().unwrap_or_default());
    let id = request.extensions().get().map(|RequestId(id)| *id);
    let findings = Findings::default();
    request.extensions_mut().insert(findings.clone());
    let begun = Instant::now();
    let response = next.run(request).await;
    let took_ms = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
    let found = findings.found();
    let (Some(kind), false) = (kind, found.is_put_away || found.whose().is_empty()) else { return response };
    let (head, body) = response.into_parts();
    // It is in memory: ours.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let answer = Answer { status: head.status, text: &String::from_utf8_lossy(&body), took_ms };
    if let Some(heard) = heard(kind, id, found, &answer) {
        server.backlog.add(heard);
    }
    Response::from_parts(head, Body::from(body))
}

struct Answer<'a> {
    status: StatusCode,
    text: &'a str,
    took_ms: u32,
}

/// `None` if nothing could be read of it.
fn heard(kind: WebhookKind, request: Option<Uuid>, found: Found, answer: &Answer<'_>) -> Option<Heard> {
    let whose = found.whose();
    let sent = found.sent?;
    let outcome = match answer.status {
        status if found.is_put_off || status.is_server_error() => Outcome::Failed,
        status if status.is_client_error() => Outcome::Refused,
        _ if found.is_ignored => Outcome::Ignored,
        _ => Outcome::Handled,
    };
    let signature = whose.first().map_or(SignatureVerdict::Missing, |(_, verdict)| *verdict);
    let named = ["call", "conference"].map(|name| sent.query.first(name));
    let met: Option<Meeting> = sent.params.first("FriendlyName").parse().ok();
    let call = named.iter().find_map(|id| id.parse().ok()).or(met.map(|meeting| meeting.call));
    let record = WebhookRecord {
        id: WebhookId::generate(),
        at: sent.at,
        kind,
        account_sid: sent.params.word("AccountSid").unwrap_or_default(),
        call,
        message: sent.query.first("message").parse().ok(),
        query: sent.query,
        params: sent.params,
        signature,
        is_proven: signature.is_right() || found.is_explained,
        outcome,
        why: found.why,
        status: answer.status.as_u16(),
        answer: cut_answer(answer.text),
        took_ms: answer.took_ms,
        event: sent.event,
        is_repeat: false,
        is_late: sent.is_late,
        request,
    };
    Some(Heard { record, whose })
}
