//! Twilio's webhooks: who is let in, what is stored, what is answered.

use axum::body::Body;
use axum::http::Request;
use secrecy::SecretString;
use switchboard_domain::ports::Store;
use switchboard_domain::testing::fixtures::Planted;
use switchboard_twilio::signature;

use crate::harness::{Answer, PUBLIC_URL, World};

pub const SMS: &str = "/api/twilio/webhook/sms";
pub const VOICE: &str = "/api/twilio/webhook/voice";
pub const CALL_STATUS: &str = "/api/twilio/webhook/call-status";

pub const SMS_STATUS: &str = "/api/twilio/webhook/sms-status";

pub type Params = Vec<(String, String)>;

pub fn params(pairs: &[(&str, &str)]) -> Params {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub fn text(org: &Planted, sid: &str, body: &str) -> Params {
    let (from, to) = ("+16475550100", org.number.as_str());
    let mut params =
        params(&[("MessageSid", sid), ("From", from), ("To", to), ("Body", body), ("NumSegments", "1")]);
    params.push(("AccountSid".to_owned(), org.account_sid.clone()));
    params
}

pub fn call(org: &Planted, sid: &str, from: &str) -> Params {
    let mut params = params(&[("CallSid", sid), ("From", from), ("To", org.number.as_str())]);
    params.push(("AccountSid".to_owned(), org.account_sid.clone()));
    params
}

pub fn encode(params: &Params) -> String {
    let percent = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let pairs: Vec<_> =
        params.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
    pairs.join("&")
}

pub async fn post(world: &World, path: &str, body: String, signature: Option<&str>) -> Answer {
    let mut request = Request::post(path);
    if let Some(signature) = signature {
        request = request.header("X-Twilio-Signature", signature);
    }
    world.send(request.body(Body::from(body)).expect("a request")).await
}

pub fn sign(path: &str, params: &Params, token: &str) -> String {
    signature::sign(&format!("{PUBLIC_URL}{path}"), params, &SecretString::from(token.to_owned()))
}

pub async fn signed(world: &World, org: &Planted, path: &str, params: &Params) -> Answer {
    signed_with(world, &org.auth_token, path, params).await
}

pub async fn signed_with(world: &World, token: &str, path: &str, params: &Params) -> Answer {
    post(world, path, encode(params), Some(&sign(path, params, token))).await
}

#[tokio::test]
async fn a_signed_text_is_stored_exactly_and_told_once() {
    let world = World::new();
    let org = world.plant().await;
    let body = r#"donation=5 <3 & "you""#;
    let mut answers = Vec::new();
    for _ in 0..2 {
        let answer = signed(&world, &org, SMS, &text(&org, "SM1", body)).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.headers["content-type"]),
            (200, &"text/xml".parse().unwrap())
        );
        answers.push(answer.text);
    }
    assert_eq!(answers[0], r#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#);
    assert_eq!(answers[0], answers[1], "the same answer to the same delivery");
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let stored = tx.message_by_sid("SM1").await.expect("read").expect("the message");
    assert_eq!(stored.body, body);
    drop(tx);
    assert_eq!(world.events(&org).await, 1);
}

#[tokio::test]
async fn a_signed_call_rings_and_the_caller_waits() {
    let world = World::new();
    let org = world.plant().await;
    let mut answers = Vec::new();
    for _ in 0..2 {
        answers.push(signed(&world, &org, VOICE, &call(&org, "CA1", "+16475550100")).await.text);
    }
    assert!(answers[0].contains("<Enqueue action="), "{}", answers[0]);
    assert!(answers[0].contains(&format!(">org_{}</Enqueue>", org.scope.org())), "{}", answers[0]);
    assert_eq!(answers[0], answers[1], "a repeated delivery never hangs up on a caller");
    assert_eq!(world.events(&org).await, 1);
}

