//! Bad input gets a clear error in the contract's shape, never a 500.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};

use crate::harness::World;

#[tokio::test]
async fn what_cannot_be_read_is_malformed() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    for body in ["{", "", "nonsense", "{\"first_name\": 1e400}", "\u{feff}{}", "{\"a\":\"\\ud800\"}"] {
        let request = Request::post("/api/contacts")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::from(body.to_owned()))
            .expect("a request");
        let answer = world.send(request).await;
        if body.is_empty() {
            answer.is_refusal(422, "invalid"); // an empty form, and nobody at all is no contact
        } else {
            answer.is_refusal(400, "malformed");
        }
    }
    let deep = "[".repeat(100_000);
    let request = Request::post("/api/auth/login").body(Body::from(deep)).expect("a request");
    world.send(request).await.is_refusal(400, "malformed");
    let request =
        Request::post("/api/auth/login").body(Body::from(vec![b'"', 0xff, b'"'])).expect("a request");
    world.send(request).await.is_refusal(400, "malformed");
}

#[tokio::test]
async fn what_breaks_a_rule_is_named() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    let lead = |fields: Value| {
        let mut body = json!({"first_name": "Bo"});
        body.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
        body
    };
    for (field, body) in [
        ("first_name", lead(json!({"first_name": 5}))),
        ("first_name", lead(json!({"first_name": "x".repeat(101)}))),
        ("first_name", lead(json!({"first_name": "a\0b"}))),
        ("unknown.0", lead(json!({"unknown": ["\0"]}))),
        ("phone", lead(json!({"phone": "call me"}))),
        ("phone", lead(json!({"phone": "1".repeat(51)}))),
        ("email", lead(json!({"email": "nobody"}))),
        ("notes", lead(json!({"notes": "x".repeat(10_001)}))),
        ("company", lead(json!({"company": "x".repeat(256)}))),
        ("status", lead(json!({"status": "asleep"}))),
        ("priority", lead(json!({"priority": "utmost"}))),
        ("value", lead(json!({"value": "much"}))),
        ("value", lead(json!({"value": 1e300}))),
        ("value", lead(json!({"value": -1}))),
        ("assigned_to", lead(json!({"assigned_to": "nobody"}))),
        ("assigned_to", lead(json!({"assigned_to": uuid::Uuid::nil()}))),
        ("", json!([])),
        ("", json!("text")),
    ] {
        let answer = world.call("POST", "/api/leads", Some(&token), Some(body.clone())).await;
        answer.is_refusal(422, "invalid");
        assert_eq!(answer.json()["details"][0]["field"], field, "{body}: {}", answer.text);
    }
    for (field, query) in [
        ("limit", "limit=201"),
        ("limit", "limit=0"),
        ("limit", "limit=ten"),
        ("limit", "limit=99999999999999999999"),
        ("offset", "offset=-1"),
        ("search", "search=a%00b"),
        ("before", "before=1"),
        ("before", "before=1.1"),
        ("before", "before=-1.00000000-0000-0000-0000-000000000000"),
        ("before", "before=99999999999999999999.00000000-0000-0000-0000-000000000000"),
    ] {
        let answer = world.call("GET", &format!("/api/leads?{query}"), Some(&token), None).await;
        answer.is_refusal(422, "invalid");
        assert_eq!(answer.json()["details"][0]["field"], field, "{query}");
    }
}

#[tokio::test]
async fn empty_and_unknown_parameters_are_ignored() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    let answer =
        world.call("GET", "/api/leads?limit=&offset=&before=&search=&colour=red", Some(&token), None).await;
    assert_eq!(answer.json()["pagination"], json!({"total": 0, "limit": 50, "offset": 0, "before": null}));
    let answer =
        world.call("GET", "/api/leads?offset=9223372036854775807&limit=200", Some(&token), None).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.admin).await;
    for path in [
        "/api/contacts/no-id",
        "/api/contacts/00000000-0000-0000-0000-000000000000",
        "/api/leads/%ff",
        "/api/leads/%00",
        "/api/nothing",
        "/api/contacts/x/y/z",
        "/nothing",
    ] {
        world.call("GET", path, Some(&token), None).await.is_refusal(404, "not_found");
    }
    let unknown = json!({"callSid": "CA0"});
    world
        .call("POST", "/api/twilio/incoming-calls/accept", Some(&token), Some(unknown))
        .await
        .is_refusal(404, "not_found");
    world
        .call("POST", "/api/twilio/incoming-calls/accept", Some(&token), Some(json!({})))
        .await
        .is_refusal(422, "invalid");
    world.call("PATCH", "/api/team", Some(&token), None).await.is_refusal(405, "method_not_allowed");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_once_it_was_read() {
    let world = World::new();
    let body = format!("{{\"email\":\"{}\"}}", "x".repeat(3 * 1024 * 1024));
    let request = Request::post("/api/auth/login").body(Body::from(body)).expect("a request");
    world.send(request).await.is_refusal(413, "too_large");
    let body = format!("{{\"email\":\"{}\",\"password\":\"x\"}}", "x".repeat(1024 * 1024 - 64));
    let request = Request::post("/api/auth/login").body(Body::from(body)).expect("a request");
    world.send(request).await.is_refusal(422, "invalid");
}

#[tokio::test]
async fn only_known_origins_may_come_from_elsewhere() {
    let world = World::new();
    let preflight = |origin: &str| {
        Request::options("/api/contacts")
            .header(header::ORIGIN, origin)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .header(
                header::ACCESS_CONTROL_REQUEST_HEADERS,
                "authorization,x-organization-slug,x-user-timezone",
            )
            .body(Body::empty())
            .expect("a request")
    };
    let allowed = world.send(preflight("http://localhost:3004")).await;
    assert_eq!(allowed.headers["access-control-allow-origin"], "http://localhost:3004");
    assert_eq!(allowed.headers["access-control-allow-credentials"], "true");
    assert!(allowed.headers.contains_key("x-request-id"));
    for origin in ["http://localhost:3005", "http://localhost:3004.evil.example", "null"] {
        let refused = world.send(preflight(origin)).await;
        assert!(!refused.headers.contains_key("access-control-allow-origin"), "{origin}");
    }
    let error = Request::get("/api/contacts").header(header::ORIGIN, "http://localhost:3004");
    let error = world.send(error.body(Body::empty()).expect("a request")).await;
    assert_eq!(error.status.as_u16(), 401);
    assert_eq!(error.headers["access-control-allow-origin"], "http://localhost:3004", "on errors too");
    assert_eq!(error.headers["access-control-expose-headers"], "x-request-id,retry-after");
}
