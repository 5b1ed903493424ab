use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use switchboard_events::{CallId, CustomerId, Epoch, Event, OrgId, SessionId, UserId};
use tokio::sync::OwnedMutexGuard;

use crate::access::{OrgScope, Role};
use crate::calls::{Call, CallState};
use crate::customers::{Customer, CustomerFilter, CustomerKind, CustomerStats, LeadStats};
use crate::log::{LogEntry, LogPosition};
use crate::messages::Message;
use crate::offers::RingingCall;
use crate::people::{NewUser, Organization, TwilioNumber, User};
use crate::phone::PhoneNumber;
use crate::ports::{
    CallRepo, CustomerRepo, Directory, EventLog, LoginKey, MessageRepo, NumberRepo, Operations, OrgHead,
    OrgTx, OrganizationRepo, Pulse, RolloutRecord, ServiceTokenKey, ServiceTokenRepo, SessionRepo, Store,
    StoreError, TwilioAccount, UserRepo, Wake,
};
use crate::rollout::Rollout;
use crate::service_tokens::{ServiceToken, ServiceTokenId, TokenHash};
use crate::sessions::{NewSession, Session};

/// A store in memory. Transactions of one organisation run one after the other; dropping one undoes it.
#[derive(Clone, Default)]
pub struct MemStore {
    orgs: Arc<Mutex<HashMap<OrgId, Arc<tokio::sync::Mutex<Tenant>>>>>,
    keys: Arc<Mutex<Keys>>,
    switch: Arc<Mutex<Switch>>,
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
    numbers: HashMap<(String, String), (OrgId, secrecy::SecretString)>,
    heads: HashMap<OrgId, Heads>,
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
    numbers: Vec<PhoneNumber>,
    customers: Vec<Customer>,
    calls: Vec<Call>,
    declines: HashSet<(CallId, UserId)>,
    messages: Vec<Message>,
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
    wake: Option<Arc<dyn Wake>>,
}

impl MemStore {
    /// A store that tells of its commits.
    pub fn waking(wake: Arc<dyn Wake>) -> Self {
        Self { wake: Some(wake), ..Self::default() }
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
            wake: self.wake.clone(),
        }))
    }
}

#[async_trait]
impl Directory for MemStore {
    async fn login(&self, email: &str) -> Result<Option<LoginKey>, StoreError> {
        Ok(lock(&self.keys).logins.get(email).copied())
    }

    async fn twilio_account(&self, account_sid: &str) -> Result<Option<TwilioAccount>, StoreError> {
        let keys = lock(&self.keys);
        let of_account = keys.numbers.iter().filter(|((account, _), _)| account == account_sid);
        let auth_tokens: Vec<_> = of_account.map(|(_, (_, token))| token.clone()).collect();
        Ok((!auth_tokens.is_empty()).then_some(TwilioAccount { auth_tokens }))
    }

    async fn number_owner(&self, account_sid: &str, number: &str) -> Result<Option<OrgId>, StoreError> {
        let keys = lock(&self.keys);
        Ok(keys.numbers.get(&(account_sid.to_owned(), number.to_owned())).map(|(org, _)| *org))
    }

    async fn service_token(&self, hash: TokenHash) -> Result<Option<ServiceTokenKey>, StoreError> {
        Ok(lock(&self.keys).service_tokens.get(&hash).copied())
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
}

#[async_trait]
impl OrgTx for MemTx {
    fn scope(&self) -> OrgScope {
        self.scope
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
            keys.numbers.extend(self.claimed.numbers);
        }
        *self.committed = self.tenant;
        drop(self.committed);
        if let (true, Some(wake)) = (woken, self.wake) {
            wake.wake(org);
        }
        Ok(())
    }
}

#[async_trait]
impl OrganizationRepo for MemTx {
    async fn organization(&mut self) -> Result<Option<Organization>, StoreError> {
        Ok(self.tenant.organization.clone())
    }

    async fn lock_people(&mut self) -> Result<(), StoreError> {
        Ok(()) // transactions of one organisation run one after the other
    }

