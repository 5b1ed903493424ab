use switchboard_domain::Error;
use switchboard_domain::calls::InboundCall;
use switchboard_domain::customers::CustomerKind;
use switchboard_domain::ports::Store;
use switchboard_domain::testing::fixtures;

use crate::world::World;

fn inbound(sid: &str) -> InboundCall {
    fixtures::inbound(sid, "+14155550123")
}

#[tokio::test]
async fn a_call_rings_once_however_often_twilio_tells() {
    let world = World::new();
    let org = world.plant().await;
    for _ in 0..3 {
        world.calls.ring(org.scope, inbound("CA1")).await.expect("ring");
    }
    assert_eq!(world.calls.ringing(&org.caller(&org.agent)).await.expect("ringing").len(), 1);
    assert_eq!(world.log(&org).await.len(), 1);
}

#[tokio::test]
async fn a_known_caller_is_named() {
    let world = World::new();
    let org = world.plant().await;
    let mut bo = fixtures::customer(CustomerKind::Lead, "Bo", "(647) 555-0100");
    bo.last_name = "O'Hara <b>".to_owned();
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    tx.insert_customer(&bo).await.expect("insert");
    tx.commit().await.expect("commit");
    world.calls.ring(org.scope, inbound("CA1")).await.expect("ring");
    let event: serde_json::Value = serde_json::from_str(&world.log(&org).await[0].payload).expect("JSON");
    assert_eq!(event["callerName"], "Bo O&#x27;Hara &lt;b&gt;");
    assert_eq!(event["leadId"], bo.id.to_string());
    assert_eq!(event["contactId"], serde_json::Value::Null);
}

#[tokio::test]
async fn one_agent_takes_the_call_and_the_rest_learn_who() {
    let world = World::new();
    let org = world.plant().await;
    let (ada, grace) = (org.caller(&org.admin), org.caller(&org.agent));
    world.calls.ring(org.scope, inbound("CA1")).await.expect("ring");
    let conference = world.calls.accept(&grace, "CA1").await.expect("accept");
    assert_eq!(world.calls.accept(&grace, "CA1").await.expect("ask again"), conference);
    let Err(Error::AlreadyAccepted { by }) = world.calls.accept(&ada, "CA1").await else { panic!("taken") };
    assert_eq!((by.id, by.name.as_str()), (org.agent.id, "Grace Hopper"));
    let names: Vec<_> = world.log(&org).await.into_iter().map(|entry| entry.name).collect();
    assert_eq!(names, ["incoming-call", "call-accepted"]);
    assert!(world.calls.ringing(&ada).await.expect("ringing").is_empty());
}

#[tokio::test]
async fn declining_silences_a_call_for_oneself_alone() {
    let world = World::new();
    let org = world.plant().await;
    let (ada, grace) = (org.caller(&org.admin), org.caller(&org.agent));
    world.calls.ring(org.scope, inbound("CA1")).await.expect("ring");
    world.calls.decline(&grace, "CA1").await.expect("decline");
    assert!(world.calls.ringing(&grace).await.expect("ringing").is_empty());
    assert_eq!(world.calls.ringing(&ada).await.expect("ringing").len(), 1);
    world.calls.accept(&grace, "CA1").await.expect("a change of mind");
}

#[tokio::test]
async fn another_organisations_call_is_not_found() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    world.calls.ring(org.scope, inbound("CA1")).await.expect("ring");
    let stranger = other.caller(&other.admin);
    assert!(matches!(world.calls.accept(&stranger, "CA1").await, Err(Error::NotFound(_))));
    assert!(matches!(world.calls.decline(&stranger, "CA1").await, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn a_caller_who_hangs_up_is_told_of_once_and_never_rings_again() {
    let world = World::new();
    let org = world.plant().await;
    let grace = org.caller(&org.agent);
    for sid in ["CA1", "CA2"] {
        world.calls.ring(org.scope, inbound(sid)).await.expect("ring");
    }
    world.calls.accept(&grace, "CA2").await.expect("accept");
    for sid in ["CA1", "CA1", "CA2", "CA3"] {
        world
            .calls
            .customer_gone(org.scope, fixtures::hung_up(sid, "+14155550123"), None)
            .await
            .expect("hang up");
    }
    let log = world.log(&org).await;
    let names: Vec<_> = log.iter().map(|entry| entry.name.as_str()).collect();
    let told = ["incoming-call", "incoming-call", "call-accepted", "call-ended", "call-ended"];
    assert_eq!(names, told);
    for (entry, sid) in log[3..].iter().zip(["CA1", "CA2"]) {
        let ended: serde_json::Value = serde_json::from_str(&entry.payload).expect("JSON");
        assert_eq!((&ended["callSid"], &ended["reason"]), (&sid.into(), &"caller-hangup".into()));
    }
    world.calls.ring(org.scope, inbound("CA3")).await.expect("its announcement is late");
    assert_eq!(world.log(&org).await.len(), log.len());
    assert!(matches!(world.calls.accept(&grace, "CA1").await, Err(Error::CallEnded)));
    assert!(world.calls.board(org.scope).await.expect("board").ringing.is_empty());
}
