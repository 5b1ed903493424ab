//! Every fault does what the list says of it.

use crate::api::{Api, send};
use crate::receiver::{ACCOUNT, CUSTOMER, NUMBER, STRANGER, TOKEN};
use secrecy::ExposeSecret;
use serde_json::json;
use std::time::Duration;
use switchboard_twilio_simulator::faults::{FAULTS, Fault, Setting};
use switchboard_twilio_simulator::world::Endpoint;
use switchboard_twilio_simulator::{Exchange, Sms};

fn next(count: u32) -> Setting {
    Setting { next: Some(count), ..Setting::default() }
}

fn on(api: &Api, fault: Fault, setting: Setting) {
    api.simulator.faults().set(fault, None, setting).expect("a fine setting");
}

fn sms() -> Sms {
    Sms { from: CUSTOMER.into(), to: NUMBER.into(), body: "hi".into(), media: 0, sid: None, url: None }
}

/// A text, and as much time as any fault takes.
async fn text(api: &Api) -> Exchange {
    let advance = api.simulator.advance(Duration::from_secs(60));
    let (exchange, ()) = tokio::join!(api.simulator.sms(sms()), advance);
    exchange.expect("an exchange")
}

/// Texts go to the receiver with this fragment, and to its `/fallback`.
fn with_fallback(api: &Api, fragment: &str) {
    let (url, fallback) = (api.receiver.url(&format!("/sms{fragment}")), api.receiver.url("/fallback#rc=0"));
    api.simulator.act(|world| {
        let number = world.setup.numbers.iter_mut().next().expect("a number");
        number.sms = Some(Endpoint::post(url));
        number.sms_fallback = Some(Endpoint::post(fallback));
    });
}

async fn create(api: &Api) -> crate::api::Reply {
    let callback = api.receiver.url("/status");
    let form = [("To", CUSTOMER), ("From", NUMBER), ("Body", "hi"), ("StatusCallback", callback.as_str())];
    api.post("/Messages.json", &form).await
}

fn targets(api: &Api) -> Vec<String> {
    api.receiver.received().iter().map(|received| received.target.clone()).collect()
}

fn told(api: &Api) -> Vec<String> {
    let received = api.receiver.received();
    received.iter().map(|received| received.param("MessageStatus").to_owned()).collect()
}

fn milliseconds_after_start(exchange: &Exchange) -> i64 {
    let at = chrono::DateTime::parse_from_rfc3339(&exchange.at).expect("a time");
    let start = chrono::DateTime::parse_from_rfc3339("2026-03-05T10:00:00Z").expect("a time");
    (at - start).num_milliseconds()
}

#[tokio::test]
async fn latency_sends_a_webhook_late() {
    let api = Api::start().await;
    on(&api, Fault::Latency, next(1));
    let exchange = text(&api).await;
    let late = milliseconds_after_start(&exchange);
    assert!((50..=300).contains(&late), "{late}");
    assert_eq!(exchange.faults, ["latency"]);
}

#[tokio::test]
async fn callback_latency_sends_a_status_callback_late() {
    let api = Api::start().await;
    on(
        &api,
        Fault::CallbackLatency,
        Setting { min_ms: Some(20_000), max_ms: Some(20_000), ..Setting::default() },
    );
    create(&api).await.ok(201);
    api.simulator.advance(Duration::from_secs(20)).await;
    assert!(api.receiver.received().is_empty());
    api.simulator.advance(Duration::from_secs(5)).await;
    assert_eq!(told(&api), ["sending", "sent", "delivered"]);
}

#[tokio::test]
async fn a_duplicate_has_a_token_of_its_own_and_a_retransmission_has_not() {
    for (fault, is_same) in [(Fault::Duplicate, false), (Fault::Retransmit, true)] {
        let api = Api::start().await;
        on(&api, fault, next(1));
        text(&api).await;
        let received = api.receiver.received();
        assert_eq!((received.len(), api.simulator.log().len()), (2, 2), "{fault:?}");
        assert_eq!(received[0].params, received[1].params);
        let [one, two] = [0, 1].map(|n: usize| received[n].header("i-twilio-idempotency-token").to_owned());
        assert_eq!(one == two, is_same, "{fault:?}");
        text(&api).await;
        assert_eq!(api.receiver.received().len(), 3, "only the next one");
    }
}

#[tokio::test]
async fn reordered_callbacks_are_overtaken() {
    let api = Api::start().await;
    on(&api, Fault::Reorder, next(1));
    create(&api).await.ok(201);
    api.simulator.advance(Duration::from_secs(10)).await;
    let told = told(&api);
    assert_eq!(told[0], "sent", "{told:?}");
    assert!(told.contains(&"sending".to_owned()) && told.len() == 3, "{told:?}");
}

