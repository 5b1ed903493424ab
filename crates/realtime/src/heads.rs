use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use crate::hub::Parts;
use crate::mail::Mail;

/// Asks once a second, in one query, how far the logs of the organisations served here have come, hints or not. Also
/// the hub's pulse: whether the database answers.
pub(crate) async fn watch(parts: Arc<Parts>) {
    let mut seconds = interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = parts.stop.cancelled() => return,
            _ = seconds.tick() => {}
        }
        let orgs = parts.registry.orgs();
        let heads = parts.directory.heads(&orgs).await;
        if let Err(error) = &heads {
            warn!("could not read how far the logs have come: {error}");
        }
        parts.is_ready.store(heads.is_ok(), Ordering::Release);
        let heads: HashMap<_, _> =
            heads.unwrap_or_default().into_iter().map(|head| (head.org, head)).collect();
        for org in orgs {
            parts.registry.mail(org, Mail::Second(heads.get(&org).copied()));
        }
    }
}
