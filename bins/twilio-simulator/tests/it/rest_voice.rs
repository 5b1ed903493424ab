//! Calls, queues, conferences, participants and recordings over the REST API.

use crate::api::{Api, conforms, send};
use crate::receiver::{CUSTOMER, KEY, NUMBER, Receiver, SECRET};
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;

fn sid(thing: &Value) -> &str {
    thing["sid"].as_str().expect("a SID")
}

/// Calls somebody who does this once they have answered.
async fn call(api: &Api, twiml: &str, extra: &[(&str, &str)]) -> Value {
    let mut form = vec![("To", CUSTOMER), ("From", NUMBER), ("Twiml", twiml)];
    form.extend(extra);
    let call = api.post("/Calls.json", &form).await.ok(201);
    conforms(&call, "call");
    call
}

/// A call that somebody has answered.
async fn answered(api: &Api, twiml: &str) -> String {
    let call = call(api, twiml, &[]).await;
    for _ in 0..20 {
        if fetch(api, sid(&call)).await["status"] == "in-progress" {
            return sid(&call).to_owned();
        }
        api.simulator.advance(Duration::from_secs(1)).await;
    }
    panic!("nobody has answered");
}

async fn fetch(api: &Api, sid: &str) -> Value {
    let call = api.get(&format!("/Calls/{sid}.json")).await.ok(200);
    conforms(&call, "call");
    call
}

#[tokio::test]
async fn a_call_is_made_redirected_and_ended() {
    let api = Api::start().await;
    let callback = api.receiver.url("/progress");
    let events = [
        ("StatusCallback", callback.as_str()),
        ("StatusCallbackEvent", "initiated"),
        ("StatusCallbackEvent", "ringing"),
        ("StatusCallbackEvent", "answered"),
        ("StatusCallbackEvent", "completed"),
    ];
    let made = call(&api, "<Response><Pause length=\"600\"/></Response>", &events).await;
    for (name, value) in [
        ("status", json!("queued")),
        ("direction", json!("outbound-api")),
        ("from", json!(NUMBER)),
        ("to", json!(CUSTOMER)),
        ("to_formatted", json!("(555) 867-5310")),
        ("duration", Value::Null),
        ("start_time", Value::Null),
        ("price", Value::Null),
    ] {
        assert_eq!(made[name], value, "{name}");
    }
    let path = format!("/Calls/{}.json", sid(&made));
    api.post(&path, &[("Twiml", "<Response><Hangup/></Response>")]).await.refused(400, 21220);
    api.simulator.advance(Duration::from_secs(20)).await;
    assert_eq!(fetch(&api, sid(&made)).await["status"], "in-progress");
    let redirected =
        api.post(&path, &[("Url", &api.receiver.url("/next")), ("Method", "POST")]).await.ok(200);
    conforms(&redirected, "call");
    api.simulator.settle().await;
    assert!(api.receiver.received().iter().any(|received| received.target == "/next"));
    api.simulator.advance(Duration::from_secs(1)).await;
    let over = fetch(&api, sid(&made)).await;
    assert_eq!(over["status"], "completed");
    assert!(over["duration"].is_string() && over["end_time"].is_string());
    assert_eq!((&over["price"], &over["price_unit"]), (&json!("-0.01400"), &json!("USD")));
    let progress: Vec<_> = api
        .receiver
        .received()
        .iter()
        .filter(|received| received.target == "/progress")
        .map(|received| received.param("CallStatus").to_owned())
        .collect();
    assert_eq!(progress, ["initiated", "ringing", "in-progress", "completed"]);
    assert_eq!(api.delete(&path).await.status, 204);
    api.get(&path).await.refused(404, 20404);
}