    async fn insert_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        if lock(&self.keys).slugs.contains_key(&organization.slug) {
            return Err(StoreError::Taken("slug"));
        }
        self.claimed.slugs.insert(organization.slug.clone(), self.scope.org());
        self.tenant.organization = Some(organization.clone());
        Ok(())
    }

    async fn set_organization_active(
        &mut self,
        is_active: bool,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let organization = self.tenant.organization.as_mut();
        let changed = organization.filter(|organization| organization.is_active != is_active);
        Ok(changed.is_some_and(|organization| {
            (organization.is_active, organization.updated_at) = (is_active, at);
            true
        }))
    }
}

#[async_trait]
impl UserRepo for MemTx {
    async fn user(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.tenant.users.iter().find(|new| new.user.id == id).map(|new| new.user.clone()))
    }

    async fn users(&mut self) -> Result<Vec<User>, StoreError> {
        let mut users: Vec<_> = self.tenant.users.iter().map(|new| new.user.clone()).collect();
        users.sort_by_key(|user| (user.created_at, user.id));
        Ok(users)
    }

    async fn insert_user(&mut self, new: &NewUser) -> Result<(), StoreError> {
        let email = &new.user.email;
        if lock(&self.keys).logins.contains_key(email) || self.claimed.logins.contains_key(email) {
            return Err(StoreError::Taken("e-mail address"));
        }
        self.claimed.logins.insert(email.clone(), LoginKey { org: self.scope.org(), user: new.user.id });
        self.tenant.users.push(new.clone());
        Ok(())
    }

    async fn update_user(&mut self, user: &User) -> Result<(), StoreError> {
        if let Some(known) = self.tenant.users.iter_mut().find(|known| known.user.id == user.id) {
            known.user =
                User { email: known.user.email.clone(), last_login: known.user.last_login, ..user.clone() };
        }
        Ok(())
    }

    async fn password_hash(&mut self, id: UserId) -> Result<Option<String>, StoreError> {
        Ok(self.tenant.users.iter().find(|new| new.user.id == id).map(|new| new.password_hash.clone()))
    }

    async fn set_password_hash(&mut self, id: UserId, hash: &str) -> Result<(), StoreError> {
        let known = self.tenant.users.iter_mut().filter(|new| new.user.id == id);
        known.for_each(|new| new.password_hash = hash.to_owned());
        Ok(())
    }

    async fn touch_login(&mut self, id: UserId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let known = self.tenant.users.iter_mut().filter(|new| new.user.id == id);
        known.for_each(|new| new.user.last_login = Some(at));
        Ok(())
    }
}

#[async_trait]
impl SessionRepo for MemTx {
    async fn insert_session(&mut self, new: &NewSession) -> Result<(), StoreError> {
        self.tenant.sessions.push((Session::from(new), new.address.clone()));
        Ok(())
    }

    async fn live_session(
        &mut self,
        id: SessionId,
        now: DateTime<Utc>,
    ) -> Result<Option<(Session, Role)>, StoreError> {
        let tenant = &self.tenant;
        let session = tenant.sessions.iter().map(|(session, _)| session).find(|session| session.id == id);
        let is_open = tenant.organization.as_ref().is_some_and(|organization| organization.is_active);
        Ok(session
            .filter(|session| is_open && session.ended_at.is_none() && session.expires_at > now)
            .and_then(|session| {
                let user = &tenant.users.iter().find(|new| new.user.id == session.user)?.user;
                user.is_active.then(|| (session.clone(), user.role))
            }))
    }

    async fn live_sessions(
        &mut self,
        ids: &[SessionId],
        now: DateTime<Utc>,
    ) -> Result<Vec<(SessionId, Role)>, StoreError> {
        let mut live = Vec::new();
        for id in ids {
            live.extend(self.live_session(*id, now).await?.map(|(session, role)| (session.id, role)));
        }
        Ok(live)
    }

    async fn rotate_refresh(
        &mut self,
        id: SessionId,
        from: i32,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut sessions = self.tenant.sessions.iter_mut().map(|(session, _)| session);
        let found = sessions.find(|s| s.id == id && s.refresh_generation == from && s.ended_at.is_none());
        Ok(found.is_some_and(|session| {
            session.refresh_generation += 1;
            session.refreshed_at = Some(at);
            true
        }))
    }

