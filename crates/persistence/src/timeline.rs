use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::calls::{Note, Told, What};
use switchboard_domain::events::UserId;
use switchboard_domain::ports::{StoreError, TimelineRepo};
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgTx;

#[async_trait]
impl TimelineRepo for PgTx {
    async fn note(&mut self, subject: Uuid, notes: &[Note]) -> Result<(), StoreError> {
        if notes.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "insert into tenant.timeline (subject, at, what, by_user, detail)
             select $1, n.at, n.what, n.by_user, n.detail
             from unnest($2::timestamptz[], $3::text[], $4::uuid[], $5::text[])
                 with ordinality as n (at, what, by_user, detail, place)
             order by n.place",
        )
        .bind(subject)
        .bind(notes.iter().map(|note| note.at).collect::<Vec<_>>())
        .bind(notes.iter().map(|note| note.what.as_str()).collect::<Vec<_>>())
        .bind(notes.iter().map(|note| note.by.map(Uuid::from)).collect::<Vec<_>>())
        .bind(notes.iter().map(|note| note.detail.as_deref()).collect::<Vec<_>>())
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn note_once(&mut self, subject: Uuid, note: &Note) -> Result<(), StoreError> {
        sqlx::query(
            "insert into tenant.timeline (subject, at, what, by_user, detail)
             select $1, $2, $3, $4, $5 where not exists (
                 select from tenant.timeline where subject = $1 and what = $3 and by_user is not distinct from $4
             )",
        )
        .bind(subject)
        .bind(note.at)
        .bind(note.what.as_str())
        .bind(note.by.map(Uuid::from))
        .bind(&note.detail)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn note_told(&mut self, told: &[Told]) -> Result<(), StoreError> {
        sqlx::query(
            "insert into tenant.timeline (subject, at, what, detail)
             select subject.id, t.at, $4, t.screens::text
             from unnest($1::text[], $2::timestamptz[], $3::bigint[]) as t (sid, at, screens)
             cross join lateral (
                 select c.id from tenant.calls c where c.call_sid = t.sid
                 union all
                 select m.id from tenant.messages m where m.message_sid = t.sid
             ) subject",
        )
        .bind(told.iter().map(|told| told.sid.as_str()).collect::<Vec<_>>())
        .bind(told.iter().map(|told| told.at).collect::<Vec<_>>())
        .bind(told.iter().map(|told| told.screens as i64).collect::<Vec<_>>())
        .bind(What::Emitted.as_str())
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn timeline(&mut self, subject: Uuid) -> Result<Vec<Note>, StoreError> {
        let rows: Vec<(DateTime<Utc>, String, Option<Uuid>, Option<String>)> = sqlx::query_as(
            "select at, what, by_user, detail from tenant.timeline where subject = $1 order by at, id",
        )
        .bind(subject)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        let note = |(at, what, by, detail): (DateTime<Utc>, String, Option<Uuid>, Option<String>)| {
            Some(Note { at, what: What::parse(&what)?, by: by.map(UserId::from), detail })
        };
        Ok(rows.into_iter().filter_map(note).collect())
    }
}
