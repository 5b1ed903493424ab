//! Who is here, and what colleagues hear of it: on one node, on several, and of one that died.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};
use switchboard_domain::people::{User, UserForm};
use switchboard_domain::ports::{Directory, Operations};
use switchboard_domain::presence::{NodeId, PATIENCE};
use switchboard_domain::testing::fixtures::Planted;
use tokio::time::sleep;
use uuid::Uuid;

use crate::client::{Client, Heard};
use crate::world::World;

async fn come(world: &World, user: &User) -> (Client, Value) {
    let token = world.token(user).await;
    Client::greeted(&world.routes, json!({"token": token})).await
}

async fn leave(client: Client) {
    client.post("1".to_owned()).await;
}

async fn say(client: &Client, remark: Value) {
    client.post(format!("42{}", json!(["presence", remark]))).await;
}

fn is(user: &User, status: &str) -> (String, String) {
    (user.id.to_string(), status.to_owned())
}

/// Who is here according to a greeting, and how.
fn present(session: &Value) -> Vec<(String, String)> {
    let entries = session["presence"].as_array().expect("entries");
    let text = |entry: &Value, field: &str| entry[field].as_str().expect("a text").to_owned();
    let mut present: Vec<_> =
        entries.iter().map(|entry| (text(entry, "userId"), text(entry, "status"))).collect();
    present.sort();
    present
}

/// What is under way is done; then time passes, and everybody notices.
async fn wait(world: &World, seconds: i64) {
    sleep(Duration::from_millis(10)).await;
    world.clock.advance(TimeDelta::seconds(seconds));
    world.settle().await;
}

/// A text comes in, and is heard.
async fn hears_a_text(client: &mut Client, world: &World, org: &Planted) {
    let sid = format!("SM{}", Uuid::new_v4().simple());
    world.text(org, &sid).await;
    loop {
        match client.hear().await {
            Heard::Event(_, arguments) if arguments[0]["messageSid"] == sid => return,
            Heard::Event(..) => {}
            other => panic!("heard {other:?} instead of a text"),
        }
    }
}

/// Everything said so far is heard, and there is nothing of colleagues in it.
async fn hears_nothing_of_colleagues(client: &mut Client, world: &World, org: &Planted) {
    world.settle().await;
    hears_a_text(client, world, org).await;
    assert!(client.knows_all_presence(), "{:?}", client.presence().await);
}

async fn offers_version(world: &World, org: &Planted) -> u64 {
    world.store.pulse(&[org.scope.org()]).await.expect("pulse").heads[0].offers_version
}

#[tokio::test(start_paused = true)]
async fn colleagues_hear_who_comes_and_fifteen_seconds_later_who_went() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let (mut stranger, _) = come(&world, &other.admin).await;
    let (mut ada, session) = come(&world, &org.admin).await;
    assert_eq!(present(&session), [is(&org.admin, "available")]);
    let (grace, session) = come(&world, &org.agent).await;
    let mut both = [is(&org.admin, "available"), is(&org.agent, "available")];
    both.sort();
    assert_eq!(present(&session), both);
    assert_eq!(ada.presence().await, is(&org.agent, "available"));
    world.settle().await;
    assert_eq!(world.team(&org).await, ["available", "available"]);

    let (second, _) = come(&world, &org.agent).await;
    leave(grace).await;
    wait(&world, 20).await;
    assert_eq!(world.team(&org).await, ["available", "available"], "another socket is there");
    leave(second).await;
    wait(&world, 14).await;
    assert_eq!(world.team(&org).await, ["available", "available"]);
    hears_nothing_of_colleagues(&mut ada, &world, &org).await;
    wait(&world, 1).await;
    assert_eq!(world.team(&org).await, ["available", "offline"]);
    assert_eq!(ada.presence().await, is(&org.agent, "offline"));
    hears_nothing_of_colleagues(&mut stranger, &world, &other).await;
}

