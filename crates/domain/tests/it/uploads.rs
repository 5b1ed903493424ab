//! Files that people send along: taken, kept, fetched by Twilio and by nobody else.

use chrono::TimeDelta;
use switchboard_domain::Error;
use switchboard_domain::events::MessageId;
use switchboard_domain::ids::UploadId;
use switchboard_domain::media::MediaFile;
use switchboard_domain::messages::{MediaType, Message};
use switchboard_domain::ports::{Clock, Content, Store};
use switchboard_domain::testing::fixtures::{self, Planted};
use switchboard_domain::texting::MessageOrder;
use switchboard_domain::uploads::{LARGEST_UPLOAD, MOST_UPLOADED, Upload};

use crate::post::{Post, order};
use crate::world::{PUBLIC_URL, World};

const GIF: &[u8] = b"GIF89a red";

async fn upload(world: &World, org: &Planted, bytes: &[u8]) -> Result<Upload, Error> {
    world.uploads.keep(&org.caller(&org.agent), bytes).await
}

/// A file of this size that begins so.
fn sized(start: &[u8], size: usize) -> Vec<u8> {
    let mut bytes = start.to_vec();
    bytes.resize(size, 0);
    bytes
}

fn with(body: &str, uploads: &[UploadId]) -> MessageOrder {
    MessageOrder { media_urls: uploads.iter().map(|id| id.name()).collect(), ..order(body) }
}

/// What is wrong with it, by field.
fn wrong(error: Error) -> Vec<(String, String)> {
    let Error::Invalid(errors) = error else { panic!("{error:?}") };
    errors.into_iter().map(|error| (error.field, error.message)).collect()
}

/// Where Twilio was told to fetch what hangs on the last message that it was handed.
fn told(post: &Post) -> Vec<String> {
    match post.sends().pop().expect("one was sent").content {
        Content::Text { media_urls, .. } => media_urls,
        Content::Template { .. } => panic!("a text"),
    }
}

fn token(url: &str) -> &str {
    let path = url.strip_prefix(PUBLIC_URL).expect("it is ours");
    path.strip_prefix("/api/twilio/media/").expect("a file")
}

#[tokio::test]
async fn what_twilio_takes_is_taken() {
    let world = World::new();
    let org = world.plant().await;
    let png = sized(b"\x89PNG\r\n\x1a\n", LARGEST_UPLOAD);
    for (bytes, kind) in [
        (GIF, MediaType::Gif),
        (b"%PDF-1.7", MediaType::Pdf),
        (b"BEGIN:VCARD\r\nEND:VCARD", MediaType::VCard),
        (&sized(b"%PDF-", 500_000), MediaType::Pdf),
        (&png, MediaType::Png),
    ] {
        let taken = upload(&world, &org, bytes).await.expect("taken");
        assert_eq!((taken.kind, taken.size as usize, taken.by), (kind, bytes.len(), org.agent.id));
        let url = world.media.upload_url(&org.caller(&org.admin), taken.id, world.clock.now());
        let seen = world.media.file(token(&url)).await.expect("it is shown");
        assert!(seen == MediaFile { kind, bytes: bytes.to_vec() }, "{kind:?}");
    }
}

#[tokio::test]
async fn what_twilio_does_not_take_is_refused_in_words() {
    let world = World::new();
    let org = world.plant().await;
    let other = "is of a kind that cannot be sent";
    for (bytes, why) in [
        (b"".as_slice(), "is empty"),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>", other),
        (b"<!DOCTYPE html><p>hello", other),
        (b"MZ\x90\x00", other),
        (b"words", other),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", other),
        (&sized(b"%PDF-", 500_001), "must be 500 kB at most"),
        (&sized(b"GIF89a", LARGEST_UPLOAD + 1), "must be 5 MB at most"),
    ] {
        let refused = upload(&world, &org, bytes).await.expect_err("refused");
        assert_eq!(wrong(refused), [("file".to_owned(), why.to_owned())]);
    }
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    assert_eq!(tx.uploaded_since(fixtures::noon() - TimeDelta::days(9)).await.expect("read"), 0);
}

#[tokio::test]
async fn an_organisation_uploads_so_much_a_day_and_no_more() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let (size, created_at) = (u32::try_from(MOST_UPLOADED - 20).expect("small"), world.clock.now());
    let much = Upload { size, created_at, ..fixtures::upload(&org.admin) };
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    tx.insert_upload(&much, b"as if").await.expect("insert");
    tx.take_uploads(&[much.id]).await.expect("sent, which changes nothing");
    tx.commit().await.expect("commit");
    for _ in 0..2 {
        upload(&world, &org, GIF).await.expect("there is room");
    }
    assert!(matches!(upload(&world, &org, GIF).await, Err(Error::NoRoom)));
    upload(&world, &other, GIF).await.expect("theirs is another matter");
    world.clock.advance(TimeDelta::days(1));
    upload(&world, &org, GIF).await.expect("there is room again");
}

