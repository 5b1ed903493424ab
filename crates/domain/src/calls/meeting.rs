use std::fmt;
use std::str::FromStr;

use switchboard_events::{CallId, OrgId};
use uuid::Uuid;

/// The conference of one round of a call. Its name at Twilio is ours, and unique in every account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Meeting {
    /// Whose.
    pub org: OrgId,
    /// Of which call.
    pub call: CallId,
    /// Of which round of it: what is told of an earlier one changes nothing.
    pub round: u32,
}

impl fmt::Display for Meeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (org, call) = (Uuid::from(self.org), Uuid::from(self.call));
        write!(f, "org_{org}_call_{call}_{}", self.round)
    }
}

/// Back from what [`Display`](fmt::Display) wrote, and from nothing else.
impl FromStr for Meeting {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let rest = name.strip_prefix("org_").ok_or(())?;
        let (org, rest) = rest.split_once("_call_").ok_or(())?;
        let (call, round) = rest.split_once('_').ok_or(())?;
        let meeting = Self {
            org: org.parse().map_err(|_| ())?,
            call: call.parse().map_err(|_| ())?,
            round: round.parse().map_err(|_| ())?,
        };
        if meeting.to_string() == name { Ok(meeting) } else { Err(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meeting_survives_its_name() {
        let meeting = Meeting { org: OrgId::generate(), call: CallId::generate(), round: 3 };
        assert_eq!(meeting.to_string().parse(), Ok(meeting));
        for wrong in ["", "org_x_call_y_1", &meeting.to_string().to_uppercase(), &format!("{meeting}x")] {
            assert_eq!(wrong.parse::<Meeting>(), Err(()), "{wrong}");
        }
    }
}
