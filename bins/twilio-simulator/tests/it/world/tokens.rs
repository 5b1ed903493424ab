use super::stage::{ACCOUNT, APPLICATION, KEY, KEY_SECRET, Stage};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use switchboard_twilio_simulator::access_token::verify;

/// What Twilio's library puts into a token for `anna`, good for an hour.
pub(crate) fn claims(now: DateTime<Utc>) -> Value {
    let now = now.timestamp();
    json!({
        "jti": format!("{KEY}-{now}"),
        "iss": KEY,
        "sub": ACCOUNT,
        "iat": now,
        "exp": now + 3600,
        "grants": {
            "identity": "anna",
            "voice": {
                "incoming": { "allow": true },
                "outgoing": { "application_sid": APPLICATION, "params": { "claim": "token's" } },
            },
        },
    })
}

pub(crate) fn mint(claims: &Value) -> String {
    sign(&json!({ "typ": "JWT", "alg": "HS256", "cty": "twilio-fpa;v=1" }), claims, KEY_SECRET)
}

fn sign(header: &Value, claims: &Value, secret: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

#[test]
fn a_good_token_says_who_it_is_and_what_they_may_do() {
    let stage = Stage::new();
    let grant = verify(&mint(&claims(stage.now())), stage.now(), &stage.world.setup).expect("a good token");
    assert_eq!(
        (grant.account_sid.as_str(), grant.api_key_sid.as_str(), grant.identity.as_str()),
        (ACCOUNT, KEY, "anna")
    );
    assert_eq!((grant.incoming, grant.application_sid.as_deref()), (true, Some(APPLICATION)));
    assert_eq!(grant.parameters, [("claim".to_owned(), "token's".to_owned())]);
    let mut quiet = claims(stage.now());
    quiet["grants"]["voice"] = json!({});
    let grant = verify(&mint(&quiet), stage.now(), &stage.world.setup).expect("a token for nothing");
    assert_eq!((grant.incoming, grant.application_sid), (false, None));
}

#[test]
fn a_bad_token_is_refused_with_twilios_code() {
    let stage = Stage::new();
    let now = stage.now().timestamp();
    let table: &[(&str, Value, u32)] = &[
        ("/iss", json!("SK00000000000000000000000000000002"), 20103),
        ("/iss", Value::Null, 20103),
        ("/sub", json!("AC00000000000000000000000000000002"), 20103),
        ("/jti", Value::Null, 20101),
        ("/exp", json!(now), 20104),
        ("/exp", json!(now - 10), 20104),
        ("/exp", Value::Null, 20104),
        ("/exp", json!(i64::MAX), 20104),
        ("/exp", json!(now + 86_401), 20157),
        ("/iat", json!(now - 86_400), 20157),
        ("/nbf", json!(now + 60), 20105),
        ("/grants", Value::Null, 20106),
        ("/grants/voice", Value::Null, 20106),
        ("/grants/identity", Value::Null, 20106),
        ("/grants/identity", json!(""), 20106),
        ("/grants/identity", json!("anna b"), 20106),
        ("/grants/identity", json!("org_42.user_7"), 20106),
        ("/grants/identity", json!("a".repeat(122)), 20106),
        ("/grants/identity", json!(7), 20106),
        ("/grants/voice/outgoing/application_sid", json!("AP00000000000000000000000000000002"), 20106),
        ("/grants/voice/outgoing/application_sid", Value::Null, 20106),
    ];
    for (path, value, code) in table {
        let mut claims = claims(stage.now());
        claims["nbf"] = json!(now - 60);
        *claims.pointer_mut(path).expect("a claim") = value.clone();
        let refused = verify(&mint(&claims), stage.now(), &stage.world.setup);
        assert_eq!(refused.map_err(|error| error.code), Err(*code), "{path} {value}");
    }
    let mut day = claims(stage.now());
    day["exp"] = json!(now + 86_400);
    assert!(verify(&mint(&day), stage.now(), &stage.world.setup).is_ok(), "a day is not too long");
}

#[test]
fn headers_signatures_and_forms_are_checked() {
    let stage = Stage::new();
    let claims = claims(stage.now());
    let good = mint(&claims);
    let header = |typ: &str, alg: &str, cty: &str| {
        sign(&json!({ "typ": typ, "alg": alg, "cty": cty }), &claims, KEY_SECRET)
    };
    let parts: Vec<_> = good.split('.').collect();
    let table = [
        (header("JWT", "none", "twilio-fpa;v=1"), 20102),
        (header("JWT", "HS512", "twilio-fpa;v=1"), 20102),
        (header("JWT", "HS256", "JWT"), 20102),
        (header("JOSE", "HS256", "twilio-fpa;v=1"), 20102),
        (sign(&json!({ "typ": "JWT", "alg": "HS256" }), &claims, KEY_SECRET), 20102),
        (sign(&json!({ "typ": "JWT", "alg": "HS256", "cty": "twilio-fpa;v=1" }), &claims, "another"), 20107),
        (format!("{}.{}.", parts[0], parts[1]), 20107),
        (format!("{good}A"), 20107),
        (format!("{}.{}", parts[0], parts[1]), 20101),
        (format!("{good}.x"), 20101),
        (String::new(), 20101),
        ("a.b.c".to_owned(), 20101),
        ("é.é.é".to_owned(), 20101),
    ];
    for (token, code) in table {
        let refused = verify(&token, stage.now(), &stage.world.setup);
        assert_eq!(refused.map_err(|error| error.code), Err(code), "{token}");
    }
}
