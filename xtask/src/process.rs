//! Programs that run beside this one and never outlive it.

use std::net::Ipv4Addr;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::{Instant, sleep, timeout};

/// How long a program may take until it answers.
const START_PATIENCE: Duration = Duration::from_secs(60);
/// How long it may take to stop before it is killed.
const STOP_PATIENCE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(50);

/// A running program, in a process group of its own, so that Ctrl-C reaches this process alone. Its standard input is
/// a pipe that only we hold and never write to: the kernel closes it however we end, and at that the program stops.
#[derive(Debug)]
pub struct Service {
    name: &'static str,
    child: Child,
    /// Apart from the child, because waiting for a child closes its standard input.
    lifeline: ChildStdin,
}

impl Service {
    /// Starts a program that stops at the end of its standard input.
    pub fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("could not start {name}"))?;
        let lifeline = child.stdin.take().context("could not hold on to its standard input")?;
        Ok(Self { name, child, lifeline })
    }

    /// Waits until `GET path` is answered with 200.
    pub async fn answers(&mut self, port: u16, path: &str) -> Result<()> {
        let deadline = Instant::now() + START_PATIENCE;
        while !is_ok(port, path).await {
            if let Some(status) = self.child.try_wait().context("could not watch a child")? {
                bail!("could not start {}: it ended with {status}; its log above says why", self.name);
            }
            if Instant::now() > deadline {
                bail!(
                    "could not start {}: http://127.0.0.1:{port}{path} did not answer within {START_PATIENCE:?}",
                    self.name
                );
            }
            sleep(POLL).await;
        }
        Ok(())
    }

    /// Waits for an end that nobody asked for.
    pub async fn ended(&mut self) -> Result<ExitStatus> {
        self.child.wait().await.with_context(|| format!("could not watch {}", self.name))
    }

    /// Asks it to stop, and kills it if it does not listen.
    pub async fn stop(self) -> Result<()> {
        let Self { name, mut child, lifeline } = self;
        drop(lifeline);
        match timeout(STOP_PATIENCE, child.wait()).await {
            Ok(ended) => ended.map(drop).with_context(|| format!("could not watch {name}")),
            Err(_) => {
                child.kill().await.with_context(|| format!("could not kill {name}"))?;
                bail!("could not stop {name} within {STOP_PATIENCE:?}: it was killed")
            }
        }
    }
}

async fn is_ok(port: u16, path: &str) -> bool {
    let status = timeout(Duration::from_secs(2), status_of(port, path)).await;
    matches!(status, Ok(Ok(200)))
}

async fn status_of(port: u16, path: &str) -> Result<u16> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.split(' ').nth(1).context("no status")?.parse()?)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[tokio::test]
    async fn closing_standard_input_stops_a_service() {
        let service = Service::start("a reader", &mut shell("cat")).expect("start");
        service.stop().await.expect("it stops by itself");
    }

    #[tokio::test]
    async fn waiting_for_a_service_does_not_stop_it() {
        let mut service = Service::start("a reader", &mut shell("cat")).expect("start");
        assert!(timeout(Duration::from_millis(100), service.ended()).await.is_err());
        service.stop().await.expect("it stops by itself");
    }

    #[tokio::test]
    async fn a_service_that_ends_instead_of_answering_is_named() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("a port").port();
        drop(listener);
        let mut service = Service::start("the server", &mut shell("exit 3")).expect("start");
        let error = service.answers(port, "/").await.expect_err("it ended").to_string();
        assert!(error.contains("the server") && error.contains('3'), "{error}");
    }

    #[tokio::test]
    async fn only_200_is_an_answer() {
        for (line, expected) in [("HTTP/1.1 200 OK", true), ("HTTP/1.1 503 Not yet", false), ("?", false)] {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let port = listener.local_addr().expect("a port").port();
            let answer = async {
                let (mut stream, _) = listener.accept().await.expect("a client");
                assert!(stream.read(&mut [0; 1024]).await.expect("a request") > 0);
                stream.write_all(format!("{line}\r\n\r\n").as_bytes()).await.expect("write");
            };
            let (heard, ()) = tokio::join!(is_ok(port, "/"), answer);
            assert_eq!(heard, expected, "{line}");
        }
    }
}
