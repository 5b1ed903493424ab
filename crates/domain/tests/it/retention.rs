use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use switchboard_domain::access::OrgScope;
use switchboard_domain::log::Log;
use switchboard_domain::ports::{Clock, OrgTx, Store, StoreError};
use switchboard_domain::retention::Retention;
use switchboard_domain::testing::MemStore;
use switchboard_domain::testing::fixtures::{Planted, append};
use switchboard_domain::texting::MessageOrder;

use crate::post::{self, Post, order};
use crate::world::World;

const KEEP: TimeDelta = TimeDelta::hours(24);

fn retention(world: &World) -> Retention {
    Retention::new(world.store.clone(), world.store.clone(), world.clock.clone(), KEEP)
}

async fn seqs(world: &World, org: &Planted) -> Vec<u64> {
    world.log(org).await.into_iter().map(|entry| entry.seq).collect()
}

#[tokio::test]
async fn a_cursor_before_what_is_kept_starts_anew() {
    let world = World::new();
    let org = world.plant().await;
    append(world.store.as_ref(), org.scope, world.clock.now(), 3).await;
    world.clock.advance(KEEP);
    append(world.store.as_ref(), org.scope, world.clock.now(), 2).await;
    assert_eq!(retention(&world).sweep().await.expect("sweep").deleted, 0, "a day old is kept");
    world.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(retention(&world).sweep().await.expect("sweep").deleted, 3);

    let log = Log::new(world.store.clone(), world.clock.clone(), TimeDelta::days(30));
    let start = async |cursor| log.start(org.scope, cursor).await.expect("start");
    let position = start(None).await.position;
    assert_eq!(position.head, 5);
    for (seq, recovered) in [(0, false), (2, false), (3, true), (4, true), (5, true)] {
        let start = start(Some(position.cursor(seq))).await;
        assert_eq!((start.recovered, start.seq), (recovered, if recovered { seq } else { 5 }));
    }
}

#[tokio::test]
async fn every_organisations_log_is_trimmed_however_many_and_long() {
    let world = World::new();
    let long = world.plant().await;
    append(world.store.as_ref(), long.scope, world.clock.now(), 2_500).await;
    let mut orgs = Vec::new();
    for _ in 0..505 {
        let org = world.plant().await;
        append(world.store.as_ref(), org.scope, world.clock.now(), 1).await;
        orgs.push(org);
    }
    world.clock.advance(KEEP + TimeDelta::seconds(1));
    append(world.store.as_ref(), long.scope, world.clock.now(), 1).await;
    assert_eq!(retention(&world).sweep().await.expect("sweep").deleted, 3_005);
    assert_eq!(seqs(&world, &long).await, [2_501]);
    for org in &orgs {
        assert!(seqs(&world, org).await.is_empty());
    }
}

/// A store in which one organisation cannot be reached.
struct Broken {
    mem: Arc<MemStore>,
    org: OrgScope,
}

#[async_trait]
impl Store for Broken {
    async fn begin(&self, scope: OrgScope) -> Result<Box<dyn OrgTx>, StoreError> {
        if scope == self.org {
            return Err(StoreError::Unavailable("it is locked".into()));
        }
        self.mem.begin(scope).await
    }
}

#[tokio::test]
async fn one_organisations_trouble_is_not_anothers() {
    let world = World::new();
    let orgs = [world.plant().await, world.plant().await, world.plant().await];
    for org in &orgs {
        append(world.store.as_ref(), org.scope, world.clock.now(), 1).await;
    }
    world.clock.advance(KEEP + TimeDelta::seconds(1));
    let broken = Broken { mem: world.store.clone(), org: orgs[1].scope };
    let retention = Retention::new(Arc::new(broken), world.store.clone(), world.clock.clone(), KEEP);
    let swept = retention.sweep().await.expect("sweep");
    assert_eq!(swept.deleted, 2);
    let failed: Vec<_> = swept.failures.iter().map(|(org, _)| *org).collect();
    assert_eq!(failed, [orgs[1].scope.org()]);
    assert_eq!(seqs(&world, &orgs[1]).await, [1]);
}

#[tokio::test]
async fn files_that_nobody_sends_go_after_a_day_and_what_was_sent_stays() {
    let post = Post::new().await;
    let (world, caller) = (&post.world, post.org.caller(&post.org.agent));
    let mut ids = Vec::new();
    for _ in 0..60 {
        ids.push(world.uploads.keep(&caller, b"GIF89a").await.expect("upload").id);
    }
    let sent = ids[7];
    let order = MessageOrder { media_urls: vec![sent.name()], ..order("look") };
    post.give(&post.org.agent, order).await.expect("send");
    let refused = MessageOrder { media_urls: vec![ids[8].name(), "ftp://x".to_owned()], ..post::order("no") };
    post.give(&post.org.agent, refused).await.expect_err("what was not sent is not kept for it");
    world.clock.advance(TimeDelta::days(1));
    assert_eq!(retention(world).sweep().await.expect("sweep").files, 0, "a day old is kept");
    world.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(retention(world).sweep().await.expect("sweep").files, 59);
    let left = post.begin().await.uploads(&ids).await.expect("read");
    assert_eq!(left.into_iter().map(|upload| upload.id).collect::<Vec<_>>(), [sent]);
}
