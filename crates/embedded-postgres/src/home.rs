//! The folder of a cluster: `data`, `password`, `postgres.log` and `lock`.

use std::{
    env,
    fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError},
    hash::{DefaultHasher, Hash, Hasher},
    io::{ErrorKind, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::{leftover, runner::Runner};

/// A watchdog whose owner has just gone holds the lock until its server has shut down.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);

/// Where root puts things that the unprivileged user could not reach elsewhere.
pub(crate) fn system_folder() -> Result<PathBuf> {
    let folder = PathBuf::from("/var/lib/switchboard");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::set_permissions(&folder, Permissions::from_mode(0o755)))
        .with_context(|| format!("could not create {}", folder.display()))?;
    Ok(folder)
}

/// A folder that exists, belongs to `runner` and is held by us alone.
#[derive(Debug)]
pub(crate) struct Home {
    pub(crate) folder: PathBuf,
    pub(crate) runner: Runner,
    /// Handed to the watchdog, so that it is free only when the server is gone.
    pub(crate) lock: File,
    /// Removes a temporary folder, until that is the watchdog's task.
    pub(crate) temporary: Option<TempDir>,
}

impl Home {
    pub(crate) fn durable(wanted: &Path) -> Result<Self> {
        let wanted = std::path::absolute(wanted)?;
        let folder = place(&wanted)?;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .with_context(|| format!("could not create {}", folder.display()))?;
        let runner = Runner::of(&folder)?;
        if is_empty(&folder)? {
            runner.own(&folder)?;
        }
        let lock = lock(&folder)?;
        Ok(Self { folder, runner, lock, temporary: None })
    }

    /// A new one, gone with the cluster.
    pub(crate) fn temporary() -> Result<Self> {
        let runner = Runner::current()?;
        let usual = env::temp_dir();
        let parent = if runner.may("-w", &usual) && runner.may("-x", &usual) { usual } else { "/tmp".into() };
        let folder = tempfile::Builder::new().prefix("switchboard-postgres-").tempdir_in(&parent);
        let folder = folder.with_context(|| format!("could not create a folder in {}", parent.display()))?;
        runner.own(folder.path())?;
        let lock = lock(folder.path())?;
        Ok(Self { folder: folder.path().to_owned(), runner, lock, temporary: Some(folder) })
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Refuses data that `major` cannot serve.
    pub(crate) fn check(&self, major: u32) -> Result<()> {
        if !self.data().exists() {
            return Ok(());
        }
        let version = match fs::read_to_string(self.data().join("PG_VERSION")) {
            Err(error) if error.kind() == ErrorKind::NotFound => bail!("its file PG_VERSION is missing"),
            other => other.context("could not read its file PG_VERSION")?,
        };
        if version.trim() != major.to_string() {
            bail!("it was made by PostgreSQL {}, and this machine offers {major}", version.trim());
        }
        Ok(())
    }

    /// The superuser's password, made up on the first call.
    pub(crate) fn password(&self) -> Result<String> {
        let path = self.folder.join("password");
        if let Ok(password) = fs::read_to_string(&path)
            && !password.is_empty()
        {
            return Ok(password);
        }
        if self.data().exists() {
            bail!("its file `password` is missing");
        }
        let mut random = [0; 16];
        File::open("/dev/urandom")
            .and_then(|mut file| file.read_exact(&mut random))
            .context("could not read randomness")?;
        let password: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path);
        file.and_then(|mut file| file.write_all(password.as_bytes()))
            .context("could not write the password file")?;
        self.runner.own(&path)?;
        Ok(password)
    }
}

/// Removes the cluster in `folder` with all its data, after stopping what a crashed owner left running.
/// Touches nothing that a cluster did not put there; fine if there is none.
pub fn remove(folder: &Path) -> Result<()> {
    if fs::symlink_metadata(folder).is_err() {
        return Ok(());
    }
    let home = Home::durable(folder)?;
    leftover::stop(&home.data(), home.runner)?;
    for name in ["data", "new"] {
        gone(fs::remove_dir_all(home.folder.join(name)))?;
    }
    for name in ["password", "postgres.log", "lock"] {
        gone(fs::remove_file(home.folder.join(name)))?;
    }
    gone(fs::remove_dir(&home.folder))?;
    if folder.is_symlink() {
        gone(fs::remove_file(folder))?;
    }
    Ok(())
}

fn gone(result: std::io::Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).context("could not remove the cluster")
        }
        _ => Ok(()),
    }
}

/// `wanted` itself, unless the server's user cannot reach it: then a folder that it can, with a link from `wanted`.
fn place(wanted: &Path) -> Result<PathBuf> {
    if let Ok(place) = fs::read_link(wanted) {
        let place = wanted.with_file_name(place);
        if !place.parent().is_some_and(Path::exists) {
            system_folder()?;
        }
        return Ok(place);
    }
    let parent = wanted.parent().unwrap_or(wanted);
    fs::create_dir_all(parent).with_context(|| format!("could not create {}", parent.display()))?;
    let runner = if wanted.exists() { Runner::of(wanted)? } else { Runner::current()? };
    if runner.may("-x", parent) {
        return Ok(wanted.to_owned());
    }
    if wanted.exists() {
        // Succeeds if it is empty: nothing of anyone's is moved.
        fs::remove_dir(wanted).with_context(|| {
            format!(
                "could not use {}: PostgreSQL does not run as root, and its user cannot get there",
                wanted.display()
            )
        })?;
    }
    let mut hasher = DefaultHasher::new();
    wanted.hash(&mut hasher);
    let place = system_folder()?.join(format!("{:016x}", hasher.finish()));
    symlink(&place, wanted).with_context(|| format!("could not link {}", wanted.display()))?;
    Ok(place)
}

fn is_empty(folder: &Path) -> Result<bool> {
    let mut entries = fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))?;
    Ok(entries.next().is_none())
}

fn lock(folder: &Path) -> Result<File> {
    let path = folder.join("lock");
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path);
    let file = file.with_context(|| format!("could not open {}", path.display()))?;
    let deadline = Instant::now() + LOCK_PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error).context("could not lock the cluster"),
            Err(TryLockError::WouldBlock) if Instant::now() > deadline => {
                bail!("could not lock {}: another process uses this cluster; stop it first", folder.display())
            }
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(50)),
        }
    }
}
