//! Passwords, tokens and secrets at rest: the domain's ports `Passwords`, `Tokens` and `Vault`, and the operator's token.
//!
//! This crate knows nothing of sessions, databases or HTTP: whether a token still counts is the domain's matter.

mod drawn;
mod keys;
mod operator;
mod passwords;
mod ring;
mod tokens;
mod vault;

pub use keys::KeyRing;
pub use operator::{OperatorToken, OperatorTokenError};
pub use passwords::Argon2Passwords;
pub use ring::KeyRingError;
pub use tokens::JwtTokens;
pub use vault::AesVault;
