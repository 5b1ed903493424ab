//! An organisation to try things on.

use chrono::{DateTime, TimeDelta, Utc, Weekday};
use switchboard_events::{CallAccepted, CallId, CustomerId, Event, MessageId, OrgId, SessionId, UserId};

use crate::access::{Caller, OrgScope, Role};
use crate::auto_responses::{AutoResponse, Trigger};
use crate::calls::{Call, CallState, Direction, InboundCall};
use crate::customers::{Customer, CustomerKind};
use crate::ids::{AttachmentId, AutoResponseId, ConversationId, TemplateId, UploadId, WebhookId};
use crate::inspector::{Outcome, Sent, SignatureVerdict, WebhookKind, WebhookRecord};
use crate::lines::{Greeting, Line, Opening};
use crate::messages::{Attachment, Channel, Fate, InboundMessage, MediaType, Message, Progress, Template};
use crate::party::{CustomerRef, Party};
use crate::people::{NewUser, Organization, User};
use crate::phone::{PhoneNumber, Region};
use crate::ports::{CallDirection, CallStatus, OrgTx, SecretField, Store, TokenHash, TwilioCall, Vault};
use crate::service_tokens::{ServiceToken, ServiceTokenId};
use crate::sessions::NewSession;
use crate::testing::PlainVault;
use crate::text::timestamp;
use crate::twilio_settings::{ApiKey, TwilioNumber, TwilioSettings};
use crate::uploads::Upload;
use crate::zone::Zone;

/// An organisation with two people, one of them signed in, and a number at Twilio.
#[derive(Debug, Clone)]
pub struct Planted {
    /// Its scope.
    pub scope: OrgScope,
    /// Its Twilio account.
    pub account_sid: String,
    /// The account's token.
    pub auth_token: String,
    /// Its number.
    pub number: PhoneNumber,
    /// Ada, an admin, with a live session.
    pub admin: User,
    /// Grace, who answers calls.
    pub agent: User,
    /// Ada's session.
    pub session: SessionId,
}

impl Planted {
    /// A member of the organisation asking for something, in Ada's session.
    pub fn caller(&self, user: &User) -> Caller {
        Caller {
            scope: self.scope,
            user: user.id,
            session: self.session,
            role: user.role,
            token_issued_at: noon(),
            token_expires_at: noon() + TimeDelta::days(1),
        }
    }
}

/// Noon of the first day of 2026, when [`ManualClock`](super::ManualClock) starts.
pub fn noon() -> DateTime<Utc> {
    "2026-01-01T12:00:00Z".parse().expect("a moment")
}

/// Plants an organisation. Names, addresses and numbers are drawn, so that many fit in one store.
pub async fn plant(store: &dyn Store) -> Planted {
    let org = OrgId::generate();
    #[expect(clippy::disallowed_methods, reason = "the organisation is planted here")]
    let scope = OrgScope::trusted(org);
    let drawn = uuid::Uuid::from(org).as_u128() % 10_000_000;
    let tag = uuid::Uuid::new_v4().simple().to_string();
    let admin = user(org, "Ada", "Lovelace", Role::Admin, &tag);
    let agent = user(org, "Grace", "Hopper", Role::User, &tag);
    let number = PhoneNumber::from_e164(format!("+1415{drawn:07}"));
    let settings = twilio_settings(&admin, &tag, &number);
    let session = NewSession {
        id: SessionId::generate(),
        user: admin.id,
        address: "192.0.2.1".to_owned(),
        created_at: noon(),
        expires_at: noon() + TimeDelta::days(30),
    };
    let mut tx = store.begin(scope).await.expect("begin");
    tx.insert_organization(&organization(org, &tag)).await.expect("insert an organisation");
    for user in [&admin, &agent] {
        let new = NewUser { user: user.clone(), password_hash: Some("correct horse".to_owned()) };
        tx.insert_user(&new).await.expect("insert a user");
    }
    tx.put_twilio_settings(&settings).await.expect("put the settings");
    tx.insert_session(&session).await.expect("insert a session");
    tx.commit().await.expect("commit");
    Planted {
        scope,
        account_sid: settings.account_sid,
        auth_token: format!("token-{tag}"),
        number,
        admin,
        agent,
        session: session.id,
    }
}

