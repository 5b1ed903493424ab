//! One attempt at a webhook: the request, where it is redirected to, the password it is asked for.

use crate::connecting;
use crate::overrides::Overrides;
use crate::webhook_url::{request_url, signed_url, unescaped};
use crate::world::{Endpoint, Method};
use crate::{Answer, Attempt, Kind};
use form_urlencoded::Serializer;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, LOCATION, USER_AGENT};
use reqwest::{Client, Response};
use secrecy::SecretString;
use std::future::Future;
use std::pin::pin;
use std::time::{Duration, Instant};
use switchboard_twilio::signature;
use tokio::time::{sleep, timeout};
use url::Url;

/// How many redirects Twilio follows: <https://www.twilio.com/docs/api/errors/11215>.
const REDIRECTS: usize = 10;

/// The longest answer that Twilio reads: <https://www.twilio.com/docs/api/errors/11750>.
const ANSWER_LIMIT: usize = 64 * 1024;

/// A request that may still be redirected.
#[derive(Clone, Debug)]
pub(crate) struct Hop {
    pub(crate) kind: Kind,
    pub(crate) endpoint: Endpoint,
    pub(crate) parameters: Vec<(String, String)>,
}

/// What signs a request.
#[derive(Clone, Debug)]
pub(crate) enum Signer {
    /// The account's own token, or an older one.
    Token(SecretString),
    /// A token that was never the account's.
    Stranger,
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) class: Class,
    /// Of Twilio's debugger.
    pub(crate) code: u32,
    pub(crate) message: String,
}

/// What kind of failure it was, as the retry policy tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Connect,
    Read,
    /// Never repeated.
    Final,
}

/// How long an answer is waited for.
struct Patience {
    read_timeout: Duration,
    deadline: Instant,
}

impl Hop {
    /// The address as it is signed; a GET carries its parameters there.
    pub(crate) fn signed_url(&self) -> String {
        signed_url(self.kind, &self.full_url())
    }

    /// The form that is signed with the address.
    pub(crate) fn form(&self) -> &[(String, String)] {
        if self.endpoint.method == Method::Get { &[] } else { &self.parameters }
    }

    pub(crate) fn signature(&self, signer: &Signer) -> String {
        signature::sign(&self.signed_url(), self.form(), &signer.token())
    }

    fn full_url(&self) -> String {
        let url = self.endpoint.url.as_str();
        let url = url.split_once('#').map_or(url, |(url, _fragment)| url);
        if self.endpoint.method != Method::Get || self.parameters.is_empty() {
            return url.to_owned();
        }
        let query = Serializer::new(String::new()).extend_pairs(&self.parameters).finish();
        format!("{url}{}{query}", if url.contains('?') { '&' } else { '?' })
    }
}

impl Signer {
    fn token(&self) -> SecretString {
        match self {
            Self::Token(token) => token.clone(),
            Self::Stranger => SecretString::from("the token of somebody else"),
        }
    }
}

/// Requests `hop` and whatever it is redirected to, until `deadline`, and tells who answered in the end. Every request
/// made is added to `made`.
pub(crate) async fn attempt(
    client: &Client,
    hop: &Hop,
    signer: &Signer,
    overrides: &Overrides,
    idempotency_token: &str,
    deadline: Instant,
    made: &mut Vec<Attempt>,
) -> Result<(Answer, Endpoint), Failure> {
    let mut hop = hop.clone();
    let mut redirects = 0;
    let mut authorize = false;
    loop {
        let started = Instant::now();
        let patience = Patience { read_timeout: overrides.read_timeout, deadline };
        let sent = send(client, &hop, signer, idempotency_token, authorize, patience).await;
        let edge = overrides.edge(made.len()).map(str::to_owned);
        let mut record = Attempt {
            method: hop.endpoint.method.as_str().to_owned(),
            url: hop.signed_url(),
            edge,
            status: None,
            error: None,
            elapsed_ms: 0,
        };
        let response = match sent {
            Ok(response) => response,
            Err(failure) => {
                record.error = Some(failure.message.clone());
                record.elapsed_ms = milliseconds(started);
                made.push(record);
                return Err(failure);
            }
        };
        record.status = Some(response.status().as_u16());
        record.elapsed_ms = milliseconds(started);
        made.push(record);

        if response.status().as_u16() == 401 && !authorize && credentials(&hop.endpoint.url).is_some() {
            authorize = true;
        } else if let Some(next) = redirected(&hop, &response) {
            redirects += 1;
            if redirects > REDIRECTS {
                let message = format!("the webhook redirected more than {REDIRECTS} times");
                return Err(Failure::new(Class::Final, 11215, message));
            }
            (hop, authorize) = (next, false);
        } else {
            let left = deadline.saturating_duration_since(Instant::now());
            return match timeout(left.min(overrides.read_timeout), read(response, started)).await {
                Ok(answer) => answer.map(|answer| (answer, hop.endpoint)),
                Err(_elapsed) => Err(too_late()),
            };
        }
    }
}

