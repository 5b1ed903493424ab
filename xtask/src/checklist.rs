//! `docs/checklist.md` names tests: they have to be there.

use std::fs;

use crate::places;

/// What a page names as `` `file` "test" ``.
fn named(page: &str) -> Vec<(&str, &str)> {
    let before = page.split("` \"").map(|piece| piece.rsplit('`').next().unwrap_or_default());
    let behind = page.split("` \"").skip(1).filter_map(|piece| piece.split('"').next());
    before.zip(behind).collect()
}

#[test]
fn what_it_names_is_read() {
    let page = "| row | `a/b.rs` \"one\"; `c.mjs` \"two, \" |\n| row | `d` alone, \"said\" |";
    assert_eq!(named(page), [("a/b.rs", "one"), ("c.mjs", "two, ")]);
}

#[test]
fn every_test_that_it_names_is_there() {
    let page = fs::read_to_string(places::root().join("docs/checklist.md")).expect("the page");
    let named = named(&page);
    assert!(named.len() > 60, "it names {} tests", named.len());
    for (file, test) in named {
        let source = fs::read_to_string(places::root().join(file)).unwrap_or_default();
        assert!(source.contains(test), "{file} has no test {test:?}");
    }
}
