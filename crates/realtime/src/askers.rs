use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use chrono::{DateTime, TimeDelta, Utc};
use switchboard_domain::access::OrgScope;
use switchboard_domain::events::UserId;
use switchboard_domain::presence::{ATTENTION, Sighting, Stay};

/// How often the store is told of one person at most.
const TELL: TimeDelta = TimeDelta::seconds(10);

/// Those who asked for what is new a moment ago, and are here by that.
#[derive(Debug, Default)]
pub(crate) struct Askers(Mutex<HashMap<OrgScope, HashMap<UserId, Asked>>>);

#[derive(Debug)]
struct Asked {
    at: DateTime<Utc>,
    /// When it was when the store was last told, and of which moment.
    told: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Whether they would notice that it rings, until the store was told: then it is the store's to know, for they may say
    /// it to another node the next time.
    is_audible: Option<bool>,
}

impl Asked {
    fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.is_audible.is_some() || self.told.is_none_or(|(when, of)| self.at > of && now - when >= TELL)
    }
}

impl Askers {
    fn lock(&self) -> MutexGuard<'_, HashMap<OrgScope, HashMap<UserId, Asked>>> {
        self.0.lock().expect("nothing panics while it holds this lock")
    }

    /// Somebody asks.
    pub(crate) fn saw(&self, scope: OrgScope, user: UserId, now: DateTime<Utc>) {
        let mut askers = self.lock();
        let asked = askers.entry(scope).or_default().entry(user);
        asked.or_insert(Asked { at: now, told: None, is_audible: None }).at = now;
    }

    /// Somebody who asks says whether they would notice that it rings. Who only says so is not here by that.
    pub(crate) fn heard(&self, scope: OrgScope, user: UserId, is_audible: bool) {
        let mut askers = self.lock();
        if let Some(asked) = askers.get_mut(&scope).and_then(|people| people.get_mut(&user)) {
            asked.is_audible = Some(is_audible);
        }
    }

    /// Those of an organisation who are here by asking.
    pub(crate) fn of(&self, scope: OrgScope, now: DateTime<Utc>) -> Vec<UserId> {
        let askers = self.lock();
        let asked = askers.get(&scope).into_iter().flatten();
        asked.filter(|(_, asked)| now - asked.at < ATTENTION).map(|(user, _)| *user).collect()
    }

    /// Whom the store is to be told of now. Forgets those who are here no more.
    pub(crate) fn untold(&self, now: DateTime<Utc>) -> Vec<(OrgScope, Vec<Sighting>)> {
        let mut askers = self.lock();
        askers.retain(|_, people| {
            people.retain(|_, asked| now - asked.at < ATTENTION);
            !people.is_empty()
        });
        let mut untold = Vec::new();
        for (scope, people) in askers.iter_mut() {
            let mut sightings = Vec::new();
            for (user, asked) in people.iter_mut().filter(|(_, asked)| asked.is_due(now)) {
                asked.told = Some((now, asked.at));
                let stay = Stay::For(asked.at + ATTENTION - now);
                sightings.push(Sighting { user: *user, stay, is_audible: asked.is_audible.take() });
            }
            if !sightings.is_empty() {
                untold.push((*scope, sightings));
            }
        }
        untold
    }

    /// The store could not be told of these: it will be told again.
    pub(crate) fn not_told(&self, scope: OrgScope, sightings: &[Sighting]) {
        let mut askers = self.lock();
        let Some(people) = askers.get_mut(&scope) else { return };
        for Sighting { user, is_audible, .. } in sightings {
            if let Some(asked) = people.get_mut(user) {
                asked.told = None;
                asked.is_audible = asked.is_audible.or(*is_audible);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use switchboard_domain::events::OrgId;
    use switchboard_domain::testing::fixtures::noon;

    use super::*;

    #[test]
    fn who_asks_is_here_for_half_a_minute_and_told_of_every_ten_seconds() {
        #[expect(clippy::disallowed_methods, reason = "an organisation made up here")]
        let scope = OrgScope::trusted(OrgId::generate());
        let (askers, user) = (Askers::default(), UserId::generate());
        let at = |seconds| noon() + TimeDelta::seconds(seconds);
        let told = |seconds| {
            let stay = |sighting: &Sighting| match sighting.stay {
                Stay::For(time) => seconds + time.num_seconds(),
                Stay::Connected => panic!("connected to nothing"),
            };
            askers.untold(at(seconds)).iter().flat_map(|(_, seen)| seen).map(stay).next()
        };
        askers.saw(scope, user, at(0));
        assert_eq!(told(0), Some(30));
        askers.saw(scope, user, at(9));
        assert_eq!(told(9), None, "too soon");
        assert_eq!(told(10), Some(39), "exactly, though late");
        assert_eq!(told(30), None, "nothing new");
        assert_eq!(askers.of(scope, at(38)), [user]);
        assert_eq!(askers.of(scope, at(39)), []);
        assert_eq!(told(39), None);
        assert!(askers.lock().is_empty(), "forgotten");
        askers.saw(scope, user, at(40));
        let untold = askers.untold(at(40));
        askers.not_told(scope, &untold[0].1);
        assert_eq!(told(41), Some(70), "again");
    }

    #[test]
    fn whether_somebody_is_heard_is_told_once_and_of_those_alone_who_ask() {
        #[expect(clippy::disallowed_methods, reason = "an organisation made up here")]
        let scope = OrgScope::trusted(OrgId::generate());
        let (askers, user) = (Askers::default(), UserId::generate());
        let told = || {
            let untold = askers.untold(noon());
            untold.first().map(|(_, sightings)| sightings[0].is_audible)
        };
        askers.heard(scope, user, false);
        assert_eq!(told(), None, "who does not ask is not here");
        askers.saw(scope, user, noon());
        assert_eq!(told(), Some(None));
        askers.heard(scope, user, false);
        let untold = askers.untold(noon());
        assert_eq!(untold[0].1[0].is_audible, Some(false), "at once");
        assert_eq!(told(), None);
        askers.not_told(scope, &untold[0].1);
        askers.saw(scope, user, noon());
        assert_eq!(told(), Some(Some(false)), "again");
        askers.not_told(scope, &untold[0].1);
        askers.heard(scope, user, true);
        assert_eq!(told(), Some(Some(true)), "what was said last");
    }
}
