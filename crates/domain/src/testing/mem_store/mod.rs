mod attachments;
mod auto_responses;
mod calls;
mod lines;
mod messages;
mod presence;
mod repos;
mod stats;
mod twilio;
mod uploads;
mod webhooks;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::{CallId, Event, OrgId, UserId};
use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

use crate::access::OrgScope;
use crate::calls::{Call, CallRecording, Note};
use crate::customers::Customer;
use crate::inspector::WebhookRecord;
use crate::lines::Line;
use crate::log::LogEntry;
use crate::people::{NewUser, Organization};
use crate::phone::PhoneNumber;
use crate::ports::{
    Clock, Directory, Due, InvitationKey, LoginKey, Operations, OrgHead, OrgTx, Pulse, RolloutRecord,
    SealedKeys, ServiceTokenKey, Store, StoreError, TokenHash, Wake,
};
use crate::presence::{NodeId, Status};
use crate::rollout::Rollout;
use crate::service_tokens::ServiceToken;
use crate::sessions::Session;
use crate::signatures::ModeChange;
use crate::testing::ManualClock;
use crate::twilio_settings::TwilioSettings;

/// A store in memory. Transactions of one organisation run one after the other; dropping one undoes it.
#[derive(Clone, Default)]
pub struct MemStore {
    orgs: Arc<Mutex<HashMap<OrgId, Arc<tokio::sync::Mutex<Tenant>>>>>,
    keys: Arc<Mutex<Keys>>,
    switch: Arc<Mutex<Switch>>,
    /// When each was last heard of.
    nodes: Arc<Mutex<HashMap<NodeId, DateTime<Utc>>>>,
    clock: Arc<ManualClock>,
    wake: Option<Arc<dyn Wake>>,
}

/// The operator's, as it stands when nobody has touched it.
struct Switch(RolloutRecord);

impl Default for Switch {
    fn default() -> Self {
        Self(RolloutRecord {
            rollout: Rollout { percent: 100, poll_interval_ms: 2_000, version: 0 },
            changed_by: "nobody yet".to_owned(),
            changed_at: DateTime::UNIX_EPOCH,
        })
    }
}

/// What is unique across organisations.
#[derive(Clone, Default)]
struct Keys {
    slugs: HashMap<String, OrgId>,
    logins: HashMap<String, LoginKey>,
    service_tokens: HashMap<TokenHash, ServiceTokenKey>,
    invitations: HashMap<TokenHash, InvitationKey>,
    /// With the account.
    twilio_keys: HashMap<OrgId, (String, SealedKeys)>,
    /// By account and number.
    numbers: HashMap<(String, String), OrgId>,
    heads: HashMap<OrgId, Heads>,
    /// When something of theirs has to be looked at next.
    due: HashMap<(Due, OrgId), DateTime<Utc>>,
}

impl Keys {
    /// What is found at Twilio's word, as the organisation's settings now say.
    fn lead_to(&mut self, org: OrgId, tenant: &Tenant) {
        self.twilio_keys.remove(&org);
        self.numbers.retain(|_, owner| *owner != org);
        let Some(settings) = &tenant.twilio else { return };
        let account = &settings.account_sid;
        let sealed = SealedKeys {
            org,
            auth_token: settings.auth_token.clone(),
            previous: settings.previous_token.clone(),
            observed: tenant.signature_modes.first().and_then(ModeChange::observed),
        };
        self.twilio_keys.insert(org, (account.clone(), sealed));
        self.numbers.extend(settings.keys().map(|key| ((account.clone(), key.to_owned()), org)));
    }
}

#[derive(Clone, Copy, Default)]
struct Heads {
    head: u64,
    access_version: u64,
    offers_version: u64,
}

#[derive(Clone, Default)]
struct Tenant {
    organization: Option<Organization>,
    users: Vec<NewUser>,
    sessions: Vec<(Session, String)>,
    service_tokens: Vec<ServiceToken>,
    invitations: HashMap<UserId, TokenHash>,
    twilio: Option<TwilioSettings>,
    /// The last one first.
    signature_modes: Vec<ModeChange>,
    lines: Vec<Line>,
    customers: Vec<Customer>,
    calls: Vec<Call>,
    recordings: Vec<CallRecording>,
    timeline: Vec<(Uuid, Note)>,
    declines: HashSet<(CallId, UserId)>,
    statuses: HashMap<UserId, Status>,
    sightings: Vec<presence::Kept>,
    texts: messages::Kept,
    attachments: Vec<attachments::Kept>,
    uploads: Vec<uploads::Kept>,
    auto: auto_responses::Kept,
    webhooks: Vec<WebhookRecord>,
    /// The number of the log's last event, kept or not.
    head: u64,
    log: Vec<LogEntry>,
}

