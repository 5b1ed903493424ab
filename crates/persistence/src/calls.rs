use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::calls::{Call, CallState};
use switchboard_domain::error::Person;
use switchboard_domain::events::{CallId, UserId};
use switchboard_domain::offers::RingingCall;
use switchboard_domain::ports::{CallRepo, StoreError};
use uuid::Uuid;

use crate::customers::customer_ref;
use crate::error::store_error;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    call_sid: String,
    from_number: String,
    to_number: String,
    state: String,
    started_at: DateTime<Utc>,
    customer_id: Option<Uuid>,
    customer_kind: Option<String>,
    customer_name: Option<String>,
    accepted_by: Option<Uuid>,
    accepted_name: Option<String>,
}

impl From<Row> for Call {
    fn from(row: Row) -> Self {
        let by = row.accepted_by.zip(row.accepted_name);
        Self {
            id: CallId::from(row.id),
            sid: row.call_sid,
            from: row.from_number,
            to: row.to_number,
            customer: customer_ref(row.customer_id, row.customer_kind, row.customer_name),
            state: match (row.state.as_str(), by) {
                ("ringing", _) => CallState::Ringing,
                ("claimed", Some((id, name))) => CallState::Claimed(Person { id: UserId::from(id), name }),
                _ => CallState::Ended,
            },
            started_at: row.started_at,
        }
    }
}

macro_rules! select_calls {
    ($rest:literal) => {
        concat!(
            "select c.id, c.call_sid, c.from_number, c.to_number, c.state, c.started_at, c.accepted_by,
                 p.id as customer_id, p.kind as customer_kind,
                 trim(p.first_name || ' ' || p.last_name) as customer_name,
                 trim(u.first_name || ' ' || u.last_name) as accepted_name
             from tenant.calls c
             left join tenant.customers p on p.id = c.customer_id
             left join tenant.users u on u.id = c.accepted_by ",
            $rest
        )
    };
}

#[async_trait]
impl CallRepo for PgTx {
    async fn insert_call(&mut self, call: &Call) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "insert into tenant.calls
                 (id, call_sid, direction, from_number, to_number, customer_id, state, started_at)
             values ($1, $2, 'inbound', $3, $4, $5, 'ringing', $6)
             on conflict (org_id, call_sid) do nothing",
        )
        .bind(Uuid::from(call.id))
        .bind(&call.sid)
        .bind(&call.from)
        .bind(&call.to)
        .bind(call.customer.as_ref().map(|customer| Uuid::from(customer.id)))
        .bind(call.started_at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn call_by_sid(&mut self, sid: &str) -> Result<Option<Call>, StoreError> {
        let row: Option<Row> = sqlx::query_as(select_calls!("where c.call_sid = $1"))
            .bind(sid)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(row.map(Call::from))
    }

    async fn claim_call(&mut self, id: CallId, user: UserId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "update tenant.calls set state = 'claimed', accepted_by = $2, claimed_at = $3
             where id = $1 and state = 'ringing'",
        )
        .bind(Uuid::from(id))
        .bind(Uuid::from(user))
        .bind(at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn end_ringing_call(&mut self, id: CallId) -> Result<bool, StoreError> {
        let done = sqlx::query("update tenant.calls set state = 'ended' where id = $1 and state = 'ringing'")
            .bind(Uuid::from(id))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
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

    async fn ringing_calls(&mut self) -> Result<Vec<RingingCall>, StoreError> {
        let rows: Vec<Row> =
            sqlx::query_as(select_calls!("where c.state = 'ringing' order by c.started_at, c.id"))
                .fetch_all(&mut *self.tx)
                .await
                .map_err(store_error)?;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let declines: Vec<(Uuid, Uuid)> =
            sqlx::query_as("select call_id, user_id from tenant.call_declines where call_id = any ($1)")
                .bind(ids)
                .fetch_all(&mut *self.tx)
                .await
                .map_err(store_error)?;
        let ringing = rows.into_iter().map(|row| RingingCall {
            declined_by: declines
                .iter()
                .filter(|(call, _)| *call == row.id)
                .map(|(_, user)| UserId::from(*user))
                .collect(),
            team: Vec::new(),
            meant_for: None,
            call: Call::from(row),
        });
        Ok(ringing.collect())
    }

    async fn people_on_calls(&mut self) -> Result<Vec<UserId>, StoreError> {
        let ids: Vec<Uuid> =
            sqlx::query_scalar("select distinct accepted_by from tenant.calls where state = 'claimed'")
                .fetch_all(&mut *self.tx)
                .await
                .map_err(store_error)?;
        Ok(ids.into_iter().map(UserId::from).collect())
    }
}
