use axum::extract::State;
use axum::http::StatusCode;
use switchboard_domain::messages::{Channel, InboundMessage, Report};
use switchboard_domain::ports::{MessageFault, MessageStatus};
use switchboard_twilio::address::Address;
use switchboard_twilio::twiml;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::signed::{Signed, Tolerated, Unsigned};
use super::{Twiml, party};
use crate::Server;
use crate::error::{ApiError, ErrorBody};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(sms)).routes(routes!(sms_status))
}

/// A text came in.
#[utoipa::path(post, path = "/sms", request_body(content = String, content_type = "application/x-www-form-urlencoded"), tag = "webhooks", responses(
    (status = OK, content_type = "text/xml", description = "an empty TwiML document"),
    (status = FORBIDDEN, description = "not signed by the account's token"), (status = BAD_REQUEST, body = ErrorBody)))]
async fn sms(State(server): State<Server>, Tolerated(webhook): Tolerated) -> Result<Twiml, Unsigned> {
    let told_at = webhook.came_at();
    if let Some(scope) = webhook.scope(&server).await? {
        let from = Address::parse(webhook.param("From"));
        let inbound = InboundMessage {
            sid: webhook.sid("MessageSid", &["SM", "MM"])?.to_owned(),
            channel: Channel::of_prefix(from.channel()),
            from: party(&from),
            name: webhook.given("ProfileName"),
            to: party(&Address::parse(webhook.param("To"))),
            service: webhook.given("MessagingServiceSid"),
            body: webhook.param("Body").to_owned(),
            opt_out: webhook.given("OptOutType"),
            segments: webhook.param("NumSegments").parse().ok(),
            media_urls: webhook.media_urls(),
        };
        let received =
            server.inbound_messages.receive(scope, inbound, told_at).await.map_err(ApiError::from)?;
        server.respond_later(scope, received);
    }
    Ok(Twiml(twiml::MessagingResponse::new().to_xml()))
}

/// A message that we sent moved on. What is told of others that go through the same messaging service is nothing to us.
#[utoipa::path(post, path = "/sms-status", request_body(content = String, content_type = "application/x-www-form-urlencoded"), tag = "webhooks", responses(
    (status = NO_CONTENT, description = "noted"),
    (status = FORBIDDEN, description = "not signed by the account's token"), (status = BAD_REQUEST, body = ErrorBody)))]
async fn sms_status(State(server): State<Server>, webhook: Signed) -> Result<StatusCode, Unsigned> {
    let sid = webhook.sid("MessageSid", &["SM", "MM"])?.to_owned();
    let scope = match webhook.ours("org").parse() {
        Ok(org) => Some(webhook.scope_of(org)?),
        Err(_) => webhook.sender_scope(&server).await?,
    };
    let status = MessageStatus::parse(webhook.param("MessageStatus"));
    if let Some(scope) = scope {
        let code = webhook.param("ErrorCode").parse().ok();
        let message = webhook.given("ErrorMessage").or_else(|| webhook.given("ChannelStatusMessage"));
        let report = Report {
            sid,
            status,
            fault: code.map(|code| MessageFault { code, message }),
            segments: None,
            from: Address::parse(webhook.param("From")).phone().map(str::to_owned),
            sent_at: None,
            price: None,
        };
        let id = webhook.ours("message").parse().ok();
        server.inbound_texting.told(scope, id, &report).await.map_err(ApiError::from)?;
    }
    Ok(StatusCode::NO_CONTENT)
}
