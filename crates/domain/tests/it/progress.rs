//! Whatever Twilio tells of a text, in whatever order and however often, it ends where the story ends.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use switchboard_domain::events::OrgId;
use switchboard_domain::ids::ConversationId;
use switchboard_domain::messages::{Fault, Message, Progress, Report};
use switchboard_domain::ports::{MessageFault, MessageStatus};
use switchboard_domain::testing::fixtures::{self, noon};

use crate::post::report;

const SID: &str = "SM1";

/// Everything that can become of a text, as it happens.
fn stories() -> Vec<Vec<MessageStatus>> {
    use MessageStatus::{
        Accepted, Delivered, Failed, PartiallyDelivered, Queued, Read, Sending, Sent, Undelivered,
    };
    vec![
        vec![Queued, Sending, Sent, Delivered, Read],
        vec![Queued, Sending, Sent, Delivered],
        vec![Accepted, Queued, Sending, Sent, Undelivered],
        vec![Accepted, Queued, Sending, Sent, PartiallyDelivered, Delivered],
        vec![Queued, Sending, Failed],
        vec![Accepted, Failed],
        vec![Queued, Sending, Sent],
        vec![Queued, Sent, Read],
    ]
}

fn told(status: &MessageStatus) -> Report {
    let is_fault = [MessageStatus::Undelivered, MessageStatus::Failed].contains(status);
    let fault = is_fault.then(|| MessageFault { code: 30003, message: Some("Unreachable".to_owned()) });
    Report { fault, ..report(SID, status.clone()) }
}

fn in_hand() -> Message {
    let sender =
        fixtures::user(OrgId::generate(), "Grace", "Hopper", switchboard_domain::access::Role::User, "x");
    fixtures::outbound(ConversationId::generate(), &sender, "hi")
}

fn minute(n: usize) -> DateTime<Utc> {
    noon() + TimeDelta::minutes(n as i64)
}

/// What is left of a message when time is not looked at.
type End = (Progress, Option<Fault>, bool, bool);

fn end(message: &Message) -> End {
    let Message { progress, fault, sent_at, delivered_at, .. } = message.clone();
    (progress, fault, sent_at.is_some(), delivered_at.is_some())
}

/// Lives through what is told, and checks each step.
fn live<'a>(order: impl IntoIterator<Item = &'a MessageStatus>) -> Message {
    let mut message = in_hand();
    let mut seen = BTreeSet::new();
    for (n, status) in order.into_iter().enumerate() {
        let Some(after) = message.after(&told(status), minute(n)) else { continue };
        if after.progress != message.progress {
            assert_eq!(after.progress, Progress::Told(status.clone()), "it comes where it was told to be");
            assert!(seen.insert(after.progress.as_str().to_owned()), "it was {status:?} before");
        }
        assert!(message.sent_at.is_none() || after.sent_at == message.sent_at, "it left once");
        assert!(message.delivered_at.is_none() || after.delivered_at == message.delivered_at);
        assert!(message.fault.is_none() || after.fault == message.fault, "what went wrong is kept");
        assert!(after.due_at > Some(minute(n)), "it is looked after");
        message = after;
    }
    message
}

/// A story, and its parts in another order, each once or more often.
fn retold() -> impl Strategy<Value = (Vec<MessageStatus>, Vec<MessageStatus>)> {
    prop::sample::select(stories()).prop_flat_map(|story| {
        let again = prop::collection::vec(prop::sample::select(story.clone()), 0..6);
        let whole = Just(story.clone());
        (whole, again.prop_flat_map(move |again| Just([story.clone(), again].concat()).prop_shuffle()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn however_it_is_told_it_ends_the_same((story, retold) in retold()) {
        let (straight, muddled) = (live(&story), live(&retold));
        prop_assert_eq!(end(&straight), end(&muddled));
        prop_assert_eq!(straight.progress, Progress::Told(story.last().expect("an end").clone()));
    }
}

/// Or the property would hold of stories that all end alike.
#[test]
fn stories_end_as_they_do() {
    let ends: Vec<_> = stories().iter().map(|story| end(&live(story))).collect();
    let shown: Vec<_> = ends
        .iter()
        .map(|(progress, fault, left, arrived)| (progress.as_str(), fault.is_some(), *left, *arrived))
        .collect();
    assert_eq!(
        shown,
        [
            ("read", false, true, true),
            ("delivered", false, true, true),
            ("undelivered", true, true, false),
            ("delivered", false, true, true),
            ("failed", true, false, false),
            ("failed", true, false, false),
            ("sent", false, true, false),
            ("read", false, true, true),
        ]
    );
}

#[test]
fn what_is_told_of_another_text_or_of_one_that_came_in_changes_nothing() {
    let message = live(&[MessageStatus::Queued]);
    assert_eq!(message.after(&report("SM2", MessageStatus::Delivered), noon()), None);
    let inbound = Message { direction: switchboard_domain::calls::Direction::Inbound, ..message };
    assert_eq!(inbound.after(&report(SID, MessageStatus::Delivered), noon()), None);
}

#[test]
fn what_was_given_up_goes_on_where_twilio_says_it_is() {
    for ours in [Progress::Scheduled, Progress::Pending, Progress::Told(MessageStatus::Failed)] {
        let fault = Some(Fault { code: None, message: Some("it was not sent".to_owned()) });
        let given_up = Message { progress: ours, fault, ..in_hand() };
        let after = given_up.after(&report(SID, MessageStatus::Queued), noon()).expect("news");
        assert_eq!((after.progress, after.fault), (Progress::Told(MessageStatus::Queued), None));
    }
}

#[test]
fn what_twilio_holds_back_is_not_ours_to_send() {
    let held_back = in_hand().after(&report(SID, MessageStatus::Scheduled), noon()).expect("news");
    let kept = Progress::parse(held_back.progress.as_str());
    assert_eq!((kept, held_back.sid.as_deref()), (Progress::Told(MessageStatus::Accepted), Some(SID)));
    let again = held_back.after(&report(SID, MessageStatus::Scheduled), noon());
    assert_eq!(again, None, "no news");
}
