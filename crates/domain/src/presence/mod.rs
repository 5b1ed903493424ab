//! Who is here, what they say of themselves, and what their colleagues see of it.

mod service;

use std::collections::HashSet;
use std::str::FromStr;

use chrono::TimeDelta;
use switchboard_events::UserId;
use uuid::Uuid;

pub use self::service::Presence;
use crate::access::Role;
use crate::error::Error;
use crate::ports::{CallRepo, PresenceRepo};

/// For how long somebody whose last connection closed still counts: time enough to load a page anew, or to be taken over
/// by another node.
pub const GRACE: TimeDelta = TimeDelta::seconds(15);
/// For how long somebody without a connection counts after they asked for what is new.
pub const ATTENTION: TimeDelta = TimeDelta::seconds(30);
/// After what silence a node is taken for dead, and the connections that it had for closed.
pub const PATIENCE: TimeDelta = TimeDelta::seconds(10);

/// What somebody says of themselves. It is kept with the person, not with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// Calls may ring.
    #[default]
    Available,
    /// Occupied with something else.
    Busy,
    /// Not at the desk.
    Away,
}

impl Status {
    /// Every status.
    pub const ALL: [Status; 3] = [Status::Available, Status::Busy, Status::Away];

    /// The status's name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Available => "available",
            Status::Busy => "busy",
            Status::Away => "away",
        }
    }
}

impl FromStr for Status {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Status::ALL.into_iter().find(|status| status.as_str() == name).ok_or(())
    }
}

/// What colleagues see of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Shown {
    Available,
    Busy,
    Away,
    Offline,
}

impl Shown {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Shown::Available => "available",
            Shown::Busy => "busy",
            Shown::Away => "away",
            Shown::Offline => "offline",
        }
    }
}

impl From<Status> for Shown {
    fn from(status: Status) -> Self {
        match status {
            Status::Available => Shown::Available,
            Status::Busy => Shown::Busy,
            Status::Away => Shown::Away,
        }
    }
}

/// How an active member of the organisation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attendance {
    /// Who.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// What they say of themselves.
    pub status: Status,
    /// Whether they are connected, or asked for what is new a moment ago.
    pub is_online: bool,
    /// Whether they would notice that it rings, as far as it is known.
    pub is_audible: bool,
    /// Whether they are busy with a call.
    pub is_on_call: bool,
}

impl Attendance {
    /// What colleagues see.
    pub fn shown(&self) -> Shown {
        match self {
            Attendance { is_online: false, .. } => Shown::Offline,
            Attendance { is_on_call: true, .. } => Shown::Busy,
            Attendance { status, .. } => Shown::from(*status),
        }
    }

    /// They are here, and may be heard as far as it is known.
    pub(crate) fn see(&mut self) {
        (self.is_online, self.is_audible) = (true, true);
    }

    /// Whether they would hear it if somebody called for them now.
    pub fn is_reachable(&self) -> bool {
        self.is_online && self.is_audible
    }

    /// Whether they are here to take calls; one they are on may be over soon.
    pub fn takes_calls(&self) -> bool {
        self.role >= Role::User && self.is_online && self.status == Status::Available
    }

    /// Whether a call may ring for them now.
    pub fn may_be_rung(&self) -> bool {
        self.takes_calls() && !self.is_on_call
    }
}

/// How everybody active stands, or of them only these.
pub(crate) async fn people<R>(repo: &mut R, of: Option<&[UserId]>) -> Result<Vec<Attendance>, Error>
where
    R: CallRepo + PresenceRepo + ?Sized,
{
    let mut people = repo.attendances(of).await?;
    let on_calls: HashSet<_> = repo.people_on_calls().await?.into_iter().collect();
    people.iter_mut().for_each(|person| person.is_on_call = on_calls.contains(&person.user));
    Ok(people)
}

/// One run of a server process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(Uuid);

impl NodeId {
    /// No node: those who only ask now and then are connected to none.
    pub const NONE: NodeId = NodeId(Uuid::nil());

    /// Draws a new id.
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }
}

impl From<NodeId> for Uuid {
    fn from(id: NodeId) -> Self {
        id.0
    }
}

/// What a node knows of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// Who.
    pub user: UserId,
    /// For how long they count, for what this node knows.
    pub stay: Stay,
    /// Whether they would notice that it rings. Of whom that is not known it stays as it was; who is new would.
    pub is_audible: Option<bool>,
}

/// For how long somebody counts as here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stay {
    /// As long as they are connected and their node lives.
    Connected,
    /// For this long from now on, whatever becomes of the node; not at all any more if it is nothing.
    For(TimeDelta),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_survives_its_name() {
        for status in Status::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
            assert_eq!(Shown::from(status).as_str(), status.as_str());
        }
        assert_eq!("offline".parse::<Status>(), Err(()), "nobody says that of themselves");
    }

    #[test]
    fn colleagues_see_who_is_gone_then_who_is_on_a_call_then_what_people_say() {
        use Status::{Available, Away, Busy};
        for (is_online, is_on_call, status, shown, takes_calls, may_be_rung) in [
            (true, false, Available, Shown::Available, true, true),
            (true, false, Busy, Shown::Busy, false, false),
            (true, false, Away, Shown::Away, false, false),
            (true, true, Available, Shown::Busy, true, false),
            (true, true, Away, Shown::Busy, false, false),
            (false, false, Available, Shown::Offline, false, false),
            (false, true, Available, Shown::Offline, false, false),
        ] {
            for (role, handles_calls) in [(Role::Viewer, false), (Role::User, true), (Role::Admin, true)] {
                let is_audible = true;
                let user = UserId::generate();
                let person = Attendance { user, role, status, is_online, is_audible, is_on_call };
                assert_eq!(person.shown(), shown, "{person:?}");
                assert_eq!(person.takes_calls(), takes_calls && handles_calls, "{person:?}");
                assert_eq!(person.may_be_rung(), may_be_rung && handles_calls, "{person:?}");
                assert_eq!(person.is_reachable(), is_online, "{person:?}");
                assert!(!Attendance { is_audible: false, ..person }.is_reachable());
            }
        }
    }
}
