use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::events::MessageId;
use switchboard_domain::messages::{Channel, InboundMessage, Message};
use switchboard_domain::party::Party;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{MessageRepo, StoreError};
use uuid::Uuid;

use crate::customers::customer_ref;
use crate::error::store_error;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    message_sid: String,
    channel: String,
    from_number: String,
    to_number: String,
    from_e164: Option<String>,
    to_e164: Option<String>,
    body: String,
    segment_count: Option<i32>,
    media_urls: Vec<String>,
    created_at: DateTime<Utc>,
    customer_id: Option<Uuid>,
    customer_kind: Option<String>,
    customer_first_name: Option<String>,
    customer_last_name: Option<String>,
}

impl From<Row> for Message {
    fn from(row: Row) -> Self {
        let party =
            |address, e164: Option<String>| Party { address, phone: e164.map(PhoneNumber::from_e164) };
        Self {
            id: MessageId::from(row.id),
            inbound: InboundMessage {
                sid: row.message_sid,
                channel: if row.channel == "whatsapp" { Channel::WhatsApp } else { Channel::Sms },
                from: party(row.from_number, row.from_e164),
                to: party(row.to_number, row.to_e164),
                body: row.body,
                segments: row.segment_count,
                media_urls: row.media_urls,
            },
            customer: customer_ref(
                row.customer_id,
                row.customer_kind,
                (row.customer_first_name, row.customer_last_name),
            ),
            received_at: row.created_at,
        }
    }
}

#[async_trait]
impl MessageRepo for PgTx {
    async fn insert_message(&mut self, message: &Message) -> Result<bool, StoreError> {
        let inbound = &message.inbound;
        let done = sqlx::query(
            "insert into tenant.messages
                 (id, message_sid, direction, channel, from_number, to_number, from_e164, to_e164, body, segment_count,
                  media_urls, customer_id, created_at)
             values ($1, $2, 'inbound', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             on conflict (org_id, message_sid) do nothing",
        )
        .bind(Uuid::from(message.id))
        .bind(&inbound.sid)
        .bind(inbound.channel.as_str())
        .bind(&inbound.from.address)
        .bind(&inbound.to.address)
        .bind(inbound.from.phone.as_ref().map(PhoneNumber::as_str))
        .bind(inbound.to.phone.as_ref().map(PhoneNumber::as_str))
        .bind(&inbound.body)
        .bind(inbound.segments)
        .bind(&inbound.media_urls)
        .bind(message.customer.as_ref().map(|customer| Uuid::from(customer.id)))
        .bind(message.received_at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn has_message(&mut self, id: MessageId) -> Result<bool, StoreError> {
        sqlx::query_scalar("select exists (select from tenant.messages where id = $1)")
            .bind(Uuid::from(id))
            .fetch_one(&mut *self.tx)
            .await
            .map_err(store_error)
    }

    async fn message_by_sid(&mut self, sid: &str) -> Result<Option<Message>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "select m.id, m.message_sid, m.channel, m.from_number, m.to_number, m.from_e164, m.to_e164, m.body,
                 m.segment_count, m.media_urls, m.created_at, p.id as customer_id, p.kind as customer_kind,
                 p.first_name as customer_first_name, p.last_name as customer_last_name
             from tenant.messages m left join tenant.customers p on p.id = m.customer_id
             where m.message_sid = $1",
        )
        .bind(sid)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(row.map(Message::from))
    }
}
