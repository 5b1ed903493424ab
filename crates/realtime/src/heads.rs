use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use crate::mail::Mail;
use crate::node::Node;

/// How often the database is asked: so often that on every node somebody who is put out is out within a second, with
/// time to spare for asking and judging.
const PULSE: Duration = Duration::from_millis(500);

/// Asks twice a second, in one query, how far the logs of the organisations served here have come, hints or not, and where
/// the operator's switch stands. Also the hub's pulse: whether the database answers.
pub(crate) async fn watch(node: Arc<Node>) {
    let mut pulses = interval(PULSE);
    pulses.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = node.stop.cancelled() => return,
            _ = pulses.tick() => {}
        }
        node.transports.tidy();
        node.visits.tidy();
        node.remarks.tidy();
        let orgs = node.registry.orgs();
        let pulse = node.directory.pulse(&orgs).await;
        node.is_ready.store(pulse.is_ok(), Ordering::Release);
        let heads = match pulse {
            Ok(pulse) => {
                node.rollouts.hear(pulse.rollout);
                pulse.heads
            }
            Err(error) => {
                warn!("could not read how far the logs have come: {error}");
                Vec::new()
            }
        };
        let heads: HashMap<_, _> = heads.into_iter().map(|head| (head.org, head)).collect();
        for org in orgs {
            node.registry.mail(org, Mail::Pulse(heads.get(&org).copied()));
        }
    }
}
