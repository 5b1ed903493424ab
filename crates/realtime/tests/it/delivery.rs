use chrono::TimeDelta;
use serde_json::{Value, json};
use switchboard_domain::ports::{Clock, Store};
use switchboard_domain::testing::fixtures::{self, Planted};

use crate::client::{Client, Heard};
use crate::world::World;

fn seq(cursor: &str) -> u64 {
    cursor.split_once('.').expect("a cursor").1.parse().expect("a number")
}

async fn append(world: &World, org: &Planted, count: u64) {
    fixtures::append(world.store.as_ref(), org.scope, world.clock.now(), count).await;
}

/// Deletes the first `count` events.
async fn trim(world: &World, org: &Planted, count: u64) {
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let before = world.clock.now() + TimeDelta::seconds(1);
    assert_eq!(tx.trim(before, i64::try_from(count).expect("a count")).await.expect("trim"), count);
    tx.commit().await.expect("commit");
}

/// The numbers of the next `count` events.
async fn seqs(client: &mut Client, count: usize) -> Vec<u64> {
    let mut seqs = Vec::new();
    for _ in 0..count {
        seqs.push(seq(&client.event().await.2));
    }
    seqs
}

#[tokio::test]
async fn everybody_of_the_organisation_hears_and_nobody_else() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let (mut ada, _) = Client::greeted(&world.routes, json!({"token": world.token(&org.admin).await})).await;
    let (mut grace, _) =
        Client::greeted(&world.routes, json!({"token": world.token(&org.agent).await})).await;
    let (mut stranger, _) =
        Client::greeted(&world.routes, json!({"token": world.token(&other.agent).await})).await;
    world.text(&org, "SM1").await;
    world.ring(&org, "CA1").await;
    world.calls.accept(&org.caller(&org.agent), "CA1").await.expect("accept");
    for client in [&mut ada, &mut grace] {
        let (name, payload, cursor) = client.event().await;
        assert_eq!((name.as_str(), &payload["messageSid"], seq(&cursor)), ("incoming-sms", &json!("SM1"), 1));
        let (name, payload, cursor) = client.event().await;
        assert_eq!((name.as_str(), &payload["callSid"], seq(&cursor)), ("incoming-call", &json!("CA1"), 2));
        let (name, payload, cursor) = client.event().await;
        assert_eq!((name.as_str(), seq(&cursor)), ("call-accepted", 3));
        assert_eq!(
            payload,
            json!({"callSid": "CA1", "acceptedBy": org.agent.id, "timestamp": "2026-01-01T12:00:00.000Z"})
        );
    }
    world.text(&other, "SMtheirs").await;
    let (_, payload, cursor) = stranger.event().await;
    assert_eq!((&payload["messageSid"], seq(&cursor)), (&json!("SMtheirs"), 1), "the first thing they heard");
}

#[tokio::test]
async fn without_hints_events_come_within_a_second() {
    let world = World::without_hints();
    let org = world.plant().await;
    let (mut client, _) =
        Client::greeted(&world.routes, json!({"token": world.token(&org.agent).await})).await;
    for round in 0..2 {
        append(&world, &org, 3).await;
        assert_eq!(seqs(&mut client, 3).await, [3 * round + 1, 3 * round + 2, 3 * round + 3]);
    }
}

#[tokio::test]
async fn who_comes_back_with_a_cursor_gets_what_was_missed_then_what_is_new() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.token(&org.agent).await;
    let (mut client, session) = Client::greeted(&world.routes, json!({"token": token})).await;
    append(&world, &org, 2).await;
    assert_eq!(seqs(&mut client, 2).await, [1, 2]);
    client.post("1".to_owned()).await;
    append(&world, &org, 5).await;

    let head = session["head"].as_str().expect("a cursor");
    let cursor = format!("{}.2", head.split_once('.').expect("a cursor").0);
    let hello = json!({"token": token, "cursor": cursor, "sessionId": session["sessionId"]});
    let (mut client, session) = Client::greeted(&world.routes, hello).await;
    assert_eq!((&session["recovered"], &session["replayed"]), (&json!(true), &json!(5)));
    assert_eq!(session["cursor"], json!(cursor), "where the stream starts, not where it will be");
    append(&world, &org, 2).await;
    assert_eq!(seqs(&mut client, 7).await, [3, 4, 5, 6, 7, 8, 9]);
}

#[tokio::test]
async fn a_connection_that_is_replaced_is_let_go_unless_it_is_somebody_elses() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.token(&org.agent).await;
    let (mut old, session) = Client::greeted(&world.routes, json!({"token": token})).await;
    let theirs = json!({"token": world.token(&org.admin).await, "sessionId": session["sessionId"]});
    let (_ada, _) = Client::greeted(&world.routes, theirs).await;
    append(&world, &org, 1).await;
    assert_eq!(seqs(&mut old, 1).await, [1], "nobody else replaces it");
    let mine = json!({"token": token, "sessionId": session["sessionId"]});
    let (_new, _) = Client::greeted(&world.routes, mine).await;
    assert_eq!(old.hear().await, Heard::Disconnected);
}

