//! Who is here, judged by the database's clock; time is made to pass by setting back what was noted.

use std::sync::Arc;

use chrono::TimeDelta;
use sqlx::PgConnection;
use switchboard_domain::ports::{Directory, Operations, Store};
use switchboard_domain::presence::{GRACE, NodeId, PATIENCE, Presence, Sighting, Stay};
use switchboard_domain::testing::fixtures::{Planted, plant};
use switchboard_persistence::PgStore;
use switchboard_persistence::testing::TestDatabase;

struct World {
    store: Arc<PgStore>,
    presence: Presence,
    org: Planted,
    behind: PgConnection,
}

impl World {
    async fn new() -> Self {
        let database = TestDatabase::create().await;
        let store = Arc::new(database.store().await);
        let org = plant(store.as_ref()).await;
        let behind = database.behind_the_policies().await;
        Self { presence: Presence::new(store.clone()), store, org, behind }
    }

    async fn note(&self, node: NodeId, stay: Stay) {
        let sighting = Sighting { user: self.org.agent.id, stay, is_audible: None };
        self.presence.note(self.org.scope, node, &[sighting], &[]).await.expect("note");
    }

    async fn beat(&self, node: NodeId) {
        self.store.beat(node, PATIENCE).await.expect("beat");
    }

    /// So much time passes.
    async fn wait(&mut self, seconds: f64) {
        for aged in [
            "update directory.nodes set seen_at = seen_at - make_interval(secs => $1)",
            "update directory.presence set until = until - make_interval(secs => $1)",
        ] {
            sqlx::query(aged).bind(seconds).execute(&mut self.behind).await.expect("set back");
        }
    }

    async fn is_online(&self) -> bool {
        let mut tx = self.store.begin(self.org.scope).await.expect("begin");
        tx.attendances(Some(&[self.org.agent.id])).await.expect("read")[0].is_online
    }

    async fn version(&self) -> u64 {
        self.store.pulse(&[self.org.scope.org()]).await.expect("pulse").heads[0].offers_version
    }
}

#[tokio::test]
async fn who_left_counts_for_a_while_and_is_gone_by_the_clock() {
    let mut world = World::new().await;
    let node = NodeId::generate();
    world.beat(node).await;
    world.note(node, Stay::Connected).await;
    world.note(node, Stay::For(GRACE)).await;
    world.wait(8.0).await;
    world.beat(node).await;
    assert_eq!((world.is_online().await, world.version().await), (true, 1));
    world.wait(7.0).await;
    assert!(!world.is_online().await, "whether anybody looked or not");
    world.beat(node).await;
    assert_eq!(world.version().await, 2, "everybody is told");
}

#[tokio::test]
async fn people_of_a_node_that_died_are_gone_once_another_one_says_so() {
    let mut world = World::new().await;
    let (dead, living) = (NodeId::generate(), NodeId::generate());
    world.beat(dead).await;
    world.beat(living).await;
    world.note(dead, Stay::Connected).await;
    for _ in 0..5 {
        world.wait(1.0).await;
        world.beat(living).await;
    }
    assert_eq!((world.is_online().await, world.version().await), (true, 1));
    world.wait(5.0).await;
    world.beat(living).await;
    assert_eq!((world.is_online().await, world.version().await), (false, 2));
    world.beat(dead).await;
    world.note(dead, Stay::Connected).await;
    world.beat(living).await;
    assert_eq!(
        (world.is_online().await, world.version().await),
        (true, 3),
        "it was only silent, and is back"
    );
}

#[tokio::test]
async fn a_node_that_was_silent_itself_takes_nobody_for_dead() {
    let mut world = World::new().await;
    let (one, two) = (NodeId::generate(), NodeId::generate());
    world.beat(one).await;
    world.beat(two).await;
    world.note(one, Stay::Connected).await;
    world.wait(60.0).await; // the database was away
    world.beat(two).await;
    world.beat(NodeId::generate()).await;
    assert!(world.is_online().await);
    world.beat(one).await;
    world.beat(two).await;
    assert_eq!((world.is_online().await, world.version().await), (true, 1));
}

#[tokio::test]
async fn connections_of_a_node_that_nobody_knows_do_not_count_for_good() {
    let world = World::new().await;
    let known = NodeId::generate();
    world.note(NodeId::generate(), Stay::Connected).await;
    world.beat(known).await;
    assert!(world.is_online().await);
    world.beat(known).await;
    assert!(!world.is_online().await);
}

/// Each sees what the other did: if they did not take turns, both could leave and neither be the last.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_nodes_that_note_at_once_one_tells_that_somebody_came() {
    let world = World::new().await;
    let nodes = [NodeId::generate(), NodeId::generate()];
    for round in 0..100 {
        let before = world.version().await;
        tokio::join!(world.note(nodes[0], Stay::Connected), world.note(nodes[1], Stay::Connected));
        assert_eq!((world.version().await, world.is_online().await), (before + 1, true), "round {round}");
        let gone = Stay::For(TimeDelta::zero());
        tokio::join!(world.note(nodes[0], gone), world.note(nodes[1], gone));
        assert!(!world.is_online().await);
    }
}