    async fn end_session(&mut self, id: SessionId, _: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        let sessions = self.tenant.sessions.iter_mut().map(|(session, _)| session);
        sessions.filter(|s| s.id == id && s.ended_at.is_none()).for_each(|s| s.ended_at = Some(at));
        Ok(())
    }

    async fn end_sessions_of(&mut self, user: UserId, _: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        let sessions = self.tenant.sessions.iter_mut().map(|(session, _)| session);
        sessions.filter(|s| s.user == user && s.ended_at.is_none()).for_each(|s| s.ended_at = Some(at));
        Ok(())
    }

    async fn signed_in_from(&mut self, user: UserId, address: &str) -> Result<bool, StoreError> {
        Ok(self.tenant.sessions.iter().any(|(session, from)| session.user == user && from == address))
    }
}

#[async_trait]
impl ServiceTokenRepo for MemTx {
    async fn insert_service_token(
        &mut self,
        token: &ServiceToken,
        hash: TokenHash,
    ) -> Result<(), StoreError> {
        let key = ServiceTokenKey { org: self.scope.org(), token: token.id };
        self.claimed.service_tokens.insert(hash, key);
        self.tenant.service_tokens.push(token.clone());
        Ok(())
    }

    async fn service_tokens(&mut self) -> Result<Vec<ServiceToken>, StoreError> {
        let mut tokens = self.tenant.service_tokens.clone();
        tokens.sort_by_key(|token| (token.created_at, token.id));
        Ok(tokens)
    }

    async fn live_service_tokens(&mut self, ids: &[ServiceTokenId]) -> Result<Vec<ServiceToken>, StoreError> {
        let is_open = self.tenant.organization.as_ref().is_some_and(|organization| organization.is_active);
        let live = self.tenant.service_tokens.iter().filter(|token| is_open && ids.contains(&token.id));
        Ok(live.cloned().collect())
    }

    async fn touch_service_token(
        &mut self,
        id: ServiceTokenId,
        at: DateTime<Utc>,
        before: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tokens = self.tenant.service_tokens.iter_mut();
        let stale =
            tokens.filter(|token| token.id == id && token.last_used_at.is_none_or(|used| used <= before));
        stale.for_each(|token| token.last_used_at = Some(at));
        Ok(())
    }

    async fn delete_service_token(&mut self, id: ServiceTokenId) -> Result<bool, StoreError> {
        let before = self.tenant.service_tokens.len();
        self.tenant.service_tokens.retain(|token| token.id != id);
        Ok(self.tenant.service_tokens.len() < before)
    }
}

#[async_trait]
impl NumberRepo for MemTx {
    async fn insert_number(&mut self, number: &TwilioNumber) -> Result<(), StoreError> {
        let key = (number.account_sid.clone(), number.number.to_string());
        if lock(&self.keys).numbers.contains_key(&key) {
            return Err(StoreError::Taken("phone number"));
        }
        self.claimed.numbers.insert(key, (self.scope.org(), number.auth_token.clone()));
        self.tenant.numbers.push(number.number.clone());
        Ok(())
    }

    async fn numbers(&mut self) -> Result<Vec<PhoneNumber>, StoreError> {
        Ok(self.tenant.numbers.clone())
    }
}

#[async_trait]
impl CustomerRepo for MemTx {
    async fn customer(&mut self, kind: CustomerKind, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        Ok(self.tenant.customers.iter().find(|c| c.kind == kind && c.id == id).cloned())
    }

    async fn customer_to_change(
        &mut self,
        kind: CustomerKind,
        id: CustomerId,
    ) -> Result<Option<Customer>, StoreError> {
        self.customer(kind, id).await
    }

    async fn customers(
        &mut self,
        filter: &CustomerFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<Customer>, i64), StoreError> {
        let mut found: Vec<_> =
            self.tenant.customers.iter().filter(|c| matches(filter, c)).cloned().collect();
        found.sort_by_key(|c| std::cmp::Reverse((c.created_at, c.id)));
        let total = found.len() as i64;
        Ok((found.into_iter().skip(offset as usize).take(limit as usize).collect(), total))
    }

