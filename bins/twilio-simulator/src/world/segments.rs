//! As how many messages a text is sent: <https://www.twilio.com/docs/glossary/what-sms-character-limit>.

/// GSM 03.38: what one septet can say.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// GSM 03.38: what takes two.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// One character outside GSM's makes the whole text UCS-2.
pub(crate) fn segments(body: &str) -> u32 {
    let mut septets = 0;
    for character in body.chars() {
        septets += match character {
            c if BASIC.contains(c) => 1,
            c if EXTENDED.contains(c) => 2,
            _ => return parts(body.encode_utf16().count(), 70, 67),
        };
    }
    parts(septets, 160, 153)
}

/// A text of several parts has a header in each.
fn parts(length: usize, alone: usize, together: usize) -> u32 {
    let parts = if length <= alone { 1 } else { length.div_ceil(together) };
    u32::try_from(parts).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_counted_as_carriers_count_them() {
        let table = [
            (String::new(), 1),
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            ("a".repeat(306), 2),
            ("a".repeat(307), 3),
            ("€".repeat(80), 1),
            ("€".repeat(81), 2),
            (format!("{}é", "a".repeat(159)), 1),
            (format!("{}ê", "a".repeat(69)), 1),
            (format!("{}ê", "a".repeat(70)), 2),
            ("😀".repeat(35), 1),
            ("😀".repeat(36), 2),
            ("’".repeat(134), 2),
            ("’".repeat(135), 3),
            ("a".repeat(1600), 11),
        ];
        for (body, expected) in table {
            assert_eq!(segments(&body), expected, "{} characters of {body:.4}", body.chars().count());
        }
    }
}
