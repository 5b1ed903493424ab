//! `/Messages` and their media.

use crate::api::{Api, conforms, send};
use crate::receiver::{ACCOUNT, CUSTOMER, KEY, NUMBER, SECRET, STRANGERS_NUMBER};
use serde_json::{Value, json};
use std::time::Duration;
use switchboard_twilio_simulator::Sms;

#[tokio::test]
async fn a_message_is_made_and_looks_as_twilio_describes_it() {
    let api = Api::start().await;
    let form = [
        ("To", CUSTOMER),
        ("From", NUMBER),
        ("Body", "Héllo 😀 & 100% +"),
        ("StatusCallback", "https://crm.example/status?m=1"),
        ("SomethingNew", "is ignored"),
    ];
    let message = api.post("/Messages.json", &form).await.ok(201);
    conforms(&message, "message");
    for (name, value) in [
        ("body", json!("Héllo 😀 & 100% +")),
        ("status", json!("queued")),
        ("direction", json!("outbound-api")),
        ("from", json!(NUMBER)),
        ("to", json!(CUSTOMER)),
        ("num_segments", json!("1")),
        ("num_media", json!("0")),
        ("date_created", json!("Thu, 05 Mar 2026 10:00:00 +0000")),
        ("date_sent", Value::Null),
        ("price", Value::Null),
        ("account_sid", json!(ACCOUNT)),
    ] {
        assert_eq!(message[name], value, "{name}");
    }
    let uri = message["uri"].as_str().expect("an address").to_owned();
    let fetched =
        send(api.raw("GET", &format!("{}{uri}", api.base)).basic_auth(KEY, Some(SECRET))).await.ok(200);
    assert_eq!(fetched, message);
}

#[tokio::test]
async fn what_twilio_would_refuse_is_refused_with_its_code() {
    let api = Api::start().await;
    let long = "x".repeat(1_601);
    let pictures: Vec<_> = (0..11).map(|n| format!("https://a.example/{n}.png")).collect();
    let mut many = vec![("To", CUSTOMER), ("From", NUMBER)];
    many.extend(pictures.iter().map(|url| ("MediaUrl", url.as_str())));
    let too_long = [("To", CUSTOMER), ("From", NUMBER), ("Body", long.as_str())];
    let serviceless =
        [("To", CUSTOMER), ("MessagingServiceSid", "MG00000000000000000000000000000000"), ("Body", "hi")];
    let table: Vec<(&[(&str, &str)], u32)> = vec![
        (&[("From", NUMBER), ("Body", "hi")], 21604),
        (&[("To", ""), ("From", NUMBER), ("Body", "hi")], 21604),
        (&[("To", CUSTOMER), ("Body", "hi")], 21603),
        (&[("To", CUSTOMER), ("From", NUMBER)], 21602),
        (&[("To", CUSTOMER), ("From", NUMBER), ("Body", "")], 21602),
        (&[("To", " 15558675310"), ("From", NUMBER), ("Body", "hi")], 21211),
        (&[("To", "anonymous"), ("From", NUMBER), ("Body", "hi")], 21211),
        (&[("To", "+266696687"), ("From", NUMBER), ("Body", "hi")], 21211),
        (&[("To", "client:ann"), ("From", NUMBER), ("Body", "hi")], 21211),
        (&[("To", CUSTOMER), ("From", "+12025550111"), ("Body", "hi")], 21606),
        (&[("To", CUSTOMER), ("From", STRANGERS_NUMBER), ("Body", "hi")], 21606),
        (&[("To", CUSTOMER), ("From", "2025550123"), ("Body", "hi")], 21212),
        (&[("To", NUMBER), ("From", NUMBER), ("Body", "hi")], 21266),
        (&[("To", "whatsapp:+15558675310"), ("From", NUMBER), ("Body", "hi")], 21910),
        (&too_long, 21617),
        (&[("To", CUSTOMER), ("From", NUMBER), ("Body", "hi"), ("StatusCallback", "nonsense")], 21609),
        (&[("To", CUSTOMER), ("From", NUMBER), ("MediaUrl", "nonsense")], 21620),
        (&many, 21623),
        (&serviceless, 21705),
        (&[("To", CUSTOMER), ("From", NUMBER), ("Body", "hi"), ("ValidityPeriod", "36001")], 20001),
        (&[("To", CUSTOMER), ("From", NUMBER), ("Body", "hi"), ("ContentRetention", "forget")], 20001),
        (&[("To", "+15558670211"), ("From", NUMBER), ("Body", "hi")], 21211),
        (&[("To", "+15558670408"), ("From", NUMBER), ("Body", "hi")], 21408),
        (&[("To", "+15558670610"), ("From", NUMBER), ("Body", "hi")], 21610),
        (&[("To", "+15558670614"), ("From", NUMBER), ("Body", "hi")], 21614),
    ];
    for (form, code) in table {
        let reply = api.post("/Messages.json", form).await;
        assert_eq!(reply.body["code"], code, "{form:.3?}: {}", reply.body);
        reply.refused(400, code);
    }
    assert_eq!(api.get("/Messages.json").await.ok(200)["messages"], json!([]));
}

