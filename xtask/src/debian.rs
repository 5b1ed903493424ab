//! Packages of the distribution, where they can be installed.

use std::process::Stdio;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

/// Installs Debian packages if we are root on a machine that has such; else says in a sentence what is missing.
pub async fn install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if !is_root().await || !answers("apt-get").await {
        bail!(
            "could not install {names}: install them as your system does (Debian: apt-get install {names})"
        );
    }
    eprintln!("installing {names}");
    for arguments in [vec!["update", "-qq"], [&["install", "-y", "-qq"], packages].concat()] {
        let mut apt = Command::new("apt-get");
        apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").kill_on_drop(true);
        apt.stdin(Stdio::null()).stdout(Stdio::null());
        if !apt.status().await.context("could not run apt-get")?.success() {
            bail!("could not install {names}: what apt-get printed above says why");
        }
    }
    Ok(())
}

async fn is_root() -> bool {
    let id = Command::new("id").arg("-u").stdin(Stdio::null()).output().await;
    id.is_ok_and(|id| id.stdout == b"0\n")
}

async fn answers(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().await.is_ok()
}
