//! What comes with messages: fetched once, judged by what it is, kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use chrono::TimeDelta;
use switchboard_domain::Error;
use switchboard_domain::access::{OrgScope, Role};
use switchboard_domain::calls::What;
use switchboard_domain::events::OrgId;
use switchboard_domain::messages::{Attachment, Fate, MediaType, Message};
use switchboard_domain::ports::{OrgTx, Store, StoreError};
use switchboard_domain::testing::fixtures::{self, Planted, noon};
use switchboard_domain::testing::{Asked, ManualClock, MemStore, Outcome, media_url};
use switchboard_domain::texting::{LARGEST_FILE, Parts, Texting};
use switchboard_domain::twilio_settings::TwilioSettings;

use crate::world::{World, twilio_accounts};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nred";

/// An organisation that gets pictures.
struct Post {
    world: World,
    org: Planted,
    texting: Texting,
}

impl Post {
    async fn new() -> Self {
        let world = World::new();
        let org = world.plant().await;
        Self { texting: texting(&world, world.store.clone()), world, org }
    }

    /// The address of a file that came with this message.
    fn url(&self, message: &str, file: &str) -> String {
        media_url(&self.org.account_sid, message, file)
    }

    /// A message comes in with something at these addresses.
    async fn receive(&self, sid: &str, urls: &[String]) -> Message {
        let inbound = switchboard_domain::messages::InboundMessage {
            media_urls: urls.to_vec(),
            ..fixtures::text(sid, "look")
        };
        self.world.messages.receive(self.org.scope, inbound, noon()).await.expect("receive");
        let mut tx = self.begin().await;
        tx.message_by_sid(sid).await.expect("read").expect("the message")
    }

    /// One comes in with one file, which Twilio has if there are any bytes.
    async fn receive_file(&self, bytes: Option<&[u8]>) -> Message {
        if let Some(bytes) = bytes {
            self.world.twilio.put_file(&self.org.account_sid, "ME1", bytes);
        }
        self.receive("MM1", &[self.url("MM1", "ME1")]).await
    }

    async fn fetch(&self) -> Vec<Error> {
        let failures = self.texting.fetch(self.org.scope).await.expect("fetch");
        failures.into_iter().map(|(_, error)| error).collect()
    }

    async fn attachments(&self, message: &Message) -> Vec<Attachment> {
        self.begin().await.attachments_of(&[message.id]).await.expect("read")
    }

    /// What became of its only file.
    async fn fate(&self, message: &Message) -> Fate {
        self.attachments(message).await.pop().expect("one").fate
    }

    /// What was noted of its files.
    async fn noted(&self, message: &Message) -> Vec<String> {
        let notes = self.begin().await.timeline(message.id.into()).await.expect("read");
        notes.into_iter().filter(|note| note.what == What::Media).filter_map(|note| note.detail).collect()
    }

    async fn begin(&self) -> Box<dyn OrgTx> {
        self.world.store.begin(self.org.scope).await.expect("begin")
    }
}

/// What a server over this store fetches with.
fn texting(world: &World, store: Arc<dyn Store>) -> Texting {
    Texting::new(Parts {
        store,
        clock: world.clock.clone(),
        accounts: Arc::new(twilio_accounts(&world.store, world.twilio.clone(), &world.clock)),
        messaging: world.twilio.clone(),
        media: world.media.clone(),
    })
}

fn asked_for(message: &str, file: &str) -> Asked {
    Asked::Media(message.to_owned(), file.to_owned())
}

