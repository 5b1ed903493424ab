use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::ids::UploadId;
use crate::uploads::Upload;

/// Files that people send along. Nothing but [`upload_bytes`](Self::upload_bytes) reads what is in them.
#[async_trait]
pub trait UploadRepo: Send {
    /// How many bytes were uploaded after `at`, sent or not, as far as they are still there. Nobody else uploads before this unit
    /// of work ends.
    async fn uploaded_since(&mut self, at: DateTime<Utc>) -> Result<u64, StoreError>;
    /// Adds one, which waits to be sent.
    async fn insert_upload(&mut self, upload: &Upload, bytes: &[u8]) -> Result<(), StoreError>;
    /// Those of these that are there, in any order.
    async fn uploads(&mut self, ids: &[UploadId]) -> Result<Vec<Upload>, StoreError>;
    /// What is in one.
    async fn upload_bytes(&mut self, id: UploadId) -> Result<Option<Vec<u8>>, StoreError>;
    /// The same as [`uploads`](Self::uploads), and they are sent from now on: they stay.
    async fn take_uploads(&mut self, ids: &[UploadId]) -> Result<Vec<Upload>, StoreError>;
    /// Deletes those that wait to be sent since before `before`, `limit` at most, and tells how many.
    async fn forget_uploads(&mut self, before: DateTime<Utc>, limit: i64) -> Result<u64, StoreError>;
}
