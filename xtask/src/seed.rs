//! Fills an empty database with the cast of the demo.

use anyhow::{Context, Result, anyhow};
use chrono::{DateTime, TimeDelta, Utc};
use switchboard_domain::access::{OrgScope, Role};
use switchboard_domain::customers::{Customer, CustomerKind};
use switchboard_domain::events::{CustomerId, OrgId, UserId};
use switchboard_domain::people::{self, NewUser, User};
use switchboard_domain::phone::{PhoneNumber, Region};
use switchboard_domain::ports::Store;

use crate::cast::{COMPANIES, Company};
use crate::demo::{Login, Organization, PASSWORD};
use crate::secrets::token;

/// Seeds every company, each in one transaction, and tells how to use it.
pub async fn seed(store: &dyn Store, password_hash: &str, now: DateTime<Utc>) -> Result<Vec<Organization>> {
    let mut organizations = Vec::new();
    for company in &COMPANIES {
        let organization = plant(store, company, password_hash, now).await;
        organizations.push(organization.with_context(|| format!("could not seed {}", company.name))?);
    }
    Ok(organizations)
}

async fn plant(
    store: &dyn Store,
    company: &Company,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<Organization> {
    let id = OrgId::generate();
    #[expect(clippy::disallowed_methods, reason = "the organisation is made here")]
    let scope = OrgScope::trusted(id);
    let users = users(company, id, now);
    let mut tx = store.begin(scope).await?;
    tx.insert_organization(&organization(company, id, now)).await?;
    for user in &users {
        let user = NewUser { user: user.clone(), password_hash: Some(password_hash.to_owned()) };
        tx.insert_user(&user).await?;
    }
    let agents: Vec<UserId> =
        users.iter().filter(|user| user.role == Role::User).map(|user| user.id).collect();
    for customer in customers(company, &agents, now)? {
        tx.insert_customer(&customer).await?;
    }
    tx.commit().await?;
    Ok(Organization {
        id,
        slug: company.slug.to_owned(),
        account_sid: format!("AC{}", token()),
        auth_token: token(),
        api_key_sid: format!("SK{}", token()),
        api_key_secret: token(),
        phone_number: number(company.number)?.to_string(),
        users: users.into_iter().map(login).collect(),
    })
}

fn organization(company: &Company, id: OrgId, now: DateTime<Utc>) -> people::Organization {
    people::Organization {
        id,
        name: company.name.to_owned(),
        slug: company.slug.to_owned(),
        domain: Some(domain(company)),
        settings: serde_json::json!({}),
        region: Region::default(),
        timezone: "America/Toronto".parse().expect("a time zone"),
        is_active: true,
        created_at: now,
        updated_at: now,
    }
}

/// In the order in which they came, a minute apart.
fn users(company: &Company, org: OrgId, now: DateTime<Utc>) -> Vec<User> {
    let first = [Role::Admin, Role::Manager, Role::Viewer];
    let roles = first.into_iter().chain(std::iter::repeat(Role::User));
    let people = company.people.into_iter().zip(roles).zip((0..).map(TimeDelta::minutes));
    let users = people.map(|((name, role), later)| {
        let (first_name, last_name) = split(name);
        let at = now - TimeDelta::days(30) + later;
        User {
            id: UserId::generate(),
            org,
            email: format!("{}@{}", name.to_lowercase().replace(' ', "."), domain(company)),
            first_name,
            last_name,
            role,
            timezone: "America/Toronto".to_owned(),
            email_verified: true,
            is_active: true,
            invited_until: None,
            last_login: None,
            created_at: at,
            updated_at: at,
        }
    });
    users.collect()
}

/// Contacts from the last weeks, leads from the last days; every other one has an agent who looks after them.
fn customers(company: &Company, agents: &[UserId], now: DateTime<Utc>) -> Result<Vec<Customer>> {
    let mut customers = Vec::new();
    for (at, (name, company, phone)) in company.contacts.into_iter().enumerate() {
        let days = TimeDelta::days(14 + i64::try_from(at)?);
        let contact = customer(CustomerKind::Contact, name, phone, now - days)?;
        customers.push(Customer { company: Some(company.to_owned()), ..contact });
    }
    for (at, (name, phone, source, status, priority, value)) in company.leads.into_iter().enumerate() {
        let days = TimeDelta::days(i64::try_from(at)?);
        let lead = customer(CustomerKind::Lead, name, phone, now - days)?;
        customers.push(Customer {
            source: Some(source.to_owned()),
            status: status.to_owned(),
            priority: Some(priority.to_owned()),
            value: Some(value),
            ..lead
        });
    }
    for (customer, agent) in customers.iter_mut().step_by(2).zip(agents) {
        customer.assigned_to = Some(*agent);
    }
    Ok(customers)
}

fn customer(kind: CustomerKind, name: &str, phone: &str, at: DateTime<Utc>) -> Result<Customer> {
    let (first_name, last_name) = split(name);
    Ok(Customer {
        id: CustomerId::generate(),
        kind,
        email: Some(format!("{}@customer.example", name.to_lowercase().replace(' ', "."))),
        first_name,
        last_name,
        phone: Some(phone.to_owned()),
        phone_e164: Some(number(phone)?),
        company: None,
        status: kind.statuses()[0].to_owned(),
        assigned_to: None,
        notes: None,
        source: None,
        priority: None,
        value: None,
        created_at: at,
        updated_at: at,
    })
}

fn login(user: User) -> Login {
    Login { email: user.email, password: PASSWORD.to_owned(), role: user.role.to_string() }
}

fn domain(company: &Company) -> String {
    format!("{}.example", company.slug)
}

fn number(text: &str) -> Result<PhoneNumber> {
    PhoneNumber::parse(text, Region::default()).ok_or_else(|| anyhow!("could not read the number {text}"))
}

fn split(name: &str) -> (String, String) {
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    (first.to_owned(), last.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use switchboard_domain::testing::MemStore;
    use switchboard_domain::testing::fixtures::noon;

    use super::*;

    async fn seeded() -> (MemStore, Vec<Organization>) {
        let store = MemStore::default();
        let organizations = seed(&store, "hash", noon()).await.expect("seed");
        (store, organizations)
    }

    #[expect(clippy::disallowed_methods, reason = "the organisation was seeded here")]
    fn scope(organization: &Organization) -> OrgScope {
        OrgScope::trusted(organization.id)
    }

    #[tokio::test]
    async fn each_organisation_has_an_admin_a_manager_a_viewer_and_twenty_agents() {
        let (store, organizations) = seeded().await;
        assert_eq!(organizations.len(), 2);
        for organization in &organizations {
            let roles: Vec<_> = organization.users.iter().map(|user| user.role.as_str()).collect();
            assert_eq!(roles[..3], ["admin", "manager", "viewer"]);
            assert_eq!(roles[3..], ["user"; 20]);
            let mut tx = store.begin(scope(organization)).await.expect("begin");
            let stored = tx.users().await.expect("users");
            assert!(
                stored.iter().map(|user| &user.email).eq(organization.users.iter().map(|user| &user.email))
            );
            assert!(stored.iter().all(|user| user.is_active));
        }
    }

    #[tokio::test]
    async fn accounts_differ_and_look_like_twilios() {
        let (_, organizations) = seeded().await;
        let accounts: HashSet<_> =
            organizations.iter().map(|organization| &organization.account_sid).collect();
        assert_eq!(accounts.len(), 2);
        for organization in &organizations {
            assert!(organization.account_sid.starts_with("AC") && organization.account_sid.len() == 34);
            assert_eq!(organization.auth_token.len(), 32);
            assert!(organization.api_key_sid.starts_with("SK") && organization.api_key_sid.len() == 34);
            assert_eq!(organization.api_key_secret.len(), 32);
        }
    }

    #[tokio::test]
    async fn one_person_is_a_contact_here_and_a_lead_there() {
        let (store, organizations) = seeded().await;
        let shared = PhoneNumber::from_e164("+16475550100");
        let mut kinds = Vec::new();
        for organization in &organizations {
            let mut tx = store.begin(scope(organization)).await.expect("begin");
            let customer = tx.customer_by_phone(&shared).await.expect("look up").expect("known");
            kinds.push(customer.kind);
        }
        assert_eq!(kinds, [CustomerKind::Contact, CustomerKind::Lead]);
    }

    #[test]
    fn states_and_priorities_are_ones_that_a_lead_can_have() {
        for (_, _, _, status, priority, _) in COMPANIES.iter().flat_map(|company| company.leads) {
            assert!(CustomerKind::Lead.statuses().contains(&status), "{status}");
            assert!(switchboard_domain::customers::PRIORITIES.contains(&priority), "{priority}");
        }
    }
}
