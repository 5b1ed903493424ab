//! What operators do on the admin listener, and who they are.

use serde_json::{Value, json};
use switchboard_domain::ports::Directory;
use switchboard_domain::testing::fixtures::Planted;

use crate::harness::{Answer, OPERATOR_TOKEN, Setup, World};

const ROUTES: [(&str, &str); 8] = [
    ("GET", "/operator/organizations"),
    ("POST", "/operator/organizations/00000000-0000-0000-0000-000000000000/activate"),
    ("POST", "/operator/organizations/00000000-0000-0000-0000-000000000000/deactivate"),
    ("GET", "/operator/organizations/00000000-0000-0000-0000-000000000000/signature-mode"),
    ("PUT", "/operator/organizations/00000000-0000-0000-0000-000000000000/signature-mode"),
    ("GET", "/operator/realtime"),
    ("PUT", "/operator/realtime"),
    ("GET", "/operator/spool"),
];

async fn operate(world: &World, method: &str, path: &str, body: Option<Value>) -> Answer {
    world.operate(method, path, Some(OPERATOR_TOKEN), body).await
}

#[tokio::test]
async fn only_the_operators_token_opens_and_only_on_the_admin_listener() {
    let world = World::new();
    let org = world.plant().await;
    let admin = world.login(&org.admin).await;
    for (method, path) in ROUTES {
        for token in [None, Some(""), Some("rubbish"), Some(&OPERATOR_TOKEN[1..]), Some(admin.as_str())] {
            world.operate(method, path, token, None).await.is_refusal(401, "unauthenticated");
        }
        let answer = world.call(method, path, Some(OPERATOR_TOKEN), None).await;
        assert_eq!(answer.status.as_u16(), 404, "{method} {path} is not public");
    }
    let team = world.call("GET", "/api/team", Some(OPERATOR_TOKEN), None).await;
    team.is_refusal(401, "unauthenticated");
    operate(&world, "GET", "/operator/nothing", None).await.is_refusal(404, "not_found");
    operate(&world, "DELETE", "/operator/realtime", None).await.is_refusal(405, "method_not_allowed");
}

#[tokio::test]
async fn without_a_configured_token_there_is_nothing() {
    let world = World::with(Setup { operator_token: None, ..Setup::default() });
    for (method, path) in ROUTES {
        for token in [None, Some(""), Some(OPERATOR_TOKEN)] {
            world.operate(method, path, token, None).await.is_refusal(404, "not_found");
        }
    }
    assert_eq!(world.operate("GET", "/health/ready", None, None).await.status.as_u16(), 200);
}

#[tokio::test]
async fn organisations_are_listed_page_by_page() {
    let world = World::new();
    let mut planted = Vec::new();
    for _ in 0..3 {
        planted.push(world.plant().await.scope.org().to_string());
    }
    let all = operate(&world, "GET", "/operator/organizations", None).await.json();
    assert_eq!(all["pagination"], json!({"total": 3, "limit": 50, "offset": 0}));
    let listed = all["organizations"].as_array().expect("a list");
    let mut ids: Vec<_> = listed.iter().map(|listed| listed["id"].as_str().expect("an id")).collect();
    ids.sort_unstable();
    planted.sort_unstable();
    assert_eq!(ids, planted);
    let first = &listed[0];
    assert_eq!(
        *first,
        json!({
            "id": first["id"], "name": "Acme", "slug": first["slug"], "is_active": true,
            "created_at": "2026-01-01T12:00:00.000Z"
        })
    );
    let page = operate(&world, "GET", "/operator/organizations?limit=1&offset=2", None).await.json();
    assert_eq!(page["pagination"], json!({"total": 3, "limit": 1, "offset": 2}));
    assert_eq!(page["organizations"], json!([listed[2]]));
    let past = operate(&world, "GET", "/operator/organizations?offset=9", None).await.json();
    assert_eq!((&past["organizations"], &past["pagination"]["total"]), (&json!([]), &json!(3)));
    operate(&world, "GET", "/operator/organizations?limit=201", None).await.is_refusal(422, "invalid");
}

async fn access_version(world: &World, org: &Planted) -> u64 {
    world.store.pulse(&[org.scope.org()]).await.expect("pulse").heads[0].access_version
}

