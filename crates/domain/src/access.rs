//! Whose work it is, and what they may do.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use switchboard_events::{OrgId, SessionId, UserId};

use crate::error::Error;

/// Proof of which organisation a piece of work is for. Every tenant operation takes one, and nothing else tells the
/// store whose rows to show.
///
/// It is minted in few places, each of which carries an `#[expect(clippy::disallowed_methods, reason = …)]`: from a
/// verified token, from a key the directory knows (dialled number, login, service token), at registration, for operators and
/// background jobs, and in tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OrgScope(OrgId);

impl OrgScope {
    /// Vouches that the work is rightly done for `org`. Disallowed by lint: say why you may.
    pub fn trusted(org: OrgId) -> Self {
        Self(org)
    }

    /// The organisation.
    pub fn org(self) -> OrgId {
        self.0
    }
}

/// What a person may do in their organisation. Each role may do what the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Handles calls and messages, keeps contacts and leads.
    User,
    /// Templates and reports too.
    Manager,
    /// Settings, users and service tokens too.
    Admin,
}

impl Role {
    /// Every role, the smallest first.
    pub const ALL: [Role; 4] = [Role::Viewer, Role::User, Role::Manager, Role::Admin];

    /// The role's name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::User => "user",
            Role::Manager => "manager",
            Role::Admin => "admin",
        }
    }

    /// What the role allows, in words that a client can test for.
    pub fn permissions(self) -> Vec<&'static str> {
        const GRANTS: [(Role, &str); 7] = [
            (Role::Viewer, "records:read"),
            (Role::User, "records:write"),
            (Role::User, "calls:handle"),
            (Role::User, "messages:send"),
            (Role::Manager, "reports:read"),
            (Role::Admin, "settings:write"),
            (Role::Admin, "users:write"),
        ];
        GRANTS.iter().filter(|(needed, _)| self >= *needed).map(|(_, permission)| *permission).collect()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Role::ALL.into_iter().find(|role| role.as_str() == text).ok_or(())
    }
}

/// Who asks: a person with a live session, as the database knew them a moment ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The organisation they belong to.
    pub scope: OrgScope,
    /// Who they are.
    pub user: UserId,
    /// The sign-in behind this request.
    pub session: SessionId,
    /// What they may do.
    pub role: Role,
    /// When the token they showed was signed.
    pub token_issued_at: DateTime<Utc>,
    /// When it ends.
    pub token_expires_at: DateTime<Utc>,
}

impl Caller {
    /// Refuses a caller whose role is smaller than `needed`.
    pub fn require(&self, needed: Role) -> Result<(), Error> {
        if self.role >= needed { Ok(()) } else { Err(Error::Forbidden { needed }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_may_do_all_that_a_smaller_one_may() {
        for pair in Role::ALL.windows(2) {
            let (smaller, larger) = (pair[0].permissions(), pair[1].permissions());
            assert!(smaller.iter().all(|permission| larger.contains(permission)));
            assert!(larger.len() > smaller.len());
        }
    }

    #[test]
    fn a_role_survives_its_name() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert_eq!("operator".parse::<Role>(), Err(()));
    }
}
