use chrono::TimeDelta;
use switchboard_events::CallId;

use crate::calls::{
    Call, CallFilter, CallRecording, CallState, Direction, Leg, LegRole, Listening, Note, Place,
    RecordingKind, Told, What,
};
use crate::customers::CustomerKind;
use crate::lines::Line;
use crate::offers::RingingCall;
use crate::paging::Mark;
use crate::party::CustomerRef;
use crate::phone::PhoneNumber;
use crate::ports::{CallStatus, Due, Operations, Price, Store, StoreError};
use crate::search::Search;
use crate::testing::fixtures::{self, noon, plant};

pub(super) async fn a_call_is_kept_whole_and_known_by_either_id(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let bo = fixtures::customer(CustomerKind::Contact, "Bo", "+16475550100");
    tx.insert_customer(&bo).await.expect("insert");
    let call = fixtures::call(Some(CustomerRef::from(bo)));
    let sid = call.sid.clone().expect("a SID");
    assert!(tx.insert_call(&call).await.expect("insert"));
    let same_sid = Call { id: CallId::generate(), ..call.clone() };
    let same_id = Call { sid: Some("CA0".to_owned()), ..call.clone() };
    assert!(!tx.insert_call(&same_sid).await.expect("insert"), "the same SID");
    assert!(!tx.insert_call(&same_id).await.expect("insert"), "the same id");
    assert_eq!(tx.call(call.id).await.expect("read").as_ref(), Some(&call));
    assert_eq!(tx.call_by_sid(&sid).await.expect("read").as_ref(), Some(&call));
    assert_eq!(tx.call_by_sid("CA0").await.expect("read"), None);

    let at = |seconds| Some(noon() + TimeDelta::seconds(seconds));
    let leg = |role, user, phone, place, listening| Leg {
        sid: Some("CA1".to_owned()),
        role,
        user,
        phone,
        round: 2,
        place,
        has_been_in: true,
        conference: (place != Place::Coming).then(|| "CF1".to_owned()),
        listening,
    };
    let phone = PhoneNumber::from_e164("+16475550199");
    let changed = Call {
        direction: Direction::Outbound,
        from: "nobody".to_owned(),
        started_at: noon() + TimeDelta::hours(1),
        sid: Some("CA2".to_owned()),
        customer: None,
        state: CallState::Connected,
        agent: Some(org.agent.person()),
        handed_over_by: Some(org.admin.id),
        meant_for: Some(org.admin.id),
        phone: Some(phone.clone()),
        round: 2,
        legs: vec![
            leg(LegRole::Agent, Some(org.agent.person()), None, Place::In, None),
            leg(LegRole::Colleague, None, Some(phone), Place::Coming, None),
            leg(LegRole::Supervisor, Some(org.admin.person()), None, Place::Out, Some(Listening::Whisper)),
            Leg { sid: None, ..leg(LegRole::Customer, None, None, Place::In, None) },
        ],
        lease_until: at(8),
        is_on_hold: true,
        status: CallStatus::InProgress,
        answered_at: at(2),
        talking_since: at(3),
        talked: TimeDelta::milliseconds(1_500),
        ended_at: at(3),
        updated_at: noon() + TimeDelta::seconds(4),
        duration_seconds: Some(12),
        price: Price::new("-0.01400", "USD"),
        outcome: Some("sold".to_owned()),
        notes: Some("I'm \"there\"\n".to_owned()),
        awaits_recording: true,
        due_at: at(60),
        ..call.clone()
    };
    assert!(tx.update_call(&changed).await.expect("update"));
    assert!(!tx.update_call(&changed).await.expect("update"), "it is another version by now");
    let (direction, from, started_at) = (call.direction, call.from.clone(), call.started_at);
    let kept = Call { version: 1, direction, from, started_at, ..changed };
    assert_eq!(tx.call(call.id).await.expect("read"), Some(kept.clone()));
    let again = Call { sid: None, lease_until: None, due_at: None, ..kept };
    assert!(tx.update_call(&again).await.expect("update"));
    assert_eq!(tx.call(call.id).await.expect("read"), Some(Call { version: 2, ..again }));
    assert!(!tx.update_call(&fixtures::call(None)).await.expect("update"), "there is no such call");
    let (one, other) = (fixtures::call(None), fixtures::call(None));
    for call in [&one, &other] {
        assert!(tx.insert_call(call).await.expect("insert"));
    }
    let stolen = Call { sid: one.sid, ..other };
    assert!(matches!(tx.update_call(&stolen).await, Err(StoreError::Taken(_))), "another call's SID");
}

