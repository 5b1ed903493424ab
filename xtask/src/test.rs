//! `cargo xtask test`: every check and every test, and where the time went.

use std::env;
use std::io::Write;
use std::process::{ExitCode, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

use crate::npm::Package;
use crate::report::Report;
use crate::run::End;
use crate::scratch::Scratch;
use crate::tally::Tally;
use crate::{database, places, python, tools};

/// Its tests start a cluster of their own, so that this way of running them is tried too.
const STARTS_ITS_OWN_CLUSTER: &str = "switchboard-persistence";
/// How long the database of advisories may take to come.
const FETCH_PATIENCE: Duration = Duration::from_secs(60);

/// What can be said behind `cargo xtask test`.
#[derive(Args)]
pub struct Arguments {
    /// Leaves out cargo-deny and the end-to-end tests.
    #[arg(long)]
    quick: bool,
    /// Only the tests of this crate; can be given more than once.
    #[arg(short, long)]
    package: Vec<String>,
}

/// Goes on after a failure, so that one run shows all of them.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let mut end = End::listen()?;
    let mut report = Report::default();
    tokio::select! {
        done = everything(&arguments, &mut report) => done?,
        () = end.comes() => bail!("could not finish: interrupted"),
    }
    write!(std::io::stdout(), "{report}").context("could not write the report")?;
    Ok(if report.total().failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn everything(arguments: &Arguments, report: &mut Report) -> Result<()> {
    if !arguments.package.is_empty() {
        return crates(&arguments.package, report).await;
    }
    report.step("fmt", check(cargo("fmt --all --check"))).await;
    let clippy = cargo("clippy --workspace --all-targets --all-features -- -D warnings");
    report.step("clippy", check(clippy)).await;
    if !arguments.quick {
        report.step("deny", deny()).await;
        report.step("deny advisories", advisories()).await;
    }
    crates(&members().await?, report).await?;
    report.step("consumer", consumer()).await;
    if !arguments.quick {
        report.step("client", web("web/client")).await;
        report.step("console", web("web/console")).await;
        report.step("end-to-end", end_to_end()).await;
    }
    Ok(())
}

/// Each crate by itself, which proves that its tests need no other's features.
async fn crates(packages: &[String], report: &mut Report) -> Result<()> {
    let cluster = database::disposable().await?;
    for package in packages {
        let mut command = cargo(&format!("test --package {package}"));
        if package == STARTS_ITS_OWN_CLUSTER {
            command.env_remove("SWITCHBOARD_TEST_POSTGRES");
        } else {
            command.env("SWITCHBOARD_TEST_POSTGRES", cluster.url("postgres"));
        }
        report.step(package, count(command)).await;
    }
    database::stop(cluster).await
}

async fn deny() -> Result<Tally> {
    let mut command = Command::new(tools::cargo_deny().await?);
    command.args(["check", "--allow", "unused-wrapper", "bans", "licenses", "sources"]);
    check(command).await
}

/// Skipped where their database cannot be fetched.
async fn advisories() -> Result<Tally> {
    let deny = tools::cargo_deny().await?;
    let mut fetch = Command::new(&deny);
    fetch.args(["fetch", "db"]).current_dir(places::root()).kill_on_drop(true);
    fetch.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let fetched = timeout(FETCH_PATIENCE, fetch.status()).await;
    if !fetched.is_ok_and(|status| status.is_ok_and(|status| status.success())) {
        eprintln!("skipped: the database of advisories cannot be fetched from here");
        return Ok(Tally::default());
    }
    let mut command = Command::new(deny);
    command.args(["check", "--disable-fetch", "advisories"]);
    check(command).await
}

/// A project of its own that reads events, as another team's service would.
async fn consumer() -> Result<Tally> {
    let mut tally = check(cargo("fmt --check --manifest-path e2e/consumer/Cargo.toml")).await?;
    let mut tests = cargo("test --locked --manifest-path e2e/consumer/Cargo.toml");
    tests.env("CARGO_TARGET_DIR", places::target()?.join("consumer"));
    tally += count(tests).await?;
    Ok(tally)
}

/// A package's types and its units.
async fn web(folder: &str) -> Result<Tally> {
    let package = Package::open(places::root().join(folder)).await?;
    package.install().await?;
    let mut types = package.npm();
    types.args(["run", "--silent", "check"]);
    let mut tally = check(types).await?;
    let mut units = package.npm();
    units.args(["test", "--silent"]).env("NO_COLOR", "1");
    tally += count(units).await?;
    Ok(tally)
}

/// The Node tests, against two stacks that start just as `cargo xtask run` starts one: most of what tests do is wait, and
/// on a stack of their own they hear nothing of each other.
async fn end_to_end() -> Result<Tally> {
    let package = Package::open(places::root().join("e2e")).await?;
    package.install().await?;
    let python = python::with(&package.folder().join("python/requirements.txt")).await?;
    let chromium = tools::chromium().await?;
    let one = Scratch::start().await?;
    let other = match Scratch::start().await {
        Ok(other) => other,
        Err(error) => return one.end().await.and(Err(error)),
    };
    let mut command = package.npm();
    let demos = env::join_paths([one.demo(), other.demo()]).context("could not name two stacks")?;
    command.args(["test", "--silent"]).env("SWITCHBOARD_DEMO", demos);
    command.env("SWITCHBOARD_PYTHON", python).env("CHROMIUM", chromium);
    let tally = count(command).await;
    if !matches!(tally, Ok(Tally { failed: 0, .. })) {
        one.show_log();
        other.show_log();
    }
    let (one, other) = (one.end().await, other.end().await);
    one.and(other).and(tally)
}

fn cargo(arguments: &str) -> Command {
    let mut command = Command::new(places::cargo());
    command.args(arguments.split(' '));
    command
}

/// The packages of the workspace.
async fn members() -> Result<Vec<String>> {
    let mut command = cargo("metadata --no-deps --format-version 1");
    let output = command.current_dir(places::root()).stderr(Stdio::inherit()).output().await;
    let metadata: serde_json::Value = serde_json::from_slice(&output.context("could not run cargo")?.stdout)
        .context("could not understand what cargo says of the workspace")?;
    let packages = metadata["packages"].as_array().context("could not find the workspace's packages")?;
    Ok(packages.iter().filter_map(|package| Some(package["name"].as_str()?.to_owned())).collect())
}

/// A command that is one check as a whole.
async fn check(mut command: Command) -> Result<Tally> {
    at_the_root(&mut command);
    let status = command.stdin(Stdio::null()).kill_on_drop(true).status().await;
    let status = status.context("could not run the check")?;
    Ok(if status.success() { Tally::passed() } else { Tally::failed(how_it_ended(&command, status)) })
}

fn how_it_ended(command: &Command, status: ExitStatus) -> String {
    let command = command.as_std();
    let words = [command.get_program()].into_iter().chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    format!("{}: {status}", words.join(" "))
}

/// Unless it has a folder of its own.
fn at_the_root(command: &mut Command) {
    if command.as_std().get_current_dir().is_none() {
        command.current_dir(places::root());
    }
}

/// A test runner, whose output is shown and counted.
async fn count(mut command: Command) -> Result<Tally> {
    at_the_root(&mut command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("could not run the tests")?;
    let mut tally = Tally::default();
    let mut lines =
        BufReader::new(child.stdout.take().context("could not read what the tests print")?).lines();
    while let Some(line) = lines.next_line().await.context("could not read what the tests print")? {
        tally.read(&line);
        writeln!(std::io::stdout(), "{line}").context("could not show what the tests print")?;
    }
    let status = child.wait().await.context("could not wait for the tests")?;
    if !status.success() && tally.failed == 0 {
        tally += Tally::failed(how_it_ended(&command, status)); // it did not come to testing, or broke off
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tests_that_do_not_even_compile_are_a_failure() {
        let mut command = Command::new("sh");
        command.args(["-c", "exit 101"]);
        let failed = Tally::failed("sh -c exit 101: exit status: 101".to_owned());
        assert_eq!(count(command).await.expect("it runs"), failed);
    }
}
