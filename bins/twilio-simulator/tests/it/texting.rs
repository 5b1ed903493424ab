//! The life of a text, on a clock that moves when it is told to.

use crate::api::Api;
use crate::receiver::{CUSTOMER, NUMBER, Receiver, TOKEN};
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use switchboard_twilio_simulator::{Exchange, Sms};

async fn send(api: &Api, to: &str, extra: &[(&str, &str)]) -> String {
    let from = if to.starts_with("whatsapp:") { format!("whatsapp:{NUMBER}") } else { NUMBER.to_owned() };
    let callback = api.receiver.url("/status");
    let mut form = vec![("To", to), ("From", from.as_str()), ("Body", "hi"), ("StatusCallback", &callback)];
    form.extend(extra);
    let message = api.post("/Messages.json", &form).await.ok(201);
    message["sid"].as_str().expect("a SID").to_owned()
}

async fn status(api: &Api, sid: &str) -> (String, Value) {
    let message = api.get(&format!("/Messages/{sid}.json")).await.ok(200);
    (message["status"].as_str().expect("a status").to_owned(), message["error_code"].clone())
}

fn told(api: &Api) -> Vec<String> {
    api.receiver.received().iter().map(|received| received.param("MessageStatus").to_owned()).collect()
}

async fn text(api: &Api, body: &str) -> Exchange {
    let sms =
        Sms { from: CUSTOMER.into(), to: NUMBER.into(), body: body.into(), media: 0, sid: None, url: None };
    api.simulator.sms(sms).await.expect("an exchange")
}

/// The texts that were sent as replies, the oldest first.
async fn replies(api: &Api) -> Vec<Value> {
    let list = api.get("/Messages.json").await.ok(200);
    let mut replies = list["messages"].as_array().expect("a list").clone();
    replies.retain(|message| message["direction"] == "outbound-reply");
    replies.reverse();
    replies
}

#[tokio::test]
async fn a_text_is_sent_and_delivered_and_tells_so() {
    let api = Api::start().await;
    let sid = send(&api, CUSTOMER, &[]).await;
    assert_eq!(status(&api, &sid).await.0, "queued");
    api.simulator.settle().await;
    assert_eq!(told(&api), [""; 0], "nobody is told what the create has answered");
    api.simulator.advance(Duration::from_secs(2)).await;
    assert_eq!(told(&api), ["sending", "sent", "delivered"]);
    assert_eq!(status(&api, &sid).await, ("delivered".to_owned(), Value::Null));
    for received in api.receiver.received() {
        assert_eq!(received.target, "/status");
        assert!(received.verifies(&api.receiver.url(""), TOKEN));
        assert_eq!((received.param("MessageSid"), received.param("SmsSid")), (&*sid, &*sid));
        assert_eq!((received.param("From"), received.param("To")), (NUMBER, CUSTOMER));
        assert_eq!(received.param("SmsStatus"), received.param("MessageStatus"));
    }
    assert_eq!(api.receiver.received()[2].param("RawDlrDoneDate"), "2603051000");
    api.simulator.advance(Duration::from_secs(3_600)).await;
    assert_eq!(told(&api).len(), 3);
}

#[tokio::test]
async fn numbers_decide_what_becomes_of_texts() {
    let table = [
        ("+15558670001", "undelivered", json!(30003)),
        ("+15558670005", "undelivered", json!(30005)),
        ("+15558670006", "undelivered", json!(30006)),
        ("+15558670007", "undelivered", json!(30007)),
        ("+15558670008", "undelivered", json!(30008)),
        ("+15558670034", "undelivered", json!(30034)),
        ("+15558670010", "failed", json!(30010)),
        ("+15558670002", "sent", Value::Null),
        ("+15558670009", "delivered", Value::Null),
        ("whatsapp:+15558675310", "read", Value::Null),
        ("whatsapp:+15558670009", "delivered", Value::Null),
        ("whatsapp:+15558673016", "failed", json!(63016)),
    ];
    for (to, end, code) in table {
        let api = Api::start().await;
        let sid = send(&api, to, &[]).await;
        api.simulator.advance(Duration::from_secs(60)).await;
        assert_eq!(status(&api, &sid).await, (end.to_owned(), code.clone()), "{to}");
        let last = api.receiver.received().pop().expect("a callback");
        assert_eq!(last.param("MessageStatus"), end, "{to}");
        if let Some(code) = code.as_u64() {
            assert_eq!(last.param("ErrorCode"), code.to_string());
        }
        if to.starts_with("whatsapp:") {
            assert_eq!(last.param("ChannelPrefix"), "whatsapp");
        }
    }
}

