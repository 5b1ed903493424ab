//! Whom a call rings. The whole organisation hears of a call and may take it; it *rings* for those to whom it is
//! offered. That is state, computed from what rings and who is here now, and not an event of the log.

use std::collections::HashMap;

use switchboard_events::UserId;

use crate::access::Role;
use crate::calls::Call;
use crate::error::Error;
use crate::log::LogPosition;
use crate::ports::{CallRepo, EventLog, PresenceRepo};
use crate::presence::{self, Attendance, Shown};

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

impl RingingCall {
    fn is_for(&self, user: UserId) -> bool {
        self.team.is_empty() || self.team.contains(&user)
    }

    /// Whether somebody is among those whom it rings, if they are here and free.
    fn asks(&self, user: UserId) -> bool {
        self.is_for(user) || self.meant_for == Some(user)
    }

    fn is_declined_by(&self, user: UserId) -> bool {
        self.declined_by.contains(&user)
    }
}

/// Everything that rings in an organisation at a moment, and how its people stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// Where the log stood. What is on the board is at least as new.
    pub position: LogPosition,
    /// What rings, oldest first.
    pub ringing: Vec<RingingCall>,
    /// Everybody active, each once.
    pub people: Vec<Attendance>,
}

impl Board {
    /// Reads it.
    pub async fn read<R>(repo: &mut R) -> Result<Self, Error>
    where
        R: EventLog + CallRepo + PresenceRepo + ?Sized,
    {
        // The position first: the rest is then at least as new.
        let position = repo.position().await?;
        let ringing = repo.ringing_calls().await?;
        Ok(Self { position, ringing, people: presence::people(repo, None).await? })
    }

    /// Reads what tells which calls ring for one person. Of the people only those are on it who matter for that.
    pub async fn read_for<R>(repo: &mut R, user: UserId) -> Result<Self, Error>
    where
        R: EventLog + CallRepo + PresenceRepo + ?Sized,
    {
        let position = repo.position().await?;
        let ringing = repo.ringing_calls().await?;
        if ringing.is_empty() {
            return Ok(Self { position, ringing, people: Vec::new() });
        }
        let concerned: Vec<_> =
            ringing.iter().filter_map(|ringing| ringing.meant_for).chain([user]).collect();
        Ok(Self { position, ringing, people: presence::people(repo, Some(&concerned)).await? })
    }

    /// What rings and was not declined by this person, oldest first.
    pub fn ringing_for(&self, user: UserId) -> impl Iterator<Item = &Call> {
        self.ringing.iter().filter(move |ringing| !ringing.is_declined_by(user)).map(|ringing| &ringing.call)
    }

    /// The SIDs of the calls that ring for this person, with this role by now, oldest first.
    pub fn offers(&self, user: UserId, role: Role) -> Vec<String> {
        let rings = |ringing: &&RingingCall| self.rings(ringing, user, role);
        self.ringing.iter().filter(rings).map(|ringing| ringing.call.told_sid()).collect()
    }

    /// Whether it is worth waiting for somebody to take it. Who is on another call may be free soon, and is waited for
    /// while nobody said no; once somebody did, only for those whom it rings.
    pub fn may_be_taken(&self, ringing: &RingingCall) -> bool {
        let asked = self.people.iter().filter(|person| ringing.asks(person.user));
        let (declined, left): (Vec<_>, Vec<_>) =
            asked.partition(|person| ringing.is_declined_by(person.user));
        let is_waited_for =
            if declined.is_empty() { Attendance::takes_calls } else { Attendance::may_be_rung };
        left.into_iter().any(is_waited_for)
    }

    /// What colleagues see of everybody.
    pub fn shown(&self) -> impl Iterator<Item = (UserId, Shown)> {
        self.people.iter().map(|person| (person.user, person.shown()))
    }

    /// What colleagues see otherwise than on the board before.
    pub fn changes_since(&self, before: &Board) -> Vec<(UserId, Shown)> {
        let mut known: HashMap<_, _> = before.shown().collect();
        let mut changes = Vec::new();
        for (user, shown) in self.shown() {
            if known.remove(&user).unwrap_or(Shown::Offline) != shown {
                changes.push((user, shown));
            }
        }
        let gone = known.into_iter().filter(|(_, shown)| *shown != Shown::Offline);
        changes.extend(gone.map(|(user, _)| (user, Shown::Offline)));
        changes
    }

    /// Somebody is here: whoever sees them need not be told. What colleagues see now, if that is news.
    pub fn see(&mut self, user: UserId) -> Option<Shown> {
        let person = self.people.iter_mut().find(|person| person.user == user && !person.is_online)?;
        person.see();
        Some(person.shown())
    }

    /// All of these are here.
    pub fn see_all(&mut self, is_here: impl Fn(UserId) -> bool) {
        let seen = self.people.iter_mut().filter(|person| !person.is_online && is_here(person.user));
        seen.for_each(Attendance::see);
    }

    /// Whether it holds everything up to this event of the log and this version of the offers.
    pub fn covers(&self, head: u64, offers_version: u64) -> bool {
        self.position.head >= head && self.position.offers_version >= offers_version
    }

    fn person(&self, user: UserId) -> Option<&Attendance> {
        self.people.iter().find(|person| person.user == user)
    }

    fn rings(&self, ringing: &RingingCall, user: UserId, role: Role) -> bool {
        let may_be_rung =
            self.person(user).is_some_and(|person| Attendance { role, ..*person }.may_be_rung());
        may_be_rung
            && !ringing.is_declined_by(user)
            && self.addressee(ringing).map_or_else(|| ringing.is_for(user), |addressee| addressee == user)
    }

    /// For whom alone it rings: the one it is meant for, as long as it may ring for them.
    fn addressee(&self, ringing: &RingingCall) -> Option<UserId> {
        let person = self.person(ringing.meant_for?)?;
        (person.may_be_rung() && !ringing.is_declined_by(person.user)).then_some(person.user)
    }
}

#[cfg(test)]
mod tests;
