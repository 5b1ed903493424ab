use std::fmt;

use jsonwebtoken::{DecodingKey, EncodingKey};

use crate::ring::{self, KeyId, KeyRingError};

/// The keys with which tokens are signed and read. The first signs; all of them read, so that a key can be put in
/// front of the old one without logging anybody out, and the old one taken away once its tokens have ended.
pub struct KeyRing {
    keys: Vec<Key>,
}

pub(crate) struct Key {
    pub(crate) id: KeyId,
    pub(crate) encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
}

impl KeyRing {
    /// Reads the setting `JWT_SECRET`: `secret` or `name:secret`, several separated by commas, the one that signs first.
    pub fn parse(text: &str) -> Result<Self, KeyRingError> {
        let keys = ring::read("JWT_SECRET", text)?.into_iter().map(|(id, secret)| Key {
            id,
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
        });
        Ok(Self { keys: keys.collect() })
    }

    pub(crate) fn signing(&self) -> &Key {
        self.keys.first().expect("splitting a text gives one part at least")
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.id.is(id))
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| &key.id.name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_ring_finds_its_keys_and_hides_their_secrets() {
        let ring = KeyRing::parse(&format!("new:{SECRET}, {SECRET}x")).expect("a ring");
        assert_eq!(ring.signing().id.name, "new");
        assert!(ring.find(&ring::name_of(&format!("{SECRET}x"))).is_some());
        assert!(!format!("{ring:?}").contains(SECRET));
    }
}
