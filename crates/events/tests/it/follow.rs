//! The example that others copy, against a server that is not well.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(10);
const PAGE: &str = include_str!("../page.json");

#[test]
fn it_goes_on_from_its_cursor_after_the_servers_restart_and_after_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cursor");
    let server = Server::start("127.0.0.1:0".parse().expect("an address"));
    let address = server.address;
    let follower = Follower::start(address, Some(&file));

    let first = server.next();
    assert_eq!(first.target, "/api/events");
    assert_eq!(first.headers["authorization"], "Bearer a-token");
    first.answer("200 OK", "", &empty("00000000000000ff.6", false));
    assert_eq!(follower.note(), "following from 00000000000000ff.6");

    let second = server.next();
    assert_eq!(second.target, "/api/events?after=00000000000000ff.6&wait=25");
    second.answer("200 OK", "", PAGE);
    let golden = include_str!("../golden/call-accepted.json").trim();
    assert_eq!(follower.line(), format!("00000000000000ff.7 call-accepted {golden}"));

    // The unknown event is not told, but known from now on.
    let third = server.next();
    assert_eq!(third.target, "/api/events?after=00000000000000ff.8&wait=25");
    drop(third);
    server.stop();
    let note = follower.note();
    assert!(note.starts_with("no answer ("), "{note}");

    let server = Server::start(address);
    let again = server.next();
    assert_eq!(again.target, "/api/events?after=00000000000000ff.8&wait=25");
    again.answer("200 OK", "", &PAGE.replace("ff.7", "ff.9").replace("ff.8", "ff.10"));
    assert_eq!(follower.line(), format!("00000000000000ff.9 call-accepted {golden}"));

    let held = server.next();
    assert_eq!(held.target, "/api/events?after=00000000000000ff.10&wait=25");
    drop(follower);
    let _follower = Follower::start(address, Some(&file));
    assert_eq!(server.next().target, "/api/events?after=00000000000000ff.10&wait=25");
    assert_eq!(fs::read_to_string(file).expect("the cursor"), "00000000000000ff.10\n");
}

#[test]
fn it_stays_away_as_long_as_it_is_told() {
    let server = Server::start("127.0.0.1:0".parse().expect("an address"));
    let _follower = Follower::start(server.address, None);
    for status in ["429 Too Many Requests", "503 Service Unavailable"] {
        server.next().answer(status, "retry-after: 2\r\n", r#"{"message":"later"}"#);
        let told = Instant::now();
        server.next().answer("200 OK", "", &empty("00000000000000ff.6", false));
        assert!(told.elapsed() >= Duration::from_millis(1_900), "{status}: after {:?}", told.elapsed());
    }
}

#[test]
fn it_says_that_something_was_missed_and_goes_on() {
    let server = Server::start("127.0.0.1:0".parse().expect("an address"));
    let follower = Follower::start(server.address, None);
    server.next().answer("200 OK", "", &empty("00000000000000ff.6", false));
    follower.note();
    server.next().answer("200 OK", "", &empty("00000000000000ee.2", true));
    let note = follower.note();
    assert_eq!(
        note,
        "what happened since 00000000000000ff.6 is no longer told: going on from 00000000000000ee.2"
    );
    assert_eq!(server.next().target, "/api/events?after=00000000000000ee.2&wait=25");
}

#[test]
fn it_ends_when_its_token_does() {
    let server = Server::start("127.0.0.1:0".parse().expect("an address"));
    let mut follower = Follower::start(server.address, None);
    server.next().answer("401 Unauthorized", "", r#"{"message":"the session is over"}"#);
    assert_eq!(follower.note(), "could not go on: the server does not accept this token, or no longer");
    assert_eq!(follower.child.wait().expect("its end").code(), Some(1));
}

fn empty(cursor: &str, reset: bool) -> String {
    format!(r#"{{"events":[],"cursor":"{cursor}","more":false,"reset":{reset},"offers":{{"callSids":[]}}}}"#)
}

/// The example, running. `cargo test` builds it beside the tests.
struct Follower {
    child: Child,
    lines: Receiver<String>,
    notes: Receiver<String>,
}

impl Follower {
    fn start(server: SocketAddr, file: Option<&Path>) -> Self {
        let tests = env::current_exe().expect("this program");
        let program = tests.ancestors().nth(2).expect("the folder of what was built").join("examples/follow");
        let mut child = Command::new(program)
            .arg(format!("http://{server}/"))
            .args(file)
            .env("SWITCHBOARD_TOKEN", "a-token")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the example, built");
        let lines = read(child.stdout.take().expect("its output"));
        let notes = read(child.stderr.take().expect("its notes"));
        Self { child, lines, notes }
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a line")
    }

    fn note(&self) -> String {
        self.notes.recv_timeout(PATIENCE).expect("a note")
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
    });
    lines
}

/// A server that leaves each answer to the test.
struct Server {
    address: SocketAddr,
    requests: Receiver<Request>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

struct Request {
    target: String,
    headers: HashMap<String, String>,
    stream: TcpStream,
}

impl Server {
    fn start(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).expect("a port");
        let address = listener.local_addr().expect("an address");
        let (sender, requests) = mpsc::channel();
        let over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&over);
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if ends.load(Ordering::SeqCst) {
                    return;
                }
                if let Some(request) = stream.ok().and_then(Request::read) {
                    let _ = sender.send(request);
                }
            }
        });
        Self { address, requests, over, thread: Some(thread) }
    }

    fn next(&self) -> Request {
        self.requests.recv_timeout(PATIENCE).expect("a request")
    }

    /// From here on nobody listens at its address.
    fn stop(self) {}
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Request {
    fn read(stream: TcpStream) -> Option<Self> {
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        let mut lines = BufReader::new(stream.try_clone().ok()?).lines().map_while(Result::ok);
        let target = lines.next()?.split(' ').nth(1)?.to_owned();
        let headers = lines.take_while(|line| !line.is_empty());
        let headers = headers.filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            Some((name.to_lowercase(), value.to_owned()))
        });
        Some(Self { target, headers: headers.collect(), stream })
    }

    fn answer(mut self, status: &str, headers: &str, body: &str) {
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n");
        self.stream.write_all(format!("{head}{body}").as_bytes()).expect("an answer");
    }
}
