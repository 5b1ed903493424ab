use std::collections::BTreeMap;

use chrono::TimeDelta;
use switchboard_events::MessageId;

use crate::calls::{Call, CallRecording, CallState, Direction, RecordingKind};
use crate::customers::CustomerKind;
use crate::ids::{NoteId, TemplateId};
use crate::messages::{
    AgreedText, ConsentChange, ConversationFilter, ConversationNote, Fault, Message, MessageFilter, Progress,
    Said, Template,
};
use crate::paging::Mark;
use crate::party::{CustomerRef, Party};
use crate::phone::PhoneNumber;
use crate::ports::{Due, MessageStatus, Operations, OrgTx, Price, Store, StoreError};
use crate::search::Search;
use crate::stats::{CallStats, MessageStats, Period};
use crate::testing::fixtures::{self, Planted, noon, plant, take_in};

pub(super) async fn a_message_is_kept_exactly_and_once(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let message = take_in(tx.as_mut(), "donation=5 <3 & \"you\" \u{fffd} \u{202e}😀\r\n ", noon()).await;
    let again = Message { id: MessageId::generate(), position: Some(2), ..message.clone() };
    assert!(!tx.insert_message(&again).await.expect("insert"), "its SID is known");
    let again = Message { sid: None, position: Some(2), ..message.clone() };
    assert!(!tx.insert_message(&again).await.expect("insert"), "its id is known");
    let sid = message.sid.clone().expect("a SID");
    assert_eq!(tx.message(message.id).await.expect("read"), Some(message.clone()));
    assert_eq!(tx.message_by_sid(&sid).await.expect("read"), Some(message));
    assert_eq!(tx.message(MessageId::generate()).await.expect("read"), None);
    assert_eq!(tx.message_by_sid("SM0").await.expect("read"), None);
}

pub(super) async fn a_message_that_is_sent_is_kept_whole(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let lead = fixtures::customer(CustomerKind::Lead, "Lee", "647-555-0100");
    tx.insert_customer(&lead).await.expect("insert");
    let template = fixtures::template(&org.admin, "Hello", "Hello {{name}}");
    tx.insert_template(&template).await.expect("insert");
    let first = take_in(tx.as_mut(), "hello", noon()).await;
    let later = |seconds| Some(noon() + TimeDelta::seconds(seconds));
    let mut message = Message {
        agreed: Some(AgreedText {
            sid: "HX1".to_owned(),
            variables: BTreeMap::from([("name".to_owned(), "Lee \"x\" 😀".to_owned())]),
        }),
        template: Some(template.id),
        media_urls: vec!["https://media.example/1".to_owned(), "https://media.example/2".to_owned()],
        customer: Some(CustomerRef::from(lead.clone())),
        send_at: later(60),
        progress: Progress::Scheduled,
        handed_at: None,
        due_at: later(60),
        ..fixtures::outbound(first.conversation, &org.agent, "hi")
    };
    assert!(tx.insert_message(&message).await.expect("insert"));
    assert_eq!(tx.message(message.id).await.expect("read"), Some(message.clone()));
    assert_eq!(tx.scheduled_messages(first.conversation).await.expect("read"), [message.clone()]);

    let changed = Message {
        sid: Some("SMsent".to_owned()),
        position: Some(2),
        from: "+14155550124".to_owned(),
        segments: 3,
        progress: Progress::Told(MessageStatus::Undelivered),
        fault: Some(Fault { code: Some(30003), message: Some("Unreachable".to_owned()) }),
        handed_at: later(60),
        sent_at: later(61),
        delivered_at: later(62),
        updated_at: noon() + TimeDelta::seconds(63),
        price: Price::new("-0.00750", "USD"),
        tries: 2,
        due_at: later(99),
        ..message.clone()
    };
    assert!(tx.update_message(&changed).await.expect("update"));
    assert!(!tx.update_message(&changed).await.expect("update"), "that version is gone");
    message = Message { version: 1, ..changed };
    assert_eq!(tx.message(message.id).await.expect("read"), Some(message.clone()));
    assert_eq!(tx.scheduled_messages(first.conversation).await.expect("read"), []);
    message.fault = Some(Fault { code: None, message: Some("it was not sent".to_owned()) });
    assert!(tx.update_message(&message).await.expect("update"));

    tx.delete_template(template.id).await.expect("delete");
    assert!(tx.delete_customer(lead.kind, lead.id).await.expect("delete"));
    let kept = tx.message(message.id).await.expect("read").expect("the message");
    assert_eq!((kept.template, kept.customer), (None, None), "they go, and it stays");
    tx.commit().await.expect("commit");

    let mut tx = store.begin(org.scope).await.expect("begin");
    let stolen = Message { sid: first.sid.clone(), version: 2, ..message };
    assert!(matches!(tx.update_message(&stolen).await, Err(StoreError::Taken(_))), "another message's SID");
}

