use std::time::Duration;

use switchboard_domain::ports::Operations;
use switchboard_domain::testing::fixtures::noon;
use tokio::time::{sleep, timeout};

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
