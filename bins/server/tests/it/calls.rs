use chrono::TimeDelta;
use serde_json::{Value, json};
use switchboard_domain::access::Role;
use switchboard_domain::calls::{
    Call, CallRecording, CallState, Direction, Leg, LegRole, Place, RecordingKind,
};
use switchboard_domain::customers::CustomerKind;
use switchboard_domain::party::CustomerRef;
use switchboard_domain::ports::{CallStatus, Store};
use switchboard_domain::testing::Outcome;
use switchboard_domain::testing::fixtures::{self, Planted, noon};

use crate::harness::World;

/// A call that Grace talks on.
pub async fn connected(world: &World, org: &Planted) -> Call {
    let leg = |role, sid: &str, user| Leg {
        sid: Some(sid.to_owned()),
        role,
        user,
        phone: None,
        round: 1,
        place: Place::In,
        has_been_in: true,
        conference: None,
        listening: None,
    };
    let ringing = fixtures::call(None);
    let sid = ringing.sid.clone().expect("a SID");
    let call = Call {
        state: CallState::Connected,
        agent: Some(org.agent.person()),
        round: 1,
        status: CallStatus::InProgress,
        answered_at: Some(noon()),
        legs: vec![
            leg(LegRole::Customer, &sid, None),
            leg(LegRole::Agent, "CAagent", Some(org.agent.person())),
        ],
        ..ringing
    };
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    tx.insert_call(&call).await.expect("insert");
    tx.commit().await.expect("commit");
    let account = &org.account_sid;
    world.twilio.put_call(account, fixtures::twilio_call(&sid, CallStatus::InProgress));
    world.twilio.put_call(account, fixtures::twilio_call("CAagent", CallStatus::InProgress));
    let name = format!("org_{}_call_{}_1", org.scope.org(), call.id);
    world.twilio.put_conference(account, "CF1", &name);
    world.twilio.put_participant(account, "CF1", &sid, Some("customer"));
    world.twilio.put_participant(account, "CF1", "CAagent", Some("agent"));
    call
}

async fn get(world: &World, token: &str, path: &str) -> (u16, Value) {
    let answer = world.call("GET", path, Some(token), None).await;
    (answer.status.as_u16(), serde_json::from_str(&answer.text).expect("JSON"))
}

async fn ask(world: &World, token: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
    let answer = world.call(method, path, Some(token), Some(body)).await;
    (answer.status.as_u16(), serde_json::from_str(&answer.text).expect("JSON"))
}

pub fn act(call: &Call, act: &str) -> String {
    format!("/api/twilio/call/{}/{act}", call.id)
}

#[tokio::test]
async fn a_call_has_the_contracts_fields() {
    let world = World::new();
    let org = world.plant().await;
    let bo = fixtures::customer(CustomerKind::Lead, "Bo", "+16475550100");
    let call = Call {
        state: CallState::Ended,
        agent: Some(org.agent.person()),
        answered_at: Some(noon()),
        talked: TimeDelta::seconds(61),
        ended_at: Some(noon() + TimeDelta::seconds(61)),
        duration_seconds: Some(70),
        outcome: Some("answered".to_owned()),
        ..fixtures::call(Some(CustomerRef::from(bo.clone())))
    };
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    tx.insert_customer(&bo).await.expect("insert");
    tx.insert_call(&call).await.expect("insert");
    let recording = CallRecording {
        sid: "RE1".to_owned(),
        call: call.id,
        kind: RecordingKind::Conversation,
        seconds: Some(60),
        transcript: None,
        created_at: noon(),
    };
    tx.put_recording(&recording).await.expect("put");
    tx.commit().await.expect("commit");
    let token = world.login(&org.admin).await;
    let (status, body) = get(&world, &token, &format!("/api/twilio/call/{}", call.id)).await;
    assert_eq!(status, 200, "{body}");
    let mut shown = body["call"].clone();
    let url = shown["recording_url"].take();
    let url = url.as_str().expect("an address").strip_prefix(crate::harness::PUBLIC_URL).expect("it is ours");
    let expected = json!({
        "id": call.id, "organization_id": org.scope.org(), "lead_id": bo.id, "contact_id": null,
        "user_id": org.agent.id, "direction": "inbound", "from_number": "+16475550100",
        "to_number": "+14155550123", "twilio_call_sid": call.sid, "twilio_status": "ringing", "state": "ended",
        "duration_seconds": 70, "talk_time_seconds": 61, "recording_url": null, "has_recording": true,
        "voicemail_url": null, "voicemail_transcript": null, "outcome": "answered", "notes": null,
        "accepted_by": org.agent.id, "phone": null, "on_hold": false, "colleague": null, "started_at": "2026-01-01T12:00:00.000Z",
        "answered_at": "2026-01-01T12:00:00.000Z", "ended_at": "2026-01-01T12:01:01.000Z",
        "created_at": "2026-01-01T12:00:00.000Z", "updated_at": "2026-01-01T12:00:00.000Z",
        "lead_first_name": "Bo", "lead_last_name": "Doe", "contact_first_name": null, "contact_last_name": null,
        "user_first_name": "Grace", "user_last_name": "Hopper",
    });
    assert_eq!(shown, expected);
    let missing = world.call("GET", url, None, None).await;
    assert_eq!(missing.status.as_u16(), 404, "Twilio has none: {}", missing.text);
    world.twilio.put_file(&org.account_sid, "RE1", b"ID3");
    let heard = world.call("GET", url, None, None).await;
    assert_eq!((heard.status.as_u16(), heard.text.as_str()), (200, "ID3"));
    assert_eq!(heard.headers["content-type"], "audio/mpeg");
    world.clock.advance(TimeDelta::minutes(15));
    assert_eq!(world.call("GET", url, None, None).await.status.as_u16(), 404, "it works no more");
    let (_, body) = get(&world, &token, &format!("/api/twilio/call/{}", call.id)).await;
    let url = body["call"]["recording_url"].as_str().expect("another").to_owned();
    let url = url.strip_prefix(crate::harness::PUBLIC_URL).expect("ours");
    assert_eq!(world.call("GET", url, None, None).await.status.as_u16(), 200);
    world.call("POST", "/api/auth/logout", Some(&token), None).await;
    assert_eq!(world.call("GET", url, None, None).await.status.as_u16(), 401, "they signed out");
    assert_eq!(world.call("GET", "/api/twilio/recordings/rubbish", None, None).await.status.as_u16(), 404);
}