pub(super) async fn messages_are_listed_newest_first(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let contact = fixtures::customer(CustomerKind::Contact, "Bo", "647-555-0100");
    tx.insert_customer(&contact).await.expect("insert");
    let mut sent = Vec::new();
    for minute in 0..3 {
        sent.push(take_in(tx.as_mut(), "hello", noon() + TimeDelta::minutes(minute)).await);
    }
    let reply = Message {
        customer: Some(CustomerRef::from(contact.clone())),
        position: Some(4),
        created_at: noon() + TimeDelta::minutes(9),
        ..fixtures::outbound(sent[0].conversation, &org.agent, "hi")
    };
    assert!(tx.insert_message(&reply).await.expect("insert"));
    sent.push(reply.clone());
    tx.commit().await.expect("commit");
    let [first, second, third, reply] = <[Message; 4]>::try_from(sent).expect("four");

    let mut tx = store.begin(org.scope).await.expect("begin");
    let all = MessageFilter::default();
    let newest = vec![reply.clone(), third.clone(), second.clone(), first.clone()];
    assert_eq!(tx.messages(&all, 10, 0).await.expect("list"), (newest, 4));
    let page = (vec![third.clone(), second.clone()], 4);
    assert_eq!(tx.messages(&all, 2, 1).await.expect("list"), page);
    let older = MessageFilter { before: Some(third.id), ..all.clone() };
    let page = (vec![second.clone(), first.clone()], 4);
    assert_eq!(tx.messages(&older, 10, 0).await.expect("list"), page);
    let inbound = MessageFilter { direction: Some(Direction::Inbound), ..all.clone() };
    let page = (vec![third.clone()], 3);
    assert_eq!(tx.messages(&inbound, 1, 0).await.expect("list"), page);
    let bos = MessageFilter { customer: Some((contact.kind, contact.id)), ..all.clone() };
    assert_eq!(tx.messages(&bos, 10, 0).await.expect("list"), (vec![reply.clone()], 1));
    let none = MessageFilter { customer: Some((CustomerKind::Lead, contact.id)), ..all };
    assert_eq!(tx.messages(&none, 10, 0).await.expect("list"), (vec![], 0), "a contact is no lead");
    let inbound_bos = MessageFilter { direction: Some(Direction::Inbound), ..bos };
    assert_eq!(tx.messages(&inbound_bos, 10, 0).await.expect("list"), (vec![], 0));

    let thread = first.conversation;
    let back = [reply.clone(), third, second.clone()];
    assert_eq!(tx.thread(thread, i64::MAX, 3).await.expect("read"), back);
    assert_eq!(tx.thread(thread, 3, 3).await.expect("read"), [second, first]);
    assert_eq!(tx.thread(thread, 1, 3).await.expect("read"), []);
}

