use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::MemTx;
use crate::calls::{CallState, Direction, RecordingKind};
use crate::messages::Progress;
use crate::ports::{MessageStatus, Price, StatsRepo, StoreError};
use crate::stats::{CallStats, MessageStats, Period};

impl Period {
    fn holds(self, at: DateTime<Utc>) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }
}

/// As PostgreSQL adds up amounts of five decimals.
fn cost(prices: &[Price]) -> String {
    let amounts = prices.iter().filter_map(|price| price.amount().parse::<f64>().ok());
    if prices.is_empty() { "0".to_owned() } else { format!("{:.5}", -amounts.sum::<f64>()) }
}

#[async_trait]
impl StatsRepo for MemTx {
    async fn message_stats(&mut self, period: Period) -> Result<MessageStats, StoreError> {
        let mut stats = MessageStats::default();
        let mut prices = Vec::new();
        for message in self.tenant.texts.messages() {
            let does_not_count =
                [Progress::Scheduled, Progress::Told(MessageStatus::Canceled)].contains(&message.progress);
            if does_not_count || !period.holds(message.created_at) {
                continue;
            }
            stats.total += 1;
            stats.received += i64::from(message.direction == Direction::Inbound);
            stats.sent += i64::from(message.direction == Direction::Outbound);
            if let Progress::Told(status) = &message.progress {
                stats.delivered += i64::from(status.has_arrived());
                let has_failed = [MessageStatus::Failed, MessageStatus::Undelivered].contains(status);
                stats.failed += i64::from(has_failed);
            }
            prices.extend(message.price.clone());
        }
        stats.cost = cost(&prices);
        Ok(stats)
    }

    async fn call_stats(&mut self, period: Period) -> Result<CallStats, StoreError> {
        let mut stats = CallStats::default();
        let mut prices = Vec::new();
        for call in self.tenant.calls.iter().filter(|call| period.holds(call.started_at)) {
            let is_inbound = call.direction == Direction::Inbound;
            let is_voicemail = self
                .tenant
                .recordings
                .iter()
                .any(|recording| recording.call == call.id && recording.kind == RecordingKind::Voicemail);
            let is_unanswered = is_inbound && call.answered_at.is_none();
            stats.total += 1;
            stats.inbound += i64::from(is_inbound);
            stats.outbound += i64::from(!is_inbound);
            stats.answered += i64::from(call.answered_at.is_some());
            stats.voicemail += i64::from(is_unanswered && is_voicemail);
            stats.missed += i64::from(is_unanswered && !is_voicemail && call.state == CallState::Ended);
            stats.duration += i64::from(call.duration_seconds.unwrap_or_default());
            prices.extend(call.price.clone());
        }
        stats.cost = cost(&prices);
        Ok(stats)
    }
}
