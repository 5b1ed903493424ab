//! What came with messages, over HTTP: who sees it, where, and for how long.

use chrono::TimeDelta;
use serde_json::{Value, json};
use switchboard_domain::events::MessageId;
use switchboard_domain::ids::AttachmentId;
use switchboard_domain::messages::{Attachment, Fate, InboundMessage, MediaType, Message};
use switchboard_domain::ports::{MediaClaims, MediaKey, MediaReader, Store, Tokens};
use switchboard_domain::testing::fixtures::{self, Planted, noon, take_in, take_in_whole};

use crate::harness::{PUBLIC_URL, World};

const GIF: &[u8] = b"GIF89a red";

/// A message comes in, and these become of what came with it.
async fn receive(world: &World, org: &Planted, fates: &[(Fate, &[u8])]) -> (MessageId, Vec<AttachmentId>) {
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let urls = vec!["https://api.twilio.com/x".to_owned(); fates.len()];
    let inbound = InboundMessage { media_urls: urls, ..fixtures::text("MM1", "look") };
    let message = take_in_whole(tx.as_mut(), inbound, noon()).await;
    let mut ids = Vec::new();
    for (place, (fate, bytes)) in (0..).zip(fates) {
        let attachment = fixtures::attachment(&message, place);
        tx.insert_attachment(&attachment).await.expect("insert");
        ids.push(attachment.id);
        if *fate != Fate::Awaited {
            let done = Attachment { fate: fate.clone(), due_at: None, ..attachment };
            let bytes = (!bytes.is_empty()).then_some(*bytes);
            assert!(tx.update_attachment(&done, bytes).await.expect("update"));
        }
    }
    tx.commit().await.expect("commit");
    (message.id, ids)
}

fn kept(kind: MediaType, bytes: &[u8]) -> (Fate, &[u8]) {
    (Fate::Kept { kind, size: u32::try_from(bytes.len()).expect("small") }, bytes)
}

async fn shown(world: &World, token: &str, message: MessageId) -> Value {
    world.call("GET", &format!("/api/twilio/sms/{message}"), Some(token), None).await.json()["message"].take()
}

fn path(url: &Value) -> String {
    url.as_str().expect("an address").strip_prefix(PUBLIC_URL).expect("it is ours").to_owned()
}

#[tokio::test]
async fn what_came_with_a_message_is_shown_by_addresses_of_ours() {
    let world = World::new();
    let org = world.plant().await;
    let fates = [
        kept(MediaType::Gif, GIF),
        (Fate::Awaited, b"".as_slice()),
        (Fate::Refused("it is larger than 16 MiB".to_owned()), b""),
        kept(MediaType::Pdf, b"%PDF-1.7"),
        (Fate::Missing("Twilio does not have it".to_owned()), b""),
    ];
    let (message, _) = receive(&world, &org, &fates).await;
    let token = world.login(&org.agent).await;
    let mut body = shown(&world, &token, message).await;
    let urls = [0, 3].map(|place| body["media"][place]["url"].take());
    let one = |kind: Option<&str>, size: Option<u32>, state: &str, reason: Option<&str>| json!({"url": null, "mediaUrl": null, "contentType": kind, "size": size, "state": state, "reason": reason});
    assert_eq!((&body["media_urls"], &body["num_media"]), (&json!(urls), &json!(5)));
    assert_eq!(
        body["media"],
        json!([
            one(Some("image/gif"), Some(10), "kept", None),
            one(None, None, "awaited", None),
            one(None, None, "refused", Some("it is larger than 16 MiB")),
            one(Some("application/pdf"), Some(8), "kept", None),
            one(None, None, "missing", Some("Twilio does not have it")),
        ])
    );
    for (url, kind, disposition, bytes) in [
        (&urls[0], "image/gif", "inline", "GIF89a red"),
        (&urls[1], "application/pdf", "attachment", "%PDF-1.7"),
    ] {
        let seen = world.call("GET", &path(url), None, None).await;
        assert_eq!((seen.status.as_u16(), seen.text.as_str()), (200, bytes));
        for (name, value) in [
            ("content-type", kind),
            ("content-disposition", disposition),
            ("cache-control", "private, no-store"),
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(seen.headers[name], value, "{kind}: {name}");
        }
    }
}

