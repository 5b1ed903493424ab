use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::auto_responses::{AutoAnswer, AutoResponse, Trigger, Unanswered};
use switchboard_domain::events::{MessageId, UserId};
use switchboard_domain::ids::{AutoResponseId, ConversationId};
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{AutoResponseRepo, StoreError};
use uuid::Uuid;

use crate::error::store_error;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    trigger: String,
    keyword: Option<String>,
    number: Option<String>,
    body: String,
    is_active: bool,
    created_by: Uuid,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for AutoResponse {
    fn from(row: Row) -> Self {
        Self {
            id: AutoResponseId::from(row.id),
            trigger: Trigger::parse(&row.trigger, row.keyword)
                .expect("check constraints know the triggers, and which has a keyword"),
            number: row.number.map(PhoneNumber::from_e164),
            body: row.body,
            is_active: row.is_active,
            created_by: UserId::from(row.created_by),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

#[derive(sqlx::FromRow)]
struct AnswerRow {
    message_id: Uuid,
    auto_response_id: Uuid,
    body: String,
    at: DateTime<Utc>,
}

impl From<AnswerRow> for AutoAnswer {
    fn from(row: AnswerRow) -> Self {
        Self {
            message: MessageId::from(row.message_id),
            rule: AutoResponseId::from(row.auto_response_id),
            body: row.body,
            at: row.at,
        }
    }
}

macro_rules! select_auto_responses {
    ($rest:literal) => {
        concat!(
            "select id, trigger, keyword, number, body, is_active, created_by, created_at, updated_at
             from tenant.auto_responses ",
            $rest
        )
    };
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// Binds $1 to $8: everything that can be typed, and when that was.
fn write<'q>(query: Query<'q>, rule: &'q AutoResponse) -> Query<'q> {
    let keyword = rule.trigger.keyword();
    query
        .bind(Uuid::from(rule.id))
        .bind(rule.trigger.as_str())
        .bind(keyword)
        .bind(keyword.map(str::to_lowercase))
        .bind(rule.number.as_ref().map(PhoneNumber::as_str))
        .bind(&rule.body)
        .bind(rule.is_active)
        .bind(rule.updated_at)
}

#[async_trait]
impl AutoResponseRepo for PgTx {
    async fn auto_responses(&mut self) -> Result<Vec<AutoResponse>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(select_auto_responses!("order by created_at, id"))
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(rows.into_iter().map(AutoResponse::from).collect())
    }

    async fn auto_response(&mut self, id: AutoResponseId) -> Result<Option<AutoResponse>, StoreError> {
        let row: Option<Row> = sqlx::query_as(select_auto_responses!("where id = $1"))
            .bind(Uuid::from(id))
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(row.map(AutoResponse::from))
    }

    async fn insert_auto_response(&mut self, rule: &AutoResponse) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into tenant.auto_responses
                 (id, trigger, keyword, keyword_key, number, body, is_active, updated_at, created_by, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        );
        write(query, rule)
            .bind(Uuid::from(rule.created_by))
            .bind(rule.created_at)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn update_auto_response(&mut self, rule: &AutoResponse) -> Result<(), StoreError> {
        let query = sqlx::query(
            "update tenant.auto_responses set trigger = $2, keyword = $3, keyword_key = $4, number = $5, body = $6,
                 is_active = $7, updated_at = $8
             where id = $1",
        );
        write(query, rule).execute(&mut *self.tx).await.map_err(store_error)?;
        Ok(())
    }

    async fn delete_auto_response(&mut self, id: AutoResponseId) -> Result<(), StoreError> {
        sqlx::query("delete from tenant.auto_responses where id = $1")
            .bind(Uuid::from(id))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn note_auto_answer(
        &mut self,
        conversation: ConversationId,
        answer: &AutoAnswer,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into tenant.auto_answers (message_id, conversation_id, auto_response_id, at)
             values ($1, $2, $3, $4)",
        )
        .bind(Uuid::from(answer.message))
        .bind(Uuid::from(conversation))
        .bind(Uuid::from(answer.rule))
        .bind(answer.at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn auto_answers(
        &mut self,
        conversation: ConversationId,
        limit: i64,
    ) -> Result<Vec<AutoAnswer>, StoreError> {
        let rows: Vec<AnswerRow> = sqlx::query_as(
            "select a.message_id, a.auto_response_id, m.body, a.at
             from tenant.auto_answers a join tenant.messages m on m.id = a.message_id
             where a.conversation_id = $1
             order by a.at desc, a.message_id desc limit $2",
        )
        .bind(Uuid::from(conversation))
        .bind(limit)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(rows.into_iter().map(AutoAnswer::from).collect())
    }

    async fn leave_unanswered(&mut self, text: &Unanswered) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "insert into tenant.unanswered (id, is_new_lead, due_at)
             select $1, $2, $3 where exists (select from tenant.auto_responses where is_active)",
        )
        .bind(Uuid::from(text.message))
        .bind(text.is_new_lead)
        .bind(text.due_at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn take_unanswered(
        &mut self,
        again_at: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Unanswered>, StoreError> {
        let rows: Vec<(Uuid, bool, DateTime<Utc>)> = sqlx::query_as(
            "with due as (
                 select id, due_at from tenant.unanswered where due_at <= clock_timestamp()
                 order by due_at, id limit $2 for update skip locked
             ), taken as (
                 update tenant.unanswered u set due_at = $1 from due where u.id = due.id
                 returning u.id, u.is_new_lead, u.due_at as again_at, due.due_at
             )
             select id, is_new_lead, again_at from taken order by due_at, id",
        )
        .bind(again_at)
        .bind(limit)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        let text =
            |(id, is_new_lead, due_at)| Unanswered { message: MessageId::from(id), is_new_lead, due_at };
        Ok(rows.into_iter().map(text).collect())
    }

    async fn settle_unanswered(&mut self, message: MessageId) -> Result<(), StoreError> {
        sqlx::query("delete from tenant.unanswered where id = $1")
            .bind(Uuid::from(message))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }
}
