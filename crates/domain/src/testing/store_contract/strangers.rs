use chrono::TimeDelta;
use switchboard_events::{CallId, CustomerId, UserId};

use super::filter;
use super::invitations::invite;
use crate::auto_responses::{AutoAnswer, AutoResponse, Trigger, Unanswered};
use crate::calls::{Call, CallFilter, CallRecording, CallState, Note, RecordingKind, Told, What};
use crate::customers::{Customer, CustomerKind};
use crate::ids::{AutoResponseId, NoteId, UploadId};
use crate::inspector::{WebhookCheck, WebhookFilter, WebhookKind, WebhookRecord};
use crate::lines::Line;
use crate::messages::{
    Attachment, ConsentChange, Conversation, ConversationFilter, ConversationNote, Fate, MediaType, Message,
    MessageFilter, Said,
};
use crate::party::{CustomerRef, Party};
use crate::people::Organization;
use crate::phone::PhoneNumber;
use crate::ports::{Directory, OrgTx, Sealed, SecretField, Store, TokenHash};
use crate::presence::{NodeId, Sighting, Status, Stay};
use crate::search::Search;
use crate::signatures::{ModeChange, SignatureMode};
use crate::stats::{CallStats, Period};
use crate::testing::fixtures::{self, Planted, accepted, noon, plant, take_in};
use crate::twilio_settings::TwilioSettings;
use crate::uploads::Upload;

