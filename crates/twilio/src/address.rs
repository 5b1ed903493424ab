//! `From` and `To` as Twilio writes them: phone numbers, but also much that only looks like one.
//!
//! Source: "Request parameters" in <https://www.twilio.com/docs/messaging/guides/webhook-request> and
//! <https://www.twilio.com/docs/voice/twiml>.

use std::fmt;

/// One end of a call or message.
///
/// Parsing never fails, because receiving must never fail; `to_string()` is again exactly what Twilio sent. Only the
/// shape is judged here: whether a number can exist is a question for `switchboard-domain`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// A phone number with its `+`.
    E164(String),
    /// The phone number behind `whatsapp:`, with its `+`.
    WhatsApp(String),
    /// Any other messaging channel: `messenger:…`, `rcs:…`, or a `whatsapp:` name that is no number.
    Channel {
        /// What stands before the colon.
        name: String,
        /// What stands after it.
        address: String,
    },
    /// Three to eight digits, without `+`.
    ShortCode(String),
    /// A sender's name in place of a number. It cannot be answered.
    Alphanumeric(String),
    /// A Voice SDK identity, without `client:`.
    Client(String),
    /// A SIP address, with its scheme.
    Sip(String),
    /// The caller hides the number. Never make a contact of it, call it back or text it.
    Withheld(String),
    /// Anything else, such as a caller string that Twilio could not normalise.
    Other(String),
}

impl Address {
    /// Reads a `From` or `To`. Order matters: some withheld callers look like phone numbers.
    pub fn parse(raw: &str) -> Self {
        let owned = || raw.to_owned();
        if is_withheld(raw) {
            return Self::Withheld(owned());
        }
        if let Some((prefix, rest)) = split_prefix(raw) {
            return match prefix {
                "client" => Self::Client(rest.to_owned()),
                "sip" | "sips" => Self::Sip(owned()),
                "whatsapp" if is_e164(rest) => Self::WhatsApp(rest.to_owned()),
                _ => Self::Channel { name: prefix.to_owned(), address: rest.to_owned() },
            };
        }
        if is_e164(raw) {
            Self::E164(owned())
        } else if is_short_code(raw) {
            Self::ShortCode(owned())
        } else if is_alphanumeric_sender(raw) {
            Self::Alphanumeric(owned())
        } else {
            Self::Other(owned())
        }
    }

    /// The phone number behind the address, if a phone can be reached there.
    pub fn phone(&self) -> Option<&str> {
        match self {
            Self::E164(number) | Self::WhatsApp(number) => Some(number),
            _ => None,
        }
    }

    /// The prefix under which Twilio files a messaging channel; `None` for plain SMS and for the ends of calls.
    pub fn channel(&self) -> Option<&str> {
        match self {
            Self::WhatsApp(_) => Some("whatsapp"),
            Self::Channel { name, .. } => Some(name),
            _ => None,
        }
    }
}

/// Exactly what Twilio sent.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WhatsApp(number) => write!(f, "whatsapp:{number}"),
            Self::Client(identity) => write!(f, "client:{identity}"),
            Self::Channel { name, address } => write!(f, "{name}:{address}"),
            Self::E164(raw)
            | Self::ShortCode(raw)
            | Self::Alphanumeric(raw)
            | Self::Sip(raw)
            | Self::Withheld(raw)
            | Self::Other(raw) => f.write_str(raw),
        }
    }
}

/// What Twilio sends in place of a hidden number: a word, or the word spelt on a telephone keypad. As numbers the
/// spellings would pass for Lesotho, Russia, China …
const WITHHELD: [(&str, &str); 6] = [
    ("anonymous", "+266696687"),
    ("blocked", "+2562533"),
    ("private", "+7748283"),
    ("restricted", "+7378742833"),
    ("unavailable", "+86282452253"),
    ("unknown", "+8656696"),
];

fn is_withheld(raw: &str) -> bool {
    // RFC 3323 §4.1.1.3: the URI of an anonymous SIP caller.
    if raw.eq_ignore_ascii_case("sip:anonymous@anonymous.invalid") {
        return true;
    }
    let word = raw.trim().trim_start_matches('+');
    WITHHELD.iter().any(|(name, keypad)| word.eq_ignore_ascii_case(name) || raw == *keypad)
}

fn split_prefix(raw: &str) -> Option<(&str, &str)> {
    let (prefix, rest) = raw.split_once(':')?;
    let is_name = prefix.starts_with(|c: char| c.is_ascii_lowercase())
        && prefix.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b));
    (is_name && !rest.is_empty()).then_some((prefix, rest))
}

