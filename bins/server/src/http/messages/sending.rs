use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn;
use serde::{Deserialize, Serialize};
use switchboard_domain::check::Check;
use switchboard_domain::events::{CustomerId, MessageId};
use switchboard_domain::ids::TemplateId;
use switchboard_domain::texting::MessageOrder;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::OneMessage;
use super::record::MessageBody;
use crate::Server;
use crate::error::{ApiError, ErrorBody};
use crate::http::abandoned::see_through;
use crate::http::body::Body;
use crate::http::caller::Agent;
use crate::http::query::{Id, id, idempotency_key, moment};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(send)).routes(routes!(cancel)).layer(from_fn(see_through))
}

/// A message to be sent. Empty texts and null are as if left out.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase")]
#[schema(as = message::Order)]
struct Order {
    /// A phone number, in any format; with `whatsapp:` before it, there.
    to: Option<String>,
    /// `sms` or `whatsapp`, if the number does not say.
    channel: Option<String>,
    /// 1,600 characters at most. May be left out beside media or a template.
    body: Option<String>,
    /// Pictures and other files, ten at most: the `mediaUrl` of an upload, or where else Twilio fetches it.
    media_urls: Option<Vec<String>>,
    #[schema(value_type = Option<uuid::Uuid>)]
    lead_id: Option<String>,
    #[schema(value_type = Option<uuid::Uuid>)]
    contact_id: Option<String>,
    /// What the text is made of, if there is no body.
    #[schema(value_type = Option<uuid::Uuid>)]
    template_id: Option<String>,
    /// What stands in the template's gaps, beside `first_name`, `last_name`, `name`, `company`, `organization`, `agent_name` and
    /// `agent_first_name`.
    variables: Option<BTreeMap<String, String>>,
    /// When to send it, if not now.
    send_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct Sent {
    message: &'static str,
    data: MessageBody,
}

/// Sends a message, or will at its time. While Twilio's answer is unknown its status is `unknown`, and settled later.
#[utoipa::path(post, path = "/sms/send", tag = "messages", request_body = Order, security(("bearer" = ["user"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key of the same person is the same message")), responses(
    (status = CREATED, body = Sent), (status = CONFLICT, body = ErrorBody, description = "`opted_out`, `outside_window`, `not_configured`"),
    (status = UNPROCESSABLE_ENTITY, body = ErrorBody), (status = BAD_GATEWAY, body = ErrorBody)))]
async fn send(
    State(server): State<Server>,
    Agent(caller): Agent,
    headers: HeaderMap,
    Body(order): Body<Order>,
) -> Result<(StatusCode, Json<Sent>), ApiError> {
    let mut check = Check::default();
    let order = MessageOrder {
        to: order.to,
        channel: order.channel,
        body: order.body,
        media_urls: order.media_urls.unwrap_or_default(),
        lead_id: id(&mut check, "leadId", order.lead_id.as_deref()).map(CustomerId::from),
        contact_id: id(&mut check, "contactId", order.contact_id.as_deref()).map(CustomerId::from),
        template_id: id(&mut check, "templateId", order.template_id.as_deref()).map(TemplateId::from),
        variables: order.variables.unwrap_or_default(),
        send_at: moment(&mut check, "sendAt", order.send_at.as_deref()),
        idempotency_key: idempotency_key(&mut check, &headers),
    };
    check.finish()?;
    let is_later = order.send_at.is_some();
    let id = server.texting.send(&caller, order).await?;
    let data = server.shown_message(&caller, id).await?;
    let message = if is_later { "Message scheduled" } else { "Message sent" };
    Ok((StatusCode::CREATED, Json(Sent { message, data })))
}

/// Calls back a message that is to be sent later.
#[utoipa::path(post, path = "/sms/{id}/cancel", tag = "messages", params(("id" = uuid::Uuid, Path)), security(("bearer" = ["user"])), responses(
    (status = OK, body = OneMessage), (status = NOT_FOUND, body = ErrorBody), (status = CONFLICT, body = ErrorBody, description = "`already_sent`")))]
async fn cancel(
    State(server): State<Server>,
    Agent(caller): Agent,
    Id(id): Id<MessageId>,
) -> Result<Json<OneMessage>, ApiError> {
    server.texting.cancel(&caller, id).await?;
    Ok(Json(OneMessage { message: server.shown_message(&caller, id).await? }))
}