pub(super) async fn a_call_whose_sid_is_looked_for_is_found_by_whom_it_calls(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let sought = Call { sid: None, due_at: Some(noon()), ..fixtures::call(None) };
    let known = Call { due_at: Some(noon()), ..fixtures::call(None) };
    let given_up = Call { sid: None, due_at: None, ..fixtures::call(None) };
    let elsewhere = Call { id: CallId::generate(), to: "+16475550177".to_owned(), ..sought.clone() };
    for call in [&sought, &known, &given_up, &elsewhere] {
        assert!(tx.insert_call(call).await.expect("insert"));
    }
    assert_eq!(tx.calls_without_sid(&sought.to).await.expect("read"), [sought.id]);
    assert_eq!(tx.calls_without_sid("+16475550178").await.expect("read"), []);
}

pub(super) async fn what_rings_is_told_with_whom_it_may_ring(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let call = fixtures::call(None);
    let later = Call { started_at: noon() + TimeDelta::seconds(1), ..fixtures::call(None) };
    for call in [&later, &call] {
        assert!(tx.insert_call(call).await.expect("insert"));
    }
    let rings = |call: &Call, declined_by| RingingCall {
        call: call.clone(),
        declined_by,
        team: Vec::new(),
        meant_for: None,
    };
    let ringing = tx.ringing_calls().await.expect("read");
    assert_eq!(ringing, [rings(&call, vec![]), rings(&later, vec![])], "oldest first");
    assert!(tx.decline_call(call.id, org.agent.id).await.expect("decline"));
    assert!(!tx.decline_call(call.id, org.agent.id).await.expect("decline"), "again");
    let ringing = tx.ringing_calls().await.expect("read");
    assert_eq!(ringing, [rings(&call, vec![org.agent.id]), rings(&later, vec![])]);
    tx.forget_declines(call.id).await.expect("forget");
    assert_eq!(tx.ringing_calls().await.expect("read")[0], rings(&call, vec![]));

    let number = PhoneNumber::from_e164(call.to.clone());
    tx.put_line(&Line { team: vec![org.admin.id], ..Line::plain(number) }).await.expect("put");
    let meant = Call { meant_for: Some(org.agent.id), ..call.clone() };
    assert!(tx.update_call(&meant).await.expect("update"));
    let ringing = tx.ringing_calls().await.expect("read");
    assert_eq!((&ringing[0].team, ringing[0].meant_for), (&vec![org.admin.id], Some(org.agent.id)));
    assert_eq!((&ringing[1].team, ringing[1].meant_for), (&vec![org.admin.id], None));

    assert!(tx.people_on_calls().await.expect("read").is_empty());
    for (state, is_busy) in CallState::ALL.into_iter().map(|state| (state, state.keeps_busy())) {
        let agent = (state != CallState::Ringing).then(|| org.agent.person());
        let known = tx.call(later.id).await.expect("read").expect("the call");
        assert!(tx.update_call(&Call { state, agent, ..known }).await.expect("update"));
        let busy = tx.people_on_calls().await.expect("read");
        assert_eq!(busy.contains(&org.agent.id), is_busy, "{state:?}");
        let rings = tx.ringing_calls().await.expect("read").iter().any(|ringing| ringing.call.id == later.id);
        assert_eq!(rings, state == CallState::Ringing);
    }
}

pub(super) async fn who_is_in_a_call_is_busy_with_it(store: &dyn Store) {
    let org = plant(store).await;
    let (ada, grace) = (org.admin.id, org.agent.id);
    let mut tx = store.begin(org.scope).await.expect("begin");
    let call = fixtures::call(None);
    assert!(tx.insert_call(&call).await.expect("insert"));
    for (state, role, place, round, is_busy) in [
        (CallState::Connected, LegRole::Colleague, Place::In, 2, true),
        (CallState::Connected, LegRole::Supervisor, Place::In, 2, true),
        (CallState::Connected, LegRole::Colleague, Place::Coming, 2, false),
        (CallState::Connected, LegRole::Colleague, Place::Out, 2, false),
        (CallState::Connected, LegRole::Agent, Place::In, 1, false),
        (CallState::Ended, LegRole::Colleague, Place::In, 2, false),
    ] {
        let leg = |role, user| Leg {
            sid: None,
            role,
            user,
            phone: None,
            round,
            place,
            has_been_in: true,
            conference: None,
            listening: None,
        };
        let legs = vec![leg(LegRole::Customer, None), leg(role, Some(org.admin.person()))];
        let agent = Some(org.agent.person());
        let known = tx.call(call.id).await.expect("read").expect("the call");
        assert!(tx.update_call(&Call { state, agent, round: 2, legs, ..known }).await.expect("update"));
        let mut busy = tx.people_on_calls().await.expect("read");
        busy.sort();
        let mut expected = if state.keeps_busy() { vec![grace] } else { vec![] };
        expected.extend(is_busy.then_some(ada));
        expected.sort();
        assert_eq!(busy, expected, "{state:?} {role:?} {place:?} {round}");
    }
}