    async fn customer_by_phone(&mut self, phone: &PhoneNumber) -> Result<Option<Customer>, StoreError> {
        let owners = self.tenant.customers.iter().filter(|c| c.phone_e164.as_ref() == Some(phone));
        Ok(owners.min_by_key(|c| (c.kind == CustomerKind::Lead, c.created_at, c.id)).cloned())
    }

    async fn insert_customer(&mut self, customer: &Customer) -> Result<(), StoreError> {
        self.tenant.customers.push(customer.clone());
        Ok(())
    }

    async fn update_customer(&mut self, customer: &Customer) -> Result<(), StoreError> {
        let known =
            self.tenant.customers.iter_mut().filter(|c| c.kind == customer.kind && c.id == customer.id);
        known.for_each(|known| *known = customer.clone());
        Ok(())
    }

    async fn delete_customer(&mut self, kind: CustomerKind, id: CustomerId) -> Result<bool, StoreError> {
        let before = self.tenant.customers.len();
        self.tenant.customers.retain(|c| !(c.kind == kind && c.id == id));
        let is_gone = self.tenant.customers.len() < before;
        if is_gone {
            let calls = self.tenant.calls.iter_mut();
            calls.filter(|c| c.customer.as_ref().is_some_and(|c| c.id == id)).for_each(|c| c.customer = None);
        }
        Ok(is_gone)
    }

    async fn contact_stats(&mut self) -> Result<CustomerStats, StoreError> {
        let of = |kind| self.tenant.customers.iter().filter(move |c: &&Customer| c.kind == kind);
        let contacts = of(CustomerKind::Contact);
        let companies: HashSet<_> =
            contacts.clone().filter_map(|c| c.company.as_ref().map(|name| name.to_lowercase())).collect();
        Ok(CustomerStats {
            total_contacts: contacts.clone().count() as i64,
            active_contacts: contacts.filter(|c| c.status == "active").count() as i64,
            total_accounts: companies.len() as i64,
            total_revenue: of(CustomerKind::Lead)
                .filter(|c| c.status == "converted")
                .filter_map(|c| c.value)
                .fold(0.0, |sum, value| sum + value),
        })
    }

    async fn lead_stats(&mut self, now: DateTime<Utc>) -> Result<LeadStats, StoreError> {
        let leads: Vec<_> = self.tenant.customers.iter().filter(|c| c.kind == CustomerKind::Lead).collect();
        let count = |rule: &dyn Fn(&Customer) -> bool| leads.iter().filter(|c| rule(c)).count() as i64;
        let today = now.date_naive();
        let week = today - TimeDelta::days(i64::from(today.weekday().num_days_from_monday()));
        Ok(LeadStats {
            total_leads: count(&|_| true),
            new_leads: count(&|c| c.status == "new"),
            contacted_leads: count(&|c| c.status == "contacted"),
            qualified_leads: count(&|c| c.status == "qualified"),
            converted_leads: count(&|c| c.status == "converted"),
            lost_leads: count(&|c| c.status == "lost"),
            high_priority: count(&|c| c.priority.as_deref() == Some("high")),
            assigned_leads: count(&|c| c.assigned_to.is_some()),
            new_this_week: count(&|c| c.created_at.date_naive() >= week),
            new_this_month: count(&|c| {
                (c.created_at.year(), c.created_at.month()) == (today.year(), today.month())
            }),
            total_value: leads.iter().filter_map(|c| c.value).fold(0.0, |sum, value| sum + value),
        })
    }
}

fn matches(filter: &CustomerFilter, customer: &Customer) -> bool {
    customer.kind == filter.kind
        && filter.search.as_ref().is_none_or(|search| {
            let texts =
                [&customer.first_name, &customer.last_name, &customer.name()].map(|text| text.to_lowercase());
            texts.iter().chain(&customer.email).any(|text| text.starts_with(&search.prefix))
                || (search.phone.is_some() && customer.phone_e164 == search.phone)
        })
}

