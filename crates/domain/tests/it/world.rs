use std::sync::Arc;

use chrono::TimeDelta;
use switchboard_domain::calls::Calls;
use switchboard_domain::customers::Customers;
use switchboard_domain::invitations::Invitations;
use switchboard_domain::lines::Lines;
use switchboard_domain::log::LogEntry;
use switchboard_domain::media::{self, Media};
use switchboard_domain::messages::Messages;
use switchboard_domain::people::People;
use switchboard_domain::ports::{Provisioning, Store};
use switchboard_domain::service_tokens::ServiceTokens;
use switchboard_domain::sessions::{Policy, Sessions};
use switchboard_domain::testing::fixtures::{Planted, plant};
use switchboard_domain::testing::{
    FakeTwilio, ManualClock, MemStore, PlainPasswords, PlainTokens, PlainVault, PlainVoiceTokens,
};
use switchboard_domain::twilio_settings::{Parts, TwilioAccounts, WebhookUrls};
use switchboard_domain::uploads::Uploads;

/// Where Twilio reaches the server.
pub const PUBLIC_URL: &str = "https://desk.example";

/// Every service over one fake store.
pub struct World {
    pub store: Arc<MemStore>,
    pub clock: Arc<ManualClock>,
    pub calls: Calls,
    pub customers: Customers,
    pub invitations: Invitations,
    pub lines: Lines,
    pub messages: Messages,
    pub people: People,
    pub service_tokens: ServiceTokens,
    pub sessions: Sessions,
    pub twilio: Arc<FakeTwilio>,
    pub media: Arc<Media>,
    pub uploads: Uploads,
    pub twilio_accounts: TwilioAccounts,
}

impl World {
    pub fn new() -> Self {
        Self::with(Policy::default())
    }

    pub fn with(policy: Policy) -> Self {
        let store = Arc::new(MemStore::default());
        let clock = store.clock();
        let tokens = Arc::new(PlainTokens::default());
        let twilio = Arc::new(FakeTwilio::new());
        Self {
            calls: Calls::new(store.clone(), clock.clone()),
            customers: Customers::new(store.clone(), clock.clone()),
            invitations: Invitations::new(
                store.clone(),
                tokens.clone(),
                clock.clone(),
                "https://desk.example/#",
            ),
            lines: Lines::new(store.clone(), clock.clone()),
            messages: Messages::new(store.clone(), clock.clone()),
            people: People::new(store.clone(), clock.clone()),
            service_tokens: ServiceTokens::new(store.clone(), store.clone(), tokens.clone(), clock.clone()),
            sessions: Sessions::new(
                store.clone(),
                store.clone(),
                Arc::new(PlainPasswords),
                tokens.clone(),
                clock.clone(),
                policy,
            ),
            media: Arc::new(Media::new(media::Parts {
                store: store.clone(),
                tokens,
                accounts: Arc::new(twilio_accounts(&store, twilio.clone(), &clock)),
                recordings: twilio.clone(),
                clock: clock.clone(),
                base: PUBLIC_URL.to_owned(),
            })),
            uploads: Uploads::new(store.clone()),
            twilio_accounts: twilio_accounts(&store, twilio.clone(), &clock),
            twilio,
            store,
            clock,
        }
    }

    pub async fn plant(&self) -> Planted {
        plant(self.store.as_ref()).await
    }

    pub async fn log(&self, org: &Planted) -> Vec<LogEntry> {
        let mut tx = self.store.begin(org.scope).await.expect("begin");
        tx.events_after(0, 1000).await.expect("read")
    }
}

/// Accounts at this Twilio.
pub fn twilio_accounts(
    store: &Arc<MemStore>,
    twilio: Arc<dyn Provisioning>,
    clock: &Arc<ManualClock>,
) -> TwilioAccounts {
    accounts_behind(Arc::new(PlainVault::default()), store, twilio, clock)
}

/// The same, whose secrets are in this vault.
pub fn accounts_behind(
    vault: Arc<PlainVault>,
    store: &Arc<MemStore>,
    twilio: Arc<dyn Provisioning>,
    clock: &Arc<ManualClock>,
) -> TwilioAccounts {
    TwilioAccounts::new(Parts {
        store: store.clone(),
        directory: store.clone(),
        vault,
        provisioning: twilio,
        voice_tokens: Arc::new(PlainVoiceTokens),
        clock: clock.clone(),
        urls: WebhookUrls::under(PUBLIC_URL),
        voice_token_ttl: TimeDelta::hours(1),
    })
}
