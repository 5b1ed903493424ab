//! Our REST client against the simulator and its faults: what it makes of each.

use crate::receiver::{ACCOUNT, CUSTOMER, KEY, NUMBER, Received, Receiver, SECRET, STRANGERS_NUMBER, serve};
use std::time::Duration;
use switchboard_domain::events::OrgId;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{
    CallControl, Content, Credentials, InlineTwiml, Instructions, MessageStatus, Messaging, NewCall,
    NewMessage, Provisioning, Sender, SentSearch, TelephonyError, TwilioRefusal,
};
use switchboard_twilio::rest::{BaseUrl, RestClient, RestConfig};
use switchboard_twilio_simulator::faults::{Fault, Setting};
use switchboard_twilio_simulator::{Simulator, http};
use tokio::time::timeout;

/// A desk: our client, the Twilio that it asks, and where that reports to.
struct Desk {
    client: RestClient,
    simulator: Simulator,
    receiver: Receiver,
    account: Credentials,
}

impl Desk {
    async fn open() -> Self {
        let receiver = Receiver::start().await;
        let simulator = receiver.simulator();
        let base = format!("http://{}", serve(http::router(simulator.clone())).await);
        let base = BaseUrl::parse(&base).expect("a loopback address");
        let account = Credentials {
            org: OrgId::generate(),
            account_sid: ACCOUNT.into(),
            username: KEY.into(),
            password: SECRET.into(),
        };
        let client = RestClient::new(RestConfig::at(base)).expect("a client");
        Self { client, simulator, receiver, account }
    }

    fn switch_on(&self, fault: Fault, next: Option<u32>) {
        let setting = Setting { next, ..Setting::default() };
        self.simulator.faults().set(fault, None, setting).expect("a fine setting");
    }

    fn text(&self, body: &str) -> NewMessage {
        NewMessage {
            to: CUSTOMER.into(),
            from: Sender::Address(NUMBER.into()),
            content: Content::Text { body: body.into(), media_urls: Vec::new() },
            status_callback: Some(self.receiver.url("/status")),
            validity: None,
        }
    }

    /// What was sent to the customer, by its text.
    async fn sent(&self) -> Vec<String> {
        let since = self.simulator.now() - chrono::TimeDelta::minutes(1);
        let search = SentSearch { to: CUSTOMER.into(), from: Some(NUMBER.into()), since };
        let sent = self.client.sent(&self.account, &search).await.expect("a search");
        sent.into_iter().map(|message| message.body).collect()
    }

