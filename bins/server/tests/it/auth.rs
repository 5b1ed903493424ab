//! Signing in and out over HTTP: shapes and statuses. The rules are tested in `switchboard-domain`.

use serde_json::{Value, json};

use crate::harness::World;

fn registration() -> Value {
    json!({
        "organization": {"name": "Acme Inc."},
        "admin": {"email": "Ada@acme.example", "password": "correct horse", "first_name": "Ada", "last_name": "Lovelace"}
    })
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

const SIGNED_IN: [&str; 6] = ["expires_at", "message", "organization", "refresh_token", "token", "user"];
const USER: [&str; 14] = [
    "created_at",
    "email",
    "email_verified",
    "first_name",
    "full_name",
    "id",
    "is_active",
    "last_login",
    "last_name",
    "organization_id",
    "permissions",
    "role",
    "timezone",
    "updated_at",
];
const ORGANIZATION: [&str; 8] =
    ["created_at", "domain", "id", "is_active", "name", "settings", "slug", "updated_at"];

#[tokio::test]
async fn who_registers_gets_everything_to_start() {
    let world = World::new();
    let answer = world.call("POST", "/api/auth/register", None, Some(registration())).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
    let body = answer.json();
    assert_eq!(keys(&body), SIGNED_IN);
    assert_eq!(keys(&body["user"]), USER);
    assert_eq!(keys(&body["organization"]), ORGANIZATION);
    assert_eq!(body["organization"]["slug"], "acme-inc");
    assert_eq!(body["expires_at"], "2026-01-02T12:00:00.000Z");
    let token = body["token"].as_str().expect("a token");

    let me = world.call("GET", "/api/auth/me", Some(token), None).await.json();
    assert_eq!((&me["user"], &me["organization"]), (&body["user"], &body["organization"]));
    let verified = world.call("GET", "/api/auth/verify", Some(token), None).await.json();
    assert_eq!(keys(&verified), ["organization_id", "user", "valid"]);
    let team = world.call("GET", "/api/team", Some(token), None).await.json();
    assert_eq!(
        team,
        json!({"members": [{"id": me["user"]["id"], "name": "Ada Lovelace", "role": "admin", "status": "offline", "reachable": false}]})
    );
    let current = world.call("GET", "/api/organizations/current", Some(token), None).await.json();
    let mut own = me["organization"].clone();
    (own["region"], own["timezone"]) = (json!("US"), json!("UTC"));
    assert_eq!(current, json!({"organization": own}));

    world
        .call("POST", "/api/auth/register", None, Some(registration()))
        .await
        .is_refusal(409, "already_exists");
}

#[tokio::test]
async fn a_session_is_renewed_and_ended() {
    let world = World::new();
    let first = world.call("POST", "/api/auth/register", None, Some(registration())).await.json();
    let token = first["token"].as_str().expect("a token");
    let renewed = world.call("POST", "/api/auth/refresh", Some(token), None).await.json();
    assert_eq!(keys(&renewed), ["expires_at", "message", "token", "user"], "no refresh token");
    let body = json!({"refresh_token": first["refresh_token"]});
    let second = world.call("POST", "/api/auth/refresh", None, Some(body)).await.json();
    assert_eq!(keys(&second), ["expires_at", "message", "refresh_token", "token", "user"]);
    world.call("POST", "/api/auth/refresh", None, None).await.is_refusal(401, "unauthenticated");

    let body = json!({"refresh_token": second["refresh_token"]});
    let third = world.call("POST", "/api/auth/refresh", Some("a dead token"), Some(body)).await;
    assert_eq!(third.status.as_u16(), 200, "a dead bearer token does not stand in the way: {}", third.text);
    let renewed =
        world.call("POST", "/api/auth/refresh", Some(token), Some(json!({"refresh_token": ""}))).await;
    assert_eq!(renewed.status.as_u16(), 200, "{}", renewed.text);

    let answer = world.call("POST", "/api/auth/logout", Some(token), None).await;
    assert_eq!((answer.status.as_u16(), keys(&answer.json())), (200, vec!["message"]));
    for token in [token, second["token"].as_str().expect("a token")] {
        world.call("GET", "/api/auth/me", Some(token), None).await.is_refusal(401, "unauthenticated");
    }
}

#[tokio::test]
async fn guessing_gets_429_and_when_to_come_back() {
    let world = World::new();
    world.call("POST", "/api/auth/register", None, Some(registration())).await;
    let wrong = json!({"email": "nobody@acme.example", "password": "wrong"});
    for _ in 0..5 {
        let answer = world.call("POST", "/api/auth/login", None, Some(wrong.clone())).await;
        answer.is_refusal(401, "unauthenticated");
    }
    let answer = world.call("POST", "/api/auth/login", None, Some(wrong)).await;
    answer.is_refusal(429, "throttled");
    assert_eq!(answer.headers["retry-after"], "1");
}
