use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use switchboard_domain::presence::{NodeId, PATIENCE};
use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use crate::node::Node;

/// How often this node says that it lives.
const BEAT: Duration = Duration::from_secs(1);

/// Says once a second that this node lives, and who asked it for what is new.
pub(crate) async fn beat(node: Arc<Node>) {
    let mut beats = interval(BEAT);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let beat = async {
            beats.tick().await;
            node.operations.beat(node.id, PATIENCE).await
        };
        let heard = tokio::select! {
            () = node.stop.cancelled() => return,
            heard = beat => heard,
        };
        match heard {
            Ok(()) => node.is_known.store(true, Ordering::Release),
            Err(error) => warn!("could not say that this node lives: {error}"),
        }
        tell_of_askers(&node);
    }
}

fn tell_of_askers(node: &Arc<Node>) {
    for (scope, sightings) in node.askers.untold(node.clock.now()) {
        let telling = Arc::clone(node);
        node.tracker.spawn(async move {
            if let Err(error) = telling.presence.note(scope, NodeId::NONE, &sightings, &[]).await {
                warn!(org.id = %scope.org(), "could not note who asks: {error}");
                telling.askers.not_told(scope, &sightings);
            }
        });
    }
}
