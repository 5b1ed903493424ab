//! Contacts and leads: the same routes over the same records, each under its own name.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use switchboard_domain::check::{Change, Check};
use switchboard_domain::customers::{Customer, CustomerForm, CustomerKind, CustomerQuery, LeadStats};
use switchboard_domain::events::CustomerId;
use switchboard_domain::paging::Mark;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::auth::Message;
use super::body::{Body, present};
use super::caller::{Agent, Viewer};
use super::people::timestamp;
use super::query::{Id, Listing, Pairs, Place, Search, write_mark};
use crate::Server;
use crate::error::{ApiError, ErrorBody};

/// What a client says of a contact or lead. A field left out stays as it is, null or an empty text clears it.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = customer::Form)]
struct Form {
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    first_name: Change<String>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    last_name: Change<String>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    email: Change<String>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    phone: Change<String>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    company: Change<String>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    status: Change<String>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    assigned_to: Change<String>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    notes: Change<String>,
    /// Of a lead.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    source: Change<String>,
    /// Of a lead: `low`, `medium` or `high`.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    priority: Change<String>,
    /// Of a lead.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<f64>)]
    value: Change<f64>,
}

impl From<Form> for CustomerForm {
    fn from(form: Form) -> Self {
        Self {
            first_name: form.first_name,
            last_name: form.last_name,
            email: form.email,
            phone: form.phone,
            company: form.company,
            status: form.status,
            assigned_to: form.assigned_to,
            notes: form.notes,
            source: form.source,
            priority: form.priority,
            value: form.value,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct CustomerBody {
    id: Uuid,
    first_name: String,
    last_name: String,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    phone_e164: Option<String>,
    company: Option<String>,
    status: String,
    assigned_to: Option<Uuid>,
    notes: Option<String>,
    #[serde(flatten)]
    lead: Option<LeadPart>,
    created_at: String,
    updated_at: String,
}

/// What a lead has and a contact has not.
#[derive(Serialize, ToSchema)]
struct LeadPart {
    source: Option<String>,
    priority: Option<String>,
    value: Option<f64>,
}

impl From<Customer> for CustomerBody {
    fn from(customer: Customer) -> Self {
        let is_lead = customer.kind == CustomerKind::Lead;
        Self {
            id: customer.id.into(),
            name: customer.name(),
            phone_e164: customer.phone_e164.map(|phone| phone.to_string()),
            assigned_to: customer.assigned_to.map(Uuid::from),
            lead: is_lead.then_some(LeadPart {
                source: customer.source,
                priority: customer.priority,
                value: customer.value,
            }),
            created_at: timestamp(customer.created_at),
            updated_at: timestamp(customer.updated_at),
            first_name: customer.first_name,
            last_name: customer.last_name,
            email: customer.email,
            phone: customer.phone,
            company: customer.company,
            status: customer.status,
            notes: customer.notes,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct ContactStatsBody {
    total_contacts: String,
    active_contacts: String,
    total_accounts: String,
    total_revenue: f64,
}

#[derive(Serialize, ToSchema)]
struct LeadStatsBody {
    total_leads: String,
    new_leads: String,
    contacted_leads: String,
    qualified_leads: String,
    converted_leads: String,
    lost_leads: String,
    high_priority: String,
    assigned_leads: String,
    new_this_week: String,
    new_this_month: String,
    total_value: f64,
    average_value: f64,
    /// Converted leads in a hundred.
    conversion_rate: f64,
}

impl From<LeadStats> for LeadStatsBody {
    fn from(stats: LeadStats) -> Self {
        let leads = stats.total_leads.max(1) as f64;
        Self {
            total_leads: stats.total_leads.to_string(),
            new_leads: stats.new_leads.to_string(),
            contacted_leads: stats.contacted_leads.to_string(),
            qualified_leads: stats.qualified_leads.to_string(),
            converted_leads: stats.converted_leads.to_string(),
            lost_leads: stats.lost_leads.to_string(),
            high_priority: stats.high_priority.to_string(),
            assigned_leads: stats.assigned_leads.to_string(),
            new_this_week: stats.new_this_week.to_string(),
            new_this_month: stats.new_this_month.to_string(),
            total_value: stats.total_value,
            average_value: stats.total_value / leads,
            conversion_rate: 100.0 * stats.converted_leads as f64 / leads,
        }
    }
}

/// Which of them to show.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// What the page before gave as `before`.
    #[param(value_type = Option<String>)]
    before: Option<Mark<CustomerId>>,
}

impl<S: Send + Sync> FromRequestParts<S> for Filter {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let pairs = Pairs::from_request_parts(parts, state).await?;
        let mut check = Check::default();
        let before = pairs.mark(&mut check, "before");
        check.finish()?;
        Ok(Self { before })
    }
}

/// The five routes of one kind. utoipa describes functions, so each kind needs its own.
macro_rules! kind {
    ($module:ident, $kind:expr, $tag:literal, $one:ident, $many:ident, $stats:ty, $figures:expr) => {
        mod $module {
            use super::*;

            #[derive(Serialize, ToSchema)]
            #[schema(as = $module::One)]
            struct One {
                $one: CustomerBody,
            }

            #[derive(Serialize, ToSchema)]
            #[schema(as = $module::Page)]
            struct Page {
                $many: Vec<CustomerBody>,
                pagination: Place,
            }

            #[derive(Serialize, ToSchema)]
            #[schema(as = $module::Stats)]
            struct Stats {
                stats: $stats,
            }

            pub(super) fn routes() -> OpenApiRouter<Server> {
                OpenApiRouter::new()
                    .routes(routes!(list, create))
                    .routes(routes!(stats))
                    .routes(routes!(get, replace, update, delete))
            }

            /// One page, newest first. A search finds by the start of a name or e-mail address, or by a phone number in any format.
            #[utoipa::path(get, path = "", tag = $tag, params(Search, Filter, Listing), security(("bearer" = ["viewer"])),
                responses((status = OK, body = Page), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
            async fn list(
                State(server): State<Server>,
                Viewer(caller): Viewer,
                Search { search }: Search,
                Filter { before }: Filter,
                listing: Listing,
            ) -> Result<Json<Page>, ApiError> {
                let (limit, offset) = (listing.limit, listing.offset);
                let query = CustomerQuery { kind: $kind, search, before, limit, offset };
                let (page, total) = server.customers.list(&caller, &query).await?;
                let last = page.last().map(|last| write_mark(last.created_at, last.id));
                let pagination = Place::new(&listing, total, page.len(), last);
                let $many = page.into_iter().map(CustomerBody::from).collect();
                Ok(Json(Page { $many, pagination }))
            }

            /// Adds one.
            #[utoipa::path(post, path = "", request_body = Form, tag = $tag, security(("bearer" = ["user"])),
                responses((status = CREATED, body = One), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
            async fn create(
                State(server): State<Server>,
                Agent(caller): Agent,
                Body(form): Body<Form>,
            ) -> Result<(StatusCode, Json<One>), ApiError> {
                let $one = server.customers.create(&caller, $kind, form.into()).await?.into();
                Ok((StatusCode::CREATED, Json(One { $one })))
            }

            /// One of them.
            #[utoipa::path(get, path = "/{id}", tag = $tag, params(("id" = Uuid, Path)), security(("bearer" = ["viewer"])),
                responses((status = OK, body = One), (status = NOT_FOUND, body = ErrorBody)))]
            async fn get(
                State(server): State<Server>,
                Viewer(caller): Viewer,
                Id(id): Id<CustomerId>,
            ) -> Result<Json<One>, ApiError> {
                let $one = server.customers.get(&caller, $kind, id).await?.into();
                Ok(Json(One { $one }))
            }

            /// Changes the fields that are named; the others stay. The same as PATCH.
            #[utoipa::path(put, path = "/{id}", request_body = Form, tag = $tag, params(("id" = Uuid, Path)), security(("bearer" = ["user"])),
                responses((status = OK, body = One), (status = NOT_FOUND, body = ErrorBody), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
            async fn replace(
                state: State<Server>,
                agent: Agent,
                id: Id<CustomerId>,
                form: Body<Form>,
            ) -> Result<Json<One>, ApiError> {
                update(state, agent, id, form).await
            }

            /// Changes the fields that are named; the others stay.
            #[utoipa::path(patch, path = "/{id}", request_body = Form, tag = $tag, params(("id" = Uuid, Path)), security(("bearer" = ["user"])),
                responses((status = OK, body = One), (status = NOT_FOUND, body = ErrorBody), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
            async fn update(
                State(server): State<Server>,
                Agent(caller): Agent,
                Id(id): Id<CustomerId>,
                Body(form): Body<Form>,
            ) -> Result<Json<One>, ApiError> {
                let $one = server.customers.update(&caller, $kind, id, form.into()).await?.into();
                Ok(Json(One { $one }))
            }

            /// Removes one; calls and messages stay.
            #[utoipa::path(delete, path = "/{id}", tag = $tag, params(("id" = Uuid, Path)), security(("bearer" = ["user"])),
                responses((status = OK, body = Message), (status = NOT_FOUND, body = ErrorBody)))]
            async fn delete(
                State(server): State<Server>,
                Agent(caller): Agent,
                Id(id): Id<CustomerId>,
            ) -> Result<Json<Message>, ApiError> {
                server.customers.delete(&caller, $kind, id).await?;
                Ok(Json(Message { message: "Deleted" }))
            }

            /// Figures over all of them.
            #[utoipa::path(get, path = "/stats", tag = $tag, security(("bearer" = ["viewer"])), responses((status = OK, body = Stats)))]
            async fn stats(State(server): State<Server>, Viewer(caller): Viewer) -> Result<Json<Stats>, ApiError> {
                Ok(Json(Stats { stats: $figures(&server, &caller).await? }))
            }
        }
    };
}

kind!(contact, CustomerKind::Contact, "contacts", contact, contacts, ContactStatsBody, contact_figures);
kind!(lead, CustomerKind::Lead, "leads", lead, leads, LeadStatsBody, lead_figures);

pub(super) fn contacts() -> OpenApiRouter<Server> {
    contact::routes()
}

pub(super) fn leads() -> OpenApiRouter<Server> {
    lead::routes()
}

async fn contact_figures(
    server: &Server,
    caller: &switchboard_domain::access::Caller,
) -> Result<ContactStatsBody, ApiError> {
    let stats = server.customers.contact_stats(caller).await?;
    Ok(ContactStatsBody {
        total_contacts: stats.total_contacts.to_string(),
        active_contacts: stats.active_contacts.to_string(),
        total_accounts: stats.total_accounts.to_string(),
        total_revenue: stats.total_revenue,
    })
}

async fn lead_figures(
    server: &Server,
    caller: &switchboard_domain::access::Caller,
) -> Result<LeadStatsBody, ApiError> {
    Ok(server.customers.lead_stats(caller).await?.into())
}
