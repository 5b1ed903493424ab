//! What a crashed run left: a server without its watchdog, or only the file that says there is one.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::runner::Runner;

const PATIENCE: Duration = Duration::from_secs(30);

/// Stops a server that still runs on `data` and removes a stale `postmaster.pid`. PostgreSQL itself would refuse to
/// start if the number in that file had since gone to any other process of the same user.
///
/// Only for the holder of the folder's lock: to anyone else such a server is no leftover.
pub(crate) fn stop(data: &Path, runner: Runner) -> Result<()> {
    let pid_file = data.join("postmaster.pid");
    let Ok(text) = fs::read_to_string(&pid_file) else {
        return Ok(());
    };
    if let Some(pid) = text.lines().next().and_then(|line| line.parse().ok()) {
        for signal in ["INT", "QUIT"] {
            if serves(pid, data) {
                runner.command("sh").args(["-c", "kill -s $0 $1", signal, &pid.to_string()]).status()?;
                let deadline = Instant::now() + PATIENCE;
                while serves(pid, data) && Instant::now() < deadline {
                    thread::sleep(Duration::from_millis(20));
                }
            }
        }
        if serves(pid, data) {
            bail!("could not stop the server of an earlier run, process {pid}; end it and try again");
        }
    }
    if pid_file.exists() {
        fs::remove_file(&pid_file).with_context(|| format!("could not remove {}", pid_file.display()))?;
    }
    Ok(())
}

/// Whether the process is alive and a server on `data`, which is then its working directory.
fn serves(pid: u32, data: &Path) -> bool {
    if Path::new("/proc/self/cwd").exists() {
        let place = fs::read_link(format!("/proc/{pid}/cwd"));
        return place.is_ok_and(|place| data.canonicalize().is_ok_and(|data| place == data));
    }
    let command = std::process::Command::new("ps").args(["-o", "command=", "-p", &pid.to_string()]).output();
    command.is_ok_and(|output| {
        let line = String::from_utf8_lossy(&output.stdout).into_owned();
        line.contains("postgres") && line.contains(&*data.to_string_lossy())
    })
}