/// A conversation with this number, in which one message came in.
async fn begun(tx: &mut dyn OrgTx, number: &str, minute: i64) -> Message {
    let at = noon() + TimeDelta::minutes(minute);
    let sid = format!("SM{}", uuid::Uuid::new_v4().simple());
    let mut inbound = fixtures::text(&sid, "hello");
    inbound.from = match number.strip_prefix('+') {
        Some(_) => Party::phone(PhoneNumber::from_e164(number)),
        None => Party::other(number),
    };
    let mut conversation = tx.open_conversation(&inbound.from, at).await.expect("open");
    let message = Message::received(inbound, &mut conversation, None, at);
    assert!(tx.insert_message(&message).await.expect("insert"));
    tx.update_conversation(&conversation).await.expect("update");
    message
}

pub(super) async fn conversations_are_listed_the_latest_first(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let bo = fixtures::customer(CustomerKind::Contact, "Bo", "+16475550101");
    let elodie = fixtures::customer(CustomerKind::Lead, "Élodie", "+16475550102");
    let mut twin = fixtures::customer(CustomerKind::Lead, "Bob", "+16475550101");
    twin.created_at = noon() + TimeDelta::days(1);
    for customer in [&bo, &elodie, &twin] {
        tx.insert_customer(customer).await.expect("insert");
    }
    let one = begun(tx.as_mut(), "+16475550101", 1).await;
    let two = begun(tx.as_mut(), "+16475550102", 2).await;
    let short = begun(tx.as_mut(), "12345", 3).await;
    let one_more = begun(tx.as_mut(), "+16475550101", 4).await;
    let nobody = Party::phone(PhoneNumber::from_e164("+16475550109"));
    tx.open_conversation(&nobody, noon()).await.expect("nothing was said in it");
    tx.commit().await.expect("commit");
    assert_eq!(one.conversation, one_more.conversation);

    let mut tx = store.begin(org.scope).await.expect("begin");
    let reader = org.agent.id;
    let all = ConversationFilter::default();
    let (page, total) = tx.conversations(&all, reader, None, 10, 0).await.expect("list");
    let shown: Vec<_> = page.iter().map(|(it, last, unread)| (it.id, last.clone(), *unread)).collect();
    let expected = [(one_more.clone(), 2), (short.clone(), 1), (two.clone(), 1)];
    assert_eq!(shown, expected.map(|(last, unread)| (last.conversation, Some(last), unread)));
    assert_eq!(total, 3);
    let first = &page[0].0;
    assert_eq!((first.message_count, first.inbound_count), (2, 2));
    assert_eq!((first.peer.as_str(), first.last_at), ("+16475550101", noon() + TimeDelta::minutes(4)));
    assert_eq!(first.last_number.as_deref(), Some("+14155550123"));
    assert_eq!(tx.conversation("+16475550101").await.expect("read").as_ref(), Some(first));
    assert_eq!(tx.conversation("+1").await.expect("read"), None);
    assert_eq!(page[1].0.phone, None, "a short code is nobody's phone");

    let place = Mark { at: first.last_at, id: first.id };
    let ids = |page: Vec<(_, Option<Message>, _)>| -> Vec<_> {
        page.into_iter().filter_map(|(_, last, _)| last).map(|last| last.conversation).collect()
    };
    let (after, total) = tx.conversations(&all, reader, Some(place), 1, 0).await.expect("list");
    assert_eq!((ids(after), total), (vec![short.conversation], 3));
    let (offset, _) = tx.conversations(&all, reader, None, 10, 2).await.expect("list");
    assert_eq!(ids(offset), [two.conversation]);

    let search = |name: &str, addresses: &[&str]| ConversationFilter {
        search: Some(Search {
            name: name.to_owned(),
            addresses: addresses.iter().map(|&address| address.to_owned()).collect(),
        }),
        ..ConversationFilter::default()
    };
    for (filter, found) in [
        (search("bo", &["bo"]), vec![one.conversation]),
        (search("doe", &["doe"]), vec![one.conversation, two.conversation]),
        (search("élodie d", &["x"]), vec![two.conversation]),
        (search("1647", &["+1647", "1647"]), vec![one.conversation, two.conversation]),
        (search("123", &["+123", "123"]), vec![short.conversation]),
        (search("%", &["%"]), vec![]),
    ] {
        let (page, total) = tx.conversations(&filter, reader, None, 10, 0).await.expect("search");
        assert_eq!((total, ids(page)), (found.len() as i64, found), "{filter:?}");
    }
    let (page, total) =
        tx.conversations(&search("doe", &["doe"]), reader, Some(place), 10, 0).await.expect("search");
    assert_eq!((total, ids(page)), (2, vec![two.conversation]));

    let phones = ["+16475550101", "+16475550102", "+16475550103"].map(PhoneNumber::from_e164);
    let behind = tx.customers_by_phones(&phones, 5).await.expect("read");
    let people = [&bo, &twin, &elodie].map(|it| (it.phone_e164.clone().expect("a number"), it.id));
    assert_eq!(behind.into_iter().map(|(phone, it)| (phone, it.id)).collect::<Vec<_>>(), people);
    assert_eq!(tx.customers_by_phones(&phones, 1).await.expect("read").len(), 2);
}

