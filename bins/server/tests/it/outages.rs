//! Trouble with the database is 503 with Retry-After, never 401, and nothing is told of what went wrong inside.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::json;
use switchboard_domain::access::OrgScope;
use switchboard_domain::events::OrgId;
use switchboard_domain::ports::{
    Directory, LoginKey, OrgTx, Pulse, SealedKeys, ServiceTokenKey, Store, StoreError,
};
use switchboard_domain::service_tokens::TokenHash;
use switchboard_domain::testing::MemStore;

use crate::harness::World;

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
