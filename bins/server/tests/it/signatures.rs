//! Wrong signatures: how operators let them in for a while, and what is found out about them.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};
use switchboard_domain::ports::Store;
use switchboard_domain::signatures::{ModeChange, SignatureMode};
use switchboard_domain::testing::fixtures::{Planted, noon};
use switchboard_domain::twilio_settings::{Identity, TwilioSettings};
use switchboard_twilio::signature;
use tokio::time::advance;

use crate::harness::{Answer, OPERATOR_TOKEN, PUBLIC_URL, World};
use crate::webhooks::{CALL_STATUS, Params, SMS, VOICE, call, encode, post, signed, signed_with, text};

fn path(org: &Planted) -> String {
    format!("/operator/organizations/{}/signature-mode", org.scope.org())
}

async fn set_mode(world: &World, org: &Planted, body: Value) -> Answer {
    world.operate("PUT", &path(org), Some(OPERATOR_TOKEN), Some(body)).await
}

async fn observe(world: &World, org: &Planted) {
    let answer = set_mode(world, org, json!({"mode": "observe", "hours": 1, "changedBy": "Ada"})).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
}

/// The status of a webhook that was signed with the right token for another address.
async fn status(world: &World, org: &Planted, base: &str, path: &str, params: &Params) -> u16 {
    let token = org.auth_token.as_str().into();
    let signature = signature::sign(&format!("{base}{path}"), params, &token);
    post(world, path, encode(params), Some(&signature)).await.status.as_u16()
}

const ELSEWHERE: &str = "http://desk.example";

async fn mismatching_text(world: &World, org: &Planted, sid: &str) -> u16 {
    status(world, org, ELSEWHERE, SMS, &text(org, sid, "hello")).await
}

#[tokio::test]
async fn what_is_observed_comes_in_with_a_wrong_signature_and_never_without_one() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    assert_eq!(mismatching_text(&world, &org, "SM1").await, 403);
    observe(&world, &org).await;
    assert_eq!(mismatching_text(&world, &org, "SM1").await, 200);
    let ringing = call(&org, "CA1", "+16475550100");
    assert_eq!(status(&world, &org, ELSEWHERE, VOICE, &ringing).await, 200);
    assert_eq!(world.events(&org).await, 2, "both are told");
    let garbled = post(&world, SMS, encode(&text(&org, "SM2", "hello")), Some("rubbish")).await;
    assert_eq!(garbled.status.as_u16(), 200);

    for (why, path, params) in
        [("a text", SMS, text(&org, "SM3", "hello")), ("a call", VOICE, call(&org, "CA3", "+16475550100"))]
    {
        let missing = post(&world, path, encode(&params), None).await;
        assert_eq!((missing.status.as_u16(), missing.text.as_str()), (403, ""), "{why} without a signature");
    }
    let clients = call(&org, "CA4", "client:o1_u2");
    assert_eq!(status(&world, &org, ELSEWHERE, VOICE, &clients).await, 403, "a browser's leg");
    assert_eq!(status(&world, &org, ELSEWHERE, CALL_STATUS, &ringing).await, 403, "another webhook");
    let mut not_ours = text(&org, "SM5", "hello");
    not_ours[2].1 = "+14155550000".to_owned();
    assert_eq!(status(&world, &org, ELSEWHERE, SMS, &not_ours).await, 403, "a number that is nobody's");
    assert_eq!(mismatching_text(&world, &other, "SM6").await, 403, "another organisation");
    assert_eq!(world.events(&org).await, 3);
    assert_eq!(signed(&world, &org, SMS, &text(&org, "SM7", "hello")).await.status.as_u16(), 200);
}

