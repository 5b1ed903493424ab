use crate::text::storable;

/// The longest that is kept of all parameters together, and of an answer, in bytes.
const LONGEST: usize = 8 * 1024;
/// The longest name, number or SID, in bytes.
const LONGEST_WORD: usize = 100;
/// How many parameters are kept. Twilio sends some thirty.
const MOST_PARAMS: usize = 100;
/// What stands where something was cut off.
const CUT: &str = "…";
/// What stands in place of what is not kept.
const HIDDEN: &str = "[not kept]";

/// What was sent along: names and values, as they came but cut to a length, and without what must not be kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent(Vec<(String, String)>);

impl Sent {
    /// As it came.
    pub fn new(pairs: &[(String, String)]) -> Self {
        let mut left = LONGEST;
        let mut kept = Vec::new();
        for (name, value) in pairs.iter().take(MOST_PARAMS) {
            let is_secret = name.to_ascii_lowercase().ends_with("token");
            let name = cut(name, LONGEST_WORD.min(left));
            left -= name.len().min(left);
            let value = if is_secret { HIDDEN.to_owned() } else { cut(value, left) };
            left -= value.len().min(left);
            kept.push((name, value));
            if left == 0 {
                break;
            }
        }
        Self(kept)
    }

    /// As it was kept.
    pub fn kept(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// All of it, in the order in which it came.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The first value under this name; empty if there is none.
    pub fn first(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// The same as a word of bounded length, unless it is empty.
    pub fn word(&self, name: &str) -> Option<String> {
        Some(self.first(name)).filter(|value| !value.is_empty()).map(|value| cut(value, LONGEST_WORD))
    }
}

/// An answer as it is kept.
pub fn cut_answer(answer: &str) -> String {
    cut(answer, LONGEST)
}

/// So many bytes of it at most, beside the mark that something is missing.
fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return storable(text);
    }
    format!("{}{CUT}", storable(&text[..text.floor_char_boundary(most)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Sent {
        Sent::new(
            &pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>(),
        )
    }

    fn length(sent: &Sent) -> usize {
        sent.pairs().iter().map(|(name, value)| name.len() + value.len()).sum()
    }

    #[test]
    fn what_was_sent_is_kept_as_it_came() {
        let kept = sent(&[("From", "+16475550100"), ("Body", "<b>é 😀"), ("Body", "again"), ("Empty", "")]);
        assert_eq!((kept.first("Body"), kept.first("Empty"), kept.first("To")), ("<b>é 😀", "", ""));
        assert_eq!((kept.word("From").as_deref(), kept.word("Empty")), (Some("+16475550100"), None));
        assert_eq!(kept.pairs().len(), 4);
    }

    #[test]
    fn tokens_are_not_kept() {
        let kept = sent(&[("CallToken", "eyJ"), ("token", "x"), ("Tokens", "5")]);
        assert_eq!(
            (kept.first("CallToken"), kept.first("token"), kept.first("Tokens")),
            (HIDDEN, HIDDEN, "5")
        );
    }

    #[test]
    fn lengths_are_bounded_whatever_is_sent() {
        let long = "😀".repeat(20_000);
        let many: Vec<_> = (0..5_000).map(|n| (format!("N{n}"), "v".to_owned())).collect();
        let slack = 2 * CUT.len() * MOST_PARAMS + HIDDEN.len() * MOST_PARAMS;
        for kept in [
            sent(&[("Body", &long)]),
            sent(&[(&long, &long), (&long, &long)]),
            sent(&vec![("AToken", "x"); 5_000]),
            Sent::new(&many),
        ] {
            assert!(length(&kept) <= LONGEST + slack, "{}", length(&kept));
        }
        let kept = sent(&[("Body", &long)]);
        assert!(kept.first("Body").starts_with('😀') && kept.first("Body").ends_with(CUT));
        assert!(cut_answer(&long).len() <= LONGEST + CUT.len());
        assert_eq!(cut_answer("<Response/>"), "<Response/>");
    }
}
