//! `cargo xtask soak`: whether the server's memory stays what it was under a mixed load.
//!
//! `e2e/soak.mjs` drives a server of its own, built as the stack's is, and measures its resident memory every second. The
//! load is the same in every minute, so that what grows over the second half is not the load.

use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result};
use clap::Args;
use tokio::process::Command;

use crate::npm::Package;
use crate::places;
use crate::run::End;
use crate::scratch::Scratch;

/// What can be said behind `cargo xtask soak`.
#[derive(Args)]
pub struct Arguments {
    /// How long the load lasts.
    ///
    /// Memory may grow by one per cent in ten minutes over the second half. In a run under ten minutes the allocator still
    /// warms up then, and takes 1 to 3 MiB: there the second half may grow by 4 MiB, which only a gross leak exceeds.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=10_080))]
    minutes: u16,
}

/// Starts a stack, lets `e2e/soak.mjs` drive it, and takes its verdict.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let mut end = End::listen()?;
    let package = Package::open(places::root().join("e2e")).await?;
    let interrupted = || {
        eprintln!("interrupted; what had started was stopped");
        Ok(ExitCode::FAILURE)
    };
    let start = async {
        package.install().await?;
        Scratch::start().await
    };
    let scratch = tokio::select! {
        started = start => started?,
        () = end.comes() => return interrupted(),
    };
    let mut soak = Command::new("node");
    soak.args(["soak.mjs", &arguments.minutes.to_string()]).env("SWITCHBOARD_DEMO", scratch.demo());
    // In a group of its own, so that Ctrl-C reaches this process alone; the server that it starts ends with it.
    soak.current_dir(package.folder()).stdin(Stdio::null()).process_group(0).kill_on_drop(true);
    let verdict = tokio::select! {
        status = soak.status() => Some(status.context("could not run Node.js")),
        () = end.comes() => None,
    };
    scratch.end().await?;
    match verdict {
        Some(status) => Ok(if status?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }),
        None => interrupted(),
    }
}
