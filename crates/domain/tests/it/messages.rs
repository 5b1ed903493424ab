use chrono::TimeDelta;
use switchboard_domain::messages::InboundMessage;
use switchboard_domain::ports::Store;
use switchboard_domain::testing::fixtures::{self, noon};

use crate::world::World;

fn inbound(sid: &str, body: &str) -> InboundMessage {
    fixtures::text(sid, body)
}

#[tokio::test]
async fn a_text_is_stored_as_sent_and_shown_inert() {
    let world = World::new();
    let org = world.plant().await;
    world
        .messages
        .receive(org.scope, inbound("SM1", r#"donation=5 <3 & "you""#), noon())
        .await
        .expect("receive");
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let stored = tx.message_by_sid("SM1").await.expect("read").expect("the message");
    assert_eq!(stored.body, r#"donation=5 <3 & "you""#);
    drop(tx);
    let event: serde_json::Value = serde_json::from_str(&world.log(&org).await[0].payload).expect("JSON");
    assert_eq!(event["body"], "donation=5 &lt;3 &amp; &quot;you&quot;");
}

#[tokio::test]
async fn a_repeated_text_is_one_text_even_if_it_changed() {
    let world = World::new();
    let org = world.plant().await;
    world.messages.receive(org.scope, inbound("SM1", "first"), noon()).await.expect("receive");
    world.messages.receive(org.scope, inbound("SM1", "second"), noon()).await.expect("receive");
    assert_eq!(world.log(&org).await.len(), 1);
}

#[tokio::test]
async fn a_text_that_is_stored_late_keeps_its_moment_and_is_told_as_news() {
    let world = World::new();
    let org = world.plant().await;
    world.clock.advance(TimeDelta::minutes(10));
    world.messages.receive(org.scope, inbound("SM1", "hello"), noon()).await.expect("receive");
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let stored = tx.message_by_sid("SM1").await.expect("read").expect("the message");
    assert_eq!((stored.created_at, stored.updated_at), (noon(), noon()));
    drop(tx);
    let told = &world.log(&org).await[0];
    assert_eq!(told.occurred_at, noon() + TimeDelta::minutes(10), "who was away a minute is to hear of it");
    let event: serde_json::Value = serde_json::from_str(&told.payload).expect("JSON");
    assert_eq!(event["timestamp"], "2026-01-01T12:00:00.000Z");
}

#[tokio::test]
async fn a_null_character_is_replaced() {
    let world = World::new();
    let org = world.plant().await;
    world.messages.receive(org.scope, inbound("SM1", "a\0b"), noon()).await.expect("receive");
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let stored = tx.message_by_sid("SM1").await.expect("read").expect("the message");
    assert_eq!(stored.body, "a\u{fffd}b");
}

#[tokio::test]
async fn a_text_longer_than_any_carrier_takes_is_stored_whole_and_told_in_part() {
    let world = World::new();
    let org = world.plant().await;
    let body = "é".repeat(20_000);
    world.messages.receive(org.scope, inbound("SM1", &body), noon()).await.expect("receive");
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.message_by_sid("SM1").await.expect("read").expect("the message").body, body);
    drop(tx);
    let event: serde_json::Value = serde_json::from_str(&world.log(&org).await[0].payload).expect("JSON");
    assert_eq!(event["body"], "é".repeat(4_096));
}
