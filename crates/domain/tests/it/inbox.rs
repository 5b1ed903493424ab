//! Conversations, as people read them.

use switchboard_domain::Error;
use switchboard_domain::access::{Caller, Role};
use switchboard_domain::customers::{CustomerFilter, CustomerKind};
use switchboard_domain::events::MessageId;
use switchboard_domain::messages::{
    Channel, ConversationRecord, InboundMessage, InboxQuery, MOST_SHOWN, MessageFilter, Thread,
};
use switchboard_domain::party::Party;
use switchboard_domain::people::{NewUser, User};
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::testing::fixtures;

use crate::post::{CUSTOMER, Post};

fn from(address: &str, sid: &str) -> InboundMessage {
    let from = match address.starts_with('+') {
        true => Party::phone(PhoneNumber::from_e164(address)),
        false => Party::other(address),
    };
    InboundMessage { from, ..fixtures::text(sid, "hello") }
}

async fn inbox(post: &Post, caller: &Caller, query: InboxQuery) -> (Vec<ConversationRecord>, i64) {
    let query = InboxQuery { limit: 50, ..query };
    post.world.messages.conversations(caller, &query).await.expect("read")
}

async fn found(post: &Post, text: &str) -> Vec<String> {
    let caller = post.org.caller(&post.org.agent);
    let query = InboxQuery { search: Some(text.to_owned()), ..InboxQuery::default() };
    let (records, total) = inbox(post, &caller, query).await;
    assert_eq!(records.len() as i64, total, "{text}");
    let mut peers: Vec<_> = records.into_iter().map(|record| record.conversation.peer).collect();
    peers.sort();
    peers
}

async fn thread(
    post: &Post,
    caller: &Caller,
    before: Option<MessageId>,
    limit: i64,
) -> Result<Thread, Error> {
    post.world.messages.thread(caller, CUSTOMER, before, limit).await
}

async fn hire(post: &Post, role: Role, is_active: bool) -> User {
    let user = fixtures::user(post.scope().org(), "Extra", "Hand", role, &MessageId::generate().to_string());
    let user = User { is_active, ..user };
    let mut tx = post.begin().await;
    let new = NewUser { user: user.clone(), password_hash: Some(String::new()) };
    tx.insert_user(&new).await.expect("insert");
    tx.commit().await.expect("commit");
    user
}

#[tokio::test]
async fn what_somebody_read_or_answered_is_read_for_them_alone() {
    let post = Post::new().await;
    let (ada, grace) = (post.org.caller(&post.org.admin), post.org.caller(&post.org.agent));
    let unread = async |caller: &Caller| {
        let (records, _) = inbox(&post, caller, InboxQuery::default()).await;
        let opened = thread(&post, caller, None, 1).await.expect("read").unread;
        assert_eq!(records[0].unread, opened, "the same in the list and in the thread");
        opened
    };
    post.receive("SM1", "hello").await;
    post.receive("SM2", "are you there?").await;
    assert_eq!([unread(&ada).await, unread(&grace).await], [2, 2]);
    post.world.messages.read(&grace, "(647) 555-0100").await.expect("read");
    assert_eq!([unread(&ada).await, unread(&grace).await], [2, 0]);
    post.receive("SM3", "?").await;
    assert_eq!([unread(&ada).await, unread(&grace).await], [3, 1]);
    post.send("hi").await.expect("send");
    assert_eq!([unread(&ada).await, unread(&grace).await], [3, 0], "who answers has read");
    post.world.messages.read(&ada, "+16475550199").await.expect("nothing to read");
    assert_eq!(unread(&ada).await, 3);
}

