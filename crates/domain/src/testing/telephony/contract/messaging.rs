use chrono::TimeDelta;

use super::{CUSTOMER, Given};
use crate::ports::{Content, MessageStatus, Messaging, NewMessage, Sender, SentSearch};

pub(super) fn text(from: Sender, body: &str) -> NewMessage {
    NewMessage {
        to: CUSTOMER.to_owned(),
        from,
        content: Content::Text { body: body.to_owned(), media_urls: Vec::new() },
        status_callback: None,
        validity: None,
    }
}

pub(super) async fn messages_are_sent_and_found_again<T: Messaging>(twilio: &T, given: &Given<'_>) {
    let Given { account, number, service_sid, clock, .. } = given;
    let since = clock.now() - TimeDelta::minutes(1);
    let own = Sender::Address(number.to_string());
    let service = Sender::Service { sid: service_sid.clone(), from: Some(number.to_string()), send_at: None };
    let mut sids = Vec::new();
    for (from, body) in [(own, "first é😀"), (service, "second")] {
        let sent = twilio.send(account, &text(from, body)).await.expect("sent");
        assert_eq!((sent.to.as_str(), sent.body.as_str(), &sent.fault), (CUSTOMER, body, &None));
        let known = twilio.message(account, &sent.sid).await.expect("an answer").expect("the message");
        assert_eq!((known.body.as_str(), known.created_at), (body, sent.created_at));
        sids.insert(0, sent.sid);
    }
    let found = async |to: &str, since| {
        let search = SentSearch { to: to.to_owned(), from: Some(number.to_string()), since };
        let found = twilio.sent(account, &search).await.expect("messages");
        found.into_iter().map(|message| message.sid).collect::<Vec<_>>()
    };
    assert_eq!(found(CUSTOMER, since).await, sids, "the latest first");
    assert_eq!(found("+15558675311", since).await, [""; 0], "another's");
    assert_eq!(found(CUSTOMER, clock.now() + TimeDelta::hours(1)).await, [""; 0], "nothing that new");
}

pub(super) async fn a_text_is_called_back_before_its_time<T: Messaging>(twilio: &T, given: &Given<'_>) {
    let Given { account, number, service_sid, clock, .. } = given;
    let at = clock.now() + TimeDelta::hours(1);
    let later =
        Sender::Service { sid: service_sid.clone(), from: Some(number.to_string()), send_at: Some(at) };
    for (from, waits) in [(later, true), (Sender::Address(number.to_string()), false)] {
        let sent = twilio.send(account, &text(from, "later")).await.expect("sent");
        assert_eq!((sent.status == MessageStatus::Scheduled, sent.price), (waits, None));
        for _ in 0..2 {
            assert_eq!(twilio.cancel_scheduled(account, &sent.sid).await.expect("an answer"), waits);
        }
        let known = twilio.message(account, &sent.sid).await.expect("an answer").expect("the message");
        assert_eq!(known.status == MessageStatus::Canceled, waits, "{known:?}");
    }
}
