use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_domain::error::Person;
use switchboard_domain::events::UserId;
use switchboard_domain::ids::{ConversationId, NoteId};
use switchboard_domain::messages::{Conversation, ConversationFilter, ConversationNote, Message};
use switchboard_domain::paging::Mark;
use switchboard_domain::party::Party;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{ConversationRepo, StoreError};
use switchboard_domain::search::Search;
use uuid::Uuid;

use crate::error::store_error;
use crate::messages::{self, select_messages};
use crate::paging::start_of;
use crate::search::bounds_of;
use crate::store::PgTx;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    peer: String,
    phone_e164: Option<String>,
    assigned_to: Option<Uuid>,
    message_count: i64,
    inbound_count: i64,
    last_at: DateTime<Utc>,
    last_number: Option<String>,
    whatsapp_at: Option<DateTime<Utc>>,
}

impl From<Row> for Conversation {
    fn from(row: Row) -> Self {
        Self {
            id: ConversationId::from(row.id),
            peer: row.peer,
            phone: row.phone_e164.map(PhoneNumber::from_e164),
            assigned_to: row.assigned_to.map(UserId::from),
            message_count: row.message_count,
            inbound_count: row.inbound_count,
            last_at: row.last_at,
            last_number: row.last_number,
            whatsapp_at: row.whatsapp_at,
        }
    }
}

macro_rules! columns {
    () => {
        "c.id, c.peer, c.phone_e164, c.assigned_to, c.message_count, c.inbound_count, c.last_at, c.last_number,
         c.whatsapp_at"
    };
}

/// A page of conversations, in the order of the list; $1 and $2 where to go on, $3 limit, $4 offset.
macro_rules! page {
    ($condition:literal) => {
        concat!(
            "select ",
            columns!(),
            " from tenant.conversations c where c.message_count > 0 and (c.last_at, c.id) < ($1, $2)",
            $condition,
            " order by c.last_at desc, c.id desc limit $3 offset $4"
        )
    };
}

/// Those whose address starts with one of three beginnings, or a name behind it with one, of one person, $1, or of everybody:
/// $2 to $7 are where addresses begin and end, $8 and $9 names. Each branch is served by an index: under row security only
/// leakproof operators reach one. What is joined, is so one by one: a plan for any search would else read whole tables.
macro_rules! found {
    ($select:expr, $rest:literal) => {
        concat!(
            "with found as (
                 select c.id from tenant.conversations c where c.peer ~>=~ $2 and c.peer ~<~ $3
                 union
                 select c.id from tenant.conversations c where c.peer ~>=~ $4 and c.peer ~<~ $5
                 union
                 select c.id from tenant.conversations c where c.peer ~>=~ $6 and c.peer ~<~ $7
                 union
                 select c.id from tenant.customers p
                     cross join lateral (
                         select c.id from tenant.conversations c where c.phone_e164 = p.phone_e164 limit 1
                     ) c
                     where p.kind in ('contact', 'lead')
                         and (p.name_key ~>=~ $8 and p.name_key ~<~ $9 or p.last_key ~>=~ $8 and p.last_key ~<~ $9)
             ) select ",
            $select,
            " from found f
              cross join lateral (select * from tenant.conversations c where c.id = f.id limit 1) c
              where c.message_count > 0 and ($1::uuid is null or c.assigned_to = $1) ",
            $rest
        )
    };
}

/// Every conversation that was begun.
pub(crate) const ALL: &str = page!("");
/// Those of one person, $5.
pub(crate) const OF_PERSON: &str = page!(" and c.assigned_to = $5");
/// A page of those that are found; $10 and $11 where to go on, $12 limit, $13 offset.
pub(crate) const FOUND: &str = found!(
    columns!(),
    "and (c.last_at, c.id) < ($10, $11) order by c.last_at desc, c.id desc limit $12 offset $13"
);
/// How many those are.
const FOUND_COUNT: &str = found!("count(*)", "");
/// The last message of each of these conversations.
pub(crate) const LAST: &str = select_messages!(
    "unnest($1::uuid[], $2::bigint[]) as page (id, last)
     join tenant.messages m on m.conversation_id = page.id and m.position = page.last",
    ""
);