#[tokio::test]
async fn whatever_is_wrong_with_a_signature_the_answer_is_the_same() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let good = text(&org, "SM1", "hello");
    let signature = sign(SMS, &good, &org.auth_token);
    let mut unknown = good.clone();
    unknown.last_mut().expect("the account").1 = format!("AC{}", "0".repeat(32));
    let no_account = good[..good.len() - 1].to_vec();
    let mut seen = Vec::new();
    for (why, params, given) in [
        ("missing", &good, None),
        ("empty", &good, Some(String::new())),
        ("rubbish", &good, Some("!".to_owned())),
        ("wrong", &good, Some(sign(SMS, &good, "guess"))),
        ("foreign", &good, Some(sign(SMS, &good, &other.auth_token))),
        ("of another path", &good, Some(sign(VOICE, &good, &org.auth_token))),
        ("replayed with a changed body", &text(&org, "SM1", "hullo"), Some(signature.clone())),
        ("of an unknown account", &unknown, Some(sign(SMS, &unknown, &org.auth_token))),
        ("signed with nobody's token", &unknown, Some(sign(SMS, &unknown, "nobody's token"))),
        ("without an account", &no_account, Some(sign(SMS, &no_account, &org.auth_token))),
    ] {
        let answer = post(&world, SMS, encode(params), given.as_deref()).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (403, ""), "{why}");
        let mut headers = answer.headers;
        headers.remove("x-request-id");
        seen.push(headers);
    }
    assert!(seen.iter().all(|headers| *headers == seen[0]), "nothing tells them apart: {seen:?}");
    for org in [&org, &other] {
        assert_eq!(world.events(org).await, 0);
    }
    assert_eq!(signed(&world, &org, SMS, &good).await.status.as_u16(), 200, "and the real one still gets in");
}

#[tokio::test]
async fn a_number_that_is_not_ours_is_turned_away_politely() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let mut to_other = text(&org, "SM1", "hello");
    to_other[2].1 = other.number.to_string();
    let answer = signed(&world, &org, SMS, &to_other).await;
    assert_eq!(answer.text, r#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#);
    let mut to_other = call(&org, "CA1", "+16475550100");
    to_other[2].1 = other.number.to_string();
    let answer = signed(&world, &org, VOICE, &to_other).await;
    assert!(answer.text.contains("<Response><Reject/></Response>"), "{}", answer.text);
    assert_eq!(world.events(&org).await + world.events(&other).await, 0, "the number alone says nothing");
}

#[tokio::test]
async fn a_withheld_caller_rings_under_what_twilio_said() {
    let world = World::new();
    let org = world.plant().await;
    for (sid, from) in [("CA1", "anonymous"), ("CA2", "+266696687"), ("CA3", "")] {
        assert_eq!(signed(&world, &org, VOICE, &call(&org, sid, from)).await.status.as_u16(), 200, "{from}");
    }
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let entries = tx.events_after(0, 10).await.expect("read");
    let from =
        |index: usize| -> serde_json::Value { serde_json::from_str(&entries[index].payload).expect("JSON") };
    assert_eq!(from(0)["from"], "anonymous");
    assert_eq!(from(1)["from"], "+266696687");
}

#[tokio::test]
async fn a_browsers_leg_that_nobody_asked_for_hears_a_refusal() {
    let world = World::new();
    let org = world.plant().await;
    let answer = signed(&world, &org, VOICE, &call(&org, "CA1", "client:o1_u2")).await;
    assert!(answer.text.contains("<Say>") && answer.text.contains("<Hangup/>"), "{}", answer.text);
    assert_eq!(world.events(&org).await, 0);
}

#[tokio::test]
async fn a_call_that_is_over_or_has_no_name_does_not_ring() {
    let world = World::new();
    let org = world.plant().await;
    let mut over = call(&org, "CA1", "+16475550100");
    over.push(("CallStatus".to_owned(), "completed".to_owned()));
    assert_eq!(signed(&world, &org, VOICE, &over).await.status.as_u16(), 200);
    for sid in
        ["", "CA", "SM1", "CA1 2", &format!("CA{}", "0".repeat(33)), &format!("CA{}", "f".repeat(18_000))]
    {
        let answer = signed(&world, &org, VOICE, &call(&org, sid, "+16475550100")).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (403, ""), "{sid}");
    }
    assert_eq!(world.events(&org).await, 0);
}

