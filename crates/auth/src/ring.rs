//! How several keys stand in one setting, so that one can be replaced while the other still counts.

use sha2::{Digest, Sha256};
use thiserror::Error;

/// RFC 7518, section 3.2: a key for HS256 is at least as long as its hash. Nor should any other be shorter.
const SHORTEST_SECRET: usize = 32;

/// Why a text is no key ring. Each begins with the setting's name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyRingError {
    /// Short secrets can be guessed from what was made with them.
    #[error("{0}: a secret needs at least {SHORTEST_SECRET} bytes; `openssl rand -hex 32` makes one")]
    TooShort(&'static str),
    /// Two keys of one name cannot be told apart.
    #[error("{0}: the key {1} is there twice")]
    Twice(&'static str, String),
}

/// What a key is called. One without a name gets one from a hash of its secret, and answers to that one still when it is
/// given another: what was made with it says the old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyId {
    pub(crate) name: String,
    first_name: String,
}

impl KeyId {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name || self.first_name == name
    }
}

/// Reads `secret` or `name:secret`, several separated by commas, the most important first.
pub(crate) fn read<'a>(setting: &'static str, text: &'a str) -> Result<Vec<(KeyId, &'a [u8])>, KeyRingError> {
    let mut keys: Vec<(KeyId, &[u8])> = Vec::new();
    for entry in text.split(',').map(str::trim) {
        let (name, secret) = match entry.split_once(':') {
            Some((name, secret)) => (name.to_owned(), secret),
            None => (name_of(entry), entry),
        };
        if secret.len() < SHORTEST_SECRET {
            return Err(KeyRingError::TooShort(setting));
        }
        if keys.iter().any(|(known, _)| known.is(&name)) {
            return Err(KeyRingError::Twice(setting, name));
        }
        keys.push((KeyId { first_name: name_of(secret), name }, secret.as_bytes()));
    }
    Ok(keys)
}

pub(crate) fn name_of(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn keys_are_named_and_stay_in_order() {
        let text = format!("new:{SECRET}, {SECRET}x");
        let keys = read("KEYS", &text).expect("a ring");
        let names: Vec<_> = keys.iter().map(|(id, _)| id.name.as_str()).collect();
        assert_eq!(names, ["new", name_of(&format!("{SECRET}x")).as_str()]);
        assert_eq!(keys[0].1, SECRET.as_bytes());
    }

    #[test]
    fn a_key_that_is_given_a_name_answers_to_its_first_one_too() {
        let text = format!("old:{SECRET}");
        let [(id, _)] = read("KEYS", &text).expect("a ring").try_into().expect("one key");
        assert!(id.is("old") && id.is(&name_of(SECRET)) && !id.is("new"));
    }

    #[test]
    fn weak_and_doubled_keys_are_refused_and_the_setting_is_named() {
        for weak in ["secret", "", &format!("{SECRET},"), "name:secret"] {
            let error = read("KEYS", weak).expect_err("short");
            assert_eq!(error, KeyRingError::TooShort("KEYS"), "{weak}");
            assert!(error.to_string().starts_with("KEYS: "), "{error}");
        }
        let twice = read("KEYS", &format!("a:{SECRET},a:{SECRET}")).err();
        assert_eq!(twice, Some(KeyRingError::Twice("KEYS", "a".to_owned())));
    }
}