/// Every repository method, tried with the ids of another organisation.
pub(super) async fn another_organisations_rows_do_not_exist(store: &dyn Store, directory: &dyn Directory) {
    let (mine, theirs) = (plant(store).await, plant(store).await);
    let (their_customer, their_call, (their_message, their_picture)) = furnish(store, &theirs).await;
    let their_settings = settings_of(store, &theirs).await;
    let their_node = sight(store, &theirs).await;
    let (their_guest, their_link) = invite(store, &theirs).await;
    let before = snapshot(store, &theirs, &their_customer, their_call.id, &their_message).await;

    let mut tx = store.begin(mine.scope).await.expect("begin");
    assert_eq!(tx.organization().await.expect("read").map(|o| o.id), Some(mine.scope.org()));
    assert_eq!(tx.user(theirs.agent.id).await.expect("read"), None);
    assert!(tx.users().await.expect("read").iter().all(|user| user.org == mine.scope.org()));
    assert_eq!(tx.password_hash(theirs.agent.id).await.expect("read"), None);
    assert_eq!(tx.live_session(theirs.session, noon()).await.expect("read"), None);
    assert!(tx.live_sessions(&[theirs.session], noon()).await.expect("read").is_empty());
    assert!(!tx.signed_in_from(theirs.admin.id, "192.0.2.1").await.expect("read"));
    let settings = tx.twilio_settings().await.expect("read").expect("one's own");
    assert_eq!(settings.account_sid, mine.account_sid);
    assert_eq!(tx.twilio_settings_to_change().await.expect("read"), Some(settings));
    assert_eq!(tx.signature_modes(10).await.expect("read"), []);
    assert_eq!(tx.lines().await.expect("read"), []);
    assert_eq!(tx.line(&theirs.number).await.expect("read"), None);
    assert_eq!(tx.customer(their_customer.kind, their_customer.id).await.expect("read"), None);
    assert_eq!(tx.customer_to_change(their_customer.kind, their_customer.id).await.expect("read"), None);
    tx.lock_people().await.expect("locks one's own");
    assert_eq!(tx.customers(&filter(their_customer.kind, None), 50, 0).await.expect("read"), (vec![], 0));
    assert_eq!(
        tx.customers(&filter(their_customer.kind, Some("bo")), 50, 0).await.expect("read"),
        (vec![], 0)
    );
    let phone = their_customer.phone_e164.clone().expect("a number");
    assert_eq!(tx.customer_by_phone(&phone).await.expect("read"), None);
    assert_eq!(tx.contact_stats().await.expect("read"), Default::default());
    assert_eq!(tx.lead_stats(noon(), noon()).await.expect("read"), Default::default());
    let their_sid = their_call.sid.as_deref().expect("a SID");
    assert_eq!(tx.call(their_call.id).await.expect("read"), None);
    assert_eq!(tx.call_by_sid(their_sid).await.expect("read"), None);
    assert_eq!(tx.calls(&CallFilter::default(), 10, 0).await.expect("read"), (vec![], 0));
    assert_eq!(tx.due_calls(10).await.expect("read"), []);
    assert_eq!(tx.calls_without_sid(&their_call.to).await.expect("read"), []);
    assert!(tx.people_on_calls().await.expect("read").is_empty());
    assert_eq!(tx.recording("RE1").await.expect("read"), None);
    assert_eq!(tx.recordings_of(&[their_call.id]).await.expect("read"), []);
    assert_eq!(tx.timeline(their_call.id.into()).await.expect("read"), []);
    assert!(tx.ringing_calls().await.expect("read").is_empty());
    assert_eq!(tx.people_on_calls().await.expect("read"), []);
    assert_eq!(tx.attendances(Some(&[theirs.admin.id, theirs.agent.id])).await.expect("read"), []);
    nothing_of_their_messages_is_seen(tx.as_mut(), &their_message).await;
    nothing_of_their_pictures_is_seen_or_changed(tx.as_mut(), &their_picture).await;
    nothing_of_their_webhooks_is_seen_or_forgotten(tx.as_mut(), &their_call).await;
    assert_eq!(tx.position().await.expect("read").head, 0);
    assert!(tx.events_after(0, 10).await.expect("read").is_empty());
    assert_eq!(tx.trim(noon() + TimeDelta::days(1), 10).await.expect("trims nothing"), 0);

    // What writes finds nothing to write to; a reference to them is refused, not made.
    assert!(!tx.note_webhooks_set(their_settings.revision, noon()).await.expect("notes nothing"));
    let nothing = Sealed { key_id: "new".to_owned(), bytes: vec![] };
    for (field, sealed) in [
        (SecretField::AuthToken, &their_settings.auth_token),
        (SecretField::ApiKeySecret, &their_settings.api_key.as_ref().expect("a key").secret),
    ] {
        assert!(!tx.reseal(field, sealed, &nothing).await.expect("seals nothing"), "{field:?}");
    }
    let mut named_like_theirs = organization_of(store, &theirs).await;
    named_like_theirs.name = "Mine".to_owned();
    tx.update_organization(&named_like_theirs).await.expect("renames one's own");
    tx.put_line(&Line::plain(theirs.number.clone())).await.expect("keeps one's own");
    let mut stolen = theirs.agent.clone();
    stolen.is_active = false;
    tx.update_user(&stolen).await.expect("updates nobody");
    tx.set_password_hash(theirs.agent.id, "mine now").await.expect("updates nobody");
    tx.touch_login(theirs.agent.id, noon()).await.expect("updates nobody");
    assert!(!tx.take_invitation(their_guest.id, their_link).await.expect("takes nothing"));
    assert!(!tx.delete_invited(their_guest.id).await.expect("deletes nobody"));
    assert!(!tx.rotate_refresh(theirs.session, 0, noon()).await.expect("rotates nothing"));
    tx.end_session(theirs.session, "theft", noon()).await.expect("ends nothing");
    tx.end_sessions_of(theirs.admin.id, "theft", noon()).await.expect("ends nothing");
    let mut renamed = their_customer.clone();
    renamed.first_name = "Mine".to_owned();
    tx.update_customer(&renamed).await.expect("updates nobody");
    assert!(!tx.delete_customer(their_customer.kind, their_customer.id).await.expect("deletes nobody"));
    let taken = Call { agent: Some(mine.agent.person()), state: CallState::Claimed, ..their_call.clone() };
    assert!(!tx.update_call(&taken).await.expect("takes nothing"));
    tx.forget_declines(their_call.id).await.expect("forgets nothing");
    tx.note(their_call.id.into(), &[note()]).await.expect("notes it for oneself");
    tx.note_once(their_call.id.into(), &note()).await.expect("notes nothing");
    let told = Told { sid: their_call.sid.clone().expect("a SID"), at: noon(), screens: 1 };
    tx.note_told(&[told]).await.expect("notes nothing");
    nothing_of_their_messages_is_changed(tx.as_mut(), &mine, &their_message).await;
    let here = Sighting { user: theirs.agent.id, stay: Stay::Connected, is_audible: Some(true) };
    assert!(!tx.note_sightings(NodeId::generate(), &[here]).await.expect("sees nobody"));
    let gone = Sighting { stay: Stay::For(TimeDelta::zero()), ..here };
    assert!(!tx.note_sightings(their_node, &[gone]).await.expect("sees nobody leave"));
    assert!(!tx.set_status(theirs.agent.id, Status::Busy).await.expect("says nothing for them"));
    let mut mine_now = their_call.clone();
    mine_now.id = CallId::generate();
    mine_now.customer = None;
    assert!(
        tx.insert_call(&mine_now).await.expect("insert"),
        "the same SID in two organisations is two calls"
    );
    tx.put_twilio_settings(&fixtures::twilio_settings(&mine.admin, &tag(), &theirs.number))
        .await
        .expect("the same number in another account");
    tx.insert_signature_mode(&enforce()).await.expect("judges one's own");
    tx.record(noon(), accepted("CAmine"));
    tx.record_access_change();
    tx.record_offers_change();
    tx.commit().await.expect("commit");

    let mut tx = store.begin(mine.scope).await.expect("begin");
    let stolen = TokenHash([uuid::Uuid::from(their_guest.id).as_bytes()[15]; 32]);
    assert!(tx.put_invitation(their_guest.id, stolen).await.is_err(), "invites nobody of theirs");
    drop(tx);

    let after = snapshot(store, &theirs, &their_customer, their_call.id, &their_message).await;
    assert_eq!(before, after, "nothing of theirs changed");
    let link = directory.invitation(their_link).await.expect("read").expect("it still leads to their guest");
    assert_eq!((link.org, link.user), (theirs.scope.org(), their_guest.id));
    let keys = directory.twilio_keys(&theirs.account_sid).await.expect("read");
    assert_eq!(keys.len(), 1);
    assert!(keys[0].observed.is_some() && keys[0].auth_token == their_settings.auth_token);
    let heads = directory.pulse(&[theirs.scope.org()]).await.expect("read").heads;
    assert_eq!((heads[0].head, heads[0].access_version, heads[0].offers_version), (1, 0, 0));
}

