//! What an admin sees of the webhooks that came.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use chrono::TimeDelta;
use serde_json::{Value, json};
use switchboard_domain::access::Role;
use switchboard_domain::ports::{Clock, PreviousToken, SecretField, Store};
use switchboard_domain::testing::fixtures::Planted;
use switchboard_domain::twilio_settings::TwilioSettings;
use switchboard_twilio::signature;
use tokio::time::advance;

use crate::account_keys::{save_elsewhere, seal};
use crate::fragile::{Fragile, away};
use crate::harness::{Answer, OPERATOR_TOKEN, World};
use crate::webhooks::{CALL_STATUS, Params, SMS, VOICE, call, encode, post, sign, signed, signed_with, text};

const LIST: &str = "/api/twilio/webhooks";
const NOW: &str = "2026-01-01T12:00:00.000Z";

/// What the organisation's admin sees in the list, once all is written down.
async fn list(world: &World, org: &Planted, query: &str) -> Vec<Value> {
    world.scribe.write().await;
    let admin = world.login(&org.admin).await;
    let answer = world.call("GET", &format!("{LIST}?{query}"), Some(&admin), None).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    answer.json()["webhooks"].as_array().expect("webhooks").clone()
}

/// The newest one, whole.
async fn newest(world: &World, org: &Planted) -> Value {
    let webhooks = list(world, org, "limit=1").await;
    let id = webhooks[0]["id"].as_str().expect("an id");
    let admin = world.login(&org.admin).await;
    world.call("GET", &format!("{LIST}/{id}"), Some(&admin), None).await.json()["webhook"].clone()
}

fn fields<'a>(webhook: &'a Value, names: &[&str]) -> Vec<&'a Value> {
    names.iter().map(|name| &webhook[*name]).collect()
}

async fn deliver(world: &World, org: &Planted, path: &str, params: &Params, header: (&str, &str)) -> Answer {
    let request = Request::post(path)
        .header("X-Twilio-Signature", sign(path, params, &org.auth_token))
        .header(header.0, header.1);
    world.send(request.body(Body::from(encode(params))).expect("a request")).await
}

