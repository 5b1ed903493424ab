//! The body of a Twilio webhook: `application/x-www-form-urlencoded`, as in the WHATWG URL standard, but strict about
//! UTF-8.

/// The body cannot be read as a form.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormError {
    /// A decoder that replaced the bytes would change what was signed and what a customer wrote.
    #[error("form parameter {position} is not UTF-8")]
    NotUtf8 {
        /// Counted from 1.
        position: usize,
    },
}

/// The decoded parameters in the order of the wire, repeated names included.
///
/// Twilio adds parameters without notice and signs them too, so all of them are kept; nothing is trimmed. As in
/// browsers, a `%` that starts no escape stands for itself and a name without `=` has an empty value.
pub fn decode_form(body: &[u8]) -> Result<Vec<(String, String)>, FormError> {
    let mut params = Vec::new();
    for pair in body.split(|&b| b == b'&').filter(|pair| !pair.is_empty()) {
        let equals = pair.iter().position(|&b| b == b'=');
        let (name, value) = match equals {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &[][..]),
        };
        let not_utf8 = |_| FormError::NotUtf8 { position: params.len() + 1 };
        let name = String::from_utf8(unescape(name)).map_err(not_utf8)?;
        let value = String::from_utf8(unescape(value)).map_err(not_utf8)?;
        params.push((name, value));
    }
    Ok(params)
}

/// The first value of `name`. Twilio repeats none of the parameters that we act on.
pub fn first<'a>(params: &'a [(String, String)], name: &str) -> Option<&'a str> {
    params.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

fn unescape(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [byte, tail @ ..] = rest {
        let (decoded, remaining) = match (byte, tail) {
            (b'+', _) => (b' ', tail),
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, after),
                _ => (b'%', tail),
            },
            _ => (*byte, tail),
        };
        bytes.push(decoded);
        rest = remaining;
    }
    bytes
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect()
    }

    #[test]
    fn bodies_decode_to_what_was_written() {
        let table: &[(&str, &[(&str, &str)])] = &[
            ("", &[]),
            ("Body=donation%3D5+%3C3+%26+%22you%22", &[("Body", "donation=5 <3 & \"you\"")]),
            ("Body=donation=5", &[("Body", "donation=5")]),
            ("From=%2B15558675310", &[("From", "+15558675310")]),
            ("From=+15558675310", &[("From", " 15558675310")]),
            ("Body=%C3%A9%F0%9F%98%80", &[("Body", "é😀")]),
            ("Body=é", &[("Body", "é")]),
            ("Body=+hi+%0A", &[("Body", " hi \n")]),
            ("A=1&B=2&A=1&A=0", &[("A", "1"), ("B", "2"), ("A", "1"), ("A", "0")]),
            ("FromCity=&Flag&=x", &[("FromCity", ""), ("Flag", ""), ("", "x")]),
            ("&&A=1&", &[("A", "1")]),
            ("A=100%&B=%zz%4&C=%2", &[("A", "100%"), ("B", "%zz%4"), ("C", "%2")]),
            ("A=%00", &[("A", "\0")]),
        ];
        for (body, expected) in table {
            assert_eq!(decode_form(body.as_bytes()), Ok(pairs(expected)), "{body}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_an_error_not_a_guess() {
        let table: &[(&[u8], usize)] =
            &[(b"A=1&Body=%FF", 2), (b"%C3=1", 1), (b"Body=\xff", 1), (b"B=%ED%A0%80", 1)];
        for (body, position) in table {
            assert_eq!(decode_form(body), Err(FormError::NotUtf8 { position: *position }), "{body:?}");
        }
    }

    #[test]
    fn the_first_value_of_a_name_is_found() {
        let params = pairs(&[("To", "a"), ("to", "b"), ("To", "c")]);
        assert_eq!(first(&params, "To"), Some("a"));
        assert_eq!(first(&params, "From"), None);
    }
}
