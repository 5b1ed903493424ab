//! An organisation's settings at Twilio over HTTP: shapes and statuses. The rules are tested in `switchboard-domain`.

use std::time::Duration;

use serde_json::{Value, json};
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{AccountNumber, Store};
use switchboard_domain::testing::Outcome;
use switchboard_domain::testing::fixtures::Planted;

use crate::harness::{Answer, World};
use crate::webhooks::{SMS, signed_with, text};

pub const CONFIG: &str = "/api/twilio/config";
const NUMBER: &str = "+14155550123";

/// What an admin saves: another account than the planted one, with one number.
pub fn form() -> Value {
    json!({
        "accountSid": "AC00000000000000000000000000000001", "authToken": "very secret token",
        "apiKeySid": "SK00000000000000000000000000000001", "apiKeySecret": "very secret key",
        "phoneNumber": "(415) 555-0123"
    })
}

pub fn stock(world: &World) {
    world.twilio.add_number(AccountNumber {
        sid: "PN1".to_owned(),
        number: PhoneNumber::from_e164(NUMBER),
        friendly_name: String::new(),
        voice: true,
        sms: true,
    });
}

async fn save(world: &World, token: &str, form: Value) -> Answer {
    world.call("POST", CONFIG, Some(token), Some(form)).await
}

/// The organisation as its saved settings have it.
fn as_saved(org: &Planted) -> Planted {
    Planted {
        account_sid: "AC00000000000000000000000000000001".to_owned(),
        number: PhoneNumber::from_e164(NUMBER),
        ..org.clone()
    }
}

async fn text_status(world: &World, org: &Planted, token: &str) -> u16 {
    signed_with(world, token, SMS, &text(org, "SM1", "hello")).await.status.as_u16()
}

#[tokio::test]
async fn settings_are_saved_and_shown_without_their_secrets() {
    let world = World::new();
    let org = world.plant().await;
    let admin = world.login(&org.admin).await;
    stock(&world);
    let answer = save(&world, &admin, form()).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    let saved = answer.json();
    let application = saved["config"]["applicationSid"].as_str().expect("an application");
    let webhooks = &saved["config"]["webhooks"];
    assert_eq!(
        saved,
        json!({
            "configured": true,
            "config": {
                "accountSid": "AC00000000000000000000000000000001", "hasAuthToken": true,
                "previousTokenUntil": null,
                "apiKeySid": "SK00000000000000000000000000000001", "hasApiKeySecret": true,
                "phoneNumber": NUMBER, "phoneNumbers": [NUMBER], "messagingServiceSid": null,
                "applicationSid": application, "signatureMode": "enforce", "observeUntil": null,
                "webhooks": webhooks,
                "webhookCheck": {"lastVerifiedAt": null, "lastMismatchAt": null, "lastMismatch": null},
                "updatedAt": "2026-01-01T12:00:00.000Z"
            }
        })
    );
    assert_eq!(webhooks["setAt"], "2026-01-01T12:00:00.000Z");
    for (name, path) in
        [("voice", "voice"), ("sms", "sms"), ("callStatus", "call-status"), ("messageStatus", "sms-status")]
    {
        let url = webhooks[name].as_str().expect("a URL");
        assert!(url.starts_with(&format!("https://desk.example/api/twilio/webhook/{path}#")), "{url}");
    }
    let shown = world.call("GET", CONFIG, Some(&admin), None).await;
    assert_eq!(shown.json(), saved);
    for text in [&answer.text, &shown.text] {
        assert!(!text.contains("very secret"), "{text}");
    }
    let again = json!({
        "accountSid": saved["config"]["accountSid"], "authToken": null, "apiKeySid": saved["config"]["apiKeySid"],
        "apiKeySecret": "", "phoneNumber": NUMBER, "phoneNumbers": saved["config"]["phoneNumbers"],
        "messagingServiceSid": null
    });
    let answer = save(&world, &admin, again).await;
    assert_eq!(answer.json(), saved, "what is shown can be sent back");
}