#[tokio::test]
async fn a_lost_callback_never_comes_and_no_webhook_is_lost() {
    let api = Api::start().await;
    on(&api, Fault::Lose, next(1));
    text(&api).await;
    assert_eq!(api.receiver.received().len(), 1);
    create(&api).await.ok(201);
    api.simulator.advance(Duration::from_secs(10)).await;
    let told: Vec<_> = api.receiver.received()[1..]
        .iter()
        .map(|received| received.param("MessageStatus").to_owned())
        .collect();
    assert_eq!(told, ["sent", "delivered"]);
    let log = api.simulator.log();
    assert!(log[1].attempts.is_empty() && log[1].faults == ["lose"], "{:?}", log[1]);
}

#[tokio::test]
async fn a_wrong_signature_verifies_with_no_token() {
    let api = Api::start().await;
    on(&api, Fault::WrongSignature, next(1));
    text(&api).await;
    text(&api).await;
    let verified: Vec<_> = api
        .receiver
        .received()
        .iter()
        .map(|received| received.verifies(&api.receiver.url(""), TOKEN))
        .collect();
    assert_eq!(verified, [false, true]);
}

#[tokio::test]
async fn a_stale_token_signs_after_a_rotation() {
    let api = Api::start().await;
    on(&api, Fault::StaleToken, next(1));
    text(&api).await;
    let new = api.simulator.rotate_token(ACCOUNT).expect("an account");
    text(&api).await;
    text(&api).await;
    let verifies = |n: usize, token: &str| api.receiver.received()[n].verifies(&api.receiver.url(""), token);
    assert!(verifies(0, TOKEN), "nothing is stale before a rotation");
    assert!(verifies(1, TOKEN) && !verifies(1, new.expose_secret()));
    assert!(verifies(2, new.expose_secret()) && !verifies(2, TOKEN));
    let url = format!("{}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", api.base);
    send(api.raw("GET", &url).basic_auth(ACCOUNT, Some(TOKEN))).await.refused(401, 20003);
    send(api.raw("GET", &url).basic_auth(ACCOUNT, Some(new.expose_secret()))).await.ok(200);
    api.get("/Messages.json").await.ok(200);
}