#[tokio::test]
async fn a_message_can_be_redacted_and_deleted_once_it_is_over() {
    let api = Api::start().await;
    let message =
        api.post("/Messages.json", &[("To", CUSTOMER), ("From", NUMBER), ("Body", "secret")]).await.ok(201);
    let path = format!("/Messages/{}.json", message["sid"].as_str().expect("a SID"));
    api.post(&path, &[("Body", "")]).await.refused(409, 20009);
    api.delete(&path).await.refused(409, 20009);
    api.simulator.advance(Duration::from_secs(5)).await;
    api.post(&path, &[("Body", "other")]).await.refused(400, 20001);
    api.post(&path, &[("Status", "cancelled")]).await.refused(400, 20001);
    api.post(&path, &[("Status", "canceled")]).await.refused(409, 30409);
    let redacted = api.post(&path, &[("Body", "")]).await.ok(200);
    assert_eq!((&redacted["body"], &redacted["status"]), (&json!(""), &json!("delivered")));
    let deleted = api.delete(&path).await;
    assert_eq!((deleted.status, deleted.body), (204, json!("")));
    api.get(&path).await.refused(404, 20404);
}

#[tokio::test]
async fn media_are_listed_and_fetched_after_a_redirect_that_takes_no_password() {
    let api = Api::start().await;
    let base = api.base.clone();
    api.simulator.act(|world| world.base_url = base);
    let sms =
        Sms { from: CUSTOMER.into(), to: NUMBER.into(), body: "look".into(), media: 2, sid: None, url: None };
    let exchange = api.simulator.sms(sms).await.expect("an exchange");
    let received = api.receiver.only();
    assert_eq!((received.param("NumMedia"), received.param("MediaContentType1")), ("2", "image/png"));
    assert!(exchange.sid.starts_with("MM"));
    let list = api.get(&format!("/Messages/{}/Media.json", exchange.sid)).await.ok(200);
    let media = list["media_list"].as_array().expect("a list");
    assert_eq!(media.len(), 2);
    media.iter().for_each(|medium| conforms(medium, "media"));

    let url = received.param("MediaUrl0");
    assert_eq!(
        url,
        format!("{}{}", api.base, media[0]["uri"].as_str().expect("an address").trim_end_matches(".json"))
    );
    send(api.raw("GET", url)).await.refused(401, 20003);
    let redirect = send(api.raw("GET", url).basic_auth(KEY, Some(SECRET))).await;
    assert_eq!(redirect.status, 307);
    let file = format!("{}{}", api.base, redirect.headers["location"].to_str().expect("an address"));
    assert_eq!(send(api.raw("GET", &file).basic_auth(KEY, Some(SECRET))).await.status, 400);
    assert_eq!(send(api.raw("GET", &file.replace("signature=", "signature=x"))).await.status, 403);
    let response = api.raw("GET", &file).send().await.expect("an answer");
    assert_eq!(response.headers()["content-type"], "image/png");
    assert!(response.bytes().await.expect("bytes").starts_with(b"\x89PNG"));

    let path =
        media[1]["uri"].as_str().expect("an address").rsplit_once("/Messages").expect("a path").1.to_owned();
    assert_eq!(api.delete(&format!("/Messages{path}")).await.status, 204);
    let list = api.get(&format!("/Messages/{}/Media.json", exchange.sid)).await.ok(200);
    assert_eq!(list["media_list"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn what_is_sent_with_media_is_an_mm() {
    let api = Api::start().await;
    let form = [
        ("To", CUSTOMER),
        ("From", NUMBER),
        ("MediaUrl", "https://a.example/1.png"),
        ("MediaUrl", "https://a.example/2.png"),
    ];
    let message = api.post("/Messages.json", &form).await.ok(201);
    conforms(&message, "message");
    assert!(message["sid"].as_str().expect("a SID").starts_with("MM"));
    assert_eq!(message["num_media"], "2");
}
