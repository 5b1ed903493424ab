//! Which webhooks came lately, and what became of each: for an admin who has to find out why it does not ring.
//!
//! What is remembered is bounded by number, by age and by length, and never what anybody could use: the signature is not in it,
//! nor are tokens that Twilio sends along. What only the holder of the account's token can have sent is counted apart
//! from what anybody can send, so that nobody washes it away.

mod record;
mod sent;
mod words;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::{CallId, MessageId, OrgId};

pub use self::record::{WebhookRecord, Why};
pub use self::sent::{Sent, cut_answer};
pub use self::words::{Outcome, SignatureVerdict, WebhookKind};
use crate::access::{Caller, OrgScope};
use crate::error::Error;
pub use crate::ids::WebhookId;
use crate::ports::{Directory, Store, StoreError};

/// How long a webhook is remembered at most.
pub const KEPT: TimeDelta = TimeDelta::days(7);
/// How many an organisation's are remembered of those that its account's token signed.
pub const MOST: i64 = 500;
/// How many of those that anybody may have sent.
pub const MOST_OF_ANYBODY: i64 = 100;

/// Which webhooks to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookFilter {
    /// Those of this kind.
    pub kind: Option<WebhookKind>,
    /// Those that ended so.
    pub outcome: Option<Outcome>,
    /// Those about this call.
    pub call: Option<CallId>,
    /// Those about this message.
    pub message: Option<MessageId>,
}

/// How an account's signatures fared lately, for one organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookCheck {
    /// When one was right.
    pub verified_at: Option<DateTime<Utc>>,
    /// When one was wrong, and what was found out about that. What says what to mend stays until one is right.
    pub mismatch: Option<(DateTime<Utc>, String)>,
}

/// A webhook that was answered, and whose it may be.
#[derive(Debug, Clone)]
pub struct Heard {
    /// What is remembered of it.
    pub record: WebhookRecord,
    /// The organisations that it may be about, with what their own tokens say of its signature.
    pub whose: Vec<(OrgId, SignatureVerdict)>,
}

/// Remembers webhooks, and shows them.
pub struct Inspector {
    store: Arc<dyn Store>,
    directory: Arc<dyn Directory>,
}

impl Inspector {
    /// Over a store and its directory.
    pub fn new(store: Arc<dyn Store>, directory: Arc<dyn Directory>) -> Self {
        Self { store, directory }
    }

    /// Remembers these, in one transaction for each organisation. Returns whose could not be kept, how many, and why; they are
    /// forgotten.
    pub async fn keep(&self, heard: Vec<Heard>) -> Vec<(Option<OrgId>, usize, StoreError)> {
        let mut failures = Vec::new();
        let mut owners = HashMap::new();
        let mut records: HashMap<OrgId, Vec<WebhookRecord>> = HashMap::new();
        for Heard { record, whose } in heard {
            match self.narrow(&record, whose, &mut owners).await {
                Ok(whose) => {
                    for (org, signature) in whose {
                        let id = WebhookId::generate();
                        records.entry(org).or_default().push(WebhookRecord {
                            id,
                            signature,
                            ..record.clone()
                        });
                    }
                }
                Err(error) => failures.push((None, 1, error)),
            }
        }
        for (org, records) in records {
            if let Err(error) = self.write(org, &records).await {
                failures.push((Some(org), records.len(), error));
            }
        }
        failures
    }

    /// Of several who share an account, whose number or messaging service it names; all of them if it is nobody's.
    async fn narrow(
        &self,
        record: &WebhookRecord,
        whose: Vec<(OrgId, SignatureVerdict)>,
        owners: &mut HashMap<String, Option<OrgId>>,
    ) -> Result<Vec<(OrgId, SignatureVerdict)>, StoreError> {
        if whose.len() < 2 {
            return Ok(whose);
        }
        for key in record.keys() {
            let known = format!("{}/{key}", record.account_sid);
            let owner = match owners.get(&known) {
                Some(owner) => *owner,
                None => self.directory.number_owner(&record.account_sid, key).await?,
            };
            owners.insert(known, owner);
            if let Some(found) = whose.iter().find(|(org, _)| Some(*org) == owner) {
                return Ok(vec![*found]);
            }
        }
        Ok(whose)
    }

    async fn write(&self, org: OrgId, records: &[WebhookRecord]) -> Result<(), StoreError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "a background job; the webhook names the account it uses"
        )]
        let scope = OrgScope::trusted(org);
        let mut tx = self.store.begin(scope).await?;
        tx.insert_webhooks(records).await?;
        for (is_proven, most) in [(true, MOST), (false, MOST_OF_ANYBODY)] {
            if records.iter().any(|record| record.is_proven == is_proven) {
                tx.forget_webhooks_beyond(is_proven, most).await?;
            }
        }
        tx.commit().await
    }

    /// One page of webhooks, newest first, and how many there are in all.
    pub async fn list(
        &self,
        caller: &Caller,
        filter: &WebhookFilter,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<WebhookRecord>, i64), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        Ok(tx.webhooks(filter, limit, offset).await?)
    }

    /// A webhook.
    pub async fn get(&self, caller: &Caller, id: WebhookId) -> Result<WebhookRecord, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        tx.webhook(id).await?.ok_or(Error::NotFound("webhook"))
    }
}