#[tokio::test]
async fn a_conversation_is_found_by_the_start_of_a_name_or_number_in_any_format() {
    let post = Post::new().await;
    let mut tx = post.begin().await;
    for (kind, name) in [(CustomerKind::Lead, "Élodie"), (CustomerKind::Contact, "Bo")] {
        tx.insert_customer(&fixtures::customer(kind, name, "+16475550102")).await.expect("insert");
    }
    tx.commit().await.expect("commit");
    for (n, address) in ["+16475550102", "+4930901820", "12345", "ACME Bank", "مرحبا"].into_iter().enumerate()
    {
        post.take_in(from(address, &format!("SM{n}"))).await;
    }
    let all = found(&post, " ").await;
    assert_eq!(all.len(), 5, "nothing to look for");
    for (text, peers) in [
        ("647", vec!["+16475550102"]),
        ("(647) 555-", vec!["+16475550102"]),
        ("1 647", vec!["+16475550102"]),
        ("+1 (647)", vec!["+16475550102"]),
        ("+49 30", vec!["+4930901820"]),
        ("+", vec!["+16475550102", "+4930901820"]),
        ("123", vec!["12345"]),
        ("ACME", vec!["ACME Bank"]),
        ("élod", vec!["+16475550102"]),
        ("BO DOE", vec!["+16475550102"]),
        ("doe", vec!["+16475550102"]),
        ("مر", vec!["مرحبا"]),
        ("5550102", vec![]),
        ("%", vec![]),
        ("_____", vec![]),
        ("()-. /", vec![]),
        ("\u{202e}647", vec![]),
    ] {
        assert_eq!(found(&post, text).await, peers, "{text:?}");
    }
    assert_eq!(found(&post, &"9".repeat(10_000)).await, [""; 0]);
}

#[tokio::test]
async fn everybody_behind_a_number_is_shown_contacts_first() {
    let post = Post::new().await;
    let mut tx = post.begin().await;
    for n in 0..MOST_SHOWN + 3 {
        let kind = if n % 2 == 0 { CustomerKind::Lead } else { CustomerKind::Contact };
        tx.insert_customer(&fixtures::customer(kind, &format!("Bo{n}"), CUSTOMER)).await.expect("insert");
    }
    tx.commit().await.expect("commit");
    post.receive("SM1", "hello").await;
    let caller = post.org.caller(&post.org.agent);
    let thread = thread(&post, &caller, None, 1).await.expect("read");
    let record = inbox(&post, &caller, InboxQuery::default()).await.0.remove(0);
    assert_eq!((thread.people.len(), &record.people), (MOST_SHOWN, &thread.people));
    let kinds: Vec<_> = thread.people.iter().map(|it| it.kind).collect();
    assert!(kinds[..6].iter().all(|kind| *kind == CustomerKind::Contact), "{kinds:?}");
    assert!(kinds[6..].iter().all(|kind| *kind == CustomerKind::Lead), "{kinds:?}");
    assert_eq!(thread.messages[0].message.customer.as_ref(), thread.people.first(), "it is the first one's");
}

#[tokio::test]
async fn a_number_to_which_nothing_was_said_is_empty_and_has_its_people() {
    let post = Post::new().await;
    let mut tx = post.begin().await;
    tx.insert_customer(&fixtures::customer(CustomerKind::Lead, "Bo", CUSTOMER)).await.expect("insert");
    tx.commit().await.expect("commit");
    let caller = post.org.caller(&post.org.agent);
    let thread = thread(&post, &caller, None, 10).await.expect("read");
    assert_eq!((thread.conversation, thread.messages, thread.before), (None, vec![], None));
    assert_eq!((thread.peer.as_str(), thread.people.len()), (CUSTOMER, 1));
}

