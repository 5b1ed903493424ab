//! How Twilio delivers a webhook: it asks, asks again where the address's fragment says so, and turns to the fallback.
//!
//! The idempotency token is the same for all requests of one delivery, because Twilio gives it to recognise them by.

use crate::attempt::{Class, Failure, Hop, Signer, attempt};
use crate::connecting;
use crate::faults::{Fault, Faults};
use crate::overrides::Overrides;
use crate::plan::Plan;
use crate::world::{Endpoint, Outcome, WebhookOrder};
use crate::{Answer, Attempt, Exchange, SimulatorError, Warning, Webhook, verdict};
use reqwest::{Client, redirect};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tower::util::MapFutureLayer;

/// How many sets of connection settings are kept open.
const CLIENTS: usize = 16;

/// Sends webhooks.
#[derive(Debug)]
pub(crate) struct Courier {
    clients: Mutex<HashMap<(Duration, bool), Client>>,
}

/// A delivery to make.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    pub(crate) order: WebhookOrder,
    pub(crate) plan: Plan,
    pub(crate) signer: Signer,
    /// By the simulator's clock, in RFC 3339.
    pub(crate) at: String,
}

/// All that was sent for one order, and what came of it.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) outcome: Outcome,
}

impl Courier {
    pub(crate) fn new() -> Result<Self, SimulatorError> {
        // Whoever installed one before us has a good one too.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let courier = Self { clients: Mutex::default() };
        courier.client(&Overrides::default())?;
        Ok(courier)
    }

    /// Delivers the webhook and, if that fails and there is one, asks its fallback: one exchange for each of the two.
    pub(crate) async fn deliver(&self, parcel: &Parcel, faults: &Faults) -> Delivery {
        let order = &parcel.order;
        let (exchange, outcome) = self.ask(parcel, &order.endpoint, order.parameters.clone(), faults).await;
        let (Outcome::Failed { code, .. }, Some(fallback)) = (&outcome, &order.fallback) else {
            return Delivery { exchanges: vec![exchange], outcome };
        };
        let mut parameters = order.parameters.clone();
        parameters.push(("ErrorCode".to_owned(), code.to_string()));
        parameters.push(("ErrorUrl".to_owned(), exchange.webhook.url.clone()));
        let (second, outcome) = self.ask(parcel, fallback, parameters, faults).await;
        Delivery { exchanges: vec![exchange, second], outcome }
    }

    async fn ask(
        &self,
        parcel: &Parcel,
        endpoint: &Endpoint,
        parameters: Vec<(String, String)>,
        faults: &Faults,
    ) -> (Exchange, Outcome) {
        let order = &parcel.order;
        let (overrides, complaints) = Overrides::of(&endpoint.url);
        let hop = Hop { kind: order.purpose.kind(), endpoint: endpoint.clone(), parameters };
        let webhook = Webhook {
            method: endpoint.method.as_str(),
            url: hop.signed_url(),
            parameters: hop.parameters.clone(),
            signature: hop.signature(&parcel.signer),
            idempotency_token: parcel.plan.idempotency_token.clone(),
        };
        let mut exchange = Exchange {
            kind: hop.kind,
            purpose: order.purpose,
            account_sid: order.account_sid.clone(),
            sid: order.sid.clone(),
            at: parcel.at.clone(),
            webhook,
            attempts: Vec::new(),
            response: None,
            warnings: Vec::new(),
            faults: parcel.plan.faults.clone(),
        };
        if parcel.plan.is_lost {
            exchange
                .warnings
                .push(Warning::remark("this status callback was lost on purpose: it was never sent"));
            let message = "it was lost on purpose".to_owned();
            return (exchange, Outcome::Failed { code: 11200, message });
        }
        let outcome = match self.persist(parcel, &hop, &overrides, faults, &mut exchange).await {
            Ok((answer, from)) => {
                exchange.warnings = verdict::judge(order.purpose, &answer);
                let outcome = verdict::outcome(order.purpose, &answer, from, &exchange.warnings);
                exchange.response = Some(answer);
                outcome
            }
            Err(Failure { code, message, .. }) => {
                exchange.warnings.push(Warning::coded(code, message.clone()));
                Outcome::Failed { code, message }
            }
        };
        exchange.warnings.extend(complaints.into_iter().map(Warning::remark));
        (exchange, outcome)
    }

    /// Attempts until one is answered, or the overrides allow no more.
    async fn persist(
        &self,
        parcel: &Parcel,
        hop: &Hop,
        overrides: &Overrides,
        faults: &Faults,
        exchange: &mut Exchange,
    ) -> Result<(Answer, Endpoint), Failure> {
        let client =
            self.client(overrides).map_err(|error| Failure::new(Class::Final, 11200, error.to_string()))?;
        let deadline = Instant::now() + overrides.total_timeout;
        let mut retries = 0;
        loop {
            let account_sid = &parcel.order.account_sid;
            let mut strikes = |fault: Fault| {
                let struck = faults.strikes(fault, account_sid).is_some();
                if struck {
                    exchange.faults.push(fault.name());
                }
                struck
            };
            let result = if strikes(Fault::Unreachable) {
                exchange.attempts.push(never_sent(hop));
                Err(Failure::new(Class::Connect, 11205, "the webhook gave no answer: it cannot be reached"))
            } else {
                let lost = strikes(Fault::AnswerLost);
                let spoilt = strikes(Fault::BadGateway);
                let token = &parcel.plan.idempotency_token;
                let made = &mut exchange.attempts;
                let result = attempt(&client, hop, &parcel.signer, overrides, token, deadline, made).await;
                match result {
                    Ok(_) if lost => Err(Failure::new(Class::Read, 11200, "the webhook's answer was lost")),
                    Ok((answer, from)) if spoilt => Ok((bad_gateway(&answer), from)),
                    result => result,
                }
            };
            let again = match &result {
                Ok((answer, _)) if answer.status >= 500 => overrides.policy.server_errors,
                Ok((answer, _)) => answer.status >= 400 && overrides.policy.client_errors,
                Err(failure) => match failure.class {
                    Class::Connect => overrides.policy.connect,
                    Class::Read => overrides.policy.read,
                    Class::Final => false,
                },
            };
            if !again || retries == overrides.retries || Instant::now() >= deadline {
                return result;
            }
            retries += 1;
        }
    }

    /// A client that connects as the overrides say. It ignores the machine's proxy settings: webhooks go where they
    /// are addressed.
    fn client(&self, overrides: &Overrides) -> Result<Client, SimulatorError> {
        let key = (overrides.connect_timeout, overrides.sni);
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let client = Client::builder()
            .connect_timeout(overrides.connect_timeout)
            .connector_layer(MapFutureLayer::new(connecting::tell))
            .tls_sni(overrides.sni)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(SimulatorError::Client)?;
        if clients.len() == CLIENTS {
            clients.clear();
        }
        clients.insert(key, client.clone());
        Ok(client)
    }
}

fn never_sent(hop: &Hop) -> Attempt {
    Attempt {
        method: hop.endpoint.method.as_str().to_owned(),
        url: hop.signed_url(),
        edge: None,
        status: None,
        error: Some("it cannot be reached".to_owned()),
        elapsed_ms: 0,
    }
}

/// What something between Twilio and the webhook made of the answer.
fn bad_gateway(answer: &Answer) -> Answer {
    let body = "<html><body>502 Bad Gateway</body></html>".to_owned();
    Answer { status: 502, content_type: Some("text/html".to_owned()), body, elapsed_ms: answer.elapsed_ms }
}
