use async_trait::async_trait;
use switchboard_events::UserId;

use super::StoreError;
use crate::presence::{Attendance, NodeId, Sighting, Status};

/// Who is here. Moments are the store's own, and judged by its own clock.
#[async_trait]
pub trait PresenceRepo: Send {
    /// How everybody active stands, or of them only these, in the order of their ids. Who is on a call is the calls'
    /// matter: nobody is, here.
    async fn attendances(&mut self, of: Option<&[UserId]>) -> Result<Vec<Attendance>, StoreError>;
    /// Keeps what a node knows of people, in place of what it knew of them before. A stay that ends does not end earlier
    /// than was said before. True if somebody is here who was not, or may be gone.
    async fn note_sightings(&mut self, node: NodeId, sightings: &[Sighting]) -> Result<bool, StoreError>;
    /// Keeps what somebody says of themselves; false if they said so before.
    async fn set_status(&mut self, user: UserId, status: Status) -> Result<bool, StoreError>;
}
