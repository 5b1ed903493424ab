//! What happens when everybody asks at once, decided by PostgreSQL.

use std::sync::Arc;

use switchboard_domain::Error;
use switchboard_domain::calls::{Calls, InboundCall};
use switchboard_domain::messages::{Channel, InboundMessage, Messages};
use switchboard_domain::party::Party;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::Store;
use switchboard_domain::testing::ManualClock;
use switchboard_domain::testing::fixtures::{Planted, plant};
use switchboard_persistence::PgStore;
use switchboard_persistence::testing::TestDatabase;

struct World {
    store: Arc<PgStore>,
    org: Planted,
    calls: Arc<Calls>,
    messages: Arc<Messages>,
}

impl World {
    async fn new() -> Self {
        let store = Arc::new(TestDatabase::create().await.store().await);
        let clock = Arc::new(ManualClock::new());
        Self {
            org: plant(store.as_ref()).await,
            calls: Arc::new(Calls::new(store.clone(), clock.clone())),
            messages: Arc::new(Messages::new(store.clone(), clock)),
            store,
        }
    }

    async fn log(&self) -> Vec<String> {
        let mut tx = self.store.begin(self.org.scope).await.expect("begin");
        tx.events_after(0, 5000).await.expect("read").into_iter().map(|entry| entry.name).collect()
    }
}

fn party(number: &str) -> Party {
    Party::phone(PhoneNumber::from_e164(number))
}

fn inbound(sid: String) -> InboundCall {
    InboundCall { sid, from: party("+16475550100"), to: party("+14155550123") }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_accept_at_once_one_wins_a_thousand_times_over() {
    let world = World::new().await;
    let agents = [&world.org.admin, &world.org.agent];
    let mut wins = [0, 0];
    for round in 0..1000 {
        let sid = format!("CA{round}");
        world.calls.ring(world.org.scope, inbound(sid.clone())).await.expect("ring");
        let tries = agents.map(|agent| {
            let (calls, caller, sid) = (Arc::clone(&world.calls), world.org.caller(agent), sid.clone());
            #[expect(clippy::disallowed_methods, reason = "both are awaited below")]
            tokio::spawn(async move { calls.accept(&caller, &sid).await })
        });
        let [first, second] = tries;
        let results = [first.await.expect("no panic"), second.await.expect("no panic")];
        let winner = results.iter().position(Result::is_ok).expect("somebody wins");
        let Err(Error::AlreadyAccepted { by }) = &results[1 - winner] else { panic!("{results:?}") };
        assert_eq!(by.id, agents[winner].id);
        wins[winner] += 1;
    }
    assert_eq!(wins[0] + wins[1], 1000);
    let log = world.log().await;
    assert_eq!(log.iter().filter(|name| *name == "call-accepted").count(), 1000);
    assert_eq!(log.len(), 2000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_delivery_told_twenty_times_at_once_is_one_row_and_one_event() {
    let world = World::new().await;
    let mut told = Vec::new();
    for n in 0..20 {
        let (calls, messages, scope) =
            (Arc::clone(&world.calls), Arc::clone(&world.messages), world.org.scope);
        #[expect(clippy::disallowed_methods, reason = "awaited below")]
        told.push(tokio::spawn(async move {
            calls.ring(scope, inbound("CA1".to_owned())).await.expect("ring");
            let text = InboundMessage {
                sid: "SM1".to_owned(),
                channel: Channel::Sms,
                from: party("+16475550100"),
                to: party("+14155550123"),
                body: format!("delivery {n}"),
                segments: None,
                media_urls: Vec::new(),
            };
            messages.receive(scope, text).await.expect("receive");
        }));
    }
    for telling in told {
        telling.await.expect("no panic");
    }
    let mut log = world.log().await;
    log.sort();
    assert_eq!(log, ["incoming-call", "incoming-sms"]);
}
