use std::{
    fs,
    os::unix::{fs::MetadataExt, process::CommandExt},
    process::Command,
};

use anyhow::Result;

use crate::fixtures::{Owner, Place, answers, eventually, kill, processes, server_pid};

const SERVER: &str = "/postgres -D";
const WATCHDOG: &str = "switchboard-postgres";

#[test]
fn nothing_outlives_a_killed_owner() -> Result<()> {
    let owner = Owner::disposable();
    let (port, folder) = (owner.port, owner.folder.clone());
    assert!(answers(port));
    owner.kill();
    eventually("server, watchdog and folder are gone", || {
        !answers(port) && processes(&folder).is_empty() && !folder.exists()
    });
    Ok(())
}

#[test]
fn the_data_of_a_killed_owner_can_be_used_at_once() -> Result<()> {
    let place = Place::new();
    Owner::durable(&place).kill();
    assert!(answers(place.start()?.port()));
    Ok(())
}

#[test]
fn a_server_without_its_watchdog_is_stopped_first() -> Result<()> {
    let place = Place::new();
    let owner = Owner::durable(&place);
    let (port, folder) = (owner.port, owner.folder.clone());
    kill(&folder, WATCHDOG);
    owner.kill();
    assert!(answers(port), "the server was to be left behind");
    let left = server_pid(&folder);

    let cluster = place.start()?;
    assert!(answers(cluster.port()));
    assert!(processes(&folder).iter().all(|process| process.pid != left));
    Ok(())
}

#[test]
fn a_stale_pid_file_does_not_matter_even_if_its_number_is_in_use() -> Result<()> {
    let place = Place::new();
    let owner = Owner::durable(&place);
    let data = owner.folder.join("data");
    let pid = server_pid(&owner.folder);
    kill(&owner.folder, WATCHDOG);
    kill(&owner.folder, SERVER);
    owner.kill();
    let user = fs::metadata(&data)?;
    let mut stranger = Command::new("sleep").arg("60").uid(user.uid()).gid(user.gid()).spawn()?;
    let text = fs::read_to_string(data.join("postmaster.pid"))?;
    fs::write(data.join("postmaster.pid"), text.replacen(&pid, &stranger.id().to_string(), 1))?;

    let started = place.start();
    let spared = stranger.try_wait()?.is_none();
    stranger.kill()?;
    stranger.wait()?;
    assert!(answers(started?.port()));
    assert!(spared, "a stranger was killed");
    Ok(())
}
