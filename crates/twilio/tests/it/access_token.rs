use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use sha2::Sha256;
use switchboard_domain::ports::{VoiceGrant, VoiceTokens};
use switchboard_twilio::access_token::AccessTokens;

const SECRET: &str = "a secret of the key";

fn grant() -> VoiceGrant {
    let sid = |prefix: &str| format!("{prefix}{}", "a".repeat(32));
    VoiceGrant {
        account_sid: sid("AC"),
        api_key_sid: sid("SK"),
        api_key_secret: SecretString::from(SECRET),
        application_sid: sid("AP"),
        identity: "o1_u2".into(),
        issued_at: "2026-01-01T12:00:00Z".parse().expect("a moment"),
        expires_at: "2026-01-01T12:30:00Z".parse().expect("a moment"),
    }
}

fn parts(token: &SecretString) -> [String; 3] {
    let parts: Vec<String> = token.expose_secret().split('.').map(str::to_owned).collect();
    parts.try_into().expect("three parts")
}

fn decoded(part: &str) -> Value {
    let json = URL_SAFE_NO_PAD.decode(part).expect("base64url without padding");
    serde_json::from_slice(&json).expect("JSON")
}

#[test]
fn tokens_equal_those_of_the_official_libraries() {
    let [header, claims, _] = parts(&AccessTokens.issue(&grant()));
    let goldens = [
        include_str!("../data/access-token-node-golden.json"),
        include_str!("../data/access-token-python-golden.json"),
    ];
    for golden in goldens {
        let golden: Value = serde_json::from_str(golden).expect("a golden token");
        assert_eq!(decoded(&header), golden["headers"]);
        // Times, and with them the token's name, are of the moment. Python's library adds `nbf`.
        let timeless = |mut claims: Value| {
            let claims = claims.as_object_mut().expect("claims");
            for of_the_moment in ["jti", "iat", "exp", "nbf"] {
                claims.remove(of_the_moment);
            }
            Value::from(claims.clone())
        };
        assert_eq!(timeless(decoded(&claims)), timeless(golden["claims"].clone()));
        let lifetime = |claims: &Value| {
            let from = claims["iat"].as_i64().or(claims["nbf"].as_i64()).expect("a time");
            claims["exp"].as_i64().expect("a time") - from
        };
        assert_eq!(lifetime(&decoded(&claims)), lifetime(&golden["claims"]));
    }
}

#[test]
fn a_token_is_of_its_moment() {
    let claims = decoded(&parts(&AccessTokens.issue(&grant()))[1]);
    assert_eq!((claims["iat"].as_i64(), claims["exp"].as_i64()), (Some(1_767_268_800), Some(1_767_270_600)));
    assert_eq!(claims["jti"], format!("SK{}-1767268800", "a".repeat(32)));
    assert!(claims.get("nbf").is_none());
}

#[test]
fn a_token_is_signed_with_the_keys_secret() {
    let [header, claims, signature] = parts(&AccessTokens.issue(&grant()));
    let verifies = |secret: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
        mac.update(format!("{header}.{claims}").as_bytes());
        mac.verify_slice(&URL_SAFE_NO_PAD.decode(&signature).expect("base64url")).is_ok()
    };
    assert!(verifies(SECRET));
    assert!(!verifies("another"));
}
