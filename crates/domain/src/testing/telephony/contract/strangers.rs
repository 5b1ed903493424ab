use chrono::TimeDelta;

use super::calls::{new_call, new_participant};
use super::messaging::text;
use super::{CUSTOMER, Given, assert_gone};
use crate::ports::{
    CallControl, CallSearch, CallStatus, Conferencing, Messaging, ParticipantChange, Sender, SentSearch,
};

pub(super) async fn another_account_reaches_nothing<T>(twilio: &T, given: &Given<'_>)
where
    T: Messaging + CallControl + Conferencing,
{
    let Given { account, stranger, number, clock, .. } = given;
    let since = clock.now() - TimeDelta::minutes(1);
    let sent = twilio.send(account, &text(Sender::Address(number.to_string()), "mine")).await.expect("sent");
    let call = twilio.start_call(account, &new_call(number)).await.expect("a call");
    let added = twilio.add_participant(account, "desk", &new_participant(number)).await.expect("called");
    let conference = &added.conference_sid;

    assert_eq!(twilio.message(stranger, &sent.sid).await.expect("an answer"), None);
    assert!(!twilio.cancel_scheduled(stranger, &sent.sid).await.expect("an answer"));
    assert!(!twilio.redact(stranger, &sent.sid).await.expect("an answer"));
    let search = SentSearch { to: CUSTOMER.to_owned(), from: None, since };
    assert_eq!(twilio.sent(stranger, &search).await.expect("an answer"), []);
    assert_eq!(twilio.call(stranger, &call.sid).await.expect("an answer"), None);
    let search = CallSearch { to: CUSTOMER.to_owned(), from: None, since };
    assert_eq!(twilio.calls(stranger, &search).await.expect("an answer"), []);
    assert_gone(twilio.redirect(stranger, &call.sid, &new_call(number).instructions).await);
    twilio.cancel(stranger, &call.sid).await.expect("over");
    twilio.complete(stranger, &call.sid).await.expect("over");
    assert_eq!(twilio.conference(stranger, "desk").await.expect("an answer"), None);
    assert_eq!(twilio.participants(stranger, conference).await.expect("nobody"), []);
    let mute = ParticipantChange::Mute;
    assert_gone(twilio.change_participant(stranger, conference, &added.call_sid, &mute).await);
    twilio.remove_participant(stranger, conference, &added.call_sid).await.expect("out");
    twilio.end_conference(stranger, conference).await.expect("over");

    let live = twilio.call(account, &call.sid).await.expect("an answer").expect("the call");
    assert_eq!(live.status, CallStatus::Queued, "a stranger ended it");
    assert_eq!(twilio.conference(account, "desk").await.expect("an answer").as_ref(), Some(conference));
    let still = twilio.participants(account, conference).await.expect("participants");
    assert_eq!(still.iter().map(|it| &it.call_sid).collect::<Vec<_>>(), [&added.call_sid]);
}
