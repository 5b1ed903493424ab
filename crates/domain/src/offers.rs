//! Whom a call rings. The whole organisation hears of a call and may take it; it *rings* for those to whom it is
//! offered. That is state, computed from what rings now, and not an event of the log.

use switchboard_events::UserId;

use crate::access::Role;
use crate::calls::Call;
use crate::log::LogPosition;

/// A call that rings, and who silenced it for themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct RingingCall {
    /// The call.
    pub call: Call,
    /// Those for whom it rings no more.
    pub declined_by: Vec<UserId>,
    /// Whom it may ring, for the number that was dialled has a team; empty for everybody.
    pub team: Vec<UserId>,
    /// Whom it rings before all others, for somebody handed it over to them.
    pub meant_for: Option<UserId>,
}

/// Everything that rings in an organisation at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// Where the log stood. What is on the board is at least as new.
    pub position: LogPosition,
    /// What rings, oldest first.
    pub ringing: Vec<RingingCall>,
}

impl Board {
    /// What rings and was not declined by this person, oldest first.
    pub fn ringing_for(&self, user: UserId) -> impl Iterator<Item = &Call> {
        self.ringing
            .iter()
            .filter(move |ringing| !ringing.declined_by.contains(&user))
            .map(|ringing| &ringing.call)
    }

    /// The SIDs of the calls that ring for this person, oldest first: none for those who do not handle calls.
    pub fn offers(&self, user: UserId, role: Role) -> Vec<String> {
        let handles_calls = role >= Role::User;
        let offered = self.ringing_for(user).filter(|_| handles_calls);
        offered.map(Call::told_sid).collect()
    }

    /// Whether anybody is left who might take it.
    pub fn may_be_taken(&self, ringing: &RingingCall) -> bool {
        ringing.declined_by.is_empty()
    }

    /// Whether it holds everything up to this event of the log and this version of the offers.
    pub fn covers(&self, head: u64, offers_version: u64) -> bool {
        self.position.head >= head && self.position.offers_version >= offers_version
    }
}
