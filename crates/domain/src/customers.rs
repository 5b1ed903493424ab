//! Contacts and leads: the people outside. A lead is somebody who may become a contact; both are kept alike.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, Utc};
use switchboard_events::{CustomerId, UserId};

use crate::access::Caller;
use crate::check::{self, Change, Check};
use crate::error::Error;
use crate::paging::Mark;
use crate::people;
use crate::phone::{PhoneNumber, Region};
use crate::ports::{Clock, OrgTx, Store};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CustomerKind {
    /// Somebody the organisation does business with.
    Contact,
    /// Somebody it would like to.
    Lead,
}

impl CustomerKind {
    /// The kind's name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            CustomerKind::Contact => "contact",
            CustomerKind::Lead => "lead",
        }
    }

    /// The states one of this kind can be in; the first is where it starts.
    pub fn statuses(self) -> &'static [&'static str] {
        match self {
            CustomerKind::Contact => &["active", "inactive"],
            CustomerKind::Lead => &["new", "contacted", "qualified", "converted", "lost"],
        }
    }
}

/// How pressing a lead can be; the second is where it starts.
pub const PRIORITIES: [&str; 3] = ["low", "medium", "high"];

/// A contact or a lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    /// Our id.
    pub id: CustomerId,
    /// Contact or lead.
    pub kind: CustomerKind,
    /// First name, perhaps empty.
    pub first_name: String,
    /// Last name, perhaps empty.
    pub last_name: String,
    /// E-mail address in lower case.
    pub email: Option<String>,
    /// Phone number as typed.
    pub phone: Option<String>,
    /// Phone number as compared.
    pub phone_e164: Option<PhoneNumber>,
    /// The company they are with.
    pub company: Option<String>,
    /// One of [`CustomerKind::statuses`].
    pub status: String,
    /// Who looks after them.
    pub assigned_to: Option<UserId>,
    /// What to know about them.
    pub notes: Option<String>,
    /// Where a lead came from.
    pub source: Option<String>,
    /// One of [`PRIORITIES`]; `None` for a contact.
    pub priority: Option<String>,
    /// What a lead may be worth, in the organisation's currency.
    pub value: Option<f64>,
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// When they were last changed.
    pub updated_at: DateTime<Utc>,
}

impl Customer {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

/// What a form says of a contact or lead; fields left out stay as they are (or empty, for a new one).
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of Customer")]
pub struct CustomerForm {
    pub first_name: Change<String>,
    pub last_name: Change<String>,
    pub email: Change<String>,
    pub phone: Change<String>,
    pub company: Change<String>,
    pub status: Change<String>,
    pub assigned_to: Change<String>,
    pub notes: Change<String>,
    pub source: Change<String>,
    pub priority: Change<String>,
    pub value: Change<f64>,
}

/// Which contacts or leads to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerFilter {
    /// Contacts or leads.
    pub kind: CustomerKind,
    /// Only those found by this.
    pub search: Option<Search>,
    /// Only those that come after the one which stood there. How many there are in all does not depend on it.
    pub before: Option<Mark<CustomerId>>,
}

/// Which contacts or leads somebody wants to see.
#[derive(Debug, Clone)]
pub struct CustomerQuery {
    /// Contacts or leads.
    pub kind: CustomerKind,
    /// The start of a name or e-mail address, or a phone number in any format.
    pub search: Option<String>,
    /// Those that come after the one which stood there.
    pub before: Option<Mark<CustomerId>>,
    /// How many, at most.
    pub limit: i64,
    /// How many to pass over.
    pub offset: i64,
}

/// What people type into the search field, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Start of a first name, last name, full name or e-mail address, in lower case.
    pub prefix: String,
    /// The same text read as a phone number.
    pub phone: Option<PhoneNumber>,
}

/// Figures over all contacts.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct CustomerStats {
    pub total_contacts: i64,
    pub active_contacts: i64,
    /// Different companies among the contacts.
    pub total_accounts: i64,
    /// The value of all converted leads.
    pub total_revenue: f64,
}

/// Figures over all leads.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct LeadStats {
    pub total_leads: i64,
    pub new_leads: i64,
    pub contacted_leads: i64,
    pub qualified_leads: i64,
    pub converted_leads: i64,
    pub lost_leads: i64,
    pub high_priority: i64,
    pub assigned_leads: i64,
    pub new_this_week: i64,
    pub new_this_month: i64,
    pub total_value: f64,
}

