//! Numbers, applications and messaging services.

use crate::api::{Api, conforms};
use crate::receiver::{CUSTOMER, NUMBER};
use serde_json::{Value, json};
use std::time::Duration;

async fn number(api: &Api) -> Value {
    let list = api.get("/IncomingPhoneNumbers.json?PageSize=1").await.ok(200);
    let numbers = list["incoming_phone_numbers"].as_array().expect("a list");
    assert_eq!(numbers.len(), 1, "the stranger's is not among them");
    numbers[0].clone()
}

fn sid(thing: &Value) -> &str {
    thing["sid"].as_str().expect("a SID")
}

#[tokio::test]
async fn a_number_can_be_found_and_its_webhooks_changed() {
    let api = Api::start().await;
    let before = number(&api).await;
    conforms(&before, "incoming_phone_number");
    assert_eq!(
        (&before["phone_number"], &before["voice_url"]),
        (&json!(NUMBER), &json!(api.receiver.url("/voice")))
    );
    for (query, count) in [
        ("PhoneNumber=%2B12025550123", 1),
        ("PhoneNumber=5550123", 1),
        ("PhoneNumber=%2B12025550199", 0),
        ("FriendlyName=x", 0),
    ] {
        let list = api.get(&format!("/IncomingPhoneNumbers.json?{query}")).await.ok(200);
        assert_eq!(list["incoming_phone_numbers"].as_array().map(Vec::len), Some(count), "{query}");
    }
    let path = format!("/IncomingPhoneNumbers/{}.json", sid(&before));
    let sms = api.receiver.url("/other#rc=2&rp=ct,rt,5xx");
    let form = [
        ("SmsUrl", sms.as_str()),
        ("SmsMethod", "GET"),
        ("SmsFallbackUrl", "https://crm.example/sf"),
        ("VoiceUrl", ""),
        ("VoiceFallbackUrl", "https://crm.example/vf"),
        ("StatusCallback", "https://crm.example/cs"),
        ("FriendlyName", "The desk"),
    ];
    let after = api.post(&path, &form).await.ok(200);
    conforms(&after, "incoming_phone_number");
    for (name, value) in [
        ("sms_url", sms.as_str()),
        ("sms_method", "GET"),
        ("sms_fallback_url", "https://crm.example/sf"),
        ("voice_url", ""),
        ("voice_fallback_url", "https://crm.example/vf"),
        ("status_callback", "https://crm.example/cs"),
        ("friendly_name", "The desk"),
    ] {
        assert_eq!(after[name], value, "{name}");
    }
    assert_eq!(api.get(&path).await.ok(200), after);
    let sms = serde_json::from_value(json!({ "from": CUSTOMER, "to": NUMBER })).expect("a text");
    api.simulator.sms(sms).await.expect("an exchange");
    assert!(api.receiver.only().target.starts_with("/other?"), "{}", api.receiver.only().target);
    api.post(&path, &[("VoiceUrl", "nonsense")]).await.refused(400, 21502);
    api.post(&path, &[("VoiceMethod", "PUT")]).await.refused(400, 20001);
    let nobodys = "AP00000000000000000000000000000000";
    api.post(&path, &[("VoiceApplicationSid", nobodys)]).await.refused(400, 21703);
    assert_eq!(api.get(&path).await.ok(200), after, "what is refused changes nothing");
}

#[tokio::test]
async fn an_application_lives_and_takes_a_numbers_texts() {
    let api = Api::start().await;
    let url = api.receiver.url("/app");
    let made = api.post("/Applications.json", &[("FriendlyName", "crm"), ("SmsUrl", &url)]).await.ok(201);
    conforms(&made, "application");
    let path = format!("/Applications/{}.json", sid(&made));
    let form = [
        ("VoiceUrl", "https://crm.example/v"),
        ("VoiceMethod", "GET"),
        ("MessageStatusCallback", "https://crm.example/m"),
    ];
    let changed = api.post(&path, &form).await.ok(200);
    conforms(&changed, "application");
    assert_eq!(
        (&changed["voice_url"], &changed["voice_method"]),
        (&json!("https://crm.example/v"), &json!("GET"))
    );
    assert_eq!(changed["sms_url"], url);
    for (query, count) in [("", 1), ("FriendlyName=crm", 1), ("FriendlyName=other", 0)] {
        let list = api.get(&format!("/Applications.json?{query}")).await.ok(200);
        assert_eq!(list["applications"].as_array().map(Vec::len), Some(count), "{query}");
    }
    let number_path = format!("/IncomingPhoneNumbers/{}.json", sid(&number(&api).await));
    api.post(&number_path, &[("SmsApplicationSid", sid(&made))]).await.ok(200);
    let sms = serde_json::from_value(json!({ "from": CUSTOMER, "to": NUMBER })).expect("a text");
    api.simulator.sms(sms).await.expect("an exchange");
    assert_eq!(api.receiver.only().target, "/app");
    assert_eq!(api.delete(&path).await.status, 204);
    api.get(&path).await.refused(404, 20404);
}

