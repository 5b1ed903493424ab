use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use switchboard_domain::Error;
use switchboard_domain::access::OrgScope;
use switchboard_domain::events::MessageId;
use switchboard_domain::messages::{InboundMessage, Message, Report};
use switchboard_domain::party::Party;
use switchboard_domain::people::User;
use switchboard_domain::ports::{
    Clock, Credentials, Download, MessageStatus, Messaging, NewMessage, OrgTx, SentSearch, Store,
    TelephonyError, TwilioMessage,
};
use switchboard_domain::testing::fixtures::{self, Planted};
use switchboard_domain::testing::{Asked, FakeTwilio, PlainVault};
use switchboard_domain::texting::{MessageOrder, Parts, Texting};
use switchboard_domain::twilio_settings::TwilioAccounts;

use crate::world::{World, accounts_behind, twilio_accounts};

/// Whom texts go to and come from.
pub const CUSTOMER: &str = "+16475550100";

/// An organisation's texts, with Twilio at the other end.
pub struct Post {
    pub world: World,
    pub org: Planted,
    pub texting: Texting,
}

impl Post {
    pub async fn new() -> Self {
        let world = World::new();
        let org = world.plant().await;
        world.twilio.set_time(world.clock.now());
        Self { texting: Self::texting(&world, world.twilio.clone()), world, org }
    }

    /// What another server sends texts with.
    pub fn texting(world: &World, messaging: Arc<dyn Messaging>) -> Texting {
        let accounts = twilio_accounts(&world.store, world.twilio.clone(), &world.clock);
        Self::with(world, messaging, accounts)
    }

    fn with(world: &World, messaging: Arc<dyn Messaging>, accounts: TwilioAccounts) -> Texting {
        Texting::new(Parts {
            store: world.store.clone(),
            clock: world.clock.clone(),
            accounts: Arc::new(accounts),
            messaging,
            media: world.media.clone(),
        })
    }

    /// The same for one whose key opens nothing.
    pub fn without_key(world: &World) -> Texting {
        let vault = Arc::new(PlainVault::new(&["another"]));
        let accounts = accounts_behind(vault, &world.store, world.twilio.clone(), &world.clock);
        Self::with(world, world.twilio.clone(), accounts)
    }

    /// The same post, where Twilio answers in another way.
    pub fn answered(&mut self, way: Way) {
        let twilio = self.world.twilio.clone();
        let other = Self::texting(&self.world, twilio.clone());
        let answering = Answering { twilio, other, scope: self.scope(), way };
        self.texting = Self::texting(&self.world, Arc::new(answering));
    }

    pub fn scope(&self) -> OrgScope {
        self.org.scope
    }

    /// Grace sends a text.
    pub async fn send(&self, body: &str) -> Result<MessageId, Error> {
        self.give(&self.org.agent, order(body)).await
    }

    pub async fn give(&self, user: &User, order: MessageOrder) -> Result<MessageId, Error> {
        self.texting.send(&self.org.caller(user), order).await
    }

    /// The customer writes.
    pub async fn receive(&self, sid: &str, body: &str) {
        self.take_in(InboundMessage {
            to: Party::phone(self.org.number.clone()),
            ..fixtures::text(sid, body)
        })
        .await;
    }

    pub async fn take_in(&self, inbound: InboundMessage) {
        let now = self.world.clock.now();
        self.world.messages.receive(self.scope(), inbound, now).await.expect("receive");
    }

    /// Twilio tells how far a message is.
    pub async fn tell(&self, id: Option<MessageId>, report: &Report) {
        self.texting.told(self.scope(), id, report).await.expect("told");
    }

    /// So many seconds pass, and each time messages are looked after, as a server does. How often that failed.
    pub async fn pass(&self, seconds: u32) -> usize {
        let mut failures = 0;
        for _ in 0..seconds {
            self.advance(TimeDelta::seconds(1));
            failures += self.settle().await;
        }
        failures
    }

    /// Time passes from one moment at which the message is due to the next, until it is due no more. The seconds between.
    pub async fn wait_out(&self, id: MessageId) -> Vec<i64> {
        let mut waits = Vec::new();
        while let Some(due_at) = self.message(id).await.due_at {
            let wait = due_at - self.world.clock.now();
            self.advance(wait);
            waits.push(wait.num_seconds());
            assert!(wait > TimeDelta::zero() && waits.len() < 100, "it goes on for ever: {waits:?}");
            self.settle().await;
        }
        waits
    }

    fn advance(&self, by: TimeDelta) {
        self.world.clock.advance(by);
        self.world.twilio.set_time(self.world.clock.now());
    }