fn organization(id: OrgId, tag: &str) -> Organization {
    Organization {
        id,
        name: "Acme".to_owned(),
        slug: format!("acme-{tag}"),
        domain: Some("acme.example".to_owned()),
        settings: serde_json::json!({"greeting": "hello"}),
        region: Region::default(),
        timezone: Zone::default(),
        is_active: true,
        created_at: noon(),
        updated_at: noon(),
    }
}

/// A user, not yet stored.
pub fn user(org: OrgId, first_name: &str, last_name: &str, role: Role, tag: &str) -> User {
    User {
        id: UserId::generate(),
        org,
        email: format!("{}-{tag}@acme.example", first_name.to_lowercase()),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        role,
        timezone: "UTC".to_owned(),
        email_verified: false,
        is_active: true,
        invited_until: None,
        last_login: None,
        created_at: noon(),
        updated_at: noon(),
    }
}

/// Somebody who is invited until the day after noon, not yet stored, and what their link is found under.
pub fn invited(org: OrgId, role: Role, tag: &str) -> (NewUser, TokenHash) {
    let user = User {
        is_active: false,
        invited_until: Some(noon() + TimeDelta::days(1)),
        ..user(org, "Joan", "Clarke", role, tag)
    };
    let hash = hash_of(user.id.into());
    (NewUser { user, password_hash: None }, hash)
}

/// Settings at Twilio, not yet stored: an account with an API key and one number. [`PlainVault`] opens their secrets,
/// `token-{tag}` and `secret-{tag}`; a tag has 32 hexadecimal digits.
pub fn twilio_settings(by: &User, tag: &str, number: &PhoneNumber) -> TwilioSettings {
    let seal = |field, secret: String| PlainVault::default().seal(by.org, field, &secret.into());
    TwilioSettings {
        revision: uuid::Uuid::new_v4(),
        account_sid: format!("AC{tag}"),
        auth_token: seal(SecretField::AuthToken, format!("token-{tag}")),
        previous_token: None,
        api_key: Some(ApiKey {
            sid: format!("SK{tag}"),
            secret: seal(SecretField::ApiKeySecret, format!("secret-{tag}")),
        }),
        application_sid: Some(format!("AP{tag}")),
        messaging_service_sid: None,
        phone_number: number.clone(),
        numbers: vec![TwilioNumber { number: number.clone(), sid: format!("PN{tag}") }],
        saved_by: by.id,
        saved_at: noon(),
        webhooks_set_at: None,
    }
}

/// A line about which everything was decided, not yet stored: open on Monday mornings and in the night to Monday, closed at
/// New Year.
pub fn line(number: &PhoneNumber, team: &[&User]) -> Line {
    let openings = [Opening::on(Weekday::Mon, 9 * 60, 12 * 60), Opening::on(Weekday::Sun, 22 * 60, 6 * 60)];
    Line {
        number: number.clone(),
        hours: Some(openings.into_iter().flatten().collect()),
        holidays: vec![noon().date_naive()],
        team: team.iter().map(|user| user.id).collect(),
        greeting: Greeting::Recording("https://media.example/greeting.mp3".to_owned()),
        phones: vec![PhoneNumber::from_e164("+16475550188")],
        ring_seconds: 30,
        phone_ring_seconds: 15,
        has_voicemail: false,
        is_recorded: true,
    }
}

/// A service's token, not yet stored, and what it is found under.
pub fn service_token(by: &User) -> (ServiceToken, TokenHash) {
    let token = ServiceToken {
        id: ServiceTokenId::generate(),
        name: "reports".to_owned(),
        created_by: by.id,
        created_at: noon(),
        last_used_at: None,
    };
    let hash = hash_of(token.id.into());
    (token, hash)
}

