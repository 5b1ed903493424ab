use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use switchboard_domain::access::OrgScope;
use switchboard_domain::events::OrgId;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{
    Directory, InvitationKey, LoginKey, OrgTx, Pulse, SealedKeys, ServiceTokenKey, Store, StoreError,
    TokenHash,
};
use switchboard_domain::testing::MemStore;

/// A database that works until it does not.
#[derive(Default)]
pub struct Fragile {
    pub mem: Arc<MemStore>,
    fault: Mutex<Option<fn() -> StoreError>>,
    is_silent: AtomicBool,
}

impl Fragile {
    async fn check(&self) -> Result<&MemStore, StoreError> {
        if self.is_silent.load(Ordering::Relaxed) {
            pending::<()>().await;
        }
        match *self.fault.lock().expect("no panic") {
            Some(fault) => Err(fault()),
            None => Ok(&self.mem),
        }
    }

    pub fn breaks(&self, fault: fn() -> StoreError) {
        *self.fault.lock().expect("no panic") = Some(fault);
    }

    /// Nobody hears of it again.
    pub fn falls_silent(&self) {
        self.is_silent.store(true, Ordering::Relaxed);
    }

    pub fn is_mended(&self) {
        self.is_silent.store(false, Ordering::Relaxed);
        *self.fault.lock().expect("no panic") = None;
    }
}

pub fn away() -> StoreError {
    StoreError::Unavailable("secret address refused".into())
}

pub fn faulty() -> StoreError {
    StoreError::Internal("secret column does not exist".into())
}

#[async_trait]
impl Store for Fragile {
    async fn begin(&self, scope: OrgScope) -> Result<Box<dyn OrgTx>, StoreError> {
        self.check().await?.begin(scope).await
    }
}

#[async_trait]
impl Directory for Fragile {
    async fn login(&self, email: &str) -> Result<Option<LoginKey>, StoreError> {
        self.check().await?.login(email).await
    }
    async fn twilio_keys(&self, account_sid: &str) -> Result<Vec<SealedKeys>, StoreError> {
        self.check().await?.twilio_keys(account_sid).await
    }
    async fn number_owner(&self, account_sid: &str, number: &str) -> Result<Option<OrgId>, StoreError> {
        self.check().await?.number_owner(account_sid, number).await
    }
    async fn is_number_here(&self, number: &PhoneNumber) -> Result<bool, StoreError> {
        self.check().await?.is_number_here(number).await
    }
    async fn service_token(&self, hash: TokenHash) -> Result<Option<ServiceTokenKey>, StoreError> {
        self.check().await?.service_token(hash).await
    }
    async fn invitation(&self, hash: TokenHash) -> Result<Option<InvitationKey>, StoreError> {
        self.check().await?.invitation(hash).await
    }
    async fn pulse(&self, orgs: &[OrgId]) -> Result<Pulse, StoreError> {
        self.check().await?.pulse(orgs).await
    }
    async fn ping(&self) -> Result<(), StoreError> {
        self.check().await.map(drop)
    }
}
