//! Access tokens of Twilio's Voice SDK, checked as Twilio checks them:
//! <https://www.twilio.com/docs/iam/access-tokens>, codes as in <https://www.twilio.com/docs/api/errors>.

use crate::world::Accounts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::Sha256;

/// No token lives longer.
const LONGEST: TimeDelta = TimeDelta::hours(24);

/// As long as an identity may be.
const IDENTITY_LIMIT: usize = 121;

/// What a token allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// `AC…`
    pub account_sid: String,
    /// `SK…` of the key that signed.
    pub api_key_sid: String,
    /// Who it is: `client:` and this.
    pub identity: String,
    /// Whether it may be called.
    pub incoming: bool,
    /// `AP…` through which it may call.
    pub application_sid: Option<String>,
    /// What it says when it calls, whatever the browser says.
    pub parameters: Vec<(String, String)>,
    /// When the token ends.
    pub expires: DateTime<Utc>,
}

/// Why Twilio refuses a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TokenError {
    /// Twilio's code.
    pub code: u32,
    /// For people.
    pub message: String,
}

#[derive(Deserialize)]
struct Header {
    typ: Option<String>,
    alg: Option<String>,
    cty: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    jti: Option<String>,
    iss: Option<String>,
    sub: Option<String>,
    iat: Option<i64>,
    nbf: Option<i64>,
    exp: Option<i64>,
    grants: Option<Value>,
}

#[derive(Deserialize)]
struct Grants {
    identity: Option<String>,
    voice: Option<Voice>,
}

#[derive(Deserialize)]
struct Voice {
    incoming: Option<Incoming>,
    outgoing: Option<Outgoing>,
}

#[derive(Deserialize)]
struct Incoming {
    #[serde(default)]
    allow: bool,
}

#[derive(Deserialize)]
struct Outgoing {
    application_sid: String,
    #[serde(default)]
    params: Map<String, Value>,
}

/// What `token` allows at `now`.
pub fn verify(token: &str, now: DateTime<Utc>, accounts: &Accounts) -> Result<Grant, TokenError> {
    let [header_text, claims_text, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        return Err(TokenError::invalid("Invalid Access Token"));
    };
    let header: Header = decode(header_text).ok_or_else(|| TokenError::invalid("Invalid Access Token"))?;
    let wanted = [(&header.typ, "JWT"), (&header.alg, "HS256"), (&header.cty, "twilio-fpa;v=1")];
    if wanted.iter().any(|(is, wanted)| is.as_deref() != Some(*wanted)) {
        return Err(TokenError::new(20102, "Invalid Access Token header"));
    }
    let claims: Claims = decode(claims_text).ok_or_else(|| TokenError::invalid("Invalid Access Token"))?;
    let stranger = || TokenError::new(20103, "Invalid Access Token issuer/subject");
    let (issuer, subject) = claims.iss.zip(claims.sub).ok_or_else(stranger)?;
    let account = accounts.accounts.get(&subject).ok_or_else(stranger)?;
    let key = account.api_keys.iter().find(|key| key.sid == issuer).ok_or_else(stranger)?;

    let mut mac = Hmac::<Sha256>::new_from_slice(key.secret.expose_secret().as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(header_text.as_bytes());
    mac.update(b".");
    mac.update(claims_text.as_bytes());
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    if mac.verify_slice(&signature).is_err() {
        return Err(TokenError::new(20107, "Invalid Access Token signature"));
    }

    if claims.jti.is_none_or(|jti| jti.is_empty()) {
        return Err(TokenError::invalid("Invalid Access Token: it has no jti"));
    }
    let time = |seconds: i64| DateTime::from_timestamp(seconds, 0).ok_or_else(TokenError::expired);
    let expires = time(claims.exp.ok_or_else(TokenError::expired)?)?;
    if expires <= now {
        return Err(TokenError::expired());
    }
    let not_yet = || TokenError::new(20105, "Access Token not yet valid");
    let from = claims.nbf.map(time).transpose()?;
    let issued = claims.iat.map(time).transpose()?;
    if from.is_some_and(|from| from > now) {
        return Err(not_yet());
    }
    if expires - issued.or(from).unwrap_or(now) > LONGEST || expires - now > LONGEST {
        let message = "Access Token expiration time exceeds maximum time allowed";
        return Err(TokenError::new(20157, message));
    }

    let ungranted = |what: &str| TokenError::new(20106, &format!("Invalid Access Token grants: {what}"));
    let grants = claims.grants.ok_or_else(|| ungranted("there are none"))?;
    let grants: Grants = serde_json::from_value(grants).map_err(|_| ungranted("they cannot be read"))?;
    let voice = grants.voice.ok_or_else(|| ungranted("none is for voice"))?;
    let identity = grants.identity.unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if identity.is_empty() || identity.len() > IDENTITY_LIMIT || !identity.bytes().all(is_plain) {
        return Err(ungranted("an identity has 1 to 121 letters, digits and _"));
    }
    let (application_sid, parameters) = match voice.outgoing {
        None => (None, Vec::new()),
        Some(outgoing) => {
            let application = accounts.applications.get(&outgoing.application_sid);
            if application.is_none_or(|application| application.account_sid != account.sid) {
                return Err(ungranted("the account has no such application"));
            }
            let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let parameters = outgoing.params.into_iter().map(|(name, value)| (name, text(value)));
            (Some(outgoing.application_sid), parameters.collect())
        }
    };
    Ok(Grant {
        account_sid: subject,
        api_key_sid: issuer,
        identity,
        incoming: voice.incoming.is_some_and(|incoming| incoming.allow),
        application_sid,
        parameters,
        expires,
    })
}

fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

impl TokenError {
    fn new(code: u32, message: &str) -> Self {
        Self { code, message: message.to_owned() }
    }

    pub(crate) fn invalid(message: &str) -> Self {
        Self::new(20101, message)
    }

    pub(crate) fn expired() -> Self {
        Self::new(20104, "Access Token expired or expiration date invalid")
    }
}
