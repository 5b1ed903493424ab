//! How webhooks are requested: overrides, retries, redirects, passwords, fallbacks.

use crate::receiver::{NUMBER, Received, Receiver, TOKEN, serve};
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use std::future::pending;
use std::time::Duration;
use switchboard_twilio_simulator::world::{Endpoint, Method};
use switchboard_twilio_simulator::{Exchange, Simulator, Sms};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

fn sms(url: String) -> Sms {
    Sms {
        from: "+15558675310".into(),
        to: NUMBER.into(),
        body: "hi".into(),
        media: 0,
        sid: None,
        url: Some(url),
    }
}

async fn text(receiver: &Receiver, url: String) -> Exchange {
    receiver.simulator().sms(sms(url)).await.expect("an exchange")
}

fn codes(exchange: &Exchange) -> Vec<Option<u32>> {
    exchange.warnings.iter().map(|warning| warning.code).collect()
}

fn tokens(received: &[Received]) -> Vec<&str> {
    received.iter().map(|received| received.header("i-twilio-idempotency-token")).collect()
}

/// An address that refuses connections.
async fn nobody() -> String {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    format!("http://{}/sms", free.local_addr().expect("a bound address"))
}

/// A server that answers everything in the same way.
async fn answering(answer: impl Fn() -> Response + Clone + Send + Sync + 'static) -> String {
    let address = serve(Router::new().fallback(any(move || std::future::ready(answer())))).await;
    format!("http://{address}/")
}

#[tokio::test]
async fn an_error_is_asked_again_only_as_the_fragment_says() {
    let table = [
        (500, "", 1),
        (500, "#rc=2", 1),
        (500, "#rc=2&rp=5xx", 3),
        (500, "#rc=3&rp=ct,rt,5xx", 4),
        (500, "#rc=2&rp=4xx", 1),
        (404, "#rc=1&rp=4xx", 2),
        (404, "#rc=0&rp=all", 1),
        (404, "#rp=all", 2),
    ];
    for (status, fragment, requests) in table {
        let status = StatusCode::from_u16(status).expect("a status");
        let receiver = Receiver::answering(status, Some("text/xml"), "<Response/>").await;
        let exchange = text(&receiver, receiver.url(&format!("/sms{fragment}"))).await;
        let received = receiver.received();
        assert_eq!(received.len(), requests, "{status} {fragment}");
        assert_eq!(exchange.attempts.len(), requests);
        assert_eq!(codes(&exchange), [Some(11217)]);
        for received in &received {
            assert!(received.verifies(&receiver.url(""), TOKEN));
            assert_eq!(received.params, exchange.webhook.parameters);
        }
        let tokens = tokens(&received);
        assert!(
            tokens.iter().all(|token| *token == exchange.webhook.idempotency_token),
            "one delivery, one token"
        );
    }
}

#[tokio::test]
async fn what_never_connects_is_asked_once_more_and_then_given_up() {
    let receiver = Receiver::start().await;
    for (fragment, requests) in [("", 2), ("#rc=0", 1), ("#rc=5", 6), ("#rp=5xx", 1)] {
        let exchange = text(&receiver, format!("{}{fragment}", nobody().await)).await;
        assert_eq!((exchange.attempts.len(), codes(&exchange)), (requests, vec![Some(11205)]), "{fragment}");
        assert!(exchange.response.is_none());
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_is_waited_for_as_long_as_the_fragment_says() {
    let address = serve(Router::new().fallback(any(pending::<StatusCode>))).await;
    let receiver = Receiver::start().await;
    for (fragment, requests) in [("#rt=100", 1), ("#rt=100&rc=2&rp=rt", 3), ("#tt=150&rc=5&rp=rt", 1)] {
        let exchange = text(&receiver, format!("http://{address}/{fragment}")).await;
        assert_eq!((exchange.attempts.len(), codes(&exchange)), (requests, vec![Some(11200)]), "{fragment}");
    }
}

/// An address that neither takes nor refuses connections, as long as the others live.
async fn full() -> (String, TcpListener, Vec<TcpStream>) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let listener = socket.listen(1).expect("a listener");
    let address = listener.local_addr().expect("a bound address");
    let mut waiting = Vec::new();
    while let Ok(taken) = timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
        waiting.push(taken.expect("it waits to be accepted"));
        assert!(waiting.len() < 10, "there is an end to waiting");
    }
    (format!("http://{address}/sms"), listener, waiting)
}

#[tokio::test]
async fn what_is_never_connected_is_no_late_answer() {
    let receiver = Receiver::start().await;
    let (url, _listener, _waiting) = full().await;
    for (fragment, requests) in
        [("#ct=300&rt=100", 2), ("#ct=300&rt=100&rp=rt", 1), ("#ct=10000&rt=100&tt=300&rc=5&rp=rt", 1)]
    {
        let exchange = text(&receiver, format!("{url}{fragment}")).await;
        assert_eq!((exchange.attempts.len(), codes(&exchange)), (requests, vec![Some(11205)]), "{fragment}");
    }
}

#[tokio::test]
async fn an_override_that_twilio_does_not_know_is_warned_of_and_ignored() {
    let receiver = Receiver::start().await;
    let exchange = text(&receiver, receiver.url("/sms#rc=9&e=dublin")).await;
    assert_eq!(codes(&exchange), [None]);
    assert!(exchange.warnings[0].message.contains("rc=9"), "{:?}", exchange.warnings);
    assert_eq!(exchange.attempts[0].edge.as_deref(), Some("dublin"));
    assert_eq!(receiver.only().target, "/sms");
}

