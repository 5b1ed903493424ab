//! Passwords and signed tokens: the domain's ports `Passwords` and `Tokens`.
//!
//! This crate knows nothing of sessions, databases or HTTP: whether a token still counts is the domain's matter.

mod keys;
mod passwords;
mod service;
mod tokens;

pub use keys::{KeyRing, KeyRingError};
pub use passwords::Argon2Passwords;
pub use tokens::JwtTokens;
