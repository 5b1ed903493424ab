//! Who asks too often is told when to come back; nobody else notices, and Twilio never hears of it.

use std::time::Duration;

use serde_json::json;
use switchboard_domain::access::Role;
use switchboard_server::{Rate, Rates};
use tokio::time::advance;

use crate::harness::{Setup, World};
use crate::webhooks;

const PLENTY: Rate = Rate { per_second: 1_000, burst: 1_000 };

fn world(user: Rate, organization: Rate) -> World {
    World::with(Setup { rates: Rates { user, organization }, ..Setup::default() })
}

async fn team(world: &World, token: &str) -> u16 {
    world.call("GET", "/api/team", Some(token), None).await.status.as_u16()
}

/// How many of so many requests were answered.
async fn answered(world: &World, token: &str, tries: usize) -> usize {
    let mut answered = 0;
    for _ in 0..tries {
        answered += usize::from(team(world, token).await == 200);
    }
    answered
}

#[tokio::test(start_paused = true)]
async fn who_asks_too_often_waits_and_nobody_else_does() {
    let world = world(Rate { per_second: 1, burst: 3 }, PLENTY);
    let (org, other) = (world.plant().await, world.plant().await);
    let token = world.login(&org.agent).await;
    assert_eq!(answered(&world, &token, 10).await, 3);
    let limited = world.call("GET", "/api/team", Some(&token), None).await;
    limited.is_refusal(429, "throttled");
    assert_eq!(limited.headers["retry-after"], "1");
    let refresh = world.call("POST", "/api/auth/refresh", Some(&token), None).await;
    refresh.is_refusal(429, "throttled");
    let second = world.login(&org.agent).await;
    assert_eq!(team(&world, &second).await, 429, "another device of the same person");
    for user in [&org.admin, &other.agent] {
        let token = world.login(user).await;
        assert_eq!(team(&world, &token).await, 200, "somebody else");
    }
    advance(Duration::from_secs(1)).await;
    assert_eq!(answered(&world, &token, 10).await, 1);
}

#[tokio::test(start_paused = true)]
async fn an_organisations_people_count_together_and_other_organisations_do_not() {
    let world = world(Rate { per_second: 1, burst: 2 }, Rate { per_second: 1, burst: 5 });
    let (org, other) = (world.plant().await, world.plant().await);
    let mut let_through = Vec::new();
    for _ in 0..4 {
        let user = world.hire(&org, Role::User).await;
        let token = world.login(&user).await;
        let_through.push(answered(&world, &token, 50).await);
    }
    assert_eq!(let_through, [2, 2, 1, 0], "what a person is refused costs the others nothing");
    let token = world.login(&other.agent).await;
    assert_eq!(answered(&world, &token, 50).await, 2);
}

#[tokio::test(start_paused = true)]
async fn events_may_be_asked_for_ten_times_as_often_and_cost_the_organisation_nothing() {
    let few = Rate { per_second: 1, burst: 3 };
    let world = world(few, few);
    let org = world.plant().await;
    let admin = world.login(&org.admin).await;
    let body = json!({"name": "reports"});
    let created = world.call("POST", "/api/service-tokens", Some(&admin), Some(body)).await.json();
    let service = created["token"].as_str().expect("a token");
    for token in [admin.as_str(), service] {
        let mut answered = 0;
        for _ in 0..50 {
            let answer = world.call("GET", "/api/events", Some(token), None).await;
            answered += usize::from(answer.status.as_u16() == 200);
        }
        assert_eq!(answered, 30);
        let limited = world.call("GET", "/api/events", Some(token), None).await;
        limited.is_refusal(429, "throttled");
        assert_eq!(limited.headers["retry-after"], "1");
    }
    assert_eq!(answered(&world, &admin, 10).await, 2, "one of three made the token");
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_asks_again_after_each_answer_never_waits() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    for round in 0..5_000 {
        let answer = world.call("GET", "/api/events", Some(&token), None).await;
        assert_eq!(answer.status.as_u16(), 200, "{round}, and no time has passed");
    }
}

#[tokio::test(start_paused = true)]
async fn twilio_never_waits() {
    let least = Rate { per_second: 1, burst: 1 };
    let world = world(least, least);
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    assert_eq!(answered(&world, &token, 10).await, 1);
    for n in 0..100 {
        let text = webhooks::text(&org, &format!("SM{n}"), "hello");
        let answer = webhooks::signed(&world, &org, webhooks::SMS, &text).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    }
    assert_eq!(world.events(&org).await, 100);
}
