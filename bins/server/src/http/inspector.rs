//! Which webhooks came, for the organization's admins.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use serde::Serialize;
use switchboard_domain::check::Check;
use switchboard_domain::events::{CallId, MessageId};
use switchboard_domain::inspector::{
    Outcome, Sent, WebhookCheck, WebhookFilter, WebhookId, WebhookKind, WebhookRecord,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::caller::Admin;
use super::people::timestamp;
use super::query::{Id, Listing, Pagination, Pairs};
use crate::Server;
use crate::error::{ApiError, ErrorBody};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one))
}

/// A webhook in a list.
#[derive(Serialize, ToSchema)]
struct WebhookBody {
    id: Uuid,
    /// When it came.
    at: String,
    /// What Twilio asked or told: the end of the webhook's path.
    kind: &'static str,
    /// Who called or wrote; empty if Twilio does not say.
    from_number: String,
    to_number: String,
    twilio_call_sid: Option<String>,
    twilio_message_sid: Option<String>,
    /// The call that it is about, if it is known here.
    call_id: Option<Uuid>,
    /// The message, likewise.
    message_id: Option<Uuid>,
    /// `valid`; `valid_replaced`, by the auth token before the one that counts; `observed`, wrong and let in all the same; `wrong`;
    /// `missing`.
    signature: &'static str,
    /// `handled`, `ignored`, `refused` or `failed`.
    outcome: &'static str,
    /// Why it was not simply handled, in a word: `wrong_address`, `replaced_token`, `wrong_signature`, `missing_signature`,
    /// `malformed_sid`, `nobodys_number`, `not_ours`, `put_off`.
    cause: Option<String>,
    /// The same for people, with what was found out.
    reason: Option<String>,
    /// The status that was answered.
    status: u16,
    /// How long that took.
    took_ms: u32,
    /// Whether Twilio had sent it before.
    is_repeat: bool,
    /// Whether it waited on the disk, for the database was away.
    is_late: bool,
}

/// A webhook, whole.
#[derive(Serialize, ToSchema)]
struct WholeWebhookBody {
    #[serde(flatten)]
    webhook: WebhookBody,
    /// What stood in its address.
    query: Vec<ParamBody>,
    /// What it brought, cut to a length and without tokens.
    params: Vec<ParamBody>,
    /// What was answered: TwiML, an error, or nothing.
    answer: String,
    /// The `X-Request-Id` under which the log speaks of it; `null` if it was handled later.
    request_id: Option<Uuid>,
}

#[derive(Serialize, ToSchema)]
struct ParamBody {
    name: String,
    value: String,
}

#[derive(Serialize, ToSchema)]
struct Webhooks {
    webhooks: Vec<WebhookBody>,
    pagination: Pagination,
}

#[derive(Serialize, ToSchema)]
struct OneWebhook {
    webhook: WholeWebhookBody,
}

/// How the signatures of the organization's account fared in the last seven days.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CheckBody {
    /// When one was right.
    last_verified_at: Option<String>,
    /// When one was wrong.
    last_mismatch_at: Option<String>,
    /// What was found out about that. What says what to mend stays until one is right.
    last_mismatch: Option<String>,
}

impl From<WebhookCheck> for CheckBody {
    fn from(check: WebhookCheck) -> Self {
        let (at, why) = check.mismatch.unzip();
        Self {
            last_verified_at: check.verified_at.map(timestamp),
            last_mismatch_at: at.map(timestamp),
            last_mismatch: why,
        }
    }
}

impl From<&WebhookRecord> for WebhookBody {
    fn from(record: &WebhookRecord) -> Self {
        let (cause, reason) = record.why.clone().map(|why| (why.cause, why.words)).unzip();
        Self {
            id: record.id.into(),
            at: timestamp(record.at),
            kind: record.kind.as_str(),
            from_number: record.from(),
            to_number: record.to(),
            twilio_call_sid: record.call_sid(),
            twilio_message_sid: record.message_sid(),
            call_id: record.call.map(Uuid::from),
            message_id: record.message.map(Uuid::from),
            signature: record.signature.as_str(),
            outcome: record.outcome.as_str(),
            cause,
            reason,
            status: record.status,
            took_ms: record.took_ms,
            is_repeat: record.is_repeat,
            is_late: record.is_late,
        }
    }
}

impl From<WebhookRecord> for WholeWebhookBody {
    fn from(record: WebhookRecord) -> Self {
        let params = |sent: &Sent| {
            let param =
                |(name, value): &(String, String)| ParamBody { name: name.clone(), value: value.clone() };
            sent.pairs().iter().map(param).collect()
        };
        Self {
            webhook: WebhookBody::from(&record),
            query: params(&record.query),
            params: params(&record.params),
            request_id: record.request,
            answer: record.answer,
        }
    }
}

/// Which webhooks to show.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// The end of the path: `voice`, `wait`, `queue-result`, `voicemail-redirect`, `screening`, `call-status`,
    /// `conference-status`, `recording`, `transcription`, `sms` or `sms-status`.
    #[param(value_type = Option<String>)]
    kind: Option<WebhookKind>,
    /// `handled`, `ignored`, `refused` or `failed`.
    #[param(value_type = Option<String>)]
    status: Option<Outcome>,
    /// About this call.
    #[param(value_type = Option<Uuid>)]
    call: Option<CallId>,
    /// About this message.
    #[param(value_type = Option<Uuid>)]
    message: Option<MessageId>,
}

impl<S: Send + Sync> FromRequestParts<S> for Filter {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let pairs = Pairs::from_request_parts(parts, state).await?;
        let mut check = Check::default();
        let kinds = WebhookKind::ALL.map(|one| (one.as_str(), one));
        let outcomes = Outcome::ALL.map(|one| (one.as_str(), one));
        let filter = Self {
            kind: pairs.word(&mut check, "kind", &kinds),
            status: pairs.word(&mut check, "status", &outcomes),
            call: pairs.id(&mut check, "call"),
            message: pairs.id(&mut check, "message"),
        };
        check.finish()?;
        Ok(filter)
    }
}

/// The webhooks that came lately, newest first.
#[utoipa::path(get, path = "", tag = "twilio", params(Filter, Listing), security(("bearer" = ["admin"])), responses(
    (status = OK, body = Webhooks), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn list(
    State(server): State<Server>,
    Admin(caller): Admin,
    Filter { kind, status, call, message }: Filter,
    listing: Listing,
) -> Result<Json<Webhooks>, ApiError> {
    let filter = WebhookFilter { kind, outcome: status, call, message };
    let (webhooks, total) = server.inspector.list(&caller, &filter, listing.limit, listing.offset).await?;
    let webhooks = webhooks.iter().map(WebhookBody::from).collect();
    Ok(Json(Webhooks { webhooks, pagination: listing.pagination(total) }))
}

/// A webhook, with what it brought and what was answered.
#[utoipa::path(get, path = "/{id}", tag = "twilio", params(("id" = Uuid, Path)), security(("bearer" = ["admin"])), responses(
    (status = OK, body = OneWebhook), (status = NOT_FOUND, body = ErrorBody)))]
async fn one(
    State(server): State<Server>,
    Admin(caller): Admin,
    Id(id): Id<WebhookId>,
) -> Result<Json<OneWebhook>, ApiError> {
    let record = server.inspector.get(&caller, id).await?;
    Ok(Json(OneWebhook { webhook: record.into() }))
}