#[tokio::test(start_paused = true)]
async fn who_loads_the_page_anew_was_never_gone() {
    let world = World::new();
    let org = world.plant().await;
    let (mut ada, _) = come(&world, &org.admin).await;
    let (mut grace, _) = come(&world, &org.agent).await;
    assert_eq!(ada.presence().await, is(&org.agent, "available"));
    world.ring(&org, "CA1").await;
    world.settle().await;
    let version = offers_version(&world, &org).await;
    for _ in 0..3 {
        leave(grace).await;
        wait(&world, 10).await;
        (grace, _) = come(&world, &org.agent).await;
    }
    wait(&world, 20).await;
    assert_eq!(world.team(&org).await, ["available", "available"]);
    assert_eq!(offers_version(&world, &org).await, version);
    hears_nothing_of_colleagues(&mut ada, &world, &org).await;
}

#[tokio::test(start_paused = true)]
async fn who_falls_silent_is_offline_at_once() {
    let world = World::new();
    let org = world.plant().await;
    let (_silent, _) = come(&world, &org.agent).await;
    let (mut ada, _) = come(&world, &org.admin).await;
    // No time passes on the store's clock: no grace can have run out.
    for _ in 0..30 {
        sleep(Duration::from_secs(1)).await;
        hears_a_text(&mut ada, &world, &org).await;
        if !ada.knows_all_presence() {
            break;
        }
    }
    assert_eq!(ada.presence().await, is(&org.agent, "offline"));
    assert_eq!(world.team(&org).await, ["available", "offline"]);
}

#[tokio::test(start_paused = true)]
async fn who_signs_out_is_offline_at_once() {
    let world = World::new();
    let org = world.plant().await;
    let (mut ada, _) = come(&world, &org.admin).await;
    let token = world.token(&org.agent).await;
    let (_grace, _) = Client::greeted(&world.routes, json!({"token": token})).await;
    assert_eq!(ada.presence().await, is(&org.agent, "available"));
    let caller = world.sessions.authenticate(&token).await.expect("in");
    world.sessions.logout(&caller).await.expect("logout");
    assert_eq!(ada.presence().await, is(&org.agent, "offline"));
}

#[tokio::test(start_paused = true)]
async fn what_somebody_says_in_one_window_is_seen_by_all_and_decides_what_rings() {
    let world = World::new();
    let org = world.plant().await;
    let (mut ada, _) = come(&world, &org.admin).await;
    let (mut one, _) = come(&world, &org.agent).await;
    assert_eq!(ada.presence().await, is(&org.agent, "available"));
    let (mut two, _) = come(&world, &org.agent).await;
    world.ring(&org, "CA1").await;
    let offers = |sids: &[&str]| Heard::Event("offers".to_owned(), vec![json!({"callSids": sids})]);
    for client in [&mut one, &mut two] {
        while client.hear().await != offers(&["CA1"]) {}
    }
    for (status, rings) in [("away", &[][..]), ("available", &["CA1"][..]), ("busy", &[][..])] {
        world.settle().await;
        say(&one, json!({"status": status, "audioUnlocked": true})).await;
        for client in [&mut ada, &mut one, &mut two] {
            assert_eq!(client.presence().await, is(&org.agent, status));
        }
        assert_eq!(world.team(&org).await, ["available", status]);
        for client in [&mut one, &mut two] {
            while client.hear().await != offers(rings) {}
        }
    }
    leave(one).await;
    leave(two).await;
    wait(&world, 15).await;
    assert_eq!(ada.presence().await, is(&org.agent, "offline"));
    let (_again, session) = come(&world, &org.agent).await;
    assert!(present(&session).contains(&is(&org.agent, "busy")), "as they said when they were here");
    assert_eq!(ada.presence().await, is(&org.agent, "busy"));
}

