//! Where the machine keeps PostgreSQL.

use std::{
    cmp::Reverse,
    env, fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result};

use crate::{npm, runner::Runner};

const OLDEST: u32 = 15;

/// Folders of distributions that hold one folder for each version, and how the names of those begin.
const DISTRIBUTIONS: [(&str, &str); 4] = [
    ("/usr/lib/postgresql", ""),
    ("/usr", "pgsql-"),
    ("/opt/homebrew/opt", "postgresql@"),
    ("/usr/local/opt", "postgresql@"),
];

/// A folder with `postgres` and `initdb` of version 15 or newer that the server's user can run.
#[derive(Debug, Clone)]
pub struct Binaries {
    pub(crate) folder: PathBuf,
    pub(crate) major: u32,
}

impl Binaries {
    /// Takes what `PATH` offers, or else what a distribution installed, or else [installs](Self::install) some.
    pub fn locate(cache: &Path, progress: &dyn Fn(&str)) -> Result<Self> {
        let runner = Runner::current()?;
        match on_path().chain(of_distributions()).find_map(|folder| Self::in_folder(folder, runner)) {
            Some(found) => Ok(found),
            None => Self::install(cache, progress),
        }
    }

    /// Fetches the pinned npm package into `cache`, once. Says what it does through `progress`, as it may take a while.
    pub fn install(cache: &Path, progress: &dyn Fn(&str)) -> Result<Self> {
        let runner = Runner::current()?;
        let folder = npm::install(cache, runner, progress).context(
            "could not find PostgreSQL 15 or newer, nor fetch it; install Debian's package `postgresql`, or Node.js \
             (which brings npm) and try again with a network",
        )?;
        Self::in_folder(folder.clone(), runner).with_context(|| {
            format!("could not run {}; install Debian's package `postgresql`", folder.display())
        })
    }

    /// The major version, such as 17.
    pub fn major(&self) -> u32 {
        self.major
    }

    fn in_folder(folder: PathBuf, runner: Runner) -> Option<Self> {
        let programs = ["initdb", "postgres"].map(|name| folder.join(name));
        if !programs.iter().all(|program| runner.may("-x", program)) {
            return None;
        }
        let output = runner.command(&programs[1]).arg("--version").stderr(Stdio::null()).output().ok()?;
        let major = major(&String::from_utf8_lossy(&output.stdout))?;
        (major >= OLDEST).then_some(Self { folder, major })
    }
}

/// Resolves links, as distributions link `postgres` alone and PostgreSQL finds its files relative to itself.
fn on_path() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = env::split_paths(&path).collect();
    folders
        .into_iter()
        .filter_map(|folder| Some(folder.join("postgres").canonicalize().ok()?.parent()?.to_owned()))
}

/// Newest first in each place.
fn of_distributions() -> impl Iterator<Item = PathBuf> {
    DISTRIBUTIONS.into_iter().flat_map(|(parent, prefix)| {
        let mut found: Vec<(u32, PathBuf)> = fs::read_dir(parent)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let version = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
                Some((version, entry.path().join("bin")))
            })
            .collect();
        found.sort_by_key(|(version, _)| Reverse(*version));
        found.into_iter().map(|(_, folder)| folder)
    })
}

/// Reads `postgres (PostgreSQL) 15.13 (Debian …)`.
fn major(answer: &str) -> Option<u32> {
    let version = answer.split("(PostgreSQL)").nth(1)?.trim_start();
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn major_version_is_read_from_what_postgres_prints() {
        assert_eq!(major("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 19devel"), Some(19));
        assert_eq!(major("pyenv: postgres: command not found"), None);
    }
}
