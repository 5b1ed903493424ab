//! Signing in and out. A token is worth what its session is worth now: identity, role and activity are read from the
//! database every time, so that logout, deactivation and a change of role act at once.

mod invited;
mod throttle;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use switchboard_events::{OrgId, SessionId, UserId};

use crate::access::{Caller, OrgScope, Role};
use crate::check::{self, Check};
use crate::error::Error;
use crate::people::{self, NewUser, Organization, User};
use crate::phone::Region;
use crate::ports::{
    AccessClaims, Clock, Directory, OrgTx, Passwords, RefreshClaims, SessionRepo, Store, TokenError, Tokens,
};
use crate::zone::Zone;
pub use invited::{AcceptanceForm, Invited};
use throttle::Throttle;

/// How long a refresh token may be shown again, for two tabs that refresh at once or an answer that was lost.
const REFRESH_GRACE: TimeDelta = TimeDelta::seconds(60);
/// Shortest and longest password, in characters; the longest keeps hashing a bounded work.
const PASSWORD: std::ops::RangeInclusive<usize> = 8..=1024;
/// Who is signed in is slowed wherever they are.
const ANYWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// A sign-in of one person on one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Our id, `sid` in the tokens.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// When it was ended before that.
    pub ended_at: Option<DateTime<Utc>>,
    /// The generation of the refresh token handed out last.
    pub refresh_generation: i32,
    /// When that one was handed out, if it is not the first.
    pub refreshed_at: Option<DateTime<Utc>>,
}

/// A session about to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Our id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// The address it was started from.
    pub address: String,
    /// When it starts.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
}

impl From<&NewSession> for Session {
    /// As it is when it starts.
    fn from(new: &NewSession) -> Self {
        Self {
            id: new.id,
            user: new.user,
            expires_at: new.expires_at,
            ended_at: None,
            refresh_generation: 0,
            refreshed_at: None,
        }
    }
}

/// How long things last, and who may come.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// The life of an access token.
    pub access_ttl: TimeDelta,
    /// The life of a session.
    pub session_ttl: TimeDelta,
    /// Whether anybody may register an organisation.
    pub registration_open: bool,
}

impl Default for Policy {
    /// A day, thirty days, open.
    fn default() -> Self {
        Self { access_ttl: TimeDelta::days(1), session_ttl: TimeDelta::days(30), registration_open: true }
    }
}

/// A new organisation and its first admin, as typed.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct RegistrationForm {
    pub name: Option<String>,
    pub slug: Option<String>,
    pub domain: Option<String>,
    pub region: Option<String>,
    pub timezone: Option<String>,
    pub email: Option<String>,
    pub password: Option<SecretString>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
}

/// Somebody signed in, and what they may show for it.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// Of which organisation.
    pub organization: Organization,
    /// The access token.
    pub token: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// What renews it once it has ended; `None` where a bearer token renewed itself.
    pub refresh_token: Option<String>,
}

/// Why a token does not let its bearer in.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The token itself is no good, or its session has ended.
    #[error("the token is refused")]
    Token(#[source] TokenError),
    /// The database could not be asked.
    #[error(transparent)]
    Error(#[from] Error),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Token(_) => Error::Unauthenticated("the token is invalid or has expired"),
            Refusal::Error(error) => error,
        }
    }
}

const REFUSED: Refusal = Refusal::Token(TokenError::Invalid);
const WRONG_CREDENTIALS: Error = Error::Unauthenticated("wrong e-mail address or password");

/// Signing in and out.
pub struct Sessions {
    store: Arc<dyn Store>,
    directory: Arc<dyn Directory>,
    passwords: Arc<dyn Passwords>,
    tokens: Arc<dyn Tokens>,
    clock: Arc<dyn Clock>,
    policy: Policy,
    throttle: Throttle,
    links: Throttle,
}

impl Sessions {
    /// Over a store and its directory.
    pub fn new(
        store: Arc<dyn Store>,
        directory: Arc<dyn Directory>,
        passwords: Arc<dyn Passwords>,
        tokens: Arc<dyn Tokens>,
        clock: Arc<dyn Clock>,
        policy: Policy,
    ) -> Self {
        Self {
            store,
            directory,
            passwords,
            tokens,
            clock,
            policy,
            throttle: Throttle::default(),
            links: Throttle::default(),
        }
    }

