//! What a text is sent with, fetched as Twilio fetches it.

use crate::api::{Api, send};
use crate::receiver::{CUSTOMER, KEY, NUMBER, SECRET, serve};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nred";

/// Somebody's files, and who asked for them.
#[derive(Clone, Default)]
struct Files {
    asked: Arc<Mutex<Vec<(Method, String, bool)>>>,
}

impl Files {
    async fn start() -> (Self, String) {
        let files = Self::default();
        let address = serve(Router::new().fallback(Self::answer).with_state(files.clone())).await;
        (files, format!("http://{address}"))
    }

    async fn answer(State(files): State<Self>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
        let has_proof = headers.contains_key(header::AUTHORIZATION);
        files.asked.lock().expect("no panic").push((method, uri.to_string(), has_proof));
        let file =
            |kind: &'static str, bytes: Vec<u8>| ([(header::CONTENT_TYPE, kind)], bytes).into_response();
        match uri.path() {
            "/a.png" => file("image/png", PNG.to_vec()),
            "/moved" => Redirect::temporary("/a.png").into_response(),
            "/page" => file("text/html", b"<p>hello".to_vec()),
            "/liar.png" => file("image/png", b"<svg/>".to_vec()),
            "/nameless" => {
                let mut answer = PNG.to_vec().into_response();
                answer.headers_mut().remove(header::CONTENT_TYPE);
                answer
            }
            "/half" => file("video/mp4", vec![0; 2_500_001]),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    }

    fn asked(&self) -> Vec<(Method, String, bool)> {
        self.asked.lock().expect("no panic").clone()
    }
}

/// A text with these files, some seconds after it was sent.
async fn sent(api: &Api, to: &str, urls: &[String]) -> Value {
    let from = if to.starts_with("whatsapp:") { format!("whatsapp:{NUMBER}") } else { NUMBER.to_owned() };
    let callback = api.receiver.url("/status");
    let mut form = vec![("To", to), ("From", &from), ("StatusCallback", &callback)];
    form.extend(urls.iter().map(|url| ("MediaUrl", url.as_str())));
    let message = api.post("/Messages.json", &form).await.ok(201);
    api.simulator.advance(Duration::from_secs(5)).await;
    api.get(&format!("/Messages/{}.json", message["sid"].as_str().expect("a SID"))).await.ok(200)
}

#[tokio::test]
async fn what_a_text_is_sent_with_is_fetched_before_it_leaves_and_is_there_then() {
    let api = Api::start().await;
    let (files, base) = Files::start().await;
    let message = sent(&api, CUSTOMER, &[format!("{base}/a.png?x=1"), format!("{base}/moved")]).await;
    assert_eq!((&message["status"], &message["num_media"]), (&json!("delivered"), &json!("2")));
    let mut asked = files.asked();
    assert!(asked.iter().all(|(.., has_proof)| !has_proof), "{asked:?}");
    asked.retain(|(_, target, _)| target == "/a.png?x=1");
    assert_eq!(asked.iter().map(|(method, ..)| method.as_str()).collect::<Vec<_>>(), ["HEAD", "GET"]);
    let sid = message["sid"].as_str().expect("a SID");
    let list = api.get(&format!("/Messages/{sid}/Media.json")).await.ok(200);
    for medium in list["media_list"].as_array().expect("a list") {
        assert_eq!(medium["content_type"], "image/png");
        let uri = medium["uri"].as_str().expect("an address").trim_end_matches(".json");
        let redirect =
            send(api.raw("GET", &format!("{}{uri}", api.base)).basic_auth(KEY, Some(SECRET))).await;
        let file = format!("{}{}", api.base, redirect.headers["location"].to_str().expect("an address"));
        let response = api.raw("GET", &file).send().await.expect("an answer");
        assert_eq!(response.headers()["content-type"], "image/png");
        assert_eq!(response.bytes().await.expect("bytes"), PNG);
    }
}

#[tokio::test]
async fn a_text_whose_file_cannot_be_had_fails_and_says_why() {
    let api = Api::start().await;
    let (_, base) = Files::start().await;
    for (urls, code) in [
        (vec!["/gone.png"], 11200),
        (vec!["/a.png", "/gone.png"], 11200),
        (vec!["/page"], 12300),
        (vec!["/liar.png"], 12300),
        (vec!["/nameless"], 12300),
        (vec!["/half", "/half"], 11751),
    ] {
        let urls: Vec<_> = urls.iter().map(|path| format!("{base}{path}")).collect();
        let message = sent(&api, CUSTOMER, &urls).await;
        assert_eq!(
            (&message["status"], &message["error_code"]),
            (&json!("failed"), &json!(code)),
            "{urls:?}"
        );
        let told = api.receiver.received().pop().expect("a callback");
        assert_eq!((told.param("MessageStatus"), told.param("ErrorCode")), ("failed", &*code.to_string()));
    }
    let nobody = sent(&api, CUSTOMER, &["http://127.0.0.1:9/a.png".to_owned()]).await;
    assert_eq!(nobody["error_code"], 11200);
    let by_whatsapp = sent(&api, &format!("whatsapp:{CUSTOMER}"), &vec![format!("{base}/half"); 2]).await;
    assert_eq!(by_whatsapp["status"], "read", "more fits there");
}
