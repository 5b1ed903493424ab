use axum::extract::State;
use axum::http::StatusCode;
use switchboard_domain::messages::{Channel, InboundMessage};
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
    let told_at = server.clock.now();
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
        server.inbound_messages.receive(scope, inbound, told_at).await.map_err(ApiError::from)?;
    }
    Ok(Twiml(twiml::MessagingResponse::new().to_xml()))
}

/// A message moved on. Switchboard has sent none, so it is another's that goes through the same messaging service.
#[utoipa::path(post, path = "/sms-status", request_body(content = String, content_type = "application/x-www-form-urlencoded"), tag = "webhooks", responses(
    (status = NO_CONTENT, description = "noted"),
    (status = FORBIDDEN, description = "not signed by the account's token"), (status = BAD_REQUEST, body = ErrorBody)))]
async fn sms_status(_: Signed) -> StatusCode {
    StatusCode::NO_CONTENT
}
