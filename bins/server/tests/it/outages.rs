//! Trouble with the database is 503 with Retry-After, never 401, and nothing is told of what went wrong inside.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::json;
use switchboard_domain::access::OrgScope;
use switchboard_domain::events::{CallId, OrgId};
use switchboard_domain::ports::{
    Directory, LoginKey, OrgTx, Pulse, SealedKeys, ServiceTokenKey, Store, StoreError,
};
use switchboard_domain::service_tokens::TokenHash;
use switchboard_domain::testing::MemStore;
use switchboard_domain::twilio_settings::Identity;

use crate::harness::{PUBLIC_URL, World};
use crate::webhooks::{CALL_STATUS, VOICE, call, signed, signed_with};

/// A database that works until it does not.
#[derive(Default)]
struct Fragile {
    mem: Arc<MemStore>,
    fault: Mutex<Option<fn() -> StoreError>>,
}

impl Fragile {
    fn check(&self) -> Result<&MemStore, StoreError> {
        match *self.fault.lock().expect("no panic") {
            Some(fault) => Err(fault()),
            None => Ok(&self.mem),
        }
    }

    fn breaks(&self, fault: fn() -> StoreError) {
        *self.fault.lock().expect("no panic") = Some(fault);
    }
}

fn away() -> StoreError {
    StoreError::Unavailable("secret address refused".into())
}

fn faulty() -> StoreError {
    StoreError::Internal("secret column does not exist".into())
}

#[async_trait]
impl Store for Fragile {
    async fn begin(&self, scope: OrgScope) -> Result<Box<dyn OrgTx>, StoreError> {
        self.check()?.begin(scope).await
    }
}

#[async_trait]
impl Directory for Fragile {
    async fn login(&self, email: &str) -> Result<Option<LoginKey>, StoreError> {
        self.check()?.login(email).await
    }
    async fn twilio_keys(&self, account_sid: &str) -> Result<Vec<SealedKeys>, StoreError> {
        self.check()?.twilio_keys(account_sid).await
    }
    async fn number_owner(&self, account_sid: &str, number: &str) -> Result<Option<OrgId>, StoreError> {
        self.check()?.number_owner(account_sid, number).await
    }
    async fn service_token(&self, hash: TokenHash) -> Result<Option<ServiceTokenKey>, StoreError> {
        self.check()?.service_token(hash).await
    }
    async fn pulse(&self, orgs: &[OrgId]) -> Result<Pulse, StoreError> {
        self.check()?.pulse(orgs).await
    }
    async fn ping(&self) -> Result<(), StoreError> {
        self.check().map(drop)
    }
}

#[tokio::test]
async fn a_database_that_is_away_is_503_and_a_fault_is_500_without_a_word() {
    for (fault, status, code) in [(away as fn() -> StoreError, 503, "unavailable"), (faulty, 500, "internal")]
    {
        let fragile = Arc::new(Fragile::default());
        let world = World::over(fragile.mem.clone(), fragile.clone(), fragile.clone());
        let org = world.plant().await;
        let token = world.login(&org.admin).await;
        fragile.breaks(fault);
        let login = json!({"email": org.admin.email, "password": "correct horse"});
        let contact = json!({"first_name": "Bo"});
        for (method, path, body) in [
            ("POST", "/api/auth/login", Some(login)),
            ("GET", "/api/auth/me", None),
            ("POST", "/api/contacts", Some(contact)),
            ("GET", "/health/ready", None),
        ] {
            let answer = world.call(method, path, Some(&token), body).await;
            answer.is_refusal(status, code);
            assert!(!answer.text.contains("secret"), "{}", answer.text);
            assert_eq!(answer.headers.contains_key("retry-after"), status == 503, "{path}");
        }
        assert_eq!(world.call("GET", "/health/live", None, None).await.status.as_u16(), 200);
    }
}

#[tokio::test]
async fn a_call_comes_back_by_itself_and_rings_once_when_the_database_is_back() {
    let fragile = Arc::new(Fragile::default());
    let world = World::over(fragile.mem.clone(), fragile.clone(), fragile.clone());
    let org = world.plant().await;
    let (earlier, late) = (call(&org, "CA1", "+16475550100"), call(&org, "CA2", "+16475550101"));
    signed(&world, &org, VOICE, &earlier).await; // from then on the token is known
    fragile.breaks(away);
    let mut path = VOICE.to_owned();
    for again in 1..=6 {
        let answer = signed(&world, &org, &path, &late).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
        path = format!("{VOICE}?again={again}");
        let redirect = format!("<Redirect method=\"POST\">{PUBLIC_URL}{path}#");
        assert!(answer.text.contains(&redirect), "{}", answer.text);
    }
    let answer = signed(&world, &org, &path, &late).await;
    let digits = org.number.as_str().trim_start_matches('+');
    assert!(answer.text.contains("<Record "), "{}", answer.text);
    assert!(answer.text.contains(&format!("/recording?to=%2B{digits}&amp;voicemail=1")), "{}", answer.text);
    let identity = Identity { org: org.scope.org(), user: org.admin.id };
    let mut boss = call(&org, "CA3", &format!("client:{identity}"));
    let which = [("participant", "supervisor".to_owned()), ("conference", CallId::generate().to_string())];
    boss.extend(which.map(|(name, value)| (name.to_owned(), value)));
    let answer = signed(&world, &org, VOICE, &boss).await;
    assert!(answer.text.contains("again=1"), "a browser comes back, too: {}", answer.text);
    let waits = signed(&world, &org, "/api/twilio/webhook/wait", &earlier).await;
    assert!(waits.text.contains("<Play>"), "who waits goes on waiting: {}", waits.text);
    let wrong = signed_with(&world, "wrong", VOICE, &late).await;
    assert_eq!((wrong.status.as_u16(), wrong.text.as_str()), (403, ""), "nobody gets by because it is away");
    let told = signed(&world, &org, CALL_STATUS, &late).await;
    assert_eq!(told.status.as_u16(), 503, "what nobody waits for is told again");
    *fragile.fault.lock().expect("no panic") = None;
    for path in [VOICE, &path] {
        let answer = signed(&world, &org, path, &late).await;
        assert!(answer.text.contains("<Enqueue "), "{}", answer.text);
    }
    assert_eq!(world.events(&org).await, 2, "each rang once");
}
