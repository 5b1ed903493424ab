//! `docs/checklist.md` names tests: they have to be there.

use std::fs;

use crate::places;

/// What a page names as `` `file` "test" ``.
fn named(page: &str) -> Vec<(&str, &str)> {
    let before = page.split("` \"").map(|piece| piece.rsplit('`').next().unwrap_or_default());
    let behind = page.split("` \"").skip(1).filter_map(|piece| piece.split('"').next());
    before.zip(behind).collect()
}

/// Whether it is a test there, and not a word in passing: a function, a title, or a line of a table of titles.
fn is_test(file: &str, source: &str, name: &str) -> bool {
    if file.ends_with(".rs") {
        return source.contains(&format!("fn {name}("));
    }
    let is_title = |line: &str| {
        let title = line.split_once("test(").or_else(|| line.split_once("it("));
        title.is_some_and(|(_, title)| title.contains(name)) || line.contains(&format!("'{name}':"))
    };
    source.lines().any(is_title)
}

#[test]
fn a_word_in_passing_is_no_test() {
    assert!(
        is_test("a.rs", "async fn it_rings() {", "it_rings") && !is_test("a.rs", "// it_rings", "it_rings")
    );
    assert!(is_test("a.mjs", "  test(`${who} rings, and ends`, async (t) => {", " rings, "));
    assert!(
        is_test("a.mjs", "  'it rings': [1],", "it rings") && !is_test("a.mjs", "// it rings", "it rings")
    );
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
        assert!(is_test(file, &source, test), "{file} has no test {test:?}");
    }
}
