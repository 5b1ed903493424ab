//! `X-Twilio-Signature`: proof that a request comes from Twilio and was not changed on the way.
//!
//! The rules are those of <https://www.twilio.com/docs/usage/security>. Where that page is silent (repeated
//! parameters, default ports) they are those of Twilio's own Node and Python libraries.

mod diagnosis;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use std::collections::BTreeSet;

pub use self::diagnosis::{Diagnosis, Seen, diagnose};

/// The value that Twilio puts into `X-Twilio-Signature` for a request to `url`.
///
/// `params` are the decoded form parameters: all of them, whether known or not, in any order. A GET or a JSON
/// request has none. `url` is taken as it is; which spelling Twilio uses is the business of [`candidate_urls`].
pub fn sign(url: &str, params: &[(String, String)], auth_token: &SecretString) -> String {
    STANDARD.encode(keyed(url, &signed_form(params), auth_token).finalize().into_bytes())
}

/// Whether `signature` is the one for exactly this `url`, these `params` and this `auth_token`.
///
/// The comparison takes the same time for every wrong signature. A signature that is not base64 is wrong.
pub fn verify(url: &str, params: &[(String, String)], auth_token: &SecretString, signature: &str) -> bool {
    verify_any(&[url.to_owned()], params, auth_token, signature)
}

/// [`verify`], but any of `urls` will do.
pub fn verify_any(
    urls: &[String],
    params: &[(String, String)],
    auth_token: &SecretString,
    signature: &str,
) -> bool {
    let Ok(claimed) = STANDARD.decode(signature) else { return false };
    let form = signed_form(params);
    urls.iter().any(|url| keyed(url, &form, auth_token).verify_slice(&claimed).is_ok())
}

/// The URLs that Twilio may have signed when a request for `path_and_query` reached us.
///
/// `public_url` is the configured address of this installation (`https://crm.example`, with a port or a base path if
/// it has one), never one rebuilt from request headers. `path_and_query` is the request target byte for byte: Twilio
/// signs the address as it was configured, so a slash or an escape changed here would be a wrong signature.
///
/// First comes the address as configured, then without a port (Twilio drops it for voice over https), then with the
/// scheme's default port (about which Twilio is inconsistent). Twilio signs neither fragment nor user info.
pub fn candidate_urls(public_url: &str, path_and_query: &str) -> Vec<String> {
    let base = before(public_url, '#').trim_end_matches('/');
    let target = before(path_and_query, '#');
    let Some((scheme, rest)) = base.split_once("://") else {
        return vec![format!("{base}{target}")];
    };
    let (authority, base_path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_user, host)| host);
    let host = without_port(host_and_port);
    let default_port = if scheme.eq_ignore_ascii_case("https") { 443 } else { 80 };

    let mut urls: Vec<String> = Vec::with_capacity(3);
    for authority in [host_and_port.to_owned(), host.to_owned(), format!("{host}:{default_port}")] {
        let url = format!("{scheme}://{authority}{base_path}{target}");
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    urls
}

