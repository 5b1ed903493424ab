use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::Json;
use switchboard_domain::calls::{Call, CallFilter, CallState, Direction, Leg};
use switchboard_domain::error::Person;
use switchboard_domain::events::{CallId, UserId};
use switchboard_domain::offers::RingingCall;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{CallRepo, CallStatus, Price, StoreError};
use switchboard_domain::search::Search;
use uuid::Uuid;

use crate::customers::customer_ref;
use crate::error::store_error;
use crate::legs::LegRow;
use crate::paging::start_of;
use crate::search::bounds_of;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    direction: String,
    call_sid: Option<String>,
    from_number: String,
    to_number: String,
    customer_id: Option<Uuid>,
    customer_kind: Option<String>,
    customer_first_name: Option<String>,
    customer_last_name: Option<String>,
    state: String,
    agent_id: Option<Uuid>,
    agent_name: Option<String>,
    handed_over_by: Option<Uuid>,
    meant_for: Option<Uuid>,
    phone: Option<String>,
    round: i32,
    legs: Json<Vec<LegRow>>,
    lease_until: Option<DateTime<Utc>>,
    is_on_hold: bool,
    status: String,
    started_at: DateTime<Utc>,
    answered_at: Option<DateTime<Utc>>,
    talking_since: Option<DateTime<Utc>>,
    talked_ms: i64,
    ended_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
    duration_seconds: Option<i32>,
    price: Option<String>,
    price_unit: Option<String>,
    outcome: Option<String>,
    notes: Option<String>,
    awaits_recording: bool,
    due_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Call {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let agent = row.agent_id.zip(row.agent_name);
        let price = row.price.zip(row.price_unit);
        let legs: Option<Vec<Leg>> = row.legs.0.into_iter().map(LegRow::into_leg).collect();
        let unknown = || StoreError::Internal("a call holds a word that is not known here".into());
        Ok(Self {
            id: CallId::from(row.id),
            version: row.version,
            direction: Direction::parse(&row.direction).ok_or_else(unknown)?,
            sid: row.call_sid,
            from: row.from_number,
            to: row.to_number,
            customer: customer_ref(
                row.customer_id,
                row.customer_kind,
                (row.customer_first_name, row.customer_last_name),
            ),
            state: CallState::parse(&row.state).ok_or_else(unknown)?,
            agent: agent.map(|(id, name)| Person { id: UserId::from(id), name }),
            handed_over_by: row.handed_over_by.map(UserId::from),
            meant_for: row.meant_for.map(UserId::from),
            phone: row.phone.map(PhoneNumber::from_e164),
            round: row.round.unsigned_abs(),
            legs: legs.ok_or_else(unknown)?,
            lease_until: row.lease_until,
            is_on_hold: row.is_on_hold,
            status: CallStatus::parse(&row.status),
            started_at: row.started_at,
            answered_at: row.answered_at,
            talking_since: row.talking_since,
            talked: TimeDelta::milliseconds(row.talked_ms),
            ended_at: row.ended_at,
            updated_at: row.updated_at,
            duration_seconds: row.duration_seconds.map(i32::unsigned_abs),
            price: price.and_then(|(amount, unit)| Price::new(&amount, &unit)),
            outcome: row.outcome,
            notes: row.notes,
            awaits_recording: row.awaits_recording,
            due_at: row.due_at,
        })
    }
}

/// What is joined, is so one by one for the page alone: a plan for any page would else read all customers.
macro_rules! select_calls {
    ($rest:literal) => {
        concat!(
            "select c.id, c.version, c.direction, c.call_sid, c.from_number, c.to_number, c.state, c.agent_id,
                 c.meant_for, c.phone, c.round, c.legs, c.lease_until, c.is_on_hold, c.status, c.started_at,
                 c.answered_at, c.ended_at, c.updated_at, c.duration_seconds, c.outcome, c.notes,
                 c.awaits_recording, c.due_at, c.handed_over_by, c.talking_since, c.talked_ms,
                 c.price::text as price, c.price_unit,
                 p.id as customer_id, p.kind as customer_kind,
                 p.first_name as customer_first_name, p.last_name as customer_last_name,
                 trim(u.first_name || ' ' || u.last_name) as agent_name
             from tenant.calls c
             left join lateral (
                 select b.id, b.kind, b.first_name, b.last_name from tenant.customers b where b.id = c.customer_id limit 1
             ) p on true
             left join lateral (
                 select a.first_name, a.last_name from tenant.users a where a.id = c.agent_id limit 1
             ) u on true ",
            $rest
        )
    };
}

