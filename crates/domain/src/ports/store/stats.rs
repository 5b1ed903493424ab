use async_trait::async_trait;

use super::StoreError;
use crate::stats::{CallStats, MessageStats, Period};

/// Figures.
#[async_trait]
pub trait StatsRepo: Send {
    /// Over the messages of a period.
    async fn message_stats(&mut self, period: Period) -> Result<MessageStats, StoreError>;
    /// Over the calls of a period.
    async fn call_stats(&mut self, period: Period) -> Result<CallStats, StoreError>;
}
