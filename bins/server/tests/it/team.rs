//! The team, as colleagues see it.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_domain::access::Role;
use switchboard_domain::people::User;
use switchboard_domain::ports::Store;
use switchboard_domain::presence::{GRACE, NodeId, Sighting, Status, Stay};
use switchboard_domain::testing::fixtures::Planted;
use tokio::time::advance;

use crate::harness::{Answer, World};

async fn note(world: &World, org: &Planted, user: &User, stay: Stay, is_audible: bool) {
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let sighting = Sighting { user: user.id, stay, is_audible: Some(is_audible) };
    tx.note_sightings(NodeId::generate(), &[sighting]).await.expect("note");
    tx.commit().await.expect("commit");
}

/// What a member's token gets: each member's role, status and whether they are reachable.
async fn team(world: &World, token: &str) -> Vec<(String, String, bool)> {
    let answer = world.call("GET", "/api/team", Some(token), None).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    let text = |member: &Value, field: &str| member[field].as_str().expect("a text").to_owned();
    let member = |member: &Value| {
        let mut fields: Vec<_> = member.as_object().expect("an object").keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["id", "name", "reachable", "role", "status"]);
        let is_reachable = member["reachable"].as_bool().expect("a boolean");
        (text(member, "role"), text(member, "status"), is_reachable)
    };
    answer.json()["members"].as_array().expect("members").iter().map(member).collect()
}

#[tokio::test]
async fn the_team_shows_how_everybody_is() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let viewer = world.hire(&org, Role::Viewer).await;
    let token = world.login(&viewer).await;
    let is = |role: &str, status: &str, is_reachable| (role.to_owned(), status.to_owned(), is_reachable);
    let mut shown =
        [is("admin", "offline", false), is("user", "offline", false), is("viewer", "offline", false)];
    assert_eq!(team(&world, &token).await, shown);

    note(&world, &other, &other.agent, Stay::Connected, true).await;
    note(&world, &org, &org.admin, Stay::Connected, true).await;
    note(&world, &org, &org.agent, Stay::For(GRACE), false).await;
    shown[0] = is("admin", "available", true);
    shown[1] = is("user", "available", false);
    assert_eq!(team(&world, &token).await, shown, "here, and perhaps unheard");

    let mut tx = world.store.begin(org.scope).await.expect("begin");
    tx.set_status(org.admin.id, Status::Away).await.expect("set");
    tx.commit().await.expect("commit");
    shown[0] = is("admin", "away", true);
    assert_eq!(team(&world, &token).await, shown);

    let call = switchboard_domain::testing::fixtures::call(None);
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    tx.insert_call(&call).await.expect("insert");
    tx.commit().await.expect("commit");
    let agent = world.login(&org.agent).await;
    let sid = json!({"callSid": call.sid});
    let answer = world.call("POST", "/api/twilio/incoming-calls/accept", Some(&agent), Some(sid)).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    shown[1] = is("user", "busy", false);
    assert_eq!(team(&world, &token).await, shown);

    world.store.clock().advance(GRACE);
    shown[1] = is("user", "offline", false);
    assert_eq!(team(&world, &token).await, shown, "time alone does it");
}

async fn say(world: &World, token: &str, said: Value) -> Answer {
    advance(Duration::from_secs(1)).await;
    world.call("POST", "/api/presence", Some(token), Some(said)).await
}

#[tokio::test(start_paused = true)]
async fn who_has_no_socket_says_how_they_are_and_is_told_what_they_said_last() {
    let world = World::new();
    let org = world.plant().await;
    let viewer = world.hire(&org, Role::Viewer).await;
    note(&world, &org, &viewer, Stay::Connected, true).await;
    let (token, second) = (world.login(&viewer).await, world.login(&viewer).await);
    let changes = async || {
        let mut tx = world.store.begin(org.scope).await.expect("begin");
        tx.position().await.expect("read").offers_version
    };
    let before = changes().await;
    for (token, said, status) in [
        (&token, json!({}), "available"),
        (&token, json!({"status": "away", "audioUnlocked": true, "visible": 7}), "away"),
        (&token, json!({"status": "away"}), "away"),
        (&second, json!({"audioUnlocked": false, "notifications": true}), "away"),
        (&second, json!({"status": null}), "away"),
    ] {
        let answer = say(&world, token, said.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({"status": status})), "{said}");
    }
    assert_eq!(changes().await, before + 1, "told once");
    assert_eq!(team(&world, &token).await[2].1, "away", "colleagues see it");
    for wrong in [json!({"status": "offline"}), json!({"status": 7}), json!({"audioUnlocked": "yes"})] {
        say(&world, &token, wrong).await.is_refusal(422, "invalid");
    }
    assert_eq!(say(&world, &token, json!({})).await.json()["status"], "away");
}

#[tokio::test(start_paused = true)]
async fn how_somebody_is_may_be_said_once_a_second() {
    let world = World::new();
    let org = world.plant().await;
    let (ada, grace) = (world.login(&org.admin).await, world.login(&org.agent).await);
    assert_eq!(say(&world, &ada, json!({})).await.status.as_u16(), 200);
    let again = world.call("POST", "/api/presence", Some(&ada), Some(json!({"status": "away"}))).await;
    again.is_refusal(429, "throttled");
    assert_eq!(again.headers["retry-after"], "1");
    let hers = world.call("POST", "/api/presence", Some(&grace), Some(json!({"status": "busy"}))).await;
    assert_eq!(hers.json()["status"], "busy", "somebody else");
    assert_eq!(
        say(&world, &ada, json!({})).await.json()["status"],
        "available",
        "what was refused was not heard"
    );
}