async fn send(
    client: &Client,
    hop: &Hop,
    signer: &Signer,
    idempotency_token: &str,
    authorize: bool,
    patience: Patience,
) -> Result<Response, Failure> {
    let mut url =
        request_url(&hop.full_url()).map_err(|error| Failure::new(Class::Final, 11100, error.to_string()))?;
    // The HTTP client would send them unasked.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let method = match hop.endpoint.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
    };
    let mut request = client
        .request(method, url)
        .header(ACCEPT, "*/*")
        .header(USER_AGENT, "TwilioProxy/1.1")
        .header("I-Twilio-Idempotency-Token", idempotency_token)
        .header("X-Twilio-Signature", hop.signature(signer));
    if hop.endpoint.method == Method::Post {
        let form = Serializer::new(String::new()).extend_pairs(hop.form()).finish();
        request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=UTF-8").body(form);
    }
    if let Some((user, password)) = credentials(&hop.endpoint.url).filter(|_| authorize) {
        request = request.basic_auth(user, Some(password));
    }
    patience.wait(request.send()).await
}

impl Patience {
    /// The read timeout starts once the request is connected; until then the client's own holds.
    async fn wait(
        &self,
        request: impl Future<Output = reqwest::Result<Response>>,
    ) -> Result<Response, Failure> {
        let (request, mut connecting) = connecting::watched(request);
        let mut request = pin!(request);
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            let is_connecting = *connecting.borrow_and_update();
            let wait = if is_connecting { left } else { left.min(self.read_timeout) };
            tokio::select! {
                answer = &mut request => return answer.map_err(|error| Failure::of(&error)),
                Ok(()) = connecting.changed() => {}
                () = sleep(wait) => return Err(if is_connecting { never_connected() } else { too_late() }),
            }
        }
    }
}

impl Failure {
    pub(crate) fn new(class: Class, code: u32, message: impl Into<String>) -> Self {
        Self { class, code, message: message.into() }
    }

    fn of(error: &reqwest::Error) -> Self {
        let (class, code) = match error {
            error if error.is_dns() => (Class::Connect, 11210),
            error if error.is_connect() => (Class::Connect, 11205),
            _ => (Class::Read, 11200),
        };
        Self::new(class, code, format!("the webhook gave no answer: {}", chain(error)))
    }
}

fn never_connected() -> Failure {
    Failure::new(Class::Connect, 11205, "the webhook could not be connected in time")
}

fn too_late() -> Failure {
    Failure::new(Class::Read, 11200, "the webhook gave no answer in time")
}

async fn read(mut response: Response, started: Instant) -> Result<Answer, Failure> {
    let status = response.status().as_u16();
    let content_type = header(response.headers(), &CONTENT_TYPE);
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > ANSWER_LIMIT => {
                let message = format!("the webhook answered with more than {ANSWER_LIMIT} bytes");
                return Err(Failure::new(Class::Final, 11750, message));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => return Err(Failure::of(&error)),
        }
    }
    let body = String::from_utf8_lossy(&body).into_owned();
    Ok(Answer { status, content_type, body, elapsed_ms: milliseconds(started) })
}

/// 301, 302 and 303 turn a POST into a GET and lose its parameters; 307 and 308 keep both.
fn redirected(hop: &Hop, response: &Response) -> Option<Hop> {
    let status = response.status().as_u16();
    let location = header(response.headers(), &LOCATION)?;
    let url = Url::parse(&hop.full_url()).ok()?.join(&location).ok()?.to_string();
    let (method, parameters) = match (status, hop.endpoint.method) {
        (301..=303, _) | (307 | 308, Method::Get) => (Method::Get, Vec::new()),
        (307 | 308, Method::Post) => (Method::Post, hop.parameters.clone()),
        _ => return None,
    };
    Some(Hop { kind: hop.kind, endpoint: Endpoint { url, method }, parameters })
}

/// The user and the password that stand in an address.
fn credentials(url: &str) -> Option<(String, String)> {
    let url = Url::parse(url).ok()?;
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let decoded = |text| unescaped(text).unwrap_or_default();
    Some((decoded(url.username()), decoded(url.password().unwrap_or_default())))
}

fn header(headers: &HeaderMap, name: &reqwest::header::HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn milliseconds(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