#[tokio::test]
async fn a_messaging_service_has_numbers_and_chooses_among_them() {
    let api = Api::start().await;
    api.post("/v1/Services", &[]).await.refused(400, 20001);
    let callback = api.receiver.url("/status");
    let form =
        [("FriendlyName", "desk"), ("StatusCallback", &callback), ("UseInboundWebhookOnNumber", "false")];
    let service = api.post("/v1/Services", &form).await.ok(201);
    conforms(&service, "service");
    let path = format!("/v1/Services/{}", sid(&service));
    assert_eq!(service["url"], format!("{}{path}", api.base));
    let send = [("To", CUSTOMER), ("MessagingServiceSid", sid(&service)), ("Body", "hi")];
    api.post("/Messages.json", &send).await.refused(400, 21704);

    let number = number(&api).await;
    let added = api.post(&format!("{path}/PhoneNumbers"), &[("PhoneNumberSid", sid(&number))]).await.ok(201);
    conforms(&added, "service_phone_number");
    api.post(&format!("{path}/PhoneNumbers"), &[("PhoneNumberSid", sid(&number))]).await.refused(409, 21710);
    api.post(&format!("{path}/PhoneNumbers"), &[("PhoneNumberSid", "PN1")]).await.refused(404, 20404);
    let list = api.get(&format!("{path}/PhoneNumbers")).await.ok(200);
    assert_eq!((&list["phone_numbers"][0], &list["meta"]["key"]), (&added, &json!("phone_numbers")));
    let list = api.get("/v1/Services?PageSize=20").await.ok(200);
    assert_eq!((&list["services"][0], &list["meta"]["next_page_url"]), (&service, &Value::Null));

    let message = api.post("/Messages.json", &send).await.ok(201);
    conforms(&message, "message");
    assert_eq!((&message["status"], &message["from"]), (&json!("accepted"), &Value::Null));
    assert_eq!(message["num_segments"], "0");
    api.simulator.advance(Duration::from_secs(5)).await;
    let message = api.get(&format!("/Messages/{}.json", sid(&message))).await.ok(200);
    assert_eq!((&message["status"], &message["from"]), (&json!("delivered"), &json!(NUMBER)));
    let told: Vec<_> =
        api.receiver.received().iter().map(|received| received.param("MessageStatus").to_owned()).collect();
    assert_eq!(told, ["queued", "sending", "sent", "delivered"]);
    assert_eq!(api.receiver.received()[0].param("MessagingServiceSid"), sid(&service));

    let inbound = api.receiver.url("/inbound");
    let changed = api.post(&path, &[("InboundRequestUrl", &inbound)]).await.ok(200);
    assert_eq!(
        (&changed["inbound_request_url"], &changed["friendly_name"]),
        (&json!(inbound), &json!("desk"))
    );
    let sms = serde_json::from_value(json!({ "from": CUSTOMER, "to": NUMBER })).expect("a text");
    api.simulator.sms(sms).await.expect("an exchange");
    let received = api.receiver.received().pop().expect("a request");
    assert_eq!(
        (received.target.as_str(), received.param("MessagingServiceSid")),
        ("/inbound", sid(&service))
    );
    assert_eq!(api.delete(&format!("{path}/PhoneNumbers/{}", sid(&number))).await.status, 204);
    assert_eq!(api.delete(&path).await.status, 204);
    api.get(&path).await.refused(404, 20404);
}
