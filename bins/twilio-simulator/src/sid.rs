//! SIDs: two letters for what it is, 32 hexadecimal digits for which one.

use crate::{Kind, SimulatorError};
use uuid::Uuid;

/// A new SID, or `given` if it could be one of Twilio's.
pub(crate) fn new_or_given(kind: Kind, given: Option<String>) -> Result<String, SimulatorError> {
    let (prefixes, form): (&[&str], _) = match kind {
        Kind::Sms => (&["SM", "MM"], "SM or MM and 32 hexadecimal digits"),
        Kind::Call => (&["CA"], "CA and 32 hexadecimal digits"),
    };
    let Some(given) = given else {
        return Ok(format!("{}{}", prefixes[0], Uuid::new_v4().simple()));
    };
    let digits = prefixes.iter().find_map(|prefix| given.strip_prefix(prefix));
    let is_hex = |digits: &str| digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    match digits {
        Some(digits) if digits.len() == 32 && is_hex(digits) => Ok(given),
        _ => Err(SimulatorError::InvalidSid { given, form }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_sids_are_valid_and_differ() {
        for kind in [Kind::Sms, Kind::Call] {
            let one = new_or_given(kind, None).expect("nothing given, nothing wrong");
            let two = new_or_given(kind, None).expect("nothing given, nothing wrong");
            assert_ne!(one, two);
            assert_eq!(new_or_given(kind, Some(one.clone())).ok(), Some(one));
        }
    }

    #[test]
    fn other_strings_are_refused() {
        let hex = "0123456789abcdef0123456789abcdef";
        let wrong = [
            "",
            "SM",
            &format!("CA{hex}"),
            &format!("SM{hex}0"),
            &format!("SM{}", hex.to_uppercase()),
            "SMé",
        ];
        for given in wrong {
            assert!(new_or_given(Kind::Sms, Some(given.to_owned())).is_err(), "{given}");
        }
    }
}
