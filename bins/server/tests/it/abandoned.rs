//! Whoever asks for something may be gone before it is done.

use std::sync::Arc;

use serde_json::{Value, json};
use switchboard_domain::calls::{CallFilter, CallState, Place};
use switchboard_domain::ports::Store;
use switchboard_domain::testing::Asked;

use crate::calls::{act, connected};
use crate::harness::{Setup, World};
use crate::stuck::Stuck;
use crate::twilio_settings::{CONFIG, form, stock};

struct Desk {
    stuck: Arc<Stuck>,
    world: World,
}

impl Desk {
    fn new() -> Self {
        let stuck = Arc::new(Stuck::default());
        let world = World::with(Setup { stuck: Some(stuck.clone()), ..Setup::default() });
        Self { stuck, world }
    }

    /// Asks for it, and is gone when Twilio hears of it; then Twilio does so many things.
    async fn abandon(&self, token: &str, path: &str, body: Value, deeds: usize) {
        tokio::select! {
            answer = self.world.call("POST", path, Some(token), Some(body)) => panic!("{answer:?}"),
            () = self.stuck.is_asked() => {}
        }
        self.stuck.answer(deeds);
        self.world.is_quiet().await;
        self.stuck.is_done();
    }
}

#[tokio::test]
async fn a_call_is_handed_over_though_the_page_is_closed_meanwhile() {
    let desk = Desk::new();
    let org = desk.world.plant().await;
    let call = connected(&desk.world, &org).await;
    let token = desk.world.login(&org.agent).await;
    let form = json!({"to": org.admin.id, "kind": "cold"});
    desk.abandon(&token, &act(&call, "transfer"), form, 2).await;
    let asked = desk.world.twilio.asked();
    let customer = call.sid.as_deref();
    let is_turned =
        |asked: &Asked| matches!(asked, Asked::Redirect(sid, _) if Some(sid.as_str()) == customer);
    assert!(asked.iter().any(is_turned), "{asked:?}");
    assert!(asked.contains(&Asked::Complete("CAagent".to_owned())), "{asked:?}");
    let mut tx = desk.world.store.begin(org.scope).await.expect("begin");
    let call = tx.call(call.id).await.expect("read").expect("the call");
    let customers = call.legs.iter().find(|leg| leg.sid == call.sid).expect("the customer's leg");
    assert_eq!((call.state, customers.place), (CallState::Ringing, Place::Out), "and that is noted");
}

#[tokio::test]
async fn a_call_is_hung_up_and_another_made_though_nobody_waits_for_it() {
    let desk = Desk::new();
    let org = desk.world.plant().await;
    let call = connected(&desk.world, &org).await;
    let token = desk.world.login(&org.agent).await;
    desk.abandon(&token, &act(&call, "hangup"), json!({}), 3).await;
    desk.abandon(&token, "/api/twilio/call/make", json!({"to": "+16475550177"}), 1).await;
    let mut tx = desk.world.store.begin(org.scope).await.expect("begin");
    let (calls, _) = tx.calls(&CallFilter::default(), 10, 0).await.expect("read");
    let told = |state| calls.iter().find(|call| call.state == state).and_then(|call| call.sid.clone());
    assert_eq!(told(CallState::Ended), call.sid);
    assert!(told(CallState::Dialing).is_some(), "Twilio's answer is kept: {calls:?}");
}

#[tokio::test]
async fn a_text_is_sent_and_what_twilio_answered_kept_though_nobody_waits_for_it() {
    let desk = Desk::new();
    let org = desk.world.plant().await;
    let token = desk.world.login(&org.agent).await;
    desk.abandon(&token, "/api/twilio/sms/send", json!({"to": "+16475550177", "body": "hi"}), 1).await;
    let mut tx = desk.world.store.begin(org.scope).await.expect("begin");
    let conversation = tx.conversation("+16475550177").await.expect("read").expect("a conversation");
    let sent = tx.thread(conversation.id, i64::MAX, 1).await.expect("read").pop().expect("the text");
    assert_eq!((sent.progress.as_str(), sent.sid.is_some()), ("queued", true));
}

#[tokio::test]
async fn settings_are_saved_and_told_to_twilio_though_nobody_waits_for_it() {
    let desk = Desk::new();
    let org = desk.world.plant().await;
    let admin = desk.world.login(&org.admin).await;
    stock(&desk.world);
    desk.abandon(&admin, CONFIG, form(), 2).await;
    let config = desk.world.call("GET", CONFIG, Some(&admin), None).await.json()["config"].clone();
    assert_eq!(config["accountSid"], form()["accountSid"], "{config}");
    assert!(config["applicationSid"].is_string() && config["webhooks"]["setAt"].is_string(), "{config}");
}

#[tokio::test]
async fn a_fault_on_the_way_is_told_as_one() {
    let desk = Desk::new();
    let org = desk.world.plant().await;
    let token = desk.world.login(&org.agent).await;
    desk.stuck.breaks();
    let order = json!({"to": "+16475550177"});
    let answer = desk.world.call("POST", "/api/twilio/call/make", Some(&token), Some(order)).await;
    answer.is_refusal(500, "internal");
    desk.world.is_quiet().await;
}
