//! Python, for Twilio's other official library.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use crate::{debian, places};

/// A Python with the packages that `requirements` names, in an environment of its own; made once, and again when the file
/// changes.
pub async fn with(requirements: &Path) -> Result<PathBuf> {
    let wanted =
        fs::read(requirements).with_context(|| format!("could not read {}", requirements.display()))?;
    let environment = places::cache().join("tools/python");
    let (python, stamp) = (environment.join("bin/python"), environment.join("switchboard-installed"));
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) && runs(&python, &["--version"]).await {
        return Ok(python);
    }
    if !runs(Path::new("python3"), &["-c", "import ensurepip, venv"]).await {
        debian::install(&["python3", "python3-venv"]).await?;
    }
    eprintln!("installing what {} names into {}", requirements.display(), environment.display());
    let mut venv = Command::new("python3");
    run(venv.args(["-m", "venv", "--clear"]).arg(&environment)).await?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    run(pip.arg(requirements)).await?;
    fs::write(&stamp, wanted).with_context(|| format!("could not write {}", stamp.display()))?;
    Ok(python)
}

async fn runs(python: &Path, arguments: &[&str]) -> bool {
    let mut command = Command::new(python);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().await.is_ok_and(|status| status.success())
}

async fn run(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).kill_on_drop(true).status().await;
    if !status.context("could not run Python")?.success() {
        bail!("could not install Python's packages: what was printed above says why");
    }
    Ok(())
}
