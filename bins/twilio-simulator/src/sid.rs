//! SIDs: two letters for what it is, 32 hexadecimal digits for which one.

use crate::{Kind, SimulatorError};

/// `given`, if it could be one of Twilio's.
pub(crate) fn given(kind: Kind, given: Option<String>) -> Result<Option<String>, SimulatorError> {
    let (prefixes, form): (&[&str], _) = match kind {
        Kind::Sms => (&["SM", "MM"], "SM or MM and 32 hexadecimal digits"),
        Kind::Call => (&["CA"], "CA and 32 hexadecimal digits"),
    };
    let Some(given) = given else { return Ok(None) };
    let digits = prefixes.iter().find_map(|prefix| given.strip_prefix(prefix));
    let is_hex = |digits: &str| digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    match digits {
        Some(digits) if digits.len() == 32 && is_hex(digits) => Ok(Some(given)),
        _ => Err(SimulatorError::InvalidSid { given, form }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twilios_sids_are_taken() {
        let hex = "0123456789abcdef0123456789abcdef";
        for (kind, prefix) in [(Kind::Sms, "SM"), (Kind::Sms, "MM"), (Kind::Call, "CA")] {
            let sid = Some(format!("{prefix}{hex}"));
            assert_eq!(given(kind, sid.clone()).ok(), Some(sid));
        }
        assert_eq!(given(Kind::Sms, None).ok(), Some(None));
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
        for wrong in wrong {
            assert!(given(Kind::Sms, Some(wrong.to_owned())).is_err(), "{wrong}");
        }
    }
}
