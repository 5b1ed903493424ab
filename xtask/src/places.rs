//! Where things lie.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The workspace. Asked of cargo each time, as a program may outlive the folder that it was built in.
pub fn root() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let package = package.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    package.parent().map(Path::to_owned).unwrap_or(package)
}

/// A program of this workspace: cargo puts it beside this one.
pub fn program(name: &str) -> Result<PathBuf> {
    let this = env::current_exe().context("could not find out where this program lies")?;
    Ok(this.with_file_name(name))
}

/// Where cargo puts what it builds: this program lies two folders deep in it.
pub fn target() -> Result<PathBuf> {
    let this = env::current_exe().context("could not find out where this program lies")?;
    let target = this.ancestors().nth(2).context("could not find the folder of what is built")?;
    Ok(target.to_owned())
}

/// What was installed once for every checkout.
pub fn cache() -> PathBuf {
    let home = env::var_os("HOME").filter(|home| !home.is_empty());
    home.map_or_else(|| root().join("target"), |home| Path::new(&home).join(".cache/switchboard"))
}

/// The cargo that runs this program.
pub fn cargo() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from)
}