#[tokio::test]
async fn what_comes_with_a_message_is_fetched_once_and_kept() {
    let post = Post::new().await;
    let account = &post.org.account_sid;
    post.world.twilio.put_file(account, "ME1", PNG);
    post.world.twilio.put_file(account, "ME2", b"%PDF-1.7");
    let urls = ["ME1", "ME2"].map(|file| post.url("MM1", file));
    let message = post.receive("MM1", &urls).await;
    let awaited = post.attachments(&message).await;
    assert!(awaited.iter().all(|it| it.fate == Fate::Awaited), "{awaited:?}");
    assert_eq!(message.due_at, None, "the message itself is done with");

    assert!(post.fetch().await.is_empty());
    assert_eq!(post.world.twilio.asked(), [asked_for("MM1", "ME1"), asked_for("MM1", "ME2")]);
    let kept = post.attachments(&message).await;
    let fates = [(MediaType::Png, 11), (MediaType::Pdf, 8)].map(|(kind, size)| Fate::Kept { kind, size });
    assert_eq!(kept.iter().map(|it| it.fate.clone()).collect::<Vec<_>>(), fates);
    assert_eq!(post.begin().await.attachment_bytes(kept[0].id).await.expect("read").as_deref(), Some(PNG));
    assert_eq!(post.noted(&message).await, ["kept: image/png, 11 bytes", "kept: application/pdf, 8 bytes"]);
    assert_eq!(post.world.log(&post.org).await.len(), 1, "nobody is told but of the message");

    post.world.clock.advance(TimeDelta::days(1));
    post.receive("MM1", &urls).await;
    assert!(post.fetch().await.is_empty());
    assert_eq!(post.world.twilio.asked(), [], "it is done");
}

#[tokio::test]
async fn what_is_too_large_or_no_picture_is_refused() {
    for (bytes, reason) in [
        (vec![b'a'; LARGEST_FILE + 1], "it is larger than 16 MiB"),
        (b"<svg onload=\"alert(1)\"/>".to_vec(), "it is of a kind that is not kept"),
        (Vec::new(), "it is of a kind that is not kept"),
    ] {
        let post = Post::new().await;
        let message = post.receive_file(Some(&bytes)).await;
        assert!(post.fetch().await.is_empty());
        assert_eq!(post.fate(&message).await, Fate::Refused(reason.to_owned()));
        assert_eq!(post.noted(&message).await, [format!("refused: {reason}")]);
        post.world.clock.advance(TimeDelta::days(1));
        assert!(post.fetch().await.is_empty());
        assert_eq!(post.world.twilio.asked().len(), 1, "for good");
    }
}

#[tokio::test]
async fn the_largest_is_kept() {
    let post = Post::new().await;
    let message = post.receive_file(Some(&vec![b'a'; LARGEST_FILE])).await;
    assert!(post.fetch().await.is_empty());
    let kept = Fate::Kept { kind: MediaType::PlainText, size: u32::try_from(LARGEST_FILE).expect("small") };
    assert_eq!(post.fate(&message).await, kept);
}

#[tokio::test]
async fn no_address_is_asked_but_twilios_own() {
    let post = Post::new().await;
    post.world.twilio.put_file(&post.org.account_sid, "ME1", PNG);
    let urls = [
        "http://169.254.169.254/latest/meta-data".to_owned(),
        post.url("MM2", "ME1"),
        media_url("AC0", "MM1", "ME1"),
        format!("https://evil.example/{}", post.url("MM1", "ME1")),
        String::new(),
    ];
    let message = post.receive("MM1", &urls).await;
    while !post.begin().await.due_attachments(1).await.expect("read").is_empty() {
        assert!(post.fetch().await.is_empty());
    }
    assert_eq!(post.world.twilio.asked(), []);
    let words = "it is not where Twilio keeps what came with this message";
    for attachment in post.attachments(&message).await {
        assert_eq!(attachment.fate, Fate::Refused(words.to_owned()), "{}", attachment.url);
    }
}

#[tokio::test]
async fn no_more_than_ten_come_with_a_message_and_nothing_with_one_of_ours() {
    let post = Post::new().await;
    let urls: Vec<_> = (0..12).map(|n| post.url("MM1", &format!("ME{n}"))).collect();
    let message = post.receive("MM1", &urls).await;
    let places: Vec<_> = post.attachments(&message).await.iter().map(|it| it.place).collect();
    assert_eq!(places, (0..10).collect::<Vec<_>>());
    let ours = fixtures::outbound(message.conversation, &post.org.agent, "look");
    assert_eq!(Attachment::of(&Message { media_urls: urls, ..ours }), []);
}

