use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use switchboard_events::MessageId;

use super::MemTx;
use crate::ids::AttachmentId;
use crate::messages::Attachment;
use crate::ports::{AttachmentRepo, StoreError};

/// What came with a message, and what is in it.
#[derive(Clone)]
pub(super) struct Kept {
    attachment: Attachment,
    bytes: Option<Arc<[u8]>>,
}

impl Kept {
    pub(super) fn due_at(&self) -> Option<DateTime<Utc>> {
        self.attachment.due_at
    }
}

impl MemTx {
    fn kept(&self, id: AttachmentId) -> Option<&Kept> {
        self.tenant.attachments.iter().find(|kept| kept.attachment.id == id)
    }

    fn attachments(&self, is_meant: impl Fn(&Attachment) -> bool) -> Vec<Attachment> {
        let all = self.tenant.attachments.iter().map(|kept| &kept.attachment);
        all.filter(|attachment| is_meant(attachment)).cloned().collect()
    }
}

#[async_trait]
impl AttachmentRepo for MemTx {
    async fn insert_attachment(&mut self, attachment: &Attachment) -> Result<(), StoreError> {
        self.tenant.attachments.push(Kept { attachment: attachment.clone(), bytes: None });
        Ok(())
    }

    async fn attachment(&mut self, id: AttachmentId) -> Result<Option<Attachment>, StoreError> {
        Ok(self.kept(id).map(|kept| kept.attachment.clone()))
    }

    async fn attachment_bytes(&mut self, id: AttachmentId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.kept(id).and_then(|kept| kept.bytes.as_deref()).map(<[u8]>::to_vec))
    }

    async fn attachments_of(&mut self, messages: &[MessageId]) -> Result<Vec<Attachment>, StoreError> {
        let mut attachments = self.attachments(|attachment| messages.contains(&attachment.message));
        attachments.sort_by_key(|attachment| (attachment.message, attachment.place));
        Ok(attachments)
    }

    async fn update_attachment(
        &mut self,
        attachment: &Attachment,
        bytes: Option<&[u8]>,
    ) -> Result<bool, StoreError> {
        let mut all = self.tenant.attachments.iter_mut();
        let known = all.find(|kept| {
            kept.attachment.id == attachment.id && kept.attachment.version == attachment.version
        });
        Ok(known.is_some_and(|kept| {
            kept.attachment = Attachment {
                version: attachment.version + 1,
                fate: attachment.fate.clone(),
                tries: attachment.tries,
                due_at: attachment.due_at,
                ..kept.attachment.clone()
            };
            kept.bytes = bytes.map(Arc::from).or(kept.bytes.take());
            true
        }))
    }

    async fn due_attachments(&mut self, limit: i64) -> Result<Vec<Attachment>, StoreError> {
        let mut due = self.attachments(|attachment| attachment.due_at.is_some_and(|at| at <= self.now));
        due.sort_by_key(|attachment| (attachment.due_at, attachment.id));
        due.truncate(limit as usize);
        Ok(due)
    }
}
