use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};
use switchboard_domain::access::Role;
use switchboard_domain::customers::CustomerKind;
use switchboard_domain::ports::{MessageStatus, Store};
use switchboard_domain::testing::Outcome;
use switchboard_domain::testing::fixtures::{self, Planted};

use crate::harness::{Answer, World};
use crate::webhooks::{Params, SMS, SMS_STATUS, signed, text};

const SEND: &str = "/api/twilio/sms/send";
const NOBODY: &str = "01a20f17-cf02-7264-b502-cad5db5a46a3";

async fn get(world: &World, token: &str, path: &str) -> (u16, Value) {
    let answer = world.call("GET", path, Some(token), None).await;
    (answer.status.as_u16(), answer.json())
}

async fn ask(world: &World, token: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
    let answer = world.call(method, path, Some(token), Some(body)).await;
    (answer.status.as_u16(), answer.json())
}

async fn send(world: &World, token: &str, body: Value) -> (u16, Value) {
    ask(world, token, "POST", SEND, body).await
}

fn thread(address: &str) -> String {
    format!("/api/twilio/sms/conversation/{address}")
}

/// The customer writes.
async fn receive(world: &World, org: &Planted, sid: &str, body: &str) {
    assert_eq!(signed(world, org, SMS, &text(org, sid, body)).await.status.as_u16(), 200);
}

fn fields(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_message_has_the_contracts_fields() {
    let world = World::new();
    let org = world.plant().await;
    let bo = fixtures::customer(CustomerKind::Lead, "Bo", "+16475550100");
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    tx.insert_customer(&bo).await.expect("insert");
    tx.commit().await.expect("commit");
    let token = world.login(&org.agent).await;
    let order = json!({"to": "(647) 555-0100", "body": "donation=5 <3 I'm", "leadId": bo.id, "contactId": "", "templateId": null});
    let (status, body) = send(&world, &token, order).await;
    assert_eq!((status, fields(&body)), (201, vec!["data", "message"]), "{body}");
    let sent = &body["data"];
    let sid = sent["twilio_sid"].as_str().expect("a SID");
    assert!(sid.starts_with("SM"), "{sid}");
    let expected = json!({
        "id": sent["id"], "organization_id": org.scope.org(), "lead_id": bo.id, "contact_id": null,
        "user_id": org.agent.id, "direction": "outbound", "channel": "sms", "from_number": org.number.to_string(),
        "to_number": "+16475550100", "body": "donation=5 <3 I'm", "twilio_sid": sid, "twilio_status": "queued",
        "error_code": null, "error_message": null, "media_urls": [], "num_media": 0, "media": [], "segment_count": 1,
        "template_id": null, "scheduled_at": null, "sent_at": null, "delivered_at": null,
        "created_at": "2026-01-01T12:00:00.000Z", "updated_at": "2026-01-01T12:00:00.000Z",
        "lead_first_name": "Bo", "lead_last_name": "Doe", "contact_first_name": null, "contact_last_name": null,
        "user_first_name": "Grace", "user_last_name": "Hopper",
    });
    assert_eq!(*sent, expected);
    let one = format!("/api/twilio/sms/{}", sent["id"].as_str().expect("an id"));
    assert_eq!(get(&world, &token, &one).await, (200, json!({"message": expected})));
    let listed =
        json!({"messages": [expected], "pagination": {"total": 1, "limit": 50, "offset": 0, "before": null}});
    for query in ["".to_owned(), "direction=outbound".to_owned(), format!("leadId={}", bo.id)] {
        let path = format!("/api/twilio/sms?{query}");
        assert_eq!(get(&world, &token, &path).await, (200, listed.clone()), "{query}");
    }
}

#[tokio::test]
async fn conversations_and_threads_have_the_contracts_fields() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    receive(&world, &org, "SM1", "hello").await;
    let (_, list) = get(&world, &token, "/api/twilio/sms/conversations").await;
    let lead = list["conversations"][0]["leadId"].clone();
    let person = json!({"type": "lead", "id": lead, "name": ""});
    let expected = json!({
        "phoneNumber": "+16475550100", "lastMessageAt": "2026-01-01T12:00:00.000Z", "messageCount": 1,
        "inboundCount": 1, "outboundCount": 0, "unreadCount": 1, "lastMessage": "hello", "lastDirection": "inbound",
        "lastChannel": "sms", "lastStatus": "received", "leadId": lead, "contactId": null, "contactName": null,
        "people": [person], "assignedTo": null,
    });
    assert!(lead.is_string(), "an unknown number becomes a lead");
    assert_eq!(list["conversations"], json!([expected]));
    assert_eq!(list["pagination"], json!({"total": 1, "limit": 50, "offset": 0, "before": null}));
    let (status, opened) = get(&world, &token, &thread("%2B16475550100")).await;
    assert_eq!((status, opened["messages"].as_array().map(Vec::len)), (200, Some(1)), "{opened}");
    let mut rest = opened.clone();
    rest["messages"].take();
    let expected = json!({
        "phoneNumber": "+16475550100", "contactInfo": person, "people": [person], "messages": null,
        "scheduled": [], "unreadCount": 1, "assignedTo": null, "consent": {"state": "unsaid", "since": null},
        "whatsappUntil": null, "pagination": {"total": 1, "limit": 50, "offset": 0, "before": null},
    });
    assert_eq!(rest, expected);
    let (status, done) =
        ask(&world, &token, "POST", &format!("{}/read", thread("%2B16475550100")), json!({})).await;
    assert_eq!((status, done), (200, json!({"success": true})));
    let (_, list) = get(&world, &token, "/api/twilio/sms/conversations?search=%28647%29").await;
    assert_eq!(list["conversations"][0]["unreadCount"], 0);
}

