//! The organisation and its team.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use switchboard_events::{OrgId, UserId};

use crate::access::{Caller, Role};
use crate::check::{self, Check};
use crate::error::{Error, Person};
use crate::phone::Region;
use crate::ports::{Clock, OrganizationRepo, Store};
use crate::presence::{self, Shown};
use crate::zone::Zone;

/// What a role must be.
pub(crate) const ROLES: &str = "must be one of viewer, user, manager, admin";

/// A company that runs its phone desk here: a tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct Organization {
    /// Our id.
    pub id: OrgId,
    /// What it calls itself.
    pub name: String,
    /// Its unique short name: lower-case letters, digits and dashes.
    pub slug: String,
    /// Its web domain.
    pub domain: Option<String>,
    /// Settings as its admins left them: a JSON object.
    pub settings: serde_json::Value,
    /// Where national phone numbers are read.
    pub region: Region,
    /// Where its opening hours are read.
    pub timezone: Zone,
    /// Whether it may be used.
    pub is_active: bool,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// Our id.
    pub id: UserId,
    /// Their organisation.
    pub org: OrgId,
    /// Their e-mail address in lower case, unique in all of Switchboard.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// What they may do.
    pub role: Role,
    /// Their IANA time zone.
    pub timezone: String,
    /// Whether they proved that the address is theirs.
    pub email_verified: bool,
    /// Whether they may sign in.
    pub is_active: bool,
    /// Until when they may accept their invitation, with a link that may have ended before; `None` once they did. Who has not
    /// accepted is not active.
    pub invited_until: Option<DateTime<Utc>>,
    /// When they last signed in.
    pub last_login: Option<DateTime<Utc>>,
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// When they were last changed.
    pub updated_at: DateTime<Utc>,
}

impl User {
    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// As others may name them.
    pub fn person(&self) -> Person {
        Person { id: self.id, name: self.full_name() }
    }
}

/// A user to add, with the hash of their password.
#[derive(Debug, Clone, PartialEq)]
pub struct NewUser {
    /// The user.
    pub user: User,
    /// What their password is checked against; `None` for who is invited.
    pub password_hash: Option<String>,
}

/// A member of the team, as colleagues see them.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Who.
    pub person: Person,
    /// What they may do.
    pub role: Role,
    /// What colleagues see.
    pub shown: Shown,
    /// Whether they would hear it if somebody called for them now.
    pub is_reachable: bool,
}

/// What an admin changes of the organisation; fields left out stay as they are.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of Organization")]
pub struct OrganizationForm {
    pub name: Option<String>,
    pub region: Option<String>,
    pub timezone: Option<String>,
}

/// What an admin changes of a user; fields left out stay as they are.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of User")]
pub struct UserForm {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub role: Option<String>,
    pub timezone: Option<String>,
    pub is_active: Option<bool>,
}

/// The organisation and its people.
pub struct People {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl People {
    /// Over a store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// The caller's organisation.
    pub async fn organization(&self, caller: &Caller) -> Result<Organization, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        organization(tx.as_mut()).await
    }

    /// Changes the caller's organisation. A region counts for what is typed from then on: numbers that are kept stay what they are.
    pub async fn update_organization(
        &self,
        caller: &Caller,
        form: OrganizationForm,
    ) -> Result<Organization, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        tx.lock_people().await?;
        let mut organization = organization(tx.as_mut()).await?;
        let mut check = Check::default();
        if let Some(name) = form.name {
            organization.name = check.required("name", Some(&name), check::NAME);
        }
        if let Some(region) = form.region {
            organization.region = check.region("region", Some(&region));
        }
        if let Some(zone) = form.timezone {
            organization.timezone = check.zone("timezone", Some(&zone));
        }
        check.finish()?;
        organization.updated_at = self.clock.now();
        tx.update_organization(&organization).await?;
        tx.commit().await?;
        Ok(organization)
    }

    /// The active members of the team and how they stand, the longest there first.
    pub async fn team(&self, caller: &Caller) -> Result<Vec<Member>, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let users = tx.users().await?;
        let standing = presence::people(tx.as_mut(), None).await?;
        let standing: HashMap<_, _> = standing.into_iter().map(|person| (person.user, person)).collect();
        let member = |user: User| {
            let standing = standing.get(&user.id)?;
            let (shown, is_reachable) = (standing.shown(), standing.is_reachable());
            Some(Member { person: user.person(), role: user.role, shown, is_reachable })
        };
        Ok(users.into_iter().filter_map(member).collect())
    }

    /// Every user, inactive and invited ones too.
    pub async fn users(&self, caller: &Caller) -> Result<Vec<User>, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        Ok(tx.users().await?)
    }

    /// Changes a user. A change of role or activity reaches their requests and live sockets at once; the last
    /// active admin stays one. Who is invited becomes active by accepting alone; made inactive, they cannot any more.
    pub async fn update_user(&self, caller: &Caller, id: UserId, form: UserForm) -> Result<User, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        // Two admins who demote each other, or two who change one user, take turns.
        tx.lock_people().await?;
        let users = tx.users().await?;
        let before = users.iter().find(|user| user.id == id).ok_or(Error::NotFound("user"))?;
        let mut user = before.clone();
        let mut check = Check::default();
        if let Some(name) = form.first_name {
            user.first_name = check.required("first_name", Some(&name), check::NAME);
        }
        if let Some(name) = form.last_name {
            user.last_name = check.required("last_name", Some(&name), check::NAME);
        }
        if let Some(zone) = form.timezone {
            user.timezone = check.zone("timezone", Some(&zone)).to_string();
        }
        if let Some(role) = form.role {
            match role.parse() {
                Ok(role) => user.role = role,
                Err(()) => check.refuse("role", ROLES),
            }
        }
        user.is_active = form.is_active.unwrap_or(user.is_active);
        if user.is_active && user.invited_until.is_some() {
            check.refuse("is_active", "they have not accepted their invitation yet");
        }
        let rules = |user: &User| user.is_active && user.role == Role::Admin;
        if rules(before) && !rules(&user) && users.iter().filter(|user| rules(user)).count() == 1 {
            check.refuse("role", "an organization needs an active admin");
        }
        check.finish()?;
        user.updated_at = self.clock.now();
        if form.is_active == Some(false) {
            user.invited_until = user.invited_until.map(|until| until.min(user.updated_at));
        }
        tx.update_user(&user).await?;
        if !user.is_active {
            tx.end_sessions_of(id, "user deactivated", user.updated_at).await?;
        }
        if (user.role, user.is_active) != (before.role, before.is_active) {
            tx.record_access_change();
            tx.record_offers_change();
        }
        tx.commit().await?;
        Ok(user)
    }
}

/// The scope's organisation, which exists wherever a scope was rightly minted.
pub async fn organization<R: OrganizationRepo + ?Sized>(repo: &mut R) -> Result<Organization, Error> {
    repo.organization().await?.ok_or(Error::NotFound("organization"))
}
