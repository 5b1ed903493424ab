use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use switchboard_domain::access::OrgScope;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{
    AccountNumber, ApplicationWebhooks, Credentials, NumberWebhooks, Provisioning, ServiceWebhooks, Store,
    TelephonyError,
};
use switchboard_domain::testing::{FakeTwilio, MemStore};
use tokio::time::timeout;

/// A Twilio that takes a moment, and sees that others of the organisation can use the database in it.
pub struct WatchedTwilio {
    fake: Arc<FakeTwilio>,
    store: Arc<MemStore>,
    scope: OrgScope,
    /// How many numbers are being set up, and how many were at most.
    at_once: Mutex<(usize, usize)>,
}

impl WatchedTwilio {
    pub fn new(fake: Arc<FakeTwilio>, store: &Arc<MemStore>, scope: OrgScope) -> Self {
        Self { fake, store: store.clone(), scope, at_once: Mutex::default() }
    }

    /// How many numbers are being set up, and how many were at most.
    pub fn at_once(&self) -> (usize, usize) {
        *self.at_once.lock().expect("no panic")
    }

    fn count(&self, change: impl FnOnce(usize) -> usize) {
        let mut at_once = self.at_once.lock().expect("no panic");
        let now = change(at_once.0);
        *at_once = (now, at_once.1.max(now));
    }

    async fn look_around(&self) {
        let begun = timeout(Duration::from_secs(5), self.store.begin(self.scope)).await;
        begun.expect("no transaction is open while Twilio is asked").expect("begin");
        tokio::task::yield_now().await;
    }
}

#[async_trait]
impl Provisioning for WatchedTwilio {
    async fn numbers(
        &self,
        account: &Credentials,
        only: Option<&PhoneNumber>,
    ) -> Result<Vec<AccountNumber>, TelephonyError> {
        self.look_around().await;
        self.fake.numbers(account, only).await
    }

    async fn set_number_webhooks(
        &self,
        account: &Credentials,
        sid: &str,
        webhooks: &NumberWebhooks,
    ) -> Result<(), TelephonyError> {
        self.count(|now| now + 1);
        self.look_around().await;
        let set = self.fake.set_number_webhooks(account, sid, webhooks).await;
        self.count(|now| now - 1);
        set
    }

    async fn set_application(
        &self,
        account: &Credentials,
        sid: Option<&str>,
        webhooks: &ApplicationWebhooks,
    ) -> Result<String, TelephonyError> {
        self.look_around().await;
        self.fake.set_application(account, sid, webhooks).await
    }

    async fn has_service(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        self.look_around().await;
        self.fake.has_service(account, sid).await
    }

    async fn set_service_webhooks(
        &self,
        account: &Credentials,
        sid: &str,
        webhooks: &ServiceWebhooks,
    ) -> Result<(), TelephonyError> {
        self.look_around().await;
        self.fake.set_service_webhooks(account, sid, webhooks).await
    }
}
