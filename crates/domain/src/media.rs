//! Recordings, and what hangs on messages, for those who may hear and see them: by addresses that work for a short while,
//! and for one person's session. What is sent has one for Twilio, too, which fetches it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::access::{Caller, OrgScope};
use crate::error::Error;
use crate::ids::{AttachmentId, UploadId};
use crate::messages::{Fate, MediaType};
use crate::ports::{Clock, Download, MediaClaims, MediaKey, MediaReader, OrgTx, Recordings, Store, Tokens};
use crate::twilio_settings::TwilioAccounts;

/// How long an address works.
pub const WORKS_FOR: TimeDelta = TimeDelta::minutes(15);
/// How long Twilio may take to fetch what it was told to send: longer than a message waits there, which is ten hours at most.
/// <https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource>
pub const WORKS_FOR_TWILIO: TimeDelta = TimeDelta::hours(12);
/// The largest recording that is handed on, in bytes: hours of speech.
const LARGEST: usize = 64 * 1024 * 1024;

/// Where there is no file: at an address that was never given out or works no more, too.
const NOTHING: Error = Error::NotFound("file");

/// Recordings and what hangs on messages, by addresses that end.
pub struct Media {
    parts: Parts,
}

/// What files are found and fetched with.
#[expect(missing_docs, reason = "each field is the port or service of its name")]
pub struct Parts {
    pub store: Arc<dyn Store>,
    pub tokens: Arc<dyn Tokens>,
    pub accounts: Arc<TwilioAccounts>,
    pub recordings: Arc<dyn Recordings>,
    pub clock: Arc<dyn Clock>,
    /// What the addresses are under.
    pub base: String,
}

/// What is at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaFile {
    /// What it is.
    pub kind: MediaType,
    /// The whole of it.
    pub bytes: Vec<u8>,
}

impl Media {
    /// Over its parts.
    pub fn new(parts: Parts) -> Self {
        Self { parts }
    }

    /// Where the caller can hear this recording, for [`WORKS_FOR`], while they are signed in.
    pub fn recording_url(&self, caller: &Caller, sid: &str, now: DateTime<Utc>) -> String {
        self.persons_url(caller, "recordings", MediaKey::Recording(sid.to_owned()), now)
    }

    /// Where the caller can see what came with a message, likewise.
    pub fn attachment_url(&self, caller: &Caller, id: AttachmentId, now: DateTime<Utc>) -> String {
        self.persons_url(caller, "media", MediaKey::Attachment(id), now)
    }

    /// Where the caller can see what somebody sends along, likewise.
    pub fn upload_url(&self, caller: &Caller, id: UploadId, now: DateTime<Utc>) -> String {
        self.persons_url(caller, "media", MediaKey::Upload(id), now)
    }

    /// Where Twilio fetches what it is to send, for [`WORKS_FOR_TWILIO`].
    pub fn url_for_twilio(&self, scope: OrgScope, id: UploadId, now: DateTime<Utc>) -> String {
        let claims = MediaClaims {
            org: scope.org(),
            reader: MediaReader::Twilio,
            file: MediaKey::Upload(id),
            expires_at: now + WORKS_FOR_TWILIO,
        };
        self.url("media", &claims)
    }

    fn persons_url(&self, caller: &Caller, folder: &str, file: MediaKey, now: DateTime<Utc>) -> String {
        let claims = MediaClaims {
            org: caller.scope.org(),
            reader: MediaReader::Person(caller.user, caller.session),
            file,
            expires_at: now + WORKS_FOR,
        };
        self.url(folder, &claims)
    }

    fn url(&self, folder: &str, claims: &MediaClaims) -> String {
        let base = self.parts.base.trim_end_matches('/');
        format!("{base}/api/twilio/{folder}/{}", self.parts.tokens.issue_media(claims))
    }

    /// The file at such an address; recordings as MP3.
    ///
    /// [`Error::NotFound`] for an address that was never given out or works no more, and for a file that is gone;
    /// [`Error::Unauthenticated`] once the session has ended in which it was given out.
    pub async fn file(&self, token: &str) -> Result<MediaFile, Error> {
        let now = self.parts.clock.now();
        let claims = self.parts.tokens.read_media(token).map_err(|_| NOTHING)?;
        if claims.expires_at <= now {
            return Err(NOTHING);
        }
        #[expect(clippy::disallowed_methods, reason = "from a token that was signed here")]
        let scope = OrgScope::trusted(claims.org);
        let mut tx = self.parts.store.begin(scope).await?;
        match (claims.reader, &claims.file) {
            (MediaReader::Person(user, session), _) => {
                let session = tx.live_session(session, now).await?;
                if session.is_none_or(|(session, _)| session.user != user) {
                    return Err(Error::Unauthenticated("this session has ended"));
                }
            }
            (MediaReader::Twilio, MediaKey::Upload(_)) => {}
            (MediaReader::Twilio, _) => return Err(NOTHING),
        }
        match claims.file {
            MediaKey::Recording(sid) => {
                tx.recording(&sid).await?.ok_or(NOTHING)?;
                drop(tx);
                self.recording(scope, &sid).await
            }
            MediaKey::Attachment(id) => attachment(tx.as_mut(), id).await,
            MediaKey::Upload(id) => upload(tx.as_mut(), id).await,
        }
    }

    async fn recording(&self, scope: OrgScope, sid: &str) -> Result<MediaFile, Error> {
        let credentials = self.parts.accounts.credentials(scope).await?;
        let audio = self.parts.recordings.recording_audio(&credentials, sid, LARGEST).await;
        match audio.map_err(Error::Twilio)? {
            Download::File { bytes, .. } => Ok(MediaFile { kind: MediaType::Mp3, bytes }),
            Download::TooLarge | Download::Missing => Err(NOTHING),
        }
    }
}

async fn attachment(tx: &mut dyn OrgTx, id: AttachmentId) -> Result<MediaFile, Error> {
    let Fate::Kept { kind, .. } = tx.attachment(id).await?.ok_or(NOTHING)?.fate else { return Err(NOTHING) };
    let bytes = tx.attachment_bytes(id).await?.ok_or(NOTHING)?;
    Ok(MediaFile { kind, bytes })
}

async fn upload(tx: &mut dyn OrgTx, id: UploadId) -> Result<MediaFile, Error> {
    let kind = tx.uploads(&[id]).await?.pop().ok_or(NOTHING)?.kind;
    let bytes = tx.upload_bytes(id).await?.ok_or(NOTHING)?;
    Ok(MediaFile { kind, bytes })
}