pub(super) async fn calls_are_listed_newest_first(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let bo = fixtures::customer(CustomerKind::Lead, "Bo", "+16475550100");
    tx.insert_customer(&bo).await.expect("insert");
    let mut calls = Vec::new();
    for (n, state) in
        [CallState::Ringing, CallState::Ended, CallState::Ended, CallState::Voicemail].into_iter().enumerate()
    {
        let customer = (n % 2 == 0).then(|| CustomerRef::from(bo.clone()));
        let direction = if n == 1 { Direction::Outbound } else { Direction::Inbound };
        let started_at = noon() + TimeDelta::seconds(n as i64 / 2); // each two at one moment
        let call = Call { direction, state, started_at, ..fixtures::call(customer) };
        assert!(tx.insert_call(&call).await.expect("insert"));
        calls.insert(0, call);
    }
    let all = CallFilter::default();
    assert_eq!(tx.calls(&all, 10, 0).await.expect("read"), (calls.clone(), 4));
    assert_eq!(tx.calls(&all, 2, 1).await.expect("read"), (calls[1..3].to_vec(), 4));
    assert_eq!(tx.calls(&all, 2, 4).await.expect("read"), (vec![], 4));
    let customers = [None, Some((CustomerKind::Lead, bo.id)), Some((CustomerKind::Contact, bo.id))];
    for customer in customers {
        for direction in [None, Some(Direction::Inbound), Some(Direction::Outbound)] {
            for state in CallState::ALL.into_iter().map(Some).chain([None]) {
                let fits = |call: &&Call| {
                    let of = call.customer.as_ref().map(|customer| (customer.kind, customer.id));
                    (customer.is_none() || of == customer)
                        && direction.is_none_or(|direction| call.direction == direction)
                        && state.is_none_or(|state| call.state == state)
                };
                let expected: Vec<_> = calls.iter().filter(fits).cloned().collect();
                let filter = CallFilter { customer, direction, state, search: None, before: None };
                let found = tx.calls(&filter, 10, 0).await.expect("read");
                let total = expected.len() as i64;
                assert_eq!(found, (expected.clone(), total), "{filter:?}");
                for (place, call) in expected.iter().enumerate() {
                    let before = Some(Mark { at: call.started_at, id: call.id });
                    let rest = CallFilter { before, ..filter.clone() };
                    let found = tx.calls(&rest, 10, 0).await.expect("read");
                    assert_eq!(found, (expected[place + 1..].to_vec(), total), "{rest:?}");
                }
            }
        }
    }
    let search = |name: &str, addresses: &[&str]| {
        let addresses = addresses.iter().map(|&address| address.to_owned()).collect();
        Some(Search { name: name.to_owned(), addresses })
    };
    let of_bo = [calls[1].clone(), calls[3].clone()];
    for (search, direction, expected) in [
        (search("bo", &["bo"]), None, of_bo.to_vec()),
        (search("doe", &["doe"]), None, of_bo.to_vec()),
        (search("x", &["+999", "+1647", "1647"]), None, [&calls[..2], &calls[3..]].concat()),
        (search("x", &["+1415"]), None, vec![calls[2].clone()]),
        (search("x", &["+1415"]), Some(Direction::Inbound), vec![]),
        (search("%", &["%"]), None, vec![]),
    ] {
        let filter = CallFilter { direction, search, ..CallFilter::default() };
        let found = tx.calls(&filter, 10, 0).await.expect("read");
        assert_eq!(found, (expected.clone(), expected.len() as i64), "{filter:?}");
    }
    let filter = CallFilter { search: search("bo", &["bo"]), ..CallFilter::default() };
    assert_eq!(tx.calls(&filter, 1, 1).await.expect("read"), (vec![calls[3].clone()], 2));
    let before = Some(Mark { at: calls[1].started_at, id: calls[1].id });
    let rest = CallFilter { before, ..filter };
    assert_eq!(tx.calls(&rest, 10, 0).await.expect("read"), (vec![calls[3].clone()], 2));
}

