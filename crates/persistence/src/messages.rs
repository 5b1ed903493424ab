use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use switchboard_domain::calls::Direction;
use switchboard_domain::error::Person;
use switchboard_domain::events::{MessageId, UserId};
use switchboard_domain::ids::{ConversationId, TemplateId};
use switchboard_domain::messages::{AgreedText, Channel, Fault, Message, MessageFilter, Progress};
use switchboard_domain::ports::{MessageRepo, Price, StoreError};
use uuid::Uuid;

use crate::customers::customer_ref;
use crate::error::store_error;
use crate::paging::END;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: Uuid,
    version: i64,
    message_sid: Option<String>,
    direction: String,
    channel: String,
    conversation_id: Uuid,
    position: Option<i64>,
    from_number: String,
    to_number: String,
    body: String,
    content_sid: Option<String>,
    content_variables: Option<Json<BTreeMap<String, String>>>,
    template_id: Option<Uuid>,
    media_urls: Vec<String>,
    segment_count: i32,
    customer_id: Option<Uuid>,
    customer_kind: Option<String>,
    customer_first_name: Option<String>,
    customer_last_name: Option<String>,
    user_id: Option<Uuid>,
    user_name: Option<String>,
    status: String,
    error_code: Option<i32>,
    error_message: Option<String>,
    send_at: Option<DateTime<Utc>>,
    handed_at: Option<DateTime<Utc>>,
    sent_at: Option<DateTime<Utc>>,
    delivered_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    price: Option<String>,
    price_unit: Option<String>,
    tries: i32,
    due_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Message {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let unknown = || StoreError::Internal("a message holds a word that is not known here".into());
        let has_fault = row.error_code.is_some() || row.error_message.is_some();
        let agreed = row.content_sid.zip(row.content_variables);
        let sender = row.user_id.zip(row.user_name);
        let price = row.price.zip(row.price_unit);
        Ok(Self {
            id: MessageId::from(row.id),
            version: row.version,
            sid: row.message_sid,
            direction: Direction::parse(&row.direction).ok_or_else(unknown)?,
            channel: Channel::parse(&row.channel).ok_or_else(unknown)?,
            conversation: ConversationId::from(row.conversation_id),
            position: row.position,
            from: row.from_number,
            to: row.to_number,
            body: row.body,
            agreed: agreed.map(|(sid, Json(variables))| AgreedText { sid, variables }),
            template: row.template_id.map(TemplateId::from),
            media_urls: row.media_urls,
            segments: row.segment_count.unsigned_abs(),
            customer: customer_ref(
                row.customer_id,
                row.customer_kind,
                (row.customer_first_name, row.customer_last_name),
            ),
            sender: sender.map(|(id, name)| Person { id: UserId::from(id), name }),
            progress: Progress::parse(&row.status),
            fault: has_fault
                .then_some(Fault { code: row.error_code.map(i32::unsigned_abs), message: row.error_message }),
            send_at: row.send_at,
            handed_at: row.handed_at,
            sent_at: row.sent_at,
            delivered_at: row.delivered_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            price: price.and_then(|(amount, unit)| Price::new(&amount, &unit)),
            tries: row.tries.unsigned_abs(),
            due_at: row.due_at,
        })
    }
}

/// What [`Row`] is read from: messages as `m`.
macro_rules! select_messages {
    ($from:literal, $rest:literal) => {
        concat!(
            "select m.id, m.version, m.message_sid, m.direction, m.channel, m.conversation_id, m.position, m.from_number,
                 m.to_number, m.body, m.content_sid, m.content_variables, m.template_id, m.media_urls, m.segment_count,
                 m.user_id, m.status, m.error_code, m.error_message, m.send_at, m.handed_at, m.sent_at, m.delivered_at,
                 m.created_at, m.updated_at, m.price::text as price, m.price_unit, m.tries, m.due_at,
                 p.id as customer_id, p.kind as customer_kind,
                 p.first_name as customer_first_name, p.last_name as customer_last_name,
                 trim(u.first_name || ' ' || u.last_name) as user_name
             from ",
            $from,
            // One by one for the page alone: a plan for any page would else read all customers.
            " left join lateral (
                  select c.id, c.kind, c.first_name, c.last_name from tenant.customers c where c.id = m.customer_id limit 1
              ) p on true
              left join lateral (
                  select a.first_name, a.last_name from tenant.users a where a.id = m.user_id limit 1
              ) u on true ",
            $rest
        )
    };
    ($rest:literal) => {
        select_messages!("tenant.messages m", $rest)
    };
}
pub(crate) use select_messages;

