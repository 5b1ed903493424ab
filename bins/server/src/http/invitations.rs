//! Inviting people: what admins do, and what those do who were invited.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use switchboard_domain::events::UserId;
use switchboard_domain::invitations::{Invitation, InvitationForm};
use switchboard_domain::sessions::{AcceptanceForm, Invited};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Message, SignedInBody};
use super::body::{Body, SecretText};
use super::caller::{Address, Admin};
use super::people::{KnownUserBody, timestamp};
use super::query::Id;
use crate::Server;
use crate::error::{ApiError, ErrorBody};

/// For admins, beside [`invite`].
pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(renew, withdraw))
}

/// For those who were invited.
pub(super) fn acceptance() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(look)).routes(routes!(accept))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct NewInvitation {
    email: Option<String>,
    /// `viewer`, `user`, `manager` or `admin`.
    role: Option<String>,
    /// Asked for when they accept, if it is absent.
    first_name: Option<String>,
    /// Asked for when they accept, if it is absent.
    last_name: Option<String>,
    /// A name of the IANA database, such as `Europe/Berlin`; the organization's when absent.
    timezone: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct InvitationBody {
    user: KnownUserBody,
    /// Where they choose a password: told here and never again.
    invite_url: String,
}

impl From<Invitation> for InvitationBody {
    fn from(invitation: Invitation) -> Self {
        Self { user: invitation.user.into(), invite_url: invitation.link }
    }
}

#[derive(Deserialize, ToSchema)]
struct InviteToken {
    /// What stands behind `#token=` in the link.
    token: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct InvitedBody {
    organization: InvitingOrganization,
    email: String,
    /// Empty if it has still to be given; so is the last name.
    first_name: String,
    last_name: String,
    role: &'static str,
    timezone: String,
    invited_until: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct InvitingOrganization {
    name: String,
}

impl From<Invited> for InvitedBody {
    fn from(Invited { user, organization }: Invited) -> Self {
        Self {
            organization: InvitingOrganization { name: organization.name },
            email: user.email,
            first_name: user.first_name,
            last_name: user.last_name,
            role: user.role.as_str(),
            timezone: user.timezone,
            invited_until: user.invited_until.map(timestamp),
        }
    }
}

#[derive(Deserialize, ToSchema)]
struct Acceptance {
    /// What stands behind `#token=` in the link.
    token: Option<String>,
    /// 8 characters or more.
    #[schema(value_type = Option<String>)]
    password: Option<SecretText>,
    /// Must be there if the invitation has none.
    first_name: Option<String>,
    /// Must be there if the invitation has none.
    last_name: Option<String>,
    /// A name of the IANA database, such as `Europe/Berlin`; the invitation's when absent.
    timezone: Option<String>,
}

/// Invites somebody, who is listed at once and comes in when they accept. The link counts for seven days, and once.
#[utoipa::path(post, path = "/users", request_body = NewInvitation, tag = "people", security(("bearer" = ["admin"])), responses(
    (status = CREATED, body = InvitationBody), (status = CONFLICT, body = ErrorBody, description = "e-mail address taken"),
    (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
pub(super) async fn invite(
    State(server): State<Server>,
    Admin(caller): Admin,
    Body(new): Body<NewInvitation>,
) -> Result<(StatusCode, Json<InvitationBody>), ApiError> {
    let form = InvitationForm {
        email: new.email,
        role: new.role,
        first_name: new.first_name,
        last_name: new.last_name,
        timezone: new.timezone,
    };
    let invitation = server.invitations.invite(&caller, form).await?.into();
    Ok((StatusCode::CREATED, Json(invitation)))
}

/// Makes a new link for somebody who has not accepted yet; the one before ends.
#[utoipa::path(post, path = "/users/{id}/invite", tag = "people", params(("id" = Uuid, Path)), security(("bearer" = ["admin"])), responses(
    (status = CREATED, body = InvitationBody), (status = NOT_FOUND, body = ErrorBody, description = "no such user, or they are in already")))]
async fn renew(
    State(server): State<Server>,
    Admin(caller): Admin,
    Id(id): Id<UserId>,
) -> Result<(StatusCode, Json<InvitationBody>), ApiError> {
    let invitation = server.invitations.renew(&caller, id).await?.into();
    Ok((StatusCode::CREATED, Json(invitation)))
}

/// Withdraws an invitation: the link ends, the user is gone, and the address is free again.
#[utoipa::path(delete, path = "/users/{id}/invite", tag = "people", params(("id" = Uuid, Path)), security(("bearer" = ["admin"])), responses(
    (status = OK, body = Message), (status = NOT_FOUND, body = ErrorBody, description = "no such user, or they are in already")))]
async fn withdraw(
    State(server): State<Server>,
    Admin(caller): Admin,
    Id(id): Id<UserId>,
) -> Result<Json<Message>, ApiError> {
    server.invitations.withdraw(&caller, id).await?;
    Ok(Json(Message { message: "Invitation withdrawn" }))
}

/// Whom a link invites, and whereto. A link that is wrong, used, withdrawn or too old is 410 `invitation_ended`.
#[utoipa::path(post, path = "/invite", request_body = InviteToken, tag = "auth", responses(
    (status = OK, body = InvitedBody), (status = GONE, body = ErrorBody),
    (status = FORBIDDEN, body = ErrorBody, description = "the organization is inactive"),
    (status = TOO_MANY_REQUESTS, body = ErrorBody), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn look(
    State(server): State<Server>,
    Address(address): Address,
    Body(link): Body<InviteToken>,
) -> Result<Json<InvitedBody>, ApiError> {
    let invited = server.sessions.invitation(link.token.as_deref(), address).await?;
    Ok(Json(invited.into()))
}

/// Accepts an invitation and signs in. Refused as looking at it is.
#[utoipa::path(post, path = "/accept-invite", request_body = Acceptance, tag = "auth", responses(
    (status = OK, body = SignedInBody), (status = GONE, body = ErrorBody),
    (status = FORBIDDEN, body = ErrorBody, description = "the organization is inactive"),
    (status = TOO_MANY_REQUESTS, body = ErrorBody), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn accept(
    State(server): State<Server>,
    Address(address): Address,
    Body(acceptance): Body<Acceptance>,
) -> Result<Json<SignedInBody>, ApiError> {
    let form = AcceptanceForm {
        token: acceptance.token,
        password: acceptance.password.map(|password| password.0),
        first_name: acceptance.first_name,
        last_name: acceptance.last_name,
        timezone: acceptance.timezone,
    };
    let signed_in = server.sessions.accept_invitation(form, address).await?;
    Ok(Json(SignedInBody::new("Welcome", signed_in)))
}
