//! What chance, and whoever switched faults on, have in store for a webhook before it is sent.

use crate::attempt::Signer;
use crate::faults::{Fault, Faults};
use crate::world::{Purpose, WebhookOrder};
use secrecy::SecretString;
use std::time::Duration;

/// How a webhook is to be delivered.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// By the simulator's clock.
    pub(crate) delay: Duration,
    /// It is never sent.
    pub(crate) is_lost: bool,
    pub(crate) signature: Signature,
    pub(crate) idempotency_token: String,
    /// The idempotency token of a second delivery.
    pub(crate) second: Option<String>,
    /// The faults that struck, by their names.
    pub(crate) faults: Vec<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signature {
    Right,
    Wrong,
    Stale,
}

impl Plan {
    /// Decides about `order`. A stale token can only be used once there is one.
    pub(crate) fn new(order: &WebhookOrder, faults: &Faults, has_previous_token: bool) -> Self {
        let mut struck = Vec::new();
        let mut strikes = |fault: Fault| {
            let delay = faults.strikes(fault, &order.account_sid);
            if delay.is_some() {
                struck.push(fault.name());
            }
            delay
        };
        let mut delay = Duration::ZERO;
        let mut is_lost = false;
        if is_callback(order.purpose) {
            is_lost = strikes(Fault::Lose).is_some();
            delay += strikes(Fault::CallbackLatency).unwrap_or_default();
            delay += strikes(Fault::Reorder).unwrap_or_default();
        } else {
            delay += strikes(Fault::Latency).unwrap_or_default();
        }
        let signature = if strikes(Fault::WrongSignature).is_some() {
            Signature::Wrong
        } else if has_previous_token && strikes(Fault::StaleToken).is_some() {
            Signature::Stale
        } else {
            Signature::Right
        };
        let idempotency_token = faults.idempotency_token();
        let second = if strikes(Fault::Duplicate).is_some() {
            Some(faults.idempotency_token())
        } else {
            strikes(Fault::Retransmit).map(|_| idempotency_token.clone())
        };
        Self { delay, is_lost, signature, idempotency_token, second, faults: struck }
    }

    /// What signs, of the account's token and the one before it.
    pub(crate) fn signer(&self, current: Option<&SecretString>, previous: Option<&SecretString>) -> Signer {
        let token = match self.signature {
            Signature::Right => current,
            Signature::Stale => previous.or(current),
            Signature::Wrong => None,
        };
        token.map_or(Signer::Stranger, |token| Signer::Token(token.clone()))
    }

    /// The second delivery, once the first is over.
    pub(crate) fn take_second(&mut self) -> Option<Self> {
        let idempotency_token = self.second.take()?;
        Some(Self { idempotency_token, ..self.clone() })
    }
}

/// Nobody waits for the answer of such a webhook.
fn is_callback(purpose: Purpose) -> bool {
    !purpose.wants_twiml() && purpose != Purpose::Afterwards
}