    async fn delivery_heard(&self) {
        let is_delivery =
            |request: &Received| request.target == "/status" && request.param("MessageStatus") == "delivered";
        let heard = async {
            while !self.receiver.received().iter().any(is_delivery) {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(30), heard).await.expect("a status callback");
    }
}

#[tokio::test]
async fn a_text_is_sent_and_found() {
    let desk = Desk::open().await;
    let sent = desk.client.send(&desk.account, &desk.text("Héllo 😀 & 100% +")).await.expect("sent");
    assert_eq!(sent.status, MessageStatus::Queued);
    let found = desk.client.message(&desk.account, &sent.sid).await.expect("asked").expect("found");
    assert_eq!((found.body.as_str(), found.to.as_str()), ("Héllo 😀 & 100% +", CUSTOMER));
    assert_eq!(desk.sent().await, ["Héllo 😀 & 100% +"]);
    desk.delivery_heard().await;
    assert!(desk.client.redact(&desk.account, &sent.sid).await.expect("asked"));
    assert_eq!(desk.sent().await, [""]);
}

#[tokio::test]
async fn a_creation_without_a_readable_answer_is_unknown_done_once_and_can_be_looked_up() {
    for fault in [Fault::CreateThen500, Fault::CreateThenCut] {
        let desk = Desk::open().await;
        desk.switch_on(fault, Some(1));
        let sent = desk.client.send(&desk.account, &desk.text("once")).await;
        assert!(matches!(sent, Err(TelephonyError::Unknown(_))), "{fault:?}: {sent:?}");
        assert_eq!(desk.sent().await, ["once"], "{fault:?}");
        desk.delivery_heard().await;
    }
}

#[tokio::test]
async fn news_of_a_message_may_come_before_the_answer_that_creates_it() {
    let desk = Desk::open().await;
    desk.switch_on(Fault::CallbackFirst, Some(1));
    let sent = desk.client.send(&desk.account, &desk.text("early")).await.expect("sent");
    let told = desk.receiver.received().into_iter().find(|request| request.target == "/status");
    assert_eq!(told.expect("told already").param("MessageSid"), sent.sid);
}

#[tokio::test]
async fn what_twilio_never_looked_at_is_asked_again_and_sent_once() {
    for fault in [Fault::RateLimit, Fault::RateLimitRetryAfter] {
        let desk = Desk::open().await;
        desk.switch_on(fault, Some(1));
        desk.client.send(&desk.account, &desk.text("in the end")).await.expect("sent");
        assert_eq!(desk.sent().await, ["in the end"], "{fault:?}");
    }
    let desk = Desk::open().await;
    desk.switch_on(Fault::RateLimit, None);
    let sent = desk.client.send(&desk.account, &desk.text("never")).await;
    assert!(matches!(sent, Err(TelephonyError::Busy { .. })), "{sent:?}");
    desk.simulator.faults().clear();
    assert!(desk.sent().await.is_empty());
}

#[tokio::test]
async fn a_question_is_asked_again_and_a_creation_is_not_when_twilio_is_down() {
    let desk = Desk::open().await;
    desk.switch_on(Fault::RestDown, Some(1));
    let sent = desk.client.send(&desk.account, &desk.text("who knows")).await;
    assert!(matches!(sent, Err(TelephonyError::Unknown(_))), "{sent:?}");
    desk.switch_on(Fault::RestDown, Some(1));
    assert!(desk.sent().await.is_empty(), "asked again, and answered");
}

#[tokio::test]
async fn twilios_own_words_are_passed_on() {
    let desk = Desk::open().await;
    let nobody = NewMessage { to: "nobody".into(), ..desk.text("x") };
    let strangers = NewMessage { from: Sender::Address(STRANGERS_NUMBER.into()), ..desk.text("x") };
    for (message, code) in [(nobody, 21211), (desk.text(&"x".repeat(1601)), 21617), (strangers, 21606)] {
        match desk.client.send(&desk.account, &message).await {
            Err(TelephonyError::Refused(TwilioRefusal { status: 400, code: Some(found), message })) => {
                assert_eq!(found, code);
                assert!(!message.is_empty());
            }
            other => panic!("{code}: {other:?}"),
        }
    }
    let account = Credentials { password: "wrong".into(), ..desk.account.clone() };
    let numbers = desk.client.numbers(&account, None).await;
    assert!(
        matches!(&numbers, Err(TelephonyError::Refused(refusal)) if refusal.code == Some(20003)),
        "{numbers:?}"
    );
    let number = PhoneNumber::from_e164(NUMBER.to_owned());
    let found = desk.client.numbers(&desk.account, Some(&number)).await.expect("asked");
    assert_eq!(found.iter().map(|found| &found.number).collect::<Vec<_>>(), [&number]);
}

#[tokio::test]
async fn a_call_is_made_turned_and_ended() {
    let desk = Desk::open().await;
    let says = |twiml: &str| Instructions::Inline(InlineTwiml::new(twiml).expect("short"));
    let call = NewCall {
        to: CUSTOMER.into(),
        from: NUMBER.into(),
        instructions: says("<Response><Pause length=\"60\"/></Response>"),
        progress: None,
        timeout: None,
        detect_machine: false,
        recording: None,
    };
    let made = desk.client.start_call(&desk.account, &call).await.expect("called");
    let early = desk.client.redirect(&desk.account, &made.sid, &says("<Response/>")).await;
    assert!(matches!(early, Err(TelephonyError::Refused(_))), "nobody has answered: {early:?}");
    desk.simulator.act(|world| world.pick_up(&made.sid));
    desk.client
        .redirect(&desk.account, &made.sid, &says("<Response><Pause length=\"90\"/></Response>"))
        .await
        .expect("turned");
    desk.client.complete(&desk.account, &made.sid).await.expect("ended");
    desk.client.complete(&desk.account, &made.sid).await.expect("one that is over stays so");
    let gone = desk.client.redirect(&desk.account, &made.sid, &says("<Response/>")).await;
    assert!(
        matches!(&gone, Err(TelephonyError::Refused(refusal)) if refusal.code == Some(21220)),
        "{gone:?}"
    );
    desk.switch_on(Fault::CreateThen500, Some(1));
    let unknown = desk.client.start_call(&desk.account, &call).await;
    assert!(matches!(unknown, Err(TelephonyError::Unknown(_))), "{unknown:?}");
}