#[tokio::test]
async fn what_becomes_of_an_order_is_said_by_its_status() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    let order = json!({"to": "+16475550100", "body": "hi"});
    for (outcome, becomes) in [(Outcome::Lost, "unknown"), (Outcome::Unreachable, "pending")] {
        world.twilio.next(outcome);
        let (status, body) = send(&world, &token, order.clone()).await;
        assert_eq!((status, &body["data"]["twilio_status"]), (201, &json!(becomes)), "{body}");
    }
    world.twilio.next(Outcome::refused(400, 21211, "no such number"));
    let (status, body) = send(&world, &token, order.clone()).await;
    assert_eq!((status, &body["code"], &body["twilioCode"]), (502, &json!("twilio_refused"), &json!(21211)));
    assert_eq!(body["twilioMessage"], "no such number");
    let (_, list) = get(&world, &token, "/api/twilio/sms?limit=1").await;
    assert_eq!(list["messages"][0]["error_message"], "no such number");
    let later = json!({"to": "+16475550100", "body": "hi", "sendAt": "2026-01-02T12:00:00+01:00"});
    let (status, body) = send(&world, &token, later).await;
    assert_eq!((status, &body["data"]["scheduled_at"]), (201, &json!("2026-01-02T11:00:00.000Z")), "{body}");
    let cancel = format!("/api/twilio/sms/{}/cancel", body["data"]["id"].as_str().expect("an id"));
    let (status, body) = ask(&world, &token, "POST", &cancel, json!({})).await;
    assert_eq!((status, &body["message"]["twilio_status"]), (200, &json!("canceled")));
    let on_whatsapp = json!({"to": "whatsapp:+16475550100", "body": "hi"});
    let (status, body) = send(&world, &token, on_whatsapp).await;
    assert_eq!((status, &body["code"]), (409, &json!("outside_window")));
    receive(&world, &org, "SM1", "STOP").await;
    let (status, body) = send(&world, &token, order).await;
    assert_eq!((status, &body["code"]), (409, &json!("opted_out")));
    let (_, opened) = get(&world, &token, &thread("647-555-0100")).await;
    assert_eq!(opened["consent"], json!({"state": "opted_out", "since": "2026-01-01T12:00:00.000Z"}));
}

async fn send_with_key(world: &World, token: &str, key: &[u8], body: Value) -> Answer {
    let request = Request::post(SEND)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header("Idempotency-Key", key)
        .body(Body::from(body.to_string()))
        .expect("a request");
    world.send(request).await
}

