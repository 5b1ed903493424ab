use std::fmt;
use std::str::FromStr;

use switchboard_events::{OrgId, UserId};
use uuid::Uuid;

/// Who a browser is at Twilio: a person in an organisation. Identities are the account's, which organisations may share, so
/// both are in it; and letters, digits and `_` are all that every SDK of Twilio's takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The organisation.
    pub org: OrgId,
    /// The person.
    pub user: UserId,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "o{}_u{}", Uuid::from(self.org).simple(), Uuid::from(self.user).simple())
    }
}

/// Back from what [`Display`](fmt::Display) wrote, and from nothing else.
impl FromStr for Identity {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (org, user) = text.split_once('_').ok_or(())?;
        let id = |text: &str, prefix| -> Result<Uuid, ()> {
            text.strip_prefix(prefix).and_then(|id| id.parse().ok()).ok_or(())
        };
        let identity = Self { org: id(org, 'o')?.into(), user: id(user, 'u')?.into() };
        if identity.to_string() == text { Ok(identity) } else { Err(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_plain_and_leads_back() {
        let identity = Identity { org: OrgId::generate(), user: UserId::generate() };
        let text = identity.to_string();
        assert_eq!(text.len(), 67);
        assert!(text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'), "{text}");
        assert_eq!(text.parse(), Ok(identity));
    }

    #[test]
    fn what_nobody_was_given_leads_nowhere() {
        let text = Identity { org: OrgId::generate(), user: UserId::generate() }.to_string();
        let dashed = format!("o{}_u{}", OrgId::generate(), UserId::generate());
        for wrong in [
            "",
            "o_u",
            "o1_u2",
            &text[1..],
            &text[..66],
            &format!("{text}0"),
            &text.to_uppercase(),
            &text.replace('_', "__"),
            &dashed,
            "ann",
        ] {
            assert_eq!(wrong.parse::<Identity>(), Err(()), "{wrong}");
        }
    }
}