#[tokio::test]
async fn redirects_are_followed_and_signed_anew() {
    let receiver = Receiver::start().await;
    for (status, keeps) in [(301, false), (302, false), (303, false), (307, true), (308, true)] {
        let location = receiver.url(&format!("/landed?from={status}"));
        let url = answering(move || {
            (StatusCode::from_u16(status).expect("a status"), [(header::LOCATION, location.clone())])
                .into_response()
        })
        .await;
        let exchange = text(&receiver, url).await;
        assert_eq!((codes(&exchange), exchange.attempts.len()), (vec![], 2), "{status}");
        let received = receiver.received().pop().expect("a request");
        assert_eq!(received.target, format!("/landed?from={status}"));
        assert_eq!(received.method, if keeps { "POST" } else { "GET" });
        assert_eq!(received.params.is_empty(), !keeps, "{status}");
        assert!(received.verifies(&receiver.url(""), TOKEN), "{status}");
    }
}

#[tokio::test]
async fn redirects_without_end_are_given_up() {
    let receiver = Receiver::start().await;
    let url = answering(|| (StatusCode::FOUND, [(header::LOCATION, "/again")]).into_response()).await;
    let exchange = text(&receiver, url).await;
    assert_eq!((codes(&exchange), exchange.attempts.len()), (vec![Some(11215)], 11));
}

#[tokio::test]
async fn a_password_is_told_only_who_asks_for_it() {
    let receiver = Receiver::start().await;
    let with_password = |path: &str| receiver.url(path).replace("http://", "http://us%2Ber:p%40ss@");
    let exchange = text(&receiver, with_password("/sms")).await;
    assert_eq!(exchange.webhook.url, receiver.url("/sms"));
    assert!(receiver.only().headers.get(header::AUTHORIZATION).is_none());

    let receiver = Receiver::answering(StatusCode::UNAUTHORIZED, None, "").await;
    let url = receiver.url("/sms").replace("http://", "http://us%2Ber:p%40ss@");
    let exchange = text(&receiver, url).await;
    let received = receiver.received();
    assert_eq!((received.len(), codes(&exchange)), (2, vec![Some(11217)]));
    assert!(received[0].headers.get(header::AUTHORIZATION).is_none());
    assert_eq!(received[1].header("authorization"), "Basic dXMrZXI6cEBzcw==");
    assert!(received[1].verifies(&receiver.url(""), TOKEN));
}

/// The simulator of `receiver`, its number with another webhook and a fallback.
fn with_fallback(receiver: &Receiver, endpoint: Endpoint) -> Simulator {
    let simulator = receiver.simulator();
    simulator.act(|world| {
        let number = world.setup.numbers.iter_mut().next().expect("a number");
        number.sms = Some(endpoint);
        number.sms_fallback = Some(Endpoint::post(receiver.url("/fallback#rc=0")));
    });
    simulator
}

#[tokio::test]
async fn the_fallback_is_asked_with_the_reason() {
    let broken = answering(|| ([(header::CONTENT_TYPE, "text/xml")], "<Response>").into_response()).await;
    let json = answering(|| ([(header::CONTENT_TYPE, "application/json")], "{}").into_response()).await;
    let failing = answering(|| StatusCode::INTERNAL_SERVER_ERROR.into_response()).await;
    for (url, code) in [(broken, 12100), (json, 12300), (failing, 11217), (nobody().await, 11205)] {
        let receiver = Receiver::start().await;
        let simulator = with_fallback(&receiver, Endpoint::post(url.clone()));
        let text = Sms { url: None, ..sms(String::new()) };
        let exchange = simulator.sms(text).await.expect("an exchange");
        let received = receiver.only();
        assert_eq!(
            (received.target.as_str(), received.param("ErrorCode")),
            ("/fallback", &*code.to_string())
        );
        assert_eq!(received.param("ErrorUrl"), url);
        assert_eq!(received.param("Body"), "hi");
        assert!(received.verifies(&receiver.url(""), TOKEN));
        let log = simulator.log();
        assert_eq!((log.len(), codes(&log[0]), codes(&log[1])), (2, vec![Some(code)], vec![]));
        assert_eq!(exchange.webhook.url, receiver.url("/fallback"));
    }
}

#[tokio::test]
async fn a_get_has_its_parameters_in_the_address() {
    let receiver = Receiver::start().await;
    let endpoint = Endpoint { url: receiver.url("/sms?org=1"), method: Method::Get };
    let simulator = with_fallback(&receiver, endpoint);
    let text = Sms { url: None, body: "a & b".into(), ..sms(String::new()) };
    let exchange = simulator.sms(text).await.expect("an exchange");
    let received = receiver.only();
    assert_eq!(received.method, "GET");
    assert!(received.target.starts_with("/sms?org=1&ToCountry=&"), "{}", received.target);
    assert!(received.target.contains("Body=a+%26+b"), "{}", received.target);
    assert!(received.params.is_empty() && received.verifies(&receiver.url(""), TOKEN));
    assert_eq!((exchange.webhook.method, codes(&exchange)), ("GET", vec![]));
}

#[tokio::test]
async fn an_endless_answer_is_not_read_to_its_end() {
    let receiver = Receiver::start().await;
    let url =
        answering(|| ([(header::CONTENT_TYPE, "text/xml")], vec![b'<'; 64 * 1024 + 1]).into_response()).await;
    assert_eq!(codes(&text(&receiver, url).await), [Some(11750)]);
}
