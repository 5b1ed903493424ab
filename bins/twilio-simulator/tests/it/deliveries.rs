use crate::receiver::{ACCOUNT, NUMBER, Receiver, TOKEN, serve};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::any;
use futures_util::future::{Either, select};
use std::collections::HashSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use switchboard_twilio_simulator::world::{MessageDirection, MessageStatus, NewMessage};
use switchboard_twilio_simulator::{Account, Call, Kind, Simulator, SimulatorError, Sms};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::time::timeout;

const CUSTOMER: &str = "+15558675310";

fn sms(body: &str) -> Sms {
    Sms { from: CUSTOMER.into(), to: NUMBER.into(), body: body.into(), media: 0, sid: None, url: None }
}

fn call() -> Call {
    Call { from: CUSTOMER.into(), to: NUMBER.into(), sid: None, url: None }
}

#[tokio::test]
async fn a_text_arrives_signed_and_exactly_as_written() {
    for body in ["donation=5 <3 & \"you\"", "donation=5", " é😀%2B+\r\n\t ", ""] {
        let receiver = Receiver::start().await;
        let exchange = receiver.simulator().sms(sms(body)).await.unwrap_or_else(|error| panic!("{error}"));
        let received = receiver.only();
        assert_eq!(received.param("Body"), body);
        assert!(received.verifies(&receiver.url(""), TOKEN));
        assert!(!received.verifies(&receiver.url(""), "another token"));
        assert!(!received.verifies("http://crm.example", TOKEN));
        assert_eq!(received.header("x-twilio-signature"), exchange.webhook.signature);
        assert_eq!(received.params, exchange.webhook.parameters);
        let answer = exchange.response.expect("an answer");
        assert_eq!((answer.status, answer.content_type.as_deref()), (200, Some("text/xml")));
        assert_eq!(answer.body, "<Response/>");
        assert_eq!(exchange.warnings, []);
    }
}

#[tokio::test]
async fn a_text_has_the_parameters_that_twilio_sends() {
    let receiver = Receiver::start().await;
    let exchange = receiver.simulator().sms(sms("hi")).await.expect("a delivery");
    let received = receiver.only();
    assert_eq!(received.target, "/sms?org=1&x=%2f");
    for (name, value) in [
        ("AccountSid", ACCOUNT),
        ("From", CUSTOMER),
        ("To", NUMBER),
        ("NumMedia", "0"),
        ("NumSegments", "1"),
        ("SmsStatus", "received"),
        ("ApiVersion", "2010-04-01"),
        ("FromCity", ""),
        ("MessageSid", &exchange.sid),
        ("SmsSid", &exchange.sid),
        ("SmsMessageSid", &exchange.sid),
    ] {
        assert_eq!(received.param(name), value, "{name}");
    }
    assert!(exchange.sid.starts_with("SM") && exchange.sid.len() == 34);
    assert_eq!(received.header("user-agent"), "TwilioProxy/1.1");
    assert_eq!(received.header("content-type"), "application/x-www-form-urlencoded; charset=UTF-8");
    assert_eq!(received.header("i-twilio-idempotency-token").len(), 36);
    assert!(received.params.iter().any(|(name, _)| name == "UnannouncedParameter"));
}

#[tokio::test]
async fn a_call_rings_at_the_voice_webhook_and_is_remembered() {
    let receiver = Receiver::start().await;
    let simulator = receiver.simulator();
    let exchange = simulator.call(call()).await.expect("a delivery");
    let received = receiver.only();
    assert_eq!((exchange.kind, received.target.as_str()), (Kind::Call, "/voice"));
    assert!(received.verifies(&receiver.url(""), TOKEN));
    for (name, value) in [
        ("AccountSid", ACCOUNT),
        ("CallSid", &exchange.sid),
        ("CallStatus", "ringing"),
        ("Direction", "inbound"),
        ("From", CUSTOMER),
        ("Caller", CUSTOMER),
        ("To", NUMBER),
        ("Called", NUMBER),
        ("CalledCountry", ""),
    ] {
        assert_eq!(received.param(name), value, "{name}");
    }
    let calls: Vec<_> = simulator.calls().into_iter().map(|call| call.sid).collect();
    assert_eq!(calls, [exchange.sid]);
}

