//! An organisation's numbers over HTTP: shapes and statuses. The rules are tested in `switchboard-domain`.

use chrono::TimeDelta;
use serde_json::{Value, json};
use switchboard_domain::access::Role;
use switchboard_domain::testing::fixtures::Planted;

use crate::harness::{Answer, World};

const NUMBERS: &str = "/api/twilio/numbers";
const ORGANIZATION: &str = "/api/organizations/current";

fn path(org: &Planted) -> String {
    format!("{NUMBERS}/{}", org.number.to_string().replace('+', "%2B"))
}

async fn save(world: &World, org: &Planted, form: Value) -> Answer {
    let admin = world.login(&org.admin).await;
    world.call("PUT", &path(org), Some(&admin), Some(form)).await
}

/// What is told of a number about which nothing was decided.
fn plain(org: &Planted) -> Value {
    json!({
        "phoneNumber": org.number.as_str(), "hours": null, "holidays": [], "team": [],
        "greeting": {"text": "Thank you for calling. Nobody can take your call right now. \
            Please leave a message after the tone, and we will call you back."},
        "phones": [], "ringSeconds": 45, "phoneRingSeconds": 20, "voicemail": true, "recordCalls": false,
        "isOpen": true
    })
}

/// A number about which everything was decided. It is noon of a Thursday.
fn decided(org: &Planted) -> Value {
    json!({
        "phoneNumber": org.number.as_str(),
        "hours": [
            {"day": "monday", "from": "09:00", "to": "17:30"},
            {"day": "thursday", "from": "00:00", "to": "24:00"},
            {"day": "sunday", "from": "22:00", "to": "06:00"},
        ],
        "holidays": ["2026-12-25"], "team": [org.agent.id.to_string()],
        "greeting": {"recordingUrl": "https://media.example/greeting.mp3"}, "phones": ["+16475550188"],
        "ringSeconds": 30, "phoneRingSeconds": 15, "voicemail": false, "recordCalls": true, "isOpen": true
    })
}

#[tokio::test]
async fn an_admin_decides_and_everybody_reads() {
    let world = World::new();
    let org = world.plant().await;
    let viewer = world.login(&world.hire(&org, Role::Viewer).await).await;
    let read = async || world.call("GET", NUMBERS, Some(&viewer), None).await.json();
    assert_eq!(read().await, json!({"timezone": "UTC", "numbers": [plain(&org)]}));
    let saved = save(&world, &org, decided(&org)).await;
    assert_eq!(saved.status.as_u16(), 200, "{}", saved.text);
    assert_eq!(saved.json(), json!({"number": decided(&org)}), "what is read can be saved");
    assert_eq!(read().await["numbers"], json!([decided(&org)]));
    let one = world.call("GET", &path(&org), Some(&viewer), None).await;
    assert_eq!(one.json(), json!({"number": decided(&org)}));
    let emptied = save(&world, &org, json!({})).await;
    assert_eq!(emptied.json(), json!({"number": plain(&org)}), "what is left out is as it was at first");
    let never = save(&world, &org, json!({"hours": []})).await.json();
    assert_eq!((&never["number"]["hours"], &never["number"]["isOpen"]), (&json!([]), &json!(false)));
}

#[tokio::test]
async fn it_is_open_by_the_organisations_clocks() {
    let world = World::new();
    let org = world.plant().await;
    let admin = world.login(&org.admin).await;
    let hours = json!({"hours": [{"day": "thursday", "from": "17:00", "to": "18:00"}]});
    assert_eq!(save(&world, &org, hours).await.json()["number"]["isOpen"], false, "it is noon in UTC");
    let change = json!({"timezone": "Asia/Kolkata"});
    let changed = world.call("PATCH", ORGANIZATION, Some(&admin), Some(change)).await.json();
    assert_eq!(changed["organization"]["timezone"], "Asia/Kolkata");
    let read = async || world.call("GET", NUMBERS, Some(&admin), None).await.json();
    let numbers = read().await;
    assert_eq!(
        (&numbers["timezone"], &numbers["numbers"][0]["isOpen"]),
        (&json!("Asia/Kolkata"), &json!(true))
    );
    world.clock.advance(TimeDelta::minutes(30));
    assert_eq!(read().await["numbers"][0]["isOpen"], false, "18:00 is not before 18:00");
}

