use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use switchboard_domain::Error;
use switchboard_domain::check::Check;
use switchboard_domain::sessions::{RegistrationForm, SignedIn};
use switchboard_domain::text::timestamp;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::{Body, SecretText};
use super::caller::{Address, Bearer, Viewer};
use super::people::{OrganizationBody, UserBody};
use crate::Server;
use crate::error::{ApiError, ErrorBody};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(me))
        .routes(routes!(verify))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(logout_all))
        .routes(routes!(password))
}

#[derive(Deserialize, ToSchema)]
struct Registration {
    organization: Option<NewOrganization>,
    admin: Option<NewAdmin>,
}

#[derive(Default, Deserialize, ToSchema)]
struct NewOrganization {
    /// At most 100 characters.
    name: Option<String>,
    /// Lower-case letters, digits and dashes; made from the name when absent.
    slug: Option<String>,
    domain: Option<String>,
    /// Where phone numbers without a country's code are read: the ISO 3166 code of a country; `US` when absent.
    region: Option<String>,
    /// By which clocks its hours go: a name of the IANA database; `UTC` when absent.
    timezone: Option<String>,
}

#[derive(Default, Deserialize, ToSchema)]
struct NewAdmin {
    email: Option<String>,
    /// 8 characters or more.
    #[schema(value_type = Option<String>)]
    password: Option<SecretText>,
    first_name: Option<String>,
    last_name: Option<String>,
}

#[derive(Deserialize, ToSchema)]
struct Credentials {
    email: Option<String>,
    #[schema(value_type = Option<String>)]
    password: Option<SecretText>,
}

#[derive(Deserialize, ToSchema)]
struct Refresh {
    /// Absent when a bearer token renews itself.
    refresh_token: Option<String>,
}

#[derive(Deserialize, ToSchema)]
struct PasswordChange {
    #[schema(value_type = Option<String>)]
    current_password: Option<SecretText>,
    /// 8 characters or more.
    #[schema(value_type = Option<String>)]
    new_password: Option<SecretText>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Message {
    pub(super) message: &'static str,
}

#[derive(Serialize, ToSchema)]
pub(super) struct SignedInBody {
    message: &'static str,
    user: UserBody,
    /// Absent where a token was renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<OrganizationBody>,
    token: String,
    expires_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct Me {
    user: UserBody,
    organization: OrganizationBody,
}

#[derive(Serialize, ToSchema)]
struct Verified {
    valid: bool,
    user: UserBody,
    organization_id: uuid::Uuid,
}

impl SignedInBody {
    pub(super) fn new(message: &'static str, signed_in: SignedIn) -> Self {
        Self {
            message,
            user: signed_in.user.into(),
            organization: Some(signed_in.organization.into()),
            token: signed_in.token,
            expires_at: timestamp(signed_in.expires_at).to_string(),
            refresh_token: signed_in.refresh_token,
        }
    }
}

/// Registers an organization with its first admin.
#[utoipa::path(post, path = "/register", request_body = Registration, tag = "auth", responses(
    (status = CREATED, body = SignedInBody), (status = CONFLICT, body = ErrorBody, description = "slug or e-mail address taken"),
    (status = FORBIDDEN, body = ErrorBody, description = "registration is closed"), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn register(
    State(server): State<Server>,
    Address(address): Address,
    Body(registration): Body<Registration>,
) -> Result<(StatusCode, Json<SignedInBody>), ApiError> {
    let (organization, admin) =
        (registration.organization.unwrap_or_default(), registration.admin.unwrap_or_default());
    let form = RegistrationForm {
        name: organization.name,
        slug: organization.slug,
        domain: organization.domain,
        region: organization.region,
        timezone: organization.timezone,
        email: admin.email,
        password: admin.password.map(|password| password.0),
        first_name: admin.first_name,
        last_name: admin.last_name,
    };
    let signed_in = server.sessions.register(form, address).await?;
    Ok((StatusCode::CREATED, Json(SignedInBody::new("Organization registered", signed_in))))
}

/// Signs in.
#[utoipa::path(post, path = "/login", request_body = Credentials, tag = "auth", responses(
    (status = OK, body = SignedInBody), (status = UNAUTHORIZED, body = ErrorBody), (status = FORBIDDEN, body = ErrorBody),
    (status = TOO_MANY_REQUESTS, body = ErrorBody)))]
