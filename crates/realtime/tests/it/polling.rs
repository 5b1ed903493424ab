//! The stream for those who poll: held until there is news, and let go for good reasons.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use switchboard_domain::Error;
use switchboard_domain::events::Cursor;
use switchboard_domain::feed::{After, Page, Reader, Request};
use switchboard_domain::people::User;
use switchboard_domain::ports::Clock;
use switchboard_domain::testing::fixtures::{self, Planted};
use tokio::time::timeout;

use crate::client::Client;
use crate::world::World;

/// What a test waits for at most; a request that is not let go is held for longer.
const PATIENCE: Duration = Duration::from_secs(10);
const HELD: Duration = Duration::from_secs(25);

async fn reader(world: &World, user: &User) -> Reader {
    let token = world.token(user).await;
    Reader::Person(world.sessions.authenticate(&token).await.expect("in"))
}

async fn head(world: &World, reader: &Reader) -> Cursor {
    let request = Request { after: After::Nothing, limit: 10, wait: HELD };
    let page = world.feed.read(reader, request).await.expect("a page");
    assert!(page.entries.is_empty() && !page.reset && !page.more, "without a cursor there are no events");
    page.cursor()
}

async fn read(world: &World, reader: &Reader, after: Cursor, wait: Duration) -> Result<Page, Error> {
    let request = Request { after: After::Cursor(after), limit: 10, wait };
    timeout(PATIENCE, world.feed.read(reader, request)).await.expect("it is let go in time")
}

async fn append(world: &World, org: &Planted, count: u64) {
    fixtures::append(world.store.as_ref(), org.scope, world.clock.now(), count).await;
}

fn seqs(page: &Page) -> Vec<u64> {
    page.entries.iter().map(|entry| entry.seq).collect()
}

#[tokio::test]
async fn a_request_is_held_until_there_is_news() {
    for world in [World::new(), World::without_hints()] {
        let org = world.plant().await;
        let reader = reader(&world, &org.agent).await;
        let at = head(&world, &reader).await;
        let (page, ()) = tokio::join!(read(&world, &reader, at, HELD), append(&world, &org, 2));
        let page = page.expect("a page");
        assert_eq!((seqs(&page), page.cursor().seq, page.more, page.reset), (vec![1, 2], 2, false, false));
    }
}

#[tokio::test]
async fn a_reader_that_is_behind_comes_back_for_more() {
    let world = World::new();
    let org = world.plant().await;
    let reader = reader(&world, &org.agent).await;
    let mut at = head(&world, &reader).await;
    append(&world, &org, 25).await;
    let mut heard = Vec::new();
    for more in [true, true, false] {
        let page = read(&world, &reader, at, HELD).await.expect("a page");
        assert_eq!(page.more, more);
        heard.extend(seqs(&page));
        at = page.cursor();
    }
    assert_eq!(heard, (1..=25).collect::<Vec<_>>());
    let nothing = read(&world, &reader, at, Duration::ZERO).await.expect("a page");
    assert_eq!((seqs(&nothing), nothing.cursor()), (vec![], at));
}

#[tokio::test]
async fn a_cursor_that_is_no_good_is_told_so() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let me = reader(&world, &org.agent).await;
    append(&world, &org, 3).await;
    let at = head(&world, &me).await;
    let theirs = head(&world, &reader(&world, &other.agent).await).await;
    for after in [After::NoCursor, After::Cursor(theirs), After::Cursor(Cursor { seq: 4, ..at })] {
        let page = world.feed.read(&me, Request { after, limit: 10, wait: HELD }).await.expect("a page");
        assert_eq!((page.reset, seqs(&page), page.cursor()), (true, vec![], at), "{after:?}");
    }
    world.clock.advance(chrono::TimeDelta::minutes(3));
    let old = read(&world, &me, Cursor { seq: 1, ..at }, HELD).await.expect("a page");
    assert!(old.reset, "too old for a person");
}

#[tokio::test]
async fn other_calls_that_ring_are_news() {
    let world = World::new();
    let org = world.plant().await;
    let (ada, grace) = (reader(&world, &org.admin).await, reader(&world, &org.agent).await);
    world.ring(&org, "CA1").await;
    let at = head(&world, &grace).await;
    let caller = org.caller(&org.agent);
    let (page, declined) = tokio::join!(read(&world, &grace, at, HELD), world.calls.decline(&caller, "CA1"));
    declined.expect("decline");
    let page = page.expect("a page");
    assert_eq!((seqs(&page), page.offers.len()), (vec![], 0), "silenced, in another tab perhaps");
    let theirs = read(&world, &ada, at, Duration::ZERO).await.expect("a page");
    assert_eq!(theirs.offers, ["CA1"], "for nobody else");
}

