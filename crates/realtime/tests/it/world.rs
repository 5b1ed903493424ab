use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use chrono::TimeDelta;
use switchboard_domain::calls::Calls;
use switchboard_domain::events::OrgId;
use switchboard_domain::feed::Feed;
use switchboard_domain::log::Log;
use switchboard_domain::messages::{InboundMessage, Messages};
use switchboard_domain::party::Party;
use switchboard_domain::people::{People, User};
use switchboard_domain::ports::{Newsroom, Wake};
use switchboard_domain::presence::Presence;
use switchboard_domain::rollout::Rollouts;
use switchboard_domain::service_tokens::ServiceTokens;
use switchboard_domain::sessions::{Policy, Sessions};
use switchboard_domain::testing::fixtures::{self, Planted, plant};
use switchboard_domain::testing::{ManualClock, MemStore, PlainPasswords, PlainTokens};
use switchboard_realtime::{Hub, Parts, Registry};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// A hub over a fake store that wakes it.
pub struct World {
    pub store: Arc<MemStore>,
    pub clock: Arc<ManualClock>,
    pub sessions: Arc<Sessions>,
    pub calls: Arc<Calls>,
    pub messages: Messages,
    pub people: People,
    pub feed: Feed,
    pub newsroom: Arc<dyn Newsroom>,
    pub rollouts: Arc<Rollouts>,
    pub routes: Router,
    pub hub: Hub,
    bell: Arc<Bell>,
    _stop: DropGuard,
}

/// Wakes the hub that runs now, if it is to be woken.
#[derive(Default)]
struct Bell(Mutex<Option<Arc<Registry>>>);

impl Wake for Bell {
    fn wake(&self, org: OrgId) {
        if let Some(registry) = &*self.0.lock().expect("no panic") {
            registry.wake(org);
        }
    }
}

impl World {
    pub fn new() -> Self {
        let world = Self::without_hints();
        world.restart()
    }

    /// Nobody tells the hub of commits: it has to ask.
    pub fn without_hints() -> Self {
        let bell = Arc::<Bell>::default();
        let store = Arc::new(MemStore::waking(bell.clone()));
        let clock = store.clock();
        let sessions = Arc::new(Sessions::new(
            store.clone(),
            store.clone(),
            Arc::new(PlainPasswords),
            Arc::new(PlainTokens::default()),
            clock.clone(),
            Policy::default(),
        ));
        Self::over(store, clock, sessions, bell, Arc::default())
    }

    /// The hub is killed, and another one starts over the same store.
    pub fn restart(self) -> Self {
        let registry = Arc::new(Registry::default());
        *self.bell.0.lock().expect("no panic") = Some(registry.clone());
        Self::over(self.store, self.clock, self.sessions, self.bell, registry)
    }

    /// Another node over the same store, which nobody tells of commits.
    pub fn beside(&self) -> Self {
        let (store, clock, sessions) = (self.store.clone(), self.clock.clone(), self.sessions.clone());
        Self::over(store, clock, sessions, self.bell.clone(), Arc::default())
    }

    /// Waits until nobody has anything to do any more, and every node has said twice since that it lives. Time has to be
    /// paused.
    pub async fn settle(&self) {
        tokio::time::sleep(Duration::from_millis(2_100)).await;
    }

    /// How Ada and Grace are, as anybody sees who asks.
    pub async fn team(&self, org: &Planted) -> [&'static str; 2] {
        let team = self.people.team(&org.caller(&org.admin)).await.expect("team");
        let shown: Vec<_> = team.iter().map(|member| member.shown.as_str()).collect();
        shown.try_into().expect("both are active")
    }

    fn over(
        store: Arc<MemStore>,
        clock: Arc<ManualClock>,
        sessions: Arc<Sessions>,
        bell: Arc<Bell>,
        registry: Arc<Registry>,
    ) -> Self {
        let calls = Arc::new(Calls::new(store.clone(), clock.clone()));
        let presence = Arc::new(Presence::new(store.clone()));
        let rollouts = Arc::new(Rollouts::new(store.clone()));
        let service_tokens = Arc::new(ServiceTokens::new(
            store.clone(),
            store.clone(),
            Arc::new(PlainTokens::default()),
            clock.clone(),
        ));
        let stop = CancellationToken::new();
        let log = Log::new(store.clone(), clock.clone(), TimeDelta::minutes(2));
        let parts = Parts {
            registry: registry.clone(),
            sessions: sessions.clone(),
            calls: calls.clone(),
            presence: presence.clone(),
            log: log.clone(),
            directory: store.clone(),
            operations: store.clone(),
            rollouts: rollouts.clone(),
            clock: clock.clone(),
            tracker: TaskTracker::new(),
            stop: stop.clone(),
        };
        let (hub, routes) = Hub::start(parts);
        Self {
            messages: Messages::new(store.clone(), clock.clone()),
            people: People::new(store.clone(), clock.clone()),
            store,
            clock,
            sessions,
            feed: Feed::new(log, presence, service_tokens, registry.clone()),
            newsroom: registry,
            calls,
            rollouts,
            routes,
            hub,
            bell,
            _stop: stop.drop_guard(),
        }
    }

    pub async fn plant(&self) -> Planted {
        plant(self.store.as_ref()).await
    }

    pub async fn token(&self, user: &User) -> String {
        let address = "192.0.2.1".parse().expect("an address");
        self.sessions.login(&user.email, "correct horse".into(), address).await.expect("login").token
    }

    pub async fn text(&self, org: &Planted, sid: &str) {
        let to = Party::phone(org.number.clone());
        let text = InboundMessage { to, ..fixtures::text(sid, "hello") };
        self.messages.receive(org.scope, text, fixtures::noon()).await.expect("receive");
    }

    pub async fn ring(&self, org: &Planted, sid: &str) {
        self.calls.ring(org.scope, fixtures::inbound(sid, org.number.as_str())).await.expect("ring");
    }

    /// The caller hangs up.
    pub async fn hang_up(&self, org: &Planted, sid: &str) {
        let gone = fixtures::hung_up(sid, org.number.as_str());
        self.calls.customer_gone(org.scope, gone, None).await.expect("hang up");
    }
}
