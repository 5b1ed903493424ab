//! What Twilio tells while the database is away waits on the disk, and is handled once and in order when it is back.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};
use switchboard_domain::calls::{Call, CallState, Leg, LegRole, Place};
use switchboard_domain::ports::{PreviousToken, SecretField, Store};
use switchboard_domain::testing::MemStore;
use switchboard_domain::testing::fixtures::{self, Planted, noon};
use switchboard_domain::twilio_settings::TwilioSettings;
use switchboard_server::Spool;
use tokio::time::{Instant, advance};

use crate::account_keys::{save_elsewhere, seal};
use crate::fragile::{Fragile, away, faulty};
use crate::harness::{OPERATOR_TOKEN, Setup, World};
use crate::webhooks::{
    CALL_STATUS, Params, SMS, call, encode, params, post, sign, signed, signed_with, text,
};

const NOTHING: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#;

const CONFERENCE_STATUS: &str = "/api/twilio/webhook/conference-status";

fn fragile() -> (World, Arc<Fragile>) {
    let fragile = Arc::new(Fragile::default());
    (World::over(fragile.mem.clone(), fragile.clone(), fragile.clone()), fragile)
}

/// Texts this, and expects the answer that a text gets.
async fn send(world: &World, org: &Planted, sid: &str) {
    let answer = signed(world, org, SMS, &text(org, sid, sid)).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, NOTHING), "{sid}");
    assert_eq!(answer.headers["content-type"], "text/xml", "{sid}");
}

async fn refused(world: &World, org: &Planted, sid: &str) {
    signed(world, org, SMS, &text(org, sid, sid)).await.is_refusal(503, "unavailable");
}

/// The names of everything that was told, and of which text or call.
async fn told(world: &World, org: &Planted) -> Vec<String> {
    let mut tx = world.store.begin(org.scope).await.expect("begin");
    let entries = tx.events_after(0, 1000).await.expect("read");
    let named = entries.into_iter().map(|entry| {
        let payload: Value = serde_json::from_str(&entry.payload).expect("JSON");
        let sid = payload["messageSid"].as_str().or(payload["callSid"].as_str());
        format!("{} {}", entry.name, sid.expect("a SID"))
    });
    named.collect()
}

async fn spool(world: &World) -> Value {
    let answer = world.operate("GET", "/operator/spool", Some(OPERATOR_TOKEN), None).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    answer.json()
}

fn over(org: &Planted, sid: &str) -> Params {
    let mut over = call(org, sid, "+16475550100");
    over.push(("CallStatus".to_owned(), "completed".to_owned()));
    over
}

#[tokio::test]
async fn what_comes_while_the_database_is_away_is_handled_once_and_in_order_when_it_is_back() {
    let (world, fragile) = fragile();
    let org = world.plant().await;
    send(&world, &org, "SM1").await; // from then on the token is known
    let ringing = call(&org, "CA1", "+16475550100");
    signed(&world, &org, "/api/twilio/webhook/voice", &ringing).await;
    fragile.breaks(away);
    for sid in ["SM5", "SM3"] {
        send(&world, &org, sid).await;
    }
    let answer = signed(&world, &org, CALL_STATUS, &over(&org, "CA1")).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
    send(&world, &org, "SM3").await; // once more
    world.clock.advance(TimeDelta::minutes(10));
    assert!(!world.replay.take_turns().await);
    let waiting = spool(&world).await;
    let bytes = waiting["bytes"].clone();
    assert!(bytes.as_u64().is_some_and(|bytes| bytes > 500), "{waiting}");
    let account = json!({
        "accountSid": org.account_sid, "entries": 4, "bytes": bytes, "oldestAt": "2026-01-01T12:00:00.000Z"
    });
    assert_eq!(waiting, json!({"entries": 4, "bytes": bytes, "accounts": [account]}));

    fragile.is_mended();
    send(&world, &org, "SM2").await;
    let before = ["incoming-sms SM1", "incoming-call CA1"];
    assert_eq!(told(&world, &org).await, before, "what comes now is behind what waits");
    assert!(!world.replay.take_turns().await, "that was all");
    let after = ["incoming-sms SM5", "incoming-sms SM3", "call-ended CA1", "incoming-sms SM2"];
    assert_eq!(told(&world, &org).await, [&before[..], &after[..]].concat());
    let nothing = json!({"entries": 0, "bytes": 0, "accounts": []});
    assert_eq!(spool(&world).await, nothing);
    world.replay.take_turns().await;
    send(&world, &org, "SM6").await;
    assert_eq!(told(&world, &org).await.len(), 7, "what comes now is handled at once");

    let mut tx = world.store.begin(org.scope).await.expect("begin");
    for (sid, at) in [("SM3", noon()), ("SM2", noon() + TimeDelta::minutes(10))] {
        let stored = tx.message_by_sid(sid).await.expect("read").expect("the message");
        assert_eq!(stored.created_at, at, "{sid} came then");
    }
}