#[tokio::test]
async fn what_twilio_would_refuse_is_refused_with_its_code() {
    let api = Api::start().await;
    let twiml = ("Twiml", "<Response/>");
    let table: [(&[(&str, &str)], u32); 11] = [
        (&[("From", NUMBER), twiml], 21201),
        (&[("To", CUSTOMER), twiml], 21213),
        (&[("To", CUSTOMER), ("From", NUMBER)], 21205),
        (&[("To", CUSTOMER), ("From", NUMBER), ("Url", "nonsense")], 21205),
        (&[("To", "nonsense"), ("From", NUMBER), twiml], 21211),
        (&[("To", CUSTOMER), ("From", "+12025550199"), twiml], 21210),
        (&[("To", CUSTOMER), ("From", NUMBER), ("ApplicationSid", "AP1")], 21218),
        (&[("To", CUSTOMER), ("From", NUMBER), ("Twiml", "<Response>")], 12100),
        (&[("To", CUSTOMER), ("From", NUMBER), twiml, ("StatusCallbackEvent", "answerd")], 21626),
        (&[("To", CUSTOMER), ("From", NUMBER), twiml, ("StatusCallback", "nonsense")], 21609),
        (&[("To", CUSTOMER), ("From", NUMBER), twiml, ("Timeout", "601")], 20001),
    ];
    for (form, code) in table {
        let reply = api.post("/Calls.json", form).await;
        assert_eq!(reply.body["code"], code, "{form:?}: {}", reply.body);
        reply.refused(400, code);
    }
    let made = call(&api, "<Response/>", &[]).await;
    let path = format!("/Calls/{}.json", sid(&made));
    api.post(&path, &[("Status", "cancelled")]).await.refused(400, 20001);
    api.delete(&path).await.refused(409, 20009);
    let canceled = api.post(&path, &[("Status", "canceled")]).await.ok(200);
    assert_eq!(canceled["status"], "canceled");
    for (query, count) in
        [("", 1), ("Status=canceled", 1), ("Status=completed", 0), ("To=%2B15558675310", 1), ("From=%2B1", 0)]
    {
        let list = api.get(&format!("/Calls.json?{query}")).await.ok(200);
        assert_eq!(list["calls"].as_array().map(Vec::len), Some(count), "{query}");
    }
    api.get("/Calls.json?Status=cancelled").await.refused(400, 20001);
}

#[tokio::test]
async fn who_waits_in_a_queue_is_seen_and_taken_out() {
    let api = Api::start().await;
    api.post("/Queues.json", &[]).await.refused(400, 22000);
    let queue = api.post("/Queues.json", &[("FriendlyName", "desk"), ("MaxSize", "50")]).await.ok(201);
    conforms(&queue, "queue");
    assert_eq!((&queue["max_size"], &queue["current_size"]), (&json!(50), &json!(0)));
    api.post("/Queues.json", &[("FriendlyName", "desk")]).await.refused(400, 22003);
    let path = format!("/Queues/{}", sid(&queue));
    api.get(&format!("{path}/Members/Front.json")).await.refused(404, 20404);

    let twiml = "<Response><Enqueue waitUrl=\"\">desk</Enqueue></Response>";
    let (one, two) = (answered(&api, twiml).await, answered(&api, twiml).await);
    let list = api.get(&format!("{path}/Members.json")).await.ok(200);
    let members = list["queue_members"].as_array().expect("a list");
    let seen: Vec<_> =
        members.iter().map(|member| (member["call_sid"].as_str(), member["position"].as_u64())).collect();
    assert_eq!(seen, [(Some(&*one), Some(1)), (Some(&*two), Some(2))]);
    members.iter().for_each(|member| conforms(member, "member"));
    let fetched = api.get(&format!("{path}.json")).await.ok(200);
    assert_eq!(fetched["current_size"], 2);
    api.delete(&format!("{path}.json")).await.refused(400, 22007);

    let url = api.receiver.url("/dequeued");
    api.post(&format!("{path}/Members/{two}.json"), &[]).await.refused(400, 21205);
    let member = api.post(&format!("{path}/Members/{two}.json"), &[("Url", &url)]).await.ok(200);
    conforms(&member, "member");
    assert_eq!(member["call_sid"], two);
    api.post(&format!("{path}/Members/Front.json"), &[("Url", &url), ("Method", "POST")]).await.ok(200);
    api.simulator.settle().await;
    let asked: Vec<_> = api
        .receiver
        .received()
        .iter()
        .filter(|received| received.target == "/dequeued")
        .map(|received| received.param("CallSid").to_owned())
        .collect();
    assert_eq!(asked, [two, one]);
    api.post(&format!("{path}/Members/Front.json"), &[("Url", &url)]).await.refused(404, 20404);
    let renamed = api.post(&format!("{path}.json"), &[("FriendlyName", "other")]).await.ok(200);
    assert_eq!(renamed["friendly_name"], "other");
    assert_eq!(api.get("/Queues.json").await.ok(200)["queues"].as_array().map(Vec::len), Some(1));
    assert_eq!(api.delete(&format!("{path}.json")).await.status, 204);
}