#[tokio::test]
async fn twilio_fetches_what_is_sent_without_a_session_and_for_half_a_day() {
    let post = Post::new().await;
    let picture = upload(&post.world, &post.org, GIF).await.expect("upload");
    let elsewhere = "https://shop.example/menu.png".to_owned();
    let mut order = with("look", &[picture.id]);
    order.media_urls.push(elsewhere.clone());
    let id = post.give(&post.org.agent, order).await.expect("send");
    let urls = told(&post);
    assert_eq!((urls.len(), &urls[1]), (2, &elsewhere));
    assert_eq!(post.message(id).await.media_urls, [picture.id.name(), elsewhere], "no address that ends");
    let mut tx = post.begin().await;
    tx.end_sessions_of(post.org.agent.id, "left", post.world.clock.now()).await.expect("end");
    tx.commit().await.expect("commit");
    let file = async || post.world.media.file(token(&urls[0])).await;
    post.world.clock.advance(TimeDelta::hours(12) - TimeDelta::seconds(1));
    assert_eq!(file().await.expect("it is there"), MediaFile { kind: MediaType::Gif, bytes: GIF.to_vec() });
    post.world.clock.advance(TimeDelta::seconds(1));
    assert!(matches!(file().await, Err(Error::NotFound("file"))));
}

#[tokio::test]
async fn what_is_sent_later_is_fetched_later() {
    let post = Post::new().await;
    let picture = upload(&post.world, &post.org, GIF).await.expect("upload");
    let days = TimeDelta::days(30);
    let send_at = Some(post.world.clock.now() + days);
    let later = MessageOrder { send_at, ..with("look", &[picture.id]) };
    post.give(&post.org.agent, later).await.expect("schedule");
    post.world.clock.advance(days);
    assert_eq!(post.pass(1).await, 0);
    let seen = post.world.media.file(token(&told(&post)[0])).await.expect("it is there");
    assert_eq!(seen.bytes, GIF);
}

async fn shown(post: &Post, id: MessageId) -> (Message, Vec<Upload>) {
    let record = post.world.messages.get(&post.org.caller(&post.org.agent), id).await.expect("read");
    let (listed, _) = post
        .world
        .messages
        .list(&post.org.caller(&post.org.agent), &Default::default(), 10, 0)
        .await
        .expect("list");
    assert!(listed.contains(&record), "a list tells the same");
    (record.message, record.uploads)
}

#[tokio::test]
async fn a_message_shows_what_was_uploaded_for_it_and_it_can_be_sent_again() {
    let post = Post::new().await;
    let one = upload(&post.world, &post.org, GIF).await.expect("upload");
    let other = upload(&post.world, &post.org, b"%PDF-1.7").await.expect("upload");
    let first = post.give(&post.org.agent, with("", &[one.id])).await.expect("a picture alone");
    let again = post.give(&post.org.agent, with("again", &[other.id, one.id])).await.expect("send");
    assert_eq!(shown(&post, first).await.1, std::slice::from_ref(&one));
    let (message, mut uploads) = shown(&post, again).await;
    uploads.sort_by_key(|upload| upload.id);
    assert_eq!(uploads, [one.clone(), other.clone()]);
    assert_eq!(message.uploads().collect::<Vec<_>>(), [other.id, one.id], "in their order");
    let keyed = MessageOrder { idempotency_key: Some("k".to_owned()), ..with("again", &[one.id]) };
    let id = post.give(&post.org.agent, keyed.clone()).await.expect("send");
    assert_eq!(post.give(&post.org.agent, keyed).await.expect("the same"), id);
    let keyed = MessageOrder { idempotency_key: Some("k".to_owned()), ..with("again", &[other.id]) };
    assert!(matches!(post.give(&post.org.agent, keyed).await, Err(Error::Taken("Idempotency-Key"))));
}

#[tokio::test]
async fn what_is_not_there_or_too_much_is_not_sent() {
    let post = Post::new().await;
    let stranger = post.world.plant().await;
    let theirs = upload(&post.world, &stranger, GIF).await.expect("upload").id;
    let mine = upload(&post.world, &post.org, GIF).await.expect("upload").id;
    let gone = "is not there any more";
    let refused = post.give(&post.org.agent, with("hi", &[mine, theirs, UploadId::generate()])).await;
    let fields = [("mediaUrls.1".to_owned(), gone.to_owned()), ("mediaUrls.2".to_owned(), gone.to_owned())];
    assert_eq!(wrong(refused.expect_err("refused")), fields);
    let half =
        upload(&post.world, &post.org, &sized(b"GIF89a", LARGEST_UPLOAD / 2)).await.expect("upload").id;
    post.give(&post.org.agent, with("both", &[half, half])).await.expect("5 MB");
    let refused = post.give(&post.org.agent, with("all", &[half, half, mine])).await;
    let why = ("mediaUrls".to_owned(), "must be 5 MB at most together".to_owned());
    assert_eq!(wrong(refused.expect_err("refused")), [why]);
    let refused = post.give(&post.org.agent, with("many", &[mine; 11])).await;
    assert_eq!(wrong(refused.expect_err("refused"))[0].0, "mediaUrls");
    assert_eq!(post.sends().len(), 1);
}
