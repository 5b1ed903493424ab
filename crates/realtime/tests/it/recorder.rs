use std::time::Duration;

use serde_json::{Value, json};
use switchboard_domain::calls::{Note, What};
use switchboard_domain::ports::Store;
use switchboard_domain::testing::fixtures::Planted;
use tokio::time::{sleep, timeout};

use crate::client::Client;
use crate::world::World;

/// What was noted of the call, once it is so.
async fn noted(world: &World, org: &Planted, sid: &str, fits: impl Fn(&[Note]) -> bool) -> Vec<Note> {
    let look = async {
        loop {
            let mut tx = world.store.begin(org.scope).await.expect("begin");
            let call = tx.call_by_sid(sid).await.expect("read").expect("the call");
            let notes = tx.timeline(call.id.into()).await.expect("read");
            drop(tx);
            if fits(&notes) {
                return notes;
            }
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(10), look).await.expect("it is noted in time")
}

async fn acknowledge(client: &Client, data: Value) {
    let packet = format!("42{}", json!(["call-ack", data]));
    assert!(client.post(packet).await.is_success());
}

fn count(notes: &[Note], what: What) -> usize {
    notes.iter().filter(|note| note.what == what).count()
}

#[tokio::test]
async fn it_is_noted_to_how_many_screens_a_call_went_and_who_saw_it() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let mut clients = Vec::new();
    for user in [&org.admin, &org.agent, &other.agent] {
        let token = world.token(user).await;
        clients.push(Client::greeted(&world.routes, json!({"token": token})).await.0);
    }
    world.ring(&org, "CA1").await;
    let notes = noted(&world, &org, "CA1", |notes| count(notes, What::Emitted) > 0).await;
    let emitted = notes.iter().find(|note| note.what == What::Emitted).expect("it went out");
    assert_eq!(emitted.detail.as_deref(), Some("2"), "the other organisation's screen is not one of them");
    for rubbish in
        [json!(null), json!({"callSid": 7}), json!({"callSid": "CA0"}), json!({"callSid": "x".repeat(99)})]
    {
        acknowledge(&clients[0], rubbish).await;
    }
    for n in [2, 0, 0, 1] {
        acknowledge(&clients[n], json!({"callSid": "CA1"})).await;
    }
    let notes = noted(&world, &org, "CA1", |notes| count(notes, What::Seen) == 2).await;
    let by: Vec<_> = notes.iter().filter(|note| note.what == What::Seen).map(|note| note.by).collect();
    assert!(by.contains(&Some(org.admin.id)) && by.contains(&Some(org.agent.id)), "{by:?}");
}