#[tokio::test]
async fn a_deactivated_organisation_is_out_at_once_and_others_are_not() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let (token, their_token) = (world.login(&org.admin).await, world.login(&other.admin).await);
    let body = json!({"name": "reports"});
    let service = world.call("POST", "/api/service-tokens", Some(&token), Some(body)).await.json();
    let service = service["token"].as_str().expect("a token");
    let version = access_version(&world, &org).await;

    let path = |act: &str| format!("/operator/organizations/{}/{act}", org.scope.org());
    for again in [false, true] {
        let answer = operate(&world, "POST", &path("deactivate"), None).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
        assert_eq!(answer.json()["organization"]["is_active"], false);
        assert_eq!(access_version(&world, &org).await, version + 1, "told once; again: {again}");
    }
    world.call("GET", "/api/auth/me", Some(&token), None).await.is_refusal(401, "unauthenticated");
    world.call("GET", "/api/events", Some(service), None).await.is_refusal(401, "unauthenticated");
    let credentials = json!({"email": org.admin.email, "password": "correct horse"});
    let login = world.call("POST", "/api/auth/login", None, Some(credentials)).await;
    login.is_refusal(403, "organization_inactive");
    assert_eq!(world.call("GET", "/api/auth/me", Some(&their_token), None).await.status.as_u16(), 200);
    let listed = operate(&world, "GET", "/operator/organizations", None).await.json();
    let listed = listed["organizations"].as_array().expect("a list");
    assert_eq!(listed.iter().filter(|listed| listed["is_active"] == true).count(), 1);

    let answer = operate(&world, "POST", &path("activate"), None).await;
    assert_eq!(answer.json()["organization"]["is_active"], true);
    assert_eq!(world.call("GET", "/api/auth/me", Some(&token), None).await.status.as_u16(), 200);
    assert_eq!(world.call("GET", "/api/events", Some(service), None).await.status.as_u16(), 200);
}

#[tokio::test]
async fn what_is_no_organisation_is_not_found() {
    let world = World::new();
    for id in ["no-id", "00000000-0000-0000-0000-000000000000", "%00"] {
        for act in ["activate", "deactivate"] {
            let path = format!("/operator/organizations/{id}/{act}");
            operate(&world, "POST", &path, None).await.is_refusal(404, "not_found");
        }
        let path = format!("/operator/organizations/{id}/signature-mode");
        operate(&world, "GET", &path, None).await.is_refusal(404, "not_found");
        let observe = json!({"mode": "observe", "hours": 1});
        operate(&world, "PUT", &path, Some(observe)).await.is_refusal(404, "not_found");
    }
    let listed = operate(&world, "GET", "/operator/organizations", None).await.json();
    assert_eq!(listed["pagination"]["total"], 0);
}

#[tokio::test]
async fn the_switch_is_moved_and_obeyed_by_the_next_answer() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    let transport = async || {
        let config = world.call("GET", "/api/realtime/config", Some(&token), None).await.json();
        (config["transport"].as_str().expect("a transport").to_owned(), config["pollIntervalMs"].clone())
    };
    assert_eq!(transport().await, ("websocket".to_owned(), json!(2000)));
    let back = json!({"percent": 0, "pollIntervalMs": 1500, "changedBy": "Ada"});
    let answer = operate(&world, "PUT", "/operator/realtime", Some(back)).await;
    let moved = json!({
        "percent": 0, "pollIntervalMs": 1500, "version": 1, "changedBy": "Ada", "changedAt": "2026-01-01T12:00:00.000Z"
    });
    assert_eq!(answer.json(), moved);
    assert_eq!(operate(&world, "GET", "/operator/realtime", None).await.json(), moved);
    assert_eq!(transport().await, ("polling".to_owned(), json!(1500)));
    let out = operate(&world, "PUT", "/operator/realtime", Some(json!({"percent": 100}))).await.json();
    assert_eq!((&out["version"], &out["changedBy"]), (&json!(2), &json!("operator")));
    assert_eq!(transport().await, ("websocket".to_owned(), json!(1500)));
}

#[tokio::test]
async fn a_position_that_is_none_is_named_and_changes_nothing() {
    let world = World::new();
    for (field, body) in [
        ("percent", json!({})),
        ("percent", json!({"percent": -1})),
        ("percent", json!({"percent": 101})),
        ("percent", json!({"percent": 300})),
        ("percent", json!({"percent": 12.5})),
        ("percent", json!({"percent": "all"})),
        ("pollIntervalMs", json!({"percent": 1, "pollIntervalMs": 499})),
        ("pollIntervalMs", json!({"percent": 1, "pollIntervalMs": 25_001})),
        ("pollIntervalMs", json!({"percent": 1, "pollIntervalMs": -2_000})),
        ("pollIntervalMs", json!({"percent": 1, "pollIntervalMs": 9_223_372_036_854_775_807_i64})),
        ("changedBy", json!({"percent": 1, "changedBy": "x".repeat(101)})),
    ] {
        let answer = operate(&world, "PUT", "/operator/realtime", Some(body.clone())).await;
        answer.is_refusal(422, "invalid");
        assert_eq!(answer.json()["details"][0]["field"], field, "{body}");
    }
    assert_eq!(operate(&world, "GET", "/operator/realtime", None).await.json()["version"], 0);
}
