use std::fmt;

use jsonwebtoken::{DecodingKey, EncodingKey};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// RFC 7518, section 3.2: a key for HS256 is at least as long as its hash.
const SHORTEST_SECRET: usize = 32;

/// The keys with which tokens are signed and read. The first signs; all of them read, so that a key can be put in
/// front of the old one without logging anybody out, and the old one taken away once its tokens have ended.
pub struct KeyRing {
    keys: Vec<Key>,
}

pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
}

/// Why a text is no key ring.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyRingError {
    /// Short secrets can be guessed from a token.
    #[error("JWT_SECRET: a secret needs at least {SHORTEST_SECRET} bytes; `openssl rand -hex 32` makes one")]
    TooShort,
    /// Two keys of one name cannot be told apart.
    #[error("JWT_SECRET: the key {0} is there twice")]
    Twice(String),
}

impl KeyRing {
    /// Reads `secret` or `name:secret`, several separated by commas, the one that signs first. A key without a name
    /// gets one from a hash of its secret.
    pub fn parse(text: &str) -> Result<Self, KeyRingError> {
        let mut keys: Vec<Key> = Vec::new();
        for entry in text.split(',').map(str::trim) {
            let (id, secret) = match entry.split_once(':') {
                Some((id, secret)) => (id.to_owned(), secret),
                None => (name_of(entry), entry),
            };
            if secret.len() < SHORTEST_SECRET {
                return Err(KeyRingError::TooShort);
            }
            if keys.iter().any(|key| key.id == id) {
                return Err(KeyRingError::Twice(id));
            }
            let secret = secret.as_bytes();
            keys.push(Key {
                id,
                encoding: EncodingKey::from_secret(secret),
                decoding: DecodingKey::from_secret(secret),
            });
        }
        Ok(Self { keys })
    }

    pub(crate) fn signing(&self) -> &Key {
        self.keys.first().expect("splitting a text gives one part at least")
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == id)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| &key.id)).finish()
    }
}

fn name_of(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_ring_names_its_keys_and_hides_their_secrets() {
        let ring = KeyRing::parse(&format!("new:{SECRET}, {SECRET}x")).expect("a ring");
        assert_eq!(ring.signing().id, "new");
        assert!(ring.find(&name_of(&format!("{SECRET}x"))).is_some());
        assert!(!format!("{ring:?}").contains(SECRET));
    }

    #[test]
    fn weak_and_doubled_keys_are_refused() {
        assert_eq!(KeyRing::parse("secret").expect_err("short"), KeyRingError::TooShort);
        assert_eq!(KeyRing::parse("").expect_err("nothing"), KeyRingError::TooShort);
        assert_eq!(KeyRing::parse(&format!("{SECRET},")).expect_err("nothing"), KeyRingError::TooShort);
        let twice = KeyRing::parse(&format!("a:{SECRET},a:{SECRET}")).expect_err("twice");
        assert_eq!(twice, KeyRingError::Twice("a".to_owned()));
    }
}