/// One page, for each way in which an index leads to it: $1 and $5 a customer and its kind, $2 direction, $3 limit, $4 offset,
/// $6 and $7 where to go on.
pub(crate) const OF_CUSTOMER: &str = select_messages!(
    "where m.customer_id = $1 and p.kind = $5 and ($2::text is null or m.direction = $2)
         and (m.created_at, m.id) < ($6, $7)
     order by m.created_at desc, m.id desc limit $3 offset $4"
);
pub(crate) const IN_DIRECTION: &str = select_messages!(
    "where $1::uuid is null and $5::text is null and m.direction = $2 and (m.created_at, m.id) < ($6, $7)
     order by m.created_at desc, m.id desc limit $3 offset $4"
);
pub(crate) const ALL: &str = select_messages!(
    "where $1::uuid is null and $5::text is null and $2::text is null and (m.created_at, m.id) < ($6, $7)
     order by m.created_at desc, m.id desc limit $3 offset $4"
);
pub(crate) const THREAD: &str =
    select_messages!("where m.conversation_id = $1 and m.position < $2 order by m.position desc limit $3");

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// Binds $1 to $17: what changes in the life of a message, by its id and the version that was seen.
fn write<'q>(query: Query<'q>, message: &'q Message) -> Query<'q> {
    let fault = message.fault.as_ref();
    query
        .bind(Uuid::from(message.id))
        .bind(message.version)
        .bind(&message.sid)
        .bind(message.position)
        .bind(&message.from)
        .bind(message.segments.cast_signed())
        .bind(message.progress.as_str())
        .bind(fault.and_then(|fault| fault.code).map(u32::cast_signed))
        .bind(fault.and_then(|fault| fault.message.as_deref()))
        .bind(message.handed_at)
        .bind(message.sent_at)
        .bind(message.delivered_at)
        .bind(message.updated_at)
        .bind(message.price.as_ref().map(Price::amount))
        .bind(message.price.as_ref().map(Price::unit))
        .bind(message.tries.cast_signed())
        .bind(message.due_at)
}

impl PgTx {
    async fn one_message(
        &mut self,
        query: sqlx::query::QueryAs<'_, sqlx::Postgres, Row, sqlx::postgres::PgArguments>,
    ) -> Result<Option<Message>, StoreError> {
        let row = query.fetch_optional(&mut *self.tx).await.map_err(store_error)?;
        row.map(Message::try_from).transpose()
    }

    async fn several_messages(
        &mut self,
        query: sqlx::query::QueryAs<'_, sqlx::Postgres, Row, sqlx::postgres::PgArguments>,
    ) -> Result<Vec<Message>, StoreError> {
        let rows = query.fetch_all(&mut *self.tx).await.map_err(store_error)?;
        rows.into_iter().map(Message::try_from).collect()
    }

    /// How many messages there are. Those with one customer are few enough to be counted.
    async fn total_messages(&mut self, filter: &MessageFilter) -> Result<i64, StoreError> {
        let query = match filter.customer {
            Some(_) => {
                "select count(*) from tenant.messages where customer_id = $1
                     and exists (select from tenant.customers p where p.id = $1 and p.kind = $3)
                     and ($2::text is null or direction = $2)"
            }
            None => {
                "select coalesce(sum(total), 0)::bigint from tenant.counts
                 where $1::uuid is null and $3::text is null
                     and what in ('messages.inbound', 'messages.outbound')
                     and ($2::text is null or what = 'messages.' || $2)"
            }
        };
        sqlx::query_scalar(query)
            .bind(filter.customer.map(|(_, id)| Uuid::from(id)))
            .bind(filter.direction.map(Direction::as_str))
            .bind(filter.customer.map(|(kind, _)| kind.as_str()))
            .fetch_one(&mut *self.tx)
            .await
            .map_err(store_error)
    }
}

