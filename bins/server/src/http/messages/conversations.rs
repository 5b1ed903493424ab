use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use switchboard_domain::access::Caller;
use switchboard_domain::check::Check;
use switchboard_domain::events::{MessageId, UserId};
use switchboard_domain::ids::ConversationId;
use switchboard_domain::messages::{ConversationNote, ConversationRecord, InboxQuery, Standing, Thread};
use switchboard_domain::paging::Mark;
use switchboard_domain::party::CustomerRef;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::record::MessageBody;
use crate::Server;
use crate::error::{ApiError, ErrorBody, PersonBody};
use crate::http::body::Body;
use crate::http::caller::{Agent, Viewer};
use crate::http::people::timestamp;
use crate::http::query::{Id, Listing, Pagination, Pairs, Place, Search, write_mark};

pub(super) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(thread))
        .routes(routes!(read))
        .routes(routes!(assign))
        .routes(routes!(notes, write_note))
}

#[derive(Serialize, ToSchema)]
struct Conversations {
    conversations: Vec<ConversationBody>,
    pagination: Place,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConversationBody {
    phone_number: String,
    last_message_at: String,
    message_count: i64,
    inbound_count: i64,
    outbound_count: i64,
    /// How many of the inbound messages I have not seen.
    unread_count: i64,
    last_message: Option<String>,
    /// `inbound` or `outbound`.
    last_direction: Option<&'static str>,
    /// `sms` or `whatsapp`.
    last_channel: Option<&'static str>,
    /// How far the last message is.
    last_status: Option<String>,
    lead_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    contact_name: Option<String>,
    /// Everybody whose number it is, contacts first; the first one is named above.
    people: Vec<ContactInfo>,
    /// Who looks after it.
    assigned_to: Option<Uuid>,
}

/// Somebody whose number it is.
#[derive(Serialize, ToSchema)]
struct ContactInfo {
    /// `contact` or `lead`.
    #[serde(rename = "type")]
    kind: &'static str,
    id: Uuid,
    name: String,
}

impl From<&CustomerRef> for ContactInfo {
    fn from(customer: &CustomerRef) -> Self {
        Self { kind: customer.kind.as_str(), id: customer.id.into(), name: customer.name() }
    }
}

impl From<ConversationRecord> for ConversationBody {
    fn from(record: ConversationRecord) -> Self {
        let ConversationRecord { conversation, last, unread, people } = record;
        let first = people.first();
        Self {
            phone_number: conversation.peer,
            last_message_at: timestamp(conversation.last_at),
            message_count: conversation.message_count,
            inbound_count: conversation.inbound_count,
            outbound_count: conversation.message_count - conversation.inbound_count,
            unread_count: unread,
            last_direction: last.as_ref().map(|last| last.direction.as_str()),
            last_channel: last.as_ref().map(|last| last.channel.as_str()),
            last_status: last.as_ref().map(|last| last.progress.as_str().to_owned()),
            last_message: last.map(|last| last.body),
            lead_id: CustomerRef::lead_id(first).map(Uuid::from),
            contact_id: CustomerRef::contact_id(first).map(Uuid::from),
            contact_name: first.map(CustomerRef::name).filter(|name| !name.is_empty()),
            people: people.iter().map(ContactInfo::from).collect(),
            assigned_to: conversation.assigned_to.map(Uuid::from),
        }
    }
}

/// Which conversations to show.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// That this person looks after; `me`: I.
    #[param(rename = "assignedTo", value_type = Option<String>)]
    assigned_to: Option<Assignee>,
    /// What the page before gave as `before`.
    #[param(value_type = Option<String>)]
    before: Option<Mark<ConversationId>>,
}

enum Assignee {
    Me,
    Person(UserId),
}

