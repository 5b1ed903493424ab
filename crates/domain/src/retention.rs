//! How long the log is kept, and which webhooks came. Whoever was away for longer starts anew; nobody is shown a part.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::OrgId;

use crate::access::OrgScope;
use crate::error::Error;
use crate::inspector;
use crate::ports::{Clock, Operations, Store};

/// How many events are deleted in one transaction, which a commit of the same organisation never waits for: it adds at
/// the other end.
const BATCH: i64 = 1_000;
/// How many organisations are listed at once.
const PAGE: i64 = 500;

/// What a sweep did.
#[derive(Debug, Default)]
pub struct Swept {
    /// How many events it deleted.
    pub deleted: u64,
    /// Whose log it could not trim, and why; the next sweep tries again.
    pub failures: Vec<(OrgId, Error)>,
}

/// Deletes events that are old enough, and forgets webhooks that are.
pub struct Retention {
    store: Arc<dyn Store>,
    operations: Arc<dyn Operations>,
    clock: Arc<dyn Clock>,
    keep: TimeDelta,
}

impl Retention {
    /// Keeps events for as long as `keep`.
    pub fn new(
        store: Arc<dyn Store>,
        operations: Arc<dyn Operations>,
        clock: Arc<dyn Clock>,
        keep: TimeDelta,
    ) -> Self {
        Self { store, operations, clock, keep }
    }

    /// Goes through the organisations once. Several nodes may at the same time; one organisation's trouble is not
    /// another's. What was deleted before this is dropped stays deleted.
    pub async fn sweep(&self) -> Result<Swept, Error> {
        let before = self.clock.now() - self.keep;
        let mut swept = Swept::default();
        let mut last = None;
        loop {
            let page = self.operations.organizations(last, PAGE).await?;
            let Some(end) = page.last() else { return Ok(swept) };
            last = Some(*end);
            for org in page {
                if let Err(error) = self.trim(org, before, &mut swept.deleted).await {
                    swept.failures.push((org, error));
                }
            }
        }
    }

    async fn trim(&self, org: OrgId, before: DateTime<Utc>, deleted: &mut u64) -> Result<(), Error> {
        #[expect(clippy::disallowed_methods, reason = "a background job that does the same for everybody")]
        let scope = OrgScope::trusted(org);
        loop {
            let mut tx = self.store.begin(scope).await?;
            let count = tx.trim(before, BATCH).await?;
            tx.forget_webhooks_before(self.clock.now() - inspector::KEPT).await?;
            tx.commit().await?;
            *deleted += count;
            if count < BATCH.unsigned_abs() {
                return Ok(());
            }
        }
    }
}