/// Contacts and leads, for those who keep them.
pub struct Customers {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl Customers {
    /// Over a store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// One page, newest first, and how many there are in all.
    pub async fn list(&self, caller: &Caller, query: &CustomerQuery) -> Result<(Vec<Customer>, i64), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let &CustomerQuery { kind, before, limit, offset, .. } = query;
        let search = match query.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => Some(Search {
                prefix: text.to_lowercase(),
                phone: PhoneNumber::parse(text, region(tx.as_mut()).await?),
            }),
            None => None,
        };
        Ok(tx.customers(&CustomerFilter { kind, search, before }, limit, offset).await?)
    }

    /// One of them.
    pub async fn get(&self, caller: &Caller, kind: CustomerKind, id: CustomerId) -> Result<Customer, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        tx.customer(kind, id).await?.ok_or(Error::NotFound(kind.as_str()))
    }

    /// Adds one. They need a name, an e-mail address, a phone number or a company.
    pub async fn create(
        &self,
        caller: &Caller,
        kind: CustomerKind,
        form: CustomerForm,
    ) -> Result<Customer, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let now = self.clock.now();
        let blank = Customer {
            id: CustomerId::generate(),
            kind,
            first_name: String::new(),
            last_name: String::new(),
            email: None,
            phone: None,
            phone_e164: None,
            company: None,
            status: kind.statuses()[0].to_owned(),
            assigned_to: None,
            notes: None,
            source: None,
            priority: (kind == CustomerKind::Lead).then(|| PRIORITIES[1].to_owned()),
            value: None,
            created_at: now,
            updated_at: now,
        };
        let customer = fill(tx.as_mut(), blank, form).await?;
        tx.insert_customer(&customer).await?;
        tx.commit().await?;
        Ok(customer)
    }

    /// Changes one.
    pub async fn update(
        &self,
        caller: &Caller,
        kind: CustomerKind,
        id: CustomerId,
        form: CustomerForm,
    ) -> Result<Customer, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let before = tx.customer_to_change(kind, id).await?.ok_or(Error::NotFound(kind.as_str()))?;
        let mut customer = fill(tx.as_mut(), before, form).await?;
        customer.updated_at = self.clock.now();
        tx.update_customer(&customer).await?;
        tx.commit().await?;
        Ok(customer)
    }

    /// Removes one. Their calls and messages stay.
    pub async fn delete(&self, caller: &Caller, kind: CustomerKind, id: CustomerId) -> Result<(), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        if !tx.delete_customer(kind, id).await? {
            return Err(Error::NotFound(kind.as_str()));
        }
        Ok(tx.commit().await?)
    }

    /// Figures over all contacts.
    pub async fn contact_stats(&self, caller: &Caller) -> Result<CustomerStats, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        Ok(tx.contact_stats().await?)
    }

    /// Figures over all leads. Weeks and months are those of the organisation's clocks; weeks start on Monday.
    pub async fn lead_stats(&self, caller: &Caller) -> Result<LeadStats, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let zone = people::organization(tx.as_mut()).await?.timezone;
        let today = zone.wall_time(self.clock.now()).date();
        let monday = today - Days::new(today.weekday().num_days_from_monday().into());
        let first = today - Days::new(today.day0().into());
        Ok(tx.lead_stats(zone.beginning_of(monday), zone.beginning_of(first)).await?)
    }
}

/// The contact or lead that somebody named, by one of the two fields; one that is not there breaks a rule.
pub(crate) async fn named(
    tx: &mut dyn OrgTx,
    check: &mut Check,
    contact: Option<CustomerId>,
    lead: Option<CustomerId>,
) -> Result<Option<Customer>, Error> {
    let (kind, id, field) = match (contact, lead) {
        (Some(_), Some(_)) => {
            check.refuse("leadId", "must not be given together with contactId");
            return Ok(None);
        }
        (Some(id), None) => (CustomerKind::Contact, id, "contactId"),
        (None, Some(id)) => (CustomerKind::Lead, id, "leadId"),
        (None, None) => return Ok(None),
    };
    let customer = tx.customer(kind, id).await?;
    if customer.is_none() {
        check.refuse(field, "is not known");
    }
    Ok(customer)
}

async fn region(tx: &mut dyn OrgTx) -> Result<Region, Error> {
    Ok(people::organization(tx).await?.region)
}

/// Writes the form's fields over `customer`, if all of them obey the rules.
async fn fill(tx: &mut dyn OrgTx, mut customer: Customer, form: CustomerForm) -> Result<Customer, Error> {
    let region = region(tx).await?;
    let mut check = Check::default();
    if let Some(text) = form.first_name {
        customer.first_name = check.optional("first_name", text.as_deref(), check::NAME).unwrap_or_default();
    }
    if let Some(text) = form.last_name {
        customer.last_name = check.optional("last_name", text.as_deref(), check::NAME).unwrap_or_default();
    }
    if let Some(text) = form.email {
        customer.email = check.email("email", text.as_deref());
    }
    if let Some(text) = form.phone {
        (customer.phone, customer.phone_e164) = check.phone("phone", text.as_deref(), region).unzip();
    }
    if let Some(text) = form.company {
        customer.company = check.optional("company", text.as_deref(), check::LINE);
    }
    if let Some(text) = form.status {
        let status = check.one_of("status", text.as_deref(), customer.kind.statuses());
        customer.status = status.unwrap_or(customer.kind.statuses()[0]).to_owned();
    }
    if let Some(text) = form.assigned_to {
        customer.assigned_to = match check.optional("assigned_to", text.as_deref(), check::LINE) {
            Some(id) => match id.parse() {
                Ok(id) if tx.user(id).await?.is_some_and(|user| user.invited_until.is_none()) => Some(id),
                _ => {
                    check.refuse("assigned_to", "is not a member of this organization");
                    None
                }
            },
            None => None,
        };
    }
    if let Some(text) = form.notes {
        customer.notes = check.optional("notes", text.as_deref(), check::NOTES);
    }
    if customer.kind == CustomerKind::Lead {
        if let Some(text) = form.source {
            customer.source = check.optional("source", text.as_deref(), check::NAME);
        }
        if let Some(text) = form.priority {
            customer.priority = Some(
                check.one_of("priority", text.as_deref(), &PRIORITIES).unwrap_or(PRIORITIES[1]).to_owned(),
            );
        }
        if let Some(value) = form.value {
            if value.is_some_and(|value| !(0.0..1e12).contains(&value)) {
                check.refuse("value", "must be at least 0 and below 1000000000000");
            }
            customer.value = value;
        }
    }
    check.finish()?;
    if customer.name().is_empty()
        && customer.email.is_none()
        && customer.phone.is_none()
        && customer.company.is_none()
    {
        return Err(Error::invalid(
            "first_name",
            "a name, an e-mail address, a phone number or a company is required",
        ));
    }
    Ok(customer)
}
