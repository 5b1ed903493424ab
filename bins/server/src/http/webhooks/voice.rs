use axum::extract::State;
use axum::middleware::from_fn;
use switchboard_domain::access::OrgScope;
use switchboard_domain::calls::{Answer, InboundCall, LeftQueue, Next};
use switchboard_domain::events::{CallId, OrgId};
use switchboard_domain::phone::{PhoneNumber, Region};
use switchboard_domain::ports::CallStatus;
use switchboard_domain::twilio_settings::Identity;
use switchboard_twilio::address::Address;
use switchboard_twilio::twiml::{self, RejectReason, Verb};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::signed::{Signed, Tolerated, Unsigned};
use super::{Twiml, outage, party};
use crate::Server;
use crate::error::{ApiError, ErrorBody};

/// What somebody on the line waits for.
pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(voice))
        .routes(routes!(wait))
        .routes(routes!(queue_result))
        .routes(routes!(voicemail_redirect))
        .routes(routes!(screening))
        .layer(from_fn(outage::come_back))
}

/// A call came in: it rings in the console, and the caller waits in the organization's queue. Or a browser calls in for a
/// call, or a customer whom the organization calls picked up: they enter the call's conference.
#[utoipa::path(post, path = "/voice", request_body(content = String, content_type = "application/x-www-form-urlencoded"), tag = "webhooks", responses(
    (status = OK, content_type = "text/xml", description = "a TwiML document: wait in the queue, meet, or be turned away"),
    (status = FORBIDDEN, description = "not signed by the account's token"), (status = BAD_REQUEST, body = ErrorBody)))]
async fn voice(State(server): State<Server>, Tolerated(webhook): Tolerated) -> Result<Twiml, Unsigned> {
    let from = Address::parse(webhook.param("From"));
    if let Address::Client(identity) = &from {
        return browser(&server, &webhook, identity).await;
    }
    if webhook.ours("participant") == "customer" {
        let Some((scope, id)) = call_of(&webhook)? else { return Ok(reply(&server, Next::Refused.into())) };
        let sid = webhook.sid("CallSid", &["CA"])?;
        let answer = server.inbound_calls.customer_picks_up(scope, id, sid).await.map_err(ApiError::from)?;
        return Ok(reply(&server, answer));
    }
    let Some(scope) = webhook.scope(&server).await? else {
        return Ok(twiml::Response::new().with(Verb::Reject { reason: RejectReason::Rejected }).into());
    };
    let inbound = inbound(&webhook)?;
    if inbound.status.is_over() {
        return Ok(twiml::Response::new().into());
    }
    let next = server.inbound_calls.ring(scope, inbound).await.map_err(ApiError::from)?;
    Ok(reply(&server, next.into()))
}

/// A browser's own leg. Who it is was proved to Twilio by its token; whatever else it says may be anything.
async fn browser(server: &Server, webhook: &Signed, identity: &str) -> Result<Twiml, Unsigned> {
    let identity: Result<Identity, ()> = identity.parse();
    let conference: Result<CallId, _> = webhook.ours_or_sent("conference").parse();
    let (Ok(Identity { org, user }), Ok(id)) = (identity, conference) else {
        return Ok(reply(server, Next::Refused.into()));
    };
    let scope = webhook.scope_of(org)?;
    let sid = webhook.sid("CallSid", &["CA"])?;
    let calls = &server.inbound_calls;
    let answer = match webhook.ours_or_sent("participant") {
        "agent" => {
            let tries = webhook.ours("tries").parse().unwrap_or_default();
            calls.agent_calls_in(scope, user, id, sid, tries).await
        }
        "supervisor" => calls.supervisor_calls_in(scope, user, id, sid).await.map(Answer::from),
        _ => Ok(Next::Refused.into()),
    };
    Ok(reply(server, answer.map_err(ApiError::from)?))
}

/// A caller waits in the queue, and asks what to hear.
#[utoipa::path(post, path = "/wait", request_body(content = String, content_type = "application/x-www-form-urlencoded"), tag = "webhooks", responses(
    (status = OK, content_type = "text/xml", description = "a TwiML document: it rings on, or the queue is left"),
    (status = FORBIDDEN, description = "not signed by the account's token"), (status = BAD_REQUEST, body = ErrorBody)))]
async fn wait(State(server): State<Server>, webhook: Signed) -> Result<Twiml, Unsigned> {
    let Some(scope) = customers_scope(&server, &webhook).await? else {
        return Ok(reply(&server, Next::LeaveQueue.into()));
    };
    let sid = webhook.sid("CallSid", &["CA"])?;
    let waited = webhook.param("QueueTime").parse().unwrap_or_default();
    let next = server.inbound_calls.wait(scope, sid, waited).await.map_err(ApiError::from)?;
    Ok(reply(&server, next.into()))
}

