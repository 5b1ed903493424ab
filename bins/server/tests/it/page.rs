//! The agents' page, as the server hands it out.

use axum::body::Body;
use axum::http::Request;
use switchboard_server::Page;

use crate::harness::{Setup, World};

#[tokio::test]
async fn the_page_answers_for_its_own_addresses_and_for_no_others() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("assets")).expect("a folder");
    std::fs::write(folder.path().join("index.html"), "<title>Switchboard</title>").expect("write");
    std::fs::write(folder.path().join("assets/main-1.js"), "run()").expect("write");
    let page = Page { folder: folder.path(), simulator: None };
    let world = World::with(Setup { page: Some(page), ..Setup::default() });
    let get = async |path: &str| world.send(Request::get(path).body(Body::empty()).expect("a request")).await;
    for path in ["/", "/inbox/5"] {
        let page = get(path).await;
        assert_eq!((page.status.as_u16(), page.text.as_str()), (200, "<title>Switchboard</title>"), "{path}");
        assert_eq!(page.headers["cache-control"], "no-cache", "{path}");
        assert!(
            page.headers["content-security-policy"]
                .to_str()
                .expect("text")
                .starts_with("default-src 'self';")
        );
    }
    let part = get("/assets/main-1.js").await;
    assert_eq!(
        (part.text.as_str(), &part.headers["cache-control"]),
        ("run()", &"public, max-age=31536000, immutable".parse().expect("a value"))
    );
    let missing = get("/assets/main-0.js").await;
    assert_eq!(
        (missing.status.as_u16(), &missing.headers["cache-control"]),
        (404, &"no-cache".parse().expect("a value"))
    );
    for path in ["/api", "/api/", "/api/nothing", "/socket.io", "/socket.io/socket.io.js"] {
        get(path).await.is_refusal(404, "not_found");
    }
}

#[tokio::test]
async fn the_page_knows_the_local_twilio_where_there_is_one() {
    let folder = tempfile::tempdir().expect("a folder");
    for simulator in [None, Some("http://127.0.0.1:4080")] {
        let page = Page { folder: folder.path(), simulator };
        let world = World::with(Setup { page: Some(page), ..Setup::default() });
        let request = Request::get("/phones.json").body(Body::empty()).expect("a request");
        let phones = world.send(request).await;
        let told: serde_json::Value = serde_json::from_str(&phones.text).expect("JSON");
        assert_eq!(told["simulator"], serde_json::json!(simulator));
        let policy = phones.headers["content-security-policy"].to_str().expect("text").to_owned();
        let connect = policy.split("; ").find(|rule| rule.starts_with("connect-src ")).expect("a rule");
        assert_eq!(connect.contains("127.0.0.1"), simulator.is_some(), "{connect}");
        assert_eq!(connect.contains("twilio.com"), simulator.is_none(), "{connect}");
    }
}