#[tokio::test]
async fn the_ninth_request_of_a_session_ends_the_first() {
    let world = World::new();
    let org = world.plant().await;
    let (me, colleague) = (reader(&world, &org.agent).await, reader(&world, &org.admin).await);
    let at = head(&world, &me).await;
    let mut held: Vec<_> = (0..8).map(|_| Box::pin(world.feed.read(&me, hold(at)))).collect();
    let theirs = Box::pin(world.feed.read(&colleague, hold(at)));
    for request in held.iter_mut().chain([&mut { theirs }]) {
        assert!(timeout(Duration::from_millis(50), request).await.is_err(), "held");
    }
    let ninth = Box::pin(world.feed.read(&me, hold(at)));
    let first = held.remove(0);
    let ended = async {
        tokio::select! {
            page = first => page.expect("a page"),
            _ = ninth => panic!("the ninth is held"),
        }
    };
    assert!(timeout(PATIENCE, ended).await.expect("in time").entries.is_empty());
    assert!(timeout(Duration::from_millis(50), &mut held[0]).await.is_err(), "the second is held on");
}

fn hold(at: Cursor) -> Request {
    Request { after: After::Cursor(at), limit: 10, wait: HELD }
}

#[tokio::test]
async fn a_session_that_ends_lets_go_of_its_requests() {
    let world = World::new();
    let org = world.plant().await;
    let (me, colleague) = (reader(&world, &org.agent).await, reader(&world, &org.admin).await);
    let at = head(&world, &me).await;
    let Reader::Person(caller) = &me else { panic!("a person") };
    let (page, left) = tokio::join!(read(&world, &me, at, HELD), world.sessions.logout(caller));
    left.expect("logout");
    assert!(matches!(page, Err(Error::Unauthenticated(_))), "{page:?}");
    let (page, ()) = tokio::join!(read(&world, &colleague, at, HELD), append(&world, &org, 1));
    assert_eq!(seqs(&page.expect("a page")), [1], "somebody else's is held on");
}

#[tokio::test(start_paused = true)]
async fn who_polls_is_here_for_half_a_minute_after_each_question() {
    let world = World::new();
    let org = world.plant().await;
    let (mut ada, _) = Client::greeted(&world.routes, json!({"token": world.token(&org.admin).await})).await;
    let grace = reader(&world, &org.agent).await;
    let at = head(&world, &grace).await;
    let is = |status: &str| (org.agent.id.to_string(), status.to_owned());
    assert_eq!(ada.presence().await, is("available"));
    world.clock.advance(TimeDelta::seconds(15));
    read(&world, &grace, at, Duration::ZERO).await.expect("a page");
    world.settle().await;
    world.clock.advance(TimeDelta::seconds(29));
    world.settle().await;
    assert_eq!(world.team(&org).await, ["available", "available"]);
    assert!(ada.knows_all_presence());
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(ada.presence().await, is("offline"));
    world.ring(&org, "CA1").await;
    let page = read(&world, &grace, at, Duration::ZERO).await.expect("a page");
    assert_eq!(page.offers, ["CA1"], "asking is being here");
    assert_eq!(ada.presence().await, is("available"));
}

#[tokio::test(start_paused = true)]
async fn who_polls_and_would_not_notice_a_call_is_here_and_not_reachable() {
    let world = World::new();
    let org = world.plant().await;
    let grace = reader(&world, &org.agent).await;
    let Reader::Person(caller) = &grace else { panic!("a person") };
    let is_reachable = async || {
        world.settle().await;
        let team = world.people.team(&org.caller(&org.admin)).await.expect("team");
        let [_, grace] = &team[..] else { panic!("both are active") };
        (grace.shown.as_str(), grace.is_reachable)
    };
    world.newsroom.heard(caller, true);
    assert_eq!(is_reachable().await, ("offline", false), "nobody is here by saying so");
    let at = head(&world, &grace).await;
    assert_eq!(is_reachable().await, ("available", true), "as far as it is known");
    world.newsroom.heard(caller, false);
    assert_eq!(is_reachable().await, ("available", false));
    read(&world, &grace, at, Duration::ZERO).await.expect("a page");
    world.clock.advance(TimeDelta::seconds(15));
    assert_eq!(is_reachable().await, ("available", false), "asking says nothing else");
    world.newsroom.heard(caller, true);
    assert_eq!(is_reachable().await, ("available", true));
}
