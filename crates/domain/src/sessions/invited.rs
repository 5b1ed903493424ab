//! Coming in by an invitation. A link that is wrong, used, withdrawn or too old is refused in one way, so that nobody learns
//! from it what there once was.

use std::net::IpAddr;

use secrecy::SecretString;

use super::{Sessions, SignedIn, read_password};
use crate::access::OrgScope;
use crate::check::{self, Check};
use crate::error::Error;
use crate::people::{self, Organization, User};
use crate::ports::{InvitationKey, OrgTx, TokenHash};

/// What somebody who was invited types.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct AcceptanceForm {
    pub token: Option<String>,
    pub password: Option<SecretString>,
    /// Must be there if the invitation has none; so must the last name.
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub timezone: Option<String>,
}

/// Whom a link invites, and whereto.
#[derive(Debug, Clone)]
pub struct Invited {
    /// Who; they have not accepted yet.
    pub user: User,
    /// Whereto.
    pub organization: Organization,
}

impl Sessions {
    /// Looks at an invitation before it is accepted. [`Error::InvitationEnded`] unless its link counts, [`Error::Throttled`] for
    /// one that was tried too often.
    pub async fn invitation(&self, token: Option<&str>, address: IpAddr) -> Result<Invited, Error> {
        let mut check = Check::default();
        let token = check.required("token", token, check::LINE);
        check.finish()?;
        let looked = async {
            let (key, _) = self.find_invitation(&token).await?;
            let mut tx = self.store.begin(scope(key)).await?;
            self.read_invitation(tx.as_mut(), key).await
        };
        self.slowly(&token, address, looked).await
    }

    /// Accepts an invitation: who was invited is active from now on, has this password, and is signed in. Of two who accept at
    /// once one comes in. Refuses as [`invitation`](Self::invitation) does.
    pub async fn accept_invitation(&self, form: AcceptanceForm, address: IpAddr) -> Result<SignedIn, Error> {
        let mut check = Check::default();
        let token = check.required("token", form.token.as_deref(), check::LINE);
        let password = read_password(&mut check, "password", form.password);
        let first_name = check.optional("first_name", form.first_name.as_deref(), check::NAME);
        let last_name = check.optional("last_name", form.last_name.as_deref(), check::NAME);
        let timezone = check.optional_zone("timezone", form.timezone.as_deref());
        check.finish()?;
        let complete = |user: User| User {
            first_name: first_name.clone().unwrap_or(user.first_name),
            last_name: last_name.clone().unwrap_or(user.last_name),
            timezone: timezone.map_or(user.timezone, |zone| zone.to_string()),
            ..user
        };
        let accepted = async {
            let (key, hash) = self.find_invitation(&token).await?;
            let mut tx = self.store.begin(scope(key)).await?;
            let user = complete(self.read_invitation(tx.as_mut(), key).await?.user);
            drop(tx);
            let mut check = Check::default();
            check.required("first_name", Some(&user.first_name), check::NAME);
            check.required("last_name", Some(&user.last_name), check::NAME);
            check.finish()?;
            let password_hash = self.passwords.hash(password).await?;

            let mut tx = self.store.begin(scope(key)).await?;
            tx.lock_people().await?;
            // An admin may have changed or withdrawn it while the password was hashed.
            let Invited { user, organization } = self.read_invitation(tx.as_mut(), key).await?;
            if !tx.take_invitation(user.id, hash).await? {
                return Err(Error::InvitationEnded);
            }
            let now = self.clock.now();
            let user = User {
                email_verified: true,
                is_active: true,
                invited_until: None,
                last_login: Some(now),
                updated_at: now,
                ..complete(user)
            };
            tx.set_password_hash(user.id, &password_hash).await?;
            tx.update_user(&user).await?;
            tx.touch_login(user.id, now).await?;
            let session = self.start_session(tx.as_mut(), user.id, address).await?;
            tx.commit().await?;
            Ok(self.sign(user, organization, &session, true))
        };
        self.slowly(&token, address, accepted).await
    }

    /// Whose link it is, if it counts at all.
    async fn find_invitation(&self, token: &str) -> Result<(InvitationKey, TokenHash), Error> {
        let hash = self.tokens.read_invitation(token).map_err(|_| Error::InvitationEnded)?;
        let key = self.directory.invitation(hash).await?.ok_or(Error::InvitationEnded)?;
        Ok((key, hash))
    }

    async fn read_invitation(&self, tx: &mut dyn OrgTx, key: InvitationKey) -> Result<Invited, Error> {
        let now = self.clock.now();
        let user = tx.user(key.user).await?;
        let user = user.filter(|user| user.invited_until.is_some_and(|until| until > now));
        let user = user.ok_or(Error::InvitationEnded)?;
        let organization = people::organization(tx).await?;
        if !organization.is_active {
            return Err(Error::InactiveOrganization);
        }
        Ok(Invited { user, organization })
    }

    /// Does something with a link, for whom it counts like the account in a login: who tries one that does not count over and over
    /// has to wait, and nobody else at their address has to.
    async fn slowly<T>(
        &self,
        token: &str,
        address: IpAddr,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let begun = self.links.begin(token, address, false, self.clock.now());
        begun.map_err(|retry_after| Error::Throttled { retry_after })?;
        let result = work.await;
        match &result {
            Ok(_) => self.links.succeeded(token, address),
            Err(Error::InvitationEnded) => {}
            Err(_) => self.links.withdraw(token, address),
        }
        result
    }
}

#[expect(clippy::disallowed_methods, reason = "the directory knows the link as this organisation's")]
fn scope(key: InvitationKey) -> OrgScope {
    OrgScope::trusted(key.org)
}
