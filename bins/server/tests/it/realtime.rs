//! Who is told to use websockets, and who to poll. How people are divided is tested in `switchboard-domain`.

use serde_json::{Value, json};
use switchboard_domain::access::Role;
use switchboard_domain::people::User;
use switchboard_domain::ports::Operations;
use switchboard_domain::testing::MemStore;
use switchboard_domain::testing::fixtures::{Planted, noon};

use crate::harness::World;

async fn config(world: &World, user: &User) -> Value {
    let token = world.login(user).await;
    let answer = world.call("GET", "/api/realtime/config", Some(&token), None).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    answer.json()
}

/// A server that starts after the operator moved the switch.
async fn starts_with(store: &std::sync::Arc<MemStore>, percent: u8) -> World {
    store.set_rollout(percent, Some(750), "Ada", noon()).await.expect("set");
    World::over(store.clone(), store.clone(), store.clone())
}

async fn team(world: &World, org: &Planted) -> Vec<User> {
    let mut team = Vec::new();
    for _ in 0..10 {
        for role in Role::ALL {
            team.push(world.hire(org, role).await);
        }
    }
    team
}

#[tokio::test]
async fn the_answer_has_the_contracts_shape_and_grows_old_soon() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    let answer = world.call("GET", "/api/realtime/config", Some(&token), None).await;
    assert_eq!(
        answer.json(),
        json!({
            "transport": "websocket", "pollIntervalMs": 2000,
            "reconnect": {"initialDelayMs": 500, "maxDelayMs": 3000, "jitter": 0.5}
        })
    );
    assert_eq!(answer.headers["cache-control"], "private, max-age=20");
    let vary: Vec<_> = answer.headers.get_all("vary").iter().collect();
    assert!(vary.iter().any(|value| *value == "authorization"), "{vary:?}");
    assert!(vary.iter().any(|value| value.to_str().is_ok_and(|value| value.contains("origin"))), "{vary:?}");
}

#[tokio::test]
async fn people_are_moved_by_hundredths_and_back_and_never_for_nothing() {
    let store = std::sync::Arc::default();
    let world = starts_with(&store, 0).await;
    let org = world.plant().await;
    let team = team(&world, &org).await;
    let mut before = 0;
    let mut transports = vec!["polling".to_owned(); team.len()];
    for percent in [0, 30, 60, 100] {
        let world = starts_with(&store, percent).await;
        for (user, known) in team.iter().zip(&mut transports) {
            let config = config(&world, user).await;
            assert_eq!(config["pollIntervalMs"], 750);
            let transport = config["transport"].as_str().expect("a transport");
            assert!(*known == "polling" || transport == "websocket", "nobody is moved off");
            *known = transport.to_owned();
        }
        let moved = transports.iter().filter(|transport| *transport == "websocket").count();
        assert!(moved >= before, "{percent} %: {moved}");
        before = moved;
    }
    assert_eq!(before, team.len(), "everybody");
    let world = starts_with(&store, 0).await;
    for user in &team {
        assert_eq!(config(&world, user).await["transport"], "polling", "back");
    }
}
