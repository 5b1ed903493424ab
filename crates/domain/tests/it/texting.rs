//! Texts on their way out: whatever Twilio answers, each is sent once, settled, and told of.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use futures_util::FutureExt;
use futures_util::future::join_all;
use switchboard_domain::Error;
use switchboard_domain::messages::{AgreedText, Channel, InboundMessage, Progress, Template};
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{
    Clock, Content, MessageFault, MessageStatus, Price, Sender, Store, TelephonyError,
};
use switchboard_domain::testing::fixtures;
use switchboard_domain::testing::{Asked, Outcome};
use switchboard_domain::texting::MessageOrder;
use switchboard_domain::twilio_settings::TwilioSettings;

use crate::post::{CUSTOMER, Post, Way, order, report};

#[tokio::test]
async fn a_text_that_twilio_takes_is_as_far_as_it_says() {
    let post = Post::new().await;
    post.receive("SM1", "hello").await;
    let id = post.send("hi").await.expect("send");
    let message = post.message(id).await;
    assert_eq!(message.progress, Progress::Told(MessageStatus::Queued));
    assert!(message.sid.is_some() && message.due_at > Some(post.world.clock.now()));
    assert_eq!((message.position, message.segments), (Some(2), 1));
    assert_eq!(post.steps().await, ["queued"]);
    let [sent] = <[_; 1]>::try_from(post.sends()).expect("one");
    assert_eq!(sent.to, CUSTOMER);
    assert_eq!(sent.from, Sender::Address(post.org.number.to_string()));
    assert_eq!(sent.content, Content::Text { body: "hi".to_owned(), media_urls: vec![] });
    let callback = sent.status_callback.expect("an address");
    assert!(callback.contains(&format!("org={}&message={id}", post.scope().org())), "{callback}");
}

#[tokio::test]
async fn a_refused_text_has_failed_in_twilios_words() {
    let post = Post::new().await;
    post.world.twilio.next(Outcome::refused(400, 21211, "Invalid 'To' Phone Number"));
    let Err(Error::Twilio(TelephonyError::Refused(refusal))) = post.send("hi").await else {
        panic!("it was refused")
    };
    assert_eq!(refusal.code, Some(21211));
    let (messages, _) = post.begin().await.messages(&Default::default(), 10, 0).await.expect("read");
    let fault = messages[0].fault.clone().expect("a fault");
    assert_eq!((fault.code, fault.message.as_deref()), (Some(21211), Some("Invalid 'To' Phone Number")));
    assert_eq!((messages[0].due_at, post.steps().await), (None, vec!["failed".to_owned()]));
    post.pass(200).await;
    assert_eq!(post.sends().len(), 1);
}

#[tokio::test]
async fn while_twilio_cannot_be_reached_a_text_waits_and_then_goes_once() {
    for outcome in [Outcome::Busy(None), Outcome::Unreachable] {
        let post = Post::new().await;
        post.world.twilio.next(outcome.clone());
        let id = post.send("hi").await.expect("it waits");
        assert_eq!(post.message(id).await.progress, Progress::Pending);
        post.pass(1).await;
        assert_eq!(post.sends().len(), 1, "{outcome:?}: not yet");
        post.pass(300).await;
        assert_eq!(post.sends().len(), 1, "{outcome:?}");
        assert_eq!(post.steps().await, ["pending", "queued"]);
        assert_eq!(post.message(id).await.position, Some(1), "where it was");
    }
}

#[tokio::test]
async fn what_twilio_never_lets_in_is_tried_less_and_less_and_then_failed() {
    let post = Post::new().await;
    post.world.twilio.set_away(true);
    let id = post.send("hi").await.expect("it waits");
    assert_eq!(post.wait_out(id).await, [2, 5, 15, 60, 180, 600]);
    assert_eq!(post.state(id).await, ("failed".to_owned(), Some("Twilio could not be reached".to_owned())));
    assert_eq!(post.sends().len(), 7);
    assert_eq!(post.steps().await, ["pending", "failed"]);
}

