use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// How many clients may stand at the door of a node at a time.
const MOST: usize = 4_000;
/// How many of one address. (Those who were let in are not counted: an office has one address.)
const MOST_OF_ONE: usize = 1_000;

/// Clients at the door: connections of the engine for which nobody was let in yet. Bounded, so that those who only
/// knock take nothing from those who come in.
#[derive(Debug, Default)]
pub(crate) struct Arrivals(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// One of them, until it is let in or gone.
#[derive(Debug)]
pub(crate) struct Arrival {
    arrivals: Arc<Arrivals>,
    address: IpAddr,
    is_counted: AtomicBool,
}

impl Arrivals {
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().expect("nothing panics while it holds this lock")
    }

    /// Somebody comes; `None` if too many stand there.
    pub(crate) fn come(self: &Arc<Self>, address: IpAddr) -> Option<Arc<Arrival>> {
        let mut counts = self.lock();
        let of_address = counts.by_address.get(&address).copied().unwrap_or_default();
        if counts.all >= MOST || of_address >= MOST_OF_ONE {
            return None;
        }
        counts.all += 1;
        counts.by_address.insert(address, of_address + 1);
        Some(Arc::new(Arrival { arrivals: Arc::clone(self), address, is_counted: AtomicBool::new(true) }))
    }
}

impl Arrival {
    /// It stands at the door no more.
    pub(crate) fn leave(&self) {
        if !self.is_counted.swap(false, Ordering::AcqRel) {
            return;
        }
        let mut counts = self.arrivals.lock();
        counts.all -= 1;
        if let Some(of_address) = counts.by_address.get_mut(&self.address) {
            *of_address -= 1;
            if *of_address == 0 {
                counts.by_address.remove(&self.address);
            }
        }
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

    #[test]
    fn the_door_is_bounded_and_who_is_in_or_gone_makes_room() {
        let arrivals = Arc::new(Arrivals::default());
        let address = IpAddr::from([192, 0, 2, 1]);
        let mut standing: Vec<_> = (0..MOST_OF_ONE).map(|_| arrivals.come(address).expect("room")).collect();
        assert!(arrivals.come(address).is_none(), "one address is not everybody");
        let other = arrivals.come(IpAddr::from([192, 0, 2, 2])).expect("room for others");
        standing[0].leave();
        standing[0].leave();
        drop(standing.pop());
        let more: Vec<_> = (0..2).map(|_| arrivals.come(address).expect("room")).collect();
        assert!(arrivals.come(address).is_none());
        drop((standing, other, more));
        let counts = arrivals.lock();
        assert_eq!((counts.all, counts.by_address.len()), (0, 0), "nothing is left behind");
    }
}
