use chrono::TimeDelta;

use super::{CUSTOMER, Given, assert_gone, nobodys};
use crate::phone::PhoneNumber;
use crate::ports::{
    CallControl, CallDirection, CallSearch, CallStatus, Conferencing, Instructions, NewCall, NewParticipant,
    ParticipantChange,
};

pub(super) fn new_call(number: &PhoneNumber) -> NewCall {
    NewCall {
        to: CUSTOMER.to_owned(),
        from: number.to_string(),
        instructions: Instructions::url("https://crm.example/out"),
        progress: None,
        timeout: None,
        detect_machine: false,
        recording: None,
    }
}

pub(super) async fn calls_are_made_and_ended<T: CallControl>(twilio: &T, given: &Given<'_>) {
    let Given { account, number, clock, .. } = given;
    let since = clock.now() - TimeDelta::minutes(1);
    let call = new_call(number);
    let mut sids = Vec::new();
    for cancelled in [true, false] {
        let started = twilio.start_call(account, &call).await.expect("a call");
        assert_eq!((started.to.as_str(), &started.status), (CUSTOMER, &CallStatus::Queued));
        assert_eq!((&started.direction, &started.parent_call_sid), (&CallDirection::OutboundApi, &None));
        assert_eq!((started.started_at, started.ended_at, started.duration), (None, None, None));
        assert_eq!((started.answered_by, &started.price), (None, &None));
        for _ in 0..2 {
            match cancelled {
                true => assert!(twilio.cancel(account, &started.sid).await.expect("cancelled")),
                false => twilio.complete(account, &started.sid).await.expect("completed"),
            }
        }
        let over = twilio.call(account, &started.sid).await.expect("an answer").expect("the call");
        assert!(over.status.is_over() && over.ended_at.is_some(), "{over:?}");
        assert_eq!(over.created_at, started.created_at);
        assert_gone(twilio.redirect(account, &started.sid, &call.instructions).await);
        sids.insert(0, started.sid);
    }
    let found = async |to: &str, from: Option<&str>, since| {
        let search = CallSearch { to: to.to_owned(), from: from.map(str::to_owned), since };
        let found = twilio.calls(account, &search).await.expect("calls");
        found.into_iter().map(|call| call.sid).collect::<Vec<_>>()
    };
    assert_eq!(found(CUSTOMER, Some(number.as_str()), since).await, sids, "the latest first");
    assert_eq!(found(CUSTOMER, None, since).await, sids, "whoever called");
    assert_eq!(found(CUSTOMER, Some("+12025550177"), since).await, [""; 0], "somebody else called");
    assert_eq!(found("+15558675311", None, since).await, [""; 0], "another's");
    assert_eq!(found(CUSTOMER, None, clock.now() + TimeDelta::hours(1)).await, [""; 0], "nothing that new");
}

pub(super) async fn a_conference_is_held_while_somebody_waits_alone<T: CallControl + Conferencing>(
    twilio: &T,
    given: &Given<'_>,
) {
    let Given { account, number, .. } = given;
    let held = async || twilio.conference(account, "desk").await.expect("an answer");
    for muted in [false, true] {
        let participant = NewParticipant { muted, ..new_participant(number) };
        let added = twilio.add_participant(account, "desk", &participant).await.expect("called");
        assert_eq!(held().await.as_ref(), Some(&added.conference_sid));
        let listed = twilio.participants(account, &added.conference_sid).await.expect("participants");
        let [listed] = &listed[..] else { panic!("{listed:?}") };
        assert_eq!((&listed.call_sid, &listed.conference_sid), (&added.call_sid, &added.conference_sid));
        for shown in [&added, listed] {
            assert_eq!((shown.label.as_deref(), &shown.coach), (Some("customer"), &None));
            assert_eq!((shown.muted, shown.on_hold), (muted, false));
        }
        let call = twilio.call(account, &added.call_sid).await.expect("an answer").expect("a call");
        assert_eq!(call.to, CUSTOMER, "whoever takes part is on a call");
        let nobody = nobodys("CA");
        assert_gone(
            twilio
                .change_participant(account, &added.conference_sid, &nobody, &ParticipantChange::Mute)
                .await,
        );
        twilio.end_conference(account, &added.conference_sid).await.expect("ended");
        assert_eq!(held().await, None);
        assert_eq!(twilio.participants(account, &added.conference_sid).await.expect("nobody"), []);
    }
}

pub(super) fn new_participant(number: &PhoneNumber) -> NewParticipant {
    NewParticipant {
        to: CUSTOMER.to_owned(),
        from: number.to_string(),
        label: Some("customer".to_owned()),
        progress: None,
        timeout: None,
        beep: false,
        end_on_exit: false,
        muted: false,
        coach: None,
        conference: None,
        recording: None,
    }
}
