//! The switch with which operators roll websockets out, and back: who gets them, and who polls.

use std::ops::RangeInclusive;
use std::sync::{Arc, RwLock};

use switchboard_events::UserId;
use uuid::Uuid;

use crate::error::Error;
use crate::ports::Directory;

/// How a client that lost its connection comes back: within five seconds after the network, for whoever waits longest.
pub const RECONNECT: Reconnect = Reconnect { initial_delay_ms: 500, max_delay_ms: 3_000, jitter: 0.5 };

/// How long a client that polls may be told to wait. Who asks less often than every 30 s counts as offline.
pub const POLL_INTERVAL_MS: RangeInclusive<u32> = 500..=25_000;

/// Where the switch stands. It is the same for all organisations and all nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rollout {
    /// Of a hundred people, how many get websockets.
    pub percent: u8,
    /// How long a client that polls waits between two questions.
    pub poll_interval_ms: u32,
    /// Rises with every change.
    pub version: u64,
}

/// How a client hears of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// It keeps a connection.
    Websocket,
    /// It asks again and again.
    Polling,
}

/// Delays between tries to connect again; each try waits longer than the one before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reconnect {
    /// Before the first try.
    pub initial_delay_ms: u32,
    /// Before any.
    pub max_delay_ms: u32,
    /// By what part a delay is drawn longer or shorter, so that not everybody comes at once.
    pub jitter: f64,
}

impl Rollout {
    /// How this person's clients hear of events. Who has websockets keeps them when the percentage rises.
    pub fn transport_for(&self, user: UserId) -> Transport {
        if place(user) < u64::from(self.percent) { Transport::Websocket } else { Transport::Polling }
    }
}

/// Where a person stands between 0 and 99: FNV-1a (64 bits) of the id's 16 bytes, modulo 100. Written out, for it must be
/// the same on every node and in every version: a change would move people.
fn place(user: UserId) -> u64 {
    let hash = Uuid::from(user).into_bytes().into_iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash % 100
}

/// Where the switch stands, as this node knows it: at most a second old while the database answers.
pub struct Rollouts {
    directory: Arc<dyn Directory>,
    latest: RwLock<Option<Rollout>>,
}

impl Rollouts {
    /// Knows nothing yet, and will ask.
    pub fn new(directory: Arc<dyn Directory>) -> Self {
        Self { directory, latest: RwLock::default() }
    }

    /// Where it stands now. Never a default: before the first [`hear`](Self::hear) the database is asked.
    pub async fn current(&self) -> Result<Rollout, Error> {
        let known = *self.latest.read().expect("nothing panics while it holds this lock");
        if let Some(rollout) = known {
            return Ok(rollout);
        }
        let asked = self.directory.pulse(&[]).await?.rollout;
        // What was heard in the meantime is newer.
        Ok(*self.latest.write().expect("nothing panics while it holds this lock").get_or_insert(asked))
    }

    /// Tells what the database said a moment ago.
    pub fn hear(&self, rollout: Rollout) {
        *self.latest.write().expect("nothing panics while it holds this lock") = Some(rollout);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rollout(percent: u8) -> Rollout {
        Rollout { percent, poll_interval_ms: 2_000, version: 1 }
    }

    fn users() -> Vec<UserId> {
        (0..10_000).map(|_| UserId::generate()).collect()
    }

    fn on_websockets(percent: u8, users: &[UserId]) -> Vec<UserId> {
        let rollout = rollout(percent);
        users.iter().copied().filter(|user| rollout.transport_for(*user) == Transport::Websocket).collect()
    }

    #[test]
    fn nobody_everybody_and_about_as_many_as_said() {
        let users = users();
        assert!(on_websockets(0, &users).is_empty());
        assert_eq!(on_websockets(100, &users).len(), users.len());
        for percent in [1, 10, 50, 90, 99] {
            let share = on_websockets(percent, &users).len() as f64 / 100.0;
            assert!((share - f64::from(percent)).abs() < 3.0, "{percent} % became {share} %");
        }
    }

    #[test]
    fn a_higher_percentage_moves_nobody_off() {
        let users = &users()[..300];
        for percent in 0..100 {
            let (before, after) = (on_websockets(percent, users), on_websockets(percent + 1, users));
            assert!(before.iter().all(|user| after.contains(user)), "{percent}");
        }
    }

    #[test]
    fn a_persons_place_is_the_same_for_ever() {
        for (id, expected) in PLACES {
            assert_eq!(place(id.parse().expect("an id")), expected, "{id}");
        }
    }

    /// By another implementation of FNV-1a.
    const PLACES: [(&str, u64); 3] = [
        ("00000000-0000-0000-0000-000000000000", 21),
        ("018f2b6a-7d3e-7c41-9a52-0b1c2d3e4f50", 15),
        ("ffffffff-ffff-ffff-ffff-ffffffffffff", 33),
    ];
}
