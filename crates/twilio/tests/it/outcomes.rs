//! What is asked, how often, and what is made of the answer.

use std::time::{Duration, Instant};

use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{
    CallControl, CallStatus, Conferencing, Instructions, MessageStatus, Messaging, Provisioning, SentSearch,
    TelephonyError,
};
use switchboard_twilio::rest::{BaseUrl, Limits, RestClient, RestConfig};
use tokio::net::TcpListener;

use crate::operations::{self, sid, sms};
use crate::server::{CALL, MESSAGE, REFUSAL, Reply, Server, account, answer};

const HTML: &str = "<html><body>Bad gateway</body></html>";

#[tokio::test]
async fn a_text_that_twilio_had_no_time_for_is_sent_later() {
    let server = Server::start(|before, _| match before {
        0 | 1 => answer(429, "", r#"{"code":20429}"#),
        _ => answer(201, "", MESSAGE),
    })
    .await;
    let sent = server.client().send(&account(), &sms()).await.expect("sent");
    assert_eq!((sent.sid.as_str(), sent.status, sent.segments), ("SM1", MessageStatus::Queued, 1));
    assert_eq!(sent.created_at, Some("2026-05-24T17:44:46Z".parse().expect("a moment")));
    assert_eq!((sent.fault, sent.sent_at), (None, None));
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn who_has_no_time_at_all_is_left_alone() {
    let server = Server::start(|_, _| answer(429, "", HTML)).await;
    let sent = server.client().send(&account(), &sms()).await;
    assert!(matches!(sent, Err(TelephonyError::Busy { retry_after: None })), "{sent:?}");
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn twilios_wish_to_be_asked_later_is_kept() {
    let server = Server::start(|before, _| match before {
        0 => answer(429, "Retry-After: 1\r\n", ""),
        _ => answer(201, "", MESSAGE),
    })
    .await;
    let asked = Instant::now();
    server.client().send(&account(), &sms()).await.expect("sent");
    assert!(asked.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn nobody_is_held_for_long() {
    let server = Server::start(|_, _| answer(429, "Retry-After: 3600\r\n", "")).await;
    let sent = server.client().send(&account(), &sms()).await;
    let hour = Some(Duration::from_secs(3_600));
    assert!(matches!(sent, Err(TelephonyError::Busy { retry_after }) if retry_after == hour), "{sent:?}");
    assert_eq!(server.seen().len(), 1);
}

/// An answer that may have a huge body.
type Badly = fn(&str) -> Reply;

/// Each of these leaves it open whether there is a message now.
#[tokio::test]
async fn what_may_have_been_sent_is_not_sent_again() {
    let huge = "x".repeat(5 * 1024 * 1024);
    let replies: [(&str, Badly); 9] = [
        ("500", |_| answer(500, "", r#"{"code":20500,"message":"Internal"}"#)),
        ("503 in HTML", |_| answer(503, "Retry-After: 0\r\n", HTML)),
        ("nothing at all", |_| Reply::Bytes(vec![])),
        ("half a head", |_| Reply::Bytes(b"HTTP/1.1 201 Crea".to_vec())),
        ("half a body", |_| Reply::Bytes(b"HTTP/1.1 201 x\r\nContent-Length: 999\r\n\r\n{\"sid\":".to_vec())),
        ("201 in HTML", |_| answer(201, "", HTML)),
        ("201 without a SID", |_| answer(201, "", r#"{"status":"queued"}"#)),
        ("a huge body", |huge| answer(201, "", huge)),
        ("a redirect", |_| answer(307, "Location: https://api.twilio.com/elsewhere\r\n", "")),
    ];
    for (name, reply) in replies {
        let huge = huge.clone();
        let server = Server::start(move |_, _| reply(&huge)).await;
        let sent = server.client().send(&account(), &sms()).await;
        assert!(matches!(sent, Err(TelephonyError::Unknown(_))), "{name}: {sent:?}");
        assert_eq!(server.seen().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_huge_body_is_not_read_to_its_end() {
    const ENDLESS: &[u8] = b"HTTP/1.1 201 x\r\nContent-Length: 99999999999\r\n\r\n{";
    let server = Server::start(|_, _| Reply::Bytes(ENDLESS.to_vec())).await;
    let sent = server.client().send(&account(), &sms()).await;
    let Err(TelephonyError::Unknown(source)) = sent else { panic!("{sent:?}") };
    assert_eq!(source.to_string(), "the answer is too long");
}

#[tokio::test]
async fn a_slow_answer_is_not_waited_for_and_may_come_yet() {
    let server = Server::start(|_, _| Reply::Silence).await;
    let limits = Limits { answer: Duration::from_millis(200), ..Limits::default() };
    let client = RestClient::new(RestConfig { limits, ..server.config() }).expect("a client");
    let sent = client.send(&account(), &sms()).await;
    assert!(matches!(sent, Err(TelephonyError::Unknown(_))), "{sent:?}");
    assert_eq!(server.seen().len(), 1);
    let call = client.call(&account(), "CA1").await;
    assert!(matches!(call, Err(TelephonyError::Unknown(_))), "{call:?}");
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn who_is_not_there_did_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("bound"));
    drop(listener);
    let client =
        RestClient::new(RestConfig::at(BaseUrl::parse(&base).expect("this machine"))).expect("a client");
    let sent = client.send(&account(), &sms()).await;
    assert!(matches!(sent, Err(TelephonyError::Unreachable(_))), "{sent:?}");
    let call = client.call(&account(), "CA1").await;
    assert!(matches!(call, Err(TelephonyError::Unreachable(_))), "{call:?}");
}

#[tokio::test]
async fn no_is_no_whatever_the_rest_looks_like() {
    let half: &[u8] = b"HTTP/1.1 400 x\r\nContent-Length: 999\r\n\r\n{\"code\":";
    let refusals: [(Reply, Option<u32>, &str); 3] = [
        (answer(400, "", REFUSAL), Some(21211), "The 'To' number is not valid"),
        (answer(400, "", HTML), None, "Twilio answered 400 Bad Request"),
        (Reply::Bytes(half.to_vec()), None, "Twilio answered 400 Bad Request"),
    ];
    for (reply, code, message) in refusals {
        let server = Server::start(move |_, _| reply.clone()).await;
        let sent = server.client().send(&account(), &sms()).await;
        let Err(TelephonyError::Refused(refusal)) = sent else { panic!("{sent:?}") };
        assert_eq!((refusal.status, refusal.code, refusal.message.as_str()), (400, code, message));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn questions_are_asked_again() {
    let server = Server::start(|before, _| match before {
        0 => answer(503, "", HTML),
        1 => Reply::Bytes(b"HTTP/1.1 200 x\r\nContent-Length: 999\r\n\r\n{\"sid\":".to_vec()),
        _ => answer(200, "", CALL),
    })
    .await;
    let call = server.client().call(&account(), "CA1").await.expect("an answer").expect("a call");
    assert_eq!((call.status, call.duration), (CallStatus::InProgress, None));
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn ending_is_repeated_and_beginning_anew_is_not() {
    let fails = |before, _: &_| if before == 0 { answer(500, "", "") } else { answer(200, "", CALL) };
    let server = Server::start(fails).await;
    server.client().complete(&account(), "CA1").await.expect("ended");
    assert_eq!(server.seen().len(), 2);
    let server = Server::start(fails).await;
    let redirected =
        server.client().redirect(&account(), "CA1", &Instructions::url("https://crm.example/x")).await;
    assert!(matches!(redirected, Err(TelephonyError::Unknown(_))), "{redirected:?}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn what_may_have_ended_is_not_said_to_go_on() {
    let server = Server::start(|before, _| match before {
        0 => answer(500, "", ""),
        _ => answer(429, "", r#"{"code":20429}"#),
    })
    .await;
    let completed = server.client().complete(&account(), "CA1").await;
    assert!(matches!(completed, Err(TelephonyError::Unknown(_))), "{completed:?}");
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn what_is_over_needs_no_end() {
    let over = r#"{"code":21220,"message":"Call is not in-progress. Cannot redirect.","status":400}"#;
    let server = Server::start(|before, _| match before {
        0..2 => answer(400, "", over),
        _ => answer(404, "", r#"{"code":20404,"message":"not found","status":404}"#),
    })
    .await;
    let client = server.client();
    client.complete(&account(), "CA1").await.expect("ended");
    let redirected = client.redirect(&account(), "CA1", &Instructions::url("https://crm.example/x")).await;
    assert!(matches!(redirected, Err(TelephonyError::Refused(refusal)) if refusal.is_gone()));
    client.end_conference(&account(), "CF1").await.expect("ended");
    client.remove_participant(&account(), "CF1", "agent").await.expect("out");
    assert_eq!(client.call(&account(), "CA1").await.expect("an answer"), None);
}

#[tokio::test]
async fn lists_are_read_page_by_page_and_numbers_exactly() {
    let server = Server::start(|before, seen| {
        let next = if before < 2 {
            let page = before + 1;
            format!(r#""/2010-04-01/Accounts/{}/IncomingPhoneNumbers.json?Page={page}&PageToken=PA%2B{page}""#, sid("AC"))
        } else {
            "null".to_owned()
        };
        assert!(seen.line.starts_with("GET /2010-04-01/Accounts/AC"));
        answer(
            200,
            "",
            &format!(
                r#"{{"incoming_phone_numbers":[{{"sid":"PN{before}","phone_number":"+1501712266{before}",
                "friendly_name":"Desk","capabilities":{{"voice":true,"sms":false,"mms":false}}}}],"next_page_uri":{next}}}"#
            ),
        )
    })
    .await;
    let only = PhoneNumber::from_e164("+15017122661");
    let numbers = server.client().numbers(&account(), Some(&only)).await.expect("numbers");
    let [number] = &numbers[..] else { panic!("{numbers:?}") };
    assert_eq!((number.sid.as_str(), &number.number, number.voice, number.sms), ("PN1", &only, true, false));
    let lines = server.lines();
    assert!(
        lines[0].ends_with("IncomingPhoneNumbers.json?PhoneNumber=%2B15017122661&PageSize=200"),
        "{lines:?}"
    );
    assert!(lines[2].ends_with("IncomingPhoneNumbers.json?Page=2&PageToken=PA%2B2"), "{lines:?}");
    assert_eq!(lines.len(), 3);
}

#[tokio::test]
async fn a_list_that_leads_elsewhere_or_nowhere_is_not_followed() {
    let page =
        |next: &str| answer(200, "", &format!(r#"{{"incoming_phone_numbers":[],"next_page_uri":"{next}"}}"#));
    let elsewhere = Server::start(|_, _| answer(500, "", "")).await;
    let link = format!("{}/2010-04-01/Accounts/{}/IncomingPhoneNumbers.json", elsewhere.url(), sid("AC"));
    let server = Server::start(move |_, _| page(&link)).await;
    let numbers = server.client().numbers(&account(), None).await;
    assert!(matches!(numbers, Err(TelephonyError::Unknown(_))), "{numbers:?}");
    assert_eq!((server.seen().len(), elsewhere.seen().len()), (1, 0));

    let itself = format!("/2010-04-01/Accounts/{}/IncomingPhoneNumbers.json?Page=1", sid("AC"));
    let server = Server::start(move |_, _| page(&itself)).await;
    let numbers = server.client().numbers(&account(), None).await;
    let Err(TelephonyError::Unknown(source)) = numbers else { panic!("{numbers:?}") };
    assert_eq!(source.to_string(), "the list goes on after 25 pages");
    assert_eq!(server.seen().len(), 25);
}

#[tokio::test]
async fn a_search_that_found_no_end_found_nothing_out() {
    let next = format!("/2010-04-01/Accounts/{}/Messages.json?Page=1", sid("AC"));
    let page = format!(r#"{{"messages":[{MESSAGE}],"next_page_uri":"{next}"}}"#);
    let server = Server::start(move |_, _| answer(200, "", &page)).await;
    let since = "2026-05-24T17:00:00Z".parse().expect("a moment");
    let search = SentSearch { to: "+15558675310".into(), from: None, since };
    let found = server.client().sent(&account(), &search).await;
    assert!(matches!(found, Err(TelephonyError::Unknown(_))), "{found:?}");
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn messages_are_looked_for_as_far_back_as_asked() {
    let server = Server::start(|before, _| {
        let message = |minute: usize| {
            MESSAGE.replace("SM1", &format!("SM{minute}")).replace("17:44", &format!("17:{minute:02}"))
        };
        let (new, old) = (message(59 - 2 * before), message(58 - 2 * before));
        let next = format!("/2010-04-01/Accounts/{}/Messages.json?Page={}", sid("AC"), before + 1);
        answer(200, "", &format!(r#"{{"messages":[{new},{old}],"next_page_uri":"{next}"}}"#))
    })
    .await;
    let since = "2026-05-24T17:57:00Z".parse().expect("a moment");
    let search = SentSearch { to: "+15558675310".into(), from: None, since };
    let found = server.client().sent(&account(), &search).await.expect("messages");
    let sids: Vec<&str> = found.iter().map(|message| message.sid.as_str()).collect();
    assert_eq!(sids, ["SM59", "SM58", "SM57"]);
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_conference_is_held_from_its_first_guest_to_its_end() {
    let conference = |sid: &str, name: &str, status: &str| {
        format!(r#"{{"sid":"{sid}","friendly_name":"{name}","status":"{status}"}}"#)
    };
    let over = conference("CF1", "desk", "completed");
    for status in ["init", "in-progress", "something-new"] {
        let (newest, older) = (conference("CF3", "desk", status), conference("CF2", "desk", status));
        let another = conference("CF4", "desks", status);
        let list = format!(r#"{{"conferences":[{over},{another},{newest},{older}]}}"#);
        let server = Server::start(move |_, _| answer(200, "", &list)).await;
        let found = server.client().conference(&account(), "desk").await.expect("an answer");
        assert_eq!(found.as_deref(), Some("CF3"), "{status}");
        let none = server.client().conference(&account(), "des").await.expect("an answer");
        assert_eq!(none, None);
    }
}

#[tokio::test]
async fn an_application_that_was_deleted_is_replaced_once() {
    let server = Server::start(|before, _| match before {
        0 => answer(404, "", r#"{"code":20404,"message":"not found","status":404}"#),
        1 => answer(200, "", r#"{"applications":[{"sid":"AP9","friendly_name":"Another"}]}"#),
        2 => answer(201, "", r#"{"sid":"AP2"}"#),
        3 => answer(200, "", r#"{"applications":[{"sid":"AP2","friendly_name":"Switchboard é"}]}"#),
        _ => answer(200, "", r#"{"sid":"AP2"}"#),
    })
    .await;
    let client = server.client();
    let webhooks = operations::application();
    assert_eq!(client.set_application(&account(), Some("AP1"), &webhooks).await.expect("a SID"), "AP2");
    assert_eq!(client.set_application(&account(), None, &webhooks).await.expect("a SID"), "AP2");
    assert_eq!(client.set_application(&account(), Some("AP2"), &webhooks).await.expect("a SID"), "AP2");
    let parts: Vec<String> = server
        .lines()
        .iter()
        .map(|line| line.replace(&format!("/2010-04-01/Accounts/{}", sid("AC")), ""))
        .collect();
    let list = "GET /Applications.json?FriendlyName=Switchboard+%C3%A9";
    assert_eq!(
        parts,
        [
            "POST /Applications/AP1.json",
            list,
            "POST /Applications.json",
            list,
            "POST /Applications/AP2.json",
            "POST /Applications/AP2.json",
        ]
    );
}
