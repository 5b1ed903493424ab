//! Text on its way to a screen, and moments on their way to the wire.

use chrono::{DateTime, SecondsFormat, Utc};
use switchboard_events::Timestamp;

/// Makes a text inert, even in a client that writes it into a page as it is: control characters other than line
/// feed and tab, and bidirectional overrides and isolates, are removed; then `& < > " '` become HTML entities.
pub fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() => {}
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            c => out.push(c),
        }
    }
    out
}

/// A text from outside as it is stored: exactly as sent, but for U+0000, which PostgreSQL cannot hold and which
/// becomes U+FFFD.
pub fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// The first `count` characters of a text, or all of it.
pub fn beginning(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
}

/// A moment as it stands on the wire.
pub fn timestamp(moment: DateTime<Utc>) -> Timestamp {
    Timestamp::from_wire(moment.to_rfc3339_opts(SecondsFormat::Millis, true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use switchboard_events::decode;

    #[test]
    fn markup_becomes_text() {
        assert_eq!(inert(r#"donation=5 <3 & "you""#), "donation=5 &lt;3 &amp; &quot;you&quot;");
        assert_eq!(inert("I'm"), "I&#x27;m");
    }

    #[test]
    fn services_can_read_what_was_made_inert() {
        for text in [r#"donation=5 <3 & "you""#, "I'm", "&lt;b&gt; &amp;amp; &#x27; &"] {
            assert_eq!(decode(&inert(text)), text);
        }
    }

    #[test]
    fn what_could_move_or_hide_text_is_gone() {
        assert_eq!(inert("a\u{0}\u{7}\u{7f}\u{85}\u{202e}\u{2067}b"), "ab");
        assert_eq!(inert("line\n\tone 😀 مرحبا"), "line\n\tone 😀 مرحبا");
    }

    #[test]
    fn a_beginning_is_counted_in_characters() {
        assert_eq!([beginning("añb", 2), beginning("añb", 3), beginning("añb", 9)], ["añ", "añb", "añb"]);
    }

    #[test]
    fn a_moment_has_milliseconds_and_z() {
        let moment = DateTime::from_timestamp(0, 5_000_000).expect("a moment");
        assert_eq!(timestamp(moment).as_str(), "1970-01-01T00:00:00.005Z");
    }
}
