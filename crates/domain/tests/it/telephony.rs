use secrecy::SecretString;
use switchboard_domain::events::OrgId;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{
    AccountNumber, CallControl, CallStatus, Clock, Content, Credentials, Instructions, MessageStatus,
    Messaging, NewMessage, Sender, SentSearch, TelephonyError, TwilioCall, TwilioRefusal,
};
use switchboard_domain::testing::telephony_contract::{self, Given};
use switchboard_domain::testing::{Asked, FakeTwilio, ManualClock, Outcome};

fn account() -> Credentials {
    Credentials {
        org: OrgId::generate(),
        account_sid: "AC1".into(),
        username: "SK1".into(),
        password: SecretString::from("secret"),
    }
}

fn text() -> NewMessage {
    NewMessage {
        to: "+15558675310".into(),
        from: Sender::Address("+15017122661".into()),
        content: Content::Text { body: "hi".into(), media_urls: vec![] },
        status_callback: None,
        validity: None,
    }
}

#[tokio::test]
async fn the_fake_twilio_keeps_the_contract() {
    let clock = ManualClock::new();
    let twilio = FakeTwilio::new();
    let number = PhoneNumber::from_e164("+12025550123");
    twilio.set_time(clock.now());
    twilio.add_service("MG1");
    twilio.add_number(AccountNumber {
        sid: "PN1".into(),
        number: number.clone(),
        friendly_name: "Desk".into(),
        voice: true,
        sms: true,
    });
    let given = Given { account: account(), number, service_sid: "MG1".into(), clock: &clock };
    telephony_contract::run(&twilio, &given).await;
}

#[tokio::test]
async fn only_a_lookup_tells_a_lost_text_from_an_unanswered_one() {
    let twilio = FakeTwilio::new();
    let search = SentSearch { to: "+15558675310".into(), from: None, since: Default::default() };
    for (outcome, sent) in [(Outcome::Lost, 0), (Outcome::Unanswered, 1)] {
        twilio.next(outcome);
        let answer = twilio.send(&account(), &text()).await;
        assert!(matches!(answer, Err(TelephonyError::Unknown(_))));
        assert_eq!(twilio.sent(&account(), &search).await.expect("a list").len(), sent);
    }
    let asked = twilio.asked();
    assert_eq!(asked.iter().filter(|asked| **asked == Asked::Send(text())).count(), 2);
    assert_eq!(asked.len(), 4);
}

#[tokio::test]
async fn what_is_decided_for_a_question_holds_once() {
    let twilio = FakeTwilio::new();
    twilio.next(Outcome::refused(400, 21610, "Attempt to send to unsubscribed recipient"));
    let Err(TelephonyError::Refused(refusal)) = twilio.send(&account(), &text()).await else {
        panic!("not refused");
    };
    assert_eq!((refusal.code, refusal.is_gone()), (Some(21610), false));
    assert_eq!(twilio.send(&account(), &text()).await.expect("sent").status, MessageStatus::Queued);
}

#[tokio::test]
async fn a_call_that_is_over_is_gone() {
    let twilio = FakeTwilio::new();
    twilio.put_call(TwilioCall {
        sid: "CA1".into(),
        status: CallStatus::InProgress,
        to: "+15017122661".into(),
        from: "+15558675310".into(),
        duration: None,
    });
    let elsewhere = Instructions::url("https://crm.example/next");
    twilio.redirect(&account(), "CA1", &elsewhere).await.expect("on the line");
    twilio.complete(&account(), "CA1").await.expect("ended");
    twilio.complete(&account(), "CA1").await.expect("still ended");
    for sid in ["CA1", "CA2"] {
        let Err(TelephonyError::Refused(refusal)) = twilio.redirect(&account(), sid, &elsewhere).await else {
            panic!("not refused");
        };
        assert!(refusal.is_gone());
    }
}

#[test]
fn statuses_keep_twilios_names() {
    for name in ["queued", "in-progress", "no-answer", "canceled", "something-new"] {
        assert_eq!(CallStatus::parse(name).as_str(), name);
    }
    for name in ["accepted", "partially_delivered", "undelivered", "read", "something-new"] {
        assert_eq!(MessageStatus::parse(name).as_str(), name);
    }
    assert!(CallStatus::parse("no-answer").is_over() && !CallStatus::parse("in-progress").is_over());
}

#[test]
fn a_refusal_says_whether_anything_is_left() {
    let refusal = |status, code| TwilioRefusal { status, code, message: String::new() }.is_gone();
    assert!(refusal(404, None) && refusal(404, Some(20404)) && refusal(400, Some(21220)));
    assert!(!refusal(401, Some(20003)) && !refusal(400, None));
}