#[tokio::test(start_paused = true)]
async fn one_remark_a_second_is_heard() {
    let world = World::new();
    let org = world.plant().await;
    let (mut ada, _) = come(&world, &org.admin).await;
    let (one, _) = come(&world, &org.agent).await;
    let (two, _) = come(&world, &org.agent).await;
    assert_eq!(ada.presence().await, is(&org.agent, "available"));
    say(&one, json!({"status": "away"})).await;
    say(&two, json!({"status": "busy"})).await;
    assert_eq!(ada.presence().await, is(&org.agent, "away"));
    hears_nothing_of_colleagues(&mut ada, &world, &org).await;
    say(&two, json!({"status": "busy"})).await;
    assert_eq!(ada.presence().await, is(&org.agent, "busy"));
    for nonsense in [json!({"status": "offline"}), json!("away"), json!(null), json!({"status": ["away"]})] {
        world.settle().await;
        say(&two, nonsense).await;
    }
    hears_nothing_of_colleagues(&mut ada, &world, &org).await;
}

#[tokio::test(start_paused = true)]
async fn who_would_notice_on_one_of_their_sockets_is_reachable() {
    let world = World::new();
    let org = world.plant().await;
    let is_reachable = async || {
        world.settle().await;
        world.people.team(&org.caller(&org.admin)).await.expect("team")[1].is_reachable
    };
    assert!(!is_reachable().await);
    let (one, _) = come(&world, &org.agent).await;
    assert!(is_reachable().await, "as far as it is known");
    say(&one, json!({"audioUnlocked": false, "notifications": false})).await;
    assert!(!is_reachable().await);
    say(&one, json!({"audioUnlocked": false, "notifications": true})).await;
    assert!(is_reachable().await);
    say(&one, json!({"audioUnlocked": false, "notifications": false, "visible": true})).await;
    assert!(!is_reachable().await);
    let (two, _) = come(&world, &org.agent).await;
    assert!(is_reachable().await, "on the other one");
    leave(two).await;
    assert!(!is_reachable().await);
}

#[tokio::test(start_paused = true)]
async fn who_takes_a_call_is_busy() {
    let world = World::new();
    let org = world.plant().await;
    let (mut ada, _) = come(&world, &org.admin).await;
    let (_grace, _) = come(&world, &org.agent).await;
    assert_eq!(ada.presence().await, is(&org.agent, "available"));
    world.ring(&org, "CA1").await;
    world.calls.accept(&org.caller(&org.agent), "CA1").await.expect("accept");
    assert_eq!(ada.presence().await, is(&org.agent, "busy"));
    assert_eq!(world.team(&org).await, ["available", "busy"]);
}

#[tokio::test(start_paused = true)]
async fn who_is_deactivated_is_gone_and_whom_it_rings_follows_the_role() {
    let world = World::new();
    let org = world.plant().await;
    let (mut ada, _) = come(&world, &org.admin).await;
    let (_grace, _) = come(&world, &org.agent).await;
    assert_eq!(ada.presence().await, is(&org.agent, "available"));
    let version = offers_version(&world, &org).await;
    let inactive = UserForm { is_active: Some(false), ..UserForm::default() };
    world.people.update_user(&org.caller(&org.admin), org.agent.id, inactive).await.expect("update");
    assert!(offers_version(&world, &org).await > version);
    assert_eq!(ada.presence().await, is(&org.agent, "offline"));
}

#[tokio::test(start_paused = true)]
async fn nodes_see_one_anothers_people() {
    let here = World::new();
    let there = here.beside();
    let org = here.plant().await;
    let (mut ada, _) = come(&here, &org.admin).await;
    here.settle().await;
    let (mut grace, session) = come(&there, &org.agent).await;
    assert!(present(&session).contains(&is(&org.admin, "available")));
    assert_eq!(ada.presence().await, is(&org.agent, "available"));
    say(&grace, json!({"status": "away"})).await;
    assert_eq!(ada.presence().await, is(&org.agent, "away"));
    assert_eq!(grace.presence().await, is(&org.agent, "away"));
    say(&ada, json!({"status": "busy"})).await;
    for client in [&mut ada, &mut grace] {
        assert_eq!(client.presence().await, is(&org.admin, "busy"));
    }
    leave(grace).await;
    wait(&here, 15).await;
    assert_eq!(ada.presence().await, is(&org.agent, "offline"));
}