#[tokio::test]
async fn who_says_stop_is_left_alone_until_they_say_start() {
    let api = Api::start().await;
    let form = [("To", CUSTOMER), ("From", NUMBER), ("Body", "hi")];
    text(&api, "stop it").await;
    api.post("/Messages.json", &form).await.ok(201);
    text(&api, " Stop\n").await;
    assert_eq!(api.receiver.received().len(), 2, "the webhook hears of it all the same");
    api.post("/Messages.json", &form).await.refused(400, 21610);
    let other = [("To", "+15558675399"), ("From", NUMBER), ("Body", "hi")];
    api.post("/Messages.json", &other).await.ok(201);
    text(&api, "HELP").await;
    api.post("/Messages.json", &form).await.refused(400, 21610);
    text(&api, "unstop").await;
    api.post("/Messages.json", &form).await.ok(201);
    let replies = replies(&api).await;
    let bodies: Vec<_> = replies.iter().map(|reply| reply["body"].as_str().unwrap_or_default()).collect();
    assert_eq!(bodies.len(), 3, "Twilio answers keywords itself: {bodies:?}");
    assert!(bodies[0].contains("no more messages"), "{bodies:?}");
    assert!(replies.iter().all(|reply| reply["to"] == CUSTOMER && reply["from"] == NUMBER));
}

#[tokio::test]
async fn a_scheduled_text_waits_and_can_be_withdrawn() {
    let api = Api::start().await;
    let service = api.post("/v1/Services", &[("FriendlyName", "desk")]).await.ok(201);
    let service = service["sid"].as_str().expect("a SID");
    let numbers = api.get("/IncomingPhoneNumbers.json").await.ok(200);
    let number = numbers["incoming_phone_numbers"][0]["sid"].as_str().expect("a SID").to_owned();
    api.post(&format!("/v1/Services/{service}/PhoneNumbers"), &[("PhoneNumberSid", &number)]).await.ok(201);
    let callback = api.receiver.url("/status");
    let at = |time: &'static str| {
        [
            ("To", CUSTOMER),
            ("MessagingServiceSid", service),
            ("Body", "hi"),
            ("ScheduleType", "fixed"),
            ("SendAt", time),
            ("StatusCallback", &callback),
        ]
    };
    for time in ["2026-03-05T10:01:00Z", "2026-05-05T10:01:00Z", "tomorrow"] {
        api.post("/Messages.json", &at(time)).await.refused(400, 35111);
    }
    api.post("/Messages.json", &at("2026-03-05T11:00:00Z")[..4]).await.refused(400, 35114);
    let lone = [
        ("To", CUSTOMER),
        ("From", NUMBER),
        ("Body", "hi"),
        ("ScheduleType", "fixed"),
        ("SendAt", "2026-03-05T11:00:00Z"),
    ];
    api.post("/Messages.json", &lone).await.refused(400, 35118);

    let mut sids = Vec::new();
    for _ in 0..2 {
        let message = api.post("/Messages.json", &at("2026-03-05T11:00:00Z")).await.ok(201);
        assert_eq!(message["status"], "scheduled");
        sids.push(message["sid"].as_str().expect("a SID").to_owned());
    }
    let withdrawn = api.post(&format!("/Messages/{}.json", sids[1]), &[("Status", "canceled")]).await.ok(200);
    assert_eq!(withdrawn["status"], "canceled");
    api.simulator.advance(Duration::from_secs(59 * 60)).await;
    assert_eq!(
        (status(&api, &sids[0]).await.0, told(&api)),
        ("scheduled".to_owned(), vec!["canceled".to_owned()])
    );
    api.simulator.advance(Duration::from_secs(2 * 60)).await;
    assert_eq!(status(&api, &sids[0]).await.0, "delivered");
    assert_eq!(status(&api, &sids[1]).await.0, "canceled");
    assert_eq!(told(&api), ["canceled", "accepted", "queued", "sending", "sent", "delivered"]);
}

