//! Inviting people over HTTP: shapes and statuses. The rules are tested in `switchboard-domain`.

use serde_json::{Value, json};
use switchboard_domain::access::Role;

use crate::harness::{PAGE_URL, World};

async fn invite(world: &World, token: &str, email: &str) -> Value {
    let form = json!({"email": email, "role": "user"});
    let answer = world.call("POST", "/api/users", Some(token), Some(form)).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
    answer.json()
}

/// What stands behind the link's `#token=`.
fn secret(invitation: &Value) -> String {
    let link = invitation["inviteUrl"].as_str().expect("a link");
    let token = link.strip_prefix(PAGE_URL).and_then(|rest| rest.strip_prefix("invite#token="));
    token.expect("a link to the page, with the token where no browser sends it").to_owned()
}

fn acceptance(invitation: &Value) -> Value {
    json!({
        "token": secret(invitation), "password": "battery staple", "first_name": "Joan", "last_name": "Clarke",
        "timezone": "Europe/London"
    })
}

#[tokio::test]
async fn who_is_invited_sees_whereto_accepts_and_is_signed_in() {
    let world = World::new();
    let org = world.plant().await;
    let admin = world.login(&org.admin).await;
    let invitation = invite(&world, &admin, "Joan@Acme.example").await;
    let user = &invitation["user"];
    assert_eq!(user["email"], "joan@acme.example");
    assert_eq!((&user["is_active"], &user["email_verified"]), (&json!(false), &json!(false)));
    assert_eq!(user["invited_until"], "2026-01-08T12:00:00.000Z");
    let users = world.call("GET", "/api/users", Some(&admin), None).await.json();
    assert_eq!(&users["users"][2], user);
    assert_eq!(users["users"][0]["invited_until"], Value::Null);
    assert!(!users.to_string().contains(&secret(&invitation)), "the token is told once");

    let link = json!({"token": secret(&invitation)});
    let seen = world.call("POST", "/api/auth/invite", None, Some(link.clone())).await.json();
    let expected = json!({
        "organization": {"name": "Acme"}, "email": "joan@acme.example", "first_name": "", "last_name": "",
        "role": "user", "timezone": "UTC", "invited_until": "2026-01-08T12:00:00.000Z"
    });
    assert_eq!(seen, expected);

    let answer = world.call("POST", "/api/auth/accept-invite", None, Some(acceptance(&invitation))).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    let credentials = json!({"email": "joan@acme.example", "password": "battery staple"});
    let login = world.call("POST", "/api/auth/login", None, Some(credentials)).await.json();
    let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    let accepted = answer.json();
    assert_eq!(
        (keys(&accepted), keys(&accepted["user"])),
        (keys(&login), keys(&login["user"])),
        "as login answers"
    );
    assert_eq!(
        (&accepted["user"]["email_verified"], &accepted["user"]["full_name"]),
        (&json!(true), &json!("Joan Clarke"))
    );
    let me = world.call("GET", "/api/auth/me", accepted["token"].as_str(), None).await.json();
    assert_eq!(me["user"]["id"], user["id"]);

    let mut refusals = Vec::new();
    for token in [secret(&invitation), "swi_rubbish".to_owned(), "invitation-99".to_owned()] {
        let mut form = acceptance(&invitation);
        form["token"] = token.into();
        for path in ["/api/auth/accept-invite", "/api/auth/invite"] {
            let answer = world.call("POST", path, None, Some(form.clone())).await;
            answer.is_refusal(410, "invitation_ended");
            refusals.push(answer.text);
        }
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "used or never made: {refusals:?}");
}

#[tokio::test]
async fn a_link_is_made_anew_and_withdrawn() {
    let world = World::new();
    let org = world.plant().await;
    let admin = world.login(&org.admin).await;
    let first = invite(&world, &admin, "joan@acme.example").await;
    let path = format!("/api/users/{}/invite", first["user"]["id"].as_str().expect("an id"));
    let answer = world.call("POST", &path, Some(&admin), None).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
    let second = answer.json();
    assert_ne!(secret(&first), secret(&second));
    let look = async |invitation: &Value| {
        world.call("POST", "/api/auth/invite", None, Some(json!({"token": secret(invitation)}))).await
    };
    look(&first).await.is_refusal(410, "invitation_ended");
    assert_eq!(look(&second).await.status.as_u16(), 200);

    let answer = world.call("DELETE", &path, Some(&admin), None).await;
    assert_eq!(answer.json(), json!({"message": "Invitation withdrawn"}));
    look(&second).await.is_refusal(410, "invitation_ended");
    world.call("DELETE", &path, Some(&admin), None).await.is_refusal(404, "not_found");
    let here = format!("/api/users/{}/invite", org.agent.id);
    for method in ["POST", "DELETE"] {
        world.call(method, &here, Some(&admin), None).await.is_refusal(404, "not_found");
    }
}

