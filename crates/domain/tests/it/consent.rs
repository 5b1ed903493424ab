//! Who may be texted, from which number and on which channel.

use switchboard_domain::Error;
use switchboard_domain::messages::{Channel, InboundMessage, OPTED_OUT, Report, Said, Standing};
use switchboard_domain::party::Party;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{Clock, MessageFault, MessageStatus, Sender};
use switchboard_domain::testing::Outcome;
use switchboard_domain::testing::fixtures;
use switchboard_domain::texting::MessageOrder;
use switchboard_domain::twilio_settings::TwilioSettings;

use crate::post::{CUSTOMER, Post, order, report};

#[test]
fn a_keyword_is_a_whole_text_in_any_case_and_twilios_word_beats_it() {
    let said = |body: &str, opt_out: Option<&str>| {
        let opt_out = opt_out.map(str::to_owned);
        Said::of(&InboundMessage { opt_out, ..fixtures::text("SM1", body) })
    };
    for stop in ["STOP", " stop\n", "StOpAlL", "Unsubscribe", "end", "quit", "cancel", "optout", "revoke"] {
        assert_eq!(said(stop, None), Some(Said::Stop), "{stop:?}");
    }
    for (text, what) in
        [("Start", Said::Start), ("yes ", Said::Start), ("HELP", Said::Help), ("info", Said::Help)]
    {
        assert_eq!(said(text, None), Some(what), "{text:?}");
    }
    for text in ["", "please stop", "STOP it", "stop.", "S T O P", "yesterday", "ЅTOP"] {
        assert_eq!(said(text, None), None, "{text:?}");
    }
    assert_eq!(said("arrêt", Some("STOP")), Some(Said::Stop));
    assert_eq!(said("stop", Some("START")), Some(Said::Start));
    assert_eq!(said("hello", Some("SOMETHING")), None);
}

async fn standing(post: &Post) -> Standing {
    let caller = post.org.caller(&post.org.agent);
    post.world.messages.thread(&caller, CUSTOMER, None, 1).await.expect("read").standing
}

#[tokio::test]
async fn who_said_stop_is_texted_again_only_after_start() {
    let post = Post::new().await;
    assert_eq!(standing(&post).await, Standing::Unsaid);
    post.receive("SM1", "Stop").await;
    let since = post.world.clock.now();
    assert_eq!(standing(&post).await, Standing::Out { since });
    post.pass(5).await;
    for text in ["HELP", "hello"] {
        post.receive(&format!("SM{text}"), text).await;
        let refused = post.send("hi").await;
        assert!(matches!(refused, Err(Error::OptedOut { since: at }) if at == since), "{refused:?}");
    }
    assert_eq!(post.sends(), [], "Twilio is not even asked");
    post.receive("SM9", "START").await;
    assert_eq!(standing(&post).await, Standing::In { since: post.world.clock.now() });
    post.send("hi").await.expect("they asked for it");
}

#[tokio::test]
async fn a_stop_that_only_twilio_heard_counts_from_then_on() {
    let post = Post::new().await;
    post.world.twilio.next(Outcome::refused(400, OPTED_OUT, "Attempt to send to unsubscribed recipient"));
    for _ in 0..2 {
        let refused = post.send("hi").await;
        assert!(matches!(refused, Err(Error::OptedOut { .. })), "{refused:?}");
    }
    assert_eq!(post.sends().len(), 1, "Twilio was asked once");
    let caller = post.org.caller(&post.org.admin);
    let changes = post.world.messages.consent_changes(&caller, 0, 10).await.expect("read");
    let [(_, change)] = <[_; 1]>::try_from(changes).expect("one");
    assert_eq!((change.what, change.sender.as_str()), (Said::Refused, post.org.number.as_str()));
    assert_eq!(change.said, "Attempt to send to unsubscribed recipient");
    assert_eq!(post.state(change.message.expect("the text")).await.0, "failed");
}

#[tokio::test]
async fn a_stop_that_twilio_tells_of_afterwards_counts_too() {
    let post = Post::new().await;
    let id = post.send("hi").await.expect("send");
    let sid = post.message(id).await.sid.expect("a SID");
    let fault = Some(MessageFault { code: OPTED_OUT, message: None });
    let failed = Report { fault, ..report(&sid, MessageStatus::Failed) };
    for _ in 0..2 {
        post.tell(Some(id), &failed).await;
    }
    let refused = post.send("hi").await;
    assert!(matches!(refused, Err(Error::OptedOut { .. })), "{refused:?}");
    let caller = post.org.caller(&post.org.admin);
    let changes = post.world.messages.consent_changes(&caller, 0, 10).await.expect("read");
    assert_eq!(
        changes.iter().map(|(_, it)| (it.what, it.said.as_str())).collect::<Vec<_>>(),
        [(Said::Refused, "21610")]
    );
}

