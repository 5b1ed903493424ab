//! Files that people send along, over HTTP: what is taken, what is not, and who sees it where.

use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use chrono::TimeDelta;
use futures_util::stream;
use serde_json::{Value, json};
use switchboard_domain::access::Role;
use switchboard_domain::ports::{Content, Store};
use switchboard_domain::testing::Asked;
use switchboard_domain::testing::fixtures::{self, Planted};
use switchboard_domain::uploads::{LARGEST_UPLOAD, MOST_UPLOADED, Upload};

use crate::harness::{Answer, PUBLIC_URL, World};

const GIF: &[u8] = b"GIF89a red";
const SEND: &str = "/api/twilio/sms/send";

async fn upload(world: &World, token: &str, kind: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post("/api/twilio/media")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, kind)
        .body(body.into())
        .expect("a request");
    world.send(request).await
}

/// A body of so many bytes that comes in pieces, and of which nobody says how long it is.
fn pieces(start: &'static [u8], size: usize) -> Body {
    const PIECE: usize = 64 * 1024;
    let rest = (0..size.div_ceil(PIECE)).map(|_| Bytes::from(vec![0; PIECE]));
    Body::from_stream(stream::iter(
        std::iter::once(Bytes::from_static(start)).chain(rest).map(Ok::<_, std::io::Error>),
    ))
}

fn path(url: &Value) -> String {
    url.as_str().expect("an address").strip_prefix(PUBLIC_URL).expect("it is ours").to_owned()
}

/// Where Twilio was told to fetch what hangs on messages.
fn told(world: &World) -> Vec<String> {
    let sent = world.twilio.asked().into_iter().filter_map(|asked| match asked {
        Asked::Send(message) => Some(message.content),
        _ => None,
    });
    sent.flat_map(|content| match content {
        Content::Text { media_urls, .. } => media_urls,
        Content::Template { .. } => Vec::new(),
    })
    .collect()
}

async fn much_was_uploaded(world: &World, org: &Planted) {
    let size = u32::try_from(MOST_UPLOADED).expect("small");
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    tx.insert_upload(&Upload { size, ..fixtures::upload(&org.agent) }, GIF).await.expect("insert");
    tx.commit().await.expect("commit");
}

#[tokio::test]
async fn a_file_is_uploaded_seen_sent_and_fetched_by_twilio() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    let answer = upload(&world, &token, "application/x-anything", GIF).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
    let mut taken = answer.json()["upload"].take();
    let (url, name) = (taken["url"].take(), taken["mediaUrl"].clone());
    assert_eq!(name, format!("upload:{}", taken["id"].as_str().expect("an id")));
    assert_eq!((&taken["contentType"], &taken["size"]), (&json!("image/gif"), &json!(10)));
    let seen = world.call("GET", &path(&url), None, None).await;
    assert_eq!((seen.status.as_u16(), seen.text.as_bytes()), (200, GIF));

    let order = json!({"to": "+16475550100", "mediaUrls": [name, "https://shop.example/menu.png"]});
    let sent = world.call("POST", SEND, Some(&token), Some(order)).await;
    assert_eq!(sent.status.as_u16(), 201, "{}", sent.text);
    let message = sent.json()["data"].take();
    let shown = &message["media"][0];
    assert_eq!((&message["num_media"], shown["mediaUrl"].clone()), (&json!(2), name));
    assert_eq!(message["media_urls"], json!([shown["url"], "https://shop.example/menu.png"]));
    assert_eq!(message["media"].as_array().map(Vec::len), Some(1));

    let for_twilio = path(&json!(told(&world)[0]));
    assert!(!message.to_string().contains(&for_twilio), "nobody else is told that address");
    world.call("POST", "/api/auth/logout", Some(&token), None).await;
    world.call("GET", &path(&shown["url"]), None, None).await.is_refusal(401, "unauthenticated");
    world.clock.advance(TimeDelta::hours(11));
    for method in ["HEAD", "GET"] {
        let fetched = world.call(method, &for_twilio, None, None).await;
        assert_eq!(
            (fetched.status.as_u16(), &fetched.headers["content-type"]),
            (200, &"image/gif".parse().expect("a value"))
        );
    }
    world.clock.advance(TimeDelta::hours(1));
    world.call("GET", &for_twilio, None, None).await.is_refusal(404, "not_found");
}

