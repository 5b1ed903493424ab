use std::collections::HashSet;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::UserId;

use super::{MemStore, MemTx, Tenant, lock};
use crate::ports::{Clock, PresenceRepo, StoreError};
use crate::presence::{Attendance, NodeId, Sighting, Status, Stay};

/// A sighting as it is kept: until a moment, or for as long as it is not taken back.
#[derive(Clone)]
pub(super) struct Kept {
    user: UserId,
    node: NodeId,
    until: Option<DateTime<Utc>>,
    is_audible: bool,
}

impl Kept {
    fn counts(&self, now: DateTime<Utc>) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

impl Tenant {
    fn sightings_of(&self, user: UserId, now: DateTime<Utc>) -> impl Iterator<Item = &Kept> {
        self.sightings.iter().filter(move |kept| kept.user == user && kept.counts(now))
    }
}

#[async_trait]
impl PresenceRepo for MemTx {
    async fn attendances(&mut self, of: Option<&[UserId]>) -> Result<Vec<Attendance>, StoreError> {
        let (tenant, now) = (&self.tenant, self.now);
        let users = tenant.users.iter().map(|new| &new.user).filter(|user| user.is_active);
        let mut people: Vec<_> = users
            .filter(|user| of.is_none_or(|of| of.contains(&user.id)))
            .map(|user| Attendance {
                user: user.id,
                role: user.role,
                status: tenant.statuses.get(&user.id).copied().unwrap_or_default(),
                is_online: tenant.sightings_of(user.id, now).next().is_some(),
                is_audible: tenant.sightings_of(user.id, now).any(|kept| kept.is_audible),
                is_on_call: false,
            })
            .collect();
        people.sort_by_key(|person| person.user);
        Ok(people)
    }

    async fn note_sightings(&mut self, node: NodeId, sightings: &[Sighting]) -> Result<bool, StoreError> {
        let (tenant, now) = (&mut self.tenant, self.now);
        let mut is_news = false;
        for Sighting { user, stay, is_audible } in sightings.iter().copied() {
            if tenant.users.iter().all(|new| new.user.id != user) {
                continue;
            }
            let was_here = tenant.sightings_of(user, now).next().is_some();
            let before = tenant.sightings.iter().position(|kept| (kept.user, kept.node) == (user, node));
            let before = before.map(|place| tenant.sightings.swap_remove(place));
            let was_audible = before.as_ref().is_none_or(|kept| kept.is_audible);
            let is_audible = is_audible.unwrap_or(was_audible);
            let until = match stay {
                Stay::Connected => None,
                Stay::For(time) if time <= TimeDelta::zero() => {
                    is_news = true;
                    continue;
                }
                Stay::For(time) => before.and_then(|kept| kept.until).max(Some(now + time)),
            };
            is_news |= !was_here;
            tenant.sightings.push(Kept { user, node, until, is_audible });
        }
        Ok(is_news)
    }

    async fn set_status(&mut self, user: UserId, status: Status) -> Result<bool, StoreError> {
        if self.tenant.users.iter().all(|new| new.user.id != user) {
            return Ok(false);
        }
        Ok(self.tenant.statuses.insert(user, status).unwrap_or_default() != status)
    }
}

impl MemStore {
    pub(super) async fn hear_of(&self, node: NodeId, patience: TimeDelta) {
        let now = self.clock.now();
        let living = {
            let mut nodes = lock(&self.nodes);
            let was_heard = nodes.insert(node, now).is_some_and(|before| now - before <= patience);
            was_heard.then(|| {
                nodes.retain(|_, heard| now - *heard <= patience);
                nodes.keys().copied().collect::<HashSet<_>>()
            })
        };
        let is_dead = |node: &NodeId| living.as_ref().is_some_and(|living| !living.contains(node));
        self.keep(|kept| kept.counts(now) && (kept.until.is_some() || !is_dead(&kept.node))).await;
    }

    pub(super) async fn let_go(&self, node: NodeId, grace: TimeDelta) {
        let until = self.clock.now() + grace;
        let tenants: Vec<_> = lock(&self.orgs).values().cloned().collect();
        for tenant in tenants {
            let mut tenant = tenant.lock().await;
            let connected = tenant.sightings.iter_mut().filter(|kept| kept.node == node);
            connected.for_each(|kept| kept.until = kept.until.or(Some(until)));
        }
    }

    /// Keeps the sightings that it is told to, and tells organisations that lose some.
    async fn keep(&self, counts: impl Fn(&Kept) -> bool) {
        let tenants: Vec<_> =
            lock(&self.orgs).iter().map(|(org, tenant)| (*org, std::sync::Arc::clone(tenant))).collect();
        for (org, tenant) in tenants {
            let mut tenant = tenant.lock().await;
            let before = tenant.sightings.len();
            tenant.sightings.retain(&counts);
            if tenant.sightings.len() == before {
                continue;
            }
            lock(&self.keys).heads.entry(org).or_default().offers_version += 1;
            if let Some(wake) = &self.wake {
                wake.wake(org);
            }
        }
    }
}
