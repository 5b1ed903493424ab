use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use switchboard_domain::events::UserId;
use switchboard_domain::people::{Member, Organization, OrganizationForm, User, UserForm};
use switchboard_domain::text;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::body::Body;
use super::caller::{Admin, Viewer};
use super::invitations;
use super::query::Id;
use crate::Server;
use crate::error::{ApiError, ErrorBody};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(current, update_current))
        .routes(routes!(team))
        .routes(routes!(users, invitations::invite))
        .routes(routes!(update_user))
}

pub(super) fn timestamp(moment: DateTime<Utc>) -> String {
    text::timestamp(moment).to_string()
}

#[derive(Serialize, ToSchema)]
pub(super) struct UserBody {
    id: Uuid,
    organization_id: Uuid,
    email: String,
    first_name: String,
    last_name: String,
    full_name: String,
    role: &'static str,
    permissions: Vec<&'static str>,
    last_login: Option<String>,
    email_verified: bool,
    is_active: bool,
    timezone: String,
    created_at: String,
    updated_at: String,
}

impl From<User> for UserBody {
    fn from(user: User) -> Self {
        Self {
            id: user.id.into(),
            organization_id: user.org.into(),
            full_name: user.full_name(),
            role: user.role.as_str(),
            permissions: user.role.permissions(),
            last_login: user.last_login.map(timestamp),
            email_verified: user.email_verified,
            is_active: user.is_active,
            created_at: timestamp(user.created_at),
            updated_at: timestamp(user.updated_at),
            email: user.email,
            first_name: user.first_name,
            last_name: user.last_name,
            timezone: user.timezone,
        }
    }
}

/// A user as admins see them.
#[derive(Serialize, ToSchema)]
pub(super) struct KnownUserBody {
    #[serde(flatten)]
    user: UserBody,
    /// Until when they may accept their invitation; null once they did.
    invited_until: Option<String>,
}

impl From<User> for KnownUserBody {
    fn from(user: User) -> Self {
        Self { invited_until: user.invited_until.map(timestamp), user: user.into() }
    }
}

#[derive(Serialize, ToSchema)]
pub(super) struct OrganizationBody {
    id: Uuid,
    name: String,
    slug: String,
    domain: Option<String>,
    settings: serde_json::Value,
    created_at: String,
    updated_at: String,
    is_active: bool,
}

impl From<Organization> for OrganizationBody {
    fn from(organization: Organization) -> Self {
        Self {
            id: organization.id.into(),
            name: organization.name,
            slug: organization.slug,
            domain: organization.domain,
            settings: organization.settings,
            created_at: timestamp(organization.created_at),
            updated_at: timestamp(organization.updated_at),
            is_active: organization.is_active,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct CurrentOrganization {
    organization: OwnOrganizationBody,
}

/// The organization as its own people see it.
#[derive(Serialize, ToSchema)]
struct OwnOrganizationBody {
    #[serde(flatten)]
    organization: OrganizationBody,
    /// Where national phone numbers are read, such as `US`.
    region: String,
    /// Whose clocks opening hours are read from: a name of the IANA database, such as `Europe/Berlin`.
    timezone: String,
}

impl From<Organization> for OwnOrganizationBody {
    fn from(organization: Organization) -> Self {
        Self {
            region: organization.region.to_string(),
            timezone: organization.timezone.to_string(),
            organization: organization.into(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
struct OrganizationChange {
    /// At most 100 characters.
    name: Option<String>,
    /// Where phone numbers without a country's code are read: the ISO 3166 code of a country, such as `DE`. Counts for what
    /// is typed from then on.
    region: Option<String>,
    /// A name of the IANA database, such as `Europe/Berlin`.
    timezone: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct Team {
    members: Vec<MemberBody>,
}

#[derive(Serialize, ToSchema)]
struct MemberBody {
    id: Uuid,
    name: String,
    role: &'static str,
    /// What they say of themselves, `available`, `busy` or `away`; `busy` while they are on a call, `offline` while they are not here.
    status: &'static str,
    /// Whether they are here and would notice that it rings.
    reachable: bool,
}

impl From<Member> for MemberBody {
    fn from(member: Member) -> Self {
        Self {
            id: member.person.id.into(),
            name: member.person.name,
            role: member.role.as_str(),
            status: member.shown.as_str(),
            reachable: member.is_reachable,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct Users {
    users: Vec<KnownUserBody>,
}

#[derive(Serialize, ToSchema)]
struct OneUser {
    user: KnownUserBody,
}

#[derive(Deserialize, ToSchema)]
struct UserChange {
    first_name: Option<String>,
    last_name: Option<String>,
    /// `viewer`, `user`, `manager` or `admin`.
    role: Option<String>,
    /// A name of the IANA database, such as `Europe/Berlin`.
    timezone: Option<String>,
    /// Who is invited becomes active by accepting alone; false ends their link.
    is_active: Option<bool>,
}

/// The caller's organization.
#[utoipa::path(get, path = "/organizations/current", tag = "people", security(("bearer" = ["viewer"])), responses((status = OK, body = CurrentOrganization)))]
async fn current(
    State(server): State<Server>,
    Viewer(caller): Viewer,
) -> Result<Json<CurrentOrganization>, ApiError> {
    let organization = server.people.organization(&caller).await?.into();
    Ok(Json(CurrentOrganization { organization }))
}

/// Changes the caller's organization; what is left out stays as it is.
#[utoipa::path(patch, path = "/organizations/current", request_body = OrganizationChange, tag = "people", security(("bearer" = ["admin"])),
    responses((status = OK, body = CurrentOrganization), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn update_current(
    State(server): State<Server>,
    Admin(caller): Admin,
    Body(change): Body<OrganizationChange>,
) -> Result<Json<CurrentOrganization>, ApiError> {
    let form = OrganizationForm { name: change.name, region: change.region, timezone: change.timezone };
    let organization = server.people.update_organization(&caller, form).await?.into();
    Ok(Json(CurrentOrganization { organization }))
}

/// The active members of the team, and how they stand.
#[utoipa::path(get, path = "/team", tag = "people", security(("bearer" = ["viewer"])), responses((status = OK, body = Team)))]
async fn team(State(server): State<Server>, Viewer(caller): Viewer) -> Result<Json<Team>, ApiError> {
    let members = server.people.team(&caller).await?;
    Ok(Json(Team { members: members.into_iter().map(MemberBody::from).collect() }))
}

/// Every user of the organization, inactive and invited ones too.
#[utoipa::path(get, path = "/users", tag = "people", security(("bearer" = ["admin"])), responses((status = OK, body = Users)))]
async fn users(State(server): State<Server>, Admin(caller): Admin) -> Result<Json<Users>, ApiError> {
    let users = server.people.users(&caller).await?;
    Ok(Json(Users { users: users.into_iter().map(KnownUserBody::from).collect() }))
}

/// Changes a user; role and activity act at once, on live connections too.
#[utoipa::path(patch, path = "/users/{id}", request_body = UserChange, tag = "people", params(("id" = Uuid, Path)), security(("bearer" = ["admin"])),
    responses((status = OK, body = OneUser), (status = NOT_FOUND, body = ErrorBody), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn update_user(
    State(server): State<Server>,
    Admin(caller): Admin,
    Id(id): Id<UserId>,
    Body(change): Body<UserChange>,
) -> Result<Json<OneUser>, ApiError> {
    let form = UserForm {
        first_name: change.first_name,
        last_name: change.last_name,
        role: change.role,
        timezone: change.timezone,
        is_active: change.is_active,
    };
    let user = server.people.update_user(&caller, id, form).await?.into();
    Ok(Json(OneUser { user }))
}
