//! How Twilio makes a request to a webhook.

use crate::webhook_url::{request_url, signed_url};
use crate::world::{Outcome, WebhookOrder};
use crate::{Answer, Exchange, SimulatorError, Warning, Webhook, verdict};
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
    // Whoever has installed another one may keep it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TOTAL_TIMEOUT)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(SimulatorError::Client)
}

/// All that was sent for one order, and what came of it.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) outcome: Outcome,
}

/// Sends a webhook and waits for the answer.
pub(crate) async fn deliver(client: &Client, order: &WebhookOrder, auth_token: &SecretString) -> Delivery {
    let kind = order.purpose.kind();
    let url = signed_url(kind, &order.endpoint.url);
    let signature = signature::sign(&url, &order.parameters, auth_token);
    let (response, warnings) = match request_url(&order.endpoint.url) {
        Ok(request_url) => match request(client, request_url, order, &signature).await {
            Ok(answer) => {
                let warnings = verdict::judge(order.purpose, &answer);
                (Some(answer), warnings)
            }
            Err(error) => (None, vec![verdict::unreachable(&error)]),
        },
        Err(error) => (None, vec![Warning { code: Some(11100), message: error.to_string() }]),
    };
    let webhook = Webhook { url, parameters: order.parameters.clone(), signature };
    let outcome = verdict::outcome(order, response.as_ref(), &warnings);
    let exchange =
        Exchange { kind, purpose: order.purpose, sid: order.sid.clone(), webhook, response, warnings };
    Delivery { exchanges: vec![exchange], outcome }
}

async fn request(
    client: &Client,
    url: url::Url,
    order: &WebhookOrder,
    signature: &str,
) -> Result<Answer, reqwest::Error> {
    let started = Instant::now();
    let body = Serializer::new(String::new()).extend_pairs(&order.parameters).finish();
    let response = client
        .post(url)
        .header(ACCEPT, "*/*")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=UTF-8")
        .header(USER_AGENT, "TwilioProxy/1.1")
        .header("I-Twilio-Idempotency-Token", Uuid::new_v4().to_string())
        .header("X-Twilio-Signature", signature)
        .body(body)
        .send()
        .await?;
    read(response, started).await
}

async fn read(response: reqwest::Response, started: Instant) -> Result<Answer, reqwest::Error> {
    let status = response.status().as_u16();
    let content_type = response.headers().get(CONTENT_TYPE);
    let content_type = content_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let body = String::from_utf8_lossy(&response.bytes().await?).into_owned();
    let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Answer { status, content_type, body, elapsed_ms })
}
