//! Whom a call rings: told when somebody connects, and at every change.

use serde_json::{Value, json};
use switchboard_domain::access::Role;
use switchboard_domain::people::UserForm;

use crate::client::{Client, Heard};
use crate::world::World;

fn offers(sids: &[&str]) -> Heard {
    Heard::Event("offers".to_owned(), vec![json!({"callSids": sids})])
}

/// Passes over one event of the log.
async fn pass(client: &mut Client, name: &str) {
    assert_eq!(client.event().await.0, name);
}

/// Hears these events of the log, and ends up with these offers. What rings is told as soon as it is known, be it
/// before the event that says why.
async fn settles(client: &mut Client, events: &[&str], sids: &[&str]) {
    let (mut heard, mut last) = (Vec::new(), None);
    while heard != events || last.as_ref() != Some(&offers(sids)) {
        match client.hear().await {
            Heard::Event(name, _) if name != "offers" => heard.push(name),
            other => last = Some(other),
        }
    }
}

fn ringing(session: &Value) -> Vec<&str> {
    let calls = session["ringing"].as_array().expect("calls");
    calls.iter().map(|call| call["callSid"].as_str().expect("a SID")).collect()
}

#[tokio::test]
async fn a_call_rings_for_everybody_until_somebody_takes_it() {
    let world = World::new();
    let org = world.plant().await;
    let (mut ada, _) = Client::greeted(&world.routes, json!({"token": world.token(&org.admin).await})).await;
    world.ring(&org, "CA1").await;
    settles(&mut ada, &["incoming-call"], &["CA1"]).await;

    let (mut grace, session) =
        Client::greeted(&world.routes, json!({"token": world.token(&org.agent).await})).await;
    assert_eq!(ringing(&session), ["CA1"], "who comes late hears it ring");
    assert_eq!(session["offers"], json!({"callSids": ["CA1"]}));
    world.ring(&org, "CA2").await;
    settles(&mut grace, &["incoming-call"], &["CA1", "CA2"]).await;
    world.calls.accept(&org.caller(&org.agent), "CA1").await.expect("accept");
    settles(&mut grace, &["call-accepted"], &[]).await; // she is on a call
    settles(&mut ada, &["incoming-call", "call-accepted"], &["CA2"]).await;
    world.hang_up(&org, "CA2").await;
    settles(&mut ada, &["call-ended"], &[]).await; // the caller hung up
}

#[tokio::test]
async fn who_declines_in_one_window_is_left_alone_in_all_of_them() {
    let world = World::new();
    let org = world.plant().await;
    world.ring(&org, "CA1").await;
    let token = world.token(&org.agent).await;
    let (mut one, _) = Client::greeted(&world.routes, json!({"token": token})).await;
    let (mut two, _) = Client::greeted(&world.routes, json!({"token": token})).await;
    let (mut ada, _) = Client::greeted(&world.routes, json!({"token": world.token(&org.admin).await})).await;
    for _ in 0..2 {
        world.calls.decline(&org.caller(&org.agent), "CA1").await.expect("decline");
    }
    for window in [&mut one, &mut two] {
        assert_eq!(window.hear().await, offers(&[]));
    }
    let (_, session) = Client::greeted(&world.routes, json!({"token": token})).await;
    assert!(ringing(&session).is_empty());
    world.text(&org, "SM1").await;
    pass(&mut ada, "incoming-sms").await; // and nothing before it: it rings on for her
    pass(&mut one, "incoming-sms").await;
}

#[tokio::test]
async fn a_change_of_role_changes_what_rings() {
    let world = World::new();
    let org = world.plant().await;
    let (mut grace, _) =
        Client::greeted(&world.routes, json!({"token": world.token(&org.agent).await})).await;
    world.ring(&org, "CA1").await;
    settles(&mut grace, &["incoming-call"], &["CA1"]).await;
    for (role, rings) in [(Role::Viewer, &[][..]), (Role::User, &["CA1"][..])] {
        let form = UserForm { role: Some(role.to_string()), ..UserForm::default() };
        world.people.update_user(&org.caller(&org.admin), org.agent.id, form).await.expect("update");
        assert_eq!(grace.hear().await, offers(rings), "{role}");
    }
}
