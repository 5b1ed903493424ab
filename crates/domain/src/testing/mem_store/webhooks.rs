use std::cmp::Reverse;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::MemTx;
use crate::ids::WebhookId;
use crate::inspector::{Outcome, WebhookCheck, WebhookFilter, WebhookRecord};
use crate::ports::{StoreError, WebhookRepo};

impl MemTx {
    fn newest_first(&self) -> Vec<&WebhookRecord> {
        let mut webhooks: Vec<_> = self.tenant.webhooks.iter().collect();
        webhooks.sort_by_key(|webhook| Reverse((webhook.at, webhook.id)));
        webhooks
    }
}

#[async_trait]
impl WebhookRepo for MemTx {
    async fn insert_webhooks(&mut self, records: &[WebhookRecord]) -> Result<(), StoreError> {
        let mut records = records.to_vec();
        records.sort_by_key(|record| (record.at, record.id));
        for record in records {
            let is_same =
                |known: &&WebhookRecord| known.event == record.event && known.outcome != Outcome::Refused;
            let (call_sid, message_sid) = (record.call_sid(), record.message_sid());
            let mut calls = self.tenant.calls.iter();
            let call = calls
                .find(|call| Some(call.id) == record.call || (call.sid.is_some() && call.sid == call_sid));
            let mut messages = self.tenant.texts.messages();
            let message = messages.find(|message| {
                Some(message.id) == record.message || (message.sid.is_some() && message.sid == message_sid)
            });
            let kept = WebhookRecord {
                is_repeat: self.tenant.webhooks.iter().any(|known| is_same(&known)),
                call: call.map(|call| call.id),
                message: message.map(|message| message.id),
                ..record.clone()
            };
            self.tenant.webhooks.push(kept);
        }
        Ok(())
    }

    async fn forget_webhooks_beyond(&mut self, is_proven: bool, most: i64) -> Result<(), StoreError> {
        let of_that_kind = self.newest_first().into_iter().filter(|webhook| webhook.is_proven == is_proven);
        let old: Vec<_> = of_that_kind.skip(most as usize).map(|webhook| webhook.id).collect();
        self.tenant.webhooks.retain(|webhook| !old.contains(&webhook.id));
        Ok(())
    }

    async fn forget_webhooks_before(&mut self, moment: DateTime<Utc>) -> Result<(), StoreError> {
        self.tenant.webhooks.retain(|webhook| webhook.at >= moment);
        Ok(())
    }

    async fn webhooks(
        &mut self,
        filter: &WebhookFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<WebhookRecord>, i64), StoreError> {
        let fits = |webhook: &&WebhookRecord| {
            filter.kind.is_none_or(|kind| webhook.kind == kind)
                && filter.outcome.is_none_or(|outcome| webhook.outcome == outcome)
                && filter.call.is_none_or(|call| webhook.call == Some(call))
                && filter.message.is_none_or(|message| webhook.message == Some(message))
        };
        let webhooks: Vec<_> = self.newest_first().into_iter().filter(fits).collect();
        let page = webhooks.iter().skip(offset as usize).take(limit as usize);
        Ok((page.map(|webhook| (*webhook).clone()).collect(), webhooks.len() as i64))
    }

    async fn webhook(&mut self, id: WebhookId) -> Result<Option<WebhookRecord>, StoreError> {
        Ok(self.tenant.webhooks.iter().find(|webhook| webhook.id == id).cloned())
    }

    async fn webhook_check(&mut self, account_sid: &str) -> Result<WebhookCheck, StoreError> {
        let mut webhooks = self.newest_first();
        webhooks.retain(|webhook| webhook.account_sid == account_sid);
        let verified_at = webhooks.iter().find(|webhook| webhook.signature.is_right()).map(|found| found.at);
        let wrong = || webhooks.iter().filter(|webhook| webhook.is_mismatch());
        let to_be_mended = wrong().find(|webhook| {
            webhook.is_proven && verified_at.is_none_or(|verified_at| webhook.at > verified_at)
        });
        let mismatch = to_be_mended.or_else(|| wrong().next());
        let words = |webhook: &&WebhookRecord| {
            (webhook.at, webhook.why.as_ref().map(|why| why.words.clone()).unwrap_or_default())
        };
        Ok(WebhookCheck { verified_at, mismatch: mismatch.map(words) })
    }
}
