//! How long the log is kept, which webhooks came, and files that nobody sends. Whoever was away for longer than the log starts
//! anew; nobody is shown a part.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::OrgId;

use crate::access::OrgScope;
use crate::error::Error;
use crate::inspector;
use crate::ports::{Clock, Operations, Store};
use crate::uploads;

/// How many events are deleted in one transaction, which a commit of the same organisation never waits for: it adds at
/// the other end.
const BATCH: i64 = 1_000;
/// How many files are.
const FILES: i64 = 50;
/// How many organisations are listed at once.
const PAGE: i64 = 500;

/// What a sweep did.
#[derive(Debug, Default)]
pub struct Swept {
    /// How many events it deleted.
    pub deleted: u64,
    /// How many files.
    pub files: u64,
    /// Whose it could not look through, and why; the next sweep tries again.
    pub failures: Vec<(OrgId, Error)>,
}

/// Deletes events that are old enough, forgets webhooks that are, and files that waited to be sent for too long.
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
        let now = self.clock.now();
        let mut swept = Swept::default();
        let mut last = None;
        loop {
            let page = self.operations.organizations(last, PAGE).await?;
            let Some(end) = page.last() else { return Ok(swept) };
            last = Some(*end);
            for org in page {
                if let Err(error) = self.sweep_one(org, now, &mut swept).await {
                    swept.failures.push((org, error));
                }
            }
        }
    }

    async fn sweep_one(&self, org: OrgId, now: DateTime<Utc>, swept: &mut Swept) -> Result<(), Error> {
        #[expect(clippy::disallowed_methods, reason = "a background job that does the same for everybody")]
        let scope = OrgScope::trusted(org);
        self.trim(scope, now - self.keep, &mut swept.deleted).await?;
        self.forget(scope, now - uploads::WAITS, &mut swept.files).await
    }

    async fn trim(&self, scope: OrgScope, before: DateTime<Utc>, deleted: &mut u64) -> Result<(), Error> {
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
    async fn forget(&self, scope: OrgScope, before: DateTime<Utc>, files: &mut u64) -> Result<(), Error> {
        loop {
            let mut tx = self.store.begin(scope).await?;
            let count = tx.forget_uploads(before, FILES).await?;
            tx.commit().await?;
            *files += count;
            if count < FILES.unsigned_abs() {
                return Ok(());
            }
        }
    }
}
