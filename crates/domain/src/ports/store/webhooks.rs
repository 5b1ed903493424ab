use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::ids::WebhookId;
use crate::inspector::{WebhookCheck, WebhookFilter, WebhookRecord};

/// The webhooks that came lately. They are few: who keeps them bounds them.
#[async_trait]
pub trait WebhookRepo: Send {
    /// Adds these. Each leads to the call and the message that it names by id or by SID, as far as those are here, and is a
    /// repeat if one of the same event came before and was not refused.
    async fn insert_webhooks(&mut self, records: &[WebhookRecord]) -> Result<(), StoreError>;
    /// Forgets all but the newest `most` of those that are proven, or of those that are not.
    async fn forget_webhooks_beyond(&mut self, is_proven: bool, most: i64) -> Result<(), StoreError>;
    /// Forgets those that came before this moment.
    async fn forget_webhooks_before(&mut self, moment: DateTime<Utc>) -> Result<(), StoreError>;
    /// One page, newest first, and how many there are in all.
    async fn webhooks(
        &mut self,
        filter: &WebhookFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<WebhookRecord>, i64), StoreError>;
    /// One of them.
    async fn webhook(&mut self, id: WebhookId) -> Result<Option<WebhookRecord>, StoreError>;
    /// How the signatures of this account fared: when one was right last, and the last one that was wrong; of those since
    /// then, one that is proven before all that are not.
    async fn webhook_check(&mut self, account_sid: &str) -> Result<WebhookCheck, StoreError>;
}
