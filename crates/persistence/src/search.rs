//! Ranges of texts that start with something, as an index of `text_pattern_ops` holds them. Under row security only leakproof
//! operators reach an index, and `like` is none.

use switchboard_domain::search::Search;

/// Where the addresses and the name that are looked for begin and end, in turn: three addresses, and the name. Of fewer than
/// three the first stands in for the others.
pub(crate) fn bounds_of(search: &Search) -> [String; 8] {
    let address = |place| search.addresses.get(place).or(search.addresses.first()).map_or("", String::as_str);
    let bounds =
        [address(0), address(1), address(2), &search.name].map(|start| [start.to_owned(), end_of(start)]);
    let [[a, b], [c, d], [e, f], [g, h]] = bounds;
    [a, b, c, d, e, f, g, h]
}

/// The first text that sorts after everything that starts with `prefix`, byte by byte, which is by code point.
pub(crate) fn end_of(prefix: &str) -> String {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        if let Some(next) = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32) {
            chars.push(next);
            return chars.into_iter().collect();
        }
    }
    // Nothing sorts after it; a search for the very last code point finds nothing, and nobody has such a name.
    prefix.to_owned()
}

#[cfg(test)]
mod tests {
    use super::end_of;

    #[test]
    fn the_end_of_a_prefix_is_after_all_that_start_with_it() {
        assert_eq!(end_of("bo"), "bp");
        assert_eq!(end_of("z"), "{");
        assert_eq!(end_of("a\u{d7ff}"), "a\u{e000}", "there are no code points between");
        assert_eq!(end_of("a\u{10ffff}"), "b");
        assert_eq!(end_of("\u{10ffff}"), "\u{10ffff}");
    }
}
