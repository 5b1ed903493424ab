use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use reqwest::{RequestBuilder, Response, Url};
use secrecy::ExposeSecret;
use switchboard_domain::ports::{Credentials, TelephonyError};
use tracing::{debug, warn};

use super::answer::{self, Answer, BodyError};
use super::{Method, Request, RestClient};

/// Room for a page of a list.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;

/// Asks once, and waits for an answer in JSON.
pub(super) async fn json(
    client: &RestClient,
    account: &Credentials,
    request: &Request,
    url: &Url,
) -> Result<Answer, TelephonyError> {
    let response = send(client, account, request, url, client.config.limits.answer).await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = answer::body(response, LONGEST_ANSWER).await;
    // A status that says that nothing happened says so whatever follows it.
    let readable = body.as_deref().unwrap_or_default();
    note(account, request, status.as_u16(), &headers, answer::code(readable));
    if let Some(trouble) = answer::trouble(status, &headers, readable) {
        return Err(trouble);
    }
    body.map(Answer).map_err(|error| TelephonyError::Unknown(error.into()))
}

/// Asks with the account's credentials; the answer begins.
pub(super) async fn send(
    client: &RestClient,
    account: &Credentials,
    request: &Request,
    url: &Url,
    time: Duration,
) -> Result<Response, TelephonyError> {
    let builder = match request.method {
        Method::Get => client.http.get(url.clone()),
        Method::Post => client.http.post(url.clone()).body(request.body()),
        Method::Delete => client.http.delete(url.clone()),
    };
    let headers = [(CONTENT_TYPE, request.content_type()), (ACCEPT, request.accept())];
    let builder = headers.into_iter().fold(builder, |builder, (name, value)| match value {
        Some(value) => builder.header(name, value),
        None => builder,
    });
    let answer =
        go(builder.basic_auth(&account.username, Some(account.password.expose_secret())), time).await;
    answer.inspect_err(|error| {
        let source = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
        warn!(org.id = %account.org, twilio.path = request.path, "{error}: {source}");
    })
}

/// Sends, and tells apart whether anything was sent.
pub(super) async fn go(request: RequestBuilder, time: Duration) -> Result<Response, TelephonyError> {
    request.timeout(time).send().await.map_err(|error| {
        // Only what had no connection was certainly not sent.
        let error = error.without_url();
        if error.is_connect() || error.is_builder() {
            TelephonyError::Unreachable(error.into())
        } else {
            TelephonyError::Unknown(error.into())
        }
    })
}

/// Writes down what Twilio's people will ask for, and nothing that a customer wrote.
pub(super) fn note(
    account: &Credentials,
    request: &Request,
    status: u16,
    headers: &HeaderMap,
    code: Option<u32>,
) {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (id, concurrent) = (header("twilio-request-id"), header("twilio-concurrent-requests"));
    let Request { path, .. } = request;
    if status < 400 || status == 404 {
        debug!(
            org.id = %account.org, twilio.path = path, twilio.status = status, twilio.request_id = id,
            twilio.concurrent_requests = concurrent, "Twilio answered {status}"
        );
    } else {
        warn!(
            org.id = %account.org, twilio.path = path, twilio.status = status, twilio.code = code,
            twilio.request_id = id, twilio.concurrent_requests = concurrent, "Twilio answered {status}"
        );
    }
}

impl From<BodyError> for TelephonyError {
    fn from(error: BodyError) -> Self {
        Self::Unknown(error.into())
    }
}
