use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use serde::Serialize;
use switchboard_domain::Error;
use switchboard_domain::check::Check;
use switchboard_domain::customers::CustomerKind;
use switchboard_domain::events::CustomerId;
use switchboard_domain::paging::Mark;
use switchboard_domain::party::CustomerRef;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::error::ApiError;

const DEFAULT_LIMIT: i64 = 50;
const LARGEST_LIMIT: i64 = 200;

/// A query as it was sent.
pub(super) struct Pairs(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Pairs {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let pairs = Query::from_request_parts(parts, state).await;
        let Query(pairs) = pairs.map_err(|_| ApiError::Malformed("the query cannot be read".to_owned()))?;
        Ok(Self(pairs))
    }
}

impl Pairs {
    /// A parameter; an empty one counts as absent.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// One of these words; another breaks a rule.
    pub(super) fn word<T: Copy>(&self, check: &mut Check, name: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.find(name)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            check.refuse(name, format!("must be one of {}", words.join(", ")));
        }
        found
    }

    /// An id; what is none breaks a rule.
    pub(super) fn id<T: FromStr>(&self, check: &mut Check, name: &str) -> Option<T> {
        let id = self.find(name)?.parse().ok();
        if id.is_none() {
            check.refuse(name, "must be an id");
        }
        id
    }

    /// Where a page of a list begins: what the page before gave.
    pub(super) fn mark<T: FromStr>(&self, check: &mut Check, name: &str) -> Option<Mark<T>> {
        let mark = self.find(name).and_then(read_mark);
        if mark.is_none() && self.find(name).is_some() {
            check.refuse(name, "must be what the page before gave");
        }
        mark
    }

    /// How many of a list.
    pub(super) fn limit(&self, check: &mut Check) -> i64 {
        self.number(check, "limit", DEFAULT_LIMIT, 1..=LARGEST_LIMIT)
    }

    /// A number in a range; what is none, or outside, breaks a rule.
    pub(super) fn number<T: Copy + FromStr + PartialOrd + Display>(
        &self,
        check: &mut Check,
        name: &str,
        default: T,
        range: RangeInclusive<T>,
    ) -> T {
        let Some(text) = self.find(name) else { return default };
        text.parse().ok().filter(|number| range.contains(number)).unwrap_or_else(|| {
            check.refuse(name, format!("must be a number from {} to {}", range.start(), range.end()));
            default
        })
    }
}

/// Which page of a list. Empty values count as absent, unknown parameters are ignored.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Listing {
    /// How many, 1 to 200.
    #[param(required = false, default = 50, minimum = 1, maximum = 200)]
    pub(super) limit: i64,
    /// How many to pass over.
    #[param(required = false, default = 0, minimum = 0)]
    pub(super) offset: i64,
}

impl<S: Send + Sync> FromRequestParts<S> for Listing {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let pairs = Pairs::from_request_parts(parts, state).await?;
        let mut check = Check::default();
        let listing = Self {
            limit: pairs.limit(&mut check),
            offset: pairs.number(&mut check, "offset", 0, 0..=i64::MAX),
        };
        check.finish()?;
        Ok(listing)
    }
}

/// What to look for, in a list that can be searched.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Search {
    /// What to look for.
    pub(super) search: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Search {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let pairs = Pairs::from_request_parts(parts, state).await?;
        let mut check = Check::default();
        let search = check.optional("search", pairs.find("search"), switchboard_domain::check::LINE);
        check.finish()?;
        Ok(Self { search })
    }
}

/// Where a page stands in its list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Pagination {
    total: i64,
    limit: i64,
    offset: i64,
}

impl Listing {
    pub(super) fn pagination(&self, total: i64) -> Pagination {
        Pagination { total, limit: self.limit, offset: self.offset }
    }
}

/// Where a page stands in its list, and where to go on.
#[derive(Serialize, ToSchema)]
pub(super) struct Place {
    pub(super) total: i64,
    pub(super) limit: i64,
    pub(super) offset: i64,
    /// Give this as `before`, and the next page comes as quickly as the first; `null` at the end.
    pub(super) before: Option<String>,
}