#[tokio::test]
async fn a_thread_is_read_backwards_page_by_page_without_holes() {
    let post = Post::new().await;
    for n in 0..7 {
        post.receive(&format!("SM{n}"), &n.to_string()).await;
    }
    let caller = post.org.caller(&post.org.agent);
    let (mut read, mut before) = (Vec::new(), None);
    loop {
        let page = thread(&post, &caller, before, 3).await.expect("read");
        let bodies: Vec<_> = page.messages.iter().map(|record| record.message.body.clone()).collect();
        read.splice(0..0, bodies);
        before = page.before;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(read, ["0", "1", "2", "3", "4", "5", "6"]);
}

#[tokio::test]
async fn nobody_goes_on_from_what_is_not_there() {
    let post = Post::new().await;
    let caller = post.org.caller(&post.org.agent);
    post.receive("SM1", "hello").await;
    post.take_in(from("+16475550102", "SM2")).await;
    let elsewhere = post.begin().await.message_by_sid("SM2").await.expect("read").expect("the message").id;
    for before in [elsewhere, MessageId::generate()] {
        let refused = thread(&post, &caller, Some(before), 10).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    }
    let filter = MessageFilter { before: Some(MessageId::generate()), ..MessageFilter::default() };
    let refused = post.world.messages.list(&caller, &filter, 10, 0).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
}

#[tokio::test]
async fn a_conversation_is_given_to_those_who_answer_and_to_nobody_else() {
    let post = Post::new().await;
    let caller = post.org.caller(&post.org.agent);
    post.receive("SM1", "hello").await;
    let (viewer, gone) = (hire(&post, Role::Viewer, true).await, hire(&post, Role::User, false).await);
    let stranger = post.world.plant().await.agent;
    for id in [viewer.id, gone.id, stranger.id] {
        let refused = post.world.messages.assign(&caller, CUSTOMER, Some(&id.to_string())).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    }
    assert!(post.world.messages.assign(&caller, CUSTOMER, Some("me")).await.is_err());
    let mine = InboxQuery { assigned_to: Some(post.org.agent.id), ..InboxQuery::default() };
    let id = post.org.agent.id.to_string();
    for (to, count) in [(Some(id.as_str()), 1), (Some(" "), 0), (Some(id.as_str()), 1), (None, 0)] {
        post.world.messages.assign(&caller, "647-555-0100", to).await.expect("assign");
        assert_eq!(inbox(&post, &caller, mine.clone()).await.1, count, "{to:?}");
    }
    post.world.messages.assign(&caller, CUSTOMER, Some(&id)).await.expect("assign");
    post.receive("SM2", "still yours").await;
    assert_eq!(inbox(&post, &caller, mine).await.1, 1, "what is said changes nothing of that");
}

#[tokio::test]
async fn an_unknown_number_is_one_lead_whatever_it_writes_on() {
    let post = Post::new().await;
    post.receive("SM1", "hello").await;
    let on_whatsapp =
        InboundMessage { channel: Channel::WhatsApp, name: Some("Bo".to_owned()), ..from(CUSTOMER, "SM2") };
    post.take_in(on_whatsapp).await;
    for (sid, address) in [("SM3", "12345"), ("SM4", "ACME"), ("SM5", "anonymous")] {
        post.take_in(from(address, sid)).await;
    }
    let leads = CustomerFilter { kind: CustomerKind::Lead, search: None, before: None };
    let (leads, total) = post.begin().await.customers(&leads, 10, 0).await.expect("read");
    assert_eq!((total, leads[0].phone_e164.as_ref().map(PhoneNumber::as_str)), (1, Some(CUSTOMER)));
    let caller = post.org.caller(&post.org.agent);
    assert_eq!(
        inbox(&post, &caller, InboxQuery::default()).await.1,
        4,
        "the two channels are one conversation"
    );
}

#[tokio::test]
async fn a_sender_whose_digits_look_like_a_national_number_has_a_conversation_of_their_own() {
    let post = Post::new().await;
    let grace = post.org.caller(&post.org.agent);
    post.take_in(from("6475550142", "SM1")).await;
    post.take_in(from("+16475550142", "SM2")).await;
    for address in ["6475550142", "+16475550142"] {
        let thread = post.world.messages.thread(&grace, address, None, 10).await.expect("read");
        assert_eq!((thread.peer.as_str(), thread.messages.len()), (address, 1));
        post.world.messages.read(&grace, address).await.expect("read");
    }
    let (records, _) = inbox(&post, &grace, InboxQuery::default()).await;
    assert!(records.iter().all(|record| record.unread == 0), "{records:?}");
    let typed = post.world.messages.thread(&grace, "(647) 555-0142", None, 10).await.expect("read");
    assert_eq!(typed.peer, "+16475550142");
}
