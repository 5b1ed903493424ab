//! Auto-responses over HTTP, and when they are sent. The rules are tested in `switchboard-domain`.

use std::sync::Arc;

use serde_json::{Value, json};
use switchboard_domain::access::Role;
use switchboard_domain::ports::Store;
use switchboard_domain::testing::fixtures::Planted;
use switchboard_domain::testing::{Asked, Outcome};
use tokio::time::timeout;

use crate::harness::{Answer, PATIENCE, Setup, World};
use crate::stuck::Stuck;
use crate::webhooks::{SMS, signed, text};

const RULES: &str = "/api/twilio/auto-responses";

async fn create(world: &World, org: &Planted, rule: Value) -> Answer {
    let admin = world.login(&org.admin).await;
    world.call("POST", RULES, Some(&admin), Some(rule)).await
}

fn on_hours() -> Value {
    json!({"trigger": "keyword", "keyword": "Hours", "body": "9 to 5"})
}

#[tokio::test]
async fn a_manager_decides_and_everybody_reads() {
    let world = World::new();
    let org = world.plant().await;
    let viewer = world.login(&world.hire(&org, Role::Viewer).await).await;
    let manager = world.login(&world.hire(&org, Role::Manager).await).await;
    let read = async || world.call("GET", RULES, Some(&viewer), None).await.json();
    assert_eq!(read().await, json!({"auto_responses": []}));
    let created = world.call("POST", RULES, Some(&manager), Some(on_hours())).await;
    assert_eq!(created.status.as_u16(), 201, "{}", created.text);
    let mut rule = created.json()["auto_response"].clone();
    let (id, maker) = (rule["id"].clone(), rule["created_by"].clone());
    assert_eq!(
        rule,
        json!({
            "id": id, "trigger": "keyword", "keyword": "Hours", "number": null, "body": "9 to 5", "is_active": true,
            "created_by": maker, "created_at": "2026-01-01T12:00:00.000Z", "updated_at": "2026-01-01T12:00:00.000Z"
        })
    );
    assert_eq!(read().await, json!({"auto_responses": [rule]}));
    let path = format!("{RULES}/{}", id.as_str().expect("an id"));
    let change = json!({"trigger": "closed", "number": org.number.as_str(), "is_active": false});
    let changed = world.call("PUT", &path, Some(&manager), Some(change)).await;
    assert_eq!(changed.status.as_u16(), 200, "{}", changed.text);
    for (field, value) in [
        ("trigger", json!("closed")),
        ("keyword", Value::Null),
        ("number", json!(org.number.as_str())),
        ("is_active", json!(false)),
    ] {
        rule[field] = value;
    }
    assert_eq!(changed.json()["auto_response"], rule, "what was left out stays");
    let anywhere = world.call("PUT", &path, Some(&manager), Some(json!({"number": null}))).await.json();
    assert_eq!(anywhere["auto_response"]["number"], Value::Null);
    assert_eq!(world.call("DELETE", &path, Some(&manager), None).await.status.as_u16(), 200);
    assert_eq!(read().await, json!({"auto_responses": []}));
    world.call("PUT", &path, Some(&manager), Some(json!({}))).await.is_refusal(404, "not_found");
}

#[tokio::test]
async fn what_is_wrong_with_a_rule_is_told_by_field() {
    let world = World::new();
    let org = world.plant().await;
    for (fields, rule) in [
        (vec!["trigger", "body"], json!({})),
        (vec!["trigger", "body"], json!({"trigger": null, "body": null})),
        (vec!["trigger"], json!({"trigger": "often", "body": "x"})),
        (vec!["keyword"], json!({"trigger": "keyword", "keyword": "stop", "body": "x"})),
        (vec!["number"], json!({"trigger": "closed", "number": "+16475550100", "body": "x"})),
        (vec!["body"], json!({"trigger": "closed", "body": "a\0b"})),
        (vec!["is_active"], json!({"trigger": "closed", "body": "x", "is_active": "yes"})),
    ] {
        let answer = create(&world, &org, rule).await;
        answer.is_refusal(422, "invalid");
        let details = answer.json()["details"].clone();
        let told: Vec<_> =
            details.as_array().expect("details").iter().map(|it| it["field"].clone()).collect();
        assert_eq!(told, fields, "{}", answer.text);
    }
    assert_eq!(create(&world, &org, on_hours()).await.status.as_u16(), 201);
    create(&world, &org, on_hours()).await.is_refusal(409, "already_exists");
}

#[tokio::test]
async fn the_event_is_told_and_the_webhook_answered_while_twilio_does_not_take_the_answer() {
    let stuck = Arc::new(Stuck::default());
    let world = World::with(Setup { stuck: Some(stuck.clone()), ..Setup::default() });
    let org = world.plant().await;
    assert_eq!(create(&world, &org, on_hours()).await.status.as_u16(), 201);
    for _ in 0..2 {
        let params = text(&org, "SM1", "hours");
        let answer = timeout(PATIENCE, signed(&world, &org, SMS, &params)).await.expect("it is answered");
        assert_eq!(answer.text, r#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#);
    }
    stuck.is_asked().await;
    assert_eq!(world.events(&org).await, 1, "it was told before");
    assert_eq!(world.twilio.asked(), []);
    stuck.answer(2);
    world.is_quiet().await;
    assert_eq!(world.twilio.asked().len(), 1, "told twice, it is answered once");
    assert_eq!(world.events(&org).await, 2, "and how far the answer came is told");
}

#[tokio::test]
async fn what_twilio_refuses_is_shown_and_nobody_else_hears_of_it() {
    let world = World::new();
    let org = world.plant().await;
    assert_eq!(create(&world, &org, on_hours()).await.status.as_u16(), 201);
    world.twilio.next(Outcome::refused(400, 21_211, "no such number"));
    let answer = signed(&world, &org, SMS, &text(&org, "SM1", "hours")).await;
    assert_eq!(answer.status.as_u16(), 200);
    world.is_quiet().await;
    let asked = world.twilio.asked();
    assert!(matches!(asked.as_slice(), [Asked::Send(_)]), "{asked:?}");
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let conversation = tx.conversation("+16475550100").await.expect("read").expect("a conversation");
    let last = tx.thread(conversation.id, i64::MAX, 1).await.expect("read").pop().expect("the answer");
    assert_eq!((last.body.as_str(), last.progress.as_str()), ("9 to 5", "failed"));
}
