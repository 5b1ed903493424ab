use secrecy::SecretString;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use switchboard_twilio::signature::{candidate_urls, sign, verify, verify_any};

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    /// What the server saw, where it is not what Twilio signed.
    server_url: Option<String>,
    url: String,
    params: Vec<(String, String)>,
    body: Option<String>,
    body_sha256: Option<String>,
    auth_token: String,
    expected_signature: String,
}

impl Vector {
    fn token(&self) -> SecretString {
        self.auth_token.clone().into()
    }
}

fn vectors() -> Vec<Vector> {
    let file = include_str!("../data/signature-vectors.json");
    serde_json::from_str::<Vectors>(file).expect("the vector file").vectors
}

#[test]
fn official_vectors_verify() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 19);
    for v in vectors {
        assert_eq!(sign(&v.url, &v.params, &v.token()), v.expected_signature, "{}", v.id);
        assert!(verify(&v.url, &v.params, &v.token(), &v.expected_signature), "{}", v.id);
    }
}

/// A JSON request has no parameters; its body is signed through the hash in the URL.
#[test]
fn json_vectors_sign_the_url_alone() {
    let json: Vec<_> = vectors().into_iter().filter_map(|v| Some((v.body.clone()?, v))).collect();
    assert_eq!(json.len(), 3);
    for (body, v) in json {
        assert!(v.params.is_empty());
        let hash: String = Sha256::digest(body).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(v.body_sha256.as_ref(), Some(&hash), "{}", v.id);
        assert!(v.url.ends_with(&format!("bodySHA256={hash}")), "{}", v.id);
    }
}

/// The server knows its public URL and the request target, not what Twilio signed.
#[test]
fn a_server_finds_the_url_that_was_signed() {
    for v in vectors() {
        let seen = v.server_url.as_ref().unwrap_or(&v.url);
        let (origin, target) = seen.split_once(".com").expect("every host ends in .com");
        let (port, target) = target.split_once('/').expect("every URL has a path");
        let found = candidate_urls(&format!("{origin}.com{port}"), &format!("/{target}"));
        // Twilio never signs user info; these vectors show only that the official libraries leave it alone.
        let user_info = v.url.contains('@');
        // A query with `'` is never re-escaped: no webhook of ours has one.
        let escaped = v.id == "off-special-chars";
        let verified = verify_any(&found, &v.params, &v.token(), &v.expected_signature);
        assert_eq!(verified, !user_info && !escaped, "{}: {found:?}", v.id);
    }
}

#[test]
fn a_flipped_byte_anywhere_is_refused() {
    for v in vectors() {
        for url in mutations(&v.url) {
            assert!(!verify(&url, &v.params, &v.token(), &v.expected_signature), "{}: {url}", v.id);
        }
        for signature in mutations(&v.expected_signature) {
            assert!(!verify(&v.url, &v.params, &v.token(), &signature), "{}: {signature}", v.id);
        }
        for i in 0..v.params.len() {
            let (name, value) = v.params[i].clone();
            let mutated = mutations(&name).map(|name| (name, value.clone()));
            let mutated = mutated.chain(mutations(&value).map(|value| (name.clone(), value)));
            for pair in mutated {
                let mut params = v.params.clone();
                // A mutated copy of a duplicate adds a value, so it is refused like any other.
                params[i] = pair;
                assert!(!verify(&v.url, &params, &v.token(), &v.expected_signature), "{}: {params:?}", v.id);
            }
        }
    }
}

/// `text` with the lowest bit of one byte flipped, for each byte.
fn mutations(text: &str) -> impl Iterator<Item = String> {
    assert!(text.is_ascii());
    (0..text.len()).map(move |i| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[i] ^= 1;
        String::from_utf8(bytes).expect("ASCII stays ASCII")
    })
}

proptest::proptest! {
    #[test]
    fn order_and_repetition_of_parameters_do_not_matter(
        mut params in proptest::collection::vec(("[A-Za-z]{1,3}", "\\PC{0,3}"), 0..6),
        url in "https://[a-z]{1,8}\\.example/[a-z?=&]{0,9}",
    ) {
        let token = SecretString::from("12345");
        let signature = sign(&url, &params, &token);
        params.reverse();
        params.extend(params.clone());
        proptest::prop_assert!(verify(&url, &params, &token, &signature));
    }

    #[test]
    fn no_signature_and_no_target_makes_the_verifier_panic(
        public_url in "\\PC{0,40}", target in "\\PC{0,40}", signature in "\\PC{0,40}",
    ) {
        let urls = candidate_urls(&public_url, &target);
        proptest::prop_assert!(!verify_any(&urls, &[], &SecretString::from("12345"), &signature));
    }
}
