//! A stack for one use: on free ports, in a temporary folder.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::database;
use crate::stack::{Options, Stack};

/// A stack that is gone, with its data, once it has ended.
pub struct Scratch {
    stack: Stack,
    folder: TempDir,
}

impl Scratch {
    /// Starts just as `cargo xtask run` does.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("switchboard-scratch-")
            .permissions(Permissions::from_mode(0o755)) // PostgreSQL's user passes through
            .tempdir()
            .context("could not create a folder")?;
        let dir = folder.path();
        let options =
            Options { port: 0, dir: Some(dir.to_owned()), log: Some(log(&folder)), ..Default::default() };
        match Stack::start(options).await {
            Ok(stack) => Ok(Self { stack, folder }),
            Err(error) => {
                show_end_of_log(&folder);
                remove(folder).await.and(Err(error))
            }
        }
    }

    /// The file that tells of it.
    pub fn demo(&self) -> PathBuf {
        self.folder.path().join("demo.json")
    }

    /// Shows the end of the server's log, if something went wrong.
    pub fn show_log(&self) {
        show_end_of_log(&self.folder);
    }

    /// Stops it, and removes what it left.
    pub async fn end(self) -> Result<()> {
        let stopped = self.stack.stop().await;
        remove(self.folder).await.and(stopped)
    }
}

fn log(folder: &TempDir) -> PathBuf {
    folder.path().join("server.log")
}

async fn remove(folder: TempDir) -> Result<()> {
    database::remove(database::folder_in(folder.path())).await
}

fn show_end_of_log(folder: &TempDir) {
    let text = fs::read_to_string(log(folder)).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    eprintln!("the end of the server's log:");
    for line in &lines[lines.len().saturating_sub(60)..] {
        eprintln!("  {line}");
    }
}