fn hash_of(id: uuid::Uuid) -> TokenHash {
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(id.as_bytes());
    TokenHash(hash)
}

/// A customer, not yet stored.
pub fn customer(kind: CustomerKind, first_name: &str, phone: &str) -> Customer {
    Customer {
        id: CustomerId::generate(),
        kind,
        first_name: first_name.to_owned(),
        last_name: "Doe".to_owned(),
        email: Some(format!("{}@customer.example", first_name.to_lowercase())),
        phone: Some(phone.to_owned()),
        phone_e164: PhoneNumber::parse(phone, Region::default()),
        company: Some("Widgets".to_owned()),
        status: kind.statuses()[0].to_owned(),
        assigned_to: None,
        notes: None,
        source: None,
        priority: (kind == CustomerKind::Lead).then(|| "medium".to_owned()),
        value: (kind == CustomerKind::Lead).then_some(12.5),
        created_at: noon(),
        updated_at: noon(),
    }
}

/// A ringing call, not yet stored.
pub fn call(customer: Option<CustomerRef>) -> Call {
    Call {
        id: CallId::generate(),
        version: 0,
        direction: Direction::Inbound,
        sid: Some(format!("CA{}", uuid::Uuid::new_v4().simple())),
        from: "+16475550100".to_owned(),
        to: "+14155550123".to_owned(),
        customer,
        state: CallState::Ringing,
        agent: None,
        handed_over_by: None,
        meant_for: None,
        phone: None,
        round: 0,
        legs: Vec::new(),
        lease_until: None,
        is_on_hold: false,
        status: CallStatus::Ringing,
        started_at: noon(),
        answered_at: None,
        talking_since: None,
        talked: TimeDelta::zero(),
        ended_at: None,
        updated_at: noon(),
        duration_seconds: None,
        price: None,
        outcome: None,
        notes: None,
        awaits_recording: false,
        due_at: None,
    }
}

/// A call that came in, as Twilio has it.
pub fn twilio_call(sid: &str, status: CallStatus) -> TwilioCall {
    TwilioCall {
        sid: sid.to_owned(),
        parent_call_sid: None,
        direction: CallDirection::Inbound,
        status,
        to: "+14155550123".to_owned(),
        from: "+16475550100".to_owned(),
        answered_by: None,
        created_at: Some(noon()),
        started_at: Some(noon()),
        ended_at: None,
        duration: None,
        price: None,
    }
}

/// What Twilio tells of a call from the usual caller.
pub fn inbound(sid: &str, to: &str) -> InboundCall {
    let party = |number: &str| Party::phone(PhoneNumber::from_e164(number));
    InboundCall {
        sid: sid.to_owned(),
        from: party("+16475550100"),
        to: party(to),
        status: CallStatus::Ringing,
        told_at: noon(),
    }
}

/// What Twilio tells when that caller hung up.
pub fn hung_up(sid: &str, to: &str) -> InboundCall {
    InboundCall { status: CallStatus::Completed, ..inbound(sid, to) }
}

/// A text from the usual caller.
pub fn text(sid: &str, body: &str) -> InboundMessage {
    let party = |number: &str| Party::phone(PhoneNumber::from_e164(number));
    InboundMessage {
        sid: sid.to_owned(),
        channel: Channel::Sms,
        from: party("+16475550100"),
        name: None,
        to: party("+14155550123"),
        service: None,
        body: body.to_owned(),
        opt_out: None,
        segments: Some(1),
        media_urls: Vec::new(),
    }
}

/// Stores a text from the usual caller, at the end of its conversation.
pub async fn take_in(tx: &mut dyn OrgTx, body: &str, at: DateTime<Utc>) -> Message {
    take_in_whole(tx, text(&format!("SM{}", uuid::Uuid::new_v4().simple()), body), at).await
}

/// Stores a text, at the end of its conversation.
pub async fn take_in_whole(tx: &mut dyn OrgTx, inbound: InboundMessage, at: DateTime<Utc>) -> Message {
    let mut conversation = tx.open_conversation(&inbound.from, at).await.expect("open");
    let message = Message::received(inbound, &mut conversation, None, at);
    assert!(tx.insert_message(&message).await.expect("insert"));
    tx.update_conversation(&conversation).await.expect("update");
    message
}

