//! What the server does by itself, from time to time.

mod turns;

use std::sync::Arc;
use std::time::Duration;

use switchboard_domain::Error;
use switchboard_domain::access::OrgScope;
use switchboard_domain::ports::{Due, Operations};
use switchboard_domain::retention::Retention;
use switchboard_server::{Replay, Scribe, Server};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use uuid::Uuid;

use self::turns::Turns;

/// How often old events, and files that nobody sends, are looked for.
const SWEEP: Duration = Duration::from_secs(5 * 60);

/// How often it is tried to handle webhooks that wait in the spool.
const REPLAY: Duration = Duration::from_secs(1);

/// For how long webhooks gather that are written down together.
const GATHER: Duration = Duration::from_millis(500);

/// How often it is looked for what is due.
const LOOK: Duration = Duration::from_secs(1);
/// How many organisations with such work are looked after in one go, the most urgent first.
const ORGS: i64 = 200;

/// What is looked after, each by itself: none waits for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// Leases lapse whose time is over, and Twilio is asked about calls of which nothing is heard.
    Calls,
    /// What waits is sent, and Twilio is asked about messages of which nothing is heard.
    Messages,
    /// What came with messages is fetched.
    Attachments,
    /// Texts are answered by themselves that a server left when it died.
    Unanswered,
}

impl Work {
    pub(crate) const ALL: [Self; 4] = [Self::Calls, Self::Messages, Self::Attachments, Self::Unanswered];

    fn due(self) -> Due {
        match self {
            Self::Calls => Due::Calls,
            Self::Messages => Due::Messages,
            Self::Attachments => Due::Attachments,
            Self::Unanswered => Due::Unanswered,
        }
    }
}

/// Looks after one of these until told to stop, once a second. While Twilio is slow to answer for one organisation, the
/// others do not wait, nor do any leases.
pub(crate) async fn look_after(
    work: Work,
    server: Server,
    operations: Arc<dyn Operations>,
    stop: CancellationToken,
) {
    let turns = Turns::default();
    let mut times = interval(LOOK);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = times.tick() => {}
        }
        let orgs = match operations.orgs_with_due(work.due(), ORGS).await {
            Ok(orgs) => orgs,
            Err(error) => {
                warn!("could not look for {work:?} that are due: {error}");
                continue;
            }
        };
        for org in orgs {
            #[expect(
                clippy::disallowed_methods,
                reason = "a background job, for every organisation in its own scope"
            )]
            let scope = OrgScope::trusted(org);
            if work == Work::Calls {
                match server.switching.lapse(scope).await {
                    Ok(todos) => todos.into_iter().for_each(|todo| server.later(Some(todo))),
                    Err(error) => warn!(org.id = %org, "could not let claims lapse: {error}"),
                }
            }
            if let Some(turn) = turns.take(org) {
                let server = server.clone();
                server.tracker.clone().spawn(async move {
                    settle(work, &server, scope).await;
                    drop(turn);
                });
            }
        }
    }
}

async fn settle(work: Work, server: &Server, scope: OrgScope) {
    let settled = match work {
        Work::Calls => server.switching.settle(scope).await.map(named),
        Work::Messages => server.texting.settle(scope).await.map(named),
        Work::Attachments => server.texting.fetch(scope).await.map(named),
        Work::Unanswered => server.auto_responses.catch_up(scope).await.map(named),
    };
    match settled {
        Ok(failures) => {
            for (id, error) in failures {
                warn!(org.id = %scope.org(), %id, "could not settle one of the {work:?}: {error}");
            }
        }
        Err(error) => warn!(org.id = %scope.org(), "could not look after {work:?}: {error}"),
    }
}

fn named<T: Into<Uuid>>(failures: Vec<(T, Error)>) -> Vec<(Uuid, Error)> {
    failures.into_iter().map(|(id, error)| (id.into(), error)).collect()
}

/// Hands what waits in the spool to its handlers until told to stop; what is in hand then begins anew another time.
pub(crate) async fn replay_webhooks(replay: Replay, stop: CancellationToken) {
    let mut times = interval(REPLAY);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let turns = async {
            times.tick().await;
            while replay.take_turns().await {}
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = turns => {}
        }
    }
}

/// Writes down which webhooks came, until told to stop; then what waits, once more.
pub(crate) async fn write_webhooks_down(scribe: Scribe, stop: CancellationToken) {
    let gathered = async || {
        scribe.is_needed().await;
        sleep(GATHER).await;
    };
    while stop.run_until_cancelled(gathered()).await.is_some() {
        scribe.write().await;
    }
    scribe.write().await;
}

/// Deletes old events, and files that nobody sends, until told to stop.
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
                if swept.files > 0 {
                    info!(files = swept.files, "deleted {} files that nobody sent", swept.files);
                }
                for (org, error) in swept.failures {
                    warn!(org.id = %org, "could not delete what is old: {error}");
                }
            }
            Err(error) => warn!("could not look for what is old: {error}"),
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
