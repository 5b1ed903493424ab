//! Trouble with the database is 503 with Retry-After, never 401, and nothing is told of what went wrong inside.

use std::sync::Arc;

use serde_json::json;
use switchboard_domain::events::CallId;
use switchboard_domain::people::User;
use switchboard_domain::ports::StoreError;
use switchboard_domain::twilio_settings::Identity;

use crate::fragile::{Fragile, away, faulty};
use crate::harness::{PUBLIC_URL, World};
use crate::webhooks::{CALL_STATUS, VOICE, call, encode, params, post, signed, signed_with};

#[tokio::test]
async fn a_database_that_is_away_is_503_and_a_fault_is_500_without_a_word() {
    for (fault, status, code) in [(away as fn() -> StoreError, 503, "unavailable"), (faulty, 500, "internal")]
    {
        let fragile = Arc::new(Fragile::default());
        let world = World::over(fragile.mem.clone(), fragile.clone(), fragile.clone());
        let org = world.plant().await;
        let token = world.login(&org.admin).await;
        fragile.breaks(fault);
        let login = json!({"email": org.admin.email, "password": "correct horse"});
        let contact = json!({"first_name": "Bo"});
        for (method, path, body) in [
            ("POST", "/api/auth/login", Some(login)),
            ("GET", "/api/auth/me", None),
            ("POST", "/api/contacts", Some(contact)),
            ("GET", "/health/ready", None),
        ] {
            let answer = world.call(method, path, Some(&token), body).await;
            answer.is_refusal(status, code);
            assert!(!answer.text.contains("secret"), "{}", answer.text);
            assert_eq!(answer.headers.contains_key("retry-after"), status == 503, "{path}");
        }
        assert_eq!(world.call("GET", "/health/live", None, None).await.status.as_u16(), 200);
    }
}

#[tokio::test]
async fn a_call_comes_back_by_itself_and_rings_once_when_the_database_is_back() {
    let fragile = Arc::new(Fragile::default());
    let world = World::over(fragile.mem.clone(), fragile.clone(), fragile.clone());
    let org = world.plant().await;
    let (earlier, late) = (call(&org, "CA1", "+16475550100"), call(&org, "CA2", "+16475550101"));
    signed(&world, &org, VOICE, &earlier).await; // from then on the token is known
    fragile.breaks(away);
    let mut path = VOICE.to_owned();
    for again in 1..=6 {
        let answer = signed(&world, &org, &path, &late).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
        path = format!("{VOICE}?again={again}");
        let redirect = format!("<Redirect method=\"POST\">{PUBLIC_URL}{path}#");
        assert!(answer.text.contains(&redirect), "{}", answer.text);
    }
    let answer = signed(&world, &org, &path, &late).await;
    let digits = org.number.as_str().trim_start_matches('+');
    assert!(answer.text.contains("<Record "), "{}", answer.text);
    assert!(answer.text.contains(&format!("/recording?to=%2B{digits}&amp;voicemail=1")), "{}", answer.text);
    let waits = signed(&world, &org, "/api/twilio/webhook/wait", &earlier).await;
    assert!(waits.text.contains("<Play>"), "who waits goes on waiting: {}", waits.text);
    let mut patient = earlier.clone();
    patient.push(("QueueTime".to_owned(), "600".to_owned()));
    let leaves = signed(&world, &org, "/api/twilio/webhook/wait", &patient).await;
    assert!(leaves.text.contains("<Leave"), "but not for ever: {}", leaves.text);
    let identity = Identity { org: org.scope.org(), user: org.agent.id };
    let browser = call(&org, "CA3", &format!("client:{identity}"));
    let known = format!("{VOICE}?conference={}&participant=agent&again=6", CallId::generate());
    let put_off = signed(&world, &org, &known, &browser).await;
    let is_put_off = put_off.text.contains("later.") && !put_off.text.contains("<Record");
    assert!(is_put_off, "a browser leaves no message: {}", put_off.text);
    let wrong = signed_with(&world, "wrong", VOICE, &late).await;
    assert_eq!((wrong.status.as_u16(), wrong.text.as_str()), (403, ""), "nobody gets by because it is away");
    let told = signed(&world, &org, CALL_STATUS, &late).await;
    assert_eq!(told.status.as_u16(), 204, "what nobody waits for is put away");
    fragile.is_mended();
    for path in [VOICE, &path] {
        let answer = signed(&world, &org, path, &late).await;
        assert!(answer.text.contains("<Enqueue "), "{}", answer.text);
    }
    assert_eq!(world.events(&org).await, 2, "each rang once");
}

#[tokio::test]
async fn a_browser_comes_back_for_its_call_and_is_let_in_when_the_database_is_back() {
    let fragile = Arc::new(Fragile::default());
    let world = World::over(fragile.mem.clone(), fragile.clone(), fragile.clone());
    let org = world.plant().await;
    let token = world.login(&org.agent).await;
    signed(&world, &org, VOICE, &call(&org, "CA1", "+16475550100")).await;
    let which = Some(json!({"callSid": "CA1"}));
    let taken = world.call("POST", "/api/twilio/incoming-calls/accept", Some(&token), which).await;
    let id = taken.json()["conferenceId"].as_str().expect("an id").to_owned();
    let leg = |user: &User, own: &[(&str, &str)]| {
        let identity = Identity { org: org.scope.org(), user: user.id };
        [call(&org, "CA2", &format!("client:{identity}")), params(own)].concat()
    };
    let (grace, ada) = (leg(&org.agent, &[]), leg(&org.admin, &[]));
    fragile.breaks(away);
    let first = leg(&org.agent, &[("participant", "agent"), ("conference", &id)]);
    let mut path = where_to(&signed(&world, &org, VOICE, &first).await.text);
    for _ in 0..2 {
        path = where_to(&signed(&world, &org, &path, &grace).await.text);
    }
    fragile.is_mended();
    assert_eq!(post(&world, &path, encode(&grace), None).await.status.as_u16(), 403, "nobody signed it");
    let refused = signed(&world, &org, &path, &ada).await;
    assert!(refused.text.contains("cannot be connected"), "it is not Ada's: {}", refused.text);
    let answer = signed(&world, &org, &path, &grace).await;
    assert!(answer.text.contains("<Conference "), "{}", answer.text);
    assert!(answer.text.contains(&id), "{}", answer.text);
}

#[tokio::test]
async fn what_is_no_call_is_not_written_into_an_address() {
    let fragile = Arc::new(Fragile::default());
    let world = World::over(fragile.mem.clone(), fragile.clone(), fragile.clone());
    let org = world.plant().await;
    fragile.breaks(away);
    let id = CallId::generate().to_string();
    for (from, conference, participant) in [
        ("client:x", "<Dial>", "agent"),
        ("client:x", "1&org=2", "agent"),
        ("client:x", &id, "customer"),
        ("client:x", &id, "agent&org=2"),
        ("+16475550100", &id, "agent"),
    ] {
        let own = params(&[("participant", participant), ("conference", conference)]);
        let answer = signed(&world, &org, VOICE, &[call(&org, "CA2", from), own].concat()).await;
        assert_eq!(where_to(&answer.text), format!("{VOICE}?again=1"), "{from} {conference} {participant}");
    }
}

/// Where a call is sent on to: path and query.
fn where_to(document: &str) -> String {
    let (_, url) = document.split_once(&format!(">{PUBLIC_URL}")).expect("an address of ours");
    url.split(['#', '<']).next().unwrap_or_default().replace("&amp;", "&")
}
