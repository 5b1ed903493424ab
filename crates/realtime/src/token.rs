use chrono::{DateTime, TimeDelta, Utc};
use switchboard_domain::access::Caller;

/// The longest warning before a token ends; a token that lives shorter than four times as long warns a quarter of its
/// life ahead.
const LONGEST_WARNING: TimeDelta = TimeDelta::seconds(60);

/// The token that a member showed last, and what time does to it.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) expires_at: DateTime<Utc>,
    warns_at: DateTime<Utc>,
    is_announced: bool,
}

impl Token {
    pub(crate) fn new(caller: &Caller) -> Self {
        let life = caller.token_expires_at - caller.token_issued_at;
        let warns_at = caller.token_expires_at - LONGEST_WARNING.min(life / 4);
        Self { expires_at: caller.token_expires_at, warns_at, is_announced: false }
    }

    /// Another one is shown. The same one again changes nothing: its end is announced once.
    pub(crate) fn renew(&mut self, caller: &Caller) {
        if caller.token_expires_at != self.expires_at {
            *self = Self::new(caller);
        }
    }

    pub(crate) fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.expires_at <= now
    }

    /// Whether its end is near and nobody said so yet.
    pub(crate) fn is_to_be_announced(&self, now: DateTime<Utc>) -> bool {
        !self.is_announced && self.warns_at <= now
    }

    pub(crate) fn announced(&mut self) {
        self.is_announced = true;
    }

    /// When to look again.
    pub(crate) fn next(&self) -> DateTime<Utc> {
        if self.is_announced { self.expires_at } else { self.warns_at }
    }
}

#[cfg(test)]
mod tests {
    use switchboard_domain::access::{OrgScope, Role};
    use switchboard_domain::events::{OrgId, SessionId, UserId};
    use switchboard_domain::testing::fixtures::noon;

    use super::*;

    fn caller(issued_at: DateTime<Utc>, life: TimeDelta) -> Caller {
        #[expect(clippy::disallowed_methods, reason = "an organisation made up here")]
        let scope = OrgScope::trusted(OrgId::generate());
        Caller {
            scope,
            user: UserId::generate(),
            session: SessionId::generate(),
            role: Role::User,
            token_issued_at: issued_at,
            token_expires_at: issued_at + life,
        }
    }

    #[test]
    fn the_end_is_announced_once_a_minute_or_a_quarter_of_its_life_ahead() {
        for (life, ahead) in [(86_400_000, 60_000), (240_000, 60_000), (100_000, 25_000), (2_000, 500)] {
            let mut token = Token::new(&caller(noon(), TimeDelta::milliseconds(life)));
            let at = |millis| noon() + TimeDelta::milliseconds(millis);
            assert!(!token.is_to_be_announced(at(life - ahead - 1)), "{life}");
            assert!(token.is_to_be_announced(at(life - ahead)), "{life}");
            assert_eq!(token.next(), at(life - ahead));
            token.announced();
            assert!(!token.is_to_be_announced(at(life)), "{life}");
            assert_eq!(
                (token.next(), token.is_over(at(life - 1)), token.is_over(at(life))),
                (at(life), false, true)
            );
        }
    }

    #[test]
    fn only_another_token_is_announced_anew() {
        let mut token = Token::new(&caller(noon(), TimeDelta::seconds(40)));
        token.announced();
        token.renew(&caller(noon(), TimeDelta::seconds(40)));
        assert!(!token.is_to_be_announced(noon() + TimeDelta::seconds(35)));
        token.renew(&caller(noon() + TimeDelta::seconds(35), TimeDelta::seconds(40)));
        assert!(!token.is_to_be_announced(noon() + TimeDelta::seconds(64)));
        assert!(token.is_to_be_announced(noon() + TimeDelta::seconds(65)));
    }
}