pub(super) async fn what_is_seen_assigned_and_noted_is_kept(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let message = begun(tx.as_mut(), "+16475550101", 1).await;
    let id = message.conversation;
    tx.commit().await.expect("commit");
    let mut tx = store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.seen(id, org.agent.id).await.expect("read"), 0);
    for (said, kept) in [(1, 1), (0, 1), (5, 5), (3, 5)] {
        tx.note_seen_inbound(id, org.agent.id, said).await.expect("note");
        assert_eq!(tx.seen(id, org.agent.id).await.expect("read"), kept);
    }
    assert_eq!(tx.seen(id, org.admin.id).await.expect("read"), 0, "everybody for themselves");

    let graces = ConversationFilter { assigned_to: Some(org.agent.id), search: None };
    for (to, found) in [(Some(org.agent.id), 1), (Some(org.admin.id), 0), (None, 0)] {
        tx.assign_conversation(id, to).await.expect("assign");
        assert_eq!(tx.conversation("+16475550101").await.expect("read").and_then(|it| it.assigned_to), to);
        let (page, total) = tx.conversations(&graces, org.admin.id, None, 10, 0).await.expect("list");
        assert_eq!((page.len() as i64, total), (found, found));
    }

    let note = |minute, body: &str| ConversationNote {
        id: NoteId::generate(),
        by: org.agent.person(),
        body: body.to_owned(),
        created_at: noon() + TimeDelta::minutes(minute),
    };
    let (old, new) = (note(1, "call back"), note(2, "<done>"));
    for note in [&new, &old] {
        tx.insert_note(id, note).await.expect("insert");
    }
    assert_eq!(tx.notes(id, 10, 0).await.expect("read"), (vec![new, old.clone()], 2));
    assert_eq!(tx.notes(id, 1, 1).await.expect("read"), (vec![old], 2));
}

pub(super) async fn templates_are_kept_by_name(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let mut hello = fixtures::template(&org.admin, "hello", "Hello {{name}}");
    let bye = fixtures::template(&org.admin, "Bye", "Bye");
    for template in [&hello, &bye] {
        tx.insert_template(template).await.expect("insert");
    }
    assert_eq!(tx.templates().await.expect("read"), [bye.clone(), hello.clone()]);
    hello.name = "Good morning".to_owned();
    hello.category = None;
    hello.content_sid = None;
    hello.body = "Good morning".to_owned();
    hello.is_active = false;
    hello.updated_at = noon() + TimeDelta::hours(1);
    tx.update_template(&hello).await.expect("update");
    assert_eq!(tx.template(hello.id).await.expect("read"), Some(hello.clone()));
    tx.delete_template(hello.id).await.expect("delete");
    assert_eq!(tx.template(hello.id).await.expect("read"), None);
    assert_eq!(tx.template(TemplateId::generate()).await.expect("read"), None);
    tx.commit().await.expect("commit");
    let taken = |result: Result<(), StoreError>| matches!(result, Err(StoreError::Taken(_)));
    let mut tx = store.begin(org.scope).await.expect("begin");
    let same = Template { id: TemplateId::generate(), name: "BYE".to_owned(), ..bye.clone() };
    assert!(taken(tx.insert_template(&same).await), "in whatever case");
    drop(tx);
    let mut tx = store.begin(org.scope).await.expect("begin");
    let other = fixtures::template(&org.admin, "other", "x");
    tx.insert_template(&other).await.expect("insert");
    assert!(taken(tx.update_template(&Template { name: "bye".to_owned(), ..other }).await));
}