impl Assignee {
    fn of(self, caller: &Caller) -> UserId {
        match self {
            Self::Me => caller.user,
            Self::Person(id) => id,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Filter {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let pairs = Pairs::from_request_parts(parts, state).await?;
        let mut check = Check::default();
        let assigned_to = match pairs.find("assignedTo") {
            Some("me") => Some(Assignee::Me),
            _ => pairs.id(&mut check, "assignedTo").map(Assignee::Person),
        };
        let before = pairs.mark(&mut check, "before");
        check.finish()?;
        Ok(Self { assigned_to, before })
    }
}

/// Conversations, the latest first. A search finds by the start of a name, or of a number in any format.
#[utoipa::path(get, path = "/sms/conversations", tag = "messages", params(Filter, Search, Listing), security(("bearer" = ["viewer"])), responses(
    (status = OK, body = Conversations), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn list(
    State(server): State<Server>,
    Viewer(caller): Viewer,
    Filter { assigned_to, before }: Filter,
    Search { search }: Search,
    listing: Listing,
) -> Result<Json<Conversations>, ApiError> {
    let query = InboxQuery {
        assigned_to: assigned_to.map(|assignee| assignee.of(&caller)),
        search,
        after: before,
        limit: listing.limit,
        offset: listing.offset,
    };
    let (records, total) = server.messages.conversations(&caller, &query).await?;
    let last =
        records.last().map(|ConversationRecord { conversation: last, .. }| write_mark(last.last_at, last.id));
    let pagination = Place::new(&listing, total, records.len(), last);
    let conversations = records.into_iter().map(ConversationBody::from).collect();
    Ok(Json(Conversations { conversations, pagination }))
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ThreadBody {
    phone_number: String,
    contact_info: Option<ContactInfo>,
    /// Everybody whose number it is, contacts first.
    people: Vec<ContactInfo>,
    /// The oldest first.
    messages: Vec<MessageBody>,
    /// What is to be sent later, the soonest first.
    scheduled: Vec<MessageBody>,
    unread_count: i64,
    assigned_to: Option<Uuid>,
    consent: ConsentBody,
    /// Until when they may be written to freely on WhatsApp; `null` if they never wrote there.
    whatsapp_until: Option<String>,
    pagination: Place,
}

/// Which messages of a conversation to show.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct Span {
    /// How many, 1 to 200.
    #[param(required = false, default = 50, minimum = 1, maximum = 200)]
    limit: i64,
    /// Older than this one.
    #[param(value_type = Option<Uuid>)]
    before: Option<MessageId>,
}

impl<S: Send + Sync> FromRequestParts<S> for Span {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let pairs = Pairs::from_request_parts(parts, state).await?;
        let mut check = Check::default();
        let span = Self { limit: pairs.limit(&mut check), before: pairs.id(&mut check, "before") };
        check.finish()?;
        Ok(span)
    }
}

/// Whether they may be texted.
#[derive(Serialize, ToSchema)]
struct ConsentBody {
    /// `unsaid`, `opted_in` or `opted_out`.
    state: &'static str,
    since: Option<String>,
}

impl From<Standing> for ConsentBody {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Unsaid => Self { state: "unsaid", since: None },
            Standing::In { since } => Self { state: "opted_in", since: Some(timestamp(since)) },
            Standing::Out { since } => Self { state: "opted_out", since: Some(timestamp(since)) },
        }
    }
}

/// The newest messages with a number, or those before one of them. With somebody to whom nothing was ever said there are none.
#[utoipa::path(get, path = "/sms/conversation/{phoneNumber}", tag = "messages", security(("bearer" = ["viewer"])),
    params(("phoneNumber" = String, Path), Span), responses(
    (status = OK, body = ThreadBody), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn thread(
    State(server): State<Server>,
    Viewer(caller): Viewer,
    Id(address): Id<String>,
    Span { limit, before }: Span,
) -> Result<Json<ThreadBody>, ApiError> {
    let thread = server.messages.thread(&caller, &address, before, limit).await?;
    let Thread { peer, conversation, unread, people, messages, before, scheduled, standing } = thread;
    let total = conversation.as_ref().map_or(0, |conversation| conversation.message_count);
    Ok(Json(ThreadBody {
        phone_number: peer,
        contact_info: people.first().map(ContactInfo::from),
        people: people.iter().map(ContactInfo::from).collect(),
        messages: server.shown_messages(&caller, messages),
        scheduled: server.shown_messages(&caller, scheduled),
        unread_count: unread,
        assigned_to: conversation.as_ref().and_then(|conversation| conversation.assigned_to).map(Uuid::from),
        consent: standing.into(),
        whatsapp_until: conversation.and_then(|conversation| conversation.whatsapp_until()).map(timestamp),
        pagination: Place { total, limit, offset: 0, before: before.map(|before| before.to_string()) },
    }))
}

#[derive(Serialize, ToSchema)]
struct Done {
    success: bool,
}

/// Notes that I have seen everything that came in from a number.
#[utoipa::path(post, path = "/sms/conversation/{phoneNumber}/read", tag = "messages", security(("bearer" = ["viewer"])),
    params(("phoneNumber" = String, Path)), responses((status = OK, body = Done)))]