#[tokio::test]
async fn what_a_webhook_answers_is_sent() {
    let twiml = "<Response><Message>one &amp; two</Message><Message to=\"+15558675399\" statusCallback=\"/status\">\
                 <Body>three</Body><Media>/1.png</Media></Message></Response>";
    let api = Api::with(Receiver::answering(StatusCode::OK, Some("text/xml"), twiml).await).await;
    assert_eq!(text(&api, "hi").await.warnings, []);
    let sent = replies(&api).await;
    let summary: Vec<_> = sent
        .iter()
        .map(|message| [&message["to"], &message["from"], &message["body"], &message["num_media"]])
        .collect();
    assert_eq!(
        summary,
        [
            [&json!(CUSTOMER), &json!(NUMBER), &json!("one & two"), &json!("0")],
            [&json!("+15558675399"), &json!(NUMBER), &json!("three"), &json!("1")],
        ]
    );
    api.simulator.advance(Duration::from_secs(2)).await;
    let received = api.receiver.received();
    let asked =
        |target: &str| received.iter().filter(|received| received.target == target).collect::<Vec<_>>();
    let told: Vec<_> = asked("/status").iter().map(|received| received.param("MessageStatus")).collect();
    assert_eq!(told, ["sending", "failed"], "what is at that address is no picture");
    assert_eq!(asked("/status")[1].param("ErrorCode"), "12300");
    assert_eq!(asked("/1.png").len(), 2);
}

#[tokio::test]
async fn plain_text_on_the_message_webhook_is_texted_to_the_customer() {
    let api =
        Api::with(Receiver::answering(StatusCode::OK, Some("text/plain"), "Internal <error>").await).await;
    let exchange = text(&api, "hi").await;
    assert!(exchange.warnings[0].message.contains("text this to the customer"), "{:?}", exchange.warnings);
    let sent = replies(&api).await;
    assert_eq!(
        (sent.len(), &sent[0]["body"], &sent[0]["to"]),
        (1, &json!("Internal <error>"), &json!(CUSTOMER))
    );
}

#[tokio::test]
async fn a_redirect_in_the_answer_is_followed_but_not_for_ever() {
    let twiml = "<Response><Redirect>/again</Redirect><Message>never</Message></Response>";
    let api = Api::with(Receiver::answering(StatusCode::OK, Some("text/xml"), twiml).await).await;
    text(&api, "hi").await;
    let received = api.receiver.received();
    assert_eq!(received.len(), 11);
    assert!(
        received[1..].iter().all(|received| received.target == "/again" && received.param("Body") == "hi")
    );
    assert!(replies(&api).await.is_empty());
    api.simulator.act(|world| assert_eq!(world.alerts.back().map(|alert| alert.code), Some(11100)));
}

#[tokio::test]
async fn a_reply_to_who_said_stop_is_refused_and_told_in_the_debugger() {
    let twiml = "<Response><Message>bye</Message></Response>";
    let api = Api::with(Receiver::answering(StatusCode::OK, Some("text/xml"), twiml).await).await;
    text(&api, "STOP").await;
    assert!(replies(&api).await.iter().all(|reply| reply["body"] != "bye"));
    api.simulator.act(|world| assert_eq!(world.alerts.back().map(|alert| alert.code), Some(21610)));
}

#[tokio::test]
async fn whatsapp_texts_say_whose_they_are() {
    let api = Api::start().await;
    let (from, to) = (format!("whatsapp:{CUSTOMER}"), format!("whatsapp:{NUMBER}"));
    let sms = Sms { from: from.clone(), to: to.clone(), body: "STOP".into(), media: 0, sid: None, url: None };
    api.simulator.sms(sms).await.expect("an exchange");
    let received = api.receiver.only();
    assert_eq!((received.param("From"), received.param("WaId")), (&*from, "15558675310"));
    api.post("/Messages.json", &[("To", &from), ("From", &to), ("Body", "hi")]).await.ok(201);
}

#[tokio::test]
async fn one_text_makes_no_more_than_ten_requests_of_its_own() {
    let twiml =
        "<Response><Message action=\"/again\">a</Message><Message action=\"/again\">b</Message></Response>";
    let api = Api::with(Receiver::answering(StatusCode::OK, Some("text/xml"), twiml).await).await;
    text(&api, "hi").await;
    api.simulator.settle().await;
    assert_eq!(api.receiver.received().len(), 11);
    let alerts = api.simulator.look(|world| world.alerts.iter().map(|alert| alert.code).collect::<Vec<_>>());
    assert!(alerts.contains(&11100), "{alerts:?}");
}