pub(super) async fn what_was_said_about_consent_is_kept(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let message = take_in(tx.as_mut(), "STOP", noon()).await;
    let (us, them) = ("+14155550123", "+16475550100");
    let said = |minute, what, sender: &str| ConsentChange {
        sender: sender.to_owned(),
        peer: them.to_owned(),
        what,
        said: "Stop!".to_owned(),
        message: Some(message.id),
        at: noon() + TimeDelta::minutes(minute),
    };
    let changes = [
        said(1, Said::Stop, us),
        said(2, Said::Help, us),
        said(3, Said::Start, "MG1"),
        ConsentChange { message: None, ..said(4, Said::Refused, "MG1") },
        said(5, Said::Start, us),
    ];
    let senders = |senders: &[&str]| senders.iter().map(|&sender| sender.to_owned()).collect::<Vec<_>>();
    let both = senders(&[us, "MG1"]);
    let at = |minute| noon() + TimeDelta::minutes(minute);
    assert_eq!(tx.consents(&both, them).await.expect("read"), []);
    for (change, mut kept) in changes.iter().zip([
        vec![(true, at(1))],
        vec![(true, at(1))],
        vec![(true, at(1)), (false, at(3))],
        vec![(true, at(1)), (true, at(4))],
        vec![(true, at(4)), (false, at(5))],
    ]) {
        tx.keep_consent(change).await.expect("keep");
        let mut counts = tx.consents(&both, them).await.expect("read");
        counts.sort();
        kept.sort();
        assert_eq!(counts, kept);
    }
    assert_eq!(tx.consents(&senders(&["MG1"]), them).await.expect("read"), [(true, at(4))]);
    assert_eq!(tx.consents(&both, "+16475550199").await.expect("read"), []);
    let all = tx.consent_changes(0, 10).await.expect("read");
    assert_eq!(all.iter().map(|(_, change)| change.clone()).collect::<Vec<_>>(), changes);
    let rest = tx.consent_changes(all[1].0, 2).await.expect("read");
    assert_eq!(rest, all[2..4]);
}

pub(super) async fn due_messages_are_found(store: &dyn Store, operations: &dyn Operations) {
    let (org, other) = (plant(store).await, plant(store).await);
    let id = in_hand(store, &org, Some(noon() - TimeDelta::days(3650))).await;
    in_hand(store, &other, Some(noon() + TimeDelta::days(36500))).await;
    let orgs = operations.orgs_with_due(Due::Messages, 1000).await.expect("read");
    assert!(orgs.contains(&org.scope.org()) && !orgs.contains(&other.scope.org()));
    assert!(!operations.orgs_with_due(Due::Calls, 1000).await.expect("read").contains(&org.scope.org()));
    let mut tx = store.begin(org.scope).await.expect("begin");
    let due = tx.due_messages(10).await.expect("read");
    assert_eq!(due.iter().map(|message| message.id).collect::<Vec<_>>(), [id]);
    assert_eq!(tx.due_messages(0).await.expect("read"), []);
    let done = Message { due_at: None, ..due[0].clone() };
    assert!(tx.update_message(&done).await.expect("update"));
    assert_eq!(tx.due_messages(10).await.expect("read"), []);
    tx.commit().await.expect("commit");
    let orgs = operations.orgs_with_due(Due::Messages, 1000).await.expect("read");
    assert!(!orgs.contains(&org.scope.org()));
}