async fn login(
    State(server): State<Server>,
    Address(address): Address,
    Body(credentials): Body<Credentials>,
) -> Result<Json<SignedInBody>, ApiError> {
    let mut check = Check::default();
    let email = check.required("email", credentials.email.as_deref(), switchboard_domain::check::LINE);
    if credentials.password.is_none() {
        check.refuse("password", "is required");
    }
    check.finish()?;
    let password = credentials.password.map(|password| password.0).unwrap_or_default();
    let signed_in = server.sessions.login(&email, password, address).await?;
    Ok(Json(SignedInBody::new("Signed in", signed_in)))
}

/// Who is asking.
#[utoipa::path(get, path = "/me", tag = "auth", security(("bearer" = ["viewer"])), responses((status = OK, body = Me)))]
async fn me(State(server): State<Server>, Viewer(caller): Viewer) -> Result<Json<Me>, ApiError> {
    let (user, organization) = server.sessions.whoami(&caller).await?;
    Ok(Json(Me { user: user.into(), organization: organization.into() }))
}

/// Whether the token counts.
#[utoipa::path(get, path = "/verify", tag = "auth", security(("bearer" = ["viewer"])), responses((status = OK, body = Verified)))]
async fn verify(State(server): State<Server>, Viewer(caller): Viewer) -> Result<Json<Verified>, ApiError> {
    let (user, organization) = server.sessions.whoami(&caller).await?;
    Ok(Json(Verified { valid: true, user: user.into(), organization_id: organization.id.into() }))
}

/// Renews a bearer token, or gives a new pair of tokens for a refresh token.
#[utoipa::path(post, path = "/refresh", request_body = Refresh, tag = "auth", responses((status = OK, body = SignedInBody), (status = UNAUTHORIZED, body = ErrorBody)))]
async fn refresh(
    State(server): State<Server>,
    Bearer(bearer): Bearer,
    Body(refresh): Body<Refresh>,
) -> Result<Json<SignedInBody>, ApiError> {
    // The refresh token first: who needs it may well send a dead bearer token along.
    let signed_in = match (refresh.refresh_token.filter(|token| !token.is_empty()), bearer) {
        (Some(token), _) => server.sessions.refresh(&token).await?,
        (None, Some(bearer)) => {
            let caller = server.sessions.authenticate(&bearer).await.map_err(ApiError::from_refusal)?;
            server.limits.person(&caller)?;
            server.sessions.renew(&caller).await?
        }
        (None, None) => {
            return Err(Error::Unauthenticated("a bearer token or a refresh token is required").into());
        }
    };
    Ok(Json(SignedInBody { organization: None, ..SignedInBody::new("Token renewed", signed_in) }))
}

/// Ends this session.
#[utoipa::path(post, path = "/logout", tag = "auth", security(("bearer" = ["viewer"])), responses((status = OK, body = Message)))]
async fn logout(State(server): State<Server>, Viewer(caller): Viewer) -> Result<Json<Message>, ApiError> {
    server.sessions.logout(&caller).await?;
    Ok(Json(Message { message: "Signed out" }))
}

/// Ends all sessions of this user.
#[utoipa::path(post, path = "/logout-all", tag = "auth", security(("bearer" = ["viewer"])), responses((status = OK, body = Message)))]
async fn logout_all(State(server): State<Server>, Viewer(caller): Viewer) -> Result<Json<Message>, ApiError> {
    server.sessions.logout_all(&caller).await?;
    Ok(Json(Message { message: "Signed out everywhere" }))
}

/// Changes the password, and ends all sessions of this user.
#[utoipa::path(post, path = "/password", request_body = PasswordChange, tag = "auth", security(("bearer" = ["viewer"])), responses((status = OK, body = Message), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn password(
    State(server): State<Server>,
    Viewer(caller): Viewer,
    Body(change): Body<PasswordChange>,
) -> Result<Json<Message>, ApiError> {
    let current = change.current_password.map(|password| password.0).unwrap_or_default();
    let new = change.new_password.map(|password| password.0);
    server.sessions.change_password(&caller, current, new).await?;
    Ok(Json(Message { message: "Password changed; sign in again" }))
}