impl Place {
    /// `last` is where the page ends.
    pub(super) fn new(listing: &Listing, total: i64, count: usize, last: Option<String>) -> Self {
        let is_full = i64::try_from(count).is_ok_and(|count| count == listing.limit);
        let before = last.filter(|_| is_full);
        Self { total, limit: listing.limit, offset: listing.offset, before }
    }
}

/// Microseconds and id, for nobody to read.
pub(super) fn write_mark(at: DateTime<Utc>, id: impl Display) -> String {
    format!("{}.{id}", at.timestamp_micros())
}

fn read_mark<T: FromStr>(text: &str) -> Option<Mark<T>> {
    let (micros, id) = text.split_once('.')?;
    let at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
    // Before that PostgreSQL knows no time.
    let is_fine = at >= DateTime::UNIX_EPOCH;
    Some(Mark { at, id: id.parse().ok()? }).filter(|_| is_fine)
}

/// With which contact or lead: at most one of the two.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct With {
    /// With this lead.
    #[param(rename = "leadId", value_type = Option<Uuid>)]
    lead: Option<CustomerId>,
    /// With this contact.
    #[param(rename = "contactId", value_type = Option<Uuid>)]
    contact: Option<CustomerId>,
}

impl<S: Send + Sync> FromRequestParts<S> for With {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let pairs = Pairs::from_request_parts(parts, state).await?;
        let mut check = Check::default();
        let with = Self { lead: pairs.id(&mut check, "leadId"), contact: pairs.id(&mut check, "contactId") };
        if with.lead.is_some() && with.contact.is_some() {
            check.refuse("leadId", "must not be given together with contactId");
        }
        check.finish()?;
        Ok(with)
    }
}

impl With {
    pub(super) fn customer(&self) -> Option<(CustomerKind, CustomerId)> {
        let lead = self.lead.map(|id| (CustomerKind::Lead, id));
        lead.or(self.contact.map(|id| (CustomerKind::Contact, id)))
    }
}

/// An id in the path. What is no id names nothing: 404.
pub(super) struct Id<T>(pub(super) T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let nothing = || ApiError::Domain(Error::NotFound("record"));
        let Path(text): Path<String> = Path::from_request_parts(parts, state).await.map_err(|_| nothing())?;
        text.parse().map(Id).map_err(|_| nothing())
    }
}

/// Id and names of the contact or lead that a call or message is with.
pub(super) fn named(customer: Option<CustomerRef>) -> (Option<Uuid>, Option<String>, Option<String>) {
    match customer {
        Some(customer) => (Some(customer.id.into()), Some(customer.first_name), Some(customer.last_name)),
        None => (None, None, None),
    }
}

/// An id in a body. Empty counts as absent; what is none breaks a rule.
pub(super) fn id(check: &mut Check, field: &str, text: Option<&str>) -> Option<Uuid> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    let id = text.parse().ok();
    if id.is_none() {
        check.refuse(field, "must be an id");
    }
    id
}

/// By which an order is known when it comes again.
pub(super) fn idempotency_key(check: &mut Check, headers: &HeaderMap) -> Option<String> {
    let key = headers.get("idempotency-key")?.to_str().ok();
    if key.is_none() {
        check.refuse("Idempotency-Key", "must be visible ASCII characters");
    }
    key.map(str::to_owned)
}

/// A moment, or the beginning of a day in UTC; empty counts as absent, what is none breaks a rule.
pub(super) fn moment(check: &mut Check, field: &str, text: Option<&str>) -> Option<DateTime<Utc>> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    let day = || text.parse().ok().map(|day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc());
    let moment = text.parse().ok().or_else(day);
    // What lies further away than people plan is no moment that could be meant, and PostgreSQL would know no such.
    let moment = moment.filter(|moment| (1970..10_000).contains(&moment.year()));
    if moment.is_none() {
        check.refuse(field, "must be a moment such as 2026-12-24T18:00:00Z");
    }
    moment
}