struct MemTx {
    scope: OrgScope,
    committed: OwnedMutexGuard<Tenant>,
    tenant: Tenant,
    keys: Arc<Mutex<Keys>>,
    claimed: Keys,
    events: Vec<(DateTime<Utc>, Event)>,
    access_changed: bool,
    offers_changed: bool,
    /// The store's own.
    now: DateTime<Utc>,
    wake: Option<Arc<dyn Wake>>,
}

impl MemStore {
    /// A store that tells of its commits.
    pub fn waking(wake: Arc<dyn Wake>) -> Self {
        Self { wake: Some(wake), ..Self::default() }
    }

    /// What the store itself judges time by.
    pub fn clock(&self) -> Arc<ManualClock> {
        Arc::clone(&self.clock)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nothing panics while it holds this lock")
}

#[async_trait]
impl Store for MemStore {
    async fn begin(&self, scope: OrgScope) -> Result<Box<dyn OrgTx>, StoreError> {
        let tenant = Arc::clone(lock(&self.orgs).entry(scope.org()).or_default());
        let committed = tenant.lock_owned().await;
        Ok(Box::new(MemTx {
            scope,
            tenant: committed.clone(),
            committed,
            keys: Arc::clone(&self.keys),
            claimed: Keys::default(),
            events: Vec::new(),
            access_changed: false,
            offers_changed: false,
            now: self.clock.now(),
            wake: self.wake.clone(),
        }))
    }
}

#[async_trait]
impl Directory for MemStore {
    async fn login(&self, email: &str) -> Result<Option<LoginKey>, StoreError> {
        Ok(lock(&self.keys).logins.get(email).copied())
    }

    async fn twilio_keys(&self, account_sid: &str) -> Result<Vec<SealedKeys>, StoreError> {
        let keys = lock(&self.keys);
        let of_account = keys.twilio_keys.values().filter(|(account, _)| account == account_sid);
        Ok(of_account.map(|(_, keys)| keys.clone()).collect())
    }

    async fn number_owner(&self, account_sid: &str, number: &str) -> Result<Option<OrgId>, StoreError> {
        Ok(lock(&self.keys).numbers.get(&(account_sid.to_owned(), number.to_owned())).copied())
    }

    async fn is_number_here(&self, number: &PhoneNumber) -> Result<bool, StoreError> {
        Ok(lock(&self.keys).numbers.keys().any(|(_, known)| known == number.as_str()))
    }

    async fn service_token(&self, hash: TokenHash) -> Result<Option<ServiceTokenKey>, StoreError> {
        Ok(lock(&self.keys).service_tokens.get(&hash).copied())
    }

    async fn invitation(&self, hash: TokenHash) -> Result<Option<InvitationKey>, StoreError> {
        Ok(lock(&self.keys).invitations.get(&hash).copied())
    }