    async fn settle(&self) -> usize {
        self.texting.settle(self.scope()).await.map_or(1, |failed| failed.len())
    }

    pub fn in_seconds(&self, seconds: i64) -> DateTime<Utc> {
        self.world.clock.now() + TimeDelta::seconds(seconds)
    }

    pub async fn begin(&self) -> Box<dyn OrgTx> {
        self.world.store.begin(self.scope()).await.expect("begin")
    }

    pub async fn message(&self, id: MessageId) -> Message {
        self.begin().await.message(id).await.expect("read").expect("the message")
    }

    /// How far a message is, and what went wrong.
    pub async fn state(&self, id: MessageId) -> (String, Option<String>) {
        let message = self.message(id).await;
        (message.progress.as_str().to_owned(), message.fault.and_then(|fault| fault.message))
    }

    /// What Twilio was asked to send since somebody asked for this.
    pub fn sends(&self) -> Vec<NewMessage> {
        let asked = self.world.twilio.asked().into_iter();
        asked.filter_map(|asked| if let Asked::Send(new) = asked { Some(new) } else { None }).collect()
    }

    /// What was told of messages since the beginning, as the status of each step.
    pub async fn steps(&self) -> Vec<String> {
        let log = self.world.log(&self.org).await.into_iter();
        let steps = log.filter(|entry| entry.name == "message-status").map(|entry| {
            let payload: serde_json::Value = serde_json::from_str(&entry.payload).expect("JSON");
            payload["status"].as_str().expect("a status").to_owned()
        });
        steps.collect()
    }
}

/// A text to the customer.
pub fn order(body: &str) -> MessageOrder {
    MessageOrder { to: Some(CUSTOMER.to_owned()), body: Some(body.to_owned()), ..MessageOrder::default() }
}

/// What Twilio tells of a message, and no more than that.
pub fn report(sid: &str, status: MessageStatus) -> Report {
    Report {
        sid: sid.to_owned(),
        status,
        fault: None,
        segments: None,
        from: None,
        sent_at: None,
        price: None,
    }
}

/// How Twilio answers who sends a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It tells that the text arrived, and then that it took it in.
    Late,
    /// It tells that the text arrived, and nothing else.
    NotAtAll,
    /// It takes the text in; before it says so, the other server looks after what is due.
    Found,
    /// It is asked, and we are gone.
    Never,
}

/// A Twilio that tells another server how far a message is before it answers.
struct Answering {
    twilio: Arc<FakeTwilio>,
    other: Texting,
    scope: OrgScope,
    way: Way,
}

#[async_trait]
impl Messaging for Answering {
    async fn send(&self, account: &Credentials, new: &NewMessage) -> Result<TwilioMessage, TelephonyError> {
        if self.way == Way::Never {
            return std::future::pending().await;
        }
        let sent = self.twilio.send(account, new).await?;
        if self.way == Way::Found {
            let settled = self.other.settle(self.scope).await;
            assert!(settled.expect("nothing is locked while Twilio is asked").is_empty());
            return Ok(sent);
        }
        let callback = new.status_callback.as_deref().expect("an address");
        let id = callback.split_once("message=").expect("our id").1;
        let id = id.split(['&', '#']).next().and_then(|id| id.parse().ok()).expect("our id");
        let arrived = report(&sent.sid, MessageStatus::Delivered);
        self.other
            .told(self.scope, Some(id), &arrived)
            .await
            .expect("nothing is locked while Twilio is asked");
        match self.way {
            Way::Late => Ok(sent),
            _ => Err(TelephonyError::Unknown("cut off".into())),
        }
    }

    async fn message(
        &self,
        account: &Credentials,
        sid: &str,
    ) -> Result<Option<TwilioMessage>, TelephonyError> {
        self.twilio.message(account, sid).await
    }

    async fn sent(
        &self,
        account: &Credentials,
        search: &SentSearch,
    ) -> Result<Vec<TwilioMessage>, TelephonyError> {
        self.twilio.sent(account, search).await
    }

    async fn cancel_scheduled(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        self.twilio.cancel_scheduled(account, sid).await
    }

    async fn redact(&self, account: &Credentials, sid: &str) -> Result<bool, TelephonyError> {
        self.twilio.redact(account, sid).await
    }

    fn media_sid(&self, account: &Credentials, message_sid: &str, url: &str) -> Option<String> {
        self.twilio.media_sid(account, message_sid, url)
    }

    async fn media(
        &self,
        account: &Credentials,
        message_sid: &str,
        media_sid: &str,
        limit: usize,
    ) -> Result<Download, TelephonyError> {
        self.twilio.media(account, message_sid, media_sid, limit).await
    }
}
