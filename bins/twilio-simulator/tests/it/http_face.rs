use crate::receiver::{ACCOUNT, NUMBER, Receiver, TOKEN, serve};
use serde_json::{Value, json};
use switchboard_twilio_simulator::http;

/// A receiver and, in front of it, the simulator's address.
async fn start() -> (Receiver, String) {
    let receiver = Receiver::start().await;
    let address = serve(http::router(receiver.simulator())).await;
    (receiver, format!("http://{address}"))
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

async fn get(url: String) -> (u16, String, String) {
    let request = client().get(url);
    sent(request).await
}

async fn post(url: String, content_type: &str, body: impl Into<reqwest::Body>) -> (u16, Value) {
    let request = client().post(url).header("content-type", content_type).body(body);
    let (status, content_type, body) = sent(request).await;
    assert_eq!(content_type, "application/json", "{body}");
    (status, serde_json::from_str(&body).expect("JSON"))
}

async fn sent(request: reqwest::RequestBuilder) -> (u16, String, String) {
    let response = request.send().await.expect("an answer");
    let content_type = response.headers().get("content-type").expect("a content type").to_str();
    let content_type = content_type.expect("ASCII").to_owned();
    (response.status().as_u16(), content_type, response.text().await.expect("a body"))
}

#[tokio::test]
async fn json_sends_a_text_and_tells_what_happened() {
    let (receiver, base) = start().await;
    let request = json!({ "from": "+15558675310", "to": NUMBER, "body": "donation=5 <3 & \"you\"" });
    let (status, exchange) = post(format!("{base}/sms"), "application/json", request.to_string()).await;
    assert_eq!(status, 200, "{exchange}");
    let received = receiver.only();
    assert!(received.verifies(&receiver.url(""), TOKEN));
    assert_eq!(exchange["kind"], "sms");
    assert_eq!(exchange["sid"], received.param("MessageSid"));
    assert_eq!(exchange["webhook"]["url"], receiver.url("/sms?org=1&x=%2f"));
    assert_eq!(exchange["webhook"]["signature"], received.header("x-twilio-signature"));
    assert_eq!(exchange["webhook"]["parameters"]["Body"], "donation=5 <3 & \"you\"");
    assert_eq!(exchange["response"]["status"], 200);
    assert_eq!(exchange["response"]["contentType"], "text/xml");
    assert_eq!(exchange["response"]["body"], "<Response/>");
    assert!(exchange["response"]["elapsedMs"].is_u64());
    assert_eq!(exchange["warnings"], json!([]));
}

#[tokio::test]
async fn a_form_does_the_same() {
    let (receiver, base) = start().await;
    let form = "from=%2B15558675310&to=%2B12025550123&body=a%3Db+%26+c&sid=";
    let (status, _) = post(format!("{base}/sms"), "application/x-www-form-urlencoded", form).await;
    assert_eq!((status, receiver.only().param("Body")), (200, "a=b & c"));
    let form = "from=anonymous&to=%2B12025550123";
    let (status, exchange) =
        post(format!("{base}/call"), "application/x-www-form-urlencoded; charset=UTF-8", form).await;
    assert_eq!((status, &exchange["webhook"]["parameters"]["From"]), (200, &json!("anonymous")));
}

#[tokio::test]
async fn bad_input_is_a_json_error_with_a_fitting_status() {
    let (receiver, base) = start().await;
    let to = format!("\"to\":\"{NUMBER}\"");
    let form = "application/x-www-form-urlencoded";
    let json = "application/json";
    let table: [(&str, &str, Vec<u8>, u16); 11] = [
        ("/sms", json, b"{}".to_vec(), 400),
        ("/sms", json, b"".to_vec(), 400),
        ("/sms", json, b"[".to_vec(), 400),
        ("/sms", json, b"\xff".to_vec(), 400),
        ("/sms", json, format!("{{\"from\":5,{to}}}").into_bytes(), 400),
        ("/sms", json, format!("{{\"from\":\"+1\",{to},\"boddy\":\"\"}}").into_bytes(), 400),
        ("/sms", json, format!("{{\"from\":\"+1\",{to},\"sid\":\"SMé\"}}").into_bytes(), 400),
        ("/call", json, format!("{{\"from\":\"+1\",{to},\"url\":\"nonsense\"}}").into_bytes(), 400),
        ("/call", json, b"{\"from\":\"+1\",\"to\":\"+2\"}".to_vec(), 404),
        ("/sms", form, b"from=%ff&to=1".to_vec(), 400),
        ("/sms", json, vec![b' '; 64 * 1024 + 1], 413),
    ];
    for (path, content_type, body, expected) in table {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        let (status, answer) = post(format!("{base}{path}"), content_type, body).await;
        assert_eq!(status, expected, "{path} {shown}: {answer}");
        assert!(answer["error"].is_string(), "{answer}");
    }
    let (status, _) = post(format!("{base}/nowhere"), json, "").await;
    assert_eq!(status, 404);
    let (status, _, _) = get(format!("{base}/sms")).await;
    assert_eq!(status, 405);
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn a_webhook_without_answer_is_a_bad_gateway() {
    let (_receiver, base) = start().await;
    let request = json!({ "from": "+1", "to": NUMBER, "url": "http://127.0.0.1:1/" });
    let (status, exchange) = post(format!("{base}/sms"), "application/json", request.to_string()).await;
    assert_eq!((status, &exchange["response"]), (502, &Value::Null));
    assert_eq!(exchange["warnings"][0]["code"], 11205);
}

#[tokio::test]
async fn accounts_are_shown_without_their_tokens() {
    let (receiver, base) = start().await;
    let (status, _, body) = get(format!("{base}/accounts")).await;
    assert_eq!(status, 200);
    assert!(!body.contains(TOKEN));
    let accounts: Value = serde_json::from_str(&body).expect("JSON");
    let expected = json!([{
        "accountSid": ACCOUNT,
        "phoneNumber": NUMBER,
        "smsUrl": receiver.url("/sms?org=1&x=%2f"),
        "voiceUrl": receiver.url("/voice"),
    }]);
    assert_eq!(accounts, expected);
}

#[tokio::test]
async fn the_log_holds_every_exchange_in_order() {
    let (_receiver, base) = start().await;
    let mut sids = Vec::new();
    for path in ["/sms", "/call", "/sms"] {
        let request = json!({ "from": "+15558675310", "to": NUMBER }).to_string();
        let (_, exchange) = post(format!("{base}{path}"), "application/json", request).await;
        sids.push(exchange["sid"].clone());
    }
    let (_, _, body) = get(format!("{base}/log")).await;
    let log: Vec<Value> = serde_json::from_str(&body).expect("JSON");
    assert_eq!(log.iter().map(|exchange| exchange["sid"].clone()).collect::<Vec<_>>(), sids);
    assert!(!body.contains(TOKEN));
}

#[tokio::test]
async fn the_page_brings_all_that_it_needs() {
    let (_receiver, base) = start().await;
    let (status, content_type, page) = get(format!("{base}/")).await;
    assert_eq!((status, content_type.as_str()), (200, "text/html; charset=utf-8"));
    assert!(page.contains("Text the number") && page.contains("Call the number"));
    assert!(!page.contains("://"), "nothing comes from elsewhere");
    let (status, content_type, script) = get(format!("{base}/page.js")).await;
    assert_eq!((status, content_type.as_str()), (200, "text/javascript; charset=utf-8"));
    assert!(!script.contains("innerHTML"));
}
