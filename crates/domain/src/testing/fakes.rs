use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use switchboard_events::OrgId;
use uuid::Uuid;

use crate::access::Caller;
use crate::error::Error;
use crate::feed::Reader;
use crate::log::LogPosition;
use crate::ports::{
    AccessClaims, Clock, MediaClaims, News, Newsroom, PasswordError, Passwords, RefreshClaims, Sealed,
    SecretField, TokenError, TokenHash, Tokens, Vault, VaultError,
};

/// A clock that stands still until it is told otherwise.
#[derive(Debug)]
pub struct ManualClock(Mutex<DateTime<Utc>>);

impl ManualClock {
    /// Starts at noon of the first day of 2026.
    pub fn new() -> Self {
        Self(Mutex::new("2026-01-01T12:00:00Z".parse().expect("a moment")))
    }

    /// Moves the hands forward.
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().expect("nothing panics while it holds this lock") += by;
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("nothing panics while it holds this lock")
    }
}

/// Passwords that are their own hash.
#[derive(Debug, Default)]
pub struct PlainPasswords;

#[async_trait]
impl Passwords for PlainPasswords {
    async fn hash(&self, password: SecretString) -> Result<String, PasswordError> {
        Ok(password.expose_secret().to_owned())
    }

    async fn verify(&self, password: SecretString, hash: Option<String>) -> Result<bool, PasswordError> {
        Ok(hash.is_some_and(|hash| hash == password.expose_secret()))
    }
}

/// Tokens that are not signed: a number that stands for the claims it was issued for.
#[derive(Debug, Default)]
pub struct PlainTokens {
    access: Mutex<Vec<AccessClaims>>,
    refresh: Mutex<Vec<RefreshClaims>>,
    services: Mutex<Vec<TokenHash>>,
    invitations: Mutex<Vec<TokenHash>>,
    media: Mutex<Vec<MediaClaims>>,
}

fn issue<T: Clone + PartialEq>(issued: &Mutex<Vec<T>>, prefix: &str, claims: &T, again: bool) -> String {
    let mut issued = issued.lock().expect("nothing panics while it holds this lock");
    let known = issued.iter().position(|other| again && other == claims);
    let number = known.unwrap_or_else(|| {
        issued.push(claims.clone());
        issued.len() - 1
    });
    format!("{prefix}{number}")
}

fn read<T: Clone>(issued: &Mutex<Vec<T>>, prefix: &str, token: &str) -> Result<T, TokenError> {
    let number: usize = token.strip_prefix(prefix).and_then(|n| n.parse().ok()).ok_or(TokenError::Invalid)?;
    let issued = issued.lock().expect("nothing panics while it holds this lock");
    issued.get(number).cloned().ok_or(TokenError::Invalid)
}

fn draw(issued: &Mutex<Vec<TokenHash>>, prefix: &str) -> (String, TokenHash) {
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(Uuid::new_v4().as_bytes());
    (issue(issued, prefix, &TokenHash(hash), false), TokenHash(hash))
}

impl Tokens for PlainTokens {
    fn issue_access(&self, claims: &AccessClaims) -> String {
        issue(&self.access, "access-", claims, false)
    }

    fn read_access(&self, token: &str) -> Result<AccessClaims, TokenError> {
        read(&self.access, "access-", token)
    }

    fn issue_refresh(&self, claims: &RefreshClaims) -> String {
        issue(&self.refresh, "refresh-", claims, true)
    }

    fn read_refresh(&self, token: &str) -> Result<RefreshClaims, TokenError> {
        read(&self.refresh, "refresh-", token)
    }

    fn issue_media(&self, claims: &MediaClaims) -> String {
        issue(&self.media, "media-", claims, true)
    }

    fn read_media(&self, token: &str) -> Result<MediaClaims, TokenError> {
        read(&self.media, "media-", token)
    }

    fn issue_service(&self) -> (String, TokenHash) {
        draw(&self.services, "service-")
    }

    fn read_service(&self, token: &str) -> Result<TokenHash, TokenError> {
        read(&self.services, "service-", token)
    }

    fn issue_invitation(&self) -> (String, TokenHash) {
        draw(&self.invitations, "invitation-")
    }

    fn read_invitation(&self, token: &str) -> Result<TokenHash, TokenError> {
        read(&self.invitations, "invitation-", token)
    }
}

/// A vault whose doors are of glass: it minds who may open what, and hides nothing.
#[derive(Debug)]
pub struct PlainVault {
    keys: Vec<&'static str>,
}

impl PlainVault {
    /// With keys of these names; the first seals, all of them open.
    pub fn new(keys: &[&'static str]) -> Self {
        Self { keys: keys.to_vec() }
    }
}

impl Default for PlainVault {
    fn default() -> Self {
        Self::new(&["plain"])
    }
}

impl Vault for PlainVault {
    fn seal(&self, org: OrgId, field: SecretField, secret: &SecretString) -> Sealed {
        let text = format!("{} {org} {} {}", self.keys[0], field.as_str(), secret.expose_secret());
        Sealed { key_id: self.keys[0].to_owned(), bytes: text.into_bytes() }
    }

    fn open(&self, org: OrgId, field: SecretField, sealed: &Sealed) -> Result<SecretString, VaultError> {
        let key = &sealed.key_id;
        if !self.keys.contains(&key.as_str()) {
            return Err(VaultError::NoKey(key.clone()));
        }
        let text = String::from_utf8_lossy(&sealed.bytes);
        let secret = text.strip_prefix(&format!("{key} {org} {} ", field.as_str()));
        secret.map(SecretString::from).ok_or_else(|| VaultError::NotOurs(key.clone()))
    }

    fn is_current(&self, sealed: &Sealed) -> bool {
        sealed.key_id == self.keys[0]
    }
}

/// There is never any news.
#[derive(Debug, Default)]
pub struct NoNews;

#[async_trait]
impl Newsroom for NoNews {
    fn saw(&self, _: &Caller) {}

    fn heard(&self, _: &Caller, _: bool) {}

    async fn wait(
        &self,
        _: &Reader,
        _: LogPosition,
        _: u16,
        _: &[String],
        _: Duration,
    ) -> Result<News, Error> {
        Ok(News::LookYourself)
    }
}
