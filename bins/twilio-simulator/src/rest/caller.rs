//! Who asks: an account's own token, or one of its keys.

use crate::world::{Accounts, Refusal};
use axum::http::{HeaderMap, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret;

/// Somebody who may speak for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// `AC…`
    pub(crate) account_sid: String,
    /// With the auth token: an API key cannot reach the account itself.
    pub(crate) is_main: bool,
}

impl Caller {
    /// Reads `Authorization: Basic …`.
    pub(crate) fn of(headers: &HeaderMap, accounts: &Accounts) -> Result<Self, Refusal> {
        let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let encoded = header.and_then(|value| value.split_once(' '));
        let encoded = encoded.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
        let decoded = encoded.and_then(|(_, encoded)| STANDARD.decode(encoded.trim()).ok());
        let decoded = decoded.and_then(|decoded| String::from_utf8(decoded).ok());
        let (user, password) =
            decoded.as_deref().and_then(|pair| pair.split_once(':')).ok_or_else(refused)?;
        if let Some(account) = accounts.accounts.get(user) {
            let is_right = account.auth_token.expose_secret() == password;
            let caller = Self { account_sid: account.sid.clone(), is_main: true };
            return if is_right { Ok(caller) } else { Err(refused()) };
        }
        let owner = accounts.accounts.values().find(|account| {
            let mut keys = account.api_keys.iter();
            keys.any(|key| key.sid == user && key.secret.expose_secret() == password)
        });
        owner.map(|account| Self { account_sid: account.sid.clone(), is_main: false }).ok_or_else(refused)
    }
}

pub(crate) fn refused() -> Refusal {
    Refusal { status: 401, code: 20003, message: "Authenticate".into() }
}