async fn in_hand(
    store: &dyn Store,
    org: &Planted,
    due_at: Option<chrono::DateTime<chrono::Utc>>,
) -> MessageId {
    let mut tx = store.begin(org.scope).await.expect("begin");
    let first = take_in(tx.as_mut(), "hello", noon()).await;
    let reply =
        Message { due_at, position: Some(2), ..fixtures::outbound(first.conversation, &org.agent, "hi") };
    assert!(tx.insert_message(&reply).await.expect("insert"));
    tx.commit().await.expect("commit");
    reply.id
}

pub(super) async fn figures_are_those_of_the_period(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let none = MessageStats { cost: "0".to_owned(), ..MessageStats::default() };
    assert_eq!(tx.message_stats(Period::default()).await.expect("read"), none);
    let no_calls = CallStats { cost: "0".to_owned(), ..CallStats::default() };
    assert_eq!(tx.call_stats(Period::default()).await.expect("read"), no_calls);
    let first = take_in(tx.as_mut(), "hello", noon()).await;
    let later = noon() + TimeDelta::hours(1);
    let sent = |position, progress| Message {
        position,
        progress,
        created_at: later,
        ..fixtures::outbound(first.conversation, &org.agent, "hi")
    };
    let told = |status| Progress::Told(status);
    let price = |message| Message { price: Price::new("-0.00750", "USD"), ..message };
    for message in [
        price(sent(Some(2), told(MessageStatus::Read))),
        price(sent(Some(3), told(MessageStatus::Undelivered))),
        sent(Some(4), Progress::Unknown),
        sent(None, Progress::Scheduled),
        sent(None, told(MessageStatus::Canceled)),
    ] {
        assert!(tx.insert_message(&message).await.expect("insert"));
    }
    let call = |answered: bool, outcome: Option<&str>, direction, state| Call {
        direction,
        state,
        agent: (state != CallState::Ringing).then(|| org.agent.person()),
        answered_at: answered.then_some(later),
        outcome: outcome.map(str::to_owned),
        duration_seconds: Some(5),
        price: Price::new("-0.01400", "USD").filter(|_| answered || outcome == Some("call back")),
        started_at: later,
        ..fixtures::call(None)
    };
    // Whatever people write about it, a caller has left a message who did.
    let with_message = call(false, Some("call back"), Direction::Inbound, CallState::Ended);
    for call in [
        call(true, Some("sold"), Direction::Inbound, CallState::Ended),
        with_message.clone(),
        call(false, None, Direction::Inbound, CallState::Ended),
        call(false, None, Direction::Inbound, CallState::Ringing),
        call(false, Some("busy"), Direction::Outbound, CallState::Ended),
    ] {
        assert!(tx.insert_call(&call).await.expect("insert"));
    }
    for sid in ["RE1", "RE2"] {
        let message = CallRecording {
            sid: sid.to_owned(),
            call: with_message.id,
            kind: RecordingKind::Voicemail,
            seconds: Some(5),
            transcript: None,
            created_at: later,
        };
        assert!(tx.put_recording(&message).await.expect("put"));
    }
    let of_all =
        MessageStats { total: 4, sent: 3, received: 1, delivered: 1, failed: 1, cost: "0.01500".to_owned() };
    assert_eq!(tx.message_stats(Period::default()).await.expect("read"), of_all);
    let calls = CallStats {
        total: 5,
        outbound: 1,
        inbound: 4,
        answered: 1,
        missed: 1,
        voicemail: 1,
        duration: 25,
        cost: "0.02800".to_owned(),
    };
    assert_eq!(tx.call_stats(Period::default()).await.expect("read"), calls);
    let since = Period { from: Some(later), to: None };
    let of_since = MessageStats { total: 3, received: 0, ..of_all };
    assert_eq!(tx.message_stats(since).await.expect("read"), of_since);
    assert_eq!(tx.call_stats(since).await.expect("read"), calls);
    let before = Period { from: None, to: Some(later) };
    assert_eq!(tx.message_stats(before).await.expect("read"), MessageStats { total: 1, received: 1, ..none });
    assert_eq!(tx.call_stats(before).await.expect("read"), no_calls);
}
