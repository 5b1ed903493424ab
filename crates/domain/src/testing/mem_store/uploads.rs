use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::MemTx;
use crate::ids::UploadId;
use crate::ports::{StoreError, UploadRepo};
use crate::uploads::Upload;

/// A file, what is in it, and whether it was sent.
#[derive(Clone)]
pub(super) struct Kept {
    upload: Upload,
    bytes: Arc<[u8]>,
    is_sent: bool,
}

#[async_trait]
impl UploadRepo for MemTx {
    async fn uploaded_since(&mut self, at: DateTime<Utc>) -> Result<u64, StoreError> {
        let since = self.tenant.uploads.iter().filter(|kept| kept.upload.created_at > at);
        Ok(since.map(|kept| u64::from(kept.upload.size)).sum())
    }

    async fn insert_upload(&mut self, upload: &Upload, bytes: &[u8]) -> Result<(), StoreError> {
        self.tenant.uploads.push(Kept { upload: upload.clone(), bytes: bytes.into(), is_sent: false });
        Ok(())
    }

    async fn uploads(&mut self, ids: &[UploadId]) -> Result<Vec<Upload>, StoreError> {
        let all = self.tenant.uploads.iter().map(|kept| &kept.upload);
        Ok(all.filter(|upload| ids.contains(&upload.id)).cloned().collect())
    }

    async fn upload_bytes(&mut self, id: UploadId) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.tenant.uploads.iter().find(|kept| kept.upload.id == id);
        Ok(found.map(|kept| kept.bytes.to_vec()))
    }

    async fn take_uploads(&mut self, ids: &[UploadId]) -> Result<Vec<Upload>, StoreError> {
        let meant = self.tenant.uploads.iter_mut().filter(|kept| ids.contains(&kept.upload.id));
        meant.for_each(|kept| kept.is_sent = true);
        self.uploads(ids).await
    }

    async fn forget_uploads(&mut self, before: DateTime<Utc>, limit: i64) -> Result<u64, StoreError> {
        let is_old = |kept: &Kept| !kept.is_sent && kept.upload.created_at < before;
        let mut left = limit;
        let count = self.tenant.uploads.len();
        self.tenant.uploads.retain(|kept| {
            let goes = left > 0 && is_old(kept);
            left -= i64::from(goes);
            !goes
        });
        Ok((count - self.tenant.uploads.len()) as u64)
    }
}
