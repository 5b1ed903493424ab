//! Recordings, for those who may hear them: by addresses that work for a short while, and for one person's session.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::access::{Caller, OrgScope};
use crate::error::Error;
use crate::ports::{Clock, Download, MediaClaims, Recordings, Store, Tokens};
use crate::twilio_settings::TwilioAccounts;

/// How long an address works.
pub const WORKS_FOR: TimeDelta = TimeDelta::minutes(15);
/// The largest recording that is handed on, in bytes: hours of speech.
const LARGEST: usize = 64 * 1024 * 1024;

/// Recordings, by short-lived addresses.
pub struct Media {
    parts: Parts,
}

/// What recordings are found and fetched with.
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

impl Media {
    /// Over its parts.
    pub fn new(parts: Parts) -> Self {
        Self { parts }
    }

    /// Where the caller can hear this recording, for [`WORKS_FOR`], while they are signed in.
    pub fn url(&self, caller: &Caller, sid: &str, now: DateTime<Utc>) -> String {
        let claims = MediaClaims {
            org: caller.scope.org(),
            user: caller.user,
            session: caller.session,
            recording: sid.to_owned(),
            expires_at: now + WORKS_FOR,
        };
        let base = self.parts.base.trim_end_matches('/');
        format!("{base}/api/twilio/recordings/{}", self.parts.tokens.issue_media(&claims))
    }

    /// The recording at such an address, as MP3.
    ///
    /// [`Error::NotFound`] for an address that was never given out or works no more, and for a recording that is gone;
    /// [`Error::Unauthenticated`] once the session has ended in which it was given out.
    pub async fn audio(&self, token: &str) -> Result<Vec<u8>, Error> {
        const NOTHING: Error = Error::NotFound("recording");
        let now = self.parts.clock.now();
        let claims = self.parts.tokens.read_media(token).map_err(|_| NOTHING)?;
        if claims.expires_at <= now {
            return Err(NOTHING);
        }
        #[expect(clippy::disallowed_methods, reason = "from a token that was signed here")]
        let scope = OrgScope::trusted(claims.org);
        let mut tx = self.parts.store.begin(scope).await?;
        let session = tx.live_session(claims.session, now).await?;
        let is_theirs = session.is_some_and(|(session, _)| session.user == claims.user);
        if !is_theirs {
            return Err(Error::Unauthenticated("this session has ended"));
        }
        tx.recording(&claims.recording).await?.ok_or(NOTHING)?;
        drop(tx);
        let credentials = self.parts.accounts.credentials(scope).await?;
        let audio = self.parts.recordings.recording_audio(&credentials, &claims.recording, LARGEST).await;
        match audio.map_err(Error::Twilio)? {
            Download::File { bytes, .. } => Ok(bytes),
            Download::TooLarge | Download::Missing => Err(NOTHING),
        }
    }
}
