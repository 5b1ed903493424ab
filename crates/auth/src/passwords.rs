use std::sync::Arc;
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use switchboard_domain::ports::{PasswordError, Passwords};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// How long a password waits for its turn before the client is asked to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// Argon2id with the library's parameters (19 MiB, two passes), a few at a time, so that a flood of logins
/// exhausts neither memory nor the processors.
pub struct Argon2Passwords {
    turns: Arc<Semaphore>,
    /// The hash of nobody's password, to spend the same time on people who are not there.
    nobody: String,
}

impl Argon2Passwords {
    /// Hashes at most `at_once` passwords at a time.
    pub fn new(at_once: usize) -> Self {
        let nobody = hash("nobody's password").expect("a short password can be hashed");
        Self { turns: Arc::new(Semaphore::new(at_once)), nobody }
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, PasswordError> {
        let turn = timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        turn.map(|turn| turn.expect("turns are never closed")).map_err(|_| PasswordError::Busy)
    }
}

fn hash(password: &str) -> Result<String, PasswordError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| PasswordError::Internal(error.to_string().into()))
}

/// A hash that cannot be read is nobody's.
fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

async fn in_background<T: Send + 'static>(
    turn: OwnedSemaphorePermit,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, PasswordError> {
    // The turn goes along: should the client leave, the work still counts until it is done.
    let work = spawn_blocking(move || {
        let result = work();
        drop(turn);
        result
    });
    work.await.map_err(|error| PasswordError::Internal(Box::new(error)))
}

#[async_trait]
impl Passwords for Argon2Passwords {
    async fn hash(&self, password: SecretString) -> Result<String, PasswordError> {
        let turn = self.turn().await?;
        in_background(turn, move || hash(password.expose_secret())).await?
    }

    async fn verify(&self, password: SecretString, hash: Option<String>) -> Result<bool, PasswordError> {
        let turn = self.turn().await?;
        let is_somebody = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        in_background(turn, move || verify(password.expose_secret(), &hash) && is_somebody).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_by_its_hash() {
        let passwords = Argon2Passwords::new(2);
        let hash = passwords.hash("correct horse".into()).await.expect("hash");
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert_ne!(hash, passwords.hash("correct horse".into()).await.expect("hash"), "salted");
        assert!(passwords.verify("correct horse".into(), Some(hash.clone())).await.expect("verify"));
        assert!(!passwords.verify("battery staple".into(), Some(hash)).await.expect("verify"));
        assert!(!passwords.verify("x".into(), Some("not a hash".to_owned())).await.expect("verify"));
    }

    #[tokio::test]
    async fn nobody_has_no_password_not_even_the_one_we_hash() {
        let passwords = Argon2Passwords::new(2);
        assert!(!passwords.verify("nobody's password".into(), None).await.expect("verify"));
    }

    #[tokio::test]
    async fn many_at_once_take_turns() {
        let passwords = Argon2Passwords::new(1);
        let held = passwords.turn().await.expect("a turn");
        let waiting = passwords.hash("x".into());
        tokio::pin!(waiting);
        tokio::select! {
            biased;
            _ = &mut waiting => panic!("nobody waits for a turn"),
            () = tokio::task::yield_now() => {}
        }
        drop(held);
        waiting.await.expect("hash");
    }
}