async fn nothing_of_their_messages_is_seen(tx: &mut dyn OrgTx, theirs: &Message) {
    let (id, nobody) = (theirs.conversation, UserId::generate());
    let sid = theirs.sid.as_deref().expect("a SID");
    assert_eq!(tx.message(theirs.id).await.expect("read"), None);
    assert_eq!(tx.message_by_sid(sid).await.expect("read"), None);
    assert_eq!(tx.messages(&MessageFilter::default(), 10, 0).await.expect("read"), (vec![], 0));
    assert_eq!(tx.thread(id, i64::MAX, 10).await.expect("read"), []);
    assert_eq!(tx.scheduled_messages(id).await.expect("read"), []);
    assert_eq!(tx.due_messages(10).await.expect("read"), []);
    assert_eq!(tx.conversation(&theirs.from).await.expect("read"), None);
    let all = ConversationFilter::default();
    assert_eq!(tx.conversations(&all, nobody, None, 10, 0).await.expect("read"), (vec![], 0));
    let search = Search { name: "bo".to_owned(), addresses: vec!["+1".to_owned()] };
    let found = ConversationFilter { search: Some(search), ..all };
    assert_eq!(tx.conversations(&found, nobody, None, 10, 0).await.expect("read"), (vec![], 0));
    assert_eq!(tx.message_stats(Period::default()).await.expect("read").total, 0);
    assert_eq!(
        tx.call_stats(Period::default()).await.expect("read"),
        CallStats { cost: "0".to_owned(), ..CallStats::default() }
    );
    assert_eq!(tx.seen(id, nobody).await.expect("read"), 0);
    assert_eq!(tx.notes(id, 10, 0).await.expect("read"), (vec![], 0));
    assert_eq!(tx.templates().await.expect("read"), []);
    assert_eq!(tx.consents(&[stop().sender], &stop().peer).await.expect("read"), []);
    assert_eq!(tx.consent_changes(0, 10).await.expect("read"), []);
    assert_eq!(tx.auto_responses().await.expect("read"), []);
    assert_eq!(tx.auto_response(uuid::Uuid::from(theirs.id).into()).await.expect("read"), None);
    assert_eq!(tx.auto_answers(id, 10).await.expect("read"), []);
    let phone = PhoneNumber::from_e164(&*theirs.from);
    assert_eq!(tx.customers_by_phones(&[phone], 10).await.expect("read"), []);
}

