//! Passwords and tokens: the domain's ports `Passwords` and `Tokens`, and the operator's token.
//!
//! This crate knows nothing of sessions, databases or HTTP: whether a token still counts is the domain's matter.

mod keys;
mod operator;
mod passwords;
mod service;
mod tokens;

pub use keys::{KeyRing, KeyRingError};
pub use operator::{OperatorToken, OperatorTokenError};
pub use passwords::Argon2Passwords;
pub use tokens::JwtTokens;