#[tokio::test]
async fn a_caller_who_hangs_up_ends_the_ringing() {
    let world = World::new();
    let org = world.plant().await;
    let ringing = call(&org, "CA1", "+16475550100");
    assert_eq!(signed(&world, &org, VOICE, &ringing).await.status.as_u16(), 200);
    for (status, events) in [("in-progress", 1), ("completed", 2), ("completed", 2)] {
        let mut params = ringing.clone();
        params.push(("CallStatus".to_owned(), status.to_owned()));
        let answer = signed(&world, &org, CALL_STATUS, &params).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""), "{status}");
        assert_eq!(world.events(&org).await, events, "{status}");
    }
    let forged = post(&world, CALL_STATUS, encode(&ringing), Some("guess")).await;
    assert_eq!(forged.status.as_u16(), 403);
}

#[tokio::test]
async fn news_of_messages_is_twilios_or_refused() {
    let world = World::new();
    let org = world.plant().await;
    let mut params = text(&org, "SM1", "");
    params.push(("MessageStatus".to_owned(), "delivered".to_owned()));
    assert_eq!(signed(&world, &org, SMS_STATUS, &params).await.status, 204);
    let forged = post(&world, SMS_STATUS, encode(&params), Some("guess")).await;
    assert_eq!((forged.status.as_u16(), forged.text.as_str()), (403, ""));
}

#[tokio::test]
async fn what_is_told_of_no_call_of_ours_is_heard_and_nothing_comes_of_it() {
    let world = World::new();
    let org = world.plant().await;
    let mut params = call(&org, "CA1", "+16475550100");
    params.extend(self::params(&[("RecordingSid", "RE1"), ("RecordingStatus", "completed")]));
    for query in ["", "?org=none&call=none", "?call=1"] {
        for webhook in ["recording", "transcription", "call-status"] {
            let answer =
                signed(&world, &org, &format!("/api/twilio/webhook/{webhook}{query}"), &params).await;
            assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""), "{webhook}{query}");
        }
    }
    let answer = signed(&world, &org, &format!("{VOICE}?participant=customer&conference=1"), &params).await;
    assert!(answer.text.contains("<Say>") && answer.text.contains("<Hangup/>"), "{}", answer.text);
    assert_eq!(world.events(&org).await, 0);
}

#[tokio::test]
async fn a_captured_request_cannot_be_cut_into_another() {
    let world = World::new();
    let org = world.plant().await;
    let sid = format!("SM{}", "0123456789abcdef".repeat(2));
    let mut params = text(&org, &sid, "hello");
    params.push(("NumMedia".to_owned(), "0".to_owned()));
    let signature = sign(SMS, &params, &org.auth_token);
    params.retain(|(name, _)| name != "NumMedia" && name != "NumSegments");
    params[0].1 = format!("{sid}NumMedia0NumSegments1");
    assert_eq!(sign(SMS, &params, &org.auth_token), signature, "the signature cannot tell");
    assert_eq!(post(&world, SMS, encode(&params), Some(&signature)).await.status.as_u16(), 403);
    assert_eq!(world.events(&org).await, 0);
}

#[tokio::test]
async fn a_text_over_whatsapp_comes_from_a_number() {
    let world = World::new();
    let org = world.plant().await;
    let mut params = text(&org, "SM1", "hello");
    params[1].1 = "whatsapp:+16475550100".to_owned();
    params[2].1 = format!("whatsapp:{}", org.number);
    assert_eq!(signed(&world, &org, SMS, &params).await.status.as_u16(), 200);
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let stored = tx.message_by_sid("SM1").await.expect("read").expect("the message");
    assert_eq!(stored.channel.as_str(), "whatsapp");
    assert_eq!(stored.from, "+16475550100");
}

#[tokio::test]
async fn a_form_that_is_no_text_is_malformed() {
    let world = World::new();
    let org = world.plant().await;
    let body = format!("AccountSid={}&Body=%FF%FE", org.account_sid);
    post(&world, SMS, body, Some("x")).await.is_refusal(400, "malformed");
    let huge = format!("Body={}", "x".repeat(2 * 1024 * 1024));
    post(&world, SMS, huge, Some("x")).await.is_refusal(413, "too_large");
    let answer = signed(&world, &org, SMS, &text(&org, "SM1", "a\0b")).await;
    assert_eq!(answer.status.as_u16(), 200);
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let stored = tx.message_by_sid("SM1").await.expect("read").expect("the message");
    assert_eq!(stored.body, "a\u{fffd}b");
}
