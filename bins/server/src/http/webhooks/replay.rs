use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::middleware::from_fn;
use axum::{Extension, Router};
use metrics::counter;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{Instant, timeout};
use tower::ServiceExt;
use tracing::{info, warn};
use utoipa_axum::router::OpenApiRouter;

use super::outage::PATIENCE;
use super::signed::{Came, SIGNATURE};
use super::{recording, told};
use crate::Server;
use crate::spool::Spooled;

/// How many accounts' webhooks are handled at the same time: others of Twilio's connections are for what comes now.
const AT_ONCE: usize = 3;
/// How many of one account's before others have their turn.
const IN_A_ROW: usize = 100;
/// How long a queue whose first webhook could not be handled rests at first, then twice as long each time, up to the longest.
const REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(60);

/// Hands what waits in the spool to the webhooks' own handlers, each account's in the order in which it came.
#[derive(Clone)]
pub struct Replay {
    server: Server,
    handlers: Router,
    rests: Arc<Mutex<HashMap<String, Rest>>>,
}

#[derive(Clone, Copy)]
struct Rest {
    length: Duration,
    until: Instant,
}

enum Fed {
    /// Nothing is left, or nothing that is on the disk yet.
    All,
    /// There is more, for the next turn.
    Some,
    /// The first one cannot be handled now.
    Stuck,
}

impl Replay {
    /// Of what waits in this server's spool.
    pub fn new(server: &Server) -> Self {
        let handlers =
            OpenApiRouter::new().nest("/api/twilio/webhook", told().layer(from_fn(recording::record)));
        let (handlers, _) = handlers.with_state(server.clone()).split_for_parts();
        let handlers = handlers.layer(Extension(server.clone()));
        Self { server: server.clone(), handlers, rests: Arc::default() }
    }

    /// A turn for every account of which something waits, if the database answers. Whether some have more for another turn at
    /// once.
    pub async fn take_turns(&self) -> bool {
        let accounts = self.accounts();
        if accounts.is_empty() || !self.is_database_here().await {
            return false;
        }
        let (mut turns, mut is_there_more) = (JoinSet::new(), false);
        for account in accounts {
            if turns.len() >= AT_ONCE {
                is_there_more |= turns.join_next().await.is_some_and(|turn| turn.unwrap_or_default());
            }
            let replay = self.clone();
            turns.spawn(async move { replay.take_turn(&account).await });
        }
        while let Some(turn) = turns.join_next().await {
            is_there_more |= turn.unwrap_or_default();
        }
        is_there_more
    }

    /// The accounts of which something waits, and whose queue does not rest.
    fn accounts(&self) -> Vec<String> {
        let (now, mut accounts) = (Instant::now(), self.server.spool.accounts());
        let mut rests = self.rests();
        rests.retain(|account, _| accounts.contains(account));
        accounts.retain(|account| rests.get(account).is_none_or(|rest| rest.until <= now));
        accounts
    }

    async fn is_database_here(&self) -> bool {
        matches!(timeout(PATIENCE, self.server.webhook_directory.ping()).await, Ok(Ok(())))
    }

    async fn take_turn(&self, account: &str) -> bool {
        let fed = self.feed(account).await.unwrap_or_else(|error| {
            warn!(account_sid = %account, "could not read the spool: {error}");
            Fed::Stuck
        });
        let mut rests = self.rests();
        if !matches!(fed, Fed::Stuck) {
            rests.remove(account);
            return matches!(fed, Fed::Some);
        }
        let length = rests.get(account).map_or(REST, |rest| (rest.length * 2).min(LONGEST_REST));
        rests.insert(account.to_owned(), Rest { length, until: Instant::now() + length });
        warn!(account_sid = %account, "spooled webhooks cannot be handled now; the next try is in {} s", length.as_secs());
        false
    }

    async fn feed(&self, account: &str) -> io::Result<Fed> {
        for _ in 0..IN_A_ROW {
            let Some((number, spooled)) = self.first(account).await? else { return Ok(Fed::All) };
            let name = name(&spooled).to_owned();
            let outcome = match self.handle(account, spooled).await {
                Some(status) if status.is_success() => "handled",
                Some(status) if status.is_client_error() => {
                    warn!(account_sid = %account, "gave up {name}, which was spooled: it is refused with {status}");
                    "refused"
                }
                _ => return Ok(Fed::Stuck),
            };
            counter!("switchboard_webhooks_replayed_total", "webhook" => name, "outcome" => outcome)
                .increment(1);
            self.remove(account, number).await;
        }
        Ok(Fed::Some)
    }

    /// How it was answered, if it was.
    async fn handle(&self, account: &str, spooled: Spooled) -> Option<StatusCode> {
        let came = Came { at: spooled.came_at(), is_late: true };
        let request = Request::post(spooled.target).header(SIGNATURE, spooled.signature).extension(came);
        let request = request.body(Body::from(spooled.body)).ok()?;
        let handled = async {
            // Or it could be refused only because too many strangers knock.
            self.server.account_keys.find(account).await.ok()??;
            let Ok(response) = self.handlers.clone().oneshot(request).await;
            Some(response.status())
        };
        timeout(PATIENCE, handled).await.ok()?
    }

    async fn first(&self, account: &str) -> io::Result<Option<(u64, Spooled)>> {
        let (spool, account) = (Arc::clone(&self.server.spool), account.to_owned());
        spawn_blocking(move || spool.first(&account)).await.expect("nothing panics in there")
    }

    async fn remove(&self, account: &str, number: u64) {
        let spool = Arc::clone(&self.server.spool);
        let of = account.to_owned();
        spawn_blocking(move || spool.remove(&of, number)).await.expect("nothing panics in there");
        if !self.server.spool.holds(account) {
            info!(account_sid = %account, "all spooled webhooks were handled");
        }
    }

    fn rests(&self) -> MutexGuard<'_, HashMap<String, Rest>> {
        self.rests.lock().expect("nothing panics while it holds this lock")
    }
}

/// Which webhook it is: the end of its path.
fn name(spooled: &Spooled) -> &str {
    let path = spooled.target.split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default()
}
