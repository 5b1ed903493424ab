//! What the server does by itself, from time to time.

use std::time::Duration;

use switchboard_domain::retention::Retention;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// How often old events are looked for.
const SWEEP: Duration = Duration::from_secs(5 * 60);

/// Deletes old events until told to stop.
pub(crate) async fn sweep_logs(retention: Retention, stop: CancellationToken) {
    let mut times = interval(SWEEP);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let sweep = async {
            times.tick().await;
            retention.sweep().await
        };
        let swept = tokio::select! {
            () = stop.cancelled() => return,
            swept = sweep => swept,
        };
        match swept {
            Ok(swept) => {
                if swept.deleted > 0 {
                    info!(events = swept.deleted, "deleted {} old events", swept.deleted);
                }
                for (org, error) in swept.failures {
                    warn!(org.id = %org, "could not delete old events: {error}");
                }
            }
            Err(error) => warn!("could not look for old events: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::TimeDelta;
    use switchboard_domain::ports::{Clock, Store};
    use switchboard_domain::testing::fixtures::{append, plant};
    use switchboard_domain::testing::{ManualClock, MemStore};
    use tokio::time::{sleep, timeout};
    use tokio_util::task::TaskTracker;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn old_events_go_by_themselves_until_the_server_stops() {
        let store = Arc::new(MemStore::default());
        let clock = Arc::new(ManualClock::new());
        let org = plant(store.as_ref()).await;
        let retention = Retention::new(store.clone(), store.clone(), clock.clone(), TimeDelta::hours(24));
        let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
        tracker.spawn(sweep_logs(retention, stop.clone()));
        for _ in 0..3 {
            append(store.as_ref(), org.scope, clock.now(), 2).await;
            clock.advance(TimeDelta::hours(25));
            let emptied = async {
                loop {
                    let mut tx = store.begin(org.scope).await.expect("begin");
                    if tx.events_after(0, 1).await.expect("read").is_empty() {
                        return;
                    }
                    drop(tx);
                    sleep(Duration::from_secs(1)).await;
                }
            };
            timeout(SWEEP + Duration::from_secs(2), emptied).await.expect("deleted within a sweep");
        }
        stop.cancel();
        tracker.close();
        timeout(Duration::from_secs(1), tracker.wait()).await.expect("it stops when told");
    }
}