#[tokio::test]
async fn a_text_without_an_answer_is_found_in_twilios_list() {
    let post = Post::new().await;
    post.world.twilio.next(Outcome::Unanswered);
    let id = post.send("hi").await.expect("nobody knows");
    assert_eq!(post.message(id).await.progress, Progress::Unknown);
    assert_eq!(post.steps().await, [""; 0]);
    assert_eq!(post.pass(2).await, 0);
    assert_eq!(post.message(id).await.progress, Progress::Told(MessageStatus::Queued));
    post.pass(300).await;
    assert_eq!((post.sends().len(), post.steps().await), (1, vec!["queued".to_owned()]));
}

#[tokio::test]
async fn a_text_that_twilio_never_lists_was_not_sent_unless_twilio_says_so_later() {
    let post = Post::new().await;
    post.world.twilio.next(Outcome::Lost);
    let id = post.send("hi").await.expect("nobody knows");
    post.pass(59).await;
    assert_eq!(post.message(id).await.progress, Progress::Unknown, "Twilio may list it late");
    post.pass(60).await;
    let words = "Twilio did not take it: it was not sent".to_owned();
    assert_eq!(post.state(id).await, ("failed".to_owned(), Some(words)));
    assert_eq!(post.message(id).await.due_at, None);
    post.tell(Some(id), &report("SM9", MessageStatus::Delivered)).await;
    assert_eq!(post.state(id).await, ("delivered".to_owned(), None));
    assert_eq!(
        (post.sends().len(), post.steps().await),
        (1, vec!["failed".to_owned(), "delivered".to_owned()])
    );
}

#[tokio::test]
async fn news_before_the_answer_or_in_its_place_counts() {
    for way in [Way::Late, Way::NotAtAll] {
        let mut post = Post::new().await;
        post.answered(way);
        let id = post.send("hi").await.expect("send");
        let message = post.message(id).await;
        assert_eq!(message.progress, Progress::Told(MessageStatus::Delivered), "{way:?}");
        assert!(message.sent_at.is_some() && message.delivered_at.is_some());
        post.pass(300).await;
        assert_eq!((post.sends().len(), post.steps().await), (1, vec!["delivered".to_owned()]), "{way:?}");
    }
}

#[tokio::test]
async fn a_text_during_which_the_server_died_is_looked_up_and_not_sent_again() {
    let mut post = Post::new().await;
    post.answered(Way::Never);
    let caller = post.org.caller(&post.org.agent);
    let order = MessageOrder { idempotency_key: Some("k".to_owned()), ..order("hi") };
    assert!(post.texting.send(&caller, order.clone()).now_or_never().is_none(), "it died");
    let id = post.texting.send(&caller, order).now_or_never().expect("it is known").expect("the same");
    assert_eq!(post.message(id).await.progress, Progress::Unknown);
    post.pass(44).await;
    assert_eq!(post.world.twilio.asked(), [], "whoever has it in hand may be slow");
    post.pass(120).await;
    assert_eq!(post.message(id).await.progress, Progress::Told(MessageStatus::Failed));
    assert_eq!(post.sends().len(), 0);
}

#[tokio::test]
async fn of_several_alike_each_is_found_once_and_hears_its_own_news() {
    let post = Post::new().await;
    for _ in 0..5 {
        post.world.twilio.next(Outcome::Unanswered);
    }
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(post.send("the same").await.expect("nobody knows"));
    }
    post.pass(30).await;
    let mut sids = Vec::new();
    for id in &ids {
        sids.push(post.message(*id).await.sid.expect("found"));
    }
    let distinct: std::collections::BTreeSet<_> = sids.iter().collect();
    assert_eq!((distinct.len(), post.sends().len()), (5, 5));
    // It was another one that was sent with this SID: whoever has it now goes by what is told of it.
    post.tell(Some(ids[1]), &report(&sids[0], MessageStatus::Delivered)).await;
    assert_eq!(post.state(ids[0]).await.0, "delivered");
    assert_eq!(post.state(ids[1]).await.0, "queued");
}