#[tokio::test]
async fn what_it_is_said_to_be_means_nothing() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    for (kind, body, taken) in [
        ("text/html", GIF, Some("image/gif")),
        ("image/svg+xml", b"%PDF-1.7".as_slice(), Some("application/pdf")),
        ("image/png", svg.as_bytes(), None),
        ("image/jpeg", b"<!DOCTYPE html><script>alert(1)</script>", None),
        ("image/gif", b"MZ\x90\x00", None),
        ("application/json", b"{\"mediaUrl\": 1}", None),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nGIF89a",
            None,
        ),
        ("image/png", b"", None),
    ] {
        let answer = upload(&world, &token, kind, body).await;
        match taken {
            Some(taken) => assert_eq!(answer.json()["upload"]["contentType"], taken, "{}", answer.text),
            None => {
                answer.is_refusal(422, "invalid");
                assert_eq!(answer.json()["details"][0]["field"], "file");
            }
        }
    }
}

#[tokio::test]
async fn too_large_a_file_is_answered_however_it_comes() {
    let world = World::new();
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    for size in [LARGEST_UPLOAD, 3 * LARGEST_UPLOAD] {
        let answer = upload(&world, &token, "image/gif", pieces(GIF, size)).await;
        answer.is_refusal(413, "too_large");
        assert_eq!(answer.headers["connection"], "close");
    }
    let answer = upload(&world, &token, "image/gif", pieces(b"%PDF-1.7", 600_000)).await;
    answer.is_refusal(422, "invalid");
    assert_eq!(answer.json()["details"][0]["message"], "must be 500 kB at most");
    let large = upload(&world, &token, "image/gif", pieces(GIF, 4_000_000)).await;
    assert_eq!(large.status.as_u16(), 201, "larger than other bodies, in pieces: {}", large.text);
    let broken = stream::iter([Ok(Bytes::from_static(GIF)), Err(std::io::Error::other("gone"))]);
    upload(&world, &token, "image/gif", Body::from_stream(broken)).await.is_refusal(400, "malformed");
    let elsewhere = Request::post(SEND).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let elsewhere = elsewhere.body(pieces(b"{", 2_000_000)).expect("a request");
    world.send(elsewhere).await.is_refusal(413, "too_large");
}

#[tokio::test(start_paused = true)]
async fn who_may_not_send_may_not_upload_and_is_told_so_whatever_they_still_send() {
    let world = World::new();
    let org = world.plant().await;
    let viewer = world.hire(&org, Role::Viewer).await;
    let never = || Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
    let viewer = world.login(&viewer).await;
    upload(&world, &viewer, "image/gif", never()).await.is_refusal(403, "forbidden");
    upload(&world, "rubbish", "image/gif", never()).await.is_refusal(401, "unauthenticated");
    world.call("GET", "/api/twilio/media", Some(&viewer), None).await.is_refusal(405, "method_not_allowed");
}

#[tokio::test]
async fn an_upload_is_of_one_organisation_alone() {
    let world = World::new();
    let (mine, theirs) = (world.plant().await, world.plant().await);
    let (me, them) = (world.login(&mine.agent).await, world.login(&theirs.agent).await);
    let name = upload(&world, &them, "image/gif", GIF).await.json()["upload"]["mediaUrl"].clone();
    let order = json!({"to": "+16475550100", "body": "hi", "mediaUrls": [name]});
    let refused = world.call("POST", SEND, Some(&me), Some(order)).await;
    refused.is_refusal(422, "invalid");
    assert_eq!(
        refused.json()["details"],
        json!([{"field": "mediaUrls.0", "message": "is not there any more"}]),
        "just as one that never was"
    );
}

#[tokio::test]
async fn an_organisation_that_uploaded_much_today_is_told_so() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    much_was_uploaded(&world, &org).await;
    let (token, another) = (world.login(&org.agent).await, world.login(&other.agent).await);
    upload(&world, &token, "image/gif", GIF).await.is_refusal(409, "no_room");
    assert_eq!(upload(&world, &another, "image/gif", GIF).await.status.as_u16(), 201);
    world.clock.advance(TimeDelta::days(1));
    let token = world.login(&org.agent).await;
    assert_eq!(upload(&world, &token, "image/gif", GIF).await.status.as_u16(), 201);
}