/// One page, for each way in which an index leads to it: $1 and $6 a customer and its kind, $2 direction, $3 state, $4 limit,
/// $5 offset, $7 and $8 where to go on.
pub(crate) const OF_CUSTOMER: &str = select_calls!(
    "where c.customer_id = $1 and p.kind = $6 and ($2::text is null or c.direction = $2) and ($3::text is null or c.state = $3)
         and (c.started_at, c.id) < ($7, $8)
     order by c.started_at desc, c.id desc limit $4 offset $5"
);
/// Of those that are not over; that they are few, a plan for any state must be told.
pub(crate) const IN_STATE: &str = select_calls!(
    "where $1::uuid is null and $6::text is null and ($2::text is null or c.direction = $2) and c.state = $3
         and c.state in ('dialing', 'ringing', 'claimed', 'connected', 'forwarded', 'voicemail')
         and (c.started_at, c.id) < ($7, $8)
     order by c.started_at desc, c.id desc limit $4 offset $5"
);
pub(crate) const IN_DIRECTION: &str = select_calls!(
    "where $1::uuid is null and $6::text is null and c.direction = $2 and ($3::text is null or c.state = $3)
         and (c.started_at, c.id) < ($7, $8)
     order by c.started_at desc, c.id desc limit $4 offset $5"
);
pub(crate) const ALL: &str = select_calls!(
    "where $1::uuid is null and $6::text is null and $2::text is null and ($3::text is null or c.state = $3)
         and (c.started_at, c.id) < ($7, $8)
     order by c.started_at desc, c.id desc limit $4 offset $5"
);

/// The ids of those whose customer's number starts with one of three beginnings, or whose customer's name with one: $4 to $9
/// are where numbers begin and end, $10 and $11 names. Each branch is served by an index. The calls of each customer are looked
/// up by themselves: a plan for any name would else read whole tables.
macro_rules! found {
    ($select:expr, $rest:literal) => {
        concat!(
            $select,
            "where c.id = any (array(
                 select f.id from tenant.calls f where f.peer ~>=~ $4 and f.peer ~<~ $5
                 union
                 select f.id from tenant.calls f where f.peer ~>=~ $6 and f.peer ~<~ $7
                 union
                 select f.id from tenant.calls f where f.peer ~>=~ $8 and f.peer ~<~ $9
                 union
                 select f.id from tenant.customers p
                     cross join lateral (select f.id from tenant.calls f where f.customer_id = p.id offset 0) f
                     where p.kind in ('contact', 'lead')
                         and (p.name_key ~>=~ $10 and p.name_key ~<~ $11 or p.last_key ~>=~ $10 and p.last_key ~<~ $11)
             )) and ($1::uuid is null or c.customer_id = $1)
             and ($2::text is null or c.direction = $2) and ($3::text is null or c.state = $3) ",
            $rest
        )
    };
}

/// A page of those that are found, with one customer, $1, or anybody, that go one way, $2, and stand somewhere, $3; $12 and $13
/// where to go on, $14 limit, $15 offset.
pub(crate) const FOUND: &str = found!(
    select_calls!(""),
    "and (c.started_at, c.id) < ($12, $13) order by c.started_at desc, c.id desc limit $14 offset $15"
);
/// How many those are.
const FOUND_COUNT: &str = found!("select count(*) from tenant.calls c ", "");

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// Binds $1 to $26: what changes in the life of a call, by its id and the version that was seen.
fn write<'q>(query: Query<'q>, call: &'q Call) -> Query<'q> {
    query
        .bind(Uuid::from(call.id))
        .bind(call.version)
        .bind(&call.sid)
        .bind(call.customer.as_ref().map(|customer| Uuid::from(customer.id)))
        .bind(call.state.as_str())
        .bind(call.agent.as_ref().map(|agent| Uuid::from(agent.id)))
        .bind(call.meant_for.map(Uuid::from))
        .bind(call.phone.as_ref().map(PhoneNumber::as_str))
        .bind(call.round.cast_signed())
        .bind(Json(LegRow::all(&call.legs)))
        .bind(call.lease_until)
        .bind(call.is_on_hold)
        .bind(call.status.as_str())
        .bind(call.answered_at)
        .bind(call.ended_at)
        .bind(call.updated_at)
        .bind(call.duration_seconds.map(u32::cast_signed))
        .bind(&call.outcome)
        .bind(&call.notes)
        .bind(call.awaits_recording)
        .bind(call.due_at)
        .bind(call.handed_over_by.map(Uuid::from))
        .bind(call.talking_since)
        .bind(call.talked.num_milliseconds())
        .bind(call.price.as_ref().map(Price::amount))
        .bind(call.price.as_ref().map(Price::unit))
}