fn keyed(url: &str, form: &[u8], auth_token: &SecretString) -> Hmac<Sha1> {
    let mut mac = Hmac::<Sha1>::new_from_slice(auth_token.expose_secret().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(url.as_bytes());
    mac.update(form);
    mac
}

/// What is signed of a form.
fn signed_form(params: &[(String, String)]) -> Vec<u8> {
    // A set of pairs is all of Twilio's rule at once: names in byte order, and the values of a repeated name in byte
    // order without duplicates.
    let pairs: BTreeSet<(&str, &str)> = params.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let mut form = Vec::new();
    for (name, value) in pairs {
        form.extend_from_slice(name.as_bytes());
        form.extend_from_slice(value.as_bytes());
    }
    form
}

fn before(text: &str, end: char) -> &str {
    text.split_once(end).map_or(text, |(before, _)| before)
}

/// `host:8443` → `host`; the colons inside `[::1]` belong to the host.
fn without_port(host_and_port: &str) -> &str {
    match host_and_port.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => host,
        _ => host_and_port,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> SecretString {
        SecretString::from("12345")
    }

    fn params(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect()
    }

    #[test]
    fn what_we_sign_verifies() {
        let params =
            params(&[("Body", "donation=5 <3 & \"you\" é😀"), ("To", "+15558675310"), ("Empty", "")]);
        let signature = sign("https://crm.example/x?y=1", &params, &token());
        assert!(verify("https://crm.example/x?y=1", &params, &token(), &signature));
    }

    #[test]
    fn an_empty_value_still_counts_with_its_name() {
        let with = sign("https://crm.example/", &params(&[("FromCity", "")]), &token());
        assert_ne!(with, sign("https://crm.example/", &[], &token()));
    }

    #[test]
    fn whitespace_is_part_of_a_value() {
        let bare = sign("https://crm.example/", &params(&[("Body", "hi")]), &token());
        assert!(!verify("https://crm.example/", &params(&[("Body", " hi")]), &token(), &bare));
    }

    #[test]
    fn malformed_signatures_are_wrong_signatures() {
        for signature in ["", "=", "not base64 at all", "AAAA", "éééé", "RSOYDt4T1cUTdK1PDd93/VVr8B8"] {
            assert!(!verify("https://crm.example/", &[], &token(), signature), "{signature:?}");
        }
    }

    #[test]
    fn another_accounts_token_does_not_verify() {
        let signature = sign("https://crm.example/", &[], &SecretString::from("another"));
        assert!(!verify("https://crm.example/", &[], &token(), &signature));
    }

    #[test]
    fn candidates_are_the_spellings_twilio_may_have_signed() {
        let table: &[(&str, &str, &[&str])] = &[
            (
                "https://crm.example",
                "/api/twilio/webhook/sms",
                &[
                    "https://crm.example/api/twilio/webhook/sms",
                    "https://crm.example:443/api/twilio/webhook/sms",
                ],
            ),
            (
                "http://127.0.0.1:4000",
                "/sms?a=1",
                &["http://127.0.0.1:4000/sms?a=1", "http://127.0.0.1/sms?a=1", "http://127.0.0.1:80/sms?a=1"],
            ),
            (
                "https://crm.example:8443",
                "/v",
                &["https://crm.example:8443/v", "https://crm.example/v", "https://crm.example:443/v"],
            ),
            ("https://crm.example:443", "/v", &["https://crm.example:443/v", "https://crm.example/v"]),
            ("http://crm.example:80", "/v", &["http://crm.example:80/v", "http://crm.example/v"]),
            ("HTTPS://crm.example", "/v", &["HTTPS://crm.example/v", "HTTPS://crm.example:443/v"]),
            (
                "https://user:p@ss@crm.example/#frag",
                "/v",
                &["https://crm.example/v", "https://crm.example:443/v"],
            ),
            ("https://crm.example", "/v#rc=2", &["https://crm.example/v", "https://crm.example:443/v"]),
            (
                "https://crm.example/crm/",
                "/v",
                &["https://crm.example/crm/v", "https://crm.example:443/crm/v"],
            ),
            ("https://crm.example", "/v/", &["https://crm.example/v/", "https://crm.example:443/v/"]),
            (
                "https://crm.example",
                "/v?q='it''s'+%41%2f%C3%A9&&x",
                &[
                    "https://crm.example/v?q='it''s'+%41%2f%C3%A9&&x",
                    "https://crm.example:443/v?q='it''s'+%41%2f%C3%A9&&x",
                ],
            ),
            (
                "https://crm.example",
                "/v?to=a@b:1",
                &["https://crm.example/v?to=a@b:1", "https://crm.example:443/v?to=a@b:1"],
            ),
            ("http://[::1]:4000", "/v", &["http://[::1]:4000/v", "http://[::1]/v", "http://[::1]:80/v"]),
            ("http://[::1]", "/v", &["http://[::1]/v", "http://[::1]:80/v"]),
            ("crm.example", "/v", &["crm.example/v"]),
        ];
        for (public_url, target, expected) in table {
            assert_eq!(candidate_urls(public_url, target), *expected, "{public_url} {target}");
        }
    }

    #[test]
    fn any_candidate_will_do_and_no_other() {
        let urls = candidate_urls("https://crm.example:8443", "/voice");
        let voice = sign("https://crm.example/voice", &[], &token());
        let foreign = sign("https://other.example/voice", &[], &token());
        assert!(verify_any(&urls, &[], &token(), &voice));
        assert!(!verify_any(&urls, &[], &token(), &foreign));
    }
}