#[tokio::test]
async fn a_repeated_delivery_is_the_same_message_again() {
    let receiver = Receiver::start().await;
    let simulator = receiver.simulator();
    let first = simulator.sms(sms("hi")).await.expect("a delivery");
    let again = simulator.sms(Sms { sid: Some(first.sid.clone()), ..sms("hi") }).await.expect("a delivery");
    let other = simulator.sms(sms("hi")).await.expect("a delivery");
    assert_eq!(first.sid, again.sid);
    assert_ne!(first.sid, other.sid);
    let received = receiver.received();
    assert_eq!(received[0].params, received[1].params);
    let tokens: HashSet<_> = received.iter().map(|r| r.header("i-twilio-idempotency-token")).collect();
    assert_eq!(tokens.len(), 3, "every delivery has a token of its own");
}

#[tokio::test]
async fn a_repeated_call_is_one_call() {
    let receiver = Receiver::start().await;
    let simulator = receiver.simulator();
    let first = simulator.call(call()).await.expect("a delivery");
    simulator.call(Call { sid: Some(first.sid), ..call() }).await.expect("a delivery");
    assert_eq!(simulator.calls().len(), 1);
    assert_eq!(simulator.log().len(), 2);
}

#[tokio::test]
async fn fragments_are_neither_sent_nor_signed() {
    let receiver = Receiver::start().await;
    let simulator = receiver.simulator_with_fragment("#rc=2&rp=all");
    let exchange = simulator.call(call()).await.expect("a delivery");
    assert_eq!(exchange.webhook.url, receiver.url("/voice"));
    assert_eq!(receiver.only().target, "/voice");
    assert!(receiver.only().verifies(&receiver.url(""), TOKEN));
}

#[tokio::test]
async fn another_url_may_stand_in_for_the_accounts() {
    let receiver = Receiver::start().await;
    let url = Some(receiver.url("/elsewhere/?a=1"));
    receiver.simulator().sms(Sms { url, ..sms("hi") }).await.expect("a delivery");
    assert_eq!(receiver.only().target, "/elsewhere/?a=1");
    assert!(receiver.only().verifies(&receiver.url(""), TOKEN));
}

#[tokio::test]
async fn whatsapp_reaches_the_number_behind_the_prefix() {
    let receiver = Receiver::start().await;
    let to = format!("whatsapp:{NUMBER}");
    receiver.simulator().sms(Sms { to: to.clone(), ..sms("hi") }).await.expect("a delivery");
    assert_eq!(receiver.only().param("To"), to);
}

#[tokio::test]
async fn what_cannot_be_sent_is_an_error_and_sends_nothing() {
    let receiver = Receiver::start().await;
    let simulator = receiver.simulator();
    let unknown = simulator.sms(Sms { to: "+12025550199".into(), ..sms("hi") }).await;
    assert!(matches!(&unknown, Err(SimulatorError::UnknownNumber(number)) if number == "+12025550199"));
    let sid = simulator.call(Call { sid: Some("SM1".into()), ..call() }).await;
    assert!(matches!(sid, Err(SimulatorError::InvalidSid { .. })));
    let url = simulator.sms(Sms { url: Some("/sms".into()), ..sms("hi") }).await;
    assert!(matches!(url, Err(SimulatorError::InvalidUrl { .. })));
    assert!(receiver.received().is_empty() && simulator.log().is_empty());
}