#[tokio::test]
async fn nothing_is_put_away_that_nobody_can_verify() {
    let (world, fragile) = fragile();
    let (org, unheard) = (world.plant().await, world.plant().await);
    send(&world, &org, "SM1").await;
    fragile.breaks(away);
    refused(&world, &unheard, "SM2").await; // its token is not known yet
    let strangers = Planted { account_sid: format!("AC{}", "0".repeat(32)), ..org.clone() };
    refused(&world, &strangers, "SM3").await;
    for is_one_waiting in [false, true] {
        let sms = text(&org, "SM4", "hello");
        let signature = sign(SMS, &sms, &org.auth_token);
        for (why, answer) in [
            ("wrong", signed_with(&world, "guess", SMS, &sms).await),
            ("foreign", signed_with(&world, &unheard.auth_token, SMS, &sms).await),
            ("missing", post(&world, SMS, encode(&sms), None).await),
            ("of another path", post(&world, CALL_STATUS, encode(&sms), Some(&signature)).await),
        ] {
            let answered = (answer.status.as_u16(), answer.text.as_str());
            assert_eq!(answered, (403, ""), "{why}; is one waiting: {is_one_waiting}");
        }
        assert_eq!(spool(&world).await["entries"], i32::from(is_one_waiting));
        send(&world, &org, "SM5").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_was_known_counts_for_a_day() {
    let (world, fragile) = fragile();
    let org = world.plant().await;
    send(&world, &org, "SM1").await;
    fragile.breaks(away);
    advance(Duration::from_secs(24 * 60 * 60 - 1)).await;
    send(&world, &org, "SM2").await;
    advance(Duration::from_secs(1)).await;
    refused(&world, &org, "SM3").await;
}

#[tokio::test(start_paused = true)]
async fn a_database_that_says_nothing_is_waited_for_three_seconds() {
    let (world, fragile) = fragile();
    let org = world.plant().await;
    send(&world, &org, "SM1").await;
    for seconds in [0, 60] {
        advance(Duration::from_secs(seconds)).await; // whatever is still remembered of the token
        fragile.falls_silent();
        let begun = Instant::now();
        send(&world, &org, &format!("SM2{seconds}")).await;
        assert_eq!(begun.elapsed().as_secs(), 3);
        send(&world, &org, &format!("SM3{seconds}")).await;
        assert_eq!(begun.elapsed().as_secs(), 3, "what is behind others does not wait");
        assert!(!world.replay.take_turns().await);
        fragile.is_mended();
        world.replay.take_turns().await;
        assert_eq!(spool(&world).await["entries"], 0);
    }
    let expected = ["SM1", "SM20", "SM30", "SM260", "SM360"].map(|sid| format!("incoming-sms {sid}"));
    assert_eq!(told(&world, &org).await, expected);
}

#[tokio::test]
async fn a_fault_of_ours_is_no_reason_to_put_anything_away() {
    let (world, fragile) = fragile();
    let org = world.plant().await;
    send(&world, &org, "SM1").await;
    fragile.breaks(faulty);
    signed(&world, &org, SMS, &text(&org, "SM2", "hello")).await.is_refusal(500, "internal");
    assert_eq!(spool(&world).await["entries"], 0);
}

#[tokio::test(start_paused = true)]
async fn a_queue_whose_first_cannot_be_handled_rests_longer_and_longer_and_others_go_on() {
    let fragile = Arc::new(Fragile::default());
    let world = World::over(fragile.mem.clone(), fragile.clone(), fragile.mem.clone());
    let (org, other) = (world.plant().await, world.plant().await);
    fragile.breaks(away);
    for who in [&org, &other] {
        send(&world, who, "SM1").await; // whom the token belongs to is known all the time
        send(&world, who, "SM2").await;
    }
    fragile.breaks(faulty);
    for rest in [1, 2, 4, 8, 16, 32, 60, 60] {
        assert!(!world.replay.take_turns().await);
        fragile.is_mended();
        advance(Duration::from_secs(rest) - Duration::from_millis(1)).await;
        assert!(!world.replay.take_turns().await);
        assert_eq!(world.events(&org).await, 0, "it rests for {rest} s");
        fragile.breaks(faulty);
        advance(Duration::from_millis(1)).await;
    }
    fragile.is_mended();
    world.replay.take_turns().await;
    for who in [&org, &other] {
        assert_eq!(told(&world, who).await, ["incoming-sms SM1", "incoming-sms SM2"]);
    }
}

#[tokio::test]
async fn what_is_refused_in_the_end_is_dropped_and_the_next_ones_follow() {
    let (world, fragile) = fragile();
    let (org, other) = (world.plant().await, world.plant().await);
    for who in [&org, &other] {
        send(&world, who, "SM1").await;
    }
    fragile.breaks(away);
    send(&world, &org, "SM2").await;
    let answer = signed(&world, &other, SMS, &text(&other, "no SID", "hello")).await;
    assert_eq!(answer.status.as_u16(), 200);
    send(&world, &other, "SM2").await;
    fragile.is_mended();
    let new = seal(&org, SecretField::AuthToken, "new");
    save_elsewhere(&world, &org, |before| TwilioSettings { auth_token: new, ..before }).await;
    let world = restart(world, &fragile); // nothing of the old token is remembered
    world.replay.take_turns().await;
    assert_eq!(spool(&world).await["entries"], 0);
    assert_eq!(told(&world, &org).await, ["incoming-sms SM1"], "whoever has the old token is nobody now");
    assert_eq!(told(&world, &other).await, ["incoming-sms SM1", "incoming-sms SM2"]);
}

/// The same server after it was killed, with what is on its disk.
fn restart(world: World, fragile: &Arc<Fragile>) -> World {
    let setup = Setup { spool: Some(world.spool.clone()), ..Setup::default() };
    drop(world);
    World::assemble(fragile.mem.clone(), fragile.clone(), fragile.clone(), setup)
}

#[tokio::test(start_paused = true)]
async fn what_waits_survives_the_server() {
    let (world, fragile) = fragile();
    let org = world.plant().await;
    send(&world, &org, "SM1").await;
    fragile.breaks(away);
    send(&world, &org, "SM2").await;
    let busy = Spool::open(world.spool.path()).err().expect("it is in use");
    assert!(format!("{busy:#}").contains("another server uses it"), "{busy:#}");
    let world = restart(world, &fragile);
    assert_eq!(spool(&world).await["entries"], 1);
    refused(&world, &org, "SM3").await; // its token is not known any more
    fragile.is_mended();
    send(&world, &org, "SM3").await;
    rotate_elsewhere(&world, &org).await;
    advance(Duration::from_secs(2)).await;
    let answer = signed_with(&world, "new", SMS, &text(&org, "SM4", "hello")).await;
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(
        told(&world, &org).await,
        ["incoming-sms SM1"],
        "whose token is not known is asked for, and waits"
    );
    world.replay.take_turns().await;
    let expected = ["SM1", "SM2", "SM3", "SM4"].map(|sid| format!("incoming-sms {sid}"));
    assert_eq!(told(&world, &org).await, expected);
    let world = restart(world, &fragile);
    assert_eq!(spool(&world).await["entries"], 0);
}

/// A new token, on another node; the old one counts beside it.
async fn rotate_elsewhere(world: &World, org: &Planted) {
    let token = seal(org, SecretField::PreviousAuthToken, &org.auth_token);
    let previous_token = Some(PreviousToken { token, until: noon() + TimeDelta::hours(24) });
    let auth_token = seal(org, SecretField::AuthToken, "new");
    save_elsewhere(world, org, |before| TwilioSettings { auth_token, previous_token, ..before }).await;
}

#[tokio::test]
async fn a_full_spool_leaves_it_to_twilio_to_try_again() {
    let (world, fragile) = fragile();
    let (org, other) = (world.plant().await, world.plant().await);
    for who in [&org, &other] {
        send(&world, who, "SM0").await;
    }
    fragile.breaks(away);
    let long = "é".repeat(100_000); // over a megabyte, on the disk
    let mut kept = 0;
    loop {
        let answer = signed(&world, &org, SMS, &text(&org, &format!("SM1{kept}"), &long)).await;
        match answer.status.as_u16() {
            200 => kept += 1,
            _ => break answer.is_refusal(503, "unavailable"),
        }
        assert!(kept < 60, "it has an end");
    }
    assert!(kept > 20, "{kept}");
    send(&world, &other, "SM2").await; // there is room for others
    fragile.is_mended();
    while world.replay.take_turns().await {}
    assert_eq!(world.events(&org).await, 1 + kept);
    send(&world, &org, "SM3").await;
    assert_eq!(world.events(&org).await, 2 + kept);
}

#[tokio::test]
async fn nothing_that_waited_rings() {
    let (world, fragile) = fragile();
    for is_away in [false, true] {
        let org = world.plant().await;
        send(&world, &org, "SM1").await;
        let claimed = claimed(&fragile.mem, &org).await;
        let sid = claimed.sid.clone().expect("a SID");
        let mut left = params(&[("StatusCallbackEvent", "participant-leave"), ("CallSid", "CAagent")]);
        left.push(("FriendlyName".to_owned(), format!("org_{}_call_{}_1", org.scope.org(), claimed.id)));
        left.push(("AccountSid".to_owned(), org.account_sid.clone()));
        if is_away {
            fragile.breaks(away);
        }
        let answer = signed(&world, &org, CONFERENCE_STATUS, &left).await;
        assert_eq!(answer.status.as_u16(), 204);
        fragile.is_mended();
        let over = over(&org, &sid);
        assert_eq!(signed(&world, &org, CALL_STATUS, &over).await.status.as_u16(), 204);
        world.replay.take_turns().await;
        let rings = ["call-released", "incoming-call"].map(|name| format!("{name} {sid}"));
        let (sms, ended) = ("incoming-sms SM1".to_owned(), format!("call-ended {sid}"));
        let expected =
            if is_away { vec![sms, ended] } else { [vec![sms], rings.to_vec(), vec![ended]].concat() };
        assert_eq!(told(&world, &org).await, expected, "away: {is_away}");
    }
}

/// A call whose agent is in the conference, and whose customer was not asked in yet.
async fn claimed(store: &MemStore, org: &Planted) -> Call {
    let agent = Leg {
        sid: Some("CAagent".to_owned()),
        role: LegRole::Agent,
        user: Some(org.agent.person()),
        phone: None,
        round: 1,
        place: Place::In,
        has_been_in: true,
        conference: None,
        listening: None,
    };
    let call = Call {
        state: CallState::Claimed,
        agent: agent.user.clone(),
        round: 1,
        legs: vec![agent],
        ..fixtures::call(None)
    };
    let mut tx = store.begin(org.scope).await.expect("begin");
    tx.insert_call(&call).await.expect("insert");
    tx.commit().await.expect("commit");
    call
}
