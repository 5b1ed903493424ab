use std::collections::HashSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_events::{CustomerId, Epoch, Event, SessionId, UserId};

use super::{MemTx, lock};
use crate::access::Role;
use crate::customers::{Customer, CustomerFilter, CustomerKind, CustomerStats, LeadStats};
use crate::log::{LogEntry, LogPosition};
use crate::party::CustomerRef;
use crate::people::{NewUser, Organization, User};
use crate::phone::PhoneNumber;
use crate::ports::{
    CustomerRepo, EventLog, InvitationRepo, LoginKey, OrganizationRepo, ServiceTokenKey, ServiceTokenRepo,
    SessionRepo, StoreError, TokenHash, UserRepo,
};
use crate::service_tokens::{ServiceToken, ServiceTokenId};
use crate::sessions::{NewSession, Session};

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

    async fn update_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        if let Some(known) = self.tenant.organization.as_mut() {
            known.name.clone_from(&organization.name);
            (known.region, known.timezone) = (organization.region, organization.timezone);
            known.updated_at = organization.updated_at;
        }
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
        let known = self.tenant.users.iter().find(|new| new.user.id == id);
        Ok(known.and_then(|new| new.password_hash.clone()))
    }

    async fn set_password_hash(&mut self, id: UserId, hash: &str) -> Result<(), StoreError> {
        let known = self.tenant.users.iter_mut().filter(|new| new.user.id == id);
        known.for_each(|new| new.password_hash = Some(hash.to_owned()));
        Ok(())
    }

    async fn touch_login(&mut self, id: UserId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let known = self.tenant.users.iter_mut().filter(|new| new.user.id == id);
        known.for_each(|new| new.user.last_login = Some(at));
        Ok(())
    }
}

#[async_trait]
impl InvitationRepo for MemTx {
    async fn put_invitation(&mut self, user: UserId, hash: TokenHash) -> Result<(), StoreError> {
        if self.tenant.users.iter().all(|new| new.user.id != user) {
            return Err(StoreError::Internal("there is no such user".into()));
        }
        self.tenant.invitations.insert(user, hash);
        Ok(())
    }

    async fn take_invitation(&mut self, user: UserId, hash: TokenHash) -> Result<bool, StoreError> {
        let is_theirs = self.tenant.invitations.get(&user) == Some(&hash);
        if is_theirs {
            self.tenant.invitations.remove(&user);
        }
        Ok(is_theirs)
    }

    async fn delete_invited(&mut self, user: UserId) -> Result<bool, StoreError> {
        let before = self.tenant.users.len();
        self.tenant.users.retain(|new| new.user.id != user || new.user.invited_until.is_none());
        let is_gone = self.tenant.users.len() < before;
        if is_gone {
            self.tenant.invitations.remove(&user);
        }
        Ok(is_gone)
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
        found.retain(|c| filter.before.is_none_or(|mark| (c.created_at, c.id) < (mark.at, mark.id)));
        Ok((found.into_iter().skip(offset as usize).take(limit as usize).collect(), total))
    }

    async fn customer_by_phone(&mut self, phone: &PhoneNumber) -> Result<Option<Customer>, StoreError> {
        let owners = self.tenant.customers.iter().filter(|c| c.phone_e164.as_ref() == Some(phone));
        Ok(owners.min_by_key(|c| (c.kind == CustomerKind::Lead, c.created_at, c.id)).cloned())
    }

    async fn customers_by_phones(
        &mut self,
        phones: &[PhoneNumber],
        each: i64,
    ) -> Result<Vec<(PhoneNumber, CustomerRef)>, StoreError> {
        let behind = |phone: &PhoneNumber| {
            let mut customers: Vec<_> =
                self.tenant.customers.iter().filter(|c| c.phone_e164.as_ref() == Some(phone)).collect();
            customers.sort_by_key(|c| (c.kind == CustomerKind::Lead, c.created_at, c.id));
            let named = customers.into_iter().take(each as usize);
            named.map(|c| (phone.clone(), CustomerRef::from(c.clone()))).collect::<Vec<_>>()
        };
        Ok(phones.iter().flat_map(behind).collect())
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

    async fn lead_stats(
        &mut self,
        week: DateTime<Utc>,
        month: DateTime<Utc>,
    ) -> Result<LeadStats, StoreError> {
        let leads: Vec<_> = self.tenant.customers.iter().filter(|c| c.kind == CustomerKind::Lead).collect();
        let count = |rule: &dyn Fn(&Customer) -> bool| leads.iter().filter(|c| rule(c)).count() as i64;
        Ok(LeadStats {
            total_leads: count(&|_| true),
            new_leads: count(&|c| c.status == "new"),
            contacted_leads: count(&|c| c.status == "contacted"),
            qualified_leads: count(&|c| c.status == "qualified"),
            converted_leads: count(&|c| c.status == "converted"),
            lost_leads: count(&|c| c.status == "lost"),
            high_priority: count(&|c| c.priority.as_deref() == Some("high")),
            assigned_leads: count(&|c| c.assigned_to.is_some()),
            new_this_week: count(&|c| c.created_at >= week),
            new_this_month: count(&|c| c.created_at >= month),
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