#[tokio::test]
async fn a_message_that_was_sent_shows_the_addresses_that_it_was_sent_with() {
    let world = World::new();
    let org = world.plant().await;
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let first = take_in(tx.as_mut(), "hello", noon()).await;
    let urls = vec!["https://shop.example/menu.png".to_owned()];
    let reply = fixtures::outbound(first.conversation, &org.agent, "the menu");
    let reply = Message { media_urls: urls.clone(), position: Some(2), ..reply };
    assert!(tx.insert_message(&reply).await.expect("insert"));
    tx.commit().await.expect("commit");
    let token = world.login(&org.agent).await;
    let body = shown(&world, &token, reply.id).await;
    assert_eq!((&body["media_urls"], &body["media"]), (&json!(urls), &json!([])));
}

#[tokio::test]
async fn an_address_works_for_a_while_and_while_they_are_signed_in() {
    let world = World::new();
    let org = world.plant().await;
    let (message, _) = receive(&world, &org, &[kept(MediaType::Gif, GIF)]).await;
    let token = world.login(&org.agent).await;
    let old = path(&shown(&world, &token, message).await["media_urls"][0]);
    world.clock.advance(TimeDelta::minutes(15) - TimeDelta::seconds(1));
    assert_eq!(world.call("GET", &old, None, None).await.status.as_u16(), 200);
    world.clock.advance(TimeDelta::seconds(1));
    world.call("GET", &old, None, None).await.is_refusal(404, "not_found");
    let new = path(&shown(&world, &token, message).await["media_urls"][0]);
    assert_eq!(world.call("GET", &new, None, None).await.status.as_u16(), 200);
    world.call("POST", "/api/auth/logout", Some(&token), None).await;
    world.call("GET", &new, None, None).await.is_refusal(401, "unauthenticated");
    world.call("GET", "/api/twilio/media/rubbish", None, None).await.is_refusal(404, "not_found");
}

#[tokio::test]
async fn an_address_is_of_one_organisation_and_one_person() {
    let world = World::new();
    let (mine, theirs) = (world.plant().await, world.plant().await);
    let fates = [kept(MediaType::Gif, GIF), (Fate::Awaited, b"".as_slice())];
    let (_, ids) = receive(&world, &theirs, &fates).await;
    let [id, awaited] = <[AttachmentId; 2]>::try_from(ids).expect("two");
    let claims = |of: &Planted, id| MediaClaims {
        org: of.scope.org(),
        reader: MediaReader::Person(of.admin.id, of.session),
        file: MediaKey::Attachment(id),
        expires_at: noon() + TimeDelta::minutes(1),
    };
    let answer = async |claims: MediaClaims| {
        let address = format!("/api/twilio/media/{}", world.tokens.issue_media(&claims));
        world.call("GET", &address, None, None).await
    };
    assert_eq!(answer(claims(&theirs, id)).await.status.as_u16(), 200);
    answer(claims(&mine, id)).await.is_refusal(404, "not_found");
    answer(claims(&theirs, AttachmentId::generate())).await.is_refusal(404, "not_found");
    answer(claims(&theirs, awaited)).await.is_refusal(404, "not_found");
    let in_my_session =
        MediaClaims { reader: MediaReader::Person(mine.admin.id, mine.session), ..claims(&theirs, id) };
    answer(in_my_session).await.is_refusal(401, "unauthenticated");
    let another_person =
        MediaClaims { reader: MediaReader::Person(theirs.agent.id, theirs.session), ..claims(&theirs, id) };
    answer(another_person).await.is_refusal(401, "unauthenticated");
    let as_twilio = MediaClaims { reader: MediaReader::Twilio, ..claims(&theirs, id) };
    answer(as_twilio).await.is_refusal(404, "not_found");
}
