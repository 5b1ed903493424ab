use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use switchboard_domain::ports::{PasswordError, Passwords};
use tokio::sync::oneshot;

/// How many passwords may wait; who comes then is asked to come back.
const WAITING: usize = 64;

type Job = Box<dyn FnOnce() + Send>;

/// Argon2id with the library's parameters (19 MiB, two passes), on a few threads of its own: a flood of logins exhausts
/// neither the processors nor, since each thread uses its memory again, the memory.
pub struct Argon2Passwords {
    queue: SyncSender<Job>,
    /// The hash of nobody's password, to spend the same time on people who are not there.
    nobody: String,
}

impl Argon2Passwords {
    /// Hashes at most `at_once` passwords at a time, each on its own thread; they end when this is dropped.
    pub fn new(at_once: usize) -> Self {
        let nobody = hash("nobody's password").expect("a short password can be hashed");
        let (queue, jobs) = sync_channel(WAITING);
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..at_once {
            let jobs = Arc::clone(&jobs);
            thread::spawn(move || {
                while let Some(job) = next(&jobs) {
                    job();
                }
            });
        }
        Self { queue, nobody }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let (answer, result) = oneshot::channel();
        let job = Box::new(move || {
            // A client that left does not wait for its answer.
            let _ = answer.send(work());
        });
        self.queue.try_send(job).map_err(|_| PasswordError::Busy)?;
        result.await.map_err(|gone| PasswordError::Internal(Box::new(gone)))
    }
}

fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().expect("nothing panics while it holds this lock").recv().ok()
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

#[async_trait]
impl Passwords for Argon2Passwords {
    async fn hash(&self, password: SecretString) -> Result<String, PasswordError> {
        self.run(move || hash(password.expose_secret())).await?
    }

    async fn verify(&self, password: SecretString, hash: Option<String>) -> Result<bool, PasswordError> {
        let is_somebody = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        self.run(move || verify(password.expose_secret(), &hash) && is_somebody).await
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
    async fn who_comes_when_too_many_wait_is_asked_to_come_back() {
        let passwords = Argon2Passwords::new(1);
        let (resume, held) = sync_channel::<()>(0);
        let (started, is_held) = sync_channel(0);
        let hold = passwords.run(move || {
            started.send(()).expect("the test waits for it");
            held.recv().expect("the test lets it go");
        });
        let mut waiting: Vec<_> = (0..=WAITING).map(|_| Box::pin(passwords.run(|| ()))).collect();
        tokio::pin!(hold);
        assert!(poll(hold.as_mut()).is_none());
        is_held.recv().expect("the thread is busy");
        let full: Vec<_> = waiting.iter_mut().map(|waiting| poll(waiting.as_mut())).collect();
        assert!(full[..WAITING].iter().all(Option::is_none), "as many as fit wait");
        assert!(matches!(full[WAITING], Some(Err(PasswordError::Busy))));
        resume.send(()).expect("the thread waits for it");
        hold.await.expect("done");
        for waiting in waiting.into_iter().take(WAITING) {
            waiting.await.expect("done in turn");
        }
    }

    fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
        match future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        }
    }
}