#[tokio::test]
async fn an_address_that_is_known_is_a_conflict() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let admin = world.login(&org.admin).await;
    let invite = async |email: &str| {
        let form = json!({"email": email, "role": "viewer"});
        world.call("POST", "/api/users", Some(&admin), Some(form)).await
    };
    invite(&org.agent.email).await.is_refusal(409, "already_member");
    let theirs = invite(&other.agent.email).await;
    theirs.is_refusal(409, "already_exists");
    let registration = json!({
        "organization": {"name": "Copy"},
        "admin": {"email": other.agent.email, "password": "correct horse", "first_name": "E", "last_name": "C"}
    });
    let registered = world.call("POST", "/api/auth/register", None, Some(registration)).await;
    assert_eq!(theirs.text, registered.text, "it tells what registering tells, and no more");
}

#[tokio::test]
async fn admins_alone_invite_and_what_breaks_a_rule_is_named() {
    let world = World::new();
    let org = world.plant().await;
    for role in [Role::Viewer, Role::User, Role::Manager] {
        let user = world.hire(&org, role).await;
        let token = world.login(&user).await;
        let form = json!({"email": "joan@acme.example", "role": "user"});
        world.call("POST", "/api/users", Some(&token), Some(form)).await.is_refusal(403, "forbidden");
    }
    let admin = world.login(&org.admin).await;
    let form = |field: &str, value: Value| {
        let mut form = json!({"email": "joan@acme.example", "role": "user"});
        form[field] = value;
        form
    };
    for (field, value) in [
        ("email", json!(null)),
        ("email", json!("joan")),
        ("email", json!(["joan@acme.example"])),
        ("email", json!("joan\u{0}@acme.example")),
        ("email", json!(format!("{}@acme.example", "j".repeat(255)))),
        ("role", json!("")),
        ("role", json!("Admin")),
        ("role", json!("operator")),
        ("first_name", json!("x".repeat(101))),
        ("last_name", json!(7)),
        ("timezone", json!("Mars/Olympus")),
    ] {
        let answer = world.call("POST", "/api/users", Some(&admin), Some(form(field, value.clone()))).await;
        answer.is_refusal(422, "invalid");
        assert_eq!(answer.json()["details"][0]["field"], field, "{value}: {}", answer.text);
    }
    let invitation = invite(&world, &admin, "joan@acme.example").await;
    for (field, value) in [
        ("token", json!(null)),
        ("token", json!({})),
        ("token", json!("x".repeat(256))),
        ("password", json!("1234567")),
        ("password", json!(null)),
        ("first_name", json!("")),
        ("last_name", json!("x".repeat(101))),
        ("timezone", json!("+01:00")),
    ] {
        let mut form = acceptance(&invitation);
        form[field] = value.clone();
        let answer = world.call("POST", "/api/auth/accept-invite", None, Some(form)).await;
        answer.is_refusal(422, "invalid");
        assert_eq!(answer.json()["details"][0]["field"], field, "{value}: {}", answer.text);
    }
    let path = format!("/api/users/{}", invitation["user"]["id"].as_str().expect("an id"));
    let come = world.call("PATCH", &path, Some(&admin), Some(json!({"is_active": true}))).await;
    come.is_refusal(422, "invalid");
    let promoted = world.call("PATCH", &path, Some(&admin), Some(json!({"role": "manager"}))).await.json();
    assert_eq!(
        (&promoted["user"]["role"], &promoted["user"]["is_active"]),
        (&json!("manager"), &json!(false))
    );
    let accepted = world.call("POST", "/api/auth/accept-invite", None, Some(acceptance(&invitation))).await;
    assert_eq!(accepted.json()["user"]["role"], "manager", "{}", accepted.text);
}

#[tokio::test]
async fn a_link_that_does_not_count_is_slowed() {
    let world = World::new();
    let form = json!({"token": "rubbish"});
    for _ in 0..5 {
        let answer = world.call("POST", "/api/auth/invite", None, Some(form.clone())).await;
        answer.is_refusal(410, "invitation_ended");
    }
    let answer = world.call("POST", "/api/auth/invite", None, Some(form)).await;
    answer.is_refusal(429, "throttled");
    assert!(answer.headers.contains_key("retry-after"));
}
