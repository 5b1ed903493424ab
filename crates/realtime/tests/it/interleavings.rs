//! Whatever happens in whatever order, what a client has heard is the log.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use switchboard_domain::events::Cursor;
use switchboard_domain::feed::{After, Reader, Request};
use switchboard_domain::ports::Clock;
use switchboard_domain::testing::fixtures::{self, Planted};

use crate::client::Client;
use crate::world::World;

const LISTENERS: usize = 3;

#[derive(Debug, Clone)]
enum Step {
    /// Events are written, in one commit.
    Append(u64),
    /// A client connects with its cursor, if it is not connected.
    Connect(usize),
    /// It goes away, with a word or without.
    Drop(usize, Leaving),
    /// It hears so many events, or fewer if there are no more.
    Read(usize, u64),
    /// It asks for events instead, and goes away for that if it is connected.
    Poll(usize, u16),
    /// The server is killed and starts anew.
    Restart,
}

#[derive(Debug, Clone, Copy)]
enum Leaving {
    Politely,
    Silently,
    /// It comes back before the server noticed, and says who it was.
    AndBack,
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..LISTENERS;
    let leaving = prop_oneof![Just(Leaving::Politely), Just(Leaving::Silently), Just(Leaving::AndBack)];
    prop_oneof![
        12 => (1..40_u64).prop_map(Step::Append),
        1 => (1050..1200_u64).prop_map(Step::Append), // more than a buffer, or a tail, holds
        8 => who.clone().prop_map(Step::Connect),
        6 => (who.clone(), leaving).prop_map(|(who, leaving)| Step::Drop(who, leaving)),
        12 => (who.clone(), 1..60_u64).prop_map(|(who, count)| Step::Read(who, count)),
        8 => (who, 1..50_u16).prop_map(|(who, limit)| Step::Poll(who, limit)),
        2 => Just(Step::Restart),
    ]
}

/// Somebody who listens, and everything they heard.
struct Listener {
    cursor: String,
    session: Value,
    heard: Vec<u64>,
    client: Option<Client>,
}

struct Play {
    world: World,
    org: Planted,
    token: String,
    written: u64,
    listeners: Vec<Listener>,
}

fn seq(cursor: &str) -> u64 {
    cursor.parse::<Cursor>().expect("a cursor").seq
}

impl Play {
    async fn new() -> Self {
        let world = World::new();
        let org = world.plant().await;
        let token = world.token(&org.agent).await;
        let mut listeners = Vec::new();
        for _ in 0..LISTENERS {
            let (client, session) = Client::greeted(&world.routes, json!({"token": token})).await;
            let cursor = session["cursor"].as_str().expect("a cursor").to_owned();
            let session = session["sessionId"].clone();
            listeners.push(Listener { cursor, session, heard: Vec::new(), client: Some(client) });
        }
        Self { world, org, token, written: 0, listeners }
    }

    async fn take(mut self, step: Step) -> Self {
        match step {
            Step::Append(count) => {
                let at = self.world.clock.now();
                fixtures::append(self.world.store.as_ref(), self.org.scope, at, count).await;
                self.written += count;
            }
            Step::Connect(who) => self.connect(who).await,
            Step::Drop(who, leaving) => {
                if let Some(client) = self.listeners[who].client.take() {
                    match leaving {
                        Leaving::Politely => drop(client.post("1".to_owned()).await),
                        Leaving::Silently => {}
                        Leaving::AndBack => self.connect(who).await,
                    }
                }
            }
            Step::Read(who, count) => self.read(who, count).await,
            Step::Poll(who, limit) => self.poll(who, limit).await,
            Step::Restart => {
                self.world = self.world.restart();
                self.listeners.iter_mut().for_each(|listener| listener.client = None);
            }
        }
        self
    }

    async fn connect(&mut self, who: usize) {
        let listener = &mut self.listeners[who];
        if listener.client.is_some() {
            return;
        }
        let hello = json!({"token": self.token, "cursor": listener.cursor, "sessionId": listener.session});
        let (client, session) = Client::greeted(&self.world.routes, hello).await;
        assert_eq!(session["recovered"], json!(true));
        assert_eq!(session["cursor"], json!(listener.cursor));
        assert_eq!(session["replayed"], json!(self.written - seq(&listener.cursor)));
        listener.session = session["sessionId"].clone();
        listener.client = Some(client);
    }

    async fn read(&mut self, who: usize, count: u64) {
        let listener = &mut self.listeners[who];
        let Some(client) = &mut listener.client else { return };
        for _ in 0..count.min(self.written - seq(&listener.cursor)) {
            let (_, _, cursor) = client.event().await;
            listener.heard.push(seq(&cursor));
            listener.cursor = cursor;
        }
    }

    async fn poll(&mut self, who: usize, limit: u16) {
        let listener = &mut self.listeners[who];
        listener.client = None;
        let reader = Reader::Person(self.world.sessions.authenticate(&self.token).await.expect("in"));
        let after = After::Cursor(listener.cursor.parse().expect("a cursor"));
        let wait =
            if seq(&listener.cursor) < self.written { Duration::from_secs(25) } else { Duration::ZERO };
        let page = self.world.feed.read(&reader, Request { after, limit, wait }).await.expect("a page");
        assert!(!page.reset);
        assert!(page.entries.len() <= usize::from(limit));
        assert_eq!(page.more, page.seq < self.written);
        listener.heard.extend(page.entries.iter().map(|entry| entry.seq));
        listener.cursor = page.cursor().to_string();
    }

    async fn end(mut self) {
        for who in 0..LISTENERS {
            self.connect(who).await;
            self.read(who, u64::MAX).await;
            let everything: Vec<_> = (1..=self.written).collect();
            assert_eq!(self.listeners[who].heard, everything);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_a_client_heard_is_the_log(steps in proptest::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let mut play = Play::new().await;
            for step in steps {
                play = play.take(step).await;
            }
            play.end().await;
        });
    }
}
