use crate::messages::LONGEST;
use crate::messages::template::pieces;
use crate::text;

/// What can stand in a gap.
pub(super) const GAPS: [&str; 3] = ["first_name", "name", "organization"];

/// A gap of the text for which there is never anything.
pub(super) fn unknown_gap(body: &str) -> Option<&str> {
    let gaps = pieces(body).filter_map(|piece| piece.ok());
    gaps.map(|(gap, _)| gap).find(|gap| !GAPS.contains(gap))
}

/// The text with its gaps filled. Where there is nothing for one, nothing tells that it was there.
pub(super) fn worded(body: &str, value: impl Fn(&str) -> String) -> String {
    let mut words = String::new();
    let mut is_bare = false;
    for piece in pieces(body) {
        match piece {
            Ok((gap, _)) => {
                let value = value(gap);
                is_bare = value.trim().is_empty();
                words.push_str(value.trim());
            }
            Err(text) => {
                let text = if is_bare { close_up(&mut words, text) } else { text };
                words.push_str(text);
                is_bare = false;
            }
        }
    }
    text::beginning(words.trim(), LONGEST).to_owned()
}

/// Takes away what stood around a gap only because of what was to be in it; gives what goes on.
fn close_up<'a>(words: &mut String, text: &'a str) -> &'a str {
    if words.is_empty() || words.ends_with('\n') {
        return text.trim_start_matches([' ', ',']);
    }
    if words.ends_with(' ') && !text.starts_with(char::is_alphanumeric) {
        words.pop();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said_to(name: &str, body: &str) -> String {
        worded(body, |gap| if gap == "organization" { "Acme".to_owned() } else { name.to_owned() })
    }

    #[test]
    fn a_gap_without_a_value_leaves_no_trace() {
        for (body, to_bo, to_nobody) in [
            ("Hi {{first_name}}, this is {{organization}}.", "Hi Bo, this is Acme.", "Hi, this is Acme."),
            ("Thanks {{ name }} for writing", "Thanks Bo for writing", "Thanks for writing"),
            ("{{first_name}}, thanks", "Bo, thanks", "thanks"),
            ("Thanks, {{first_name}}", "Thanks, Bo", "Thanks,"),
            ("Hi {{first_name}} {{name}}!", "Hi Bo Bo!", "Hi!"),
            ("Hi!\n{{name}} is well", "Hi!\nBo is well", "Hi!\nis well"),
            ("dear{{name}}s", "dearBos", "dears"),
            ("two  spaces {{organization}} stay", "two  spaces Acme stay", "two  spaces Acme stay"),
            ("{{name}}", "Bo", ""),
            ("{{name}}{{organization}} ", "BoAcme", "Acme"),
        ] {
            assert_eq!(said_to("Bo", body), to_bo);
            assert_eq!(said_to(" ", body), to_nobody);
        }
    }

    #[test]
    fn a_long_name_makes_no_text_that_is_too_long() {
        let body = format!("{{{{name}}}}{}", "é".repeat(LONGEST - 8));
        assert_eq!(said_to(&"x".repeat(200), &body).chars().count(), LONGEST);
    }

    #[test]
    fn a_gap_for_which_there_is_never_anything_is_found() {
        assert_eq!(unknown_gap("{{name}} {{organization}} {{first_name}} {{not a gap}}"), None);
        assert_eq!(unknown_gap("{{name}} {{ company }}"), Some("company"));
    }
}
