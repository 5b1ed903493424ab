use std::time::Duration;

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::json;
use switchboard_domain::people::UserForm;

use crate::client::{Client, Heard, send};
use crate::world::World;

#[tokio::test]
async fn who_has_no_good_token_is_refused_in_the_contracts_words() {
    let world = World::new();
    let org = world.plant().await;
    let ended = world.token(&org.agent).await;
    let caller = world.sessions.authenticate(&ended).await.expect("in");
    world.sessions.logout(&caller).await.expect("logout");
    for (auth, words) in [
        (json!({}), "Authentication error: No token provided"),
        (json!({"token": ""}), "Authentication error: No token provided"),
        (json!({"token": 5}), "Authentication error: No token provided"),
        (json!({"token": "rubbish"}), "Authentication error: Invalid or expired token"),
        (json!({"token": ended}), "Authentication error: Invalid or expired token"),
    ] {
        let mut client = Client::connect(&world.routes, auth.clone()).await;
        assert_eq!(client.hear().await, Heard::Refused(words.to_owned()), "{auth}");
    }
}

#[tokio::test]
async fn the_greeting_says_where_the_client_stands() {
    let world = World::new();
    let org = world.plant().await;
    world.text(&org, "SM1").await;
    world.ring(&org, "CA1").await;
    let token = world.token(&org.agent).await;
    let (_client, session) = Client::greeted(&world.routes, json!({"token": token, "cursor": 12})).await;
    let mut keys: Vec<_> = session.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "cursor",
            "expiresAt",
            "head",
            "offers",
            "presence",
            "recovered",
            "replayed",
            "ringing",
            "serverTime",
            "sessionId"
        ]
    );
    assert_eq!((&session["recovered"], &session["replayed"]), (&json!(false), &json!(0)));
    assert_eq!(session["cursor"], session["head"]);
    assert!(session["head"].as_str().expect("a cursor").ends_with(".2"));
    assert_eq!(session["ringing"][0]["callSid"], "CA1");
    assert_eq!(session["offers"], json!({"callSids": ["CA1"]}));
    assert_eq!(session["expiresAt"], "2026-01-02T12:00:00.000Z");
}

#[tokio::test]
async fn a_session_that_ends_is_told_why_and_let_go() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.token(&org.agent).await;
    let (mut client, _) = Client::greeted(&world.routes, json!({"token": token})).await;
    let (mut other, _) =
        Client::greeted(&world.routes, json!({"token": world.token(&org.agent).await})).await;
    let caller = world.sessions.authenticate(&token).await.expect("in");
    world.sessions.logout(&caller).await.expect("logout");
    let reason = Heard::Event("session-ended".to_owned(), vec![json!({"reason": "session revoked"})]);
    assert_eq!(client.hear().await, reason);
    assert_eq!(client.hear().await, Heard::Disconnected);
    world.text(&org, "SM1").await;
    assert_eq!(other.event().await.0, "incoming-sms", "their other session goes on");

    let leave = UserForm { is_active: Some(false), ..UserForm::default() };
    world.people.update_user(&org.caller(&org.admin), org.agent.id, leave).await.expect("update");
    assert_eq!(other.hear().await, reason, "until they are deactivated");
}

#[tokio::test]
async fn a_token_that_expires_ends_its_socket() {
    let world = World::new();
    let org = world.plant().await;
    let (mut client, _) =
        Client::greeted(&world.routes, json!({"token": world.token(&org.agent).await})).await;
    world.clock.advance(TimeDelta::days(1));
    let reason = Heard::Event("session-ended".to_owned(), vec![json!({"reason": "token expired"})]);
    assert_eq!(client.hear().await, reason);
}

#[tokio::test]
async fn the_end_of_a_token_is_announced_once_and_a_new_one_is_enough() {
    let world = World::new();
    let org = world.plant().await;
    let (mut client, _) =
        Client::greeted(&world.routes, json!({"token": world.token(&org.agent).await})).await;
    world.clock.advance(TimeDelta::days(1) - TimeDelta::minutes(1));
    let expiring =
        |moment: &str| Heard::Event("token-expiring".to_owned(), vec![json!({"expiresAt": moment})]);
    assert_eq!(client.hear().await, expiring("2026-01-02T12:00:00.000Z"));
    let token = world.token(&org.agent).await;
    for _ in 0..2 {
        client.post(format!("421[\"refresh-token\",{}]", json!({"token": token}))).await;
        let Heard::Answer(answer) = client.hear().await else { panic!("no answer") };
        assert_eq!(answer["ok"], true);
    }
    world.clock.advance(TimeDelta::minutes(2));
    world.text(&org, "SM1").await;
    assert_eq!(client.event().await.0, "incoming-sms", "past the first token's end, and nothing said again");
    world.clock.advance(TimeDelta::days(1) - TimeDelta::minutes(3));
    assert_eq!(client.hear().await, expiring("2026-01-03T11:59:00.000Z"));
}

