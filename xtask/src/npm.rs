//! What Node brings: packages installed and scripts run, and only when something changed.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

/// The oldest major version that will do.
const OLDEST: u32 = 20;
/// Folders whose content is made from the rest.
const MADE: [&str; 2] = ["node_modules", "dist"];

/// A folder with a `package.json`, on a machine with Node.
pub struct Package {
    folder: PathBuf,
}

impl Package {
    /// Looks for Node, and says in a sentence if there is none.
    pub async fn open(folder: PathBuf) -> Result<Self> {
        let version = Command::new("node").arg("--version").stdin(Stdio::null()).output().await;
        let Ok(version) = version else {
            bail!("could not find Node.js: install version {OLDEST} or newer, with npm");
        };
        let version = String::from_utf8_lossy(&version.stdout);
        let version = version.trim();
        let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
        if major.is_none_or(|major: u32| major < OLDEST) {
            bail!("could not use Node.js {version}: install version {OLDEST} or newer");
        }
        Ok(Self { folder })
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Installs what the lock file says, unless that is what is there.
    pub async fn install(&self) -> Result<()> {
        let lock = self.folder.join("package-lock.json");
        let lock = fs::read(&lock).with_context(|| format!("could not read {}", lock.display()))?;
        let stamp = Stamp::new(&self.folder, "installed", &lock);
        if !stamp.is_set() {
            run(self.npm().args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])).await?;
            stamp.set()?;
        }
        Ok(())
    }

    /// Makes `dist`, unless it was made from these very sources: its own and those of the package that it is built on.
    pub async fn build(&self, on: &Path) -> Result<()> {
        let stamp = Stamp::new(&self.folder, "built", &(sources(&self.folder)?, sources(on)?));
        if !(stamp.is_set() && self.folder.join("dist/index.html").exists()) {
            run(self.npm().args(["run", "build"])).await?;
            stamp.set()?;
        }
        Ok(())
    }

    /// npm, in this folder.
    pub fn npm(&self) -> Command {
        let mut command = Command::new("npm");
        command.current_dir(&self.folder).stdin(Stdio::null()).kill_on_drop(true);
        command
    }
}

async fn run(command: &mut Command) -> Result<()> {
    let status = command.status().await.context("could not run npm, which comes with Node.js")?;
    if !status.success() {
        bail!("could not get on: npm {status}; what it printed above says why");
    }
    Ok(())
}

/// A file that remembers from what something was made. It lies in `node_modules`, so that it goes when that goes.
struct Stamp {
    path: PathBuf,
    hash: String,
}

impl Stamp {
    fn new(folder: &Path, name: &str, made_from: &impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        made_from.hash(&mut hasher);
        let path = folder.join("node_modules").join(format!(".switchboard-{name}"));
        Self { path, hash: format!("{:016x}", hasher.finish()) }
    }

    fn is_set(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|hash| hash == self.hash)
    }

    fn set(&self) -> Result<()> {
        // A package without dependencies has no such folder yet.
        let written =
            fs::create_dir_all(self.path.with_file_name("")).and_then(|()| fs::write(&self.path, &self.hash));
        written.with_context(|| format!("could not write {}", self.path.display()))
    }
}

/// Every source file of a package, by name, with its content.
fn sources(folder: &Path) -> Result<BTreeSet<(PathBuf, Vec<u8>)>> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = fs::read_dir(&next).with_context(|| format!("could not read {}", next.display()))?;
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            if MADE.iter().any(|made| entry.file_name() == *made) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else {
                let content =
                    fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
                found.insert((path, content));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_holds_until_a_source_changes_and_not_when_something_made_does() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        fs::create_dir_all(folder.join("src")).expect("a folder");
        fs::write(folder.join("src/main.ts"), "1").expect("a file");
        let stamp = || Stamp::new(folder, "built", &sources(folder).expect("sources"));
        assert!(!stamp().is_set());
        stamp().set().expect("write");
        fs::create_dir(folder.join("dist")).expect("a folder");
        fs::write(folder.join("dist/index.html"), "made").expect("a file");
        assert!(stamp().is_set());
        fs::write(folder.join("src/main.ts"), "2").expect("a file");
        assert!(!stamp().is_set());
    }
}
