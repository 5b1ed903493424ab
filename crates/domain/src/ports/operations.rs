use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::OrgId;

use super::StoreError;
use crate::presence::NodeId;
use crate::rollout::Rollout;

/// What concerns no single organisation: for operators and background jobs.
#[async_trait]
pub trait Operations: Send + Sync {
    /// The organisations whose ids come after this one, in their order, `limit` at most; from the first without one.
    async fn organizations(&self, after: Option<OrgId>, limit: i64) -> Result<Vec<OrgId>, StoreError>;
    /// The organisations with something that has to be looked at by now, by the store's clock, the most urgent first, `limit`
    /// at most.
    async fn orgs_with_due(&self, what: Due, limit: i64) -> Result<Vec<OrgId>, StoreError>;
    /// A page of all organisations in the order of their slugs, and how many there are.
    async fn organization_page(&self, limit: i64, offset: i64) -> Result<(Vec<OrgId>, i64), StoreError>;
    /// Where the switch stands, and who put it there.
    async fn rollout(&self) -> Result<RolloutRecord, StoreError>;
    /// Moves the switch, and raises its version; without an interval that stays as it is.
    async fn set_rollout(
        &self,
        percent: u8,
        poll_interval_ms: Option<u32>,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<RolloutRecord, StoreError>;
    /// A node lives. What is known of people and counts no more is cleared away, and their organisations are told; so
    /// are, if this node itself was heard of within `patience`, connections of nodes that were not.
    async fn beat(&self, node: NodeId, patience: TimeDelta) -> Result<(), StoreError>;
    /// A node stops: those who are connected to it count for `grace` from now on.
    async fn leave(&self, node: NodeId, grace: TimeDelta) -> Result<(), StoreError>;
}

/// What has to be looked at from time to time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Due {
    /// Calls.
    Calls,
    /// Messages.
    Messages,
    /// What came with messages, and is to be fetched.
    Attachments,
    /// Texts that may have to be answered by themselves.
    Unanswered,
}

/// A position of the switch, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolloutRecord {
    /// Where it stands.
    pub rollout: Rollout,
    /// Who moved it there, as they said.
    pub changed_by: String,
    /// When.
    pub changed_at: DateTime<Utc>,
}
