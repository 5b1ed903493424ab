//! What holds when root is the caller; nothing to see for anyone else.

use std::{fs, os::unix::fs::MetadataExt};

use anyhow::{Context, Result};

use crate::fixtures::{Place, answers, processes};

#[test]
fn a_server_started_by_root_runs_unprivileged() -> Result<()> {
    if !are_root()? {
        return Ok(());
    }
    let place = Place::new();
    let cluster = place.start()?;
    let processes = processes(cluster.folder());
    assert!(!processes.is_empty());
    assert!(processes.iter().all(|process| process.user != "root"), "{processes:?}");
    if let Ok(status) = fs::read_to_string(format!("/proc/{}/status", processes[0].pid)) {
        let groups = status.lines().find_map(|line| line.strip_prefix("Groups:"));
        assert_eq!(groups.context("groups")?.trim(), "", "root's groups were kept");
    }
    Ok(())
}

#[test]
fn a_folder_that_only_root_may_enter_becomes_a_link() -> Result<()> {
    if !are_root()? {
        return Ok(());
    }
    let place = Place::with_mode(0o700);
    let cluster = place.start()?;
    assert!(answers(cluster.port()));
    assert_eq!(fs::read_link(place.folder())?, cluster.folder());
    cluster.stop()?;
    assert!(answers(place.start()?.port()), "found again through the link");
    Ok(())
}

fn are_root() -> Result<bool> {
    Ok(tempfile::tempfile()?.metadata()?.uid() == 0)
}
