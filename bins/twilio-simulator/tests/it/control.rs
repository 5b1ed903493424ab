//! What people and tests do to the simulator over HTTP, besides Twilio's REST API.

use crate::api::{Api, Reply, send};
use crate::receiver::{ACCOUNT, CUSTOMER, KEY, NUMBER, Receiver, SECRET, TOKEN};
use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::time::Duration;
use switchboard_twilio_simulator::world::{Application, Endpoint};
use switchboard_twilio_simulator::{Clock, Simulator, http};

async fn control(api: &Api, method: &str, path: &str, body: Value) -> Reply {
    let request = api.raw(method, &format!("{}{path}", api.base));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    send(request.header("content-type", "application/json").body(body)).await
}

async fn list(api: &Api, path: &str) -> Vec<Value> {
    control(api, "GET", path, Value::Null).await.ok(200).as_array().expect("a list").clone()
}

#[tokio::test]
async fn json_is_read_even_if_it_is_called_a_form() {
    let api = Api::start().await;
    let request = api.raw("POST", &format!("{}/call", api.base));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    send(request.body(json!({ "from": CUSTOMER, "to": NUMBER }).to_string())).await.ok(200);
}

/// Somebody calls the number, whose webhook answers this.
async fn called(twiml: &'static str) -> (Api, String) {
    let api = Api::with(Receiver::answering(StatusCode::OK, Some("text/xml"), twiml).await).await;
    let exchange = control(&api, "POST", "/call", json!({ "from": CUSTOMER, "to": NUMBER })).await.ok(200);
    let sid = exchange["sid"].as_str().expect("a SID").to_owned();
    (api, sid)
}

#[tokio::test]
async fn a_caller_presses_keys_and_hangs_up() {
    let (api, sid) =
        called("<Response><Gather numDigits=\"1\" action=\"/keys\" timeout=\"60\"/></Response>").await;
    let calls = list(&api, "/calls").await;
    assert_eq!((&calls[0]["sid"], &calls[0]["status"]), (&json!(sid), &json!("in-progress")));
    control(&api, "POST", &format!("/call/{sid}/digits"), json!({ "digits": "7" })).await.ok(200);
    api.simulator.settle().await;
    let received = api.receiver.received().pop().expect("a request");
    assert_eq!((received.target.as_str(), received.param("Digits")), ("/keys", "7"));
    let over = control(&api, "POST", &format!("/call/{sid}/hang-up"), Value::Null).await.ok(200);
    assert_eq!(over, json!({ "sid": sid, "status": "completed" }));
    assert_eq!(control(&api, "POST", &format!("/call/{sid}/hang-up"), Value::Null).await.status, 409);
    assert_eq!(control(&api, "POST", "/call/CA1/hang-up", Value::Null).await.status, 404);
    assert_eq!(control(&api, "POST", &format!("/call/{sid}/digits"), json!({})).await.status, 400);
}

