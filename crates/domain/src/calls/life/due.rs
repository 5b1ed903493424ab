//! When a call has to be looked at, if nothing is heard of it until then.

use chrono::{DateTime, TimeDelta, Utc};

use crate::calls::{Call, CallState};
use crate::ports::CallStatus;

/// How long whoever took a call may take until their browser calls in.
pub const LEASE: TimeDelta = TimeDelta::seconds(8);
/// How long it may take from then on until customer and agent hear each other.
pub const AUDIO_LEASE: TimeDelta = TimeDelta::seconds(20);
/// How long whoever makes a call may take until their browser calls in.
pub const DIAL_LEASE: TimeDelta = TimeDelta::seconds(30);
/// After how long without news Twilio is asked about a call.
pub const QUIET: TimeDelta = TimeDelta::seconds(60);
/// How soon Twilio is asked who is in the conference, once the customer is on the way there, or the customer is to be
/// turned elsewhere; and how soon a lease that is over is looked at again.
const LOOK: TimeDelta = TimeDelta::seconds(5);
/// How soon it is asked when the agent left before the customer is known to be there.
const DOUBT: TimeDelta = TimeDelta::seconds(1);
/// How long the claim lasts then: what is told may come in the wrong order.
pub(super) const DOUBT_LEASE: TimeDelta = TimeDelta::seconds(4);
/// How soon it is looked for a call that we made, if Twilio did not answer.
const SEARCH: TimeDelta = TimeDelta::seconds(10);
/// How soon it is looked whether a call that is over is over at Twilio too; then less and less often, up to once an hour.
const AFTERMATH: TimeDelta = TimeDelta::seconds(30);
/// For how long that is looked after.
const GIVES_UP: TimeDelta = TimeDelta::days(3);

/// How soon after its end it is asked what a call cost; then less and less often.
const PRICE: TimeDelta = TimeDelta::minutes(10);
/// For how long that is asked.
const PRICE_GIVES_UP: TimeDelta = TimeDelta::hours(2);

impl Call {
    /// When it has to be looked at, if nothing is heard of it until then.
    pub fn due(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.state {
            CallState::Ended if !self.is_settled() => self.aftermath(now, AFTERMATH, GIVES_UP),
            CallState::Ended if self.awaits_price() => self.aftermath(now, PRICE, PRICE_GIVES_UP),
            CallState::Ended => None,
            _ => {
                let look = now + self.patience();
                match self.lease_until {
                    Some(until) if until > now => Some(look.min(until)),
                    Some(_) => Some(now + LOOK),
                    None => Some(look),
                }
            }
        }
    }

    /// Sooner after its end than later, and not for ever.
    fn aftermath(&self, now: DateTime<Utc>, first: TimeDelta, gives_up: TimeDelta) -> Option<DateTime<Utc>> {
        let since = now - self.ended_at.unwrap_or(now);
        (since < gives_up).then(|| now + since.max(first).min(TimeDelta::hours(1)))
    }

    /// After how long without news Twilio is asked about it.
    fn patience(&self) -> TimeDelta {
        match self.state {
            CallState::Claimed if !self.agent_has_come() => QUIET,
            CallState::Claimed if self.agents_leg().is_none() => DOUBT,
            CallState::Claimed => LOOK,
            CallState::Dialing if self.sid.is_none() => SEARCH,
            CallState::Dialing if self.status == CallStatus::InProgress => LOOK,
            _ if self.awaits_turn() => LOOK,
            _ => QUIET,
        }
    }
}
