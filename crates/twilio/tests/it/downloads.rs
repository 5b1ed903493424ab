//! Files, and the links to them.

use std::time::Duration;

use switchboard_domain::ports::{Download, Messaging, Recordings, TelephonyError};
use switchboard_twilio::rest::{Limits, RestClient, RestConfig};

use crate::operations::sid;
use crate::server::{Reply, Server, account, answer};

#[tokio::test]
async fn a_recording_is_fetched_as_mp3() {
    let server = Server::start(|_, _| answer(200, "Content-Type: audio/mpeg\r\n", "sounds")).await;
    let audio = server.client().recording_audio(&account(), "RE1", 6).await.expect("an answer");
    assert_eq!(audio, Download::File { content_type: Some("audio/mpeg".into()), bytes: b"sounds".to_vec() });
    assert_eq!(server.lines(), [format!("GET /2010-04-01/Accounts/{}/Recordings/RE1.mp3", sid("AC"))]);
}

#[tokio::test]
async fn a_file_beyond_the_limit_is_not_taken() {
    const CHUNKED: &[u8] =
        b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsoun\r\n3\r\nds!\r\n0\r\n\r\n";
    let replies: [fn() -> Reply; 2] = [|| answer(200, "", "sounds!"), || Reply::Bytes(CHUNKED.to_vec())];
    for reply in replies {
        let server = Server::start(move |_, _| reply()).await;
        let client = server.client();
        let fetched =
            async |limit| client.recording_audio(&account(), "RE1", limit).await.expect("an answer");
        assert_eq!(fetched(6).await, Download::TooLarge);
        assert!(matches!(fetched(7).await, Download::File { bytes, .. } if bytes == b"sounds!"));
        assert_eq!(server.seen().len(), 2);
    }
}

#[tokio::test]
async fn what_is_not_there_is_missing_here_and_in_the_store() {
    let store = Server::start(|_, _| answer(404, "", "")).await;
    let link = format!("Location: {}/x\r\n", store.url());
    let server = Server::start(move |before, _| match before {
        0 => answer(404, "", r#"{"code":20404}"#),
        _ => answer(307, &link, ""),
    })
    .await;
    let client = server.client();
    for _ in 0..2 {
        assert_eq!(client.media(&account(), "MM1", "ME1", 9).await.expect("an answer"), Download::Missing);
    }
    assert_eq!((server.seen().len(), store.seen().len()), (2, 1));
}

#[test]
fn an_address_names_a_file_where_twilio_keeps_it_and_nowhere_else() {
    let (ac, mm, me) = (sid("AC"), sid("MM"), sid("ME"));
    let path = format!("/2010-04-01/Accounts/{ac}/Messages/{mm}/Media/{me}");
    let client = RestClient::new(RestConfig::twilio()).expect("a client");
    let named = |url: &str| client.media_sid(&account(), &mm, url);
    assert_eq!(named(&format!("https://api.twilio.com{path}")), Some(me.clone()));
    for url in [
        format!("http://api.twilio.com{path}"),
        format!("https://api.twilio.com.evil.example{path}"),
        format!("https://evil.example{path}"),
        format!("https://evil.example/https://api.twilio.com{path}"),
        format!("https://user@api.twilio.com{path}"),
        format!("https://api.twilio.com:8443{path}"),
        format!("https://api.twilio.com/{path}"),
        format!("https://api.twilio.com{path}?x=1"),
        format!("https://api.twilio.com{path}#x"),
        format!("https://api.twilio.com{path}/"),
        format!("https://api.twilio.com{path}/../{me}"),
        format!("https://api.twilio.com{path}.json"),
        format!("https://api.twilio.com{path} "),
        format!("https://api.twilio.com{path}a"),
        format!("https://api.twilio.com{}", path.replace(&ac, "AC1")),
        format!("https://api.twilio.com{}", path.replace(&mm, "MM1")),
        format!("https://api.twilio.com{}", path.replace(&me, "RE1")),
        format!("https://api.twilio.com{}", path.replace(&me, "ME")),
        format!("https://api.twilio.com{}", path.replace(&me, "ME%2e")),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        String::new(),
    ] {
        assert_eq!(named(&url), None, "{url}");
    }
    let local = "http://127.0.0.1:4010";
    let client = RestClient::new(RestConfig::at(local.parse().expect("this machine"))).expect("a client");
    assert_eq!(client.media_sid(&account(), &mm, &format!("{local}{path}")), Some(me));
    assert_eq!(client.media_sid(&account(), &mm, &format!("https://api.twilio.com{path}")), None);
}

#[tokio::test]
async fn links_to_inner_addresses_and_links_without_end_are_not_followed() {
    let links = [
        "http://10.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/x",
        "file:///etc/passwd",
        "http://",
        "",
        "/again",
    ];
    for link in links {
        let header = format!("Location: {link}\r\n");
        let server = Server::start(move |_, _| answer(302, &header, "")).await;
        let media = server.client().media(&account(), "MM1", "ME1", 9).await;
        assert!(matches!(media, Err(TelephonyError::Unknown(_))), "{link}: {media:?}");
        // Asked three times; a link to this machine is followed three times.
        let hops = if ["", "/again"].contains(&link) { 4 } else { 1 };
        assert_eq!(server.seen().len(), 3 * hops, "{link}");
    }
}

#[tokio::test]
async fn a_file_that_broke_off_is_fetched_again() {
    let server = Server::start(|before, _| match before {
        0 => Reply::Bytes(b"HTTP/1.1 200 x\r\nContent-Length: 6\r\n\r\nsou".to_vec()),
        1 => answer(502, "", ""),
        _ => answer(200, "", "sounds"),
    })
    .await;
    let audio = server.client().recording_audio(&account(), "RE1", 6).await.expect("an answer");
    assert!(matches!(audio, Download::File { bytes, .. } if bytes == b"sounds"));
}

#[tokio::test]
async fn a_file_has_one_time_for_all_its_tries() {
    let server = Server::start(|_, _| Reply::Silence).await;
    let limits = Limits { file: Duration::from_millis(200), ..Limits::default() };
    let client = RestClient::new(RestConfig { limits, ..server.config() }).expect("a client");
    let audio = client.recording_audio(&account(), "RE1", 6).await;
    assert!(matches!(audio, Err(TelephonyError::Unknown(_))), "{audio:?}");
    assert_eq!(server.seen().len(), 1);
}
