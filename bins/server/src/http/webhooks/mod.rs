//! Twilio's webhooks. Verify, write, answer.

mod accounts;
mod checks;
mod signed;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use switchboard_domain::calls::InboundCall;
use switchboard_domain::messages::{Channel, InboundMessage};
use switchboard_domain::party::Party;
use switchboard_domain::phone::{PhoneNumber, Region};
use switchboard_twilio::address::Address;
use switchboard_twilio::twiml::{self, RejectReason, Say, Verb};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use self::accounts::AccountKeys;
pub(crate) use self::checks::{CheckBody, Checks};
use self::signed::{Signed, Tolerated, Unsigned};
use crate::Server;
use crate::error::{ApiError, ErrorBody};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(sms))
        .routes(routes!(voice))
        .routes(routes!(call_status))
        .routes(routes!(sms_status))
}

/// A TwiML document (Twilio, "TwiML for Programmable Voice" and "… Messaging").
struct Twiml(String);

impl From<twiml::Response> for Twiml {
    fn from(response: twiml::Response) -> Self {
        Self(response.to_xml())
    }
}

impl IntoResponse for Twiml {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, twiml::CONTENT_TYPE)], self.0).into_response()
    }
}

/// A text came in.
#[utoipa::path(post, path = "/sms", request_body(content = String, content_type = "application/x-www-form-urlencoded"), tag = "webhooks", responses(
    (status = OK, content_type = "text/xml", description = "an empty TwiML document"),
    (status = FORBIDDEN, description = "not signed by the account's token"), (status = BAD_REQUEST, body = ErrorBody)))]
async fn sms(State(server): State<Server>, Tolerated(webhook): Tolerated) -> Result<Twiml, Unsigned> {
    if let Some(scope) = webhook.scope(&server).await? {
        let from = Address::parse(webhook.param("From"));
        let inbound = InboundMessage {
            sid: webhook.sid("MessageSid", &["SM", "MM"])?.to_owned(),
            channel: if from.channel() == Some("whatsapp") { Channel::WhatsApp } else { Channel::Sms },
            from: party(&from),
            to: party(&Address::parse(webhook.param("To"))),
            body: webhook.param("Body").to_owned(),
            segments: webhook.param("NumSegments").parse().ok(),
            media_urls: webhook.media_urls(),
        };
        server.inbound_messages.receive(scope, inbound).await.map_err(ApiError::from)?;
    }
    Ok(Twiml(twiml::MessagingResponse::new().to_xml()))
}

/// A call came in: it rings in the console, and the caller waits in the organization's queue.
#[utoipa::path(post, path = "/voice", request_body(content = String, content_type = "application/x-www-form-urlencoded"), tag = "webhooks", responses(
    (status = OK, content_type = "text/xml", description = "a TwiML document: wait in the queue, or be turned away"),
    (status = FORBIDDEN, description = "not signed by the account's token"), (status = BAD_REQUEST, body = ErrorBody)))]
async fn voice(State(server): State<Server>, Tolerated(webhook): Tolerated) -> Result<Twiml, Unsigned> {
    let from = Address::parse(webhook.param("From"));
    if matches!(from, Address::Client(_)) {
        return Ok(refusal());
    }
    let Some(scope) = webhook.scope(&server).await? else {
        return Ok(twiml::Response::new().with(Verb::Reject { reason: RejectReason::Rejected }).into());
    };
    let sid = webhook.sid("CallSid", &["CA"])?.to_owned();
    if is_over(webhook.param("CallStatus")) {
        return Ok(twiml::Response::new().into());
    }
    let inbound = InboundCall { sid, from: party(&from), to: party(&Address::parse(webhook.param("To"))) };
    server.inbound_calls.ring(scope, inbound).await.map_err(ApiError::from)?;
    let queue = format!("org_{}", scope.org());
    Ok(twiml::Response::new().with(Verb::Enqueue { queue, wait_url: None, action: None }).into())
}

/// A call moved on. One that is over rings no more.
#[utoipa::path(post, path = "/call-status", request_body(content = String, content_type = "application/x-www-form-urlencoded"), tag = "webhooks", responses(
    (status = NO_CONTENT, description = "noted"),
    (status = FORBIDDEN, description = "not signed by the account's token"), (status = BAD_REQUEST, body = ErrorBody)))]
async fn call_status(State(server): State<Server>, webhook: Signed) -> Result<StatusCode, Unsigned> {
    if let Some(scope) = webhook.scope(&server).await?
        && is_over(webhook.param("CallStatus"))
    {
        let sid = webhook.sid("CallSid", &["CA"])?;
        server.inbound_calls.hang_up(scope, sid).await.map_err(ApiError::from)?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// A message moved on. Switchboard has sent none, so it is another's that goes through the same messaging service.
#[utoipa::path(post, path = "/sms-status", request_body(content = String, content_type = "application/x-www-form-urlencoded"), tag = "webhooks", responses(
    (status = NO_CONTENT, description = "noted"),
    (status = FORBIDDEN, description = "not signed by the account's token"), (status = BAD_REQUEST, body = ErrorBody)))]
async fn sms_status(_: Signed) -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Twilio's final call statuses: a call that is over does not ring, however late the news of it comes.
fn is_over(status: &str) -> bool {
    ["completed", "busy", "failed", "no-answer", "canceled"].contains(&status)
}

/// A browser's leg that nobody asked for.
fn refusal() -> Twiml {
    let words = Verb::Say(Say::new("This call cannot be connected."));
    twiml::Response::new().with(words).with(Verb::Hangup).into()
}

/// One end of a call or message, as the domain knows it. Withheld callers, short codes and the like are told apart
/// before anything is read as a phone number.
fn party(address: &Address) -> Party {
    // Twilio writes numbers in E.164, so no region is needed to read them.
    match address.phone().and_then(|phone| PhoneNumber::parse(phone, Region::default())) {
        Some(phone) => Party::phone(phone),
        None => Party::other(&address.to_string()),
    }
}
