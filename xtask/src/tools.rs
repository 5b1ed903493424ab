//! Tools that cargo does not bring.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use crate::{debian, places};

const DENY_VERSION: &str = "0.20.2";

/// cargo-deny in the pinned version: what is installed, or else installed now, which takes some minutes once.
pub async fn cargo_deny() -> Result<PathBuf> {
    let tools = places::cache().join("tools");
    let ours = tools.join("bin/cargo-deny");
    for program in [PathBuf::from("cargo-deny"), ours.clone()] {
        let version = Command::new(&program).arg("--version").output().await;
        if version
            .is_ok_and(|version| String::from_utf8_lossy(&version.stdout).trim().ends_with(DENY_VERSION))
        {
            return Ok(program);
        }
    }
    eprintln!("installing cargo-deny {DENY_VERSION} into {}", tools.display());
    let mut install = Command::new(places::cargo());
    install.args(["install", "--locked", "cargo-deny", "--version", DENY_VERSION, "--root"]).arg(&tools);
    if !install.kill_on_drop(true).status().await.context("could not run cargo")?.success() {
        bail!("could not install cargo-deny: what cargo printed above says why");
    }
    Ok(ours)
}

/// Debian's Chromium, installed now if there is none; or the one that `CHROMIUM` names.
pub async fn chromium() -> Result<PathBuf> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from);
    let chromium = named.unwrap_or_else(|| "/usr/bin/chromium".into());
    if !chromium.exists() {
        debian::install(&["chromium"]).await?;
    }
    Ok(chromium)
}
