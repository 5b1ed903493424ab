use async_trait::async_trait;
use switchboard_domain::events::UserId;
use switchboard_domain::ports::{PresenceRepo, StoreError};
use switchboard_domain::presence::{Attendance, NodeId, Sighting, Status, Stay};
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgTx;
use crate::users::role;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    role: String,
    status: String,
    is_online: bool,
    is_audible: bool,
}

impl From<Row> for Attendance {
    fn from(row: Row) -> Self {
        Self {
            user: UserId::from(row.id),
            role: role(&row.role),
            status: row.status.parse().expect("a check constraint knows them"),
            is_online: row.is_online,
            is_audible: row.is_audible,
            is_on_call: false,
        }
    }
}

/// Sightings as columns.
#[derive(Default)]
struct Columns {
    users: Vec<Uuid>,
    seconds: Vec<Option<f64>>,
    audible: Vec<Option<bool>>,
    gone: Vec<Uuid>,
}

impl Columns {
    fn new(sightings: &[Sighting]) -> Self {
        let mut columns = Self::default();
        for Sighting { user, stay, is_audible } in sightings.iter().copied() {
            let seconds = match stay {
                Stay::Connected => None,
                Stay::For(time) => Some(time.as_seconds_f64()),
            };
            if seconds.is_some_and(|seconds| seconds <= 0.0) {
                columns.gone.push(user.into());
            } else {
                columns.users.push(user.into());
                columns.seconds.push(seconds);
                columns.audible.push(is_audible);
            }
        }
        columns
    }
}

#[async_trait]
impl PresenceRepo for PgTx {
    async fn attendances(&mut self, of: Option<&[UserId]>) -> Result<Vec<Attendance>, StoreError> {
        let of: Option<Vec<_>> = of.map(|of| of.iter().copied().map(Uuid::from).collect());
        let rows: Vec<Row> = sqlx::query_as(
            "select u.id, u.role, u.status,
                 p.user_id is not null as is_online, coalesce(p.is_audible, false) as is_audible
             from tenant.users u
             left join (
                 select user_id, bool_or(is_audible) as is_audible
                 from directory.presence
                 where until is null or until > now()
                 group by user_id
             ) p on p.user_id = u.id
             where u.is_active and ($1::uuid[] is null or u.id = any ($1))
             order by u.id",
        )
        .bind(of)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(rows.into_iter().map(Attendance::from).collect())
    }

    async fn note_sightings(&mut self, node: NodeId, sightings: &[Sighting]) -> Result<bool, StoreError> {
        if sightings.is_empty() {
            return Ok(false);
        }
        let Columns { users, seconds, audible, gone } = Columns::new(sightings);
        sqlx::query("select directory.lock_presence(tenant.org_id())")
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        let gone: Vec<(Uuid,)> = sqlx::query_as(
            "with gone as (
                 delete from directory.presence where node = $1 and user_id = any ($2)
             )
             select id from tenant.users where id = any ($2)",
        )
        .bind(Uuid::from(node))
        .bind(gone)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        let came: Vec<(bool,)> = sqlx::query_as(
            "with here as (
                 select distinct user_id from directory.presence
                 where user_id = any ($2) and (until is null or until > now())
             )
             insert into directory.presence as p (user_id, node, until, is_audible)
             select u.id, $1, now() + make_interval(secs => s.seconds),
                 coalesce(s.is_audible, k.is_audible, true)
             from unnest($2::uuid[], $3::double precision[], $4::boolean[]) as s (user_id, seconds, is_audible)
             join tenant.users u on u.id = s.user_id
             left join directory.presence k on k.user_id = s.user_id and k.node = $1
             on conflict (org_id, user_id, node) do update set
                 until = case when excluded.until is not null then greatest(p.until, excluded.until) end,
                 is_audible = excluded.is_audible
             returning not exists (select from here h where h.user_id = p.user_id)",
        )
        .bind(Uuid::from(node))
        .bind(users)
        .bind(seconds)
        .bind(audible)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(!gone.is_empty() || came.iter().any(|(came,)| *came))
    }

    async fn set_status(&mut self, user: UserId, status: Status) -> Result<bool, StoreError> {
        let done = sqlx::query("update tenant.users set status = $2 where id = $1 and status <> $2")
            .bind(Uuid::from(user))
            .bind(status.as_str())
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }
}
