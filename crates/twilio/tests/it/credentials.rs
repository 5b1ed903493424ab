//! Who sees credentials, and who sees what customers write.

use std::io;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use switchboard_domain::ports::{CallControl, Download, Messaging, TelephonyError};
use switchboard_twilio::rest::{BaseUrl, RestClient, RestConfig};
use tracing_subscriber::fmt::MakeWriter;

use crate::operations::{sid, sms};
use crate::server::{CALL, MESSAGE, Reply, Server, account, answer};

const SECRET: &str = "the key's secret";

#[tokio::test]
async fn twilio_sees_the_key_and_a_form() {
    let server = Server::start(|_, _| answer(201, "", MESSAGE)).await;
    server.client().send(&account(), &sms()).await.expect("sent");
    let [seen] = &server.seen()[..] else { panic!("one request") };
    let basic = STANDARD.encode(format!("{}:{SECRET}", sid("SK")));
    assert_eq!(seen.header("authorization"), Some(format!("Basic {basic}").as_str()));
    assert_eq!(seen.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert!(seen.body.contains("To=%2B15558675310&From=%2B15017122661&Body=H%C3%A9llo+"), "{}", seen.body);
    assert_eq!(seen.line, format!("POST /2010-04-01/Accounts/{}/Messages.json", sid("AC")));
}

#[tokio::test]
async fn a_redirect_takes_nothing_along() {
    let elsewhere =
        Arc::new(Server::start(|_, _| answer(200, "Content-Type: image/png\r\n", "pixels")).await);
    for status in 301..=308 {
        let link = format!("Location: {}/store/1?signature=x\r\nSet-Cookie: a=b\r\n", elsewhere.url());
        let server = Server::start(move |_, _| answer(status, &link, "")).await;
        let client = server.client();
        let before = elsewhere.seen().len();
        let call = client.call(&account(), "CA1").await;
        assert!(matches!(call, Err(TelephonyError::Unknown(_))), "{status}: {call:?}");
        assert_eq!(elsewhere.seen().len(), before, "{status}: an answer in JSON is not looked for elsewhere");
        let media = client.media(&account(), &sid("MM"), &sid("ME"), 100).await.expect("an answer");
        let Download::File { content_type, bytes } = media else { panic!("{media:?}") };
        assert_eq!((content_type.as_deref(), bytes.as_slice()), (Some("image/png"), &b"pixels"[..]));
        assert_eq!(elsewhere.seen().len(), before + 1);
    }
    for seen in elsewhere.seen() {
        assert_eq!(seen.line, "GET /store/1?signature=x");
        for header in ["authorization", "cookie", "referer"] {
            assert_eq!(seen.header(header), None);
        }
    }
}

const NAMES_THE_CUSTOMER: &str = r#"{"code":21211,"message":"Invalid 'To' Phone Number: +15558675310"}"#;

/// What is answered, and how.
type Badly = (&'static str, fn() -> Reply);

#[tokio::test]
async fn neither_errors_nor_logs_tell_secrets_or_what_customers_write() {
    let badly: [Badly; 5] = [
        ("201", || answer(201, "Twilio-Request-Id: RQ1\r\nTwilio-Concurrent-Requests: 7\r\n", MESSAGE)),
        ("400", || {
            answer(400, "Twilio-Request-Id: RQ1\r\nTwilio-Concurrent-Requests: 7\r\n", NAMES_THE_CUSTOMER)
        }),
        ("500", || {
            answer(500, "Twilio-Request-Id: RQ1\r\nTwilio-Concurrent-Requests: 7\r\n", "+15558675310")
        }),
        ("cut", || Reply::Bytes(b"HTTP/1.1 201 x\r\nContent-Length: 99\r\n\r\n".to_vec())),
        ("gone", || Reply::Bytes(vec![])),
    ];
    for (name, reply) in badly {
        let server = Server::start(move |_, _| reply()).await;
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing::Level::TRACE)
            .with_writer(log.clone())
            .finish();
        let errors = {
            let _logging = tracing::subscriber::set_default(subscriber);
            let client = server.client();
            let sent = client.send(&account(), &sms()).await;
            let listed = client.sent(&account(), &search()).await;
            format!("{:?} {:?}", sent.err(), listed.err())
        };
        let log = String::from_utf8(log.0.lock().expect("no panic").clone()).expect("UTF-8");
        let basic = STANDARD.encode(format!("{}:{SECRET}", sid("SK")));
        let ours: Vec<&str> = log.lines().filter(|line| line.contains("switchboard_twilio")).collect();
        for told in [SECRET, basic.as_str(), "15558675310", "15017122661", "llo"] {
            // Twilio's own words may name who was to be texted.
            assert!(!errors.contains(told) || (name, told) == ("400", "15558675310"), "{name}: {errors}");
            assert!(!log.contains(told), "{name}: {log}");
        }
        if ["201", "400", "500"].contains(&name) {
            let told = |what: &str| ours.iter().any(|line| line.contains(what));
            assert!(
                told("RQ1") && told("concurrent_requests") && told(&format!("status={name}")),
                "{name}: {log}"
            );
        }
        assert!(name != "400" || ours.iter().any(|line| line.contains("21211")), "{ours:?}");
    }
}

fn search() -> switchboard_domain::ports::SentSearch {
    let since = "2026-01-01T00:00:00Z".parse().expect("a moment");
    switchboard_domain::ports::SentSearch { to: "+15558675310".into(), from: None, since }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_learns_nothing() {
    let server = Server::start(|_, _| answer(200, "", CALL)).await;
    let base = BaseUrl::parse(&server.url().replace("http:", "https:")).expect("this machine");
    let client = RestClient::new(RestConfig::at(base)).expect("a client");
    let sent = client.send(&account(), &sms()).await;
    assert!(matches!(sent, Err(TelephonyError::Unreachable(_))), "{sent:?}");
    assert!(server.seen().iter().all(|seen| !seen.head.contains("uthorization")));
}

#[test]
fn the_real_twilio_can_be_prepared_for() {
    RestClient::new(RestConfig::twilio()).expect("the system's certificates");
}