    async fn pulse(&self, orgs: &[OrgId]) -> Result<Pulse, StoreError> {
        let keys = lock(&self.keys);
        let head = |org: &OrgId| {
            keys.heads.get(org).map(|&Heads { head, access_version, offers_version }| OrgHead {
                org: *org,
                head,
                access_version,
                offers_version,
            })
        };
        Ok(Pulse { heads: orgs.iter().filter_map(head).collect(), rollout: lock(&self.switch).0.rollout })
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

#[async_trait]
impl Operations for MemStore {
    async fn organizations(&self, after: Option<OrgId>, limit: i64) -> Result<Vec<OrgId>, StoreError> {
        let mut orgs: Vec<_> = lock(&self.keys).slugs.values().copied().collect();
        orgs.sort();
        let rest = orgs.into_iter().filter(|org| after.is_none_or(|after| *org > after));
        Ok(rest.take(limit as usize).collect())
    }

    async fn orgs_with_due(&self, what: Due, limit: i64) -> Result<Vec<OrgId>, StoreError> {
        let (keys, now) = (lock(&self.keys), self.clock.now());
        let mut due: Vec<_> = keys.due.iter().filter(|((of, _), at)| *of == what && **at <= now).collect();
        due.sort_by_key(|((_, org), at)| (**at, *org));
        Ok(due.into_iter().take(limit as usize).map(|((_, org), _)| *org).collect())
    }

    async fn organization_page(&self, limit: i64, offset: i64) -> Result<(Vec<OrgId>, i64), StoreError> {
        let keys = lock(&self.keys);
        let mut slugs: Vec<_> = keys.slugs.iter().collect();
        slugs.sort();
        let page = slugs.iter().skip(offset as usize).take(limit as usize).map(|(_, org)| **org);
        Ok((page.collect(), slugs.len() as i64))
    }

    async fn rollout(&self) -> Result<RolloutRecord, StoreError> {
        Ok(lock(&self.switch).0.clone())
    }

    async fn set_rollout(
        &self,
        percent: u8,
        poll_interval_ms: Option<u32>,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<RolloutRecord, StoreError> {
        let mut switch = lock(&self.switch);
        let Rollout { poll_interval_ms: before, version, .. } = switch.0.rollout;
        let rollout =
            Rollout { percent, poll_interval_ms: poll_interval_ms.unwrap_or(before), version: version + 1 };
        switch.0 = RolloutRecord { rollout, changed_by: by.to_owned(), changed_at: at };
        Ok(switch.0.clone())
    }

    async fn beat(&self, node: NodeId, patience: TimeDelta) -> Result<(), StoreError> {
        self.hear_of(node, patience).await;
        Ok(())
    }

    async fn leave(&self, node: NodeId, grace: TimeDelta) -> Result<(), StoreError> {
        self.let_go(node, grace).await;
        Ok(())
    }
}

#[async_trait]
impl OrgTx for MemTx {
    fn scope(&self) -> OrgScope {
        self.scope
    }

    async fn now(&mut self) -> Result<DateTime<Utc>, StoreError> {
        Ok(self.now)
    }

    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        let org = self.scope.org();
        let woken = !self.events.is_empty() || self.access_changed || self.offers_changed;
        {
            let mut keys = lock(&self.keys);
            for (occurred_at, event) in std::mem::take(&mut self.events) {
                self.tenant.head += 1;
                self.tenant.log.push(LogEntry {
                    seq: self.tenant.head,
                    name: event.name().to_owned(),
                    payload: serde_json::to_string(&event).expect("payloads are plain data"),
                    occurred_at,
                });
            }
            let heads = keys.heads.entry(org).or_default();
            heads.head = self.tenant.head;
            heads.access_version += u64::from(self.access_changed);
            heads.offers_version += u64::from(self.offers_changed);
            keys.slugs.extend(self.claimed.slugs);
            keys.logins.extend(self.claimed.logins);
            keys.service_tokens.extend(self.claimed.service_tokens);
            let kept: HashSet<_> = self.tenant.service_tokens.iter().map(|token| token.id).collect();
            keys.service_tokens.retain(|_, key| key.org != org || kept.contains(&key.token));
            let users: HashSet<_> = self.tenant.users.iter().map(|new| new.user.id).collect();
            keys.logins.retain(|_, key| key.org != org || users.contains(&key.user));
            keys.invitations.retain(|_, key| key.org != org);
            let invitations = self.tenant.invitations.iter();
            keys.invitations
                .extend(invitations.map(|(user, hash)| (*hash, InvitationKey { org, user: *user })));
            keys.lead_to(org, &self.tenant);
            let calls = self.tenant.calls.iter().filter_map(|call| call.due_at).min();
            let attachments = self.tenant.attachments.iter().filter_map(attachments::Kept::due_at).min();
            let messages = self.tenant.texts.due_at();
            let unanswered = self.tenant.auto.due_at();
            for (what, due_at) in [
                (Due::Calls, calls),
                (Due::Messages, messages),
                (Due::Attachments, attachments),
                (Due::Unanswered, unanswered),
            ] {
                match due_at {
                    Some(due_at) => keys.due.insert((what, org), due_at),
                    None => keys.due.remove(&(what, org)),
                };
            }
        }
        *self.committed = self.tenant;
        drop(self.committed);
        if let (true, Some(wake)) = (woken, self.wake) {
            wake.wake(org);
        }
        Ok(())
    }
}