fn calls(rows: Vec<Row>) -> Result<Vec<Call>, StoreError> {
    rows.into_iter().map(Call::try_from).collect()
}

#[async_trait]
impl CallRepo for PgTx {
    async fn insert_call(&mut self, call: &Call) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "insert into tenant.calls
                 (id, version, call_sid, customer_id, state, agent_id, meant_for, phone, round, legs, lease_until,
                  is_on_hold, status, answered_at, ended_at, updated_at, duration_seconds, outcome, notes,
                  awaits_recording, due_at, handed_over_by, talking_since, talked_ms, price, price_unit, direction,
                  from_number, to_number, started_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                  $22, $23, $24, $25::text::numeric, $26, $27, $28, $29, $30)
             on conflict do nothing",
        );
        let done = write(query, call)
            .bind(call.direction.as_str())
            .bind(&call.from)
            .bind(&call.to)
            .bind(call.started_at)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn call(&mut self, id: CallId) -> Result<Option<Call>, StoreError> {
        let row: Option<Row> = sqlx::query_as(select_calls!("where c.id = $1"))
            .bind(Uuid::from(id))
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        row.map(Call::try_from).transpose()
    }

    async fn call_by_sid(&mut self, sid: &str) -> Result<Option<Call>, StoreError> {
        let row: Option<Row> = sqlx::query_as(select_calls!("where c.call_sid = $1"))
            .bind(sid)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        row.map(Call::try_from).transpose()
    }

    async fn update_call(&mut self, call: &Call) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "update tenant.calls set
                 version = version + 1, call_sid = $3, customer_id = $4, state = $5, agent_id = $6, meant_for = $7,
                 phone = $8, round = $9, legs = $10, lease_until = $11, is_on_hold = $12, status = $13,
                 answered_at = $14, ended_at = $15, updated_at = $16, duration_seconds = $17, outcome = $18,
                 notes = $19, awaits_recording = $20, due_at = $21, handed_over_by = $22, talking_since = $23, talked_ms = $24,
                 price = $25::text::numeric, price_unit = $26
             where id = $1 and version = $2",
        );
        let done = write(query, call).execute(&mut *self.tx).await.map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn calls_without_sid(&mut self, to: &str) -> Result<Vec<CallId>, StoreError> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "select id from tenant.calls where due_at is not null and call_sid is null and to_number = $1",
        )
        .bind(to)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(ids.into_iter().map(CallId::from).collect())
    }

    async fn decline_call(&mut self, id: CallId, user: UserId) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "insert into tenant.call_declines (call_id, user_id) values ($1, $2) on conflict do nothing",
        )
        .bind(Uuid::from(id))
        .bind(Uuid::from(user))
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn forget_declines(&mut self, id: CallId) -> Result<(), StoreError> {
        sqlx::query("delete from tenant.call_declines where call_id = $1")
            .bind(Uuid::from(id))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn ringing_calls(&mut self) -> Result<Vec<RingingCall>, StoreError> {
        let rows: Vec<Row> =
            sqlx::query_as(select_calls!("where c.state = 'ringing' order by c.started_at, c.id"))
                .fetch_all(&mut *self.tx)
                .await
                .map_err(store_error)?;
        if rows.is_empty() {
            return Ok(Vec::new()); // as mostly, when somebody connects
        }
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let teams: Vec<(String, Vec<Uuid>)> = sqlx::query_as("select number, team from tenant.lines")
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        let declines: Vec<(Uuid, Uuid)> =
            sqlx::query_as("select call_id, user_id from tenant.call_declines where call_id = any ($1)")
                .bind(ids)
                .fetch_all(&mut *self.tx)
                .await
                .map_err(store_error)?;
        let ringing = calls(rows)?.into_iter().map(|call| RingingCall {
            declined_by: declines
                .iter()
                .filter(|(declined, _)| *declined == Uuid::from(call.id))
                .map(|(_, user)| UserId::from(*user))
                .collect(),
            team: teams
                .iter()
                .filter(|(number, _)| *number == call.to)
                .flat_map(|(_, team)| team.iter().copied().map(UserId::from))
                .collect(),
            meant_for: call.meant_for,
            call,
        });
        Ok(ringing.collect())
    }

    async fn people_on_calls(&mut self) -> Result<Vec<UserId>, StoreError> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "select agent_id from tenant.calls where state in ('dialing', 'claimed', 'connected')
             union
             select (leg ->> 'user_id')::uuid
             from tenant.calls c, jsonb_array_elements(c.legs) leg
             where c.state in ('dialing', 'claimed', 'connected')
                 and leg ->> 'user_id' is not null and leg ->> 'place' = 'in' and leg -> 'round' = to_jsonb(c.round)",
        )
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(ids.into_iter().map(UserId::from).collect())
    }

    async fn calls(
        &mut self,
        filter: &CallFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<Call>, i64), StoreError> {
        if let Some(search) = &filter.search {
            return self.found(filter, search, limit, offset).await;
        }
        let page = match filter {
            CallFilter { customer: Some(_), .. } => OF_CUSTOMER,
            // Nearly all are over: when those are listed, few have to be passed over.
            CallFilter { state: Some(state), .. } if *state != CallState::Ended => IN_STATE,
            CallFilter { direction: Some(_), .. } => IN_DIRECTION,
            _ => ALL,
        };
        let (at, id) = start_of(filter.before);
        let rows: Vec<Row> = sqlx::query_as(page)
            .bind(filter.customer.map(|(_, id)| Uuid::from(id)))
            .bind(filter.direction.map(Direction::as_str))
            .bind(filter.state.map(CallState::as_str))
            .bind(limit)
            .bind(offset)
            .bind(filter.customer.map(|(kind, _)| kind.as_str()))
            .bind(at)
            .bind(id)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok((calls(rows)?, self.total(filter).await?))
    }

    async fn due_calls(&mut self, limit: i64) -> Result<Vec<Call>, StoreError> {
        let rows: Vec<Row> =
            sqlx::query_as(select_calls!("where c.due_at <= clock_timestamp() order by c.due_at limit $1"))
                .bind(limit)
                .fetch_all(&mut *self.tx)
                .await
                .map_err(store_error)?;
        calls(rows)
    }
}

