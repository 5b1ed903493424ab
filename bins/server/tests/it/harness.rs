use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use chrono::TimeDelta;
use serde_json::Value;
use switchboard_domain::access::Role;
use switchboard_domain::people::{NewUser, User};
use switchboard_domain::ports::{Directory, Store};
use switchboard_domain::sessions::Policy;
use switchboard_domain::testing::fixtures::{self, Planted, plant};
use switchboard_domain::testing::{EmptyRoom, ManualClock, MemStore, NoNews, PlainPasswords, PlainTokens};
use switchboard_server::{Parts, Server, router};
use tower::ServiceExt;

pub const PUBLIC_URL: &str = "https://desk.example";

/// The server over fakes.
pub struct World {
    pub store: Arc<MemStore>,
    routes: Router,
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
        let store = Arc::new(MemStore::default());
        Self::over(store.clone(), store.clone(), store)
    }

    /// With the agents' page.
    pub fn with_page(folder: &Path) -> Self {
        let store = Arc::new(MemStore::default());
        Self::assemble(store.clone(), store.clone(), store, Some(folder))
    }

    /// With another store and directory in front of the fake one.
    pub fn over(mem: Arc<MemStore>, store: Arc<dyn Store>, directory: Arc<dyn Directory>) -> Self {
        Self::assemble(mem, store, directory, None)
    }

    fn assemble(
        mem: Arc<MemStore>,
        store: Arc<dyn Store>,
        directory: Arc<dyn Directory>,
        page: Option<&Path>,
    ) -> Self {
        let server = Server::assemble(Parts {
            store: store.clone(),
            directory: directory.clone(),
            webhook_store: store,
            webhook_directory: directory,
            passwords: Arc::new(PlainPasswords),
            tokens: Arc::new(PlainTokens::default()),
            presence: Arc::new(EmptyRoom),
            newsroom: Arc::new(NoNews),
            clock: Arc::new(ManualClock::new()),
            policy: Policy::default(),
            recovery_window: TimeDelta::minutes(2),
            public_url: PUBLIC_URL.to_owned(),
        });
        let origins = ["http://localhost:3004".to_owned()];
        let routes = router(server, Router::new(), &origins, page).expect("routes");
        Self { store: mem, routes }
    }

    pub async fn plant(&self) -> Planted {
        plant(self.store.as_ref()).await
    }

    /// Another member of the organisation.
    pub async fn hire(&self, org: &Planted, role: Role) -> User {
        let tag = uuid::Uuid::new_v4().simple().to_string();
        let user = fixtures::user(org.scope.org(), "Extra", "Hand", role, &tag);
        let mut tx = self.store.begin(org.scope).await.expect("begin");
        let new = NewUser { user: user.clone(), password_hash: "correct horse".to_owned() };
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
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(request.body(body).expect("a request")).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.routes.clone().oneshot(request).await.expect("the routes answer");
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        Answer {
            status: head.status,
            headers: head.headers,
            text: String::from_utf8(bytes.to_vec()).expect("text"),
        }
    }

    /// How many events the organisation's log holds.
    pub async fn events(&self, org: &Planted) -> usize {
        let mut tx = self.store.begin(org.scope).await.expect("begin");
        tx.events_after(0, 1000).await.expect("read").len()
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
