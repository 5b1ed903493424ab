//! A webhook of somebody's: remembers requests and answers as told.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use secrecy::SecretString;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use switchboard_twilio::{signature, webhook};
use switchboard_twilio_simulator::{Account, ApiKey, Clock, Simulator};
use tokio::net::TcpListener;

pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const ACCOUNT: &str = "AC00000000000000000000000000000001";
pub(crate) const NUMBER: &str = "+12025550123";
pub(crate) const KEY: &str = "SK00000000000000000000000000000001";
pub(crate) const SECRET: &str = "the secret of a key";
pub(crate) const STRANGER: &str = "AC00000000000000000000000000000002";
pub(crate) const STRANGERS_TOKEN: &str = "another token";
pub(crate) const STRANGERS_NUMBER: &str = "+12025550199";
pub(crate) const CUSTOMER: &str = "+15558675310";

#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) params: Vec<(String, String)>,
}

#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

#[derive(Clone)]
struct Shared {
    status: StatusCode,
    content_type: Option<&'static str>,
    body: &'static str,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    /// Answers everything with an empty TwiML document.
    pub(crate) async fn start() -> Self {
        Self::answering(StatusCode::OK, Some("text/xml"), "<Response/>").await
    }

    pub(crate) async fn answering(
        status: StatusCode,
        content_type: Option<&'static str>,
        body: &'static str,
    ) -> Self {
        let received = Arc::default();
        let shared = Shared { status, content_type, body, received: Arc::clone(&received) };
        let address = serve(Router::new().fallback(receive).with_state(shared)).await;
        Self { address, received }
    }

    pub(crate) fn url(&self, path_and_query: &str) -> String {
        format!("http://{}{path_and_query}", self.address)
    }

    /// A simulator with one number whose webhooks are here.
    pub(crate) fn simulator(&self) -> Simulator {
        self.simulator_with_fragment("")
    }

    pub(crate) fn simulator_with_fragment(&self, fragment: &str) -> Simulator {
        Simulator::new(vec![self.account(fragment)]).expect("one account is a fine set of accounts")
    }

    /// The same, at a time that only moves when it is told to, and a stranger's account beside it.
    pub(crate) fn stepped_simulator(&self) -> Simulator {
        let stranger = Account {
            account_sid: STRANGER.into(),
            auth_token: SecretString::from(STRANGERS_TOKEN),
            api_keys: Vec::new(),
            phone_numbers: vec![STRANGERS_NUMBER.into()],
            ..self.account("")
        };
        let start = "2026-03-05T10:00:00Z".parse().expect("a time");
        Simulator::with(vec![self.account(""), stranger], Clock::stepped(start), 1).expect("two accounts")
    }

    fn account(&self, fragment: &str) -> Account {
        Account {
            account_sid: ACCOUNT.into(),
            auth_token: SecretString::from(TOKEN),
            api_keys: vec![ApiKey { sid: KEY.into(), secret: SecretString::from(SECRET) }],
            phone_numbers: vec![NUMBER.into()],
            sms_url: Some(self.url(&format!("/sms?org=1&x=%2f{fragment}"))),
            voice_url: Some(self.url(&format!("/voice{fragment}"))),
        }
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().expect("no receiver panics").clone()
    }

    pub(crate) fn only(&self) -> Received {
        let received = self.received();
        assert_eq!(received.len(), 1);
        received[0].clone()
    }
}

impl Received {
    pub(crate) fn param(&self, name: &str) -> &str {
        webhook::first(&self.params, name).unwrap_or_else(|| panic!("no parameter {name}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).unwrap_or_else(|| panic!("no header {name}"));
        value.to_str().expect("an ASCII header")
    }

    /// As a server verifies it: from its own public URL and the request target.
    pub(crate) fn verifies(&self, public_url: &str, token: &str) -> bool {
        let urls = signature::candidate_urls(public_url, &self.target);
        signature::verify_any(
            &urls,
            &self.params,
            &SecretString::from(token),
            self.header("x-twilio-signature"),
        )
    }
}

/// Serves for as long as the test's runtime lives.
pub(crate) async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound address");
    #[expect(clippy::disallowed_methods, reason = "ends with the runtime of its test")]
    tokio::spawn(async { axum::serve(listener, router).await });
    address
}

async fn receive(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let params = webhook::decode_form(&body).expect("the simulator sends UTF-8");
    let received = Received { method: method.to_string(), target: uri.to_string(), headers, params };
    shared.received.lock().expect("no receiver panics").push(received);
    let mut response = (shared.status, shared.body).into_response();
    response.headers_mut().remove(header::CONTENT_TYPE);
    if let Some(content_type) = shared.content_type {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    response
}