type Query<'q, O> = sqlx::query::QueryAs<'q, sqlx::Postgres, O, sqlx::postgres::PgArguments>;

/// Binds $1 to $9.
fn find<'q, O>(query: Query<'q, O>, person: Option<Uuid>, search: &'q Search) -> Query<'q, O> {
    let bounds = bounds_of(search);
    bounds.into_iter().fold(query.bind(person), Query::bind)
}

impl PgTx {
    /// The last message of each of these conversations, and how many of its inbound ones this person has seen.
    async fn last_messages(
        &mut self,
        conversations: &[Conversation],
        reader: UserId,
    ) -> Result<Vec<(Option<Message>, i64)>, StoreError> {
        let ids: Vec<_> = conversations.iter().map(|it| Uuid::from(it.id)).collect();
        let lasts: Vec<_> = conversations.iter().map(|it| it.message_count).collect();
        let rows: Vec<messages::Row> = sqlx::query_as(LAST)
            .bind(&ids)
            .bind(lasts)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(store_error)?;
        let mut messages: Vec<Option<Message>> = vec![None; conversations.len()];
        for row in rows {
            let message = Message::try_from(row)?;
            if let Some(place) = ids.iter().position(|id| *id == Uuid::from(message.conversation)) {
                messages[place] = Some(message);
            }
        }
        let seen: Vec<(Uuid, i64)> = sqlx::query_as(
            "select conversation_id, inbound_seen from tenant.conversation_reads
             where conversation_id = any ($1) and user_id = $2",
        )
        .bind(&ids)
        .bind(Uuid::from(reader))
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        let seen = ids.iter().map(|id| seen.iter().find(|(of, _)| of == id).map_or(0, |(_, count)| *count));
        Ok(messages.into_iter().zip(seen).collect())
    }
}

#[async_trait]
impl ConversationRepo for PgTx {
    async fn open_conversation(
        &mut self,
        peer: &Party,
        at: DateTime<Utc>,
    ) -> Result<Conversation, StoreError> {
        // The update changes nothing, and holds the row.
        let row: Row = sqlx::query_as(concat!(
            "insert into tenant.conversations as c (id, peer, phone_e164, last_at) values ($1, $2, $3, $4)
             on conflict (org_id, peer) do update set peer = c.peer returning ",
            columns!()
        ))
        .bind(Uuid::from(ConversationId::generate()))
        .bind(&peer.address)
        .bind(peer.phone.as_ref().map(PhoneNumber::as_str))
        .bind(at)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(row.into())
    }

    async fn conversation(&mut self, peer: &str) -> Result<Option<Conversation>, StoreError> {
        let row: Option<Row> =
            sqlx::query_as(concat!("select ", columns!(), " from tenant.conversations c where c.peer = $1"))
                .bind(peer)
                .fetch_optional(&mut *self.tx)
                .await
                .map_err(store_error)?;
        Ok(row.map(Conversation::from))
    }

