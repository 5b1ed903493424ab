use std::time::Duration;

use serde_json::{Value, json};
use switchboard_domain::calls::{Note, What};
use switchboard_domain::feed::{After, LONGEST_WAIT, Reader, Request};
use switchboard_domain::people::User;
use switchboard_domain::ports::Store;
use switchboard_domain::testing::fixtures::Planted;
use tokio::time::{sleep, timeout};

use crate::client::Client;
use crate::world::World;

/// Somebody without a socket asks for what is new from here on; whoever waits for the answer gets it.
async fn ask(world: &World, user: &User) -> impl Future<Output = usize> {
    let token = world.token(user).await;
    let reader = Reader::Person(world.sessions.authenticate(&token).await.expect("in"));
    let start = Request { after: After::Nothing, limit: 10, wait: Duration::ZERO };
    let at = world.feed.read(&reader, start).await.expect("a page").cursor();
    let held = Request { after: After::Cursor(at), limit: 10, wait: LONGEST_WAIT };
    async move { world.feed.read(&reader, held).await.expect("a page").entries.len() }
}

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

#[tokio::test]
async fn who_was_answered_with_it_is_a_screen_too() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    for (sid, sockets) in [("CA1", 0), ("CA2", 1)] {
        let mut clients = Vec::new();
        for _ in 0..sockets {
            let token = world.token(&org.admin).await;
            clients.push(Client::greeted(&world.routes, json!({"token": token})).await);
        }
        let mut asked = Vec::new();
        for user in [&org.admin, &org.agent, &other.agent] {
            asked.push(Box::pin(ask(&world, user).await));
        }
        for held in &mut asked {
            assert!(timeout(Duration::from_millis(50), held).await.is_err(), "held");
        }
        world.ring(&org, sid).await;
        for answered in &mut asked[..2] {
            assert_eq!(timeout(Duration::from_secs(10), answered).await.expect("in time"), 1);
        }
        let notes = noted(&world, &org, sid, |notes| count(notes, What::Emitted) > 0).await;
        let emitted = notes.iter().find(|note| note.what == What::Emitted).expect("it went out");
        assert_eq!(emitted.detail, Some((2 + sockets).to_string()));
    }
}