#[tokio::test]
async fn a_person_has_a_hundred_sockets_and_not_one_more() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.token(&org.agent).await;
    let mut clients = Vec::new();
    for _ in 0..100 {
        clients.push(Client::greeted(&world.routes, json!({"token": token})).await.0);
    }
    let mut more = Client::connect(&world.routes, json!({"token": token})).await;
    assert_eq!(more.hear().await, Heard::Disconnected, "without a word, to come back when there is room");
    let colleague = json!({"token": world.token(&org.admin).await});
    let (mut colleague, _) = Client::greeted(&world.routes, colleague).await;
    world.text(&org, "SM1").await;
    for client in clients.iter_mut().chain([&mut colleague]) {
        assert_eq!(client.event().await.0, "incoming-sms");
    }
    clients.remove(0).post("1".to_owned()).await;
    let back = async {
        loop {
            let mut client = Client::connect(&world.routes, json!({"token": token})).await;
            if client.hear().await != Heard::Disconnected {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), back).await.expect("there is room again");
}

#[tokio::test]
async fn who_leaves_does_not_stay_on_the_line() {
    let world = World::new();
    let org = world.plant().await;
    let (mut client, _) =
        Client::greeted(&world.routes, json!({"token": world.token(&org.agent).await})).await;
    client.post("41".to_owned()).await;
    assert_eq!(client.hear().await, Heard::Disconnected);
}

#[tokio::test]
async fn a_flood_is_ignored_and_then_ended() {
    let world = World::new();
    let org = world.plant().await;
    let (mut client, _) =
        Client::greeted(&world.routes, json!({"token": world.token(&org.agent).await})).await;
    let many = vec!["42[\"no-such-event\",{}]"; 2000].join("\u{1e}");
    assert_eq!(client.post(many.clone()).await, StatusCode::OK);
    client.post("421[\"refresh-token\",{}]".to_owned()).await;
    world.text(&org, "SM1").await;
    assert_eq!(client.event().await.0, "incoming-sms", "and not an answer");
    client.post(many).await;
    assert_eq!(client.hear().await, Heard::Disconnected);
}

#[tokio::test]
async fn a_live_socket_takes_a_new_token_of_the_same_person() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let (mut client, _) =
        Client::greeted(&world.routes, json!({"token": world.token(&org.agent).await})).await;
    for (token, words) in [
        (json!(null), "Authentication error: No token provided"),
        (json!("rubbish"), "Authentication error: Invalid or expired token"),
        (json!(world.token(&org.admin).await), "Authentication error: Invalid or expired token"),
        (json!(world.token(&other.agent).await), "Authentication error: Invalid or expired token"),
    ] {
        client.post(format!("421[\"refresh-token\",{}]", json!({"token": token}))).await;
        assert_eq!(client.hear().await, Heard::Answer(json!({"ok": false, "error": words})));
    }
    world.clock.advance(TimeDelta::hours(23));
    let token = world.token(&org.agent).await;
    client.post(format!("421[\"refresh-token\",{}]", json!({"token": token}))).await;
    let answer = json!({"ok": true, "expiresAt": "2026-01-03T11:00:00.000Z"});
    assert_eq!(client.hear().await, Heard::Answer(answer));
    world.clock.advance(TimeDelta::hours(2));
    world.text(&org, "SM1").await;
    assert_eq!(client.event().await.0, "incoming-sms", "past the end of the first token");
}

#[tokio::test]
async fn rubbish_is_ignored_or_refused_and_disturbs_nobody() {
    let world = World::new();
    let org = world.plant().await;
    let (mut client, _) =
        Client::greeted(&world.routes, json!({"token": world.token(&org.agent).await})).await;
    for packet in ["42[\"no-such-event\",{}]", "42[\"join\",\"org:x\"]", "42[\"presence\",5]"] {
        assert_eq!(client.post(packet.to_owned()).await, StatusCode::OK, "{packet}");
    }
    assert_eq!(client.post("4".repeat(70_000)).await, StatusCode::PAYLOAD_TOO_LARGE);
    world.text(&org, "SM1").await;
    assert_eq!(client.event().await.0, "incoming-sms");
    let (status, _) =
        send(&world.routes, "GET", "/socket.io/?EIO=4&transport=carrier-pigeon", String::new()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}