#[tokio::test]
async fn what_somebody_else_sent_from_the_same_account_is_not_taken_for_ours() {
    let post = Post::new().await;
    let other = post.world.plant().await;
    let mut tx = post.world.store.begin(other.scope).await.expect("begin");
    let settings = tx.twilio_settings().await.expect("read").expect("settings");
    let shared = TwilioSettings { account_sid: post.org.account_sid.clone(), ..settings };
    tx.put_twilio_settings(&shared).await.expect("put");
    tx.commit().await.expect("commit");
    post.texting.send(&other.caller(&other.agent), order("hi")).await.expect("send");
    post.world.twilio.next(Outcome::Lost);
    let id = post.send("hi").await.expect("nobody knows");
    post.pass(200).await;
    assert_eq!(post.message(id).await.sid, None);
    assert_eq!(post.state(id).await.0, "failed");
}

#[tokio::test]
async fn what_cannot_be_looked_up_is_looked_for_less_and_less_and_then_given_up() {
    let post = Post::new().await;
    post.world.twilio.next(Outcome::Unanswered);
    let id = post.send("hi").await.expect("nobody knows");
    post.world.twilio.set_away(true);
    let waits = post.wait_out(id).await;
    assert!(waits.is_sorted() && waits[..5] == [2, 10, 10, 10, 10], "{waits:?}");
    assert!(waits.iter().sum::<i64>() > 12 * 60 * 60, "Twilio may be away for long: {waits:?}");
    let words = "Twilio could not be asked whether it was sent".to_owned();
    assert_eq!(post.state(id).await, ("failed".to_owned(), Some(words)));
    assert_eq!(post.sends().len(), 1);
}

#[tokio::test]
async fn when_twilio_is_back_what_nobody_knew_of_is_found() {
    let post = Post::new().await;
    post.world.twilio.next(Outcome::Unanswered);
    let id = post.send("hi").await.expect("nobody knows");
    post.world.twilio.set_away(true);
    assert!(post.pass(3600).await < 35, "nobody is told of it every second");
    assert_eq!(post.message(id).await.progress, Progress::Unknown);
    post.world.twilio.set_away(false);
    post.pass(1800).await;
    assert_eq!(post.state(id).await.0, "queued");
}

#[tokio::test]
async fn a_text_of_which_nothing_is_heard_is_asked_about_less_and_less_and_then_left() {
    let post = Post::new().await;
    let id = post.send("hi").await.expect("send");
    let sid = post.message(id).await.sid.expect("a SID");
    post.world.twilio.set_message_status(&sid, MessageStatus::Sent);
    post.world.twilio.asked();
    let waits = post.wait_out(id).await;
    assert!(waits.is_sorted(), "{waits:?}");
    assert_eq!(waits[..2], [15, 15], "once it is a step further the waits begin anew");
    assert_eq!(post.state(id).await.0, "sent");
    assert_eq!(post.world.twilio.asked(), vec![Asked::Message(sid); waits.len()]);
}

#[tokio::test]
async fn what_an_arrived_text_cost_is_asked_once() {
    for price in [None, Price::new("-0.0079", "USD")] {
        let post = Post::new().await;
        let id = post.send("hi").await.expect("send");
        let sid = post.message(id).await.sid.expect("a SID");
        let arrived = report(&sid, MessageStatus::Delivered);
        post.tell(Some(id), &switchboard_domain::messages::Report { price: price.clone(), ..arrived }).await;
        post.world.twilio.asked();
        let waits = post.wait_out(id).await;
        let asked = usize::from(price.is_none());
        assert_eq!(waits, [600][..asked]);
        assert_eq!(post.world.twilio.asked(), vec![Asked::Message(sid); asked]);
        assert_eq!(post.message(id).await.price, price);
    }
}

fn later(post: &Post, seconds: i64) -> MessageOrder {
    MessageOrder { send_at: Some(post.in_seconds(seconds)), ..order("later") }
}

#[tokio::test]
async fn a_scheduled_text_goes_at_its_time_once_though_two_servers_look_after_it() {
    let post = Post::new().await;
    let id = post.give(&post.org.agent, later(&post, 60)).await.expect("schedule");
    let message = post.message(id).await;
    assert_eq!((message.progress, message.position), (Progress::Scheduled, None));
    post.receive("SM1", "hello").await;
    post.pass(59).await;
    assert_eq!(post.sends().len(), 0);
    post.world.clock.advance(TimeDelta::seconds(1));
    let other = Post::texting(&post.world, post.world.twilio.clone());
    let (first, second) = tokio::join!(post.texting.settle(post.scope()), other.settle(post.scope()));
    assert!(first.expect("settle").is_empty() && second.expect("settle").is_empty());
    let message = post.message(id).await;
    assert_eq!((message.progress.as_str(), message.position), ("queued", Some(2)), "after what came before");
    assert_eq!(post.sends().len(), 1);
}

