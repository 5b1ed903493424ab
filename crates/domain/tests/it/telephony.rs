use std::time::Duration;

use chrono::TimeDelta;
use secrecy::SecretString;
use switchboard_domain::events::OrgId;
use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::{
    AccountNumber, AnsweredBy, CallControl, CallDirection, CallStatus, Clock, Conferencing, Content,
    Credentials, Instructions, MessageStatus, Messaging, NewMessage, ParticipantChange, ParticipantStatus,
    Price, Recording, RecordingStatus, Recordings, Sender, SentSearch, TelephonyError, TwilioRefusal,
};
use switchboard_domain::testing::fixtures::{noon, twilio_call};
use switchboard_domain::testing::telephony_contract::{self, Given};
use switchboard_domain::testing::{Asked, FakeTwilio, ManualClock, Outcome};

fn account() -> Credentials {
    account_of("AC1")
}

fn account_of(sid: &str) -> Credentials {
    Credentials {
        org: OrgId::generate(),
        account_sid: sid.into(),
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
    let (account, stranger) = (account(), account_of("AC2"));
    twilio.lock(&account);
    let given = Given { account, stranger, number, service_sid: "MG1".into(), clock: &clock };
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
    twilio.put_call("AC1", twilio_call("CA1", CallStatus::InProgress));
    twilio.set_time(noon() + TimeDelta::seconds(90));
    let elsewhere = Instructions::url("https://crm.example/next");
    twilio.redirect(&account(), "CA1", &elsewhere).await.expect("on the line");
    twilio.complete(&account(), "CA1").await.expect("ended");
    twilio.complete(&account(), "CA1").await.expect("still ended");
    let over = twilio.call(&account(), "CA1").await.expect("an answer").expect("the call");
    assert_eq!((over.status, over.duration), (CallStatus::Completed, Some(Duration::from_secs(90))));
    for sid in ["CA1", "CA2"] {
        let Err(TelephonyError::Refused(refusal)) = twilio.redirect(&account(), sid, &elsewhere).await else {
            panic!("not refused");
        };
        assert!(refusal.is_gone());
    }
}

#[tokio::test]
async fn a_call_that_was_answered_is_not_cancelled() {
    let twilio = FakeTwilio::new();
    for (status, stopped) in [(CallStatus::Ringing, true), (CallStatus::InProgress, false)] {
        twilio.put_call("AC1", twilio_call("CA1", status));
        assert_eq!(twilio.cancel(&account(), "CA1").await.expect("an answer"), stopped);
        let call = twilio.call(&account(), "CA1").await.expect("an answer").expect("the call");
        assert_eq!(call.status.is_over(), stopped);
    }
}

#[tokio::test]
async fn who_takes_part_is_listed_as_they_are_now() {
    let twilio = FakeTwilio::new();
    twilio.put_conference("AC1", "CF1", "desk");
    for sid in ["CA1", "CA2"] {
        twilio.put_call("AC1", twilio_call(sid, CallStatus::InProgress));
    }
    twilio.put_participant("AC1", "CF1", "CA1", Some("customer"));
    twilio.put_participant("AC1", "CF1", "CA2", Some("agent"));
    let coach = ParticipantChange::Coach { call_sid: "CA1".into() };
    for (who, change) in [("customer", ParticipantChange::Hold { url: None }), ("CA2", coach)] {
        twilio.change_participant(&account(), "CF1", who, &change).await.expect("changed");
    }
    twilio.change_participant(&account(), "CF1", "agent", &ParticipantChange::Mute).await.expect("muted");
    let listed = async || {
        let listed = twilio.participants(&account(), "CF1").await.expect("participants").into_iter();
        listed.map(|it| (it.label.expect("a label"), it.on_hold, it.muted, it.coach)).collect::<Vec<_>>()
    };
    let agent = ("agent".to_owned(), false, true, Some("CA1".to_owned()));
    assert_eq!(listed().await, [("customer".to_owned(), true, false, None), agent.clone()]);
    twilio.complete(&account(), "CA1").await.expect("ended");
    assert_eq!(listed().await, [agent], "whose call is over is not there");
    assert_eq!(twilio.participants(&account_of("AC2"), "CF1").await.expect("nobody"), []);
}

#[tokio::test]
async fn recordings_are_found_by_what_they_are_of() {
    let twilio = FakeTwilio::new();
    let recording = |sid: &str, call: Option<&str>, conference: Option<&str>| Recording {
        sid: sid.into(),
        status: RecordingStatus::Completed,
        call_sid: call.map(Into::into),
        conference_sid: conference.map(Into::into),
        duration: Some(Duration::from_secs(9)),
    };
    let (first, second, third) = (
        recording("RE1", Some("CA1"), None),
        recording("RE2", Some("CA1"), None),
        recording("RE3", None, Some("CF1")),
    );
    for recording in [&first, &second, &third] {
        twilio.put_recording("AC1", recording.clone());
    }
    assert_eq!(twilio.recordings_of_call(&account(), "CA1").await.expect("a list"), [second, first.clone()]);
    assert_eq!(twilio.recordings_of_conference(&account(), "CF1").await.expect("a list"), [third]);
    let stranger = account_of("AC2");
    assert_eq!(twilio.recordings_of_call(&stranger, "CA1").await.expect("none"), []);
    assert_eq!(twilio.recording(&stranger, "RE1").await.expect("an answer"), None);
    twilio.delete_recording(&stranger, "RE1").await.expect("away");
    assert_eq!(twilio.recording(&account(), "RE1").await.expect("an answer"), Some(first));
}

#[tokio::test]
async fn an_account_that_is_locked_opens_to_its_credentials_alone() {
    let twilio = FakeTwilio::new();
    let token = Credentials { username: "AC1".into(), password: "token".into(), ..account() };
    let wrong = Credentials { password: "wrong".into(), ..account() };
    twilio.call(&wrong, "CA1").await.expect("it is not locked yet");
    twilio.lock(&account());
    twilio.lock(&token);
    twilio.call(&token, "CA1").await.expect("an answer");
    twilio.call(&account(), "CA1").await.expect("an answer");
    twilio.call(&account_of("AC2"), "CA1").await.expect("another account's lock");
    let Err(TelephonyError::Refused(refusal)) = twilio.call(&wrong, "CA1").await else { panic!("let in") };
    assert_eq!((refusal.status, refusal.code), (401, Some(20003)));
}

#[test]
fn a_price_is_a_decimal_number() {
    for amount in ["-0.00750", "0", "12", "-1.5"] {
        let price = Price::new(amount, "USD").expect("a price");
        assert_eq!((price.amount(), price.unit()), (amount, "USD"));
    }
    for amount in ["", "-", ".5", "1.", "1e5", "NaN", "--1", "1.2.3", "+1", "1,5", " 1"] {
        assert_eq!(Price::new(amount, "USD"), None, "{amount:?}");
    }
    assert_eq!(Price::new("1", ""), None);
}

#[test]
fn what_twilio_names_is_read() {
    assert_eq!(CallDirection::parse("outbound-dial"), CallDirection::OutboundDial);
    assert_eq!(CallDirection::parse("sideways"), CallDirection::Other("sideways".into()));
    for (name, expected) in [
        ("human", AnsweredBy::Human),
        ("machine_start", AnsweredBy::Machine),
        ("machine_end_beep", AnsweredBy::Machine),
        ("fax", AnsweredBy::Fax),
        ("unknown", AnsweredBy::Unknown),
    ] {
        assert_eq!(AnsweredBy::parse(name), expected, "{name}");
    }
    assert_eq!(ParticipantStatus::parse("connected"), ParticipantStatus::Connected);
    assert_eq!(ParticipantStatus::parse("gone"), ParticipantStatus::Other("gone".into()));
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