#[tokio::test]
async fn who_has_no_settings_yet_is_told_so() {
    let world = World::new();
    let registration = json!({
        "organization": {"name": "New"},
        "admin": {"email": "new@acme.example", "password": "correct horse", "first_name": "N", "last_name": "N"}
    });
    let registered = world.call("POST", "/api/auth/register", None, Some(registration)).await.json();
    let admin = registered["token"].as_str().expect("a token");
    let shown = world.call("GET", CONFIG, Some(admin), None).await;
    assert_eq!(shown.json(), json!({"configured": false, "config": null}));
    world.call("POST", "/api/twilio/token", Some(admin), None).await.is_refusal(409, "not_configured");
    stock(&world);
    assert_eq!(save(&world, admin, form()).await.status.as_u16(), 200);
    assert_eq!(world.call("POST", "/api/twilio/token", Some(admin), None).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_token_that_was_saved_counts_at_once_and_the_one_before_too() {
    let world = World::new();
    let org = world.plant().await;
    let admin = world.login(&org.admin).await;
    stock(&world);
    let saved_org = as_saved(&org);
    assert_eq!(text_status(&world, &org, &org.auth_token).await, 200);
    assert_eq!(text_status(&world, &saved_org, "very secret token").await, 403, "an unknown account");
    save(&world, &admin, form()).await;
    assert_eq!(text_status(&world, &saved_org, "very secret token").await, 200);
    assert_eq!(text_status(&world, &org, &org.auth_token).await, 403, "the account is not used any more");

    let mut rotated = form();
    rotated["authToken"] = json!("a new token");
    let answer = save(&world, &admin, rotated.clone()).await.json();
    assert_eq!(answer["config"]["previousTokenUntil"], "2026-01-02T12:00:00.000Z");
    for token in ["a new token", "very secret token"] {
        assert_eq!(text_status(&world, &saved_org, token).await, 200, "{token}");
    }
    rotated["authToken"] = json!("another token");
    world.twilio.answer(3);
    world.twilio.next(Outcome::refused(400, 21402, "VoiceUrl is not valid"));
    save(&world, &admin, rotated).await.is_refusal(502, "twilio_refused");
    assert_eq!(text_status(&world, &saved_org, "another token").await, 200, "it is saved all the same");
}

#[tokio::test]
async fn a_sid_in_capitals_is_the_same_account_at_once() {
    let world = World::new();
    let org = world.plant().await;
    let admin = world.login(&org.admin).await;
    stock(&world);
    let saved_org = Planted { account_sid: format!("AC{}", "ab".repeat(16)), ..as_saved(&org) };
    assert_eq!(
        text_status(&world, &saved_org, "very secret token").await,
        403,
        "it is remembered as nobody's"
    );
    let mut shouted = form();
    shouted["accountSid"] = json!(format!("AC{}", "AB".repeat(16)));
    let saved = save(&world, &admin, shouted).await.json();
    assert_eq!(saved["config"]["accountSid"], saved_org.account_sid);
    assert_eq!(text_status(&world, &saved_org, "very secret token").await, 200);
}

#[tokio::test]
async fn what_twilio_says_is_passed_on() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let admin = world.login(&org.admin).await;
    stock(&world);
    world.twilio.next(Outcome::refused(401, 20003, "Authenticate"));
    let refused = save(&world, &admin, form()).await;
    refused.is_refusal(422, "twilio_refused");
    let body = refused.json();
    assert_eq!((&body["twilioCode"], &body["twilioMessage"]), (&json!(20003), &json!("Authenticate")));
    assert_eq!(body["details"], json!([{"field": "authToken", "message": "Authenticate"}]));
    for (outcome, seconds) in [
        (Outcome::Unreachable, "5"),
        (Outcome::Lost, "5"),
        (Outcome::Busy(None), "5"),
        (Outcome::Busy(Some(Duration::from_millis(6_500))), "7"),
    ] {
        world.twilio.next(outcome.clone());
        let failed = save(&world, &admin, form()).await;
        failed.is_refusal(503, "unavailable");
        assert_eq!(failed.headers["retry-after"], seconds, "{outcome:?}");
        assert!(!failed.text.contains("told to"), "{}", failed.text);
    }
    let mut foreign = form();
    foreign["phoneNumber"] = json!("+14155550199");
    let refused = save(&world, &admin, foreign).await;
    refused.is_refusal(422, "invalid");
    assert_eq!(refused.json()["details"][0]["field"], "phoneNumber");

    let their_admin = world.login(&other.admin).await;
    assert_eq!(save(&world, &their_admin, form()).await.status.as_u16(), 200);
    let taken = save(&world, &admin, form()).await;
    taken.is_refusal(409, "already_exists");
    for theirs in [other.scope.org().to_string(), other.admin.email.clone()] {
        assert!(!taken.text.contains(&theirs), "{}", taken.text);
    }
}

#[tokio::test]
async fn what_was_saved_but_not_told_to_twilio_says_so() {
    let world = World::new();
    let org = world.plant().await;
    let admin = world.login(&org.admin).await;
    stock(&world);
    for (outcome, status, code) in [
        (Outcome::refused(400, 21402, "VoiceUrl is not valid"), 502, "twilio_refused"),
        (Outcome::Unanswered, 503, "unavailable"),
    ] {
        world.twilio.answer(3);
        world.twilio.next(outcome);
        let failed = save(&world, &admin, form()).await;
        failed.is_refusal(status, code);
        assert!(failed.json()["message"].as_str().expect("words").contains("saved"), "{}", failed.text);
        assert_eq!(failed.headers.contains_key("retry-after"), status == 503);
        let shown = world.call("GET", CONFIG, Some(&admin), None).await.json();
        assert_eq!(shown["config"]["phoneNumber"], NUMBER);
        assert_eq!(shown["config"]["webhooks"]["setAt"], Value::Null);
    }
    let saved = save(&world, &admin, form()).await.json();
    assert_eq!(saved["config"]["webhooks"]["setAt"], "2026-01-01T12:00:00.000Z");
}

#[tokio::test]
async fn clumsy_settings_are_named() {
    let world = World::new();
    let org = world.plant().await;
    let admin = world.login(&org.admin).await;
    let with = |field: &str, value: Value| {
        let mut form = form();
        form[field] = value;
        form
    };
    for (field, form) in [
        ("accountSid", json!({})),
        ("accountSid", with("accountSid", json!(5))),
        ("accountSid", with("accountSid", json!("AC1\0"))),
        ("accountSid", with("accountSid", json!("x".repeat(100_000)))),
        ("authToken", with("authToken", json!({"a": 1}))),
        ("authToken", with("authToken", json!("x".repeat(100_000)))),
        ("phoneNumber", with("phoneNumber", json!("+"))),
        ("phoneNumbers", with("phoneNumbers", json!("+14155550123"))),
        ("phoneNumbers[1]", with("phoneNumbers", json!(["+14155550124", 5]))),
        ("phoneNumbers.0", with("phoneNumbers", json!(["\u{202e}5550124"]))),
        ("phoneNumbers", with("phoneNumbers", json!(vec!["+14155550124"; 10_000]))),
        ("messagingServiceSid", with("messagingServiceSid", json!("MG/../x"))),
    ] {
        let answer = save(&world, &admin, form.clone()).await;
        answer.is_refusal(422, "invalid");
        assert_eq!(answer.json()["details"][0]["field"], field, "{}", answer.text);
    }
    assert_eq!(world.twilio.asked(), []);
}

#[tokio::test]
async fn a_browser_gets_a_token_and_keeps_it_to_itself() {
    let world = World::new();
    let org = world.plant().await;
    let agent = world.login(&org.agent).await;
    let answer = world.call("POST", "/api/twilio/token", Some(&agent), None).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["cache-control"]),
        (200, &"no-store".parse().unwrap())
    );
    let body = answer.json();
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let application = tx.twilio_settings().await.expect("read").and_then(|settings| settings.application_sid);
    let simple = |id: uuid::Uuid| id.simple().to_string();
    let identity = format!("o{}_u{}", simple(org.scope.org().into()), simple(org.agent.id.into()));
    let token = format!("voice {identity} {} 1767272400", application.expect("an application"));
    assert_eq!(body, json!({"token": token, "identity": identity, "phoneNumber": org.number.as_str()}));
}

#[tokio::test]
async fn a_secret_that_no_key_opens_is_our_fault_and_is_not_told() {
    let world = World::new();
    let org = world.plant().await;
    let agent = world.login(&org.agent).await;
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let mut settings = tx.twilio_settings().await.expect("read").expect("planted");
    settings.api_key.as_mut().expect("a key").secret.key_id = "lost key".to_owned();
    tx.put_twilio_settings(&settings).await.expect("put");
    tx.commit().await.expect("commit");
    let answer = world.call("POST", "/api/twilio/token", Some(&agent), None).await;
    answer.is_refusal(500, "internal");
    assert!(!answer.text.contains("lost key"), "{}", answer.text);
}
