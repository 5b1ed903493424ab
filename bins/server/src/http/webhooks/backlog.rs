use std::sync::{Arc, Mutex, MutexGuard};

use metrics::counter;
use switchboard_domain::inspector::{Heard, Inspector};
use tokio::sync::Notify;
use tracing::warn;

use crate::Server;

/// How many webhooks wait to be written down at most, of those that the account's token signed.
const MOST: usize = 2_000;
/// How many of those that anybody may have sent.
const MOST_OF_ANYBODY: usize = 200;

/// Webhooks that were answered and wait to be written down. Nobody waits for that: what finds no room is forgotten.
#[derive(Default)]
pub(crate) struct Backlog {
    waiting: Mutex<Waiting>,
    news: Notify,
}

#[derive(Default)]
struct Waiting {
    proven: Vec<Heard>,
    others: Vec<Heard>,
}

impl Backlog {
    pub(super) fn add(&self, heard: Heard) {
        let is_full = {
            let mut waiting = self.waiting();
            let is_proven = heard.record.is_proven;
            let most = if is_proven { MOST } else { MOST_OF_ANYBODY };
            let room = if is_proven { &mut waiting.proven } else { &mut waiting.others };
            let is_full = room.len() >= most;
            if !is_full {
                room.push(heard);
            }
            is_full
        };
        if is_full {
            dropped("full", 1);
        }
        self.news.notify_one();
    }

    /// All that waits.
    fn take(&self) -> Vec<Heard> {
        let Waiting { mut proven, others } = std::mem::take(&mut *self.waiting());
        proven.extend(others);
        proven
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().expect("nothing panics while it holds this lock")
    }
}

/// Writes down what came, many at a time. What the database does not take is forgotten.
#[derive(Clone)]
pub struct Scribe {
    backlog: Arc<Backlog>,
    inspector: Arc<Inspector>,
}

impl Scribe {
    /// For what came to this server.
    pub fn new(server: &Server) -> Self {
        Self { backlog: Arc::clone(&server.backlog), inspector: Arc::clone(&server.inspector) }
    }

    /// Returns once something waits.
    pub async fn is_needed(&self) {
        self.backlog.news.notified().await;
    }

    /// Writes down all that waits.
    pub async fn write(&self) {
        let failures = self.inspector.keep(self.backlog.take()).await;
        let count = failures.iter().map(|(_, count, _)| count).sum();
        if let Some((_, _, error)) = failures.first() {
            dropped("database", count);
            warn!("could not write down {count} webhooks: {error}");
        }
    }
}

fn dropped(cause: &'static str, count: usize) {
    counter!("switchboard_webhook_records_dropped_total", "cause" => cause).increment(count as u64);
}

#[cfg(test)]
mod tests {
    use switchboard_domain::inspector::{WebhookKind, WebhookRecord};
    use switchboard_domain::testing::fixtures::{noon, webhook};

    use super::*;

    fn heard(is_proven: bool) -> Heard {
        let record = WebhookRecord { is_proven, ..webhook(WebhookKind::Sms, &[], noon()) };
        Heard { record, whose: Vec::new() }
    }

    #[tokio::test]
    async fn what_finds_no_room_is_forgotten_and_rubbish_takes_no_room_of_others() {
        let backlog = Backlog::default();
        for _ in 0..MOST + 5 {
            backlog.add(heard(false));
        }
        for _ in 0..MOST + 5 {
            backlog.add(heard(true));
        }
        backlog.news.notified().await;
        let (proven, others): (Vec<_>, Vec<_>) =
            backlog.take().into_iter().partition(|heard| heard.record.is_proven);
        assert_eq!((proven.len(), others.len()), (MOST, MOST_OF_ANYBODY));
        backlog.add(heard(false));
        assert_eq!(backlog.take().len(), 1, "there is room again");
    }
}
