use std::collections::VecDeque;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use serde_json::Value;
use tokio::time::timeout;
use tower::ServiceExt;

/// What a test waits for at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client that polls: Engine.IO 4, packets separated by U+001E; Socket.IO 5 in them.
pub struct Client {
    routes: Router,
    url: String,
    packets: VecDeque<String>,
    /// What was heard of colleagues and not asked for yet: who, and how they are.
    presence: VecDeque<(String, String)>,
    /// What else was heard, while somebody asked for that.
    others: VecDeque<Heard>,
}

/// What a client hears.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    Event(String, Vec<Value>),
    /// To a packet that asked for one, with the number 1.
    Answer(Value),
    Refused(String),
    Disconnected,
}

pub async fn send(routes: &Router, method: &str, url: &str, body: String) -> (StatusCode, String) {
    let request = Request::builder().method(method).uri(url).body(Body::from(body)).expect("a request");
    let response = routes.clone().oneshot(request).await.expect("the routes answer");
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, String::from_utf8(bytes.to_vec()).expect("text"))
}

impl Client {
    /// Opens a session and says hello.
    pub async fn connect(routes: &Router, auth: Value) -> Self {
        let open = "/socket.io/?EIO=4&transport=polling";
        let (status, text) = send(routes, "GET", open, String::new()).await;
        assert_eq!(status, StatusCode::OK, "{text}");
        let opened: Value =
            serde_json::from_str(text.strip_prefix('0').expect("an open packet")).expect("JSON");
        let url = format!("{open}&sid={}", opened["sid"].as_str().expect("a sid"));
        let client = Self {
            routes: routes.clone(),
            url,
            packets: VecDeque::new(),
            presence: VecDeque::new(),
            others: VecDeque::new(),
        };
        client.post(format!("40{auth}")).await;
        client
    }

    /// Connects and takes the greeting.
    pub async fn greeted(routes: &Router, auth: Value) -> (Self, Value) {
        let mut client = Self::connect(routes, auth).await;
        match client.hear().await {
            Heard::Event(name, mut arguments) if name == "session" => (client, arguments.remove(0)),
            other => panic!("the first thing heard was {other:?}"),
        }
    }

    pub async fn post(&self, packet: String) -> StatusCode {
        send(&self.routes, "POST", &self.url, packet).await.0
    }

    /// The next thing heard, but for what is heard of colleagues; pings are answered.
    pub async fn hear(&mut self) -> Heard {
        let next = async {
            loop {
                if let Some(heard) = self.others.pop_front() {
                    return heard;
                }
                let heard = self.next().await;
                self.sort(heard);
            }
        };
        timeout(PATIENCE, next).await.expect("something is heard in time")
    }

    /// The next thing heard of a colleague: who, and how they are.
    pub async fn presence(&mut self) -> (String, String) {
        let next = async {
            loop {
                if let Some(presence) = self.presence.pop_front() {
                    return presence;
                }
                let heard = self.next().await;
                self.sort(heard);
            }
        };
        timeout(PATIENCE, next).await.expect("somebody is heard of in time")
    }

    /// Whether nothing was heard of colleagues that was not asked for.
    pub fn knows_all_presence(&self) -> bool {
        self.presence.is_empty()
    }

    fn sort(&mut self, heard: Heard) {
        match heard {
            Heard::Event(name, arguments) if name == "presence" => {
                let [payload] = arguments.try_into().expect("it is not of the log");
                let text = |field: &str| payload[field].as_str().expect("a text").to_owned();
                assert!(payload.as_object().expect("an object").len() == 3 && !text("timestamp").is_empty());
                self.presence.push_back((text("userId"), text("status")));
            }
            other => self.others.push_back(other),
        }
    }

    /// The next event: its name, payload and cursor.
    pub async fn event(&mut self) -> (String, Value, String) {
        match self.hear().await {
            Heard::Event(name, arguments) => {
                let [payload, cursor] = arguments.try_into().expect("a payload and a cursor");
                (name, payload, cursor.as_str().expect("a cursor").to_owned())
            }
            other => panic!("heard {other:?} instead of an event"),
        }
    }

    async fn next(&mut self) -> Heard {
        loop {
            let Some(packet) = self.packets.pop_front() else {
                let (status, text) = send(&self.routes, "GET", &self.url, String::new()).await;
                if status != StatusCode::OK {
                    return Heard::Disconnected;
                }
                self.packets.extend(text.split('\u{1e}').map(str::to_owned));
                continue;
            };
            let json = |start: &str| serde_json::from_str(&packet[start.len()..]).expect("JSON");
            match packet.get(..2).unwrap_or(&packet) {
                "2" => drop(self.post("3".to_owned()).await),
                "42" => {
                    let Value::Array(mut arguments) = json("42") else { panic!("{packet}") };
                    let name = arguments.remove(0);
                    return Heard::Event(name.as_str().expect("a name").to_owned(), arguments);
                }
                "43" => {
                    let Value::Array(mut answer) = json("431") else { panic!("{packet}") };
                    return Heard::Answer(answer.remove(0));
                }
                "44" => {
                    let error: Value = json("44");
                    return Heard::Refused(error["message"].as_str().expect("a message").to_owned());
                }
                "41" | "1" => return Heard::Disconnected,
                _ => {}
            }
        }
    }
}
