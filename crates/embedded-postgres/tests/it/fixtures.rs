//! A place for clusters, and eyes on the processes they run.

use std::{
    env,
    fs::{self, Permissions},
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use switchboard_embedded_postgres::{Binaries, Cluster, Options, remove};
use tempfile::TempDir;

/// A folder for a durable cluster, cleared at the end of a test.
pub(crate) struct Place {
    parent: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::with_mode(0o755)
    }

    pub(crate) fn with_mode(mode: u32) -> Self {
        let parent = tempfile::tempdir().expect("the test process");
        fs::set_permissions(parent.path(), Permissions::from_mode(mode)).expect("the test process");
        Self { parent }
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.parent.path().join("cluster")
    }

    pub(crate) fn start(&self) -> anyhow::Result<Cluster> {
        Cluster::start(&binaries(), Options::durable(self.folder()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // A failing test may leave the cluster in any state; the temporary folder goes in any case.
        let _ = remove(&self.folder());
    }
}

/// Another process that owns a cluster until it is killed.
pub(crate) struct Owner {
    process: Child,
    pub(crate) port: u16,
    pub(crate) folder: PathBuf,
}

const OWNER_OF: &str = "EMBEDDED_POSTGRES_TEST_OWNER_OF";

impl Owner {
    pub(crate) fn durable(place: &Place) -> Self {
        Self::spawn(&place.folder().to_string_lossy())
    }

    pub(crate) fn disposable() -> Self {
        Self::spawn("")
    }

    fn spawn(folder: &str) -> Self {
        let mut process = Command::new(env::current_exe().expect("the test process"))
            .args(["--exact", "fixtures::owner", "--ignored", "--nocapture"])
            .env(OWNER_OF, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the test process");
        let lines = BufReader::new(process.stdout.take().expect("the test process")).lines();
        let line = lines.map_while(Result::ok).find(|line| line.contains("owns ")).expect("the test process");
        let (port, folder) =
            line.split_once("owns ").expect("the test process").1.split_once(' ').expect("the test process");
        Self { process, port: port.parse().expect("the test process"), folder: folder.into() }
    }

    pub(crate) fn kill(mut self) {
        self.process.kill().expect("the test process");
        self.process.wait().expect("the test process");
    }
}

#[test]
#[ignore = "the process behind `Owner`"]
fn owner() {
    let folder = env::var(OWNER_OF).unwrap_or_default();
    let options = if folder.is_empty() { Options::disposable() } else { Options::durable(folder) };
    let cluster = Cluster::start(&binaries(), options).expect("the test process");
    writeln!(std::io::stdout(), "owns {} {}", cluster.port(), cluster.folder().display())
        .expect("the test process");
    std::io::stdin().read_to_end(&mut Vec::new()).expect("the test process");
}

pub(crate) fn binaries() -> Binaries {
    let cache = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    Binaries::locate(&cache, &|line| eprintln!("{line}")).expect("the test process")
}

/// Asks for a session the way any client does; true if asked for a password in return.
pub(crate) fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<u8> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.write_all(b"\0\0\0\x17\0\x03\0\0user\0postgres\0\0")?;
        let mut answer = [0];
        stream.read_exact(&mut answer)?;
        Ok(answer[0])
    };
    ask().is_ok_and(|answer| answer == b'R')
}

#[derive(Debug, PartialEq)]
pub(crate) struct Process {
    pub(crate) pid: String,
    pub(crate) user: String,
    pub(crate) command: String,
}

/// The living processes whose command line names `folder`.
pub(crate) fn processes(folder: &Path) -> Vec<Process> {
    let output = Command::new("ps").args(["-axww", "-o", "pid=,user=,command="]).output().expect("ps");
    let list = String::from_utf8_lossy(&output.stdout).into_owned();
    let named = list.lines().filter(|line| line.contains(&*folder.to_string_lossy()));
    let process = |line: &str| {
        let mut words = line.split_whitespace().map(str::to_owned);
        let (pid, user) = (words.next()?, words.next()?);
        Some(Process { pid, user, command: words.collect::<Vec<_>>().join(" ") })
    };
    named.filter_map(process).collect()
}

/// Kills, without a chance to react, what runs for `folder` and whose command line contains `what`.
pub(crate) fn kill(folder: &Path, what: &str) {
    for process in processes(folder).iter().filter(|process| process.command.contains(what)) {
        Command::new("kill").args(["-9", &process.pid]).status().expect("kill");
    }
}

pub(crate) fn server_pid(folder: &Path) -> String {
    let text = fs::read_to_string(folder.join("data/postmaster.pid")).expect("a server");
    text.lines().next().expect("a first line").to_owned()
}

pub(crate) fn eventually(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < deadline, "still not so: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