#[tokio::test]
async fn a_key_makes_one_text_of_an_order_that_comes_twice() {
    let world = World::new();
    let org = world.plant().await;
    let (grace, ada) = (world.login(&org.agent).await, world.login(&org.admin).await);
    let order = json!({"to": "+16475550100", "body": "hi"});
    let mut ids = Vec::new();
    for token in [&grace, &grace, &ada] {
        let answer = send_with_key(&world, token, b"k", order.clone()).await;
        assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
        ids.push(answer.json()["data"]["id"].clone());
    }
    assert!(ids[0] == ids[1] && ids[1] != ids[2], "{ids:?}");
    let other = json!({"to": "+16475550100", "body": "ho"});
    send_with_key(&world, &grace, b"k", other).await.is_refusal(409, "already_exists");
    for key in [&b"\xff"[..], &[b'k'; 256]] {
        let answer = send_with_key(&world, &grace, key, order.clone()).await;
        answer.is_refusal(422, "invalid");
        assert_eq!(answer.json()["details"][0]["field"], "Idempotency-Key");
    }
    let (_, list) = get(&world, &grace, "/api/twilio/sms").await;
    assert_eq!(list["pagination"]["total"], 2);
}

#[tokio::test]
async fn what_is_wrong_is_named_by_field() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.admin).await;
    let with = |fields: Value| {
        let mut order = json!({"to": "+16475550100", "body": "hi"});
        order.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
        order
    };
    let assignment = format!("{}/assignment", thread("%2B16475550100"));
    let notes = format!("{}/notes", thread("%2B16475550100"));
    for (method, path, body, field) in [
        ("POST", SEND, with(json!({"to": ""})), "to"),
        ("POST", SEND, with(json!({"to": "whatsapp:"})), "to"),
        ("POST", SEND, with(json!({"to": "12345"})), "to"),
        ("POST", SEND, with(json!({"to": "1".repeat(10_000)})), "to"),
        ("POST", SEND, with(json!({"to": 16_475_550_100_u64})), "to"),
        ("POST", SEND, with(json!({"body": "a\0b"})), "body"),
        ("POST", SEND, with(json!({"body": "é".repeat(1_601)})), "body"),
        ("POST", SEND, with(json!({"body": " \n"})), "body"),
        ("POST", SEND, with(json!({"channel": "fax"})), "channel"),
        ("POST", SEND, with(json!({"leadId": NOBODY})), "leadId"),
        ("POST", SEND, with(json!({"contactId": "x"})), "contactId"),
        ("POST", SEND, with(json!({"templateId": NOBODY})), "templateId"),
        ("POST", SEND, with(json!({"variables": {"name": 7}})), "variables.name"),
        ("POST", SEND, with(json!({"mediaUrls": ["ftp://x.example/y"]})), "mediaUrls.0"),
        ("POST", SEND, with(json!({"mediaUrls": vec!["https://x.example/y"; 11]})), "mediaUrls"),
        ("POST", SEND, with(json!({"sendAt": "2025-12-31T00:00:00Z"})), "sendAt"),
        ("POST", SEND, with(json!({"sendAt": "+99999999-01-01T00:00:00Z"})), "sendAt"),
        ("PUT", &assignment, json!({"userId": NOBODY}), "userId"),
        ("PUT", &assignment, json!({"userId": "me"}), "userId"),
        ("POST", &notes, json!({}), "body"),
        ("POST", &notes, json!({"body": "x".repeat(10_001)}), "body"),
        ("POST", "/api/twilio/templates", json!({"name": "x"}), "body"),
        (
            "POST",
            "/api/twilio/templates",
            json!({"name": "x", "body": "y", "content_sid": "HX1"}),
            "content_sid",
        ),
    ] {
        let (status, answer) = ask(&world, &token, method, path, body.clone()).await;
        let shown: String = body.to_string().chars().take(90).collect();
        assert_eq!(
            (status, &answer["details"][0]["field"]),
            (422, &json!(field)),
            "{path} {shown}: {answer}"
        );
    }
    for query in [
        "before=x",
        &format!("before={NOBODY}"),
        "direction=up",
        &format!("leadId={NOBODY}&contactId={NOBODY}"),
    ] {
        let (status, answer) = get(&world, &token, &format!("/api/twilio/sms?{query}")).await;
        assert_eq!((status, &answer["code"]), (422, &json!("invalid")), "{query}");
    }
    for before in [
        "x",
        "1.x",
        "-1.01a20f17-cf02-7264-b502-cad5db5a46a3",
        "9223372036854775807.01a20f17-cf02-7264-b502-cad5db5a46a3",
    ] {
        let (status, answer) =
            get(&world, &token, &format!("/api/twilio/sms/conversations?before={before}")).await;
        assert_eq!((status, &answer["code"]), (422, &json!("invalid")), "{before}");
    }
}

