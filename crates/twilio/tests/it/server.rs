//! A server on loopback that answers as the test says, well or badly.

use std::sync::{Arc, Mutex};

use secrecy::SecretString;
use switchboard_domain::events::OrgId;
use switchboard_domain::ports::Credentials;
use switchboard_twilio::rest::{BaseUrl, RestClient, RestConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::operations::sid;

pub(crate) struct Server {
    port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// How many requests arrived so far.
    arrived: watch::Receiver<usize>,
    _at_work: JoinSet<()>,
}

/// A request, as it came over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.into_iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// What a request gets.
#[derive(Clone)]
pub(crate) enum Reply {
    /// These bytes, and the end of the connection.
    Bytes(Vec<u8>),
    /// Nothing, for as long as the test lasts.
    Silence,
    /// This, once the gate is open.
    After(watch::Receiver<bool>, Vec<u8>),
}

/// An answer with a status, headers (each with its line's end) and a body.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Reply {
    Reply::Bytes(bytes(status, headers, body))
}

pub(crate) fn bytes(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
        .into()
}

impl Server {
    /// `script` is told how many requests came before this one.
    pub(crate) async fn start(script: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let (arrival, arrived) = watch::channel(0);
        let mut at_work = JoinSet::new();
        at_work.spawn({
            let seen = seen.clone();
            async move {
                let (script, mut connections) = (Arc::new(script), JoinSet::new());
                while let Ok((stream, _)) = listener.accept().await {
                    let (seen, arrival, script) = (seen.clone(), arrival.clone(), script.clone());
                    connections.spawn(async move {
                        serve(stream, &seen, &arrival, &*script).await;
                    });
                }
            }
        });
        Self { port, seen, arrived, _at_work: at_work }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn config(&self) -> RestConfig {
        RestConfig::at(BaseUrl::parse(&self.url()).expect("this machine"))
    }

    pub(crate) fn client(&self) -> RestClient {
        RestClient::new(self.config()).expect("a client")
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("nothing panics while it holds this lock").clone()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.line).collect()
    }

    /// Waits until so many requests arrived.
    pub(crate) async fn arrivals(&self, number: usize) {
        self.arrived.clone().wait_for(|arrived| *arrived >= number).await.expect("the server is at work");
    }
}

async fn serve(
    mut stream: TcpStream,
    seen: &Mutex<Vec<Seen>>,
    arrival: &watch::Sender<usize>,
    script: &(dyn Fn(usize, &Seen) -> Reply + Send + Sync),
) {
    let Some(request) = read(&mut stream).await else { return };
    let reply = {
        let mut seen = seen.lock().expect("nothing panics while it holds this lock");
        seen.push(request.clone());
        script(seen.len() - 1, &request)
    };
    arrival.send_modify(|arrived| *arrived += 1);
    let bytes = match reply {
        Reply::Bytes(bytes) => bytes,
        Reply::Silence => return std::future::pending().await,
        Reply::After(mut gate, bytes) => {
            gate.wait_for(|open| *open).await.expect("the test is still there");
            bytes
        }
    };
    // A client that had enough closes early.
    let _sent = stream.write_all(&bytes).await;
    let _closed = stream.shutdown().await;
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut received = Vec::new();
    loop {
        if stream.read_buf(&mut received).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&received);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let (line, head) = head.split_once("\r\n")?;
        let mut seen = Seen { line: line.to_owned(), head: head.to_owned(), body: body.to_owned() };
        let length = seen.header("content-length").map_or(0, |length| length.parse().expect("a number"));
        if seen.body.len() >= length {
            seen.line = line.trim_end_matches(" HTTP/1.1").to_owned();
            return Some(seen);
        }
    }
}

pub(crate) fn account() -> Credentials {
    Credentials {
        org: OrgId::generate(),
        account_sid: sid("AC"),
        username: sid("SK"),
        password: SecretString::from("the key's secret"),
    }
}

/// A message, as Twilio answers.
pub(crate) const MESSAGE: &str = r#"{"sid":"SM1","status":"queued","to":"+15558675310","from":"+15017122661",
    "body":"hi","num_segments":"1","error_code":null,"error_message":null,"price":null,
    "date_created":"Sun, 24 May 2026 17:44:46 +0000","date_sent":null,"something":"new"}"#;

/// A call, as Twilio answers.
pub(crate) const CALL: &str =
    r#"{"sid":"CA1","status":"in-progress","to":"+15558675310","from":"+15017122661","duration":null}"#;

/// Twilio's refusal.
pub(crate) const REFUSAL: &str = r#"{"code":21211,"message":"The 'To' number is not valid","status":400}"#;