#[tokio::test(start_paused = true)]
async fn people_of_a_node_that_died_are_gone_ten_seconds_later() {
    let here = World::new();
    let there = here.beside();
    let org = here.plant().await;
    let (mut ada, _) = come(&here, &org.admin).await;
    let (_grace, _) = come(&there, &org.agent).await;
    assert_eq!(ada.presence().await, is(&org.agent, "available"));
    wait(&here, 60).await;
    assert_eq!(here.team(&org).await, ["available", "available"], "both nodes live");
    drop(there);
    wait(&here, 9).await;
    hears_nothing_of_colleagues(&mut ada, &here, &org).await;
    wait(&here, 2).await;
    assert_eq!(ada.presence().await, is(&org.agent, "offline"));
    assert_eq!(here.team(&org).await, ["available", "offline"]);
}

#[tokio::test(start_paused = true)]
async fn who_is_taken_over_by_another_node_was_never_gone() {
    let here = World::new();
    let there = here.beside();
    let org = here.plant().await;
    let (mut ada, _) = come(&here, &org.admin).await;
    let (_before, _) = come(&there, &org.agent).await;
    assert_eq!(ada.presence().await, is(&org.agent, "available"));
    here.settle().await;
    there.hub.drain().await;
    drop(there);
    wait(&here, 12).await;
    let (_grace, session) = come(&here, &org.agent).await;
    assert!(present(&session).contains(&is(&org.agent, "available")));
    wait(&here, 30).await;
    hears_nothing_of_colleagues(&mut ada, &here, &org).await;
    assert_eq!(here.team(&org).await, ["available", "available"]);
}

#[tokio::test(start_paused = true)]
async fn who_comes_back_after_a_crash_was_never_gone() {
    let world = World::new();
    let org = world.plant().await;
    let (_ada, _) = come(&world, &org.admin).await;
    let (_grace, _) = come(&world, &org.agent).await;
    world.ring(&org, "CA1").await;
    world.settle().await;
    let version = offers_version(&world, &org).await;
    let world = world.restart();
    wait(&world, 5).await;
    let (mut ada, session) = come(&world, &org.admin).await;
    let mut both = [is(&org.admin, "available"), is(&org.agent, "available")];
    both.sort();
    assert_eq!(present(&session), both);
    let (_grace, _) = come(&world, &org.agent).await;
    world.settle().await;
    assert_eq!(offers_version(&world, &org).await, version);
    wait(&world, 9).await;
    assert_eq!(world.team(&org).await, ["available", "available"], "the old node is dead by now");
    hears_nothing_of_colleagues(&mut ada, &world, &org).await;
}

#[tokio::test(start_paused = true)]
async fn a_node_that_was_taken_for_dead_notes_its_people_anew() {
    let world = World::new();
    let org = world.plant().await;
    let (mut ada, _) = come(&world, &org.admin).await;
    let (_grace, _) = come(&world, &org.agent).await;
    assert_eq!(ada.presence().await, is(&org.agent, "available"));
    world.settle().await;
    let version = offers_version(&world, &org).await;
    let other = NodeId::generate();
    for _ in 0..3 {
        world.store.beat(other, PATIENCE).await.expect("beat");
        world.clock.advance(PATIENCE / 2 + TimeDelta::seconds(1));
    }
    assert!(offers_version(&world, &org).await > version, "it was too slow");
    world.settle().await;
    assert_eq!(world.team(&org).await, ["available", "available"]);
    hears_nothing_of_colleagues(&mut ada, &world, &org).await;
}