async fn read(
    State(server): State<Server>,
    Viewer(caller): Viewer,
    Id(address): Id<String>,
) -> Result<Json<Done>, ApiError> {
    server.messages.read(&caller, &address).await?;
    Ok(Json(Done { success: true }))
}

/// Who is to look after a conversation.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase")]
struct Assignment {
    /// A member of the team; `null`: nobody.
    #[schema(value_type = Option<Uuid>)]
    user_id: Option<String>,
}

/// Gives a conversation to somebody to look after.
#[utoipa::path(put, path = "/sms/conversation/{phoneNumber}/assignment", tag = "messages", request_body = Assignment, security(("bearer" = ["user"])),
    params(("phoneNumber" = String, Path)), responses((status = OK, body = Done), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn assign(
    State(server): State<Server>,
    Agent(caller): Agent,
    Id(address): Id<String>,
    Body(Assignment { user_id }): Body<Assignment>,
) -> Result<Json<Done>, ApiError> {
    server.messages.assign(&caller, &address, user_id.as_deref()).await?;
    Ok(Json(Done { success: true }))
}

#[derive(Serialize, ToSchema)]
struct Notes {
    notes: Vec<NoteBody>,
    pagination: Pagination,
}

#[derive(Serialize, ToSchema)]
struct OneNote {
    note: NoteBody,
}

#[derive(Serialize, ToSchema)]
struct NoteBody {
    id: Uuid,
    by: PersonBody,
    body: String,
    created_at: String,
}

impl From<ConversationNote> for NoteBody {
    fn from(note: ConversationNote) -> Self {
        let ConversationNote { id, by, body, created_at } = note;
        Self { id: id.into(), by: by.into(), body, created_at: timestamp(created_at) }
    }
}

/// Notes beside a conversation, for colleagues alone, the latest first.
#[utoipa::path(get, path = "/sms/conversation/{phoneNumber}/notes", tag = "messages", security(("bearer" = ["viewer"])),
    params(("phoneNumber" = String, Path), Listing), responses((status = OK, body = Notes)))]
async fn notes(
    State(server): State<Server>,
    Viewer(caller): Viewer,
    Id(address): Id<String>,
    listing: Listing,
) -> Result<Json<Notes>, ApiError> {
    let (notes, total) = server.messages.notes(&caller, &address, listing.limit, listing.offset).await?;
    let notes = notes.into_iter().map(NoteBody::from).collect();
    Ok(Json(Notes { notes, pagination: listing.pagination(total) }))
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
struct NewNote {
    body: Option<String>,
}

/// Writes a note beside a conversation.
#[utoipa::path(post, path = "/sms/conversation/{phoneNumber}/notes", tag = "messages", request_body = NewNote, security(("bearer" = ["user"])),
    params(("phoneNumber" = String, Path)), responses((status = CREATED, body = OneNote), (status = UNPROCESSABLE_ENTITY, body = ErrorBody)))]
async fn write_note(
    State(server): State<Server>,
    Agent(caller): Agent,
    Id(address): Id<String>,
    Body(NewNote { body }): Body<NewNote>,
) -> Result<(StatusCode, Json<OneNote>), ApiError> {
    let note = server.messages.write_note(&caller, &address, body.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(OneNote { note: note.into() })))
}
