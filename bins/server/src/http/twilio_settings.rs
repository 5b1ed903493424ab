use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::middleware::from_fn;
use axum::response::AppendHeaders;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use switchboard_domain::signatures::SignatureMode;
use switchboard_domain::twilio_settings::{BrowserPhone, Overview, TwilioForm};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::abandoned::see_through;
use super::body::{Body, SecretText};
use super::caller::{Admin, Agent};
use super::inspector::CheckBody;
use super::people::timestamp;
use crate::Server;
use crate::error::{ApiError, ErrorBody};

/// What is in the answer is its reader's alone.
const NEVER_KEPT: AppendHeaders<[(HeaderName, &str); 1]> =
    AppendHeaders([(header::CACHE_CONTROL, "no-store")]);

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(config, save)).layer(from_fn(see_through)).routes(routes!(token))
}

#[derive(Serialize, ToSchema)]
struct ConfigAnswer {
    configured: bool,
    config: Option<ConfigBody>,
}

/// Secrets are never told; `has…` says whether they are there and can be opened; if not,
/// they have to be typed again.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConfigBody {
    account_sid: String,
    has_auth_token: bool,
    /// Until when the auth token before this one counts too.
    previous_token_until: Option<String>,
    api_key_sid: Option<String>,
    has_api_key_secret: bool,
    /// The number that the organization calls and texts from.
    phone_number: String,
    /// All of its numbers.
    phone_numbers: Vec<String>,
    messaging_service_sid: Option<String>,
    /// Through which browsers call; made when there is an API key.
    application_sid: Option<String>,
    /// `enforce`, or `observe` while wrong signatures are only noted.
    signature_mode: &'static str,
    /// When observing ends.
    observe_until: Option<String>,
    webhooks: WebhooksBody,
    webhook_check: CheckBody,
    updated_at: String,
}

/// What Twilio is told to request.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WebhooksBody {
    voice: String,
    sms: String,
    call_status: String,
    message_status: String,
    /// When Twilio was told. `null`: it does not know these settings; save them again.
    set_at: Option<String>,
}

impl From<Overview> for ConfigBody {
    fn from(overview: Overview) -> Self {
        let Overview {
            settings,
            has_auth_token,
            has_api_key_secret,
            previous_until,
            observed_until,
            urls,
            webhook_check,
        } = overview;
        let mode = if observed_until.is_some() { SignatureMode::Observe } else { SignatureMode::Enforce };
        Self {
            webhook_check: webhook_check.into(),
            account_sid: settings.account_sid,
            has_auth_token,
            previous_token_until: previous_until.map(timestamp),
            has_api_key_secret,
            api_key_sid: settings.api_key.map(|key| key.sid),
            phone_number: settings.phone_number.to_string(),
            phone_numbers: settings.numbers.into_iter().map(|number| number.number.to_string()).collect(),
            messaging_service_sid: settings.messaging_service_sid,
            application_sid: settings.application_sid,
            signature_mode: mode.as_str(),
            observe_until: observed_until.map(timestamp),
            webhooks: WebhooksBody {
                voice: urls.voice.url,
                sms: urls.sms.url,
                call_status: urls.call_status,
                message_status: urls.message_status,
                set_at: settings.webhooks_set_at.map(timestamp),
            },
            updated_at: timestamp(settings.saved_at),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConfigForm {
    account_sid: Option<String>,
    /// Left out, it stays as it is, unless the account is another.
    #[schema(value_type = Option<String>)]
    auth_token: Option<SecretText>,
    /// Left out, browsers make no calls.
    api_key_sid: Option<String>,
    /// Left out, it stays as it is, unless the key is another.
    #[schema(value_type = Option<String>)]
    api_key_secret: Option<SecretText>,
    /// In any format; national ones are read in the organization's region.
    phone_number: Option<String>,
    /// The others, 100 in all at most; `phoneNumber` may be among them.
    phone_numbers: Option<Vec<String>>,
    messaging_service_sid: Option<String>,
}

impl From<ConfigForm> for TwilioForm {
    fn from(form: ConfigForm) -> Self {
        Self {
            account_sid: form.account_sid,
            auth_token: form.auth_token.map(|secret| secret.0),
            api_key_sid: form.api_key_sid,
            api_key_secret: form.api_key_secret.map(|secret| secret.0),
            phone_number: form.phone_number,
            phone_numbers: form.phone_numbers.unwrap_or_default(),
            messaging_service_sid: form.messaging_service_sid,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BrowserPhoneBody {
    /// What the browser shows Twilio.
    token: String,
    /// Who it is there.
    identity: String,
    /// The number that the organization calls from.
    phone_number: String,
}

impl From<BrowserPhone> for BrowserPhoneBody {
    fn from(phone: BrowserPhone) -> Self {
        Self {
            token: phone.token.expose_secret().to_owned(),
            identity: phone.identity.to_string(),
            phone_number: phone.phone_number.to_string(),
        }
    }
}

/// The organization's settings at Twilio.
#[utoipa::path(get, path = "/config", tag = "twilio", security(("bearer" = ["admin"])), responses((status = OK, body = ConfigAnswer)))]
async fn config(State(server): State<Server>, Admin(caller): Admin) -> Result<Json<ConfigAnswer>, ApiError> {
    let overview = server.twilio_accounts.get(caller.scope).await?;
    let config = overview.map(ConfigBody::from);
    Ok(Json(ConfigAnswer { configured: config.is_some(), config }))
}

/// Saves the organization's settings at Twilio, once they were tried there, and tells Twilio of the webhooks.
#[utoipa::path(post, path = "/config", request_body = ConfigForm, tag = "twilio", security(("bearer" = ["admin"])), responses(
    (status = OK, body = ConfigAnswer),
    (status = CONFLICT, body = ErrorBody, description = "a number, or the messaging service, is another organization's"),
    (status = UNPROCESSABLE_ENTITY, body = ErrorBody, description = "a rule is broken; or `twilio_refused`, with Twilio's code and words"),
    (status = BAD_GATEWAY, body = ErrorBody, description = "saved, but Twilio refused the webhooks: save again"),
    (status = SERVICE_UNAVAILABLE, body = ErrorBody, description = "Twilio does not answer; the message says whether it is saved")))]
async fn save(
    State(server): State<Server>,
    Admin(caller): Admin,
    Body(form): Body<ConfigForm>,
) -> Result<Json<ConfigAnswer>, ApiError> {
    let account_sid = form.account_sid.as_deref().map(|sid| sid.trim().to_owned());
    let saved = server.twilio_accounts.save(&caller, form.into()).await;
    // Whatever became of the webhooks: what is saved counts at once.
    server.account_keys.forget(account_sid.as_deref(), caller.scope.org());
    Ok(Json(ConfigAnswer { configured: true, config: Some(saved?.into()) }))
}

/// A token with which the caller's browser makes and takes calls at Twilio.
#[utoipa::path(post, path = "/token", tag = "twilio", security(("bearer" = ["user"])), responses(
    (status = OK, body = BrowserPhoneBody),
    (status = CONFLICT, body = ErrorBody, description = "`not_configured`: there are no settings, or no API key")))]
async fn token(
    State(server): State<Server>,
    Agent(caller): Agent,
) -> Result<(AppendHeaders<[(HeaderName, &'static str); 1]>, Json<BrowserPhoneBody>), ApiError> {
    let phone = server.twilio_accounts.browser_phone(&caller).await?;
    Ok((NEVER_KEPT, Json(phone.into())))
}
