//! How much one organisation may ask at once.

use std::sync::Arc;
use std::time::Duration;

use switchboard_domain::ports::{CallControl, Instructions, Messaging, TelephonyError};
use switchboard_twilio::rest::{Limits, RestClient, RestConfig};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::operations::sms;
use crate::server::{CALL, Reply, Server, account, answer, bytes};

/// Far beyond what anything here takes.
const LONG: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_busy_organisation_waits_for_itself_and_holds_up_nobody() {
    let (gate, shut) = watch::channel(false);
    let server = Server::start(move |_, seen| match seen.line.contains("/Calls/CABUSY") {
        true => Reply::After(shut.clone(), bytes(200, "", CALL)),
        false => answer(200, "", CALL),
    })
    .await;
    let limits = Limits { patience: LONG, answer: LONG, ..Limits::default() };
    let client = Arc::new(RestClient::new(RestConfig { limits, ..server.config() }).expect("a client"));
    let (busy, calm) = (account(), account());
    let mut asked = JoinSet::new();
    for _ in 0..50 {
        let (client, busy) = (client.clone(), busy.clone());
        asked.spawn(async move { client.call(&busy, "CABUSY").await.map(|call| call.is_some()) });
    }
    timeout(LONG, server.arrivals(8)).await.expect("eight at once");
    for _ in 0..10 {
        let call = timeout(LONG, client.call(&calm, "CACALM")).await.expect("not held up");
        assert!(call.expect("an answer").is_some());
    }
    let held = server.lines().iter().filter(|line| line.contains("CABUSY")).count();
    assert_eq!(held, 8);
    gate.send(true).expect("a server");
    let answered = timeout(LONG, asked.join_all()).await.expect("all in turn");
    assert!(answered.into_iter().all(|call| call.is_ok_and(|there| there)));
    assert_eq!(server.seen().len(), 60);
}

#[tokio::test]
async fn patience_ends_and_files_hold_up_no_calls() {
    let server = Server::start(|_, seen| match seen.line.contains("/Media/") {
        true => Reply::Silence,
        false => answer(200, "", CALL),
    })
    .await;
    let limits = Limits { files_at_once: 2, patience: Duration::from_millis(100), ..Limits::default() };
    let client = Arc::new(RestClient::new(RestConfig { limits, ..server.config() }).expect("a client"));
    let org = account();
    let mut held = JoinSet::new();
    for _ in 0..2 {
        let (client, org) = (client.clone(), org.clone());
        held.spawn(async move { client.media(&org, "MM1", "ME1", 9).await.map(|_| ()) });
    }
    timeout(LONG, server.arrivals(2)).await.expect("two at once");
    let third = client.media(&org, "MM1", "ME1", 9).await;
    assert!(matches!(third, Err(TelephonyError::Busy { retry_after: None })), "{third:?}");
    assert!(client.call(&org, "CA1").await.expect("an answer").is_some());
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn texts_hold_up_no_calls() {
    let server = Server::start(|_, seen| match seen.line.contains("/Messages") {
        true => Reply::Silence,
        false => answer(200, "", CALL),
    })
    .await;
    let limits = Limits { at_once: 1, patience: Duration::from_millis(100), ..Limits::default() };
    let client = Arc::new(RestClient::new(RestConfig { limits, ..server.config() }).expect("a client"));
    let org = account();
    let mut held = JoinSet::new();
    for sends in 1..=2 {
        let (client, org) = (client.clone(), org.clone());
        held.spawn(async move { client.send(&org, &sms()).await.map(|_| ()) });
        timeout(LONG, server.arrivals(sends)).await.expect("a text");
    }
    client.redirect(&org, "CA1", &Instructions::url("https://crm.example/x")).await.expect("turned");
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn whoever_waits_to_ask_again_lets_others_go_first() {
    let server = Server::start(|before, _| match before {
        0 => answer(429, "Retry-After: 1\r\n", ""),
        _ => answer(200, "", CALL),
    })
    .await;
    let limits = Limits { at_once: 1, patience: Duration::from_millis(100), ..Limits::default() };
    let client = Arc::new(RestClient::new(RestConfig { limits, ..server.config() }).expect("a client"));
    let org = account();
    let mut waits = JoinSet::new();
    let (patient, theirs) = (client.clone(), org.clone());
    waits.spawn(async move { patient.call(&theirs, "CA1").await.map(|call| call.is_some()) });
    timeout(LONG, server.arrivals(1)).await.expect("the first");
    assert!(client.call(&org, "CA2").await.expect("an answer").is_some());
    let answered = timeout(LONG, waits.join_all()).await.expect("asked again");
    assert!(answered.into_iter().all(|call| call.is_ok_and(|there| there)));
    let asked: Vec<bool> = server.lines().iter().map(|line| line.contains("CA1")).collect();
    assert_eq!(asked, [true, false, true]);
}
