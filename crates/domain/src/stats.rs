//! Figures over calls and messages.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::access::Caller;
use crate::error::Error;
use crate::ports::Store;

/// Of which time figures are wanted: from a moment on, and up to another that does not count any more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// Else from the beginning.
    pub from: Option<DateTime<Utc>>,
    /// Else up to now.
    pub to: Option<DateTime<Utc>>,
}

/// Figures over messages. What was called back, or is to be sent later, does not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct MessageStats {
    pub total: i64,
    pub sent: i64,
    pub received: i64,
    /// Of those sent, those that arrived.
    pub delivered: i64,
    /// Of those sent, those that did not.
    pub failed: i64,
    /// What those cost of which Twilio told it, in its digits.
    pub cost: String,
}

/// Figures over calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct CallStats {
    pub total: i64,
    pub outbound: i64,
    pub inbound: i64,
    /// Those in which somebody talked.
    pub answered: i64,
    /// Those that came in, are over, and nobody talked nor left a message.
    pub missed: i64,
    /// Those that came in, and the caller came as far as leaving a message.
    pub voicemail: i64,
    /// How long customers were on the line in all, in seconds.
    pub duration: i64,
    /// What the customers' ends of those cost of which Twilio told it, in its digits.
    pub cost: String,
}

/// Figures, for those who ask.
pub struct Stats {
    store: Arc<dyn Store>,
}

impl Stats {
    /// Over a store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// Figures over the messages and calls that began in a period.
    pub async fn of(&self, caller: &Caller, period: Period) -> Result<(MessageStats, CallStats), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        Ok((tx.message_stats(period).await?, tx.call_stats(period).await?))
    }
}