async fn nothing_of_their_pictures_is_seen_or_changed(tx: &mut dyn OrgTx, theirs: &Attachment) {
    let sent = UploadId::from(uuid::Uuid::from(theirs.id));
    assert_eq!(tx.uploads(&[sent]).await.expect("read"), []);
    assert_eq!(tx.upload_bytes(sent).await.expect("read"), None);
    assert_eq!(tx.uploaded_since(noon() - TimeDelta::days(1)).await.expect("read"), 0);
    assert_eq!(tx.take_uploads(&[sent]).await.expect("takes nothing"), []);
    assert_eq!(tx.forget_uploads(noon() + TimeDelta::days(1), 10).await.expect("forgets nothing"), 0);
    assert_eq!(tx.attachment(theirs.id).await.expect("read"), None);
    assert_eq!(tx.attachment_bytes(theirs.id).await.expect("read"), None);
    assert_eq!(tx.attachments_of(&[theirs.message]).await.expect("read"), []);
    assert_eq!(tx.due_attachments(10).await.expect("read"), []);
    assert_eq!(tx.take_unanswered(noon(), 10).await.expect("takes nothing"), []);
    tx.settle_unanswered(theirs.message).await.expect("settles nothing");
    assert!(!tx.update_attachment(theirs, Some(b"mine")).await.expect("changes nothing"));
}

/// Not even by naming what it was about.
async fn nothing_of_their_webhooks_is_seen_or_forgotten(tx: &mut dyn OrgTx, theirs: &Call) {
    let filter = WebhookFilter { call: Some(theirs.id), ..WebhookFilter::default() };
    for filter in [filter, WebhookFilter::default()] {
        assert_eq!(tx.webhooks(&filter, 10, 0).await.expect("read"), (vec![], 0));
    }
    assert_eq!(tx.webhook(uuid::Uuid::from(theirs.id).into()).await.expect("read"), None);
    assert_eq!(tx.webhook_check("AC1").await.expect("read"), WebhookCheck::default());
    for is_proven in [true, false] {
        tx.forget_webhooks_beyond(is_proven, 0).await.expect("forgets nothing");
    }
    tx.forget_webhooks_before(noon() + TimeDelta::days(9)).await.expect("forgets nothing");
    let same = WebhookRecord { id: uuid::Uuid::new_v4().into(), ..webhook(theirs) };
    tx.insert_webhooks(std::slice::from_ref(&same)).await.expect("insert");
    let kept = tx.webhook(same.id).await.expect("read").expect("one's own");
    assert_eq!((kept.is_repeat, kept.call), (false, None), "it leads nowhere");
}

/// By the id of a call of theirs.
fn webhook(call: &Call) -> WebhookRecord {
    let sid = call.sid.as_deref().expect("a SID");
    let webhook = fixtures::webhook(WebhookKind::Voice, &[("CallSid", sid)], noon());
    let id = uuid::Uuid::from(call.id).into();
    WebhookRecord { id, call: Some(call.id), event: sid.to_owned(), ..webhook }
}

