/// What the server writes in place of characters that mean something in HTML.
const ENTITIES: [(&str, char); 5] =
    [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#x27;", '\'')];

/// A text of a payload as somebody wrote it: takes back, once, what made it inert. `&amp;lt;` becomes `&lt;`, for that is
/// what they wrote. The result is plain text and has no place in HTML.
pub fn decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, from)) = rest.find('&').map(|start| rest.split_at(start)) {
        let entity = ENTITIES.iter().find(|(entity, _)| from.starts_with(entity));
        let (length, meant) = entity.map_or((1, '&'), |(entity, meant)| (entity.len(), *meant));
        decoded.push_str(plain);
        decoded.push(meant);
        rest = &from[length..];
    }
    decoded + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_inert_is_as_it_was_written() {
        assert_eq!(
            decode("donation=5 &lt;3 &amp; &quot;you&quot;, I&#x27;m 😀"),
            "donation=5 <3 & \"you\", I'm 😀"
        );
        assert_eq!(decode(""), "");
    }

    #[test]
    fn it_is_taken_back_once() {
        assert_eq!(decode("&amp;lt;b&amp;gt;"), "&lt;b&gt;");
    }

    #[test]
    fn an_ampersand_that_begins_nothing_stays() {
        assert_eq!(decode("& &nbsp; &lt &amp"), "& &nbsp; &lt &amp");
    }
}