#[tokio::test]
async fn whatever_stands_where_a_number_should_it_is_no_error_of_ours() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    let long = "9".repeat(10_000);
    for (address, status, code) in [
        ("%00", 422, "invalid"),
        ("a%00b", 422, "invalid"),
        ("%20", 422, "invalid"),
        (long.as_str(), 422, "invalid"),
        ("%FF%FE", 404, "not_found"),
    ] {
        for (method, rest) in
            [("GET", ""), ("GET", "/notes"), ("POST", "/notes"), ("POST", "/read"), ("PUT", "/assignment")]
        {
            let path = format!("{}{rest}", thread(address));
            let body = (method != "GET").then(|| json!({"body": "x"}));
            world.call(method, &path, Some(&token), body).await.is_refusal(status, code);
        }
    }
    world.call("GET", &thread(""), Some(&token), None).await.is_refusal(404, "not_found");
    for address in
        ["%2B", "+", "anonymous", "12345", "%E2%80%AE647", "..%2F..", "whatsapp:%2B16475550100", "%25"]
    {
        let (status, body) = get(&world, &token, &thread(address)).await;
        assert_eq!((status, &body["messages"]), (200, &json!([])), "{address}: {body}");
    }
}

#[tokio::test]
async fn what_another_organization_has_is_not_there() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let token = world.login(&org.admin).await;
    receive(&world, &other, "SM1", "a secret").await;
    let template = fixtures::template(&other.admin, "hello", "Hello");
    let mut tx = world.store.begin(other.scope).await.expect("begin");
    let message = tx.message_by_sid("SM1").await.expect("read").expect("the message").id;
    tx.insert_template(&template).await.expect("insert");
    tx.commit().await.expect("commit");
    for (method, path) in [
        ("GET", format!("/api/twilio/sms/{message}")),
        ("POST", format!("/api/twilio/sms/{message}/cancel")),
        ("GET", format!("/api/twilio/templates/{}", template.id)),
        ("PUT", format!("/api/twilio/templates/{}", template.id)),
        ("DELETE", format!("/api/twilio/templates/{}", template.id)),
        ("GET", "/api/twilio/sms/rubbish".to_owned()),
    ] {
        let body = (method != "GET").then(|| json!({}));
        world.call(method, &path, Some(&token), body).await.is_refusal(404, "not_found");
    }
    let path = format!("{}?before={message}", thread("%2B16475550100"));
    world.call("GET", &path, Some(&token), None).await.is_refusal(422, "invalid");
    let (status, body) =
        send(&world, &token, json!({"to": "+16475550100", "templateId": template.id.to_string()})).await;
    assert_eq!((status, &body["details"][0]["field"]), (422, &json!("templateId")));
    for path in ["/api/twilio/sms", "/api/twilio/sms/conversations", &thread("%2B16475550100")] {
        let (status, body) = get(&world, &token, path).await;
        assert_eq!((status, &body["pagination"]["total"]), (200, &json!(0)), "{path}");
    }
    let exported = world.call("GET", "/api/twilio/consent/export", Some(&token), None).await;
    assert_eq!(exported.text.lines().count(), 1, "{}", exported.text);
}

#[tokio::test]
async fn who_only_reads_reads_and_writes_nothing() {
    let world = World::new();
    let org = world.plant().await;
    let viewer = world.hire(&org, Role::Viewer).await;
    let (viewer, agent) = (world.login(&viewer).await, world.login(&org.agent).await);
    receive(&world, &org, "SM1", "hello").await;
    let address = thread("%2B16475550100");
    for path in ["/api/twilio/sms", "/api/twilio/sms/conversations", &address, "/api/twilio/templates"] {
        assert_eq!(get(&world, &viewer, path).await.0, 200, "{path}");
    }
    assert_eq!(ask(&world, &viewer, "POST", &format!("{address}/read"), json!({})).await.0, 200);
    for (method, path) in
        [("POST", SEND), ("POST", &format!("{address}/notes")), ("PUT", &format!("{address}/assignment"))]
    {
        assert_eq!(ask(&world, &viewer, method, path, json!({})).await.0, 403, "{path}");
    }
    for (method, path) in [("POST", "/api/twilio/templates"), ("GET", "/api/twilio/consent/export")] {
        world.call(method, path, Some(&agent), Some(json!({}))).await.is_refusal(403, "forbidden");
    }
}