#[tokio::test]
async fn a_long_replay_is_read_from_the_log_and_is_whole() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.token(&org.agent).await;
    // One is there from the start, so that the tail is full of younger events when the other comes back.
    let (mut present, session) = Client::greeted(&world.routes, json!({"token": token})).await;
    append(&world, &org, 3000).await;
    assert_eq!(seqs(&mut present, 3000).await, (1..=3000).collect::<Vec<_>>());
    let hello = json!({"token": token, "cursor": session["head"]});
    let (mut back, session) = Client::greeted(&world.routes, hello).await;
    assert_eq!(session["replayed"], json!(3000));
    append(&world, &org, 10).await;
    assert_eq!(seqs(&mut back, 3010).await, (1..=3010).collect::<Vec<_>>());
}

#[tokio::test]
async fn who_fell_behind_what_is_kept_is_sent_away_to_start_anew() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.token(&org.agent).await;
    let (mut client, session) = Client::greeted(&world.routes, json!({"token": token})).await;
    let (mut present, _) = Client::greeted(&world.routes, json!({"token": token})).await;
    append(&world, &org, 3000).await;
    assert_eq!(seqs(&mut present, 3000).await.last(), Some(&3000));
    trim(&world, &org, 2500).await;
    let mut cursor = session["cursor"].as_str().expect("a cursor").to_owned();
    let mut heard = Vec::new();
    while let Heard::Event(_, arguments) = client.hear().await {
        cursor = arguments[1].as_str().expect("a cursor").to_owned();
        heard.push(seq(&cursor));
    }
    assert_eq!(heard, (1..=heard.len() as u64).collect::<Vec<_>>(), "no hole, then the end");
    assert!(heard.len() < 2500);
    let (mut back, session) = Client::greeted(&world.routes, json!({"token": token, "cursor": cursor})).await;
    assert_eq!((&session["recovered"], &session["replayed"]), (&json!(false), &json!(0)));
    append(&world, &org, 1).await;
    assert_eq!(seqs(&mut back, 1).await, [3001]);
}

#[tokio::test]
async fn a_log_that_lost_what_nobody_had_read_is_started_over() {
    let world = World::without_hints();
    let org = world.plant().await;
    let token = world.token(&org.agent).await;
    let (mut client, session) = Client::greeted(&world.routes, json!({"token": token})).await;
    append(&world, &org, 10).await;
    trim(&world, &org, 5).await;
    assert_eq!(client.hear().await, Heard::Disconnected, "rather than a hole");
    let hello = json!({"token": token, "cursor": session["cursor"]});
    let (mut back, session) = Client::greeted(&world.routes, hello).await;
    assert_eq!(session["recovered"], json!(false));
    append(&world, &org, 1).await;
    assert_eq!(seqs(&mut back, 1).await, [11]);
}

#[tokio::test]
async fn a_cursor_that_is_no_good_starts_at_the_head() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    append(&world, &org, 3).await;
    let theirs = Client::greeted(&world.routes, json!({"token": world.token(&other.agent).await})).await.1;
    for cursor in [theirs["head"].clone(), json!("ffffffffffffffff.1"), json!("nonsense"), Value::Null] {
        let hello = json!({"token": world.token(&org.agent).await, "cursor": cursor});
        let (mut client, session) = Client::greeted(&world.routes, hello).await;
        assert_eq!((&session["recovered"], &session["replayed"]), (&json!(false), &json!(0)), "{cursor}");
        let head = seq(session["head"].as_str().expect("a cursor"));
        append(&world, &org, 1).await;
        assert_eq!(seqs(&mut client, 1).await, [head + 1], "{cursor}");
    }
}

#[tokio::test]
async fn many_who_connect_while_events_are_written_hear_each_once_and_in_order() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.token(&org.agent).await;
    let writing = async {
        for _ in 0..100 {
            append(&world, &org, 5).await;
            tokio::task::yield_now().await;
        }
    };
    let listening = async {
        let mut clients = Vec::new();
        for _ in 0..20 {
            clients.push(Client::greeted(&world.routes, json!({"token": token})).await);
        }
        clients
    };
    let ((), clients) = tokio::join!(writing, listening);
    for (mut client, session) in clients {
        let start = seq(session["cursor"].as_str().expect("a cursor"));
        let missed = usize::try_from(500 - start).expect("a count");
        assert_eq!(seqs(&mut client, missed).await, (start + 1..=500).collect::<Vec<_>>());
    }
}