#[tokio::test]
async fn a_call_tells_where_it_is_and_what_is_heard_there() {
    let (api, sid) = called("<Response><Say>Good morning</Say><Enqueue>desk</Enqueue></Response>").await;
    let call = async || control(&api, "GET", &format!("/call/{sid}"), Value::Null).await.ok(200);
    let told = call().await;
    assert_eq!((&told["hears"], &told["queue"]), (&json!("Good morning"), &Value::Null));
    api.simulator.advance(Duration::from_secs(2)).await;
    let told = call().await;
    assert_eq!((&told["hears"], &told["queue"]), (&json!("music"), &json!("desk")));
    assert_eq!((&told["conference"], &told["voices"]), (&Value::Null, &json!([])));
    assert_eq!(control(&api, "GET", "/call/CA1", Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_caller_leaves_a_message_word_for_word() {
    let (api, sid) = called("<Response><Record transcribeCallback=\"/text\"/></Response>").await;
    let message = json!({ "seconds": 3, "words": "Call me back" });
    control(&api, "POST", &format!("/call/{sid}/speaks"), message).await.ok(200);
    api.simulator.advance(Duration::from_secs(4)).await;
    control(&api, "POST", &format!("/call/{sid}/hang-up"), Value::Null).await.ok(200);
    api.simulator.advance(Duration::from_secs(10)).await;
    let texts = api.receiver.received().into_iter().filter(|it| it.target == "/text");
    let texts: Vec<_> = texts.map(|text| text.param("TranscriptionText").to_owned()).collect();
    assert_eq!(texts, ["Call me back"]);
}

#[tokio::test]
async fn nobody_presses_more_than_a_hundred_keys_at_once() {
    let (api, sid) = called("<Response><Gather timeout=\"60\"/></Response>").await;
    for (count, status) in [(100, 200), (101, 400)] {
        let digits = json!({ "digits": "1".repeat(count) });
        let reply = control(&api, "POST", &format!("/call/{sid}/digits"), digits).await;
        assert_eq!(reply.status, status, "{}", reply.body);
    }
    let token = access_token(&api, "org_1_ann", &application(&api));
    let device = control(&api, "POST", "/device", json!({ "token": token })).await.ok(200);
    let id = device["id"].as_str().expect("an id");
    let digits = json!({ "callSid": sid, "digits": "1".repeat(101) });
    assert_eq!(control(&api, "POST", &format!("/device/{id}/digits"), digits).await.status, 400);
}

#[tokio::test]
async fn a_phone_that_twilio_calls_can_be_answered_or_not() {
    let api = Api::start().await;
    for (act, status) in [("answer", "in-progress"), ("decline", "busy")] {
        let form =
            [("To", CUSTOMER), ("From", NUMBER), ("Twiml", "<Response><Pause length=\"9\"/></Response>")];
        let call = api.post("/Calls.json", &form).await.ok(201);
        let sid = call["sid"].as_str().expect("a SID");
        for _ in 0..40 {
            if list(&api, "/calls").await[0]["rings"] == true {
                break;
            }
            api.simulator.advance(Duration::from_millis(100)).await;
        }
        let done = control(&api, "POST", &format!("/call/{sid}/{act}"), Value::Null).await.ok(200);
        assert_eq!(done["status"], status, "{act}");
        assert_eq!(control(&api, "POST", &format!("/call/{sid}/answer"), Value::Null).await.status, 409);
    }
}

#[tokio::test]
async fn everything_there_is_can_be_seen() {
    let (api, sid) = called("<Response><Enqueue waitUrl=\"\">desk</Enqueue></Response>").await;
    control(&api, "POST", "/sms", json!({ "from": CUSTOMER, "to": NUMBER, "body": "hi", "media": 1 }))
        .await
        .ok(200);
    let queues = list(&api, "/queues").await;
    assert_eq!((&queues[0]["name"], &queues[0]["members"][0]["callSid"]), (&json!("desk"), &json!(sid)));
    let messages = list(&api, "/messages").await;
    assert_eq!((&messages[0]["body"], &messages[0]["media"]), (&json!("hi"), &json!(1)));
    for path in ["/conferences", "/recordings"] {
        assert!(list(&api, path).await.is_empty(), "{path}");
    }
    assert_eq!(list(&api, "/log").await.len(), 2);
    assert!(list(&api, "/alerts").await.iter().all(|alert| alert["code"].is_u64()));
}

#[tokio::test]
async fn a_stepped_clock_moves_when_it_is_told_to() {
    let api = Api::start().await;
    let clock = control(&api, "GET", "/clock", Value::Null).await.ok(200);
    assert_eq!(clock, json!({ "now": "2026-03-05T10:00:00.000Z", "stepped": true }));
    let moved = control(&api, "POST", "/clock", json!({ "advanceMs": 90_500 })).await.ok(200);
    assert_eq!(moved["now"], "2026-03-05T10:01:30.500Z");
    assert_eq!(control(&api, "POST", "/clock", json!({ "advanceMs": 86_400_001 })).await.status, 400);
    assert_eq!(control(&api, "POST", "/clock", json!({ "advanceMs": -1 })).await.status, 400);

    let simulator = Simulator::with(Vec::new(), Clock::real(), 1).expect("no accounts are accounts");
    let base = format!("http://{}", crate::receiver::serve(http::router(simulator)).await);
    let request = api.raw("POST", &format!("{base}/clock")).body("{\"advanceMs\":1}");
    assert_eq!(send(request).await.status, 409, "real time cannot be moved");
}

#[tokio::test]
async fn a_rotated_token_holds_at_once() {
    let api = Api::start().await;
    let path = format!("/accounts/{ACCOUNT}/rotate-token");
    let token = control(&api, "POST", &path, Value::Null).await.ok(200)["authToken"].clone();
    let token = token.as_str().expect("a token");
    assert!(token.len() == 32 && token != TOKEN);
    control(&api, "POST", "/sms", json!({ "from": CUSTOMER, "to": NUMBER })).await.ok(200);
    assert!(api.receiver.only().verifies(&api.receiver.url(""), token));
    assert_eq!(control(&api, "POST", "/accounts/AC1/rotate-token", Value::Null).await.status, 404);
}

#[tokio::test]
async fn accounts_are_opened_whole_or_not_at_all() {
    let api = Api::start().await;
    let account = |sid: &str, numbers: &[&str]| {
        json!({ "accountSid": sid, "authToken": "t", "apiKeys": [{ "sid": "SK1", "secret": "s" }],
            "phoneNumbers": numbers, "smsUrl": api.receiver.url("/new") })
    };
    let opened = control(&api, "POST", "/accounts", account("AC1", &["+12025550177"])).await;
    assert_eq!(opened.status, 200, "{}", opened.body);
    for taken in [
        account("AC1", &["+12025550178"]),
        account("AC2", &["+12025550178", "+12025550177"]),
        account("AC2", &["+12025550178", "+12025550178"]),
    ] {
        assert_eq!(control(&api, "POST", "/accounts", taken).await.status, 409);
    }
    let numbers = list(&api, "/accounts").await;
    let has = |phone: &str| numbers.iter().filter(|number| number["phoneNumber"] == phone).count();
    assert_eq!([has("+12025550177"), has("+12025550178")], [1, 0]);
}

#[tokio::test]
async fn other_hosts_and_other_sites_are_refused() {
    let api = Api::start().await;
    let url = format!("{}/log", api.base);
    for (host, status) in
        [("evil.example", 421), ("evil.example:4080", 421), ("localhost:1", 200), ("[::1]", 200)]
    {
        assert_eq!(send(api.raw("GET", &url).header("host", host)).await.status, status, "{host}");
    }
    for (origin, status) in [
        ("http://evil.example", 403),
        ("null", 403),
        ("http://localhost:3004", 200),
        ("http://127.0.0.1:1", 200),
    ] {
        let reply = send(api.raw("GET", &url).header("origin", origin)).await;
        assert_eq!(reply.status, status, "{origin}");
        let allowed = reply.headers.get("access-control-allow-origin").and_then(|value| value.to_str().ok());
        assert_eq!(allowed, (status == 200).then_some(origin));
    }
    let preflight =
        api.raw("OPTIONS", &format!("{}/device", api.base)).header("origin", "http://localhost:3004");
    let preflight = preflight.header("access-control-request-method", "POST");
    let reply = send(preflight.header("access-control-request-headers", "content-type")).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.headers["access-control-allow-headers"], "content-type,last-event-id");
    let rest = format!("{}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", api.base);
    assert_eq!(
        send(api.raw("GET", &rest).basic_auth(KEY, Some(SECRET)).header("host", "evil.example")).await.status,
        421
    );
}

/// An access token as the server makes it.
fn access_token(api: &Api, identity: &str, application_sid: &str) -> String {
    let now = api.simulator.now().timestamp();
    let header = json!({ "typ": "JWT", "alg": "HS256", "cty": "twilio-fpa;v=1" });
    let claims = json!({
        "jti": format!("{KEY}-{now}"),
        "iss": KEY,
        "sub": ACCOUNT,
        "iat": now,
        "exp": now + 600,
        "grants": {
            "identity": identity,
            "voice": { "incoming": { "allow": true }, "outgoing": { "application_sid": application_sid } },
        },
    });
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(&header), encode(&claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// An application that answers at the receiver's `/app`.
fn application(api: &Api) -> String {
    let url = api.receiver.url("/app");
    api.simulator.act(|world| {
        let sid = world.new_sid("AP");
        let application = Application {
            sid: sid.clone(),
            account_sid: ACCOUNT.into(),
            friendly_name: "desk".into(),
            voice: Some(Endpoint::post(url)),
            voice_fallback: None,
            status_callback: None,
            sms: None,
            sms_fallback: None,
            message_status_callback: None,
            created: world.now(),
            updated: world.now(),
        };
        world.setup.applications.put(&sid, application);
        sid
    })
}

/// Reads Server-Sent Events until one has this name, and returns its data.
async fn event(response: &mut reqwest::Response, name: &str) -> Value {
    let mut text = String::new();
    for _ in 0..100 {
        let chunk = response.chunk().await.expect("a stream").expect("it goes on");
        text.push_str(&String::from_utf8_lossy(&chunk));
        let mut events =
            text.split("\n\n").filter(|event| event.lines().any(|line| line == format!("event: {name}")));
        if let Some(data) =
            events.next().and_then(|event| event.lines().find_map(|line| line.strip_prefix("data: ")))
        {
            return serde_json::from_str(data).expect("JSON");
        }
    }
    panic!("no {name} in {text}");
}

#[tokio::test]
async fn a_browser_registers_is_called_and_answers() {
    let api = Api::start().await;
    let token = access_token(&api, "org_1_ann", &application(&api));
    assert_eq!(control(&api, "POST", "/device", json!({ "token": "nonsense" })).await.status, 401);
    let device = control(&api, "POST", "/device", json!({ "token": token })).await.ok(200);
    assert_eq!(device["identity"], "org_1_ann");
    let id = device["id"].as_str().expect("an id");
    let mut events =
        api.raw("GET", &format!("{}/device/{id}/events", api.base)).send().await.expect("a stream");
    assert_eq!(events.headers()["content-type"], "text/event-stream");

    let form = [
        ("To", "client:org_1_ann"),
        ("From", NUMBER),
        ("Twiml", "<Response><Pause length=\"60\"/></Response>"),
    ];
    api.post("/Calls.json", &form).await.ok(201);
    api.simulator.advance(Duration::from_secs(3)).await;
    let incoming = event(&mut events, "incoming").await;
    assert_eq!((&incoming["from"], &incoming["to"]), (&json!(NUMBER), &json!("client:org_1_ann")));
    let call = json!({ "callSid": incoming["callSid"] });
    control(&api, "POST", &format!("/device/{id}/ignore"), call.clone()).await.ok(200);
    control(&api, "POST", &format!("/device/{id}/accept"), call.clone()).await.ok(200);
    assert_eq!(event(&mut events, "accept").await, call);
    let muted = json!({ "callSid": incoming["callSid"], "muted": true });
    control(&api, "POST", &format!("/device/{id}/mute"), muted).await.ok(200);
    assert_eq!(control(&api, "POST", &format!("/device/{id}/digits"), call.clone()).await.status, 400);
    control(&api, "POST", &format!("/device/{id}/hangup"), call.clone()).await.ok(200);
    assert_eq!(event(&mut events, "disconnect").await, call);
    assert_eq!(control(&api, "POST", &format!("/device/{id}/accept"), call.clone()).await.status, 404);
    assert_eq!(control(&api, "POST", &format!("/device/{id}/fly"), call).await.status, 404);

    let connect = json!({ "params": { "To": CUSTOMER, "claim": "c-1" } });
    let sid =
        control(&api, "POST", &format!("/device/{id}/connect"), connect).await.ok(200)["callSid"].clone();
    api.simulator.settle().await;
    let received =
        api.receiver.received().into_iter().find(|received| received.target == "/app").expect("a webhook");
    assert_eq!((received.param("From"), received.param("claim")), ("client:org_1_ann", "c-1"));
    assert_eq!(sid, received.param("CallSid"));

    assert_eq!(control(&api, "DELETE", &format!("/device/{id}"), Value::Null).await.status, 204);
    assert_eq!(control(&api, "DELETE", &format!("/device/{id}"), Value::Null).await.status, 404);
    assert_eq!(control(&api, "GET", &format!("/device/{id}/events"), Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_browser_that_dies_is_gone_and_its_call_is_not_yet() {
    let (api, _) = called("<Response><Pause length=\"60\"/></Response>").await;
    let token = access_token(&api, "org_1_ann", &application(&api));
    let device = control(&api, "POST", "/device", json!({ "token": token })).await.ok(200);
    let id = device["id"].as_str().expect("an id");
    let connected = control(&api, "POST", &format!("/device/{id}/connect"), json!({})).await.ok(200);
    api.simulator.settle().await;
    assert_eq!(control(&api, "POST", &format!("/device/{id}/die"), Value::Null).await.status, 204);
    assert_eq!(control(&api, "POST", &format!("/device/{id}/die"), Value::Null).await.status, 404);
    let sid = connected["callSid"].as_str().expect("a SID");
    for (seconds, is_over) in [(4, false), (2, true)] {
        api.simulator.advance(Duration::from_secs(seconds)).await;
        let call = control(&api, "GET", &format!("/call/{sid}"), Value::Null).await.ok(200);
        assert_eq!(call["isOver"], is_over);
    }
}

#[tokio::test]
async fn who_watches_is_told_of_changes() {
    let api = Api::start().await;
    let mut changes = api.raw("GET", &format!("{}/changes", api.base)).send().await.expect("a stream");
    let first = event(&mut changes, "change").await.as_u64().expect("a count");
    control(&api, "POST", "/sms", json!({ "from": CUSTOMER, "to": NUMBER })).await.ok(200);
    let second = event(&mut changes, "change").await.as_u64().expect("a count");
    assert!(second > first, "{first} {second}");
}
