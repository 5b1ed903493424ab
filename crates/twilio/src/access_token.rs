//! Access tokens for the Voice SDK: what a browser's phone shows Twilio.
//!
//! A JWT as Twilio's own libraries make it: <https://www.twilio.com/docs/iam/access-tokens>. It has no `nbf`, for a clock of ours
//! that is a second fast would make tokens that are not valid yet.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;
use switchboard_domain::ports::{VoiceGrant, VoiceTokens};

/// The longest that Twilio takes, in seconds.
const LONGEST: i64 = 24 * 60 * 60;

/// Makes access tokens. Nobody at Twilio is asked; the API key's secret signs.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccessTokens;

impl VoiceTokens for AccessTokens {
    fn issue(&self, grant: &VoiceGrant) -> SecretString {
        let header = json!({ "typ": "JWT", "alg": "HS256", "cty": "twilio-fpa;v=1" });
        let signed = format!("{}.{}", encoded(&header), encoded(&claims(grant)));
        let key = grant.api_key_secret.expose_secret().as_bytes();
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
        mac.update(signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        format!("{signed}.{signature}").into()
    }
}

fn claims(grant: &VoiceGrant) -> Value {
    let issued_at = grant.issued_at.timestamp();
    let lifetime = (grant.expires_at.timestamp() - issued_at).clamp(1, LONGEST);
    json!({
        "jti": format!("{}-{issued_at}", grant.api_key_sid),
        "iss": grant.api_key_sid,
        "sub": grant.account_sid,
        "iat": issued_at,
        "exp": issued_at + lifetime,
        "grants": {
            "identity": grant.identity,
            "voice": {
                "incoming": { "allow": true },
                "outgoing": { "application_sid": grant.application_sid },
            },
        },
    })
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn lifetime(asked: TimeDelta) -> i64 {
        let issued_at = "2026-01-01T12:00:00.9Z".parse().expect("a moment");
        let claims = claims(&VoiceGrant {
            account_sid: "AC1".into(),
            api_key_sid: "SK1".into(),
            api_key_secret: "secret".to_owned().into(),
            application_sid: "AP1".into(),
            identity: "o1_u2".into(),
            issued_at,
            expires_at: issued_at + asked,
        });
        claims["exp"].as_i64().expect("a number") - claims["iat"].as_i64().expect("a number")
    }

    #[test]
    fn the_lifetime_is_one_that_twilio_takes() {
        assert_eq!(lifetime(TimeDelta::minutes(30)), 1_800);
        assert_eq!(lifetime(TimeDelta::hours(25)), 86_400);
        assert_eq!(lifetime(TimeDelta::zero()), 1);
        assert_eq!(lifetime(TimeDelta::hours(-1)), 1);
    }
}