#[tokio::test]
async fn calls_are_found_by_what_they_are() {
    let world = World::new();
    let org = world.plant().await;
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    for (direction, state) in
        [(Direction::Inbound, CallState::Ringing), (Direction::Outbound, CallState::Ended)]
    {
        let call = Call { direction, state, ..fixtures::call(None) };
        tx.insert_call(&call).await.expect("insert");
    }
    tx.commit().await.expect("commit");
    let token = world.login(&org.admin).await;
    for (query, total) in [
        ("", 2),
        ("direction=", 2),
        ("direction=inbound", 1),
        ("state=ended", 1),
        ("state=ended&direction=inbound", 0),
        ("leadId=01a20f17-cf02-7264-b502-cad5db5a46a3", 0),
        ("limit=1", 2),
        ("search=%20", 2),
        ("search=(647)%20555", 1),
        ("search=415", 1),
        ("search=%2B1647&direction=inbound", 1),
        ("search=Nobody", 0),
    ] {
        let (status, body) = get(&world, &token, &format!("/api/twilio/call?{query}")).await;
        assert_eq!((status, &body["pagination"]["total"]), (200, &json!(total)), "{query}: {body}");
    }
    for query in ["direction=sideways", "state=Ringing", "leadId=7", "contactId=x", "limit=0"] {
        let (status, body) = get(&world, &token, &format!("/api/twilio/call?{query}")).await;
        assert_eq!((status, &body["code"]), (422, &json!("invalid")), "{query}");
    }
}

#[tokio::test]
async fn a_page_of_calls_begins_where_the_one_before_ended() {
    let world = World::new();
    let org = world.plant().await;
    let store = async |minutes: i64| {
        let mut tx = world.store.begin(org.scope).await.expect("begin");
        let started_at = noon() + TimeDelta::minutes(minutes);
        let call = Call { state: CallState::Ended, started_at, ..fixtures::call(None) };
        tx.insert_call(&call).await.expect("insert");
        tx.commit().await.expect("commit");
        json!(call.id)
    };
    let mut calls = Vec::new();
    for minutes in 0..5 {
        calls.insert(0, store(minutes).await);
    }
    let token = world.login(&org.admin).await;
    for filter in ["", "search=647", "state=ended&direction=inbound"] {
        let (mut walked, mut before) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/twilio/call?limit=2&{filter}&before={before}");
            let (_, body) = get(&world, &token, &path).await;
            let page = body["calls"].as_array().expect("a page");
            walked.extend(page.iter().map(|call| call["id"].clone()));
            assert!(walked.len() <= calls.len(), "{filter}: {walked:?}");
            calls.insert(0, store(5 + calls.len() as i64).await); // meanwhile
            let Some(next) = body["pagination"]["before"].as_str() else { break };
            next.clone_into(&mut before);
        }
        let first = calls.iter().position(|call| *call == walked[0]).expect("one of them");
        assert_eq!(walked, calls[first..], "{filter}: each once");
    }
}

#[tokio::test]
async fn people_write_about_a_call_and_what_is_left_out_stays() {
    let world = World::new();
    let org = world.plant().await;
    let call = connected(&world, &org).await;
    let token = world.login(&org.agent).await;
    let path = format!("/api/twilio/call/{}", call.id);
    for (form, notes, outcome) in [
        (json!({"notes": "wants <b>two</b>"}), json!("wants <b>two</b>"), json!(null)),
        (json!({"outcome": "sold"}), json!("wants <b>two</b>"), json!("sold")),
        (json!({"notes": null}), json!(null), json!("sold")),
    ] {
        let (status, body) = ask(&world, &token, "PATCH", &path, form).await;
        assert_eq!(status, 200, "{body}");
        assert_eq!((&body["call"]["notes"], &body["call"]["outcome"]), (&notes, &outcome));
    }
    for form in
        [json!({"notes": "x".repeat(10_001)}), json!({"outcome": "x".repeat(101)}), json!({"notes": 7})]
    {
        assert_eq!(ask(&world, &token, "PATCH", &path, form).await.0, 422);
    }
}

