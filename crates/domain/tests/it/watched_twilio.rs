use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use switchboard_domain::access::OrgScope;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{
    AccountNumber, ApplicationWebhooks, Credentials, NumberWebhooks, Provisioning, ServiceWebhooks, Store,
    TelephonyError,
};
use switchboard_domain::testing::{FakeTwilio, MemStore, Outcome};
use tokio::time::timeout;

/// A Twilio that looks around whenever it is asked.
pub struct WatchedTwilio {
    fake: Arc<FakeTwilio>,
    asked: AtomicUsize,
    refuse_after: Option<usize>,
    beside: Option<(Arc<MemStore>, OrgScope)>,
}

impl WatchedTwilio {
    /// One that refuses what is asked after so many answers.
    pub fn refusing_after(answers: usize, fake: Arc<FakeTwilio>) -> Self {
        Self { fake, asked: AtomicUsize::new(0), refuse_after: Some(answers), beside: None }
    }

    /// One that takes a moment, and sees that others of the organisation can use the database in it.
    pub fn beside(store: Arc<MemStore>, scope: OrgScope, fake: Arc<FakeTwilio>) -> Self {
        Self { fake, asked: AtomicUsize::new(0), refuse_after: None, beside: Some((store, scope)) }
    }

    async fn look_around(&self) {
        if Some(self.asked.fetch_add(1, Ordering::Relaxed)) == self.refuse_after {
            self.fake.next(Outcome::refused(401, 20003, "Authenticate"));
        }
        if let Some((store, scope)) = &self.beside {
            let begun = timeout(Duration::from_secs(5), store.begin(*scope)).await;
            begun.expect("no transaction is open while Twilio is asked").expect("begin");
            tokio::task::yield_now().await;
        }
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
        self.look_around().await;
        self.fake.set_number_webhooks(account, sid, webhooks).await
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

    async fn set_service_webhooks(
        &self,
        account: &Credentials,
        sid: &str,
        webhooks: &ServiceWebhooks,
    ) -> Result<bool, TelephonyError> {
        self.look_around().await;
        self.fake.set_service_webhooks(account, sid, webhooks).await
    }
}