/// `+[1-9]` and 6 to 14 further digits (ITU-T E.164 allows 15 in all).
fn is_e164(raw: &str) -> bool {
    raw.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len()) && all_digits(digits) && !digits.starts_with('0')
    })
}

fn is_short_code(raw: &str) -> bool {
    (3..=8).contains(&raw.len()) && all_digits(raw)
}

/// Twilio's AlphaSender rule: up to 11 letters, digits, spaces and `+-_&`, not digits alone.
fn is_alphanumeric_sender(raw: &str) -> bool {
    raw.len() <= 11
        && raw.bytes().any(|b| b.is_ascii_alphabetic())
        && raw.bytes().all(|b| b.is_ascii_alphanumeric() || b" +-_&".contains(&b))
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(name: &str, address: &str) -> Address {
        Address::Channel { name: name.into(), address: address.into() }
    }

    #[test]
    fn addresses_are_told_apart_and_kept_as_sent() {
        use Address::*;
        let table = [
            ("+14158675309", E164("+14158675309".into())),
            ("+1234567", E164("+1234567".into())),
            ("+123456789012345", E164("+123456789012345".into())),
            ("+1234567890123456", Other("+1234567890123456".into())),
            ("+123456", Other("+123456".into())),
            ("+04158675309", Other("+04158675309".into())),
            ("+1415867530٩", Other("+1415867530٩".into())),
            (" 14158675309", Other(" 14158675309".into())),
            ("4158675309", Other("4158675309".into())),
            ("whatsapp:+14158675309", WhatsApp("+14158675309".into())),
            ("whatsapp:US.1234", channel("whatsapp", "US.1234")),
            ("messenger:1234567", channel("messenger", "1234567")),
            ("rcs:+14158675309", channel("rcs", "+14158675309")),
            ("client:org_42:u7", Client("org_42:u7".into())),
            ("client:", Other("client:".into())),
            ("sip:ann@example.com:5061", Sip("sip:ann@example.com:5061".into())),
            ("sips:ann@example.com", Sip("sips:ann@example.com".into())),
            ("256", ShortCode("256".into())),
            ("12345678", ShortCode("12345678".into())),
            ("12", Other("12".into())),
            ("123456789", Other("123456789".into())),
            ("ACME Taxi", Alphanumeric("ACME Taxi".into())),
            ("AT&T", Alphanumeric("AT&T".into())),
            ("twelve chars", Other("twelve chars".into())),
            ("Ärzte", Other("Ärzte".into())),
            ("", Other("".into())),
            ("Re: call", Other("Re: call".into())),
        ];
        for (raw, expected) in table {
            let address = Address::parse(raw);
            assert_eq!(address, expected, "{raw:?}");
            assert_eq!(address.to_string(), raw);
        }
    }

    #[test]
    fn withheld_callers_are_no_phone_numbers() {
        let keypad = "22233344455566677778889999";
        for (word, number) in WITHHELD {
            let spelt: String = word
                .bytes()
                .map(|letter| char::from(keypad.as_bytes()[usize::from(letter - b'a')]))
                .collect();
            assert_eq!(number, format!("+{spelt}"), "{word}");
        }
        let spellings =
            ["Anonymous", "ANONYMOUS", "+anonymous", " unknown ", "sip:anonymous@anonymous.invalid"];
        for raw in WITHHELD.iter().flat_map(|(word, number)| [*word, *number]).chain(spellings) {
            let address = Address::parse(raw);
            assert_eq!(address, Address::Withheld(raw.into()));
            assert_eq!(address.to_string(), raw);
            assert_eq!(address.phone(), None);
        }
    }

    #[test]
    fn a_phone_is_reached_by_number_and_by_whatsapp_only() {
        assert_eq!(Address::parse("+14158675309").phone(), Some("+14158675309"));
        assert_eq!(Address::parse("whatsapp:+14158675309").phone(), Some("+14158675309"));
        for raw in ["rcs:+14158675309", "client:ann", "sip:+14158675309@example.com", "24365", "ACME"] {
            assert_eq!(Address::parse(raw).phone(), None, "{raw}");
        }
    }

    #[test]
    fn the_channel_is_twilios_prefix() {
        assert_eq!(Address::parse("whatsapp:+14158675309").channel(), Some("whatsapp"));
        assert_eq!(Address::parse("messenger:1").channel(), Some("messenger"));
        for raw in ["+14158675309", "client:ann", "sip:a@b", "anonymous"] {
            assert_eq!(Address::parse(raw).channel(), None, "{raw}");
        }
    }
}