#[tokio::test]
async fn who_has_a_call_holds_resumes_and_ends_it() {
    let world = World::new();
    let org = world.plant().await;
    let call = connected(&world, &org).await;
    let token = world.login(&org.agent).await;
    let other = world.hire(&org, Role::User).await;
    let others = world.login(&other).await;
    for (act_name, held) in [("hold", true), ("hold", true), ("resume", false)] {
        let (status, body) = ask(&world, &token, "POST", &act(&call, act_name), json!({})).await;
        assert_eq!((status, &body["call"]["on_hold"]), (200, &json!(held)), "{body}");
    }
    let (status, _) = ask(&world, &others, "POST", &act(&call, "hangup"), json!({})).await;
    assert_eq!(status, 403, "it is somebody else's");
    world.twilio.next(Outcome::Unreachable);
    let (status, body) = ask(&world, &token, "POST", &act(&call, "hangup"), json!({})).await;
    assert_eq!((status, &body["code"]), (503, &json!("unavailable")), "it is not said to be over");
    let (_, body) = get(&world, &token, &format!("/api/twilio/call/{}", call.id)).await;
    assert_eq!(body["call"]["state"], "connected");
    let (status, body) = ask(&world, &token, "POST", &act(&call, "hangup"), json!({})).await;
    assert_eq!(
        (status, &body["call"]["state"], &body["call"]["outcome"]),
        (200, &json!("ended"), &json!("answered"))
    );
    for again in ["hangup", "hold", "resume"] {
        let (status, body) = ask(&world, &token, "POST", &act(&call, again), json!({})).await;
        assert_eq!((status, &body["code"]), (409, &json!("wrong_state")), "{again}");
    }
}

#[tokio::test]
async fn a_call_is_handed_over_to_whoever_can_take_it() {
    let world = World::new();
    let org = world.plant().await;
    let call = connected(&world, &org).await;
    let viewer = world.hire(&org, Role::Viewer).await;
    let token = world.login(&org.agent).await;
    for (to, kind) in [
        (json!(viewer.id), "cold"),
        (json!(org.agent.id), "cold"),
        (json!("nobody"), "cold"),
        (json!(""), "warm"),
        (json!(org.admin.id), "hot"),
    ] {
        let (status, body) =
            ask(&world, &token, "POST", &act(&call, "transfer"), json!({"to": to, "kind": kind})).await;
        assert_eq!(status, 422, "{to} {kind}: {body}");
    }
    let form = json!({"to": org.admin.id, "kind": "cold"});
    let (status, body) = ask(&world, &token, "POST", &act(&call, "transfer"), form.clone()).await;
    assert_eq!((status, &body["call"]["state"]), (200, &json!("ringing")), "{body}");
    let (status, body) = ask(&world, &token, "POST", &act(&call, "transfer"), form).await;
    assert_eq!((status, &body["code"]), (409, &json!("wrong_state")));
}

#[tokio::test]
async fn a_call_is_made_once_for_a_key_and_not_if_twilio_refuses() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    let make = async |body: Value| ask(&world, &token, "POST", "/api/twilio/call/make", body).await;
    let (status, body) = make(json!({"to": "(647) 555-0177", "leadId": "", "contactId": null})).await;
    assert_eq!((status, &body["data"]["state"]), (201, &json!("dialing")), "{body}");
    assert_eq!(
        (&body["data"]["to_number"], &body["data"]["accepted_by"]),
        (&json!("+16475550177"), &json!(null))
    );
    assert!(body["data"]["twilio_call_sid"].as_str().expect("a SID").starts_with("CA"));
    assert_eq!(body["data"]["user_id"], json!(org.agent.id));
    for wrong in [
        json!({}),
        json!({"to": "x"}),
        json!({"to": org.number.to_string()}),
        json!({"to": "+16475550177", "leadId": "01a20f17-cf02-7264-b502-cad5db5a46a3"}),
        json!({"to": "+16475550177", "leadId": "x"}),
    ] {
        let (status, body) = make(wrong.clone()).await;
        assert_eq!((status, &body["code"]), (422, &json!("invalid")), "{wrong}: {body}");
    }
    world.twilio.next(Outcome::refused(400, 21211, "no such number"));
    let (status, body) = make(json!({"to": "+16475550178"})).await;
    assert_eq!((status, &body["twilioCode"]), (502, &json!(21211)), "{body}");
    let (_, failed) = get(&world, &token, "/api/twilio/call?state=ended").await;
    assert_eq!(
        (&failed["calls"][0]["outcome"], failed["calls"].as_array().map(Vec::len)),
        (&json!("failed"), Some(1))
    );
}
