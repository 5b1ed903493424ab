use std::time::Duration;

use serde_json::json;
use switchboard_domain::operator::Operator;
use switchboard_domain::ports::Operations;
use switchboard_domain::testing::fixtures::noon;
use tokio::time::{sleep, timeout};

use crate::client::{Client, Heard};
use crate::world::World;

#[tokio::test(start_paused = true)]
async fn the_operators_switch_is_heard_of_within_a_second() {
    let world = World::new();
    assert_eq!(world.rollouts.current().await.expect("known").percent, 100);
    for percent in [0, 40, 100] {
        world.store.set_rollout(percent, None, "Ada", noon()).await.expect("set");
        let heard = async {
            while world.rollouts.current().await.expect("known").percent != percent {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(Duration::from_millis(1_100), heard).await.expect("heard");
    }
}

#[tokio::test]
async fn a_deactivated_organisation_hears_nothing_more_and_others_go_on() {
    for world in [World::new(), World::without_hints()] {
        let (org, other) = (world.plant().await, world.plant().await);
        let token = world.token(&org.agent).await;
        let (mut client, _) = Client::greeted(&world.routes, json!({"token": token})).await;
        let theirs = world.token(&other.agent).await;
        let (mut neighbour, _) = Client::greeted(&world.routes, json!({"token": theirs})).await;
        let operator = Operator::new(
            world.store.clone(),
            world.store.clone(),
            world.rollouts.clone(),
            world.clock.clone(),
        );
        operator.set_active(org.scope.org(), false).await.expect("deactivate");
        let reason = Heard::Event("session-ended".to_owned(), vec![json!({"reason": "session revoked"})]);
        assert_eq!(client.hear().await, reason);
        assert_eq!(client.hear().await, Heard::Disconnected);
        let mut again = Client::connect(&world.routes, json!({"token": token})).await;
        assert!(matches!(again.hear().await, Heard::Refused(_)));
        world.text(&other, "SM1").await;
        assert_eq!(neighbour.event().await.0, "incoming-sms");
    }
}
