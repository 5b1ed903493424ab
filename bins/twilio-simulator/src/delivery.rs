//! How Twilio makes a request to a webhook.

use crate::webhook_url::{request_url, signed_url};
use crate::{Answer, Exchange, Kind, SimulatorError, Webhook, verdict};
use form_urlencoded::Serializer;
use reqwest::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use reqwest::{Client, redirect};
use secrecy::SecretString;
use std::time::{Duration, Instant};
use switchboard_twilio::signature;
use uuid::Uuid;

/// Twilio's defaults: <https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(15);

/// A client with Twilio's patience. It ignores the machine's proxy settings: webhooks go where they are addressed.
pub(crate) fn client() -> Result<Client, SimulatorError> {
    Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TOTAL_TIMEOUT)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(SimulatorError::Client)
}

/// Sends one webhook to the `configured` URL and waits for the answer.
pub(crate) async fn deliver(
    client: &Client,
    kind: Kind,
    sid: String,
    configured: &str,
    parameters: Vec<(String, String)>,
    auth_token: &SecretString,
) -> Result<Exchange, SimulatorError> {
    let request_url = request_url(configured)?;
    let url = signed_url(kind, configured);
    let signature = signature::sign(&url, &parameters, auth_token);
    let body = Serializer::new(String::new()).extend_pairs(&parameters).finish();

    let started = Instant::now();
    let sent = client
        .post(request_url)
        .header(ACCEPT, "*/*")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=UTF-8")
        .header(USER_AGENT, "TwilioProxy/1.1")
        .header("I-Twilio-Idempotency-Token", Uuid::new_v4().to_string())
        .header("X-Twilio-Signature", &signature)
        .body(body)
        .send()
        .await;
    let answer = match sent {
        Ok(response) => read(response, started).await,
        Err(error) => Err(error),
    };
    let (response, warnings) = match answer {
        Ok(answer) => {
            let warnings = verdict::judge(kind, &answer);
            (Some(answer), warnings)
        }
        Err(error) => (None, vec![verdict::unreachable(&error)]),
    };
    Ok(Exchange { kind, sid, webhook: Webhook { url, parameters, signature }, response, warnings })
}

async fn read(response: reqwest::Response, started: Instant) -> Result<Answer, reqwest::Error> {
    let status = response.status().as_u16();
    let content_type = response.headers().get(CONTENT_TYPE);
    let content_type = content_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let body = String::from_utf8_lossy(&response.bytes().await?).into_owned();
    let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Answer { status, content_type, body, elapsed_ms })
}