/// A caller left the queue.
#[utoipa::path(post, path = "/queue-result", request_body(content = String, content_type = "application/x-www-form-urlencoded"), tag = "webhooks", responses(
    (status = OK, content_type = "text/xml", description = "a TwiML document: what the caller does next"),
    (status = FORBIDDEN, description = "not signed by the account's token"), (status = BAD_REQUEST, body = ErrorBody)))]
async fn queue_result(State(server): State<Server>, webhook: Signed) -> Result<Twiml, Unsigned> {
    let Some(scope) = customers_scope(&server, &webhook).await? else {
        return Ok(reply(&server, Next::HangUp.into()));
    };
    let sid = webhook.sid("CallSid", &["CA"])?;
    let how = match webhook.param("QueueResult") {
        "hangup" => LeftQueue::HungUp,
        "redirected" | "redirected-from-bridged" | "bridged" | "bridging-in-process" => LeftQueue::Turned,
        // `leave`, `queue-full`, `error`, `system-error`, and when it is asked again.
        _ => LeftQueue::Left,
    };
    let answer = server.inbound_calls.leave_queue(scope, sid, how).await.map_err(ApiError::from)?;
    Ok(reply(&server, answer))
}

/// The organization's phones have rung, or the caller left a message.
#[utoipa::path(post, path = "/voicemail-redirect", request_body(content = String, content_type = "application/x-www-form-urlencoded"), tag = "webhooks", responses(
    (status = OK, content_type = "text/xml", description = "a TwiML document: what the caller does next"),
    (status = FORBIDDEN, description = "not signed by the account's token"), (status = BAD_REQUEST, body = ErrorBody)))]
async fn voicemail_redirect(State(server): State<Server>, webhook: Signed) -> Result<Twiml, Unsigned> {
    let scope = customers_scope(&server, &webhook).await?;
    let Some(scope) = scope.filter(|_| webhook.ours("left").is_empty()) else {
        return Ok(reply(&server, Next::HangUp.into()));
    };
    let sid = webhook.sid("CallSid", &["CA"])?;
    let has_talked = webhook.param("DialCallStatus") == "completed";
    let answer = server.inbound_calls.phones_done(scope, sid, has_talked).await.map_err(ApiError::from)?;
    Ok(reply(&server, answer))
}

/// Somebody picked up one of the organization's phones, or pressed a key there.
#[utoipa::path(post, path = "/screening", request_body(content = String, content_type = "application/x-www-form-urlencoded"), tag = "webhooks", responses(
    (status = OK, content_type = "text/xml", description = "a TwiML document: press 1, then caller and phone are connected"),
    (status = FORBIDDEN, description = "not signed by the account's token"), (status = BAD_REQUEST, body = ErrorBody)))]
async fn screening(State(server): State<Server>, webhook: Signed) -> Result<Twiml, Unsigned> {
    let org: Result<OrgId, _> = webhook.ours("org").parse();
    let id: Result<CallId, _> = webhook.ours("call").parse();
    let phone = PhoneNumber::parse(webhook.ours("phone"), Region::default());
    let (Ok(org), Ok(id), Some(phone)) = (org, id, phone) else {
        return Ok(reply(&server, Next::HangUp.into()));
    };
    let scope = webhook.scope_of(org)?;
    let next = match webhook.param("Digits") {
        "" => server.inbound_calls.pick_up(scope, id, phone).await,
        digits => server.inbound_calls.press(scope, id, phone, digits).await,
    };
    Ok(reply(&server, next.map_err(ApiError::from)?.into()))
}

/// Answers, and does afterwards what follows from it.
fn reply(server: &Server, answer: Answer) -> Twiml {
    server.later(answer.todo);
    server.documents.response(&answer.next).into()
}

/// The organisation that a customer on the line called, or that called them: handed over, such a call waits and goes to phones
/// like any other.
async fn customers_scope(server: &Server, webhook: &Signed) -> Result<Option<OrgScope>, Unsigned> {
    match webhook.param("Direction") {
        "inbound" | "" => webhook.scope(server).await,
        _ => webhook.sender_scope(server).await,
    }
}

/// The call that we named in the address; `None` if we named none, for whoever has the account may send its webhooks anywhere.
pub(super) fn call_of(webhook: &Signed) -> Result<Option<(OrgScope, CallId)>, Unsigned> {
    let named = if webhook.ours("call").is_empty() { "conference" } else { "call" };
    let (Ok(org), Ok(id)) = (webhook.ours("org").parse(), webhook.ours(named).parse()) else {
        webhook.is_ignored("not_ours", "it is about no call of ours");
        return Ok(None);
    };
    Ok(Some((webhook.scope_of(org)?, id)))
}

/// What Twilio tells of a customer's call.
pub(super) fn inbound(webhook: &Signed) -> Result<InboundCall, Unsigned> {
    Ok(InboundCall {
        sid: webhook.sid("CallSid", &["CA"])?.to_owned(),
        from: party(&Address::parse(webhook.param("From"))),
        to: party(&Address::parse(webhook.param("To"))),
        status: CallStatus::parse(webhook.param("CallStatus")),
        told_at: webhook.came_at(),
    })
}
