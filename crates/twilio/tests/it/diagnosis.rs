//! A wrong signature is explained, and whatever is found the work is bounded.

use secrecy::SecretString;
use switchboard_twilio::signature::{Diagnosis, Seen, candidate_urls, diagnose, sign, verify_any};

const PUBLIC_URL: &str = "https://desk.example/phones";
const TARGET: &str = "/api/twilio/webhook/sms";

fn token(text: &str) -> SecretString {
    text.into()
}

fn params() -> Vec<(String, String)> {
    [("Body", "hello"), ("To", "+14155550123")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

fn seen(target: &str) -> Seen<'_> {
    Seen { host: Some("desk.example"), forwarded_host: None, target }
}

/// What is said of a signature made with the token that counts, over this address.
fn said(url: &str, seen: Seen<'_>) -> String {
    let counting = token("counting");
    let signature = sign(url, &params(), &counting);
    let right = candidate_urls(PUBLIC_URL, seen.target);
    assert!(!verify_any(&right, &params(), &counting, &signature), "{url} is the right one");
    diagnose(PUBLIC_URL, seen, &params(), &[&counting], &[&token("replaced")], &signature).to_string()
}

#[test]
fn the_address_for_which_it_is_right_is_named() {
    let inner = Seen { host: Some("10.0.0.7:3004"), ..seen(TARGET) };
    let forwarded = Seen { forwarded_host: Some("old.example, proxy"), ..inner };
    for (url, seen) in [
        ("http://desk.example/phones/api/twilio/webhook/sms", seen(TARGET)),
        ("http://desk.example:80/phones/api/twilio/webhook/sms", seen(TARGET)),
        ("https://desk.example/api/twilio/webhook/sms", seen(TARGET)),
        ("https://10.0.0.7:3004/phones/api/twilio/webhook/sms", inner),
        ("http://10.0.0.7:3004/api/twilio/webhook/sms", inner),
        ("https://10.0.0.7/api/twilio/webhook/sms", inner),
        ("https://old.example/api/twilio/webhook/sms", forwarded),
    ] {
        assert_eq!(said(url, seen), format!("valid for {url}: check PUBLIC_URL"));
    }
    for (url, target) in [
        ("https://desk.example/phones/api/twilio/webhook/sms/", TARGET),
        ("https://desk.example/phones/api/twilio/webhook/sms", "/api/twilio/webhook/sms/"),
        ("https://desk.example/phones/api/twilio/webhook/sms", "/api/twilio/webhook/sms?a=b"),
        ("https://desk.example/phones/api/twilio/webhook/sms/?a=b", "/api/twilio/webhook/sms?a=b"),
    ] {
        let words = said(url, seen(target));
        assert!(words.starts_with(&format!("valid for {url}: check the webhook's address")), "{words}");
    }
}

#[test]
fn a_replaced_token_is_recognised() {
    let (counting, replaced) = (token("counting"), token("replaced"));
    let diagnosis = |url: &str| {
        let signature = sign(url, &params(), &replaced);
        diagnose(PUBLIC_URL, seen(TARGET), &params(), &[&counting], &[&replaced], &signature)
    };
    let right = format!("{PUBLIC_URL}{TARGET}");
    assert_eq!(diagnosis(&right), Diagnosis::ReplacedToken);
    let elsewhere = "http://desk.example/phones/api/twilio/webhook/sms";
    assert_eq!(diagnosis(elsewhere), Diagnosis::OtherPublicUrl(elsewhere.to_owned()));
}

#[test]
fn what_cannot_be_explained_is_not() {
    let counting = token("counting");
    let right = format!("{PUBLIC_URL}{TARGET}");
    let signed = |params: &[(String, String)], by: &str| sign(&right, params, &token(by));
    let mut changed = params();
    changed[0].1 = "hullo".to_owned();
    let mut long = params();
    long.push(("Long".to_owned(), "x".repeat(4_096)));
    let http = "http://desk.example/phones/api/twilio/webhook/sms";
    for (params, signature) in [
        (params(), signed(&params(), "guess")),
        (params(), signed(&changed, "counting")),
        (params(), "no base64!".to_owned()),
        (params(), String::new()),
        (long.clone(), sign(http, &long, &counting)),
    ] {
        let diagnosis = diagnose(PUBLIC_URL, seen(TARGET), &params, &[&counting], &[], &signature);
        assert_eq!(diagnosis, Diagnosis::Unexplained);
    }
    let signature = sign(http, &params(), &counting);
    let other = token("other");
    for (tokens, is_found) in [([&other, &counting, &other], true), ([&other, &other, &counting], false)] {
        let diagnosis = diagnose(PUBLIC_URL, seen(TARGET), &params(), &tokens, &[], &signature);
        assert_eq!(diagnosis != Diagnosis::Unexplained, is_found, "two tokens are tried");
    }
}

#[test]
fn hosts_that_are_none_are_left_alone() {
    let long = "h".repeat(300);
    for host in ["", " ", "a/b", "a@b", "a?b", "a#b", "a b", "é", long.as_str()] {
        let seen = Seen { host: Some(host), forwarded_host: Some(host), target: TARGET };
        let words = said(&format!("https://{host}/api/twilio/webhook/sms"), seen);
        assert!(!words.starts_with("valid"), "{host}: {words}");
    }
    let public_urls =
        ["", "desk.example", "https://", "://", "https://u:p@desk.example:8443/a/b/#c", "https://[::1]:1/"];
    for public_url in public_urls {
        let seen = Seen { host: Some("[::1]:8443"), forwarded_host: Some(",,"), target: "?#" };
        diagnose(public_url, seen, &params(), &[&token("a")], &[&token("b")], &sign("x", &[], &token("c")));
    }
}