#[tokio::test]
async fn a_conference_is_seen_filled_and_ended() {
    let api = Api::start().await;
    let twiml =
        "<Response><Dial><Conference participantLabel=\"customer\">room-1</Conference></Dial></Response>";
    let customer = answered(&api, twiml).await;
    let form = [
        ("From", NUMBER),
        ("To", "+15558675399"),
        ("Label", "agent-7"),
        ("EndConferenceOnExit", "false"),
        ("Beep", "false"),
        ("EarlyMedia", "true"),
        ("Timeout", "20"),
        ("StatusCallbackEvent", "ringing"),
        ("StatusCallbackEvent", "answered"),
    ];
    let added = api.post("/Conferences/room-1/Participants.json", &form).await.ok(201);
    conforms(&added, "participant");
    assert_eq!((&added["label"], &added["status"]), (&json!("agent-7"), &json!("queued")));
    api.simulator.advance(Duration::from_secs(20)).await;

    let list = api.get("/Conferences.json?Status=in-progress&FriendlyName=room-1").await.ok(200);
    let conferences = list["conferences"].as_array().expect("a list");
    assert_eq!(conferences.len(), 1);
    conforms(&conferences[0], "conference");
    let path = format!("/Conferences/{}", sid(&conferences[0]));
    let list = api.get(&format!("{path}/Participants.json")).await.ok(200);
    let participants = list["participants"].as_array().expect("a list");
    participants.iter().for_each(|participant| conforms(participant, "participant"));
    assert_eq!(participants.len(), 2);
    assert!(participants.iter().all(|participant| participant["status"] == "connected"), "{participants:?}");

    let hold = [("Hold", "true"), ("HoldUrl", "https://crm.example/hold"), ("Muted", "true")];
    let held = api.post(&format!("{path}/Participants/{customer}.json"), &hold).await.ok(200);
    conforms(&held, "participant");
    assert_eq!((&held["hold"], &held["muted"]), (&json!(true), &json!(true)));
    for (query, count) in [("Hold=true", 1), ("Muted=false", 1), ("Coaching=true", 0)] {
        let list = api.get(&format!("{path}/Participants.json?{query}")).await.ok(200);
        assert_eq!(list["participants"].as_array().map(Vec::len), Some(count), "{query}");
    }
    api.post(&format!("{path}/Participants/{customer}.json"), &[("Hold", "perhaps")])
        .await
        .refused(400, 20001);
    let agent = api.get(&format!("{path}/Participants/agent-7.json")).await.ok(200);
    assert_eq!(agent["call_sid"], added["call_sid"]);
    assert_eq!(api.delete(&format!("{path}/Participants/agent-7.json")).await.status, 204);
    api.get(&format!("{path}/Participants/agent-7.json")).await.refused(404, 20404);
    api.post(&format!("{path}.json"), &[("Status", "over")]).await.refused(400, 20001);
    let ended = api.post(&format!("{path}.json"), &[("Status", "completed")]).await.ok(200);
    conforms(&ended, "conference");
    assert_eq!(
        (&ended["status"], &ended["reason_conference_ended"]),
        (&json!("completed"), &json!("conference-ended-via-api"))
    );
    let coach = [("From", NUMBER), ("To", CUSTOMER), ("Coaching", "true")];
    api.post("/Conferences/room-2/Participants.json", &coach).await.refused(400, 20001);
    let nowhere = "/Conferences/CF00000000000000000000000000000000/Participants.json";
    api.post(nowhere, &[("From", NUMBER), ("To", CUSTOMER)]).await.refused(404, 20404);
}

