use chrono::TimeDelta;
use switchboard_domain::events::{Cursor, Epoch};
use switchboard_domain::log::{LONGEST_REPLAY, Log, Start};
use switchboard_domain::ports::Clock;
use switchboard_domain::testing::fixtures::{self, Planted};

use crate::world::World;

async fn append(world: &World, org: &Planted, count: u64) {
    fixtures::append(world.store.as_ref(), org.scope, world.clock.now(), count).await;
}

fn log(world: &World) -> Log {
    Log::new(world.store.clone(), world.clock.clone(), TimeDelta::minutes(2))
}

async fn start(world: &World, org: &Planted, cursor: Option<Cursor>) -> Start {
    log(world).start(org.scope, cursor).await.expect("start")
}

#[tokio::test]
async fn who_comes_back_soon_recovers_what_was_missed() {
    let world = World::new();
    let org = world.plant().await;
    append(&world, &org, 3).await;
    let first = start(&world, &org, None).await;
    assert_eq!((first.seq, first.recovered), (3, false));
    let cursor = first.position.cursor(3);
    assert!(start(&world, &org, Some(cursor)).await.recovered, "nothing was missed");
    append(&world, &org, 2).await;
    world.clock.advance(TimeDelta::minutes(2));
    let again = start(&world, &org, Some(cursor)).await;
    assert_eq!((again.seq, again.position.head, again.recovered), (3, 5, true));
    let (_, missed) = log(&world).read(org.scope, again.seq, 100).await.expect("read");
    assert_eq!(missed.len(), 2);
}

#[tokio::test]
async fn nothing_missed_is_good_however_long_it_took() {
    let world = World::new();
    let org = world.plant().await;
    append(&world, &org, 1).await;
    let cursor = start(&world, &org, None).await.position.cursor(1);
    world.clock.advance(TimeDelta::days(3));
    assert!(start(&world, &org, Some(cursor)).await.recovered);
}

#[tokio::test]
async fn a_cursor_that_is_no_good_starts_anew() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    append(&world, &org, 3).await;
    append(&world, &other, 3).await;
    let position = start(&world, &org, None).await.position;
    let theirs = start(&world, &other, None).await.position.cursor(1);
    for (why, cursor) in [
        ("ahead of the head", position.cursor(4)),
        ("another organisation's", theirs),
        ("of another epoch", Cursor { epoch: Epoch(position.epoch.0 ^ 1), seq: 1 }),
    ] {
        let start = start(&world, &org, Some(cursor)).await;
        assert_eq!((start.seq, start.recovered), (3, false), "{why}");
    }
    world.clock.advance(TimeDelta::minutes(2) + TimeDelta::milliseconds(1));
    assert!(!start(&world, &org, Some(position.cursor(2))).await.recovered, "too old");
}

#[tokio::test]
async fn a_replay_is_whole_or_is_not_promised() {
    let world = World::new();
    let org = world.plant().await;
    append(&world, &org, LONGEST_REPLAY + 1).await;
    let position = start(&world, &org, None).await.position;
    assert!(start(&world, &org, Some(position.cursor(1))).await.recovered);
    assert!(!start(&world, &org, Some(position.cursor(0))).await.recovered);
}