#[tokio::test]
async fn what_twilio_does_not_have_is_asked_for_three_times() {
    let post = Post::new().await;
    let message = post.receive_file(None).await;
    for tries in 1..=3 {
        assert_eq!(post.fate(&message).await, Fate::Awaited, "after {} tries", tries - 1);
        assert!(post.fetch().await.is_empty());
        assert!(post.fetch().await.is_empty(), "not at once");
        assert_eq!(post.world.twilio.asked().len(), 1);
        post.world.clock.advance(TimeDelta::seconds(20));
    }
    assert_eq!(post.fate(&message).await, Fate::Missing("Twilio does not have it".to_owned()));
    assert_eq!(post.noted(&message).await, ["missing: Twilio does not have it"]);
}

#[tokio::test]
async fn a_file_that_is_there_a_moment_later_is_kept() {
    let post = Post::new().await;
    let message = post.receive_file(None).await;
    assert!(post.fetch().await.is_empty());
    post.world.twilio.put_file(&post.org.account_sid, "ME1", PNG);
    post.world.clock.advance(TimeDelta::seconds(5));
    assert!(post.fetch().await.is_empty());
    assert!(matches!(post.fate(&message).await, Fate::Kept { .. }));
}

#[tokio::test]
async fn while_twilio_is_away_it_is_asked_ever_more_rarely_and_then_no_more() {
    let post = Post::new().await;
    let message = post.receive_file(Some(PNG)).await;
    post.world.twilio.set_away(true);
    for wait in [5, 20, 60, 300, 1_800, 10_800, 43_200] {
        assert_eq!(post.fetch().await.len(), 1, "it is told");
        post.world.clock.advance(TimeDelta::seconds(wait - 1));
        assert!(post.fetch().await.is_empty(), "{wait} s");
        post.world.clock.advance(TimeDelta::seconds(1));
    }
    assert_eq!(post.fate(&message).await, Fate::Awaited);
    assert_eq!(post.fetch().await.len(), 1);
    assert_eq!(post.fate(&message).await, Fate::Missing("Twilio could not be reached".to_owned()));
    assert_eq!(post.world.twilio.asked().len(), 8);
}

#[tokio::test]
async fn while_there_is_nothing_to_ask_with_files_wait_ever_longer_and_are_then_given_up() {
    let post = Post::new().await;
    let message = post.receive_file(Some(PNG)).await;
    let mut tx = post.begin().await;
    let settings = tx.twilio_settings().await.expect("read").expect("settings");
    let stranger = fixtures::user(OrgId::generate(), "Eve", "Else", Role::Admin, "x");
    let sealed = fixtures::twilio_settings(&stranger, &"0".repeat(32), &post.org.number);
    let lost = TwilioSettings { auth_token: sealed.auth_token, ..settings };
    tx.put_twilio_settings(&lost).await.expect("put");
    tx.commit().await.expect("commit");
    for wait in [5, 20, 60, 300, 1_800, 10_800, 43_200] {
        assert!(post.texting.fetch(post.org.scope).await.is_err(), "it is told");
        post.world.clock.advance(TimeDelta::seconds(wait - 1));
        assert!(post.texting.fetch(post.org.scope).await.is_ok(), "not before {wait} s are over");
        post.world.clock.advance(TimeDelta::seconds(1));
    }
    assert!(post.texting.fetch(post.org.scope).await.is_err());
    assert_eq!(post.fate(&message).await, Fate::Missing("Twilio is not set up".to_owned()));
}

#[tokio::test]
async fn after_a_failure_of_any_kind_it_is_asked_for_again() {
    for outcome in [
        Outcome::Unreachable,
        Outcome::Busy(None),
        Outcome::Lost,
        Outcome::refused(401, 20003, "Authenticate"),
    ] {
        let post = Post::new().await;
        let message = post.receive_file(Some(PNG)).await;
        post.world.twilio.next(outcome.clone());
        assert_eq!(post.fetch().await.len(), 1, "{outcome:?}");
        post.world.clock.advance(TimeDelta::seconds(5));
        assert!(post.fetch().await.is_empty(), "{outcome:?}");
        assert!(matches!(post.fate(&message).await, Fate::Kept { .. }), "{outcome:?}");
    }
}