/// What writes to their conversation by its id finds none; their words and ours about the same number are two.
async fn nothing_of_their_messages_is_changed(tx: &mut dyn OrgTx, mine: &Planted, theirs: &Message) {
    assert!(!tx.update_message(&Message { tries: 9, ..theirs.clone() }).await.expect("changes nothing"));
    tx.assign_conversation(theirs.conversation, Some(mine.agent.id)).await.expect("assigns nothing");
    let own = tx.open_conversation(&Party::phone(PhoneNumber::from_e164(&*theirs.from)), noon()).await;
    let own = own.expect("one's own");
    assert_ne!(own.id, theirs.conversation);
    tx.update_conversation(&Conversation { id: theirs.conversation, message_count: 9, ..own })
        .await
        .expect("changes nothing");
    let template = fixtures::template(&mine.admin, "secret", "not theirs");
    tx.insert_template(&template).await.expect("names are each organisation's own");
    tx.update_template(&template).await.expect("changes one's own");
    tx.delete_template(template.id).await.expect("deletes one's own");
    let their_rule = rule(mine, theirs);
    tx.update_auto_response(&their_rule).await.expect("changes nothing");
    tx.delete_auto_response(their_rule.id).await.expect("deletes nothing");
    let rule = AutoResponse { id: AutoResponseId::generate(), ..their_rule };
    tx.insert_auto_response(&rule).await.expect("keywords are each organisation's own");
    tx.keep_consent(&ConsentChange { message: None, ..stop() }).await.expect("keeps it for oneself");
}

/// By the id of a message of theirs.
fn rule(by: &Planted, message: &Message) -> AutoResponse {
    let trigger = Trigger::Keyword("secret".to_owned());
    let rule = fixtures::auto_response(&by.admin, trigger, &by.number.to_string());
    AutoResponse { id: uuid::Uuid::from(message.id).into(), ..rule }
}

fn stop() -> ConsentChange {
    ConsentChange {
        sender: "+14155550123".to_owned(),
        peer: "+16475550100".to_owned(),
        what: Said::Stop,
        said: "stop".to_owned(),
        message: None,
        at: noon(),
    }
}

fn aside(org: &Planted) -> ConversationNote {
    ConversationNote {
        id: NoteId::generate(),
        by: org.agent.person(),
        body: "secret".to_owned(),
        created_at: noon(),
    }
}

fn tag() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

fn enforce() -> ModeChange {
    ModeChange { mode: SignatureMode::Enforce, until: None, changed_by: "Eve".to_owned(), changed_at: noon() }
}

fn note() -> Note {
    Note { at: noon(), what: What::Announced, by: None, detail: None }
}

fn recording(call: &Call) -> CallRecording {
    CallRecording {
        sid: "RE1".to_owned(),
        call: call.id,
        kind: RecordingKind::Voicemail,
        seconds: None,
        transcript: None,
        created_at: noon(),
    }
}

async fn furnish(store: &dyn Store, org: &Planted) -> (Customer, Call, (Message, Attachment)) {
    let mut tx = store.begin(org.scope).await.expect("begin");
    let customer = fixtures::customer(CustomerKind::Contact, "Bo", "+16475550100");
    tx.insert_customer(&customer).await.expect("insert");
    let now = tx.now().await.expect("the time");
    let due_at = Some(now - TimeDelta::seconds(1));
    let call = Call { due_at, ..fixtures::call(Some(CustomerRef::from(customer.clone()))) };
    tx.insert_call(&call).await.expect("insert");
    tx.insert_call(&Call { sid: None, due_at, ..fixtures::call(None) }).await.expect("insert");
    tx.decline_call(call.id, org.agent.id).await.expect("decline");
    tx.put_recording(&recording(&call)).await.expect("put");
    tx.note(call.id.into(), &[note()]).await.expect("note");
    let message = take_in(tx.as_mut(), "secret", noon()).await;
    let message = Message { due_at, ..message };
    assert!(tx.update_message(&message).await.expect("update"));
    let message = Message { version: 1, ..message };
    let due = fixtures::attachment(&message, 0);
    tx.insert_attachment(&Attachment { due_at, ..fixtures::attachment(&message, 1) }).await.expect("insert");
    tx.insert_attachment(&due).await.expect("insert");
    let kept = Fate::Kept { kind: MediaType::PlainText, size: 6 };
    let picture = Attachment { fate: kept, due_at: None, ..due };
    assert!(tx.update_attachment(&picture, Some(b"secret")).await.expect("update"));
    let picture = Attachment { version: 1, ..picture };
    let upload = Upload { id: uuid::Uuid::from(picture.id).into(), ..fixtures::upload(&org.agent) };
    tx.insert_upload(&upload, b"own").await.expect("insert");
    let id = message.conversation;
    tx.note_seen_inbound(id, org.agent.id, 1).await.expect("note");
    tx.assign_conversation(id, Some(org.agent.id)).await.expect("assign");
    tx.insert_note(id, &aside(org)).await.expect("insert");
    tx.insert_template(&fixtures::template(&org.admin, "secret", "secret")).await.expect("insert");
    tx.keep_consent(&stop()).await.expect("keep");
    let rule = rule(org, &message);
    tx.insert_auto_response(&rule).await.expect("insert");
    let answer = AutoAnswer { message: message.id, rule: rule.id, body: message.body.clone(), at: noon() };
    tx.note_auto_answer(id, &answer).await.expect("note");
    let left = Unanswered { message: message.id, is_new_lead: false, due_at: now - TimeDelta::seconds(1) };
    assert!(tx.leave_unanswered(&left).await.expect("leave"));
    let observe = ModeChange { mode: SignatureMode::Observe, until: Some(noon()), ..enforce() };
    tx.insert_signature_mode(&observe).await.expect("insert");
    tx.insert_webhooks(&[webhook(&call)]).await.expect("insert");
    tx.put_line(&fixtures::line(&org.number, &[&org.agent])).await.expect("put");
    tx.record(noon(), accepted("CAtheirs"));
    tx.commit().await.expect("commit");
    (customer, call, (message, picture))
}

