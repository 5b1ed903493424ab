//! Inviting people. Who is invited is a user from the start, without a password and not active: nobody signs in as them, nothing
//! rings for them, and colleagues do not see them. A link lets them in. It is told once, to the admin who hands it on; what is
//! kept is the hash of its token. Following it is a matter of [`sessions`](crate::sessions).

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::UserId;

use crate::access::{Caller, Role};
use crate::check::{self, Check};
use crate::error::Error;
use crate::people::{self, NewUser, Organization, User};
use crate::ports::{Clock, Store, Tokens};

/// For how long a link counts.
pub const LIFE: TimeDelta = TimeDelta::days(7);

/// Whom to invite, as typed.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of User")]
pub struct InvitationForm {
    pub email: Option<String>,
    pub role: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub timezone: Option<String>,
}

/// Somebody who is invited, and their link: told here and never again.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Who.
    pub user: User,
    /// Where they accept.
    pub link: String,
}

/// Inviting people, and taking it back.
pub struct Invitations {
    store: Arc<dyn Store>,
    tokens: Arc<dyn Tokens>,
    clock: Arc<dyn Clock>,
    page: String,
}

impl Invitations {
    /// Over a store. `page_url` is where people find the agents' page.
    pub fn new(
        store: Arc<dyn Store>,
        tokens: Arc<dyn Tokens>,
        clock: Arc<dyn Clock>,
        page_url: &str,
    ) -> Self {
        let base = page_url.split('#').next().unwrap_or_default().trim_end_matches('/');
        Self { store, tokens, clock, page: format!("{base}/invite") }
    }

    /// Invites somebody. [`Error::AlreadyMember`] if the address is one of the organisation's users; [`Error::Taken`] if it is
    /// somebody else's, which is what registering with it would tell too.
    pub async fn invite(&self, caller: &Caller, form: InvitationForm) -> Result<Invitation, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        // Two admins who invite one person take turns.
        tx.lock_people().await?;
        let organization = people::organization(tx.as_mut()).await?;
        let user = self.read(form, &organization)?;
        if tx.users().await?.iter().any(|known| known.email == user.email) {
            return Err(Error::AlreadyMember);
        }
        tx.insert_user(&NewUser { user: user.clone(), password_hash: None }).await?;
        let (token, hash) = self.tokens.issue_invitation();
        tx.put_invitation(user.id, hash).await?;
        tx.commit().await?;
        Ok(self.invitation(user, &token))
    }

    /// Makes a new link for somebody who has not accepted yet; the one before ends.
    pub async fn renew(&self, caller: &Caller, id: UserId) -> Result<Invitation, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        tx.lock_people().await?;
        let mut user = tx.user(id).await?.ok_or(Error::NotFound("user"))?;
        if user.invited_until.is_none() {
            return Err(Error::NotFound("invitation"));
        }
        user.updated_at = self.clock.now();
        user.invited_until = Some(user.updated_at + LIFE);
        tx.update_user(&user).await?;
        let (token, hash) = self.tokens.issue_invitation();
        tx.put_invitation(id, hash).await?;
        tx.commit().await?;
        Ok(self.invitation(user, &token))
    }

    /// Takes an invitation back: the link ends, the user is gone, and the address is free again.
    pub async fn withdraw(&self, caller: &Caller, id: UserId) -> Result<(), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        tx.lock_people().await?;
        if !tx.delete_invited(id).await? {
            return Err(Error::NotFound("invitation"));
        }
        Ok(tx.commit().await?)
    }

    fn read(&self, form: InvitationForm, organization: &Organization) -> Result<User, Error> {
        let mut check = Check::default();
        let email = check.required_email("email", form.email.as_deref());
        let role = check.required("role", form.role.as_deref(), check::NAME);
        let role = role.parse().unwrap_or_else(|()| {
            if !role.is_empty() {
                check.refuse("role", people::ROLES);
            }
            Role::Viewer
        });
        let first_name = check.optional("first_name", form.first_name.as_deref(), check::NAME);
        let last_name = check.optional("last_name", form.last_name.as_deref(), check::NAME);
        let timezone = check.optional_zone("timezone", form.timezone.as_deref());
        check.finish()?;
        let now: DateTime<Utc> = self.clock.now();
        Ok(User {
            id: UserId::generate(),
            org: organization.id,
            email,
            first_name: first_name.unwrap_or_default(),
            last_name: last_name.unwrap_or_default(),
            role,
            timezone: timezone.unwrap_or(organization.timezone).to_string(),
            email_verified: false,
            is_active: false,
            invited_until: Some(now + LIFE),
            last_login: None,
            created_at: now,
            updated_at: now,
        })
    }

    /// The token stands behind `#`: what is there no browser sends, so that it is in nobody's log.
    fn invitation(&self, user: User, token: &str) -> Invitation {
        Invitation { user, link: format!("{}#token={token}", self.page) }
    }
}
