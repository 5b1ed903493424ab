//! Tokens that are drawn: random, recognisable by their start, so that a leaked one can be found by those who look for such.

use sha2::{Digest, Sha256};
use switchboard_domain::ports::{TokenError, TokenHash};

/// 32 random bytes in hexadecimal, after a prefix. So much chance needs no slow hash: nobody can try them all.
pub(crate) fn issue(prefix: &str) -> (String, TokenHash) {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).expect("the system has random bytes once it has started");
    let digits: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let token = format!("{prefix}{digits}");
    let hash = hash(&token);
    (token, hash)
}

/// The hash of what looks like such a token.
pub(crate) fn read(prefix: &str, token: &str) -> Result<TokenHash, TokenError> {
    let digits = token.strip_prefix(prefix).ok_or(TokenError::Invalid)?;
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if digits.len() == 64 && digits.bytes().all(is_digit) {
        Ok(hash(token))
    } else {
        Err(TokenError::Invalid)
    }
}

fn hash(token: &str) -> TokenHash {
    TokenHash(Sha256::digest(token).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_hash() {
        let (token, hash) = issue("swb_");
        assert_eq!(read("swb_", &token), Ok(hash));
        let (other, their_hash) = issue("swb_");
        assert_ne!((token, hash), (other, their_hash));
    }

    #[test]
    fn the_hash_is_sha_256_of_the_text() {
        let token = format!("swb_{}", "0".repeat(64));
        let hash = read("swb_", &token).expect("it looks like one");
        assert_eq!(hash.0[..4], [0x2f, 0x73, 0x4a, 0x00], "as sha256sum has it");
    }

    #[test]
    fn what_does_not_look_like_one_is_refused() {
        let (token, _) = issue("swb_");
        for wrong in [
            "",
            "swb_",
            &token[4..],
            &token[..67],
            &format!("{token}0"),
            &token.replace("swb_", "swc_"),
            &token.to_uppercase(),
            &format!("swb_{}", "g".repeat(64)),
            &format!("swb_{}", "é".repeat(32)),
        ] {
            assert_eq!(read("swb_", wrong), Err(TokenError::Invalid), "{wrong}");
        }
    }
}