async fn organization_of(store: &dyn Store, org: &Planted) -> Organization {
    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.organization().await.expect("read").expect("planted")
}

/// Ada is here; on which node.
async fn sight(store: &dyn Store, org: &Planted) -> NodeId {
    let node = NodeId::generate();
    let mut tx = store.begin(org.scope).await.expect("begin");
    let here = Sighting { user: org.admin.id, stay: Stay::Connected, is_audible: Some(true) };
    tx.note_sightings(node, &[here]).await.expect("note");
    tx.commit().await.expect("commit");
    node
}

async fn settings_of(store: &dyn Store, org: &Planted) -> TwilioSettings {
    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.twilio_settings().await.expect("read").expect("planted")
}

async fn snapshot(
    store: &dyn Store,
    org: &Planted,
    customer: &Customer,
    call: CallId,
    message: &Message,
) -> String {
    let mut tx = store.begin(org.scope).await.expect("begin");
    let id: CustomerId = customer.id;
    format!(
        "{:?}",
        (
            (tx.organization().await.expect("read"), tx.users().await.expect("read")),
            tx.password_hash(org.agent.id).await.expect("read"),
            tx.live_session(org.session, noon()).await.expect("read"),
            tx.customer(customer.kind, id).await.expect("read"),
            tx.lines().await.expect("read"),
            (tx.call(call).await.expect("read"), tx.recordings_of(&[call]).await.expect("read")),
            tx.timeline(call.into()).await.expect("read"),
            tx.ringing_calls().await.expect("read"),
            tx.attendances(None).await.expect("read"),
            (
                tx.message(message.id).await.expect("read"),
                tx.attachments_of(&[message.id]).await.expect("read"),
                tx.conversations(&ConversationFilter::default(), org.agent.id, None, 9, 0)
                    .await
                    .expect("read"),
                tx.notes(message.conversation, 9, 0).await.expect("read"),
                tx.templates().await.expect("read"),
                tx.consent_changes(0, 9).await.expect("read"),
                tx.consents(&[stop().sender], &stop().peer).await.expect("read"),
                tx.auto_responses().await.expect("read"),
                tx.auto_answers(message.conversation, 9).await.expect("read"),
                tx.uploaded_since(noon() - TimeDelta::days(1)).await.expect("read"),
            ),
            (
                tx.events_after(0, 10).await.expect("read"),
                tx.webhooks(&WebhookFilter::default(), 9, 0).await.expect("read"),
            ),
            (tx.twilio_settings().await.expect("read"), tx.signature_modes(10).await.expect("read")),
        )
    )
}