#[async_trait]
impl CallRepo for MemTx {
    async fn insert_call(&mut self, call: &Call) -> Result<bool, StoreError> {
        let is_new = self.tenant.calls.iter().all(|known| known.sid != call.sid);
        if is_new {
            self.tenant.calls.push(call.clone());
        }
        Ok(is_new)
    }

    async fn call_by_sid(&mut self, sid: &str) -> Result<Option<Call>, StoreError> {
        Ok(self.tenant.calls.iter().find(|call| call.sid == sid).cloned())
    }

    async fn claim_call(&mut self, id: CallId, user: UserId, _: DateTime<Utc>) -> Result<bool, StoreError> {
        let by = self.user(user).await?.map(|user| user.person());
        let call = self.tenant.calls.iter_mut().find(|c| c.id == id && c.state == CallState::Ringing);
        Ok(call.zip(by).is_some_and(|(call, by)| {
            call.state = CallState::Claimed(by);
            true
        }))
    }

    async fn end_ringing_call(&mut self, id: CallId) -> Result<bool, StoreError> {
        let call = self.tenant.calls.iter_mut().find(|c| c.id == id && c.state == CallState::Ringing);
        Ok(call.is_some_and(|call| {
            call.state = CallState::Ended;
            true
        }))
    }

    async fn decline_call(&mut self, id: CallId, user: UserId) -> Result<bool, StoreError> {
        Ok(self.tenant.declines.insert((id, user)))
    }

    async fn ringing_calls(&mut self) -> Result<Vec<RingingCall>, StoreError> {
        let tenant = &self.tenant;
        let declined_by =
            |id| tenant.declines.iter().filter(move |(call, _)| *call == id).map(|(_, user)| *user);
        let rings = tenant.calls.iter().filter(|call| call.state == CallState::Ringing);
        let mut ringing: Vec<_> = rings
            .map(|call| RingingCall { call: call.clone(), declined_by: declined_by(call.id).collect() })
            .collect();
        ringing.sort_by_key(|ringing| (ringing.call.started_at, ringing.call.id));
        Ok(ringing)
    }
}

#[async_trait]
impl MessageRepo for MemTx {
    async fn insert_message(&mut self, message: &Message) -> Result<bool, StoreError> {
        let is_new = self.tenant.messages.iter().all(|known| known.inbound.sid != message.inbound.sid);
        if is_new {
            self.tenant.messages.push(message.clone());
        }
        Ok(is_new)
    }

    async fn message_by_sid(&mut self, sid: &str) -> Result<Option<Message>, StoreError> {
        Ok(self.tenant.messages.iter().find(|message| message.inbound.sid == sid).cloned())
    }
}

#[async_trait]
impl EventLog for MemTx {
    fn record(&mut self, at: DateTime<Utc>, event: Event) {
        self.events.push((at, event));
    }

    fn record_access_change(&mut self) {
        self.access_changed = true;
    }

    fn record_offers_change(&mut self) {
        self.offers_changed = true;
    }

    async fn position(&mut self) -> Result<LogPosition, StoreError> {
        let heads = lock(&self.keys).heads.get(&self.scope.org()).copied().unwrap_or_default();
        Ok(LogPosition {
            epoch: Epoch(uuid::Uuid::from(self.scope.org()).as_u64_pair().1),
            head: self.tenant.head,
            access_version: heads.access_version,
            offers_version: heads.offers_version,
        })
    }

    async fn events_after(&mut self, seq: u64, limit: i64) -> Result<Vec<LogEntry>, StoreError> {
        Ok(self.tenant.log.iter().filter(|entry| entry.seq > seq).take(limit as usize).cloned().collect())
    }

    async fn trim(&mut self, before: DateTime<Utc>, limit: i64) -> Result<u64, StoreError> {
        let oldest = self.tenant.log.iter().take(limit as usize);
        let count = oldest.take_while(|entry| entry.occurred_at < before).count();
        self.tenant.log.drain(..count);
        Ok(count as u64)
    }
}
