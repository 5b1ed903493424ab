//! Webhooks that cannot be handled now, on the disk: a queue for each account at Twilio, in the order in which they came.
//!
//! What [`Spool::put`] has returned for survives a crash. It is there until it is removed, so it may be handled twice, never
//! less than once. There are bounds, for a disk is no place for everything that anybody sends.

mod folder;
mod queues;

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::{Mutex, MutexGuard};

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tracing::{error, info, warn};

use self::folder::{Folder, Place, ToDisk};
use self::queues::{Bounds, Queues};
pub(crate) use self::queues::{Size, Waiting};

const MIB: u64 = 1024 * 1024;

/// What a busy account sends in some hours, and many of those.
const BOUNDS: Bounds = Bounds {
    of_account: Size { entries: 10_000, bytes: 32 * MIB },
    in_all: Size { entries: 100_000, bytes: 512 * MIB },
};

/// Webhooks that wait for the database.
pub struct Spool {
    folder: Folder,
    queues: Mutex<Queues>,
}

/// A webhook as it came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spooled {
    /// In milliseconds since 1970.
    came_at: i64,
    /// Path and query, byte for byte.
    pub(crate) target: String,
    pub(crate) signature: String,
    pub(crate) body: String,
}

impl Spooled {
    pub(crate) fn new(came_at: DateTime<Utc>, target: String, signature: String, body: String) -> Self {
        Self { came_at: came_at.timestamp_millis(), target, signature, body }
    }

    pub(crate) fn came_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.came_at).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

impl Spool {
    /// Over a folder that is this server's own, with what was left in it.
    pub fn open(folder: &Path) -> Result<Self> {
        Self::with(folder, BOUNDS, folder::to_disk())
            .with_context(|| format!("could not open the spool in {}", folder.display()))
    }

    fn with(folder: &Path, bounds: Bounds, to_disk: ToDisk) -> io::Result<Self> {
        let folder = Folder::open(folder, to_disk)?;
        let spool = Self { folder, queues: Mutex::new(Queues::new(bounds)) };
        for place in spool.folder.list()? {
            spool.queues().skip(place.number);
            if let Some((spooled, bytes)) = spool.read(&place)? {
                spool.queues().find(&place, spooled.came_at(), bytes);
            }
        }
        let left = spool.size().entries;
        if left > 0 {
            info!("{left} webhooks wait in the spool");
        }
        Ok(spool)
    }

    /// Puts a webhook at the end of its account's queue. Returns once it is on the disk; if too many wait already, there is
    /// no more quota.
    pub(crate) fn put(&self, account: &str, spooled: &Spooled) -> io::Result<()> {
        let json = serde_json::to_vec(spooled)?;
        let place = self.queues().join(account, spooled.came_at(), json.len() as u64);
        let Some(place) = place else {
            return Err(io::Error::new(ErrorKind::QuotaExceeded, "the spool is full"));
        };
        match self.folder.write(&place, &json) {
            Ok(()) => self.queues().is_written(&place),
            Err(error) => {
                self.queues().leave(&place);
                return Err(error);
            }
        }
        Ok(())
    }

    /// The webhook whose turn it is, and its number; `None` if none waits, or it is not on the disk yet. What cannot be read is
    /// left aside, and what somebody took away is gone.
    pub(crate) fn first(&self, account: &str) -> io::Result<Option<(u64, Spooled)>> {
        loop {
            let Some(place) = self.queues().first(account) else { return Ok(None) };
            match self.read(&place)? {
                Some((spooled, _)) => return Ok(Some((place.number, spooled))),
                None => self.queues().leave(&place),
            }
        }
    }

    /// Takes out what was handled.
    pub(crate) fn remove(&self, account: &str, number: u64) {
        let place = Place { account: account.to_owned(), number };
        if let Err(error) = self.folder.remove(&place)
            && error.kind() != ErrorKind::NotFound
        {
            warn!("could not remove {}, which was handled: {error}", self.folder.file(&place).display());
        }
        self.queues().leave(&place);
    }

    /// Whether something of this account waits, so that everything else of it has to.
    pub(crate) fn holds(&self, account: &str) -> bool {
        self.queues().holds(account)
    }

    /// The accounts of which something waits.
    pub(crate) fn accounts(&self) -> Vec<String> {
        self.queues().accounts()
    }

    /// How much waits.
    pub(crate) fn size(&self) -> Size {
        self.queues().size()
    }

    /// How every queue stands.
    pub(crate) fn waiting(&self) -> Vec<Waiting> {
        self.queues().waiting()
    }