#[tokio::test]
async fn observing_lets_nobody_into_a_call_and_answers_nobody_who_waits() {
    let world = World::new();
    let org = world.plant().await;
    let ringing = call(&org, "CA1", "+16475550100");
    assert_eq!(signed(&world, &org, VOICE, &ringing).await.status.as_u16(), 200);
    let grace = world.login(&org.agent).await;
    let sid = Some(json!({"callSid": "CA1"}));
    let taken = world.call("POST", "/api/twilio/incoming-calls/accept", Some(&grace), sid).await;
    let id = taken.json()["conferenceId"].as_str().expect("an id").to_owned();
    let identity = Identity { org: org.scope.org(), user: org.agent.id };
    let mut browsers = call(&org, "CA2", &format!("client:{identity}"));
    browsers.extend([("conference", id.as_str()), ("participant", "agent")].map(owned));
    let mut supervisors = call(&org, "CA3", &format!("client:{identity}"));
    supervisors.extend([("conference", id.as_str()), ("participant", "supervisor")].map(owned));
    let (ours, of) = (format!("org={}&call={id}", org.scope.org()), "/api/twilio/webhook");
    let asked = [
        (VOICE.to_owned(), &browsers),
        (VOICE.to_owned(), &supervisors),
        (format!("{VOICE}?conference={id}&participant=agent&tries=1"), &browsers),
        (format!("{of}/wait"), &ringing),
        (format!("{of}/queue-result"), &ringing),
        (format!("{of}/voicemail-redirect"), &ringing),
        (format!("{of}/screening?{ours}&phone=%2B16475550188"), &ringing),
        (format!("{of}/recording?{ours}&voicemail=1"), &ringing),
        (format!("{of}/transcription?{ours}"), &ringing),
        (format!("{of}/conference-status"), &ringing),
    ];
    observe(&world, &org).await;
    let known = async || {
        let mut tx = world.store.begin(org.scope).await.expect("begin");
        let call = tx.call_by_sid("CA1").await.expect("read").expect("the call");
        (call, tx.events_after(0, 100).await.expect("read").len())
    };
    let before = known().await;
    for (path, params) in &asked {
        assert_eq!(status(&world, &org, ELSEWHERE, path, params).await, 403, "{path}");
        let wrong = signed_with(&world, "guess", path, params).await;
        assert_eq!((wrong.status.as_u16(), wrong.text.as_str()), (403, ""), "{path}");
        let missing = post(&world, path, encode(params), None).await;
        assert_eq!((missing.status.as_u16(), missing.text.as_str()), (403, ""), "{path}");
    }
    assert_eq!(known().await, before);
    let answer = signed(&world, &org, VOICE, &browsers).await;
    assert!(answer.text.contains("<Conference "), "the same with the right signature: {}", answer.text);
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[tokio::test]
async fn in_an_account_that_is_shared_only_the_observed_organisation_is_observed() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let mut tx = world.store.begin(other.scope).await.expect("begin");
    let settings = tx.twilio_settings().await.expect("read").expect("planted");
    let shared = TwilioSettings { account_sid: org.account_sid.clone(), ..settings };
    tx.put_twilio_settings(&shared).await.expect("put");
    tx.commit().await.expect("commit");
    let neighbour = Planted { account_sid: org.account_sid.clone(), ..other };
    observe(&world, &org).await;
    assert_eq!(mismatching_text(&world, &org, "SM1").await, 200);
    assert_eq!(mismatching_text(&world, &neighbour, "SM1").await, 403);
    assert_eq!(signed(&world, &neighbour, SMS, &text(&neighbour, "SM1", "hello")).await.status.as_u16(), 200);
}

#[tokio::test]
async fn observing_ends_by_itself_or_when_told() {
    let world = World::new();
    let org = world.plant().await;
    observe(&world, &org).await;
    world.clock.advance(TimeDelta::hours(1) - TimeDelta::milliseconds(1));
    assert_eq!(mismatching_text(&world, &org, "SM1").await, 200);
    world.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(mismatching_text(&world, &org, "SM2").await, 403);
    observe(&world, &org).await;
    assert_eq!(mismatching_text(&world, &org, "SM3").await, 200);
    assert_eq!(set_mode(&world, &org, json!({"mode": "enforce"})).await.status.as_u16(), 200);
    assert_eq!(mismatching_text(&world, &org, "SM4").await, 403);
}

#[tokio::test(start_paused = true)]
async fn another_nodes_choice_is_felt_within_seconds() {
    let world = World::new();
    let org = world.plant().await;
    assert_eq!(signed(&world, &org, SMS, &text(&org, "SM1", "hello")).await.status.as_u16(), 200);
    let until = Some(noon() + TimeDelta::hours(72));
    for (mode, until, status) in [(SignatureMode::Observe, until, 200), (SignatureMode::Enforce, None, 403)] {
        let change = ModeChange { mode, until, changed_by: "Ada".to_owned(), changed_at: noon() };
        let mut tx = world.store.begin(org.scope).await.expect("begin");
        tx.insert_signature_mode(&change).await.expect("insert");
        tx.commit().await.expect("commit");
        advance(Duration::from_secs(2)).await;
        assert_eq!(mismatching_text(&world, &org, "SM2").await, status, "{mode}");
    }
}

