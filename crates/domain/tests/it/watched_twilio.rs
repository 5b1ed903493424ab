use std::sync::Arc;
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
    pub fake: Arc<FakeTwilio>,
    pub store: Arc<MemStore>,
    pub scope: OrgScope,
}

impl WatchedTwilio {
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