    /// A webhook, and its length on the disk; `None` if it is no more, or nobody can read it.
    fn read(&self, place: &Place) -> io::Result<Option<(Spooled, u64)>> {
        let json = match self.folder.read(place) {
            Ok(json) => json,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        match serde_json::from_slice(&json) {
            Ok(spooled) => Ok(Some((spooled, json.len() as u64))),
            Err(why) => {
                let file = self.folder.file(place);
                error!("could not read {}, a spooled webhook: {why}; it is left aside", file.display());
                self.folder.set_aside(place)?;
                Ok(None)
            }
        }
    }

    fn queues(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().expect("nothing panics while it holds this lock")
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use switchboard_domain::testing::fixtures::noon;
    use tempfile::{TempDir, tempdir};

    use super::*;

    const PLENTY: Size = Size { entries: 1_000, bytes: MIB };

    fn bounded(folder: &TempDir, of_account: Size, in_all: Size) -> Spool {
        Spool::with(folder.path(), Bounds { of_account, in_all }, folder::to_disk()).expect("a spool")
    }

    fn spool(folder: &TempDir) -> Spool {
        bounded(folder, PLENTY, PLENTY)
    }

    fn webhook(body: &str) -> Spooled {
        Spooled::new(noon(), "/sms?a=%20".to_owned(), "c2lnbmVk".to_owned(), body.to_owned())
    }

    /// Takes out all that waits: the bodies.
    fn take_all(spool: &Spool, account: &str) -> Vec<String> {
        let mut bodies = Vec::new();
        while let Some((number, spooled)) = spool.first(account).expect("read") {
            bodies.push(spooled.body);
            spool.remove(account, number);
        }
        bodies
    }

    #[test]
    fn every_account_has_a_queue_in_the_order_of_coming() {
        let folder = tempdir().expect("a folder");
        let spool = spool(&folder);
        for n in 0..12 {
            spool.put("AC1", &webhook(&n.to_string())).expect("put");
            spool.put("AC2", &webhook(&(100 + n).to_string())).expect("put");
        }
        assert_eq!(
            spool.first("AC1").expect("read"),
            spool.first("AC1").expect("read"),
            "looking takes nothing"
        );
        assert_eq!(spool.first("AC1").expect("read").expect("one").1, webhook("0"), "as it came");
        assert_eq!(take_all(&spool, "AC2"), (100..112).map(|n| n.to_string()).collect::<Vec<_>>());
        assert!(spool.holds("AC1") && !spool.holds("AC2") && !spool.holds("AC3"));
        assert_eq!(take_all(&spool, "AC1"), (0..12).map(|n| n.to_string()).collect::<Vec<_>>());
        assert!(spool.accounts().is_empty());
    }

    #[test]
    fn what_waits_is_there_after_a_restart_and_what_comes_then_is_behind_it() {
        let folder = tempdir().expect("a folder");
        let before = spool(&folder);
        for n in 0..3 {
            before.put("AC1", &webhook(&n.to_string())).expect("put");
        }
        let (first, _) = before.first("AC1").expect("read").expect("one");
        before.remove("AC1", first);
        let waiting = before.waiting();
        drop(before);
        let after = spool(&folder);
        assert_eq!(after.waiting(), waiting);
        assert_eq!((waiting[0].size.entries, waiting[0].oldest), (2, noon()));
        after.put("AC1", &webhook("3")).expect("put");
        assert_eq!(take_all(&after, "AC1"), ["1", "2", "3"]);
        drop(after);
        assert!(spool(&folder).waiting().is_empty());
    }

    #[test]
    fn what_a_crash_tore_is_no_webhook_and_what_rotted_stops_nobody() {
        let folder = tempdir().expect("a folder");
        let before = spool(&folder);
        for n in 0..3 {
            before.put("AC1", &webhook(&n.to_string())).expect("put");
        }
        let file = |number: u64, ending: &str| folder.path().join(format!("AC1/{number:020}{ending}"));
        let whole = fs::read(file(1, "")).expect("read");
        fs::write(file(4, ".unfinished"), &whole[..whole.len() / 2]).expect("write");
        drop(before);
        fs::write(file(1, ""), &whole[..whole.len() / 2]).expect("write");
        let after = spool(&folder);
        assert_eq!(after.size().entries, 2);
        assert!(!file(4, ".unfinished").exists());
        assert_eq!(fs::read(file(1, ".unreadable")).expect("left for people"), &whole[..whole.len() / 2]);
        fs::write(file(2, ""), "").expect("write");
        fs::remove_file(file(3, "")).expect("somebody takes it away");
        after.put("AC1", &webhook("4")).expect("put");
        assert_eq!(take_all(&after, "AC1"), ["4"]);
    }

    #[test]
    fn there_are_bounds_for_each_account_and_for_all() {
        let (two, three) = (Size { entries: 2, ..PLENTY }, Size { entries: 3, ..PLENTY });
        let length = serde_json::to_vec(&webhook("x")).expect("JSON").len() as u64;
        let (of_two, of_three) =
            (Size { bytes: 2 * length, ..PLENTY }, Size { bytes: 4 * length - 1, ..PLENTY });
        for (of_account, in_all) in [(two, three), (of_two, of_three)] {
            let folder = tempdir().expect("a folder");
            let spool = bounded(&folder, of_account, in_all);
            let put = |account: &str| spool.put(account, &webhook("x")).map_err(|error| error.kind());
            let full = Err(ErrorKind::QuotaExceeded);
            assert_eq!(["AC1", "AC1", "AC1", "AC2", "AC2"].map(put), [Ok(()), Ok(()), full, Ok(()), full]);
            drop(spool);
            let spool = bounded(&folder, of_account, in_all);
            let put = |account: &str| spool.put(account, &webhook("x")).map_err(|error| error.kind());
            assert_eq!(put("AC2"), full, "also after a restart");
            let (number, _) = spool.first("AC1").expect("read").expect("one");
            spool.remove("AC1", number);
            assert_eq!(["AC2", "AC2"].map(put), [Ok(()), full], "room is used again");
        }
    }

    #[test]
    fn a_webhook_is_on_the_disk_before_it_counts_and_nothing_is_left_of_one_that_is_not() {
        let folder = tempdir().expect("a folder");
        let (root, account) = (folder.path().to_owned(), folder.path().join("AC1"));
        let seen: Arc<Mutex<Vec<_>>> = Arc::default();
        let fails_at: Arc<Mutex<usize>> = Arc::new(Mutex::new(usize::MAX));
        let (sees, fails) = (Arc::clone(&seen), Arc::clone(&fails_at));
        let to_disk: ToDisk = Box::new(move |path| {
            let mut seen = sees.lock().expect("no panic");
            seen.push(path.to_owned());
            let is_full = seen.len() > *fails.lock().expect("no panic");
            if is_full { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
        });
        let spool = Spool::with(folder.path(), BOUNDS, to_disk).expect("a spool");
        let unfinished = |number: u64| account.join(format!("{number:020}.unfinished"));
        let put = |fails: usize| {
            *fails_at.lock().expect("no panic") = fails;
            let put = spool.put("AC1", &webhook("x")).map_err(|error| error.kind());
            (put, std::mem::take(&mut *seen.lock().expect("no panic")))
        };
        assert_eq!(put(9), (Ok(()), vec![root, unfinished(1), account.clone()]), "the folder is new");
        assert_eq!(put(9), (Ok(()), vec![unfinished(2), account.clone()]));
        let full = Err(ErrorKind::StorageFull);
        assert_eq!(put(0), (full, vec![unfinished(3)]));
        assert_eq!(put(1), (full, vec![unfinished(4), account.clone()]));
        let files = fs::read_dir(&account).expect("a folder").count();
        assert_eq!((files, spool.size().entries), (2, 2));
    }

    #[test]
    fn what_is_still_on_its_way_to_the_disk_is_waited_for() {
        let folder = tempdir().expect("a folder");
        let spool = spool(&folder);
        let place = spool.queues().join("AC1", noon(), 1).expect("a place");
        spool.put("AC1", &webhook("behind")).expect("put");
        assert!(spool.holds("AC1"));
        assert_eq!(spool.first("AC1").expect("read"), None, "nobody is overtaken");
        spool.queues().leave(&place);
        assert_eq!(take_all(&spool, "AC1"), ["behind"]);
    }

    #[test]
    fn nobody_else_reads_them_and_no_other_server_works_on_them() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempdir().expect("a folder");
        let path = folder.path().join("new/spool");
        let spool = Spool::open(&path).expect("a spool");
        spool.put("AC1", &webhook("x")).expect("put");
        for (path, mode) in
            [(path.clone(), 0o700), (path.join("AC1"), 0o700), (path.join("AC1/00000000000000000001"), 0o600)]
        {
            let permissions = fs::metadata(&path).expect("it is there").permissions();
            assert_eq!(permissions.mode() & 0o777, mode, "{}", path.display());
        }
        assert!(Spool::open(&path).is_err());
        drop(spool);
        assert!(Spool::open(&path).is_ok());
    }
}