pub(super) async fn what_is_due_is_found(store: &dyn Store, operations: &dyn Operations) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let now = tx.now().await.expect("the time");
    let due = |seconds| Call { due_at: Some(now + TimeDelta::seconds(seconds)), ..fixtures::call(None) };
    let (late, later, never) = (due(-60), due(-5), fixtures::call(None));
    for call in [&later, &due(3600), &never, &late] {
        assert!(tx.insert_call(call).await.expect("insert"));
    }
    tx.commit().await.expect("commit");
    let orgs = operations.orgs_with_due(Due::Calls, 1000).await.expect("read");
    assert_eq!(orgs.iter().filter(|due| **due == org.scope.org()).count(), 1, "once for all its calls");
    let mut tx = store.begin(org.scope).await.expect("begin");
    let ids = |calls: Vec<Call>| calls.into_iter().map(|call| call.id).collect::<Vec<_>>();
    assert_eq!(ids(tx.due_calls(10).await.expect("read")), [late.id, later.id]);
    assert_eq!(ids(tx.due_calls(1).await.expect("read")), [late.id]);
    assert!(tx.update_call(&Call { due_at: None, ..late }).await.expect("update"));
    assert!(
        tx.update_call(&Call { due_at: Some(now + TimeDelta::hours(1)), ..later }).await.expect("update")
    );
    assert_eq!(tx.due_calls(10).await.expect("read"), []);
    tx.commit().await.expect("commit");
    assert!(!operations.orgs_with_due(Due::Calls, 1000).await.expect("read").contains(&org.scope.org()));
}

pub(super) async fn recordings_and_notes_are_kept(store: &dyn Store) {
    let org = plant(store).await;
    let mut tx = store.begin(org.scope).await.expect("begin");
    let call = fixtures::call(None);
    assert!(tx.insert_call(&call).await.expect("insert"));
    let recording = |sid: &str, seconds, transcript: Option<&str>| CallRecording {
        sid: sid.to_owned(),
        call: call.id,
        kind: RecordingKind::Voicemail,
        seconds,
        transcript: transcript.map(str::to_owned),
        created_at: noon(),
    };
    let bare = recording("RE1", None, None);
    assert!(tx.put_recording(&bare).await.expect("put"));
    assert!(!tx.put_recording(&bare).await.expect("put"), "again");
    assert!(tx.put_recording(&recording("RE1", None, Some("hi"))).await.expect("put"), "in any order");
    assert!(tx.put_recording(&recording("RE1", Some(5), None)).await.expect("put"));
    assert!(!tx.put_recording(&recording("RE1", Some(6), Some("ho"))).await.expect("put"), "all was known");
    let whole = recording("RE1", Some(5), Some("hi"));
    assert_eq!(tx.recording("RE1").await.expect("read"), Some(whole.clone()), "nothing was forgotten");
    assert_eq!(tx.recording("RE2").await.expect("read"), None);
    let first = CallRecording {
        kind: RecordingKind::Conversation,
        created_at: noon() - TimeDelta::seconds(1),
        ..recording("RE2", None, None)
    };
    assert!(tx.put_recording(&first).await.expect("put"));
    assert_eq!(tx.recordings_of(&[call.id, CallId::generate()]).await.expect("read"), [first, whole]);
    assert_eq!(tx.recordings_of(&[]).await.expect("read"), []);

    let note =
        |seconds, what| Note { at: noon() + TimeDelta::seconds(seconds), what, by: None, detail: None };
    let declined = Note { by: Some(org.agent.id), detail: Some("no".to_owned()), ..note(2, What::Declined) };
    let subject = call.id.into();
    tx.note(subject, &[note(3, What::Accepted), note(1, What::Announced)]).await.expect("note");
    tx.note(subject, std::slice::from_ref(&declined)).await.expect("note");
    tx.note(subject, &[]).await.expect("nothing to note");
    let told = [note(1, What::Announced), declined, note(3, What::Accepted)];
    assert_eq!(tx.timeline(subject).await.expect("read"), told);
    assert_eq!(tx.timeline(uuid::Uuid::new_v4()).await.expect("read"), []);
    let seen = |by| Note { by: Some(by), ..note(4, What::Seen) };
    for by in [org.agent.id, org.admin.id, org.agent.id] {
        tx.note_once(subject, &seen(by)).await.expect("note");
    }
    assert_eq!(tx.timeline(subject).await.expect("read")[3..], [seen(org.agent.id), seen(org.admin.id)]);
    let message = fixtures::take_in(tx.as_mut(), "hello", noon()).await;
    let sids = [call.sid.clone().expect("a SID"), message.sid.clone().expect("a SID"), "CA0".to_owned()];
    let told = sids.map(|sid| Told { sid, at: noon() + TimeDelta::seconds(9), screens: 2 });
    tx.note_told(&told).await.expect("note");
    let emitted = Note { detail: Some("2".to_owned()), ..note(9, What::Emitted) };
    assert_eq!(tx.timeline(subject).await.expect("read").last(), Some(&emitted));
    assert_eq!(tx.timeline(message.id.into()).await.expect("read"), [emitted]);
    for what in What::ALL {
        let other = uuid::Uuid::new_v4();
        tx.note(other, &[note(0, *what)]).await.expect("note");
        assert_eq!(tx.timeline(other).await.expect("read"), [note(0, *what)]);
    }
}
