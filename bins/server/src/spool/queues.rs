use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use metrics::gauge;

use super::folder::Place;

/// How many webhooks, and how long they are on the disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) entries: usize,
    pub(crate) bytes: u64,
}

/// How much is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) of_account: Size,
    pub(super) in_all: Size,
}

/// What is in the folder, without the webhooks themselves.
pub(super) struct Queues {
    bounds: Bounds,
    accounts: BTreeMap<String, Queue>,
    size: Size,
    /// The last number that was given out, to whichever account.
    last: u64,
}

#[derive(Default)]
struct Queue {
    entries: BTreeMap<u64, Entry>,
    size: Size,
}

struct Entry {
    came_at: DateTime<Utc>,
    bytes: u64,
    /// Else it has its turn already, but is not on the disk yet.
    is_written: bool,
}

/// How one account's queue stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) account_sid: String,
    pub(crate) size: Size,
    pub(crate) oldest: DateTime<Utc>,
}

impl Queues {
    pub(super) fn new(bounds: Bounds) -> Self {
        let queues = Self { bounds, accounts: BTreeMap::new(), size: Size::default(), last: 0 };
        queues.show();
        queues
    }

    /// It was there when we came. Bounds do not matter any more then.
    pub(super) fn find(&mut self, place: &Place, came_at: DateTime<Utc>, bytes: u64) {
        self.insert(place, Entry { came_at, bytes, is_written: true });
    }

    /// From now on higher numbers are given out.
    pub(super) fn skip(&mut self, number: u64) {
        self.last = self.last.max(number);
    }

    /// A place at the end of the account's queue, if there is room. It still has to be written.
    pub(super) fn join(&mut self, account: &str, came_at: DateTime<Utc>, bytes: u64) -> Option<Place> {
        let Bounds { of_account, in_all } = self.bounds;
        let theirs = self.accounts.get(account).map(|queue| queue.size).unwrap_or_default();
        if !theirs.plus(bytes).fits(of_account) || !self.size.plus(bytes).fits(in_all) {
            return None;
        }
        self.last += 1;
        let place = Place { account: account.to_owned(), number: self.last };
        self.insert(&place, Entry { came_at, bytes, is_written: false });
        Some(place)
    }

    pub(super) fn is_written(&mut self, place: &Place) {
        let queue = self.accounts.get_mut(&place.account);
        if let Some(entry) = queue.and_then(|queue| queue.entries.get_mut(&place.number)) {
            entry.is_written = true;
        }
    }

    pub(super) fn leave(&mut self, place: &Place) {
        let Some(queue) = self.accounts.get_mut(&place.account) else { return };
        let Some(entry) = queue.entries.remove(&place.number) else { return };
        queue.size = queue.size.minus(entry.bytes);
        self.size = self.size.minus(entry.bytes);
        if queue.entries.is_empty() {
            self.accounts.remove(&place.account);
        }
        self.show();
    }

    /// Whose turn it is; nobody's until the first one is on the disk.
    pub(super) fn first(&self, account: &str) -> Option<Place> {
        let (number, first) = self.accounts.get(account)?.entries.first_key_value()?;
        first.is_written.then(|| Place { account: account.to_owned(), number: *number })
    }

    pub(super) fn holds(&self, account: &str) -> bool {
        self.accounts.contains_key(account)
    }

    pub(super) fn accounts(&self) -> Vec<String> {
        self.accounts.keys().cloned().collect()
    }

    pub(super) fn size(&self) -> Size {
        self.size
    }

    pub(super) fn waiting(&self) -> Vec<Waiting> {
        let waiting = self.accounts.iter().filter_map(|(account, queue)| {
            let (_, oldest) = queue.entries.first_key_value()?;
            Some(Waiting { account_sid: account.clone(), size: queue.size, oldest: oldest.came_at })
        });
        waiting.collect()
    }

    fn insert(&mut self, place: &Place, entry: Entry) {
        let queue = self.accounts.entry(place.account.clone()).or_default();
        queue.size = queue.size.plus(entry.bytes);
        self.size = self.size.plus(entry.bytes);
        queue.entries.insert(place.number, entry);
        self.show();
    }

    fn show(&self) {
        gauge!("switchboard_webhooks_waiting").set(self.size.entries as f64);
    }
}

impl Size {
    /// With one more webhook of this length.
    fn plus(self, bytes: u64) -> Self {
        Self { entries: self.entries + 1, bytes: self.bytes + bytes }
    }

    fn minus(self, bytes: u64) -> Self {
        Self { entries: self.entries - 1, bytes: self.bytes - bytes }
    }

    fn fits(self, bound: Self) -> bool {
        self.entries <= bound.entries && self.bytes <= bound.bytes
    }
}