impl PgTx {
    /// One page of the calls that a search finds, and how many those are.
    async fn found(
        &mut self,
        filter: &CallFilter,
        search: &Search,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<Call>, i64), StoreError> {
        let bounds = bounds_of(search);
        let customer = filter.customer.map(|(_, id)| Uuid::from(id));
        let (direction, state) =
            (filter.direction.map(Direction::as_str), filter.state.map(CallState::as_str));
        let page = sqlx::query_as(FOUND).bind(customer).bind(direction).bind(state);
        let page = bounds.iter().fold(page, |query, bound| query.bind(bound));
        let (at, id) = start_of(filter.before);
        let page = page.bind(at).bind(id).bind(limit).bind(offset);
        let rows: Vec<Row> = page.fetch_all(&mut *self.tx).await.map_err(store_error)?;
        let count = sqlx::query_scalar(FOUND_COUNT).bind(customer).bind(direction).bind(state);
        let count = bounds.iter().fold(count, |query, bound| query.bind(bound));
        Ok((calls(rows)?, count.fetch_one(&mut *self.tx).await.map_err(store_error)?))
    }

    /// How many calls there are. Those of one customer, and those that are not over, are few enough to be counted.
    async fn total(&mut self, filter: &CallFilter) -> Result<i64, StoreError> {
        let query = match filter {
            CallFilter { customer: Some(_), .. } => {
                "select count(*) from tenant.calls where customer_id = $1
                     and exists (select from tenant.customers p where p.id = $1 and p.kind = $4)
                     and ($2::text is null or direction = $2) and ($3::text is null or state = $3)"
            }
            CallFilter { state: Some(CallState::Ended) | None, .. } => {
                "select coalesce((
                         select sum(total) from tenant.counts where what in ('calls.inbound', 'calls.outbound')
                             and ($2::text is null or what = 'calls.' || $2)
                     ), 0)::bigint - (
                         select count(*) from tenant.calls
                         where $1::uuid is null and $4::text is null and $3::text is not null
                             and state in ('dialing', 'ringing', 'claimed', 'connected', 'forwarded', 'voicemail')
                             and ($2::text is null or direction = $2)
                     )"
            }
            _ => {
                "select count(*) from tenant.calls where $1::uuid is null and $4::text is null and state = $3
                     and ($2::text is null or direction = $2)"
            }
        };
        sqlx::query_scalar(query)
            .bind(filter.customer.map(|(_, id)| Uuid::from(id)))
            .bind(filter.direction.map(Direction::as_str))
            .bind(filter.state.map(CallState::as_str))
            .bind(filter.customer.map(|(kind, _)| kind.as_str()))
            .fetch_one(&mut *self.tx)
            .await
            .map_err(store_error)
    }
}
