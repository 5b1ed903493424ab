use std::collections::{HashMap, HashSet};
use std::mem;

use chrono::{DateTime, Utc};
use switchboard_domain::events::UserId;
use switchboard_domain::offers::Board;
use switchboard_domain::presence::{Sighting, Status, Stay};

use crate::mail::MemberId;

/// Who of an organisation is connected here, and what of it the store has yet to be told: everything since the last time
/// at once, and one time after the other.
#[derive(Default)]
pub(crate) struct Roll {
    /// By person, their sockets, and whether each is heard when it rings.
    here: HashMap<UserId, HashMap<MemberId, bool>>,
    /// Until when those count whose last socket is gone.
    left: HashMap<UserId, DateTime<Utc>>,
    said: HashMap<UserId, Status>,
    untold: HashSet<UserId>,
    telling: Option<Told>,
    is_resting: bool,
}

/// What the store is being told.
struct Told {
    users: HashSet<UserId>,
    said: HashMap<UserId, Status>,
}

/// What to tell the store.
#[derive(Debug, PartialEq)]
pub(crate) struct Untold {
    pub(crate) sightings: Vec<Sighting>,
    pub(crate) said: Vec<(UserId, Status)>,
}

impl Roll {
    /// A socket of somebody is here.
    pub(crate) fn came(&mut self, user: UserId, id: MemberId, is_audible: bool) {
        self.left.remove(&user);
        self.change(user, |sockets| {
            sockets.insert(id, is_audible);
        });
    }

    /// A socket is gone; without another one its person counts until `until`.
    pub(crate) fn left(&mut self, user: UserId, id: MemberId, until: DateTime<Utc>) {
        self.change(user, |sockets| {
            sockets.remove(&id);
        });
        self.counts_until(user, until);
    }

    /// Somebody without a socket counts until then.
    pub(crate) fn counts_until(&mut self, user: UserId, until: DateTime<Utc>) {
        if !self.is_here(user) {
            self.left.insert(user, until);
            self.untold.insert(user);
        }
    }

    /// Whether a socket is heard is known now.
    pub(crate) fn hears(&mut self, user: UserId, id: MemberId, is_audible: bool) {
        self.change(user, |sockets| {
            if let Some(known) = sockets.get_mut(&id) {
                *known = is_audible;
            }
        });
    }

    /// Somebody says how they are.
    pub(crate) fn says(&mut self, user: UserId, status: Status) {
        self.said.insert(user, status);
    }

    pub(crate) fn is_here(&self, user: UserId) -> bool {
        self.here.contains_key(&user)
    }

    /// How many sockets somebody has here.
    pub(crate) fn sockets(&self, user: UserId) -> usize {
        self.here.get(&user).map_or(0, HashMap::len)
    }

    /// Looks for those who are here and not on the board, though the store was told: another node took this one for dead.
    pub(crate) fn compare(&mut self, board: &Board) {
        let absent = board.people.iter().filter(|person| !person.is_online).map(|person| person.user);
        let is_told = |user: &UserId| self.telling.as_ref().is_none_or(|told| !told.users.contains(user));
        let missed: Vec<_> = absent.filter(|user| self.is_here(*user) && is_told(user)).collect();
        self.untold.extend(missed);
    }

    /// What the store is to be told now, unless it is being told.
    pub(crate) fn untold(&mut self, now: DateTime<Utc>) -> Option<Untold> {
        let is_news = !self.untold.is_empty() || !self.said.is_empty();
        if !is_news || self.telling.is_some() || self.is_resting {
            return None;
        }
        let told = Told { users: mem::take(&mut self.untold), said: mem::take(&mut self.said) };
        let sighting = |user: &UserId| {
            let stay = match self.left.get(user) {
                Some(until) => Stay::For(*until - now),
                None => Stay::Connected,
            };
            Sighting { user: *user, stay, is_audible: Some(self.is_audible(*user)) }
        };
        let sightings = told.users.iter().map(sighting).collect();
        let said = told.said.iter().map(|(user, status)| (*user, *status)).collect();
        self.telling = Some(told);
        Some(Untold { sightings, said })
    }

    /// The store was told, or was not and will be after a rest.
    pub(crate) fn told(&mut self, is_done: bool) {
        let Some(told) = self.telling.take() else { return };
        if !is_done {
            self.untold.extend(told.users);
            for (user, status) in told.said {
                self.said.entry(user).or_insert(status);
            }
            self.is_resting = true;
        }
        self.left.retain(|user, _| self.untold.contains(user));
    }

    /// The store may be tried again.
    pub(crate) fn rested(&mut self) {
        self.is_resting = false;
    }

