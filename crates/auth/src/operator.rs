use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use thiserror::Error;

/// The shortest token that is no guess.
const SHORTEST: usize = 32;

/// The token with which operators prove themselves.
pub struct OperatorToken {
    hash: [u8; 32],
}

/// The token of configuration is too short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("OPERATOR_TOKEN needs at least {SHORTEST} characters; `openssl rand -hex 32` makes one")]
pub struct OperatorTokenError;

impl OperatorToken {
    /// Takes the configured token.
    pub fn parse(token: &SecretString) -> Result<Self, OperatorTokenError> {
        let token = token.expose_secret();
        if token.chars().count() < SHORTEST {
            return Err(OperatorTokenError);
        }
        Ok(Self { hash: hash(token) })
    }

    /// Whether this is it. It takes as long whatever of it is right.
    pub fn is(&self, shown: &str) -> bool {
        self.hash.ct_eq(&hash(shown)).into()
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn only_the_whole_token_is_it() {
        let token = OperatorToken::parse(&TOKEN.into()).expect("long enough");
        assert!(token.is(TOKEN));
        for wrong in ["", "0", &TOKEN[1..], &TOKEN[..31], &TOKEN.to_uppercase(), &format!("{TOKEN}0")] {
            assert!(!token.is(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_short_token_is_refused() {
        for short in ["", &TOKEN[1..], &"é".repeat(31)] {
            assert_eq!(OperatorToken::parse(&short.into()).err(), Some(OperatorTokenError), "{short}");
        }
    }
}