    /// Registers an organisation with its first admin, and signs them in.
    pub async fn register(&self, form: RegistrationForm, address: IpAddr) -> Result<SignedIn, Error> {
        if !self.policy.registration_open {
            return Err(Error::RegistrationClosed);
        }
        let now = self.clock.now();
        let (organization, user, password) = self.read_registration(form, now)?;
        let password_hash = self.passwords.hash(password).await?;
        #[expect(
            clippy::disallowed_methods,
            reason = "the id was drawn a moment ago: the organisation is being born"
        )]
        let scope = OrgScope::trusted(organization.id);
        let mut tx = self.store.begin(scope).await?;
        tx.insert_organization(&organization).await?;
        tx.insert_user(&NewUser { user: user.clone(), password_hash: Some(password_hash) }).await?;
        let session = self.start_session(tx.as_mut(), user.id, address).await?;
        tx.commit().await?;
        Ok(self.sign(user, organization, &session, true))
    }

    fn read_registration(
        &self,
        form: RegistrationForm,
        now: DateTime<Utc>,
    ) -> Result<(Organization, User, SecretString), Error> {
        let mut check = Check::default();
        let name = check.required("organization.name", form.name.as_deref(), check::NAME);
        let slug = match check.optional("organization.slug", form.slug.as_deref(), check::NAME) {
            Some(slug) => {
                if slug != slugify(&slug) {
                    check.refuse("organization.slug", "must be lower-case letters, digits and single dashes");
                }
                slug
            }
            None => slugify(&name),
        };
        if slug.is_empty() && !name.is_empty() {
            check.refuse("organization.slug", "is required, for the name has no letters to make it from");
        }
        let region = match form.region.as_deref() {
            Some(region) => check.region("organization.region", Some(region)),
            None => Region::default(),
        };
        let timezone = match form.timezone.as_deref() {
            Some(zone) => check.zone("organization.timezone", Some(zone)),
            None => Zone::default(),
        };
        let domain = check.optional("organization.domain", form.domain.as_deref(), check::LINE);
        let email = check.required_email("admin.email", form.email.as_deref());
        let password = read_password(&mut check, "admin.password", form.password);
        let first_name = check.required("admin.first_name", form.first_name.as_deref(), check::NAME);
        let last_name = check.required("admin.last_name", form.last_name.as_deref(), check::NAME);
        check.finish()?;
        let organization = Organization {
            id: OrgId::generate(),
            name,
            slug,
            domain,
            settings: serde_json::json!({}),
            region,
            timezone,
            is_active: true,
            created_at: now,
            updated_at: now,
        };
        let user = User {
            id: UserId::generate(),
            org: organization.id,
            email,
            first_name,
            last_name,
            role: Role::Admin,
            timezone: "UTC".to_owned(),
            email_verified: false,
            is_active: true,
            invited_until: None,
            last_login: Some(now),
            created_at: now,
            updated_at: now,
        };
        Ok((organization, user, password))
    }

    /// Signs in with e-mail address and password. An unknown address and a wrong password cannot be told apart,
    /// neither by text nor by time. [`Error::Throttled`] after repeated failures of the same account and address.
    pub async fn login(
        &self,
        email: &str,
        password: SecretString,
        address: IpAddr,
    ) -> Result<SignedIn, Error> {
        let email = email.trim().to_lowercase();
        let email = if email.contains('\0') { String::new() } else { email };
        let found = match self.directory.login(&email).await? {
            Some(key) => {
                #[expect(clippy::disallowed_methods, reason = "the directory knows whose login this is")]
                let scope = OrgScope::trusted(key.org);
                let mut tx = self.store.begin(scope).await?;
                let known = tx.signed_in_from(key.user, &address.to_string()).await?;
                tx.password_hash(key.user).await?.map(|hash| (scope, key.user, hash, known))
            }
            None => None,
        };
        let known = found.as_ref().is_some_and(|(.., known)| *known);
        let begun = self.throttle.begin(&email, address, known, self.clock.now());
        begun.map_err(|retry_after| Error::Throttled { retry_after })?;
        let hash = found.as_ref().map(|(_, _, hash, _)| hash.clone());
        let is_right = self.passwords.verify(password, hash).await;
        let is_right = is_right.inspect_err(|_| self.throttle.withdraw(&email, address))?;
        let (true, Some((scope, user, hash, _))) = (is_right, found) else {
            return Err(WRONG_CREDENTIALS);
        };
        self.throttle.succeeded(&email, address);

        let now = self.clock.now();
        let mut tx = self.store.begin(scope).await?;
        // This holds the user: a change of password that is not seen now ends the session that starts here.
        tx.touch_login(user, now).await?;
        if tx.password_hash(user).await? != Some(hash) {
            return Err(WRONG_CREDENTIALS);
        }
        let user = tx.user(user).await?.filter(|user| user.is_active).ok_or(WRONG_CREDENTIALS)?;
        let organization = people::organization(tx.as_mut()).await?;
        if !organization.is_active {
            return Err(Error::InactiveOrganization);
        }
        let session = self.start_session(tx.as_mut(), user.id, address).await?;
        tx.commit().await?;
        Ok(self.sign(user, organization, &session, true))
    }

    /// Who shows this access token, if it still counts.
    pub async fn authenticate(&self, token: &str) -> Result<Caller, Refusal> {
        let claims = self.tokens.read_access(token).map_err(Refusal::Token)?;
        if claims.expires_at <= self.clock.now() {
            return Err(REFUSED);
        }
        #[expect(clippy::disallowed_methods, reason = "the token was signed here, for this organisation")]
        let scope = OrgScope::trusted(claims.org);
        let mut tx = self.store.begin(scope).await.map_err(Error::from)?;
        let (session, role) = live_session(tx.as_mut(), claims.session, self.clock.now()).await?;
        if session.user != claims.user {
            return Err(REFUSED);
        }
        Ok(Caller {
            scope,
            user: session.user,
            session: session.id,
            role,
            token_issued_at: claims.issued_at,
            token_expires_at: claims.expires_at,
        })
    }

    /// Of these sessions of one organisation, those that still count, with what their people may do now.
    pub async fn live(&self, scope: OrgScope, ids: &[SessionId]) -> Result<Vec<(SessionId, Role)>, Error> {
        let mut tx = self.store.begin(scope).await?;
        Ok(tx.live_sessions(ids, self.clock.now()).await?)
    }

    /// The caller and their organisation, in full.
    pub async fn whoami(&self, caller: &Caller) -> Result<(User, Organization), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let user = tx.user(caller.user).await?.ok_or(Error::NotFound("user"))?;
        let organization = people::organization(tx.as_mut()).await?;
        Ok((user, organization))
    }

    /// A new access token for the caller's session, never past the session's end.
    pub async fn renew(&self, caller: &Caller) -> Result<SignedIn, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let (session, _) = live_session(tx.as_mut(), caller.session, self.clock.now()).await?;
        let user = tx.user(caller.user).await?.ok_or(Error::NotFound("user"))?;
        let organization = people::organization(tx.as_mut()).await?;
        Ok(self.sign(user, organization, &session, false))
    }

    /// A new pair of tokens for a refresh token. Each is good once; shown again within a minute and before its
    /// successor was used it gives the same successor. Shown later, it was stolen or copied: the session ends.
    pub async fn refresh(&self, refresh_token: &str) -> Result<SignedIn, Error> {
        let refused = || Error::from(REFUSED);
        let claims = self.tokens.read_refresh(refresh_token).map_err(Refusal::Token)?;
        #[expect(clippy::disallowed_methods, reason = "the token was signed here, for this organisation")]
        let scope = OrgScope::trusted(claims.org);
        let now = self.clock.now();
        let mut tx = self.store.begin(scope).await?;
        let (mut session, _) = live_session(tx.as_mut(), claims.session, now).await?;
        if session.refresh_generation == claims.generation
            && tx.rotate_refresh(session.id, claims.generation, now).await?
        {
            session.refresh_generation += 1;
        } else {
            (session, _) = live_session(tx.as_mut(), session.id, now).await?;
            let in_grace = session.refreshed_at.is_some_and(|at| now - at <= REFRESH_GRACE);
            if session.refresh_generation != claims.generation + 1 || !in_grace {
                tx.end_session(session.id, "refresh token used twice", now).await?;
                tx.record_access_change();
                tx.commit().await?;
                return Err(refused());
            }
        }
        let user = tx.user(session.user).await?.ok_or_else(refused)?;
        let organization = people::organization(tx.as_mut()).await?;
        tx.commit().await?;
        Ok(self.sign(user, organization, &session, true))
    }

    /// Ends the caller's session.
    pub async fn logout(&self, caller: &Caller) -> Result<(), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        tx.end_session(caller.session, "logout", self.clock.now()).await?;
        tx.record_access_change();
        Ok(tx.commit().await?)
    }

    /// Ends all of the caller's sessions, this one too.
    pub async fn logout_all(&self, caller: &Caller) -> Result<(), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        tx.end_sessions_of(caller.user, "logout", self.clock.now()).await?;
        tx.record_access_change();
        Ok(tx.commit().await?)
    }

    /// Replaces the caller's password and ends all of their sessions, this one too. [`Error::Throttled`] for who guesses the one
    /// that they have: a session may be in somebody else's hands.
    pub async fn change_password(
        &self,
        caller: &Caller,
        current: SecretString,
        new: Option<SecretString>,
    ) -> Result<(), Error> {
        let mut check = Check::default();
        let new = read_password(&mut check, "new_password", new);
        check.finish()?;
        let mut tx = self.store.begin(caller.scope).await?;
        let hash = tx.password_hash(caller.user).await?;
        drop(tx);
        let who = caller.user.to_string();
        let begun = self.throttle.begin(&who, ANYWHERE, true, self.clock.now());
        begun.map_err(|retry_after| Error::Throttled { retry_after })?;
        let is_right = self.passwords.verify(current, hash).await;
        if !is_right.inspect_err(|_| self.throttle.withdraw(&who, ANYWHERE))? {
            return Err(Error::invalid("current_password", "is wrong"));
        }
        self.throttle.succeeded(&who, ANYWHERE);
        let hash = self.passwords.hash(new).await?;
        let mut tx = self.store.begin(caller.scope).await?;
        tx.set_password_hash(caller.user, &hash).await?;
        tx.end_sessions_of(caller.user, "password changed", self.clock.now()).await?;
        tx.record_access_change();
        Ok(tx.commit().await?)
    }

    async fn start_session(
        &self,
        tx: &mut dyn OrgTx,
        user: UserId,
        address: IpAddr,
    ) -> Result<Session, Error> {
        let now = self.clock.now();
        let new = NewSession {
            id: SessionId::generate(),
            user,
            address: address.to_string(),
            created_at: now,
            expires_at: now + self.policy.session_ttl,
        };
        tx.insert_session(&new).await?;
        Ok(Session::from(&new))
    }

    fn sign(
        &self,
        user: User,
        organization: Organization,
        session: &Session,
        with_refresh: bool,
    ) -> SignedIn {
        let issued_at = self.clock.now();
        // Tokens tell time in whole seconds; what else is told of this one agrees with it.
        let expires_at = session.expires_at.min(issued_at + self.policy.access_ttl).trunc_subsecs(0);
        let claims = AccessClaims {
            user: user.id,
            org: user.org,
            session: session.id,
            email: user.email.clone(),
            role: user.role,
            issued_at,
            expires_at,
        };
        let refresh = RefreshClaims {
            org: user.org,
            session: session.id,
            generation: session.refresh_generation,
            expires_at: session.expires_at,
        };
        SignedIn {
            token: self.tokens.issue_access(&claims),
            expires_at: claims.expires_at,
            refresh_token: with_refresh.then(|| self.tokens.issue_refresh(&refresh)),
            user,
            organization,
        }
    }
}

/// A session that may be used now, with its user's role of now.
async fn live_session<R: SessionRepo + ?Sized>(
    repo: &mut R,
    id: SessionId,
    now: DateTime<Utc>,
) -> Result<(Session, Role), Refusal> {
    repo.live_session(id, now).await.map_err(Error::from)?.ok_or(REFUSED)
}

fn read_password(check: &mut Check, field: &str, password: Option<SecretString>) -> SecretString {
    let password = password.unwrap_or_default();
    if !PASSWORD.contains(&password.expose_secret().chars().count()) {
        check.refuse(field, format!("must be {} to {} characters", PASSWORD.start(), PASSWORD.end()));
    }
    password
}

/// A short name made of a long one: `Acme & Söhne GmbH` becomes `acme-s-hne-gmbh`.
fn slugify(name: &str) -> String {
    let dashed: String =
        name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let words: Vec<_> = dashed.split('-').filter(|word| !word.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::slugify;

    #[test]
    fn a_slug_is_plain() {
        assert_eq!(slugify("Acme & Söhne  GmbH!"), "acme-s-hne-gmbh");
        assert_eq!(slugify("acme-9"), "acme-9");
        assert_eq!(slugify("日本"), "");
    }
}
