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

/// Reads `secret` or `name:secret`, several separated by commas, the most important first: names and secrets. A key
/// without a name gets one from a hash of its secret.
pub(crate) fn read<'a>(
    setting: &'static str,
    text: &'a str,
) -> Result<Vec<(String, &'a [u8])>, KeyRingError> {
    let mut keys: Vec<(String, &[u8])> = Vec::new();
    for entry in text.split(',').map(str::trim) {
        let (id, secret) = match entry.split_once(':') {
            Some((id, secret)) => (id.to_owned(), secret),
            None => (name_of(entry), entry),
        };
        if secret.len() < SHORTEST_SECRET {
            return Err(KeyRingError::TooShort(setting));
        }
        if keys.iter().any(|(known, _)| *known == id) {
            return Err(KeyRingError::Twice(setting, id));
        }
        keys.push((id, secret.as_bytes()));
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
        let names: Vec<_> = keys.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["new", name_of(&format!("{SECRET}x")).as_str()]);
        assert_eq!(keys[0].1, SECRET.as_bytes());
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
