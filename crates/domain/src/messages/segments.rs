//! In how many parts a text travels: <https://www.twilio.com/docs/glossary/what-sms-character-limit>.

/// What one part holds, and each of several, in septets.
const GSM: (u32, u32) = (160, 153);
/// The same in UTF-16 units, for texts with anything that GSM 03.38 does not have.
const UCS2: (u32, u32) = (70, 67);

/// GSM 03.38, the basic table without the escape.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
    ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension: each takes two septets.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// How many parts, at least one. A character is never cut in two, nor is an escape.
pub fn segments(body: &str) -> u32 {
    let gsm: Option<Vec<u32>> = body.chars().map(septets).collect();
    match gsm {
        Some(widths) => parts(&widths, GSM),
        None => parts(&body.chars().map(|c| c.len_utf16() as u32).collect::<Vec<_>>(), UCS2),
    }
}

fn septets(c: char) -> Option<u32> {
    match c {
        c if BASIC.contains(c) => Some(1),
        c if EXTENSION.contains(c) => Some(2),
        _ => None,
    }
}

fn parts(widths: &[u32], (alone, each): (u32, u32)) -> u32 {
    if widths.iter().sum::<u32>() <= alone {
        return 1;
    }
    let (mut parts, mut filled) = (1, 0);
    for width in widths {
        if filled + width > each {
            (parts, filled) = (parts + 1, 0);
        }
        filled += width;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::segments;

    #[test]
    fn texts_are_cut_where_the_standard_cuts_them() {
        for (body, count) in [
            (String::new(), 1),
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            ("a".repeat(306), 2),
            ("a".repeat(307), 3),
            ("€".repeat(80), 1),
            ("€".repeat(81), 2),
            // An escape and its character stay together: 76 fit, and one septet stays empty.
            ("€".repeat(153), 3),
            (format!("{}ç", "a".repeat(69)), 1),
            ("ç".repeat(71), 2),
            ("ç".repeat(134), 2),
            ("ç".repeat(135), 3),
            ("😀".repeat(35), 1),
            // Two units each: 33 in a part.
            ("😀".repeat(36), 2),
            ("😀".repeat(67), 3),
            ("“".to_owned(), 1),
            (format!("{}’", "a".repeat(70)), 2),
            ("ÄÖÜ§¿äöüàèéùìòÇØøÅåΔΦ\n".repeat(7), 1),
        ] {
            assert_eq!(
                segments(&body),
                count,
                "{} characters of {:?}",
                body.chars().count(),
                body.chars().next()
            );
        }
    }
}
