//! A running server and its watchdog.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail};

use crate::{binaries::Binaries, home::Home, leftover};

/// Recovery after a crash may take a while.
const START_PATIENCE: Duration = Duration::from_secs(120);
/// Longer than the watchdog waits before it stops waiting for a checkpoint.
const STOP_PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(10);

const DISPOSABLE_SETTINGS: [&str; 4] =
    ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB"];

/// How a cluster is to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether, and where, the data outlives the cluster.
    pub durability: Durability,
    /// A free port if none is given.
    pub port: Option<u16>,
    /// 100 unless set.
    pub max_connections: u16,
}

/// Whether the data outlives the cluster.
#[derive(Debug, Clone)]
pub enum Durability {
    /// Kept in this folder, with every safeguard of PostgreSQL on.
    Durable(PathBuf),
    /// In a temporary folder that goes with the cluster; fast, and lost in a crash.
    Disposable,
}

impl Options {
    /// Data kept in `folder`, which is created if missing.
    pub fn durable(folder: impl Into<PathBuf>) -> Self {
        Self { durability: Durability::Durable(folder.into()), port: None, max_connections: 100 }
    }

    /// Data that goes with the cluster.
    pub fn disposable() -> Self {
        Self { durability: Durability::Disposable, port: None, max_connections: 100 }
    }
}

/// A running server, stopped when this is dropped or its process ends.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    port: u16,
    password: String,
    /// Its standard input is the pipe whose end means: stop.
    watchdog: Child,
}

impl Cluster {
    /// Creates the cluster if there is none, and returns once it answers. Blocks, for some seconds at worst.
    pub fn start(binaries: &Binaries, options: Options) -> Result<Self> {
        let deadline = Instant::now() + START_PATIENCE;
        loop {
            let (mut cluster, log) = Self::launch(binaries, &options)?;
            if cluster.is_up_before(deadline)? {
                return Ok(cluster);
            }
            let folder = cluster.folder.clone();
            cluster.end()?;
            let said = last_lines(log);
            // Another process took the free port first; sessions of a killed server are still on their way out.
            let passing = options.port.is_none() && said.contains("Address already in use")
                || said.contains("pre-existing shared memory block");
            if !passing || Instant::now() > deadline {
                return Err(unusable(&folder, anyhow!("the server's last words were:\n{said}\n")));
            }
        }
    }

    /// Always the loopback address.
    pub fn host(&self) -> &'static str {
        "127.0.0.1"
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where data, password and log really lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How the superuser reaches `database`, a name that needs no escaping; `postgres` always exists.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres:{}@{}:{}/{database}", self.password, self.host(), self.port)
    }

    /// Ends all sessions, shuts down and waits for it. Dropping does the same, but cannot say what went wrong.
    pub fn stop(mut self) -> Result<()> {
        self.end()
    }

    fn launch(binaries: &Binaries, options: &Options) -> Result<(Self, File)> {
        let (home, durability) = match &options.durability {
            Durability::Durable(folder) => (Home::durable(folder)?, "durable"),
            Durability::Disposable => (Home::temporary()?, "disposable"),
        };
        let folder = &home.folder;
        leftover::stop(&home.data(), home.runner)?;
        home.check(binaries.major()).map_err(|error| unusable(folder, error))?;
        let password = home.password().map_err(|error| unusable(folder, error))?;
        let port = free_port(options.port)?;
        let log = folder.join("postgres.log");
        let errors = File::create(&log).with_context(|| format!("could not write {}", log.display()))?;
        let log = File::open(&log).context("could not read the log")?;

        let mut command = home.runner.command("sh");
        command.args(["-c", include_str!("watchdog.sh"), "switchboard-postgres"]);
        command.arg(&binaries.folder).arg(folder).args([durability, character_type()]);
        for (name, value) in [
            ("listen_addresses", "127.0.0.1"),
            ("unix_socket_directories", ""),
            ("port", &port.to_string()),
            ("max_connections", &options.max_connections.to_string()),
        ] {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        if let Durability::Disposable = options.durability {
            command.args(DISPOSABLE_SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        }
        let watchdog = command
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(home.lock)
            .stderr(errors)
            .spawn()
            .context("could not start the shell that watches over PostgreSQL")?;
        if let Some(folder) = home.temporary {
            let _ = folder.keep();
        }
        Ok((Self { folder: home.folder, port, password, watchdog }, log))
    }

    /// False if it ended instead, or took too long.
    fn is_up_before(&mut self, deadline: Instant) -> Result<bool> {
        let state = self.folder.join("data/postmaster.pid");
        while Instant::now() < deadline && !self.has_ended()? {
            // The file, because something else may answer on that port; an answer, because that is what counts.
            let ready =
                fs::read_to_string(&state).is_ok_and(|text| text.lines().any(|line| line.trim() == "ready"));
            if ready && answers(self.port).unwrap_or(false) {
                return Ok(true);
            }
            thread::sleep(POLL);
        }
        Ok(false)
    }

    fn end(&mut self) -> Result<()> {
        drop(self.watchdog.stdin.take());
        let deadline = Instant::now() + STOP_PATIENCE;
        while !self.has_ended()? {
            if Instant::now() > deadline {
                bail!("could not stop PostgreSQL in {} within {STOP_PATIENCE:?}", self.folder.display());
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    fn has_ended(&mut self) -> Result<bool> {
        Ok(self.watchdog.try_wait().context("could not watch PostgreSQL")?.is_some())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Nobody is left to tell; the watchdog goes on trying.
        let _ = self.end();
    }
}

fn unusable(folder: &Path, reason: anyhow::Error) -> anyhow::Error {
    anyhow!(
        "could not start PostgreSQL in {}: {reason:#}; if the data is not worth repairing, start afresh with \
         `cargo xtask run --reset`",
        folder.display()
    )
}

/// Plain sorting everywhere, and upper and lower case beyond ASCII under the name each system has for that.
fn character_type() -> &'static str {
    if cfg!(target_os = "macos") { "en_US.UTF-8" } else { "C.UTF-8" }
}

fn free_port(wanted: Option<u16>) -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, wanted.unwrap_or(0)));
    let listener = listener.with_context(|| match wanted {
        Some(port) => {
            format!("could not start PostgreSQL on port {port}: choose another, or stop what listens there")
        }
        None => "could not find a free port".to_owned(),
    })?;
    Ok(listener.local_addr().context("could not find a free port")?.port())
}

/// Whether a server answers the first message of a session by asking for a password.
fn answers(port: u16) -> io::Result<bool> {
    const PATIENCE: Duration = Duration::from_secs(1);
    const START: &[u8] = b"\0\0\0\x17\0\x03\0\0user\0postgres\0\0";
    let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(START)?;
    // The whole of it, or the server's log would tell of a client that hung up.
    let mut answer = [0; 256];
    let length = stream.read(&mut answer)?;
    Ok(answer[..length].first() == Some(&b'R'))
}

fn last_lines(mut log: File) -> String {
    let mut bytes = Vec::new();
    if let Err(error) = log.read_to_end(&mut bytes) {
        return format!("(could not read the log: {error})");
    }
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}
