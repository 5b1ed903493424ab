use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use chrono::TimeDelta;
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::Value;
use switchboard_auth::OperatorToken;
use switchboard_domain::access::Role;
use switchboard_domain::people::{NewUser, User};
use switchboard_domain::ports::{Directory, Store};
use switchboard_domain::sessions::Policy;
use switchboard_domain::testing::fixtures::{self, Planted, plant};
use switchboard_domain::testing::{
    FakeTwilio, ManualClock, MemStore, NoNews, PlainPasswords, PlainTokens, PlainVault, PlainVoiceTokens,
};
use switchboard_server::{Page, Parts, Rates, Replay, Scribe, Server, Spool, admin, router};
use tempfile::TempDir;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::stuck::Stuck;

pub const PUBLIC_URL: &str = "https://desk.example";
pub const PAGE_URL: &str = "https://page.example/";

/// The longest that anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub const OPERATOR_TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// How a server is set up, where that matters to a test.
pub struct Setup<'a> {
    pub page: Option<Page<'a>>,
    pub operator_token: Option<&'a str>,
    pub rates: Rates,
    /// Where webhooks wait, if something was left there.
    pub spool: Option<Arc<TempDir>>,
    /// What sends messages, switches calls and sets things up, before the fake Twilio does.
    pub stuck: Option<Arc<Stuck>>,
}

impl Default for Setup<'_> {
    fn default() -> Self {
        Self {
            page: None,
            operator_token: Some(OPERATOR_TOKEN),
            rates: Rates::default(),
            spool: None,
            stuck: None,
        }
    }
}

/// The server over fakes.
pub struct World {
    pub store: Arc<MemStore>,
    pub clock: Arc<ManualClock>,
    pub twilio: Arc<FakeTwilio>,
    pub replay: Replay,
    /// Writes down which webhooks came; by itself it does not.
    pub scribe: Scribe,
    /// Where webhooks wait; another server may be started on it.
    pub spool: Arc<TempDir>,
    tracker: TaskTracker,
    pub tokens: Arc<PlainTokens>,
    routes: Router,
    admin: Router,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl World {
    pub fn new() -> Self {
        Self::with(Setup::default())
    }

    /// Set up in another way.
    pub fn with(setup: Setup<'_>) -> Self {
        let store = Arc::new(MemStore::default());
        Self::assemble(store.clone(), store.clone(), store, setup)
    }

    /// With another store and directory in front of the fake one.
    pub fn over(mem: Arc<MemStore>, store: Arc<dyn Store>, directory: Arc<dyn Directory>) -> Self {
        Self::assemble(mem, store, directory, Setup::default())
    }

    pub fn assemble(
        mem: Arc<MemStore>,
        store: Arc<dyn Store>,
        directory: Arc<dyn Directory>,
        setup: Setup<'_>,
    ) -> Self {
        let clock = mem.clock();
        let tracker = TaskTracker::new();
        let stuck = setup.stuck;
        let twilio = stuck.as_ref().map_or_else(Arc::default, |stuck| stuck.twilio.clone());
        let spool = setup.spool.unwrap_or_else(|| Arc::new(TempDir::new().expect("a folder")));
        let tokens = Arc::new(PlainTokens::default());
        let server = Server::assemble(Parts {
            store: store.clone(),
            directory: directory.clone(),
            operations: mem.clone(),
            webhook_store: store,
            webhook_directory: directory,
            passwords: Arc::new(PlainPasswords),
            tokens: tokens.clone(),
            vault: Arc::new(PlainVault::default()),
            provisioning: stuck.clone().map_or(twilio.clone() as _, |stuck| stuck as _),
            call_control: stuck.clone().map_or(twilio.clone() as _, |stuck| stuck as _),
            conferencing: twilio.clone(),
            recordings: twilio.clone(),
            messaging: stuck.map_or(twilio.clone() as _, |stuck| stuck as _),
            voice_tokens: Arc::new(PlainVoiceTokens),
            newsroom: Arc::new(NoNews),
            clock: clock.clone(),
            policy: Policy::default(),
            rates: setup.rates,
            recovery_window: TimeDelta::minutes(2),
            public_url: PUBLIC_URL.to_owned(),
            page_url: PAGE_URL.to_owned(),
            spool: Arc::new(Spool::open(spool.path()).expect("a spool")),
            tracker: tracker.clone(),
            voice_token_ttl: TimeDelta::hours(1),
        });
        let origins = ["http://localhost:3004".to_owned()];
        let token =
            setup.operator_token.map(|token| OperatorToken::parse(&token.into()).expect("long enough"));
        let metrics = PrometheusBuilder::new().build_recorder().handle();
        let admin = admin::router(&server, token, metrics);
        let replay = Replay::new(&server);
        let scribe = Scribe::new(&server);
        let routes = router(server, Router::new(), &origins, setup.page.as_ref()).expect("routes");
        Self { store: mem, clock, twilio, replay, scribe, spool, tracker, tokens, routes, admin }
    }

    pub async fn plant(&self) -> Planted {
        plant(self.store.as_ref()).await
    }

    /// Another member of the organisation.
    pub async fn hire(&self, org: &Planted, role: Role) -> User {
        let tag = uuid::Uuid::new_v4().simple().to_string();
        let user = fixtures::user(org.scope.org(), "Extra", "Hand", role, &tag);
        let mut tx = self.store.begin(org.scope).await.expect("begin");
        let new = NewUser { user: user.clone(), password_hash: Some("correct horse".to_owned()) };
        tx.insert_user(&new).await.expect("insert");
        tx.commit().await.expect("commit");
        user
    }

    /// Signs in a planted user: the token.
    pub async fn login(&self, user: &User) -> String {
        let credentials = serde_json::json!({"email": user.email, "password": "correct horse"});
        let answer = self.call("POST", "/api/auth/login", None, Some(credentials)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["token"].as_str().expect("a token").to_owned()
    }

    pub async fn call(&self, method: &str, path: &str, token: Option<&str>, body: Option<Value>) -> Answer {
        self.send(request(method, path, token, body)).await
    }

    /// A call on the admin listener.
    pub async fn operate(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        answer(&self.admin, request(method, path, token, body)).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        answer(&self.routes, request).await
    }

    /// Waits until everything is done that was left for after the answers.
    pub async fn is_quiet(&self) {
        self.tracker.close();
        timeout(PATIENCE, self.tracker.wait()).await.expect("all of it ends");
        self.tracker.reopen();
    }

    /// How many events the organisation's log holds.
    pub async fn events(&self, org: &Planted) -> usize {
        let mut tx = self.store.begin(org.scope).await.expect("begin");
        tx.events_after(0, 1000).await.expect("read").len()
    }
}

fn request(method: &str, path: &str, token: Option<&str>, body: Option<Value>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    request.body(body).expect("a request")
}

async fn answer(routes: &Router, request: Request<Body>) -> Answer {
    let response = routes.clone().oneshot(request).await.expect("the routes answer");
    let (head, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("a body");
    Answer {
        status: head.status,
        headers: head.headers,
        text: String::from_utf8(bytes.to_vec()).expect("text"),
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// Checks that this is an error in the contract's shape.
    pub fn is_refusal(&self, status: u16, code: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        let body = self.json();
        assert_eq!(body["code"], code, "{}", self.text);
        assert!(body["error"].is_string() && body["message"].is_string(), "{}", self.text);
        assert!(self.headers.contains_key("x-request-id"));
    }
}
