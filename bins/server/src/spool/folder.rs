use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Brings a file, or the list of a folder's files, safely to the disk.
pub(super) type ToDisk = Box<dyn Fn(&Path) -> io::Result<()> + Send + Sync>;

const LOCK: &str = "lock";
/// What is being written, or cannot be read.
const UNFINISHED: &str = "unfinished";
const UNREADABLE: &str = "unreadable";

/// The spool's folder: in it a folder for each account, in that a file for each webhook, named by its number. A file that has
/// its name is whole and on the disk. Nobody else may read them, and no other server works on them.
pub(super) struct Folder {
    root: PathBuf,
    to_disk: ToDisk,
    /// Kept open, for the lock goes with it.
    _lock: File,
}

/// A file that is there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) account: String,
    pub(super) number: u64,
}

impl Folder {
    pub(super) fn open(root: &Path, to_disk: ToDisk) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(root)?;
        let lock = private().create(true).truncate(false).open(root.join(LOCK))?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::Error::new(
                ErrorKind::WouldBlock,
                "another server uses it; each needs a folder of its own",
            ),
            TryLockError::Error(error) => error,
        })?;
        Ok(Self { root: root.to_owned(), to_disk, _lock: lock })
    }

    /// Everything that is there. What a crash left unfinished was never answered for, and goes.
    pub(super) fn list(&self) -> io::Result<Vec<Place>> {
        let mut places = Vec::new();
        for account in fs::read_dir(&self.root)? {
            let account = account?;
            if !account.file_type()?.is_dir() {
                continue;
            }
            for file in fs::read_dir(account.path())? {
                let path = file?.path();
                if path.extension().is_some_and(|extension| extension == UNFINISHED) {
                    fs::remove_file(path)?;
                } else if let Some(number) = path.file_name().and_then(|name| name.to_str()?.parse().ok()) {
                    let account = account.file_name().to_string_lossy().into_owned();
                    places.push(Place { account, number });
                }
            }
        }
        places.sort_unstable();
        Ok(places)
    }

    /// Returns once it is on the disk. If that fails, nothing of it is left.
    pub(super) fn write(&self, place: &Place, bytes: &[u8]) -> io::Result<()> {
        let folder = self.account(place);
        if !folder.is_dir() {
            match DirBuilder::new().mode(0o700).create(&folder) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
                _ => (self.to_disk)(&self.root)?,
            }
        }
        let (file, unfinished) = (self.file(place), self.file(place).with_extension(UNFINISHED));
        let write = || {
            private().create_new(true).open(&unfinished)?.write_all(bytes)?;
            (self.to_disk)(&unfinished)?;
            fs::rename(&unfinished, &file)?;
            (self.to_disk)(&folder)
        };
        write().inspect_err(|_| {
            let _ = fs::remove_file(&unfinished);
            let _ = fs::remove_file(&file);
        })
    }

    pub(super) fn read(&self, place: &Place) -> io::Result<Vec<u8>> {
        fs::read(self.file(place))
    }

    /// It may come back after a crash: whoever handles it again changes nothing.
    pub(super) fn remove(&self, place: &Place) -> io::Result<()> {
        fs::remove_file(self.file(place))
    }

    /// Leaves it to people.
    pub(super) fn set_aside(&self, place: &Place) -> io::Result<()> {
        fs::rename(self.file(place), self.file(place).with_extension(UNREADABLE))
    }

    fn account(&self, place: &Place) -> PathBuf {
        self.root.join(&place.account)
    }

    pub(super) fn file(&self, place: &Place) -> PathBuf {
        self.account(place).join(format!("{:020}", place.number))
    }
}

/// Really to the disk.
pub(super) fn to_disk() -> ToDisk {
    Box::new(|path| File::open(path)?.sync_all())
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}
