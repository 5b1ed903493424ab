//! Files that people send along. They are kept here until they are sent, and then with the message; Twilio fetches them from
//! here. What nobody sends is deleted after a day.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::UserId;

use crate::access::Caller;
use crate::error::Error;
use crate::ids::UploadId;
use crate::messages::MediaType;
use crate::ports::Store;

/// The largest file that can be sent, in bytes: a picture.
pub const LARGEST_UPLOAD: usize = 5_000_000;
/// How long a file waits to be sent.
pub const WAITS: TimeDelta = TimeDelta::days(1);
/// How much an organisation may upload in the course of [`WAITS`], in bytes: some two thousand pictures as phones take them.
pub const MOST_UPLOADED: u64 = 500_000_000;

/// What stands before the id of an upload where a message names what hangs on it.
const SCHEME: &str = "upload:";

/// A file that somebody sends along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Our id.
    pub id: UploadId,
    /// Who uploaded it.
    pub by: UserId,
    /// What it is.
    pub kind: MediaType,
    /// How large, in bytes.
    pub size: u32,
    /// When that was.
    pub created_at: DateTime<Utc>,
}

impl UploadId {
    /// How a message names it among its media: a name and not an address, for addresses end.
    pub fn name(self) -> String {
        format!("{SCHEME}{self}")
    }

    /// Back from [`name`](Self::name); what is elsewhere is none.
    pub fn named(url: &str) -> Option<Self> {
        url.strip_prefix(SCHEME)?.parse().ok()
    }
}

/// Takes files that are to be sent.
pub struct Uploads {
    store: Arc<dyn Store>,
}

impl Uploads {
    /// Over a store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// Keeps a file that is to be sent. What it is, its bytes say.
    ///
    /// [`Error::Invalid`] if it is nothing that Twilio takes, or too much of it; [`Error::NoRoom`] if the organisation uploaded
    /// [`MOST_UPLOADED`] within a day.
    pub async fn keep(&self, caller: &Caller, bytes: &[u8]) -> Result<Upload, Error> {
        let kind = judge(bytes)?;
        let size = u32::try_from(bytes.len()).map_err(|_| too_large(LARGEST_UPLOAD))?;
        let mut tx = self.store.begin(caller.scope).await?;
        let now = tx.now().await?;
        if tx.uploaded_since(now - WAITS).await? + u64::from(size) > MOST_UPLOADED {
            return Err(Error::NoRoom);
        }
        let upload = Upload { id: UploadId::generate(), by: caller.user, kind, size, created_at: now };
        tx.insert_upload(&upload, bytes).await?;
        tx.commit().await?;
        Ok(upload)
    }
}

fn judge(bytes: &[u8]) -> Result<MediaType, Error> {
    if bytes.is_empty() {
        return Err(Error::invalid("file", "is empty"));
    }
    let kind = MediaType::of(bytes);
    let (kind, most) = kind
        .and_then(|kind| Some((kind, kind.most_sent()?)))
        .ok_or_else(|| Error::invalid("file", "is of a kind that cannot be sent"))?;
    if bytes.len() > most { Err(too_large(most)) } else { Ok(kind) }
}

fn too_large(most: usize) -> Error {
    let most =
        if most < 1_000_000 { format!("{} kB", most / 1_000) } else { format!("{} MB", most / 1_000_000) };
    Error::invalid("file", format!("must be {most} at most"))
}
