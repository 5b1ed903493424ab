use std::sync::Arc;

use switchboard_domain::ports::Operations;
use switchboard_domain::rollout::Rollouts;
use switchboard_domain::testing::MemStore;
use switchboard_domain::testing::fixtures::noon;

#[tokio::test]
async fn the_first_answer_is_the_operators_and_later_ones_are_what_was_heard() {
    let store = Arc::new(MemStore::default());
    let moved = async |percent| store.set_rollout(percent, None, "Ada", noon()).await.expect("set").rollout;
    let before = moved(7).await;
    let rollouts = Rollouts::new(store.clone());
    assert_eq!(rollouts.current().await.expect("asked"), before);
    let after = moved(0).await;
    assert_eq!(rollouts.current().await.expect("known"), before, "nobody has told it yet");
    rollouts.hear(after);
    assert_eq!(rollouts.current().await.expect("known"), after);
    rollouts.hear(before);
    assert_eq!(rollouts.current().await.expect("known"), before, "a restored database is believed");
}
