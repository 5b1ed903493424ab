//! Why a signature is wrong, for whoever has to mend it. By now the request is refused; nothing found here lets it in.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::Mac;
use secrecy::SecretString;

use super::{before, candidate_urls, keyed, signed_form};

/// How many addresses are tried at most.
const ADDRESSES: usize = 64;
/// How many tokens are tried at most, those that count and those that were replaced alike.
const TOKENS: usize = 2;
/// The longest form that is looked into, in bytes. Twilio's are much shorter.
const LONGEST_FORM: usize = 4 * 1024;
/// The longest `Host` that is tried, in bytes.
const LONGEST_HOST: usize = 255;

/// What a request says of the address that it was sent to. Nobody believes it: it is only tried.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// `Host`
    pub host: Option<&'a str>,
    /// `X-Forwarded-Host`
    pub forwarded_host: Option<&'a str>,
    /// The request target, byte for byte.
    pub target: &'a str,
}

/// What was found out about a signature that does not verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Diagnosis {
    /// It is right for another base than the configured one.
    OtherPublicUrl(String),
    /// It is right for this base, and another spelling of what follows.
    OtherTarget(String),
    /// It was made with a token that was replaced.
    ReplacedToken,
    /// None of that: another token, or somebody who has none.
    Unexplained,
}

impl Diagnosis {
    /// A word for it, of a few.
    pub fn cause(&self) -> &'static str {
        match self {
            Diagnosis::OtherPublicUrl(_) | Diagnosis::OtherTarget(_) => "wrong_address",
            Diagnosis::ReplacedToken => "replaced_token",
            Diagnosis::Unexplained => "wrong_signature",
        }
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Diagnosis::OtherPublicUrl(url) => write!(f, "valid for {url}: check PUBLIC_URL"),
            Diagnosis::OtherTarget(url) => {
                write!(f, "valid for {url}: check the webhook's address at Twilio, or what rewrites it on the way")
            }
            Diagnosis::ReplacedToken => {
                f.write_str("made with an auth token that was replaced: promote the new one at Twilio, or save the old one")
            }
            Diagnosis::Unexplained => f.write_str("made with another auth token, or not by Twilio"),
        }
    }
}

/// Looks for an address, or a token, for which the signature would be right. `public_url` is the configured base and
/// `counting` are the tokens for which it was wrong. The work is bounded, and as much for an account that nobody uses.
pub fn diagnose(
    public_url: &str,
    seen: Seen<'_>,
    params: &[(String, String)],
    counting: &[&SecretString],
    replaced: &[&SecretString],
    signature: &str,
) -> Diagnosis {
    let length: usize = params.iter().map(|(name, value)| name.len() + value.len()).sum();
    let Some(claimed) = STANDARD.decode(signature).ok().filter(|_| length <= LONGEST_FORM) else {
        return Diagnosis::Unexplained;
    };
    let form = signed_form(params);
    let is_right = |url: &str, token: &SecretString| keyed(url, &form, token).verify_slice(&claimed).is_ok();
    let configured = candidate_urls(public_url, seen.target);
    if replaced.iter().take(TOKENS).any(|token| configured.iter().any(|url| is_right(url, token))) {
        return Diagnosis::ReplacedToken;
    }
    let tokens = || counting.iter().chain(replaced).take(TOKENS);
    let found =
        addresses(public_url, seen).into_iter().find(|url| tokens().any(|token| is_right(url, token)));
    match found {
        None => Diagnosis::Unexplained,
        Some(url) => {
            let bases = candidate_urls(public_url, "/");
            let is_ours = bases.iter().any(|base| url.starts_with(base));
            if is_ours { Diagnosis::OtherTarget(url) } else { Diagnosis::OtherPublicUrl(url) }
        }
    }
}

/// Other addresses that a request may have been sent to, the likelier first: by the other scheme, at the hosts that it names,
/// without the configured path; then with a slash more or less; then without its query.
fn addresses(public_url: &str, seen: Seen<'_>) -> Vec<String> {
    let base = before(public_url, '#').trim_end_matches('/');
    let rest = base.split_once("://").map_or(base, |(_scheme, rest)| rest);
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let named = [seen.host, seen.forwarded_host.map(|hosts| before(hosts, ','))];
    let is_host = |host: &&str| {
        !host.is_empty()
            && host.len() <= LONGEST_HOST
            && host.bytes().all(|b| b.is_ascii_graphic() && !b"/?#@".contains(&b))
    };
    let hosts = named.into_iter().flatten().map(str::trim).filter(is_host);
    let hosts: Vec<&str> = [authority].into_iter().chain(hosts).collect();
    let target = before(seen.target, '#');
    let (plain, query) = target.split_at(target.find('?').unwrap_or(target.len()));
    let slashed = match plain.strip_suffix('/') {
        Some(shorter) => format!("{shorter}{query}"),
        None => format!("{plain}/{query}"),
    };
    let mut urls: Vec<String> = Vec::new();
    for target in [target, slashed.as_str(), plain] {
        for host in &hosts {
            for scheme in ["https", "http"] {
                for path in [path, ""] {
                    for url in candidate_urls(&format!("{scheme}://{host}{path}"), target) {
                        if urls.len() < ADDRESSES && !urls.contains(&url) {
                            urls.push(url);
                        }
                    }
                }
            }
        }
    }
    urls
}