#[tokio::test]
async fn who_opted_out_meanwhile_gets_nothing_and_the_thread_says_so() {
    let post = Post::new().await;
    let id = post.give(&post.org.agent, later(&post, 60)).await.expect("schedule");
    post.receive("SM1", " sToP\n").await;
    post.pass(120).await;
    assert_eq!(post.state(id).await, ("failed".to_owned(), Some("they want no texts".to_owned())));
    assert_eq!(post.sends().len(), 0);
    let caller = post.org.caller(&post.org.agent);
    let thread = post.world.messages.thread(&caller, CUSTOMER, None, 10).await.expect("read");
    assert_eq!(thread.messages.iter().map(|it| it.message.position).collect::<Vec<_>>(), [Some(1), Some(2)]);
    assert_eq!((thread.messages[1].message.id, thread.scheduled), (id, vec![]));
    assert_eq!(thread.conversation.expect("a conversation").message_count, 2);
}

#[tokio::test]
async fn a_scheduled_text_is_called_back_once_and_not_when_it_is_on_its_way() {
    let post = Post::new().await;
    let caller = post.org.caller(&post.org.admin);
    let id = post.give(&post.org.agent, later(&post, 60)).await.expect("schedule");
    for _ in 0..2 {
        post.texting.cancel(&caller, id).await.expect("cancel");
    }
    post.pass(120).await;
    assert_eq!((post.state(id).await.0.as_str(), post.sends().len()), ("canceled", 0));
    assert_eq!(post.steps().await, ["canceled"]);
    assert_eq!(post.message(id).await.due_at, None);
    let id = post.send("hi").await.expect("send");
    assert!(matches!(post.texting.cancel(&caller, id).await, Err(Error::AlreadySent)));
    let unknown = switchboard_domain::events::MessageId::generate();
    assert!(matches!(post.texting.cancel(&caller, unknown).await, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn a_text_called_back_at_its_very_time_stays_called_back() {
    for word in ["hello", "STOP"] {
        let post = Post::new().await;
        let id = post.give(&post.org.agent, later(&post, 1)).await.expect("schedule");
        post.receive("SM1", word).await;
        post.world.clock.advance(TimeDelta::seconds(1));
        let caller = post.org.caller(&post.org.agent);
        // Whoever looks after it has read it when it is called back.
        let held = post.begin().await;
        let (settled, canceled, ()) =
            tokio::join!(post.texting.settle(post.scope()), post.texting.cancel(&caller, id), async move {
                drop(held)
            });
        assert!(settled.expect("settle").is_empty());
        canceled.expect("cancel");
        assert_eq!((post.steps().await, post.sends().len()), (vec!["canceled".to_owned()], 0), "{word}");
    }
}

#[tokio::test]
async fn a_scheduled_text_leaves_from_a_number_that_is_still_ours() {
    let post = Post::new().await;
    let id = post.give(&post.org.agent, later(&post, 60)).await.expect("schedule");
    let another = PhoneNumber::from_e164("+14155550177");
    let mut tx = post.begin().await;
    let settings = tx.twilio_settings().await.expect("read").expect("settings");
    let numbers = fixtures::twilio_settings(&post.org.admin, &"0".repeat(32), &another).numbers;
    let moved = TwilioSettings { phone_number: another.clone(), numbers, ..settings };
    tx.put_twilio_settings(&moved).await.expect("put");
    tx.commit().await.expect("commit");
    post.pass(60).await;
    let sent = post.sends().pop().expect("it was sent");
    assert_eq!(sent.from, Sender::Address(another.to_string()));
    assert_eq!(post.message(id).await.from, another.as_str());
}

#[tokio::test]
async fn while_there_is_nothing_to_send_with_texts_wait_less_and_less_patiently_and_then_fail() {
    let post = Post::new().await;
    let scheduled = post.give(&post.org.agent, later(&post, 10)).await.expect("schedule");
    post.world.twilio.next(Outcome::Unanswered);
    let unknown = post.send("hi").await.expect("nobody knows");
    let mut tx = post.begin().await;
    let settings = tx.twilio_settings().await.expect("read").expect("settings");
    let sealed = fixtures::twilio_settings(
        &fixtures::user(
            switchboard_domain::events::OrgId::generate(),
            "Eve",
            "Else",
            switchboard_domain::access::Role::Admin,
            "x",
        ),
        &"0".repeat(32),
        &post.org.number,
    );
    let lost = TwilioSettings { auth_token: sealed.auth_token, ..settings };
    tx.put_twilio_settings(&lost).await.expect("put");
    tx.commit().await.expect("commit");
    assert!(post.pass(600).await < 30, "nobody is told of it every second");
    assert_eq!(post.message(scheduled).await.progress, Progress::Scheduled);
    post.wait_out(scheduled).await;
    post.wait_out(unknown).await;
    assert_eq!(post.state(scheduled).await, ("failed".to_owned(), Some("Twilio is not set up".to_owned())));
    assert_eq!(post.message(scheduled).await.position, Some(2));
    assert_eq!(post.state(unknown).await.0, "failed");
}

#[tokio::test]
async fn what_another_server_has_in_hand_is_not_put_back_by_one_that_has_nothing_to_send_with() {
    let post = Post::new().await;
    let id = post.give(&post.org.agent, later(&post, 1)).await.expect("schedule");
    post.world.clock.advance(TimeDelta::seconds(1));
    let without_key = Post::without_key(&post.world);
    post.world.twilio.next(Outcome::Unanswered);
    // Both have read it as waiting when the first hands it over.
    let held = post.begin().await;
    let (sent, put_back, ()) =
        tokio::join!(post.texting.settle(post.scope()), without_key.settle(post.scope()), async move {
            drop(held)
        });
    assert!(sent.expect("settle").is_empty());
    assert!(matches!(put_back, Err(Error::Vault(_))), "{put_back:?}");
    post.pass(300).await;
    assert_eq!((post.sends().len(), post.state(id).await.0.as_str()), (1, "queued"));
}

#[tokio::test]
async fn what_another_server_has_in_hand_has_not_failed_because_they_said_stop_since() {
    let post = Post::new().await;
    let id = post.give(&post.org.agent, later(&post, 1)).await.expect("schedule");
    post.world.clock.advance(TimeDelta::seconds(1));
    let other = Post::texting(&post.world, post.world.twilio.clone());
    post.world.twilio.next(Outcome::Unanswered);
    let held = post.begin().await;
    let stop = async {
        for _ in 0..2 {
            drop(post.begin().await);
        }
        post.receive("SM1", "STOP").await;
    };
    let (first, (), second, ()) =
        tokio::join!(post.texting.settle(post.scope()), stop, other.settle(post.scope()), async move {
            drop(held)
        });
    assert!(first.expect("settle").is_empty() && second.expect("settle").is_empty());
    assert_eq!(post.sends().len(), 1, "it was handed over before they said it");
    assert_eq!(post.message(id).await.progress, Progress::Unknown);
    post.pass(30).await;
    assert_eq!(post.steps().await, ["queued"]);
}

#[tokio::test]
async fn a_text_that_twilio_took_is_no_conflict_though_another_was_taken_for_it() {
    let mut post = Post::new().await;
    post.world.twilio.next(Outcome::Lost);
    let lost = post.send("the same").await.expect("nobody knows");
    post.world.clock.advance(TimeDelta::seconds(5));
    post.answered(Way::Found);
    let sent = post.send("the same").await.expect("Twilio has it");
    post.pass(120).await;
    let states = [post.state(lost).await.0, post.state(sent).await.0];
    assert_eq!((states, post.sends().len()), (["queued".to_owned(), "failed".to_owned()], 2), "one arrives");
}

#[tokio::test]
async fn the_same_key_of_the_same_person_is_one_text() {
    let post = Post::new().await;
    let (ada, grace) = (&post.org.admin, &post.org.agent);
    let keyed = |body: &str| MessageOrder { idempotency_key: Some(" k ".to_owned()), ..order(body) };
    let id = post.give(grace, keyed("hi")).await.expect("send");
    assert_eq!(post.give(grace, keyed("hi")).await.expect("again"), id);
    let (media, to) = (vec!["https://media.example/x.png".to_owned()], Some("+16475550101".to_owned()));
    for other in [
        keyed("ho"),
        MessageOrder { media_urls: media, ..keyed("hi") },
        MessageOrder { to, ..keyed("hi") },
        MessageOrder { send_at: Some(post.in_seconds(60)), ..keyed("hi") },
        MessageOrder { channel: Some("whatsapp".to_owned()), ..keyed("hi") },
    ] {
        let given = post.give(grace, other.clone()).await;
        assert!(matches!(given, Err(Error::Taken("Idempotency-Key"))), "{other:?}: {given:?}");
    }
    assert_eq!(post.sends().len(), 1);
    assert_ne!(post.give(ada, keyed("hi")).await.expect("her own"), id);
    let blank = MessageOrder { idempotency_key: Some(" ".to_owned()), ..order("hi") };
    let ids = [post.give(ada, blank.clone()).await, post.give(ada, blank).await].map(|id| id.expect("send"));
    assert_ne!(ids[0], ids[1], "no key");
}

#[tokio::test]
async fn a_refusal_is_repeated_to_whoever_repeats_the_order() {
    for (code, words) in [(21211, "Invalid 'To' Phone Number"), (21610, "They said STOP")] {
        let post = Post::new().await;
        let keyed = MessageOrder { idempotency_key: Some("k".to_owned()), ..order("hi") };
        post.world.twilio.next(Outcome::refused(400, code, words));
        let refused = post.give(&post.org.agent, keyed.clone()).await.expect_err("it is refused");
        let again = post.give(&post.org.agent, keyed).await.expect_err("it did not go out");
        assert_eq!(format!("{again:?}"), format!("{refused:?}"));
        assert_eq!(post.sends().len(), 1, "Twilio is not asked again");
    }
}

#[tokio::test]
async fn a_scheduled_order_that_comes_again_after_its_time_is_the_same_text() {
    let post = Post::new().await;
    let keyed = MessageOrder { idempotency_key: Some("k".to_owned()), ..later(&post, 5) };
    let id = post.give(&post.org.agent, keyed.clone()).await.expect("schedule");
    post.pass(10).await;
    assert_eq!(post.give(&post.org.agent, keyed).await.expect("again"), id);
    assert_eq!(post.sends().len(), 1);
}

#[tokio::test]
async fn twenty_tries_with_one_key_at_once_are_one_text() {
    let post = Post::new().await;
    let keyed = MessageOrder { idempotency_key: Some("k".to_owned()), ..order("hi") };
    let ids = join_all((0..20).map(|_| post.give(&post.org.agent, keyed.clone()))).await;
    let first = *ids[0].as_ref().expect("send");
    assert!(ids.iter().all(|id| id.as_ref().is_ok_and(|id| *id == first)), "{ids:?}");
    assert_eq!(post.sends().len(), 1);
}

fn whatsapp(sid: &str, post: &Post) -> InboundMessage {
    let to = switchboard_domain::party::Party::phone(post.org.number.clone());
    InboundMessage { channel: Channel::WhatsApp, to, ..fixtures::text(sid, "hello") }
}

fn on_whatsapp(body: &str) -> MessageOrder {
    MessageOrder { to: Some(format!("whatsapp:{CUSTOMER}")), ..order(body) }
}

#[tokio::test]
async fn on_whatsapp_only_who_wrote_within_a_day_is_written_to_freely() {
    let post = Post::new().await;
    let grace = &post.org.agent;
    let refused = post.give(grace, on_whatsapp("hi")).await;
    assert!(matches!(refused, Err(Error::OutsideWindow { since: None })), "{refused:?}");
    post.take_in(whatsapp("SM1", &post)).await;
    post.give(grace, on_whatsapp("hi")).await.expect("within");
    let sent = post.sends().pop().expect("it was sent");
    assert_eq!(sent.to, format!("whatsapp:{CUSTOMER}"));
    assert_eq!(sent.from, Sender::Address(format!("whatsapp:{}", post.org.number)));
    let tomorrow = MessageOrder { send_at: Some(post.in_seconds(24 * 60 * 60)), ..on_whatsapp("hi") };
    let refused = post.give(grace, tomorrow).await;
    assert!(matches!(refused, Err(Error::OutsideWindow { since: Some(_) })), "closed by then: {refused:?}");
    post.world.clock.advance(TimeDelta::hours(24));
    let refused = post.give(grace, on_whatsapp("hi")).await;
    assert!(matches!(refused, Err(Error::OutsideWindow { since: Some(_) })), "{refused:?}");
    post.give(grace, order("hi")).await.expect("an SMS is something else");
}

async fn template(post: &Post, body: &str) -> Template {
    let template = fixtures::template(&post.org.admin, "hello", body);
    let mut tx = post.begin().await;
    tx.insert_template(&template).await.expect("insert");
    tx.commit().await.expect("commit");
    template
}

#[tokio::test]
async fn an_agreed_template_is_sent_at_any_time_in_its_own_words_alone() {
    let post = Post::new().await;
    let template = template(&post, "Hello {{name}}, {{agent_first_name}} here").await;
    let variables = BTreeMap::from([("name".to_owned(), "Bo".to_owned())]);
    let made = MessageOrder {
        template_id: Some(template.id),
        variables: variables.clone(),
        body: None,
        ..on_whatsapp("")
    };
    let id = post.give(&post.org.agent, made.clone()).await.expect("send");
    let message = post.message(id).await;
    assert_eq!(message.body, "Hello Bo, Grace here");
    let variables = BTreeMap::from(
        [("agent_first_name", "Grace"), ("name", "Bo")].map(|(k, v)| (k.to_owned(), v.to_owned())),
    );
    let sid = template.content_sid.clone().expect("agreed");
    assert_eq!(message.agreed, Some(AgreedText { sid: sid.clone(), variables: variables.clone() }));
    assert_eq!(post.sends().pop().expect("it was sent").content, Content::Template { sid, variables });
    let reworded = MessageOrder { body: Some("Give me money".to_owned()), ..made.clone() };
    let refused = post.give(&post.org.agent, reworded).await;
    assert!(matches!(refused, Err(Error::OutsideWindow { .. })), "nobody agreed to that: {refused:?}");
    let nameless = MessageOrder { variables: BTreeMap::new(), ..made };
    let Err(Error::Invalid(errors)) = post.give(&post.org.agent, nameless).await else { panic!("a gap") };
    assert_eq!(errors[0].field, "variables.name");
}

#[tokio::test]
async fn news_that_says_nothing_moves_nothing() {
    let post = Post::new().await;
    post.world.twilio.next(Outcome::Unanswered);
    let id = post.send("hi").await.expect("nobody knows");
    for status in [MessageStatus::Other(String::new()), MessageStatus::Received] {
        post.tell(Some(id), &report("SM9", status)).await;
        let message = post.message(id).await;
        assert_eq!((message.progress, message.sid.as_deref()), (Progress::Unknown, Some("SM9")));
        assert!(message.due_at.is_some(), "it is asked about");
    }
    assert_eq!(post.steps().await, [""; 0]);
}

#[tokio::test]
async fn words_that_come_after_the_code_are_kept_and_can_be_stored() {
    let post = Post::new().await;
    let id = post.send("hi").await.expect("send");
    let sid = post.message(id).await.sid.expect("a SID");
    let undelivered = |message: Option<&str>| switchboard_domain::messages::Report {
        fault: Some(MessageFault { code: 30003, message: message.map(str::to_owned) }),
        ..report(&sid, MessageStatus::Undelivered)
    };
    for (told, kept) in [(None, None), (Some("a\0b"), Some("a\u{fffd}b")), (None, Some("a\u{fffd}b"))] {
        post.tell(Some(id), &undelivered(told)).await;
        let fault = post.message(id).await.fault.expect("a fault");
        assert_eq!((fault.code, fault.message.as_deref()), (Some(30003), kept));
    }
    assert_eq!(post.steps().await, ["queued", "undelivered"]);
}
