use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use switchboard_events::{OrgId, SessionId, UserId};

use crate::access::{Caller, Role};
use crate::error::Error;
use crate::feed::Reader;
use crate::ids::{AttachmentId, UploadId};
use crate::log::{LogEntry, LogPosition};

/// What time it is.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> DateTime<Utc>;
}

/// Hints that an organisation's log or rights moved on. Lost, doubled and late hints cost latency, never an event.
pub trait Wake: Send + Sync {
    /// Something was committed for `org`.
    fn wake(&self, org: OrgId);
}

/// Who knows at once when a log grows, holds those who ask for it until then, and minds who asks.
#[async_trait]
pub trait Newsroom: Send + Sync {
    /// Somebody asks for what is new, and is here by that for [`ATTENTION`](crate::presence::ATTENTION).
    fn saw(&self, caller: &Caller);
    /// Somebody who asks says whether they would notice that it rings.
    fn heard(&self, caller: &Caller, is_audible: bool);
    /// Waits, `wait` at most, until there are events after `known`, or other calls ring for the reader than `offers`.
    /// [`Error::Unauthenticated`] once the reader's session has ended.
    async fn wait(
        &self,
        reader: &Reader,
        known: LogPosition,
        limit: u16,
        offers: &[String],
        wait: Duration,
    ) -> Result<News, Error>;
}

/// What somebody who waited is told.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// The next events.
    Entries {
        /// Those after the known ones, in order and without a gap.
        entries: Vec<LogEntry>,
        /// The number of the log's last event.
        head: u64,
        /// What rings for the reader now.
        offers: Vec<String>,
    },
    /// Nothing that could be told from here.
    LookYourself,
}

impl News {
    /// Whether it tells of events.
    pub fn has_entries(&self) -> bool {
        matches!(self, News::Entries { entries, .. } if !entries.is_empty())
    }
}

/// Slow hashes of passwords.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// Hashes a password for storing.
    async fn hash(&self, password: SecretString) -> Result<String, PasswordError>;
    /// Whether the password belongs to the hash. Without a hash the same work is done and the answer is no.
    async fn verify(&self, password: SecretString, hash: Option<String>) -> Result<bool, PasswordError>;
}

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many wait already; try later.
    #[error("could not get a turn to hash")]
    Busy,
    /// A fault of ours.
    #[error("could not hash")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What a drawn token is stored and found under: its hash. Nobody gets from here to the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

/// Tokens: signed ones for people, drawn ones for services and invitations. Expiry is the domain's matter: a token is read here whatever
/// its age.
pub trait Tokens: Send + Sync {
    /// Signs an access token.
    fn issue_access(&self, claims: &AccessClaims) -> String;
    /// Reads an access token that was signed here.
    fn read_access(&self, token: &str) -> Result<AccessClaims, TokenError>;
    /// Signs a refresh token: the same claims give the same token as long as the key stays.
    fn issue_refresh(&self, claims: &RefreshClaims) -> String;
    /// Reads a refresh token that was signed here.
    fn read_refresh(&self, token: &str) -> Result<RefreshClaims, TokenError>;
    /// Signs an address of a file.
    fn issue_media(&self, claims: &MediaClaims) -> String;
    /// Reads an address of a file that was signed here.
    fn read_media(&self, token: &str) -> Result<MediaClaims, TokenError>;
    /// Draws a token for a service that nobody can guess, and tells its hash.
    fn issue_service(&self) -> (String, TokenHash);
    /// The hash of a service token; of one that was never drawn too, if it looks like one.
    fn read_service(&self, token: &str) -> Result<TokenHash, TokenError>;
    /// Draws a token for somebody who is invited, likewise.
    fn issue_invitation(&self) -> (String, TokenHash);
    /// The hash of an invitation's token, likewise.
    fn read_invitation(&self, token: &str) -> Result<TokenHash, TokenError>;
}

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessClaims {
    /// Who.
    pub user: UserId,
    /// Of which organisation.
    pub org: OrgId,
    /// In which session.
    pub session: SessionId,
    /// For the bearer's eyes; decisions are made on what the database says.
    pub email: String,
    /// For the bearer's eyes too.
    pub role: Role,
    /// When it was signed; whole seconds count.
    pub issued_at: DateTime<Utc>,
    /// When it ends; whole seconds count.
    pub expires_at: DateTime<Utc>,
}

/// What an address of a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaClaims {
    /// Whose file it is.
    pub org: OrgId,
    /// Who may see or hear it.
    pub reader: MediaReader,
    /// Which one.
    pub file: MediaKey,
    /// When it ends; whole seconds count.
    pub expires_at: DateTime<Utc>,
}

/// Whom an address of a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaReader {
    /// This person, while this session lives.
    Person(UserId, SessionId),
    /// Twilio, which says nothing of itself: whoever has the address. It works for uploads alone.
    Twilio,
}

/// Which file an address is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaKey {
    /// A recording, by Twilio's id.
    Recording(String),
    /// What came with a message.
    Attachment(AttachmentId),
    /// What somebody sends along.
    Upload(UploadId),
}

/// What a refresh token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshClaims {
    /// Of which organisation.
    pub org: OrgId,
    /// In which session.
    pub session: SessionId,
    /// Which in the session's row of refresh tokens: the first is 0.
    pub generation: i32,
    /// When it ends, together with its session.
    pub expires_at: DateTime<Utc>,
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not signed here, or not of this kind.
    #[error("not a token of ours")]
    Invalid,
    /// Signed here, but its user is no id.
    #[error("the token's user is no id")]
    UserId,
    /// Signed here, but its organisation is no id.
    #[error("the token's organization is no id")]
    OrganizationId,
}