#[tokio::test]
async fn a_refusal_that_is_told_after_they_asked_for_texts_again_takes_nothing_back() {
    let post = Post::new().await;
    let id = post.send("hi").await.expect("send");
    let sid = post.message(id).await.sid.expect("a SID");
    post.pass(5).await;
    post.receive("SM1", "STOP").await;
    post.pass(5).await;
    post.receive("SM2", "START").await;
    let wanted = Standing::In { since: post.world.clock.now() };
    post.pass(5).await;
    let fault = Some(MessageFault { code: OPTED_OUT, message: None });
    post.tell(Some(id), &Report { fault, ..report(&sid, MessageStatus::Failed) }).await;
    assert_eq!((post.state(id).await.0.as_str(), standing(&post).await), ("failed", wanted));
    post.send("hi").await.expect("they asked for it");
}

/// Gives the organisation a second number, and a messaging service.
async fn grow(post: &Post, second: &PhoneNumber, service: Option<&str>) {
    let mut tx = post.begin().await;
    let settings = tx.twilio_settings().await.expect("read").expect("settings");
    let more = fixtures::twilio_settings(&post.org.admin, &"0".repeat(32), second).numbers;
    let numbers = settings.numbers.iter().cloned().chain(more).collect();
    let messaging_service_sid = service.map(str::to_owned);
    tx.put_twilio_settings(&TwilioSettings { numbers, messaging_service_sid, ..settings })
        .await
        .expect("put");
    tx.commit().await.expect("commit");
}

fn to(number: &PhoneNumber, sid: &str, body: &str) -> InboundMessage {
    InboundMessage { to: Party::phone(number.clone()), ..fixtures::text(sid, body) }
}

#[tokio::test]
async fn a_stop_is_for_the_number_and_the_channel_that_it_was_said_to() {
    let post = Post::new().await;
    let second = PhoneNumber::from_e164("+14155550177");
    grow(&post, &second, None).await;
    post.receive("SM1", "stop").await;
    assert!(post.send("hi").await.is_err());
    post.take_in(to(&second, "SM2", "hello")).await;
    post.send("hi").await.expect("from the number that they wrote to");
    assert_eq!(post.sends()[0].from, Sender::Address(second.to_string()));
    let stop = InboundMessage { channel: Channel::WhatsApp, ..to(&second, "SM3", "stop") };
    post.take_in(stop).await;
    post.send("hi").await.expect("not on WhatsApp");
    let on_whatsapp = MessageOrder { channel: Some("whatsapp".to_owned()), ..order("hi") };
    let refused = post.give(&post.org.agent, on_whatsapp).await;
    assert!(matches!(refused, Err(Error::OptedOut { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_stop_to_a_messaging_service_is_for_all_of_its_numbers() {
    let post = Post::new().await;
    let second = PhoneNumber::from_e164("+14155550177");
    grow(&post, &second, Some("MG1")).await;
    let service = Some("MG1".to_owned());
    post.take_in(InboundMessage { service: service.clone(), ..to(&post.org.number, "SM1", "stop") }).await;
    post.take_in(InboundMessage { service: service.clone(), ..to(&second, "SM2", "hello") }).await;
    assert!(matches!(post.send("hi").await, Err(Error::OptedOut { .. })));
    post.take_in(InboundMessage { service, ..to(&second, "SM3", "unstop") }).await;
    post.send("hi").await.expect("they asked for it");
    assert!(matches!(&post.sends()[0].from, Sender::Service { sid, from: Some(from), .. }
        if sid == "MG1" && from == second.as_str()));
}

#[tokio::test]
async fn what_cannot_be_stored_of_a_service_does_not_lose_the_text() {
    let post = Post::new().await;
    let odd = InboundMessage { service: Some("M\0G".to_owned()), ..to(&post.org.number, "SM1", "stop") };
    post.take_in(odd).await;
    let caller = post.org.caller(&post.org.admin);
    let changes = post.world.messages.consent_changes(&caller, 0, 10).await.expect("read");
    assert_eq!(changes[0].1.sender, "M\u{fffd}G");
}

#[tokio::test]
async fn a_thread_tells_what_was_said_where_its_last_message_went() {
    let post = Post::new().await;
    let (org, clock) = (&post.org, &post.world.clock);
    let receive = async |sid: &str, channel, body: &str| {
        let to = Party::phone(org.number.clone());
        let inbound = InboundMessage { channel, to, ..fixtures::text(sid, body) };
        let received = post.world.messages.receive(org.scope, inbound, clock.now()).await;
        received.expect("receive").expect("it is new").id
    };
    let first = receive("SM1", Channel::Sms, "hello").await;
    receive("SM2", Channel::WhatsApp, "stop").await;
    assert_eq!(standing(&post).await, Standing::Out { since: clock.now() });
    let caller = org.caller(&org.agent);
    receive("SM3", Channel::WhatsApp, "hello").await;
    for (before, limit) in [(None, 1), (None, 9), (Some(first), 9)] {
        let thread = post.world.messages.thread(&caller, CUSTOMER, before, limit).await.expect("read");
        assert_eq!(thread.standing, Standing::Out { since: clock.now() }, "{before:?} {limit}");
    }
    receive("SM4", Channel::Sms, "hello").await;
    assert_eq!(standing(&post).await, Standing::Unsaid, "by text they may be written to");
}