#[tokio::test]
async fn an_answer_that_twilio_would_not_like_is_warned_of() {
    let table = [
        (StatusCode::OK, Some("text/plain"), "Not found", None),
        (StatusCode::OK, Some("application/json"), "{}", Some(12300)),
        (StatusCode::OK, None, "<Response/>", Some(12300)),
        (StatusCode::OK, Some("text/xml"), "\n<Response/>", Some(12100)),
        (StatusCode::FORBIDDEN, None, "", Some(11217)),
    ];
    for (status, content_type, body, code) in table {
        let receiver = Receiver::answering(status, content_type, body).await;
        let exchange = receiver.simulator().sms(sms("hi")).await.expect("a delivery");
        let codes: Vec<_> = exchange.warnings.iter().map(|warning| warning.code).collect();
        assert_eq!(codes, [code], "{status} {content_type:?} {body:?}");
        assert_eq!(exchange.response.expect("an answer").body, body);
    }
}

#[tokio::test]
async fn a_webhook_that_is_not_there_is_warned_of() {
    let receiver = Receiver::start().await;
    let simulator = receiver.simulator();
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/sms", free.local_addr().expect("a bound address"));
    drop(free);
    let exchange = simulator.sms(Sms { url: Some(url), ..sms("hi") }).await.expect("an exchange");
    assert!(exchange.response.is_none());
    assert_eq!(exchange.warnings[0].code, Some(11205), "{:?}", exchange.warnings);
    assert_eq!(simulator.log().len(), 1);
}

#[tokio::test]
async fn accounts_that_share_a_number_or_a_sid_are_refused() {
    let account = Receiver::start().await.simulator().accounts()[0].clone();
    let other = Account { account_sid: "AC00000000000000000000000000000002".into(), ..account.clone() };
    let simulator = Simulator::new(vec![account.clone(), other]);
    assert!(matches!(simulator, Err(SimulatorError::NumberTwice(number)) if number == NUMBER));
    let simulator = Simulator::new(vec![account.clone(), account]);
    assert!(matches!(simulator, Err(SimulatorError::AccountTwice(sid)) if sid == ACCOUNT));
}

#[tokio::test]
async fn a_webhook_under_way_outlives_who_gives_up_waiting() {
    let (asked, answer) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = {
        let (asked, answer) = (Arc::clone(&asked), Arc::clone(&answer));
        move || {
            let (asked, answer) = (Arc::clone(&asked), Arc::clone(&answer));
            async move {
                asked.notify_one();
                answer.notified().await;
            }
        }
    };
    let url = format!("http://{}/", serve(Router::new().fallback(any(slow))).await);
    let simulator = Receiver::start().await.stepped_simulator();
    {
        let waits = simulator.sms(Sms { url: Some(url), ..sms("hi") });
        let Either::Right(_) = select(pin!(waits), pin!(asked.notified())).await else {
            panic!("nobody has answered")
        };
    }
    answer.notify_one();
    simulator.settle().await;
    let answers: Vec<_> = simulator.log().into_iter().map(|exchange| exchange.response.is_some()).collect();
    assert_eq!(answers, [true]);
}

#[test]
fn time_goes_on_in_another_runtime() {
    let runtime = || -> Runtime { Builder::new_current_thread().enable_all().build().expect("a runtime") };
    let text = || NewMessage {
        account_sid: ACCOUNT.into(),
        from: Some(NUMBER.into()),
        messaging_service_sid: None,
        to: CUSTOMER.into(),
        body: "hi".into(),
        media: Vec::new(),
        status_callback: None,
        send_at: None,
        direction: MessageDirection::OutboundApi,
    };
    let simulator = runtime().block_on(async {
        let simulator = Receiver::start().await.simulator();
        simulator.act(|world| world.send_text(text())).expect("a text");
        simulator
    });
    runtime().block_on(async {
        let sid = simulator.act(|world| world.send_text(text())).expect("a text");
        let mut changes = simulator.changes();
        let waits = || {
            let status = simulator.look(|world| world.messages.get(&sid).map(|message| message.status));
            status == Some(MessageStatus::Queued)
        };
        let moved = async {
            while waits() {
                changes.changed().await.expect("the simulator lives");
            }
        };
        timeout(Duration::from_secs(10), moved).await.expect("it is sent");
    });
}