    /// Whether the store knows everything.
    pub(crate) fn is_settled(&self) -> bool {
        self.untold.is_empty() && self.said.is_empty() && self.telling.is_none()
    }

    fn is_audible(&self, user: UserId) -> bool {
        self.here.get(&user).is_none_or(|sockets| sockets.values().any(|is_audible| *is_audible))
    }

    fn change(&mut self, user: UserId, change: impl FnOnce(&mut HashMap<MemberId, bool>)) {
        let before = (self.is_here(user), self.is_audible(user));
        let sockets = self.here.entry(user).or_default();
        change(sockets);
        if sockets.is_empty() {
            self.here.remove(&user);
        }
        if (self.is_here(user), self.is_audible(user)) != before {
            self.untold.insert(user);
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use switchboard_domain::testing::fixtures::noon;
    use uuid::Uuid;

    use super::*;

    fn seconds(seconds: i64) -> DateTime<Utc> {
        noon() + TimeDelta::seconds(seconds)
    }

    fn sees(user: UserId, stay: Stay, is_audible: bool) -> Option<Untold> {
        Some(Untold { sightings: vec![Sighting { user, stay, is_audible: Some(is_audible) }], said: vec![] })
    }

    #[test]
    fn who_loads_a_page_anew_is_no_news() {
        let (mut roll, user, [one, two]) =
            (Roll::default(), UserId::generate(), [Uuid::new_v4(), Uuid::new_v4()]);
        roll.came(user, one, true);
        assert_eq!(roll.untold(noon()), sees(user, Stay::Connected, true));
        assert_eq!(roll.untold(noon()), None, "it is being told");
        roll.came(user, two, true);
        roll.left(user, one, seconds(15));
        roll.told(true);
        assert!(roll.is_settled() && roll.sockets(user) == 1, "another socket is here");
        roll.left(user, two, seconds(15));
        roll.came(user, one, true);
        assert_eq!(roll.untold(noon()), sees(user, Stay::Connected, true), "back before anybody was told");
    }

    #[test]
    fn who_left_counts_until_a_moment_however_late_it_is_told() {
        let (mut roll, user, id) = (Roll::default(), UserId::generate(), Uuid::new_v4());
        roll.came(user, id, true);
        roll.untold(noon());
        roll.left(user, id, seconds(15));
        roll.told(true);
        let told = sees(user, Stay::For(TimeDelta::seconds(11)), true);
        assert_eq!(roll.untold(seconds(4)), told);
        roll.told(false);
        assert_eq!(roll.untold(seconds(5)), None, "it rests");
        roll.rested();
        assert_eq!(roll.untold(seconds(15)), sees(user, Stay::For(TimeDelta::zero()), true));
        roll.told(true);
        assert!(roll.is_settled());
        roll.counts_until(user, seconds(16));
        assert_eq!(
            roll.untold(seconds(16)),
            sees(user, Stay::For(TimeDelta::zero()), true),
            "silent, as we hear"
        );
    }

    #[test]
    fn who_can_be_heard_on_one_socket_can_be_heard() {
        let (mut roll, user, [one, two]) =
            (Roll::default(), UserId::generate(), [Uuid::new_v4(), Uuid::new_v4()]);
        let told = |roll: &mut Roll| {
            let untold = roll.untold(noon()).and_then(|untold| untold.sightings[0].is_audible);
            roll.told(true);
            untold
        };
        roll.came(user, one, true);
        roll.came(user, two, true);
        assert_eq!(told(&mut roll), Some(true));
        roll.hears(user, one, false);
        assert_eq!(told(&mut roll), None, "the other one is heard");
        roll.hears(user, two, false);
        assert_eq!(told(&mut roll), Some(false));
        roll.hears(user, Uuid::new_v4(), true);
        roll.hears(UserId::generate(), one, true);
        assert_eq!(told(&mut roll), None, "no sockets of theirs");
        roll.hears(user, one, true);
        assert_eq!(told(&mut roll), Some(true));
        roll.left(user, one, seconds(15));
        assert_eq!(told(&mut roll), Some(false));
    }

    #[test]
    fn what_was_said_last_is_told() {
        let (mut roll, user) = (Roll::default(), UserId::generate());
        roll.says(user, Status::Away);
        roll.says(user, Status::Busy);
        let untold = |status| Some(Untold { sightings: vec![], said: vec![(user, status)] });
        assert_eq!(roll.untold(noon()), untold(Status::Busy));
        roll.says(user, Status::Available);
        roll.told(false);
        roll.rested();
        assert_eq!(roll.untold(noon()), untold(Status::Available), "later than what was not told");
    }
}