    async fn update_conversation(&mut self, conversation: &Conversation) -> Result<(), StoreError> {
        sqlx::query(
            "update tenant.conversations set
                 message_count = $2, inbound_count = $3, last_at = $4, last_number = $5, whatsapp_at = $6
             where id = $1",
        )
        .bind(Uuid::from(conversation.id))
        .bind(conversation.message_count)
        .bind(conversation.inbound_count)
        .bind(conversation.last_at)
        .bind(&conversation.last_number)
        .bind(conversation.whatsapp_at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn conversations(
        &mut self,
        filter: &ConversationFilter,
        reader: UserId,
        after: Option<Mark<ConversationId>>,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<(Conversation, Option<Message>, i64)>, i64), StoreError> {
        let (last_at, id) = start_of(after);
        let person = filter.assigned_to.map(Uuid::from);
        let (rows, total): (Vec<Row>, i64) = match &filter.search {
            Some(search) => {
                let page = find(sqlx::query_as(FOUND), person, search).bind(last_at).bind(id);
                let count = find(sqlx::query_as(FOUND_COUNT), person, search);
                let (total,) = count.fetch_one(&mut *self.tx).await.map_err(store_error)?;
                let page = page.bind(limit).bind(offset);
                (page.fetch_all(&mut *self.tx).await.map_err(store_error)?, total)
            }
            None if person.is_some() => {
                let page = sqlx::query_as(OF_PERSON).bind(last_at).bind(id).bind(limit).bind(offset);
                let count = sqlx::query_scalar(
                    "select count(*) from tenant.conversations where message_count > 0 and assigned_to = $1",
                );
                (
                    page.bind(person).fetch_all(&mut *self.tx).await.map_err(store_error)?,
                    count.bind(person).fetch_one(&mut *self.tx).await.map_err(store_error)?,
                )
            }
            None => {
                let page = sqlx::query_as(ALL).bind(last_at).bind(id).bind(limit).bind(offset);
                let count = sqlx::query_scalar(
                    "select coalesce((select total from tenant.counts where what = 'conversations'), 0)",
                );
                (
                    page.fetch_all(&mut *self.tx).await.map_err(store_error)?,
                    count.fetch_one(&mut *self.tx).await.map_err(store_error)?,
                )
            }
        };
        let conversations: Vec<_> = rows.into_iter().map(Conversation::from).collect();
        let lasts = self.last_messages(&conversations, reader).await?;
        let page = conversations.into_iter().zip(lasts).map(|(conversation, (last, seen))| {
            let unread = conversation.inbound_count - seen;
            (conversation, last, unread)
        });
        Ok((page.collect(), total))
    }

    async fn seen(&mut self, conversation: ConversationId, reader: UserId) -> Result<i64, StoreError> {
        let seen: Option<i64> = sqlx::query_scalar(
            "select inbound_seen from tenant.conversation_reads where conversation_id = $1 and user_id = $2",
        )
        .bind(Uuid::from(conversation))
        .bind(Uuid::from(reader))
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(seen.unwrap_or_default())
    }

    async fn note_seen_inbound(
        &mut self,
        conversation: ConversationId,
        reader: UserId,
        inbound: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into tenant.conversation_reads as r (conversation_id, user_id, inbound_seen) values ($1, $2, $3)
             on conflict (org_id, conversation_id, user_id)
             do update set inbound_seen = greatest(r.inbound_seen, excluded.inbound_seen)",
        )
        .bind(Uuid::from(conversation))
        .bind(Uuid::from(reader))
        .bind(inbound)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn assign_conversation(
        &mut self,
        conversation: ConversationId,
        to: Option<UserId>,
    ) -> Result<(), StoreError> {
        sqlx::query("update tenant.conversations set assigned_to = $2 where id = $1")
            .bind(Uuid::from(conversation))
            .bind(to.map(Uuid::from))
            .execute(&mut *self.tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn insert_note(
        &mut self,
        conversation: ConversationId,
        note: &ConversationNote,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into tenant.conversation_notes (id, conversation_id, written_by, body, created_at)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(Uuid::from(note.id))
        .bind(Uuid::from(conversation))
        .bind(Uuid::from(note.by.id))
        .bind(&note.body)
        .bind(note.created_at)
        .execute(&mut *self.tx)
        .await
        .map_err(store_error)?;
        Ok(())
    }

    async fn notes(
        &mut self,
        conversation: ConversationId,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<ConversationNote>, i64), StoreError> {
        let rows: Vec<(Uuid, Uuid, String, String, DateTime<Utc>)> = sqlx::query_as(
            "select n.id, n.written_by, trim(u.first_name || ' ' || u.last_name), n.body, n.created_at
             from tenant.conversation_notes n join tenant.users u on u.id = n.written_by
             where n.conversation_id = $1 order by n.created_at desc, n.id desc limit $2 offset $3",
        )
        .bind(Uuid::from(conversation))
        .bind(limit)
        .bind(offset)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(store_error)?;
        let total =
            sqlx::query_scalar("select count(*) from tenant.conversation_notes where conversation_id = $1")
                .bind(Uuid::from(conversation))
                .fetch_one(&mut *self.tx)
                .await
                .map_err(store_error)?;
        let note = |(id, by, name, body, created_at): (Uuid, Uuid, String, String, DateTime<Utc>)| {
            let by = Person { id: UserId::from(by), name };
            ConversationNote { id: NoteId::from(id), by, body, created_at }
        };
        Ok((rows.into_iter().map(note).collect(), total))
    }
}