#[tokio::test]
async fn every_choice_is_kept_and_shown() {
    let world = World::new();
    let org = world.plant().await;
    let shown = async || world.operate("GET", &path(&org), Some(OPERATOR_TOKEN), None).await.json();
    let unchecked = json!({"lastVerifiedAt": null, "lastMismatchAt": null, "lastMismatch": null});
    assert_eq!(
        shown().await,
        json!({"mode": "enforce", "observeUntil": null, "webhookCheck": unchecked, "changes": []})
    );
    let first = json!({
        "mode": "observe", "until": "2026-01-04T12:00:00.000Z", "changedBy": "Ada", "changedAt": "2026-01-01T12:00:00.000Z"
    });
    let answer = set_mode(&world, &org, json!({"mode": "observe", "hours": 72, "changedBy": "Ada"})).await;
    let expected = json!({
        "mode": "observe", "observeUntil": "2026-01-04T12:00:00.000Z", "webhookCheck": unchecked, "changes": [first]
    });
    assert_eq!(answer.json(), expected);
    let admin = world.login(&org.admin).await;
    let config = world.call("GET", "/api/twilio/config", Some(&admin), None).await.json();
    assert_eq!(
        (&config["config"]["signatureMode"], &config["config"]["observeUntil"]),
        (&json!("observe"), &json!("2026-01-04T12:00:00.000Z"))
    );
    set_mode(&world, &org, json!({"mode": "enforce", "hours": 5})).await;
    let second = json!({
        "mode": "enforce", "until": null, "changedBy": "operator", "changedAt": "2026-01-01T12:00:00.000Z"
    });
    let after = shown().await;
    assert_eq!((&after["mode"], &after["changes"]), (&json!("enforce"), &json!([second, first])));
    for (field, wrong) in [
        ("mode", json!({})),
        ("mode", json!({"mode": "off", "hours": 1})),
        ("mode", json!({"mode": 5})),
        ("hours", json!({"mode": "observe"})),
        ("hours", json!({"mode": "observe", "hours": 0})),
        ("hours", json!({"mode": "observe", "hours": 73})),
        ("hours", json!({"mode": "observe", "hours": -1})),
        ("hours", json!({"mode": "observe", "hours": 9_223_372_036_854_775_807_i64})),
        ("hours", json!({"mode": "observe", "hours": 1.5})),
        ("changedBy", json!({"mode": "enforce", "changedBy": "x".repeat(101)})),
    ] {
        let answer = set_mode(&world, &org, wrong.clone()).await;
        answer.is_refusal(422, "invalid");
        assert_eq!(answer.json()["details"][0]["field"], field, "{wrong}");
    }
    assert_eq!(shown().await, after);
}

#[tokio::test]
async fn what_was_found_out_is_shown_to_the_organisations_admins_and_to_operators() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let check = async |org: &Planted| {
        world.scribe.write().await;
        let admin = world.login(&org.admin).await;
        let config = world.call("GET", "/api/twilio/config", Some(&admin), None).await.json();
        let operators = world.operate("GET", &path(org), Some(OPERATOR_TOKEN), None).await.json();
        assert_eq!(config["config"]["webhookCheck"], operators["webhookCheck"]);
        operators["webhookCheck"].clone()
    };
    let now = "2026-01-01T12:00:00.000Z";
    assert_eq!(mismatching_text(&world, &org, "SM1").await, 403);
    let url = format!("{ELSEWHERE}{SMS}");
    assert_eq!(
        check(&org).await,
        json!({
            "lastVerifiedAt": null, "lastMismatchAt": now, "lastMismatch": format!("valid for {url}: check PUBLIC_URL")
        })
    );
    assert_eq!(status(&world, &org, PUBLIC_URL, SMS, &text(&org, "SM1", "hello")).await, 200);
    let garbled = text(&org, "SM1", "hello");
    assert_eq!(post(&world, SMS, encode(&garbled), Some("rubbish")).await.status.as_u16(), 403);
    assert_eq!(post(&world, SMS, encode(&garbled), None).await.status.as_u16(), 403);
    assert_eq!(
        check(&org).await,
        json!({
            "lastVerifiedAt": now, "lastMismatchAt": now,
            "lastMismatch": "made with another auth token, or not by Twilio"
        })
    );
    assert_eq!(check(&other).await["lastMismatch"], Value::Null);
}

#[tokio::test]
async fn who_shares_an_account_sees_what_was_verified_for_its_own_numbers() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let mut tx = world.store.begin(other.scope).await.expect("begin");
    let settings = tx.twilio_settings().await.expect("read").expect("planted");
    let shared = TwilioSettings { account_sid: org.account_sid.clone(), ..settings };
    tx.put_twilio_settings(&shared).await.expect("put");
    tx.commit().await.expect("commit");
    assert_eq!(signed(&world, &org, SMS, &text(&org, "SM1", "hello")).await.status.as_u16(), 200);
    let neighbour = Planted { account_sid: org.account_sid.clone(), ..other };
    let stale = signed_with(&world, &org.auth_token, SMS, &text(&neighbour, "SM2", "hello")).await;
    assert_eq!(stale.status.as_u16(), 403);
    world.scribe.write().await;
    let now = json!("2026-01-01T12:00:00.000Z");
    for (whose, verified, mismatch) in [(&org, &now, &Value::Null), (&neighbour, &Value::Null, &now)] {
        let shown = world.operate("GET", &path(whose), Some(OPERATOR_TOKEN), None).await.json();
        let check = &shown["webhookCheck"];
        assert_eq!((&check["lastVerifiedAt"], &check["lastMismatchAt"]), (verified, mismatch));
    }
}
