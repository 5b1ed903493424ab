use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::customers::{
    Customer, CustomerFilter, CustomerKind, CustomerStats, LeadStats, Search,
};
use switchboard_domain::events::{CustomerId, UserId};
use switchboard_domain::party::CustomerRef;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{CustomerRepo, StoreError};
use uuid::Uuid;

use crate::error::store_error;
use crate::paging::start_of;
use crate::search::end_of;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    first_name: String,
    last_name: String,
    email: Option<String>,
    phone: Option<String>,
    phone_e164: Option<String>,
    company: Option<String>,
    status: String,
    assigned_to: Option<Uuid>,
    notes: Option<String>,
    source: Option<String>,
    priority: Option<String>,
    value: Option<f64>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for Customer {
    fn from(row: Row) -> Self {
        Self {
            id: CustomerId::from(row.id),
            kind: kind(&row.kind),
            first_name: row.first_name,
            last_name: row.last_name,
            email: row.email,
            phone: row.phone,
            phone_e164: row.phone_e164.map(PhoneNumber::from_e164),
            company: row.company,
            status: row.status,
            assigned_to: row.assigned_to.map(UserId::from),
            notes: row.notes,
            source: row.source,
            priority: row.priority,
            value: row.value,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A kind as the database names it.
fn kind(name: &str) -> CustomerKind {
    match name {
        "contact" => CustomerKind::Contact,
        "lead" => CustomerKind::Lead,
        other => unreachable!("a check constraint knows the kinds, and {other} is none"),
    }
}

/// The customer that a call or message is joined with, if there is one.
pub(crate) fn customer_ref(
    id: Option<Uuid>,
    of_kind: Option<String>,
    names: (Option<String>, Option<String>),
) -> Option<CustomerRef> {
    let (first_name, last_name) = names;
    Some(CustomerRef {
        id: CustomerId::from(id?),
        kind: kind(&of_kind?),
        first_name: first_name?,
        last_name: last_name?,
    })
}

macro_rules! select_customers {
    ($rest:expr) => {
        concat!(
            "select id, kind, first_name, last_name, email, phone, phone_e164, company, status, assigned_to, notes,
                 source, priority, value, created_at, updated_at
             from tenant.customers ",
            $rest
        )
    };
}

/// Each branch is served by an index: under row security only leakproof operators reach one.
macro_rules! found_by {
    ($rest:literal) => {
        concat!(
            "where kind = $1 and (
                 (name_key ~>=~ $2 and name_key ~<~ $3)
                 or (last_key ~>=~ $2 and last_key ~<~ $3)
                 or (email ~>=~ $2 and email ~<~ $3)
                 or phone_e164 = $4
             ) ",
            $rest
        )
    };
}

/// A page of one kind, $1; $2 and $3 where to go on, $4 limit, $5 offset.
pub(crate) const PAGE: &str = select_customers!(
    "where kind = $1 and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4 offset $5"
);
/// A page of those that are found; $5 and $6 where to go on, $7 limit, $8 offset. They are found first: a plan for any search would
/// else walk through everybody.
pub(crate) const FOUND: &str = concat!(
    "select * from (",
    select_customers!(found_by!("offset 0")),
    ") found where (created_at, id) < ($5, $6) order by created_at desc, id desc limit $7 offset $8"
);
/// Everybody whose number one of these is, in their order.
pub(crate) const BY_PHONES: &str = "select b.phone_e164, b.id, b.kind, b.first_name, b.last_name
     from unnest($1::text[]) with ordinality as wanted (phone, place)
     cross join lateral (
         select p.phone_e164, p.id, p.kind, p.first_name, p.last_name, p.created_at from tenant.customers p
         where p.phone_e164 = wanted.phone order by p.kind, p.created_at, p.id limit $2
     ) b
     order by wanted.place, b.kind, b.created_at, b.id";

impl PgTx {
    async fn one_customer(
        &mut self,
        select: &'static str,
        kind: CustomerKind,
        id: CustomerId,
    ) -> Result<Option<Customer>, StoreError> {
        let row: Option<Row> = sqlx::query_as(select)
            .bind(Uuid::from(id))
            .bind(kind.as_str())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(row.map(Customer::from))
    }
}

#[async_trait]
impl CustomerRepo for PgTx {
    async fn customer(&mut self, kind: CustomerKind, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        self.one_customer(select_customers!("where id = $1 and kind = $2"), kind, id).await
    }

    async fn customer_to_change(
        &mut self,
        kind: CustomerKind,
        id: CustomerId,
    ) -> Result<Option<Customer>, StoreError> {
        self.one_customer(select_customers!("where id = $1 and kind = $2 for update"), kind, id).await
    }

    async fn customers(
        &mut self,
        CustomerFilter { kind, search, before }: &CustomerFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<Customer>, i64), StoreError> {
        let (at, id) = start_of(*before);
        let (rows, total): (Vec<Row>, i64) = match search {
            None => {
                let page = sqlx::query_as(PAGE).bind(kind.as_str()).bind(at).bind(id);
                let count = sqlx::query_scalar(
                    "select coalesce((select total from tenant.counts where what = $1 || 's'), 0)",
                );
                let count = count.bind(kind.as_str());
                (
                    page.bind(limit).bind(offset).fetch_all(&mut *self.tx).await.map_err(store_error)?,
                    count.fetch_one(&mut *self.tx).await.map_err(store_error)?,
                )
            }
            Some(Search { prefix, phone }) => {
                let (end, phone) = (end_of(prefix), phone.as_ref().map(PhoneNumber::as_str));
                let page = sqlx::query_as(FOUND).bind(kind.as_str()).bind(prefix).bind(&end).bind(phone);
                let page = page.bind(at).bind(id);
                let count =
                    sqlx::query_scalar(concat!("select count(*) from tenant.customers ", found_by!("")));
                let count = count.bind(kind.as_str()).bind(prefix).bind(&end).bind(phone);
                (
                    page.bind(limit).bind(offset).fetch_all(&mut *self.tx).await.map_err(store_error)?,
                    count.fetch_one(&mut *self.tx).await.map_err(store_error)?,
                )
            }
        };
        Ok((rows.into_iter().map(Customer::from).collect(), total))
    }

    async fn customer_by_phone(&mut self, phone: &PhoneNumber) -> Result<Option<Customer>, StoreError> {
        // 'contact' sorts before 'lead'.
        let row: Option<Row> = sqlx::query_as(select_customers!(
            "where phone_e164 = $1 order by kind, created_at, id limit 1 for key share"
        ))
        .bind(phone.as_str())
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(row.map(Customer::from))
    }

    async fn customers_by_phones(
        &mut self,
        phones: &[PhoneNumber],
        each: i64,
    ) -> Result<Vec<(PhoneNumber, CustomerRef)>, StoreError> {
        let rows: Vec<(String, Uuid, String, String, String)> = sqlx::query_as(BY_PHONES)
            .bind(phones.iter().map(PhoneNumber::as_str).collect::<Vec<_>>())
            .bind(each)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        let named = |(phone, id, of_kind, first_name, last_name): (String, Uuid, String, String, String)| {
            let id = CustomerId::from(id);
            (PhoneNumber::from_e164(phone), CustomerRef { kind: kind(&of_kind), id, first_name, last_name })
        };
        Ok(rows.into_iter().map(named).collect())
    }

    async fn insert_customer(&mut self, customer: &Customer) -> Result<(), StoreError> {
        let insert = "insert into tenant.customers
                 (id, kind, first_name, last_name, email, phone, phone_e164, company, status, assigned_to, notes,
                  source, priority, value, name_key, last_key, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
        write(sqlx::query(insert), customer)
            .bind(customer.created_at)
            .bind(customer.updated_at)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn update_customer(&mut self, customer: &Customer) -> Result<(), StoreError> {
        let update = "update tenant.customers
             set first_name = $3, last_name = $4, email = $5, phone = $6, phone_e164 = $7, company = $8, status = $9,
                 assigned_to = $10, notes = $11, source = $12, priority = $13, value = $14, name_key = $15,
                 last_key = $16, updated_at = $17
             where id = $1 and kind = $2";
        write(sqlx::query(update), customer)
            .bind(customer.updated_at)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn delete_customer(&mut self, kind: CustomerKind, id: CustomerId) -> Result<bool, StoreError> {
        let done = sqlx::query("delete from tenant.customers where id = $1 and kind = $2")
            .bind(Uuid::from(id))
            .bind(kind.as_str())
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn contact_stats(&mut self) -> Result<CustomerStats, StoreError> {
        let (total_contacts, active_contacts, total_accounts, total_revenue) = sqlx::query_as(
            "select
                 count(*) filter (where kind = 'contact'),
                 count(*) filter (where kind = 'contact' and status = 'active'),
                 count(distinct lower(company)) filter (where kind = 'contact'),
                 coalesce(sum(value) filter (where kind = 'lead' and status = 'converted'), 0)
             from tenant.customers",
        )
        .fetch_one(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(CustomerStats { total_contacts, active_contacts, total_accounts, total_revenue })
    }

    async fn lead_stats(
        &mut self,
        week: DateTime<Utc>,
        month: DateTime<Utc>,
    ) -> Result<LeadStats, StoreError> {
        let stats: LeadRow = sqlx::query_as(
            "select
                 count(*) as total_leads,
                 count(*) filter (where status = 'new') as new_leads,
                 count(*) filter (where status = 'contacted') as contacted_leads,
                 count(*) filter (where status = 'qualified') as qualified_leads,
                 count(*) filter (where status = 'converted') as converted_leads,
                 count(*) filter (where status = 'lost') as lost_leads,
                 count(*) filter (where priority = 'high') as high_priority,
                 count(assigned_to) as assigned_leads,
                 count(*) filter (where created_at >= $1) as new_this_week,
                 count(*) filter (where created_at >= $2) as new_this_month,
                 coalesce(sum(value), 0) as total_value
             from tenant.customers where kind = 'lead'",
        )
        .bind(week)
        .bind(month)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(LeadStats {
            total_leads: stats.total_leads,
            new_leads: stats.new_leads,
            contacted_leads: stats.contacted_leads,
            qualified_leads: stats.qualified_leads,
            converted_leads: stats.converted_leads,
            lost_leads: stats.lost_leads,
            high_priority: stats.high_priority,
            assigned_leads: stats.assigned_leads,
            new_this_week: stats.new_this_week,
            new_this_month: stats.new_this_month,
            total_value: stats.total_value,
        })
    }
}

#[derive(sqlx::FromRow)]
struct LeadRow {
    total_leads: i64,
    new_leads: i64,
    contacted_leads: i64,
    qualified_leads: i64,
    converted_leads: i64,
    lost_leads: i64,
    high_priority: i64,
    assigned_leads: i64,
    new_this_week: i64,
    new_this_month: i64,
    total_value: f64,
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// Binds $1 to $16: everything but the moments.
fn write<'q>(query: Query<'q>, customer: &'q Customer) -> Query<'q> {
    query
        .bind(Uuid::from(customer.id))
        .bind(customer.kind.as_str())
        .bind(&customer.first_name)
        .bind(&customer.last_name)
        .bind(&customer.email)
        .bind(&customer.phone)
        .bind(customer.phone_e164.as_ref().map(PhoneNumber::as_str))
        .bind(&customer.company)
        .bind(&customer.status)
        .bind(customer.assigned_to.map(Uuid::from))
        .bind(&customer.notes)
        .bind(&customer.source)
        .bind(&customer.priority)
        .bind(customer.value)
        .bind(customer.name().to_lowercase())
        .bind(customer.last_name.to_lowercase())
}
