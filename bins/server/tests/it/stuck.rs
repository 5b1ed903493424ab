use std::sync::Arc;

use async_trait::async_trait;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{
    AccountNumber, ApplicationWebhooks, CallControl, CallSearch, Credentials, Download, Instructions,
    Messaging, NewCall, NewMessage, NumberWebhooks, Provisioning, SentSearch, ServiceWebhooks,
    TelephonyError, TwilioCall, TwilioMessage,
};
use switchboard_domain::testing::FakeTwilio;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::harness::PATIENCE;

/// A Twilio that sends no message, switches no call and sets nothing up before it is let.
pub struct Stuck {
    pub twilio: Arc<FakeTwilio>,
    asked: Semaphore,
    gate: Semaphore,
}

impl Default for Stuck {
    fn default() -> Self {
        Self { twilio: Arc::default(), asked: Semaphore::new(0), gate: Semaphore::new(0) }
    }
}

impl Stuck {
    /// Waits until it is asked once more.
    pub async fn is_asked(&self) {
        timeout(PATIENCE, self.asked.acquire()).await.expect("it is asked").expect("open").forget();
    }

    /// Whatever it was asked is done: from now on it is asked anew.
    pub fn is_done(&self) {
        self.asked.forget_permits(usize::MAX);
    }

    /// Lets it do so many things.
    pub fn answer(&self, questions: usize) {
        self.gate.add_permits(questions);
    }

    /// Whatever it is asked from now on is a fault of ours.
    pub fn breaks(&self) {
        self.gate.close();
    }

    async fn wait(&self) -> &FakeTwilio {
        self.asked.add_permits(1);
        self.gate.acquire().await.expect("told to break").forget();
        &self.twilio
    }
}

#[async_trait]
impl CallControl for Stuck {
    async fn start_call(&self, account: &Credentials, call: &NewCall) -> Result<TwilioCall, TelephonyError> {
        self.wait().await.start_call(account, call).await
    }
    async fn call(&self, account: &Credentials, sid: &str) -> Result<Option<TwilioCall>, TelephonyError> {
        self.twilio.call(account, sid).await
    }
    async fn calls(
        &self,
        account: &Credentials,
        search: &CallSearch,
    ) -> Result<Vec<TwilioCall>, TelephonyError> {
        self.twilio.calls(account, search).await
    }
    async fn redirect(
        &self,
        account: &Credentials,
        sid: &str,
        to: &Instructions,
    ) -> Result<(), TelephonyError> {
        self.wait().await.redirect(account, sid, to).await
    }
    async fn cancel(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        self.wait().await.cancel(account, sid).await
    }
    async fn complete(&self, account: &Credentials, sid: &str) -> Result<(), TelephonyError> {
        self.wait().await.complete(account, sid).await
    }
}

#[async_trait]
impl Messaging for Stuck {
    async fn send(
        &self,
        account: &Credentials,
        message: &NewMessage,
    ) -> Result<TwilioMessage, TelephonyError> {
        self.wait().await.send(account, message).await
    }
    async fn message(
        &self,
        account: &Credentials,
        sid: &str,
    ) -> Result<Option<TwilioMessage>, TelephonyError> {
        self.twilio.message(account, sid).await
    }
    async fn sent(
        &self,
        account: &Credentials,
        search: &SentSearch,
    ) -> Result<Vec<TwilioMessage>, TelephonyError> {
        self.twilio.sent(account, search).await
    }
    async fn cancel_scheduled(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        self.twilio.cancel_scheduled(account, sid).await
    }
    async fn redact(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        self.twilio.redact(account, sid).await
    }
    fn media_sid(&self, account: &Credentials, message_sid: &str, url: &str) -> Option<String> {
        self.twilio.media_sid(account, message_sid, url)
    }
    async fn media(
        &self,
        account: &Credentials,
        message_sid: &str,
        media_sid: &str,
        limit: usize,
    ) -> Result<Download, TelephonyError> {
        self.twilio.media(account, message_sid, media_sid, limit).await
    }
}

#[async_trait]
impl Provisioning for Stuck {
    async fn numbers(
        &self,
        account: &Credentials,
        only: Option<&PhoneNumber>,
    ) -> Result<Vec<AccountNumber>, TelephonyError> {
        self.twilio.numbers(account, only).await
    }
    async fn set_number_webhooks(
        &self,
        account: &Credentials,
        sid: &str,
        webhooks: &NumberWebhooks,
    ) -> Result<(), TelephonyError> {
        self.wait().await.set_number_webhooks(account, sid, webhooks).await
    }
    async fn set_application(
        &self,
        account: &Credentials,
        sid: Option<&str>,
        webhooks: &ApplicationWebhooks,
    ) -> Result<String, TelephonyError> {
        self.wait().await.set_application(account, sid, webhooks).await
    }
    async fn has_service(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        self.twilio.has_service(account, sid).await
    }
    async fn set_service_webhooks(
        &self,
        account: &Credentials,
        sid: &str,
        webhooks: &ServiceWebhooks,
    ) -> Result<(), TelephonyError> {
        self.wait().await.set_service_webhooks(account, sid, webhooks).await
    }
}