#[tokio::test]
async fn a_call_is_shown_with_what_it_brought_and_what_was_answered() {
    let world = World::new();
    let org = world.plant().await;
    let mut ringing = call(&org, "CA1", "+16475550100");
    ringing.push(("CallToken".to_owned(), "secret".to_owned()));
    let answer = signed(&world, &org, VOICE, &ringing).await;
    let webhook = newest(&world, &org).await;
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let id = tx.call_by_sid("CA1").await.expect("read").expect("the call").id;
    drop(tx);
    let names =
        ["at", "kind", "from_number", "to_number", "twilio_call_sid", "twilio_message_sid", "call_id"];
    let to = org.number.as_str();
    let expected = [json!(NOW), json!("voice"), json!("+16475550100"), json!(to), json!("CA1"), Value::Null];
    let expected: Vec<_> = expected.into_iter().chain([json!(id.to_string())]).collect();
    assert_eq!(fields(&webhook, &names), expected.iter().collect::<Vec<_>>());
    let names = ["signature", "outcome", "cause", "reason", "status", "is_repeat", "is_late"];
    let expected = json!(["valid", "handled", null, null, 200, false, false]);
    assert_eq!(json!(fields(&webhook, &names)), expected);
    assert_eq!(webhook["answer"], answer.text);
    assert_eq!(webhook["request_id"], answer.headers["x-request-id"].to_str().expect("text"));
    let params = webhook["params"].as_array().expect("params");
    let sent: Vec<_> = ringing.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    assert_eq!(params[..sent.len() - 1], sent[..sent.len() - 1]);
    let signature = sign(VOICE, &ringing, &org.auth_token);
    for secret in ["secret", signature.as_str(), org.auth_token.as_str()] {
        assert!(!webhook.to_string().contains(secret), "{secret} is kept: {webhook}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_signature_is_explained_and_a_right_one_told_apart_by_its_token() {
    let world = World::new();
    let org = world.plant().await;
    let sms = text(&org, "SM1", "hello");
    let elsewhere =
        signature::sign(&format!("http://desk.example{SMS}"), &sms, &org.auth_token.as_str().into());
    for (given, expected) in [
        (
            Some(elsewhere),
            (
                "wrong",
                "wrong_address",
                "valid for http://desk.example/api/twilio/webhook/sms: check PUBLIC_URL",
            ),
        ),
        (
            Some(sign(SMS, &sms, "guess")),
            ("wrong", "wrong_signature", "made with another auth token, or not by Twilio"),
        ),
        (None, ("missing", "missing_signature", "there is no signature")),
    ] {
        assert_eq!(post(&world, SMS, encode(&sms), given.as_deref()).await.status.as_u16(), 403);
        let webhook = newest(&world, &org).await;
        let names = ["signature", "outcome", "cause", "reason", "status"];
        let (verdict, cause, reason) = expected;
        assert_eq!(json!(fields(&webhook, &names)), json!([verdict, "refused", cause, reason, 403]));
        world.clock.advance(TimeDelta::seconds(1));
    }
    let old = org.auth_token.clone();
    save_elsewhere(&world, &org, |settings| TwilioSettings {
        previous_token: Some(PreviousToken {
            token: seal(&org, SecretField::PreviousAuthToken, &org.auth_token),
            until: world.clock.now() + TimeDelta::hours(24),
        }),
        auth_token: seal(&org, SecretField::AuthToken, "the new one"),
        ..settings
    })
    .await;
    advance(Duration::from_secs(2)).await;
    for (token, verdict) in [("the new one", "valid"), (old.as_str(), "valid_replaced")] {
        assert_eq!(signed_with(&world, token, SMS, &sms).await.status.as_u16(), 200);
        assert_eq!(newest(&world, &org).await["signature"], verdict);
        world.clock.advance(TimeDelta::seconds(1));
    }
}

#[tokio::test]
async fn what_is_observed_and_what_leads_nowhere_is_told() {
    let world = World::new();
    let org = world.plant().await;
    let mut elsewhere = call(&org, "CA1", "+16475550100");
    elsewhere[2].1 = "+14155550000".to_owned();
    assert!(signed(&world, &org, VOICE, &elsewhere).await.text.contains("<Reject/>"));
    let webhook = newest(&world, &org).await;
    let names = ["signature", "outcome", "cause", "to_number"];
    assert_eq!(
        json!(fields(&webhook, &names)),
        json!(["valid", "ignored", "nobodys_number", "+14155550000"])
    );

    world.clock.advance(TimeDelta::seconds(1));
    let path = format!("/operator/organizations/{}/signature-mode", org.scope.org());
    let observe = json!({"mode": "observe", "hours": 1});
    assert_eq!(world.operate("PUT", &path, Some(OPERATOR_TOKEN), Some(observe)).await.status.as_u16(), 200);
    assert_eq!(signed_with(&world, "guess", SMS, &text(&org, "SM1", "hello")).await.status.as_u16(), 200);
    let webhook = newest(&world, &org).await;
    let names = ["signature", "outcome", "cause", "status"];
    assert_eq!(json!(fields(&webhook, &names)), json!(["observed", "handled", "wrong_signature", 200]));
    assert!(webhook["message_id"].is_string(), "{webhook}");

    world.clock.advance(TimeDelta::seconds(1));
    let malformed = call(&org, "rubbish", "+16475550100");
    assert_eq!(signed(&world, &org, VOICE, &malformed).await.status.as_u16(), 403);
    let webhook = newest(&world, &org).await;
    assert_eq!(json!(fields(&webhook, &names)), json!(["valid", "refused", "malformed_sid", 403]));
}

#[tokio::test]
async fn what_twilio_sends_again_is_a_repeat() {
    let world = World::new();
    let org = world.plant().await;
    let sms = text(&org, "SM1", "hello");
    let token = "I-Twilio-Idempotency-Token";
    let mut seen = Vec::new();
    for header in [(token, "a"), (token, "a"), (token, "b"), ("X-Nothing", "1"), ("X-Nothing", "2")] {
        assert_eq!(deliver(&world, &org, SMS, &sms, header).await.status.as_u16(), 200);
        seen.push(newest(&world, &org).await["is_repeat"] == true);
        world.clock.advance(TimeDelta::seconds(1));
    }
    assert_eq!(seen, [false, true, false, false, true]);
    let mut later = sms.clone();
    later.push(("SequenceNumber".to_owned(), "2".to_owned()));
    assert_eq!(signed(&world, &org, SMS, &later).await.status.as_u16(), 200);
    assert_eq!(newest(&world, &org).await["is_repeat"], false, "it says something else");
}

#[tokio::test]
async fn what_was_put_away_is_shown_once_and_as_late() {
    let fragile = Arc::new(Fragile::default());
    let world = World::over(fragile.mem.clone(), fragile.clone(), fragile.clone());
    let org = world.plant().await;
    signed(&world, &org, SMS, &text(&org, "SM1", "hello")).await;
    assert_eq!(list(&world, &org, "").await.len(), 1);
    fragile.breaks(away);
    world.clock.advance(TimeDelta::minutes(1));
    assert_eq!(signed(&world, &org, SMS, &text(&org, "SM2", "hello")).await.status.as_u16(), 200);
    world.clock.advance(TimeDelta::minutes(10));
    fragile.is_mended();
    world.replay.take_turns().await;
    let webhooks = list(&world, &org, "").await;
    assert_eq!(webhooks.len(), 2, "{webhooks:?}");
    let names = ["at", "twilio_message_sid", "outcome", "status", "is_late", "is_repeat"];
    let expected = json!(["2026-01-01T12:01:00.000Z", "SM2", "handled", 200, true, false]);
    assert_eq!(json!(fields(&webhooks[0], &names)), expected);
    assert!(webhooks[0]["message_id"].is_string(), "{}", webhooks[0]);
    assert_eq!(newest(&world, &org).await["request_id"], Value::Null);
}

#[tokio::test]
async fn a_call_that_could_not_be_answered_is_shown_with_what_the_caller_heard() {
    let fragile = Arc::new(Fragile::default());
    let world = World::over(fragile.mem.clone(), fragile.clone(), fragile.clone());
    let org = world.plant().await;
    signed(&world, &org, SMS, &text(&org, "SM1", "hello")).await;
    fragile.breaks(away);
    world.clock.advance(TimeDelta::seconds(1));
    signed(&world, &org, VOICE, &call(&org, "CA1", "+16475550100")).await;
    fragile.is_mended();
    let webhook = newest(&world, &org).await;
    let names = ["kind", "signature", "outcome", "cause", "status"];
    assert_eq!(json!(fields(&webhook, &names)), json!(["voice", "valid", "failed", "put_off", 200]));
    assert!(webhook["answer"].as_str().expect("a text").contains("One moment, please."), "{webhook}");
}

#[tokio::test]
async fn what_nobody_writes_down_or_no_database_takes_is_forgotten_and_answered_all_the_same() {
    let fragile = Arc::new(Fragile::default());
    let world = World::over(fragile.mem.clone(), fragile.clone(), fragile.mem.clone());
    let org = world.plant().await;
    let junk = encode(&text(&org, "SM1", "hello"));
    for _ in 0..300 {
        assert_eq!(post(&world, SMS, junk.clone(), Some("junk")).await.status.as_u16(), 403);
    }
    let status = call(&org, "CA1", "+16475550100");
    for _ in 0..2_100 {
        assert_eq!(signed(&world, &org, CALL_STATUS, &status).await.status.as_u16(), 204);
    }
    fragile.breaks(away);
    world.scribe.write().await;
    fragile.is_mended();
    assert_eq!(list(&world, &org, "").await, Vec::<Value>::new(), "the database did not take them");
    assert_eq!(signed(&world, &org, CALL_STATUS, &status).await.status.as_u16(), 204);
    assert_eq!(list(&world, &org, "").await.len(), 1, "there is room again");
}

#[tokio::test]
async fn a_webhook_is_seen_by_the_organisation_that_it_is_about_alone() {
    let world = World::new();
    let (org, other, neighbour) = (world.plant().await, world.plant().await, world.plant().await);
    let mut tx = world.store.begin(neighbour.scope).await.expect("begin");
    let settings = tx.twilio_settings().await.expect("read").expect("planted");
    let shared = TwilioSettings { account_sid: org.account_sid.clone(), ..settings };
    tx.put_twilio_settings(&shared).await.expect("put");
    tx.commit().await.expect("commit");
    let shared = Planted { account_sid: org.account_sid.clone(), ..neighbour.clone() };
    signed_with(&world, "guess", SMS, &text(&shared, "SM1", "hello")).await;
    signed(&world, &shared, SMS, &text(&shared, "SM2", "hello")).await;
    // One that names an organisation of another account in its address.
    let path = format!("{CALL_STATUS}?org={}&call={}", other.scope.org(), uuid::Uuid::new_v4());
    signed(&world, &org, &path, &call(&org, "CA1", "+16475550100")).await;
    // What nobody here uses, or names nothing.
    let nobody = Planted { account_sid: format!("AC{}", "0".repeat(32)), ..org.clone() };
    signed(&world, &nobody, SMS, &text(&nobody, "SM3", "hello")).await;
    assert_eq!(list(&world, &other, "").await, Vec::<Value>::new());
    let (mine, theirs) = (list(&world, &org, "").await, list(&world, &neighbour, "").await);
    assert_eq!((mine.len(), theirs.len()), (1, 2));
    assert_eq!(mine[0]["kind"], "call-status");

    let admin = world.login(&other.admin).await;
    let id = mine[0]["id"].as_str().expect("an id");
    world.call("GET", &format!("{LIST}/{id}"), Some(&admin), None).await.is_refusal(404, "not_found");
    let manager = world.hire(&org, Role::Manager).await;
    let manager = world.login(&manager).await;
    for path in [LIST.to_owned(), format!("{LIST}/{id}")] {
        world.call("GET", &path, Some(&manager), None).await.is_refusal(403, "forbidden");
    }
}

#[tokio::test]
async fn the_list_is_filtered_and_paged() {
    let world = World::new();
    let org = world.plant().await;
    signed(&world, &org, VOICE, &call(&org, "CA1", "+16475550100")).await;
    for n in 0..3 {
        world.clock.advance(TimeDelta::seconds(1));
        signed(&world, &org, SMS, &text(&org, &format!("SM{n}"), "hello")).await;
    }
    world.clock.advance(TimeDelta::seconds(1));
    post(&world, SMS, encode(&text(&org, "SM9", "hello")), Some("junk")).await;
    let all = list(&world, &org, "").await;
    let sids = |webhooks: &[Value]| -> Vec<Value> {
        webhooks.iter().map(|webhook| webhook["twilio_message_sid"].clone()).collect()
    };
    assert_eq!(sids(&all), [json!("SM9"), json!("SM2"), json!("SM1"), json!("SM0"), Value::Null]);
    let id = |of: &str| all.iter().find_map(|webhook| webhook[of].as_str()).expect("an id").to_owned();
    for (query, expected) in [
        ("status=refused".to_owned(), 1),
        ("status=handled&kind=sms".to_owned(), 3),
        ("kind=voice".to_owned(), 1),
        (format!("call={}", id("call_id")), 1),
        (format!("message={}", id("message_id")), 1),
        (format!("message={}", id("call_id")), 0),
        ("limit=2&offset=1".to_owned(), 2),
    ] {
        assert_eq!(list(&world, &org, &query).await.len(), expected, "{query}");
    }
    let admin = world.login(&org.admin).await;
    let page = world.call("GET", &format!("{LIST}?limit=2&offset=1"), Some(&admin), None).await.json();
    assert_eq!(page["pagination"], json!({"total": 5, "limit": 2, "offset": 1}));
    assert!(page["webhooks"][0]["params"].is_null(), "what it brought is shown of one at a time");
    for wrong in ["status=wrong", "kind=x", "call=x", "message=1", "limit=0"] {
        let answer = world.call("GET", &format!("{LIST}?{wrong}"), Some(&admin), None).await;
        answer.is_refusal(422, "invalid");
    }
}