#[tokio::test]
async fn an_organisation_without_numbers_has_none() {
    let world = World::new();
    let registration = json!({
        "organization": {"name": "New"},
        "admin": {"email": "new@acme.example", "password": "correct horse", "first_name": "N", "last_name": "E"}
    });
    let registered = world.call("POST", "/api/auth/register", None, Some(registration)).await.json();
    let token = registered["token"].as_str().expect("a token");
    let numbers = world.call("GET", NUMBERS, Some(token), None).await;
    assert_eq!(numbers.json(), json!({"timezone": "UTC", "numbers": []}));
    let one = world.call("PUT", "/api/twilio/numbers/%2B14155550123", Some(token), Some(json!({}))).await;
    one.is_refusal(404, "not_found");
}

#[tokio::test]
async fn what_is_wrong_with_a_line_is_told_by_field() {
    let world = World::new();
    let (org, other) = (world.plant().await, world.plant().await);
    let admin = world.login(&org.admin).await;
    let opening = |day, from, to| json!({"day": day, "from": from, "to": to});
    let nine = opening("monday", "09:00", "17:00");
    for (fields, form) in [
        (vec!["hours.1.from", "hours.2"], json!({"hours": [nine, opening("friday", "9", "17:00"), nine]})),
        (vec!["hours.0.day", "hours.0.from", "hours.0.to"], json!({"hours": [{}]})),
        (vec!["team.0"], json!({"team": [other.agent.id.to_string()]})),
        (vec!["phones.0"], json!({"phones": [org.number.as_str()]})),
        (vec!["greeting.recordingUrl"], json!({"greeting": {"recordingUrl": "http://media.example/a.mp3"}})),
        (vec!["greeting.text"], json!({"greeting": {"text": "a\0b"}})),
        (vec!["ringSeconds", "holidays.0"], json!({"ringSeconds": 0, "holidays": ["Christmas"]})),
    ] {
        let answer = save(&world, &org, form).await;
        answer.is_refusal(422, "invalid");
        let details = answer.json()["details"].clone();
        let told: Vec<_> =
            details.as_array().expect("details").iter().map(|it| it["field"].clone()).collect();
        assert_eq!(told, fields, "{}", answer.text);
    }
    for form in
        [json!({"hours": "always"}), json!({"ringSeconds": 1.5}), json!({"voicemail": "yes"}), json!([])]
    {
        save(&world, &org, form).await.is_refusal(422, "invalid");
    }
    for number in ["nonsense", "%FF", "%2B", &other.number.to_string().replace('+', "%2B")] {
        let path = format!("{NUMBERS}/{number}");
        world.call("PUT", &path, Some(&admin), Some(json!({}))).await.is_refusal(404, "not_found");
    }
}

#[tokio::test]
async fn an_admin_names_the_organisation_and_its_time_zone() {
    let world = World::new();
    let org = world.plant().await;
    let (admin, agent) = (world.login(&org.admin).await, world.login(&org.agent).await);
    let read =
        async || world.call("GET", ORGANIZATION, Some(&agent), None).await.json()["organization"].clone();
    let before = read().await;
    assert_eq!((&before["region"], &before["timezone"]), (&json!("US"), &json!("UTC")));
    for (field, change) in [
        ("timezone", json!({"name": "Never", "timezone": "Mars/Olympus"})),
        ("name", json!({"name": " "})),
        ("name", json!({"name": "x".repeat(101)})),
    ] {
        let answer = world.call("PATCH", ORGANIZATION, Some(&admin), Some(change)).await;
        answer.is_refusal(422, "invalid");
        assert_eq!(answer.json()["details"][0]["field"], field);
    }
    assert_eq!(read().await, before, "nothing changed");
    let change = json!({"name": "Acme & Co", "timezone": "Europe/Berlin", "slug": "ignored"});
    let changed = world.call("PATCH", ORGANIZATION, Some(&admin), Some(change)).await;
    assert_eq!(changed.status.as_u16(), 200, "{}", changed.text);
    assert_eq!(changed.json()["organization"], read().await);
    let after = read().await;
    assert_eq!((&after["name"], &after["timezone"]), (&json!("Acme & Co"), &json!("Europe/Berlin")));
    assert_eq!(after["slug"], before["slug"]);
}