#[tokio::test]
async fn a_recording_is_started_fetched_and_deleted() {
    let api = Api::with(Receiver::answering(StatusCode::NO_CONTENT, None, "").await).await;
    let call_sid = answered(&api, "<Response><Pause length=\"600\"/></Response>").await;
    let callback = api.receiver.url("/rec");
    let form = [
        ("RecordingChannels", "dual"),
        ("RecordingStatusCallback", callback.as_str()),
        ("RecordingStatusCallbackEvent", "in-progress"),
        ("RecordingStatusCallbackEvent", "completed"),
    ];
    api.post(&format!("/Calls/{call_sid}/Recordings.json"), &[("RecordingChannels", "three")])
        .await
        .refused(400, 20001);
    let recording = api.post(&format!("/Calls/{call_sid}/Recordings.json"), &form).await.ok(201);
    conforms(&recording, "call_recording");
    assert_eq!((&recording["channels"], &recording["source"]), (&json!(2), &json!("StartCallRecordingAPI")));
    let path = format!("/Recordings/{}", sid(&recording));
    assert_eq!(api.get(&format!("{path}.wav")).await.status, 404, "nothing to hear yet");
    api.simulator.advance(Duration::from_secs(5)).await;
    let paused = api.post(&format!("/Calls/{call_sid}{path}.json"), &[("Status", "paused")]).await.ok(200);
    conforms(&paused, "call_recording");
    assert_eq!(paused["status"], "paused");
    api.post(&format!("/Calls/{call_sid}{path}.json"), &[("Status", "in-progress")]).await.ok(200);
    api.delete(&format!("{path}.json")).await.refused(400, 20001);
    api.post(&format!("/Calls/{call_sid}.json"), &[("Status", "completed")]).await.ok(200);
    api.simulator.advance(Duration::from_secs(5)).await;

    let fetched = api.get(&format!("{path}.json")).await.ok(200);
    conforms(&fetched, "recording");
    assert_eq!((&fetched["status"], &fetched["duration"]), (&json!("completed"), &json!("5")));
    for query in ["", &format!("CallSid={call_sid}")] {
        let list = api.get(&format!("/Recordings.json?{query}")).await.ok(200);
        assert_eq!(list["recordings"], json!([fetched]), "{query}");
    }
    let list = api.get(&format!("/Calls/{call_sid}/Recordings.json")).await.ok(200);
    conforms(&list["recordings"][0], "call_recording");
    for (extension, content_type, start) in [
        ("", "audio/x-wav", &b"RIFF"[..]),
        (".wav", "audio/x-wav", b"RIFF"),
        (".mp3", "audio/mpeg", b"\xff\xe3"),
    ] {
        let redirect = api.get(&format!("{path}{extension}")).await;
        assert_eq!(redirect.status, 307);
        let url = format!("{}{}", api.base, redirect.headers["location"].to_str().expect("an address"));
        assert_eq!(send(api.raw("GET", &url).basic_auth(KEY, Some(SECRET))).await.status, 400);
        let response = api.raw("GET", &url).send().await.expect("an answer");
        assert_eq!(response.headers()["content-type"], content_type);
        assert!(response.bytes().await.expect("bytes").starts_with(start), "{extension}");
    }
    let told: Vec<_> = api
        .receiver
        .received()
        .iter()
        .filter(|received| received.target == "/rec")
        .map(|received| received.param("RecordingStatus").to_owned())
        .collect();
    assert_eq!(told, ["in-progress", "completed"]);
    assert_eq!(api.delete(&format!("{path}.json")).await.status, 204);
    api.get(&format!("{path}.json")).await.refused(404, 20404);
}
