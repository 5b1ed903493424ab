use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::Instant;

use crate::wire::Wire;

/// How many clients may stand at the door of a node at a time.
const MOST: usize = 4_000;
/// For how long nobody is sent away who came. Who comes in takes a few milliseconds.
const WELCOME: Duration = Duration::from_secs(1);

/// Clients at the door: connections of the engine for which nobody was let in yet. They are bounded, and when there
/// are too many it is not the next who is refused but the one that has stood there longest: whoever only knocks takes
/// nothing from those who come in.
#[derive(Debug, Default)]
pub(crate) struct Arrivals(Mutex<Door>);

#[derive(Debug, Default)]
struct Door {
    next: u64,
    /// The longest there first.
    standing: BTreeMap<u64, Standing>,
}

/// How to send somebody away.
#[derive(Debug)]
pub(crate) struct Standing {
    since: Instant,
    /// The connection of a websocket.
    pub(crate) wire: Option<Arc<Wire>>,
    /// The engine's id of a polling session, once it was told.
    pub(crate) sid: Option<String>,
}

/// Somebody's place at the door, until they are let in or gone.
#[derive(Debug)]
pub(crate) struct Arrival {
    arrivals: Arc<Arrivals>,
    number: u64,
}

impl Arrivals {
    fn lock(&self) -> MutexGuard<'_, Door> {
        self.0.lock().expect("nothing panics while it holds this lock")
    }

    /// Somebody comes, over the connection of a websocket or by polling; and whom to send away for it, if the door is
    /// full. `None` if it is full of those who came a moment ago.
    pub(crate) fn come(
        self: &Arc<Self>,
        wire: Option<Arc<Wire>>,
    ) -> Option<(Arc<Arrival>, Option<Standing>)> {
        let since = Instant::now();
        let mut door = self.lock();
        let mut gone = None;
        if door.standing.len() >= MOST {
            let longest = door.standing.first_entry().filter(|first| since - first.get().since >= WELCOME);
            gone = Some(longest?.remove());
        }
        let number = door.next;
        door.next += 1;
        door.standing.insert(number, Standing { since, wire, sid: None });
        Some((Arc::new(Arrival { arrivals: Arc::clone(self), number }), gone))
    }
}

impl Arrival {
    /// It polls, and was told this id.
    pub(crate) fn was_told(&self, sid: &str) {
        if let Some(standing) = self.arrivals.lock().standing.get_mut(&self.number) {
            standing.sid = Some(sid.to_owned());
        }
    }

    /// It stands at the door no more.
    pub(crate) fn leave(&self) {
        self.arrivals.lock().standing.remove(&self.number);
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_has_stood_there_longest_makes_room_for_the_next() {
        let arrivals = Arc::new(Arrivals::default());
        let mut standing: Vec<_> = (0..MOST).map(|_| arrivals.come(None).expect("room").0).collect();
        assert!(arrivals.come(None).is_none(), "all of them came a moment ago");
        standing[1].was_told("second");
        standing[0].leave();
        standing[0].leave();
        let (next, gone) = arrivals.come(None).expect("one was let in");
        assert!(gone.is_none());
        tokio::time::advance(WELCOME).await;
        let (more, gone) = arrivals.come(None).expect("room");
        assert_eq!(gone.expect("somebody is sent away").sid.as_deref(), Some("second"));
        drop((standing.drain(..), next, more));
        assert!(arrivals.lock().standing.is_empty(), "nothing is left behind");
    }
}