#[tokio::test]
async fn an_unreachable_webhook_is_tried_again_and_then_replaced() {
    for (failures, asked) in [(1, "/sms"), (2, "/fallback")] {
        let api = Api::start().await;
        with_fallback(&api, "");
        on(&api, Fault::Unreachable, next(failures));
        text(&api).await;
        assert_eq!(targets(&api), [asked], "{failures}");
        let first = &api.simulator.log()[0];
        assert_eq!(first.attempts.len(), 2);
        assert_eq!(first.warnings.first().and_then(|warning| warning.code), (failures == 2).then_some(11205));
    }
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_only_if_the_address_says_so() {
    for (fault, fragment, asked) in [
        (Fault::AnswerLost, "#rc=1&rp=rt", ["/sms", "/sms"]),
        (Fault::AnswerLost, "", ["/sms", "/fallback"]),
        (Fault::BadGateway, "#rc=1&rp=5xx", ["/sms", "/sms"]),
        (Fault::BadGateway, "", ["/sms", "/fallback"]),
    ] {
        let api = Api::start().await;
        with_fallback(&api, fragment);
        on(&api, fault, next(1));
        text(&api).await;
        assert_eq!(targets(&api), asked, "{fault:?} {fragment}");
        let received = api.receiver.received();
        let [one, two] = [0, 1].map(|n: usize| received[n].header("i-twilio-idempotency-token").to_owned());
        assert_eq!(one, two, "it is one delivery");
        if asked[1] == "/fallback" {
            let code = if fault == Fault::AnswerLost { "11200" } else { "11217" };
            assert_eq!(received[1].param("ErrorCode"), code);
        }
    }
}

#[tokio::test]
async fn a_rate_limit_refuses_without_doing_anything() {
    for (fault, retry_after) in [(Fault::RateLimit, None), (Fault::RateLimitRetryAfter, Some("1"))] {
        let api = Api::start().await;
        on(&api, fault, next(2));
        for _ in 0..2 {
            let reply = create(&api).await;
            let header = reply.headers.get("retry-after").map(|value| value.to_str().expect("ASCII"));
            assert_eq!(header, retry_after);
            reply.refused(429, 20429);
        }
        assert_eq!(api.get("/Messages.json").await.ok(200)["messages"], json!([]));
        create(&api).await.ok(201);
    }
}

#[tokio::test]
async fn what_answers_500_has_been_created_all_the_same() {
    let api = Api::start().await;
    on(&api, Fault::CreateThen500, next(1));
    api.get("/Messages.json").await.ok(200);
    create(&api).await.refused(500, 20500);
    let messages = api.get("/Messages.json").await.ok(200)["messages"].clone();
    assert_eq!((messages.as_array().map(Vec::len), &messages[0]["to"]), (Some(1), &json!(CUSTOMER)));
    api.simulator.advance(Duration::from_secs(10)).await;
    assert_eq!(told(&api), ["sending", "sent", "delivered"]);
}

#[tokio::test]
async fn what_is_never_answered_has_been_created_all_the_same() {
    let api = Api::start().await;
    on(&api, Fault::CreateThenCut, next(1));
    let request =
        api.request("POST", "/Messages.json").header("content-type", "application/x-www-form-urlencoded");
    let sent = request.body("To=%2B15558675310&From=%2B12025550123&Body=hi").send().await;
    assert!(sent.is_err(), "{sent:?}");
    assert_eq!(api.get("/Messages.json").await.ok(200)["messages"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_callback_may_come_before_the_answer() {
    let api = Api::in_real_time().await;
    on(&api, Fault::CallbackFirst, next(1));
    let reply = create(&api).await;
    assert!(!api.receiver.received().is_empty(), "the answer came first");
    assert_eq!(reply.ok(201)["status"], "queued", "and says what was true when it was made");
}

#[tokio::test]
async fn what_calls_nobody_back_does_not_wait_for_a_callback() {
    let api = Api::in_real_time().await;
    on(&api, Fault::CallbackFirst, next(1));
    api.post("/Queues.json", &[("FriendlyName", "desk")]).await.ok(201);
    api.post("/Messages.json", &[("To", CUSTOMER), ("From", NUMBER), ("Body", "hi")]).await.ok(201);
    assert!(api.simulator.faults().to_json().to_string().contains("\"next\":1"), "it has not struck yet");
    create(&api).await.ok(201);
    assert!(!api.receiver.received().is_empty(), "the answer came first");
}

#[tokio::test]
async fn no_callback_comes_first_while_time_stands_still() {
    let api = Api::start().await;
    let request = api.raw("PUT", &format!("{}/faults/callbackFirst", api.base)).body("{}");
    let refused = send(request).await;
    assert_eq!(refused.status, 400);
    assert!(refused.body["error"].as_str().is_some_and(|error| error.contains("clock")), "{}", refused.body);
    let request = api.raw("PUT", &format!("{}/faults/callbackFirst", api.base)).body("{\"on\":false}");
    send(request).await.ok(200);
}

#[tokio::test]
async fn slow_rest_answers_late() {
    let api = Api::start().await;
    on(&api, Fault::SlowRest, Setting { min_ms: Some(60), max_ms: Some(60), ..next(1) });
    let started = std::time::Instant::now();
    create(&api).await.ok(201);
    assert!(started.elapsed() >= Duration::from_millis(60));
}

#[tokio::test]
async fn rest_that_is_down_answers_with_a_page() {
    let api = Api::start().await;
    on(&api, Fault::RestDown, next(1));
    let reply = create(&api).await;
    assert_eq!(
        (reply.status, reply.headers["content-type"].to_str().ok()),
        (503, Some("text/html; charset=utf-8"))
    );
    assert!(reply.body.as_str().is_some_and(|page| page.starts_with("<html>")));
    create(&api).await.ok(201);
}

#[tokio::test]
async fn a_fault_of_another_account_strikes_nobody_else() {
    let api = Api::start().await;
    api.simulator
        .faults()
        .set(Fault::RestDown, Some(STRANGER.into()), Setting::default())
        .expect("a setting");
    create(&api).await.ok(201);
}

#[tokio::test]
async fn the_switches_are_reached_over_http_by_the_names_of_the_list() {
    let api = Api::in_real_time().await;
    let put = async |name: &str, body: serde_json::Value| {
        let request = api.raw("PUT", &format!("{}/faults/{name}", api.base));
        send(request.header("content-type", "application/json").body(body.to_string())).await
    };
    for about in FAULTS {
        let reply = put(about.name, json!({ "next": 3, "accountSid": ACCOUNT })).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
    let faults = send(api.raw("GET", &format!("{}/faults", api.base))).await.ok(200);
    let faults = faults.as_array().expect("a list");
    assert_eq!(faults.len(), FAULTS.len());
    for (fault, about) in faults.iter().zip(FAULTS) {
        assert_eq!((&fault["name"], &fault["what"]), (&json!(about.name), &json!(about.what)));
        assert_eq!((&fault["on"][0]["accountSid"], &fault["on"][0]["next"]), (&json!(ACCOUNT), &json!(3)));
    }
    for (name, body, status) in [
        ("nothing", json!({}), 404),
        ("lose", json!({ "accountSid": "AC9" }), 404),
        ("lose", json!({ "probability": 2 }), 400),
        ("lose", json!({ "sometimes": true }), 400),
        ("lose", json!({ "next": 0 }), 400),
        ("lose", json!({ "on": false, "accountSid": ACCOUNT }), 200),
    ] {
        assert_eq!(put(name, body.clone()).await.status, status, "{name} {body}");
    }
    let cleared = send(api.raw("DELETE", &format!("{}/faults", api.base))).await.ok(200);
    assert!(cleared.as_array().expect("a list").iter().all(|fault| fault["on"] == json!([])));
}