/// What Twilio tells of a text that was sent.
fn status(org: &Planted, sid: &str, status: &str) -> Params {
    let mut params = text(org, sid, "");
    params[1].1 = org.number.to_string();
    params[2].1 = "+16475550100".to_owned();
    params.push(("MessageStatus".to_owned(), status.to_owned()));
    params
}

#[tokio::test]
async fn news_of_a_text_counts_in_whatever_order_it_comes() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    for names_it in [true, false] {
        let (_, body) = send(&world, &token, json!({"to": "+16475550100", "body": "hi"})).await;
        let id = body["data"]["id"].as_str().expect("an id");
        let sid = body["data"]["twilio_sid"].as_str().expect("a SID").to_owned();
        let path = match names_it {
            true => format!("{SMS_STATUS}?org={}&message={id}", org.scope.org()),
            false => SMS_STATUS.to_owned(),
        };
        let before = world.events(&org).await;
        for word in ["delivered", "sent", "queued", "delivered", "sending", "", "something-new"] {
            let answer = signed(&world, &org, &path, &status(&org, &sid, word)).await;
            assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""), "{word}");
            let (_, body) = get(&world, &token, &format!("/api/twilio/sms/{id}")).await;
            assert_eq!(body["message"]["twilio_status"], MessageStatus::Delivered.as_str(), "{word}");
        }
        assert_eq!(world.events(&org).await, before + 1, "it is told once");
    }
}

#[tokio::test]
async fn why_a_text_did_not_arrive_is_shown() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    let (_, body) = send(&world, &token, json!({"to": "+16475550100", "body": "hi"})).await;
    let sid = body["data"]["twilio_sid"].as_str().expect("a SID").to_owned();
    let mut params = status(&org, &sid, "undelivered");
    params.push(("ErrorCode".to_owned(), "30003".to_owned()));
    assert_eq!(signed(&world, &org, SMS_STATUS, &params).await.status.as_u16(), 204);
    let (_, body) = get(&world, &token, "/api/twilio/sms").await;
    let words = body["messages"][0]["error_message"].as_str().expect("words, though Twilio gave none");
    assert!(words.contains("could not be reached"), "{words}");
    params.push(("ErrorMessage".to_owned(), "Unreachable\0destination".to_owned()));
    assert_eq!(signed(&world, &org, SMS_STATUS, &params).await.status.as_u16(), 204);
    let (_, body) = get(&world, &token, "/api/twilio/sms").await;
    let message = &body["messages"][0];
    assert_eq!((&message["twilio_status"], &message["error_code"]), (&json!("undelivered"), &json!(30003)));
    assert_eq!(message["error_message"], "Unreachable\u{fffd}destination");
}

#[tokio::test]
async fn news_of_a_text_reaches_no_other_organization_and_nothing_that_is_not_there() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let token = world.login(&other.agent).await;
    let (_, body) = send(&world, &token, json!({"to": "+16475550100", "body": "hi"})).await;
    let (id, sid) =
        (body["data"]["id"].as_str().expect("an id"), body["data"]["twilio_sid"].as_str().expect("a SID"));
    let (ours, theirs) = (org.scope.org(), other.scope.org());
    for (query, sid, expected) in [
        (format!("?org={theirs}&message={id}"), sid, 403),
        (format!("?org={theirs}"), sid, 403),
        (format!("?org={ours}&message={id}"), sid, 204),
        (format!("?org={ours}&message={id}"), "SM2", 204),
        (format!("?org={ours}"), "SM3", 204),
        (String::new(), sid, 204),
        (format!("?org={ours}&message=rubbish"), "SM4", 204),
        ("?org=rubbish&message=rubbish".to_owned(), "SM5", 204),
        (format!("?org={ours}"), "CA1", 403),
    ] {
        let path = format!("{SMS_STATUS}{query}");
        let answer = signed(&world, &org, &path, &status(&org, sid, "failed")).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (expected, ""), "{query} {sid}");
    }
    let (_, body) = get(&world, &token, &format!("/api/twilio/sms/{id}")).await;
    assert_eq!(body["message"]["twilio_status"], "queued", "nothing was told of it");
    assert_eq!(world.events(&org).await, 0);
    receive(&world, &org, "SM6", "hello").await;
    assert_eq!(signed(&world, &org, SMS_STATUS, &status(&org, "SM6", "failed")).await.status.as_u16(), 204);
    assert_eq!(world.events(&org).await, 1, "what came in did not go out");
}