/// A message to the usual caller in such a conversation, not yet stored: in hand at noon.
pub fn outbound(conversation: ConversationId, sender: &User, body: &str) -> Message {
    Message {
        id: MessageId::generate(),
        version: 0,
        sid: None,
        direction: Direction::Outbound,
        channel: Channel::Sms,
        conversation,
        position: None,
        from: "+14155550123".to_owned(),
        to: "+16475550100".to_owned(),
        body: body.to_owned(),
        agreed: None,
        template: None,
        media_urls: Vec::new(),
        segments: 1,
        customer: None,
        sender: Some(sender.person()),
        progress: Progress::Unknown,
        fault: None,
        send_at: None,
        handed_at: Some(noon()),
        sent_at: None,
        delivered_at: None,
        created_at: noon(),
        updated_at: noon(),
        price: None,
        tries: 0,
        due_at: None,
    }
}

/// Something that came with a message, not yet stored: still to be fetched, and due at noon.
pub fn attachment(message: &Message, place: u32) -> Attachment {
    Attachment {
        id: AttachmentId::generate(),
        version: 0,
        message: message.id,
        place,
        url: format!("https://media.example/{place}?a=1&b=<2>"),
        fate: Fate::Awaited,
        tries: 0,
        due_at: Some(noon()),
    }
}

/// A file of three bytes, uploaded at noon and not yet stored.
pub fn upload(by: &User) -> Upload {
    Upload { id: UploadId::generate(), by: by.id, kind: MediaType::Gif, size: 3, created_at: noon() }
}

/// A template, not yet stored.
pub fn template(by: &User, name: &str, body: &str) -> Template {
    Template {
        id: TemplateId::generate(),
        name: name.to_owned(),
        category: Some("greetings".to_owned()),
        body: body.to_owned(),
        content_sid: Some(format!("HX{}", uuid::Uuid::new_v4().simple())),
        is_active: true,
        created_by: by.id,
        created_at: noon(),
        updated_at: noon(),
    }
}

/// An auto-response to a trigger at any number, not yet stored.
pub fn auto_response(by: &User, trigger: Trigger, body: &str) -> AutoResponse {
    AutoResponse {
        id: AutoResponseId::generate(),
        trigger,
        number: None,
        body: body.to_owned(),
        is_active: true,
        created_by: by.id,
        created_at: noon(),
        updated_at: noon(),
    }
}

/// A webhook that brought this, was rightly signed and answered with nothing, not yet stored.
pub fn webhook(kind: WebhookKind, params: &[(&str, &str)], at: DateTime<Utc>) -> WebhookRecord {
    let params: Vec<_> =
        params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    WebhookRecord {
        id: WebhookId::generate(),
        at,
        kind,
        account_sid: "AC1".to_owned(),
        query: Sent::default(),
        params: Sent::new(&params),
        signature: SignatureVerdict::Valid,
        is_proven: true,
        outcome: Outcome::Handled,
        why: None,
        status: 204,
        answer: String::new(),
        took_ms: 5,
        event: uuid::Uuid::new_v4().to_string(),
        is_repeat: false,
        is_late: false,
        request: Some(uuid::Uuid::new_v4()),
        call: None,
        message: None,
    }
}

/// Appends `count` events to the organisation's log, in one commit.
pub async fn append(store: &dyn Store, scope: OrgScope, at: DateTime<Utc>, count: u64) {
    let mut tx = store.begin(scope).await.expect("begin");
    for n in 0..count {
        tx.record(at, accepted(&format!("CA{n}")));
    }
    tx.commit().await.expect("commit");
}

/// An event.
pub fn accepted(sid: &str) -> Event {
    Event::CallAccepted(CallAccepted {
        call_sid: sid.to_owned(),
        accepted_by: UserId::generate(),
        timestamp: timestamp(noon()),
    })
}