#[async_trait]
impl MessageRepo for PgTx {
    async fn insert_message(&mut self, message: &Message) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "insert into tenant.messages
                 (id, version, message_sid, position, from_number, segment_count, status, error_code, error_message,
                  handed_at, sent_at, delivered_at, updated_at, price, price_unit, tries, due_at, direction, channel,
                  conversation_id, to_number, body, content_sid, content_variables, template_id, media_urls,
                  customer_id, user_id, send_at, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::text::numeric, $15, $16, $17, $18, $19,
                  $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)
             on conflict do nothing",
        );
        let agreed = message.agreed.as_ref();
        let done = write(query, message)
            .bind(message.direction.as_str())
            .bind(message.channel.as_str())
            .bind(Uuid::from(message.conversation))
            .bind(&message.to)
            .bind(&message.body)
            .bind(agreed.map(|agreed| agreed.sid.as_str()))
            .bind(agreed.map(|agreed| Json(&agreed.variables)))
            .bind(message.template.map(Uuid::from))
            .bind(&message.media_urls)
            .bind(message.customer.as_ref().map(|customer| Uuid::from(customer.id)))
            .bind(message.sender.as_ref().map(|sender| Uuid::from(sender.id)))
            .bind(message.send_at)
            .bind(message.created_at)
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn message(&mut self, id: MessageId) -> Result<Option<Message>, StoreError> {
        self.one_message(sqlx::query_as(select_messages!("where m.id = $1")).bind(Uuid::from(id))).await
    }

    async fn message_by_sid(&mut self, sid: &str) -> Result<Option<Message>, StoreError> {
        self.one_message(sqlx::query_as(select_messages!("where m.message_sid = $1")).bind(sid)).await
    }

    async fn update_message(&mut self, message: &Message) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "update tenant.messages set
                 version = version + 1, message_sid = $3, position = $4, from_number = $5, segment_count = $6,
                 status = $7, error_code = $8, error_message = $9, handed_at = $10, sent_at = $11, delivered_at = $12,
                 updated_at = $13, price = $14::text::numeric, price_unit = $15, tries = $16, due_at = $17
             where id = $1 and version = $2",
        );
        let done = write(query, message).execute(&mut *self.tx).await.map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn messages(
        &mut self,
        filter: &MessageFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<Message>, i64), StoreError> {
        let page = match filter {
            MessageFilter { customer: Some(_), .. } => OF_CUSTOMER,
            MessageFilter { direction: Some(_), .. } => IN_DIRECTION,
            _ => ALL,
        };
        let start = match filter.before {
            Some(id) => self.message(id).await?.map(|message| (message.created_at, Uuid::from(message.id))),
            None => None,
        };
        let (at, id) = start.unwrap_or(END);
        let query = sqlx::query_as(page)
            .bind(filter.customer.map(|(_, id)| Uuid::from(id)))
            .bind(filter.direction.map(Direction::as_str))
            .bind(limit)
            .bind(offset)
            .bind(filter.customer.map(|(kind, _)| kind.as_str()))
            .bind(at)
            .bind(id);
        Ok((self.several_messages(query).await?, self.total_messages(filter).await?))
    }

    async fn thread(
        &mut self,
        conversation: ConversationId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        let query = sqlx::query_as(THREAD).bind(Uuid::from(conversation)).bind(before).bind(limit);
        self.several_messages(query).await
    }

    async fn scheduled_messages(&mut self, conversation: ConversationId) -> Result<Vec<Message>, StoreError> {
        let query = select_messages!(
            "where m.conversation_id = $1 and m.status = 'scheduled' order by m.send_at, m.id"
        );
        self.several_messages(sqlx::query_as(query).bind(Uuid::from(conversation))).await
    }

    async fn due_messages(&mut self, limit: i64) -> Result<Vec<Message>, StoreError> {
        let query = select_messages!("where m.due_at <= clock_timestamp() order by m.due_at, m.id limit $1");
        self.several_messages(sqlx::query_as(query).bind(limit)).await
    }
}