/// A store that makes everybody wait a moment, and that is away after a while.
struct Weak {
    mem: Arc<MemStore>,
    left: AtomicUsize,
}

impl Weak {
    fn new(world: &World, times: usize) -> Arc<Self> {
        Arc::new(Self { mem: world.store.clone(), left: times.into() })
    }
}

#[async_trait]
impl Store for Weak {
    async fn begin(&self, scope: OrgScope) -> Result<Box<dyn OrgTx>, StoreError> {
        tokio::task::yield_now().await;
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        left.map_err(|_| StoreError::Unavailable("it is away".into()))?;
        self.mem.begin(scope).await
    }
}

#[tokio::test]
async fn of_two_servers_one_fetches_it() {
    let post = Post::new().await;
    let message = post.receive_file(Some(PNG)).await;
    let [one, other] = [(); 2].map(|()| texting(&post.world, Weak::new(&post.world, 10)));
    let (one, other) = tokio::join!(one.fetch(post.org.scope), other.fetch(post.org.scope));
    assert!(one.expect("fetch").is_empty() && other.expect("fetch").is_empty());
    assert_eq!(post.world.twilio.asked(), [asked_for("MM1", "ME1")]);
    assert!(matches!(post.fate(&message).await, Fate::Kept { .. }));
    assert_eq!(post.noted(&message).await.len(), 1);
}

#[tokio::test]
async fn what_a_server_left_behind_is_fetched_by_the_next() {
    let post = Post::new().await;
    let message = post.receive_file(Some(PNG)).await;
    let dying = texting(&post.world, Weak::new(&post.world, 2));
    assert_eq!(dying.fetch(post.org.scope).await.expect("fetch").len(), 1, "it could not be kept");
    post.world.clock.advance(TimeDelta::seconds(59));
    assert!(post.fetch().await.is_empty());
    assert_eq!(post.world.twilio.asked().len(), 1, "it may still be on its way");
    post.world.clock.advance(TimeDelta::seconds(1));
    assert!(post.fetch().await.is_empty());
    assert!(matches!(post.fate(&message).await, Fate::Kept { .. }));
}

/// A store whose third unit of work takes a minute to begin; meanwhile another server does its work.
struct Overtaken {
    mem: Arc<MemStore>,
    clock: Arc<ManualClock>,
    other: Texting,
    begun: AtomicUsize,
}

#[async_trait]
impl Store for Overtaken {
    async fn begin(&self, scope: OrgScope) -> Result<Box<dyn OrgTx>, StoreError> {
        if self.begun.fetch_add(1, Ordering::SeqCst) == 2 {
            self.clock.advance(TimeDelta::minutes(1));
            assert!(self.other.fetch(scope).await.expect("fetch").is_empty());
        }
        self.mem.begin(scope).await
    }
}

#[tokio::test]
async fn a_server_that_took_too_long_changes_nothing() {
    let post = Post::new().await;
    let message = post.receive_file(Some(PNG)).await;
    let other = texting(&post.world, post.world.store.clone());
    let (mem, clock) = (post.world.store.clone(), post.world.clock.clone());
    let slow = Arc::new(Overtaken { mem, clock, other, begun: AtomicUsize::new(0) });
    assert!(texting(&post.world, slow).fetch(post.org.scope).await.expect("fetch").is_empty());
    assert_eq!(post.world.twilio.asked().len(), 2);
    assert_eq!(post.noted(&message).await.len(), 1);
    let kept = post.attachments(&message).await.pop().expect("one");
    assert_eq!((kept.tries, kept.version), (2, 3));
}

#[tokio::test]
async fn what_every_server_leaves_behind_is_given_up() {
    let post = Post::new().await;
    let message = post.receive_file(Some(PNG)).await;
    for _ in 0..8 {
        let dying = texting(&post.world, Weak::new(&post.world, 2));
        assert_eq!(dying.fetch(post.org.scope).await.expect("fetch").len(), 1);
        post.world.clock.advance(TimeDelta::minutes(1));
    }
    assert!(post.fetch().await.is_empty());
    assert_eq!(post.fate(&message).await, Fate::Missing("it could not be kept".to_owned()));
    assert_eq!(post.world.twilio.asked().len(), 8);
}
