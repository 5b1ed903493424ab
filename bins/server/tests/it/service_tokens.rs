//! Tokens of services over HTTP: shapes and statuses. The rules are tested in `switchboard-domain`.

use serde_json::json;

use crate::harness::World;

#[tokio::test]
async fn a_token_is_told_once_listed_and_revoked() {
    let world = World::new();
    let org = world.plant().await;
    let admin = world.login(&org.admin).await;
    let body = json!({"name": "reports"});
    let answer = world.call("POST", "/api/service-tokens", Some(&admin), Some(body)).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
    let created = answer.json();
    let secret = created["token"].as_str().expect("a token");
    let id = created["serviceToken"]["id"].as_str().expect("an id");
    assert_eq!(
        created,
        json!({
            "token": secret,
            "serviceToken": {
                "id": id, "name": "reports", "scope": "events:read", "created_by": org.admin.id,
                "created_at": "2026-01-01T12:00:00.000Z", "last_used_at": null
            }
        })
    );

    let listed = world.call("GET", "/api/service-tokens", Some(&admin), None).await;
    assert_eq!(listed.json(), json!({"serviceTokens": [created["serviceToken"]]}));
    assert!(!listed.text.contains(secret), "{}", listed.text);

    let path = format!("/api/service-tokens/{id}");
    let revoked = world.call("DELETE", &path, Some(&admin), None).await;
    assert_eq!((revoked.status.as_u16(), revoked.json()), (200, json!({"message": "Service token revoked"})));
    world.call("DELETE", &path, Some(&admin), None).await.is_refusal(404, "not_found");
    let listed = world.call("GET", "/api/service-tokens", Some(&admin), None).await;
    assert_eq!(listed.json(), json!({"serviceTokens": []}));
}

#[tokio::test]
async fn a_token_needs_a_name() {
    let world = World::new();
    let org = world.plant().await;
    let admin = world.login(&org.admin).await;
    for body in [json!({}), json!({"name": " "}), json!({"name": "x".repeat(101)}), json!({"name": 5})] {
        let answer = world.call("POST", "/api/service-tokens", Some(&admin), Some(body.clone())).await;
        answer.is_refusal(422, "invalid");
        assert_eq!(answer.json()["details"][0]["field"], "name", "{body}");
    }
}
