//! A service that depends on `switchboard-events` alone reads what is sent, what was sent once, and what will be.

use std::fs;
use std::path::Path;

use serde_json::Value;
use switchboard_events::{CallEnded, EndReason, Event, Page};

/// The payloads in a folder, each with its event's name.
fn payloads(folder: &str) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = fs::read_dir(folder).expect("a folder of payloads");
    let mut payloads: Vec<(String, Value)> = files
        .map(|file| {
            let path = file.expect("a file").path();
            let name = path.file_stem().and_then(|stem| stem.to_str()).expect("an event's name");
            let text = fs::read_to_string(&path).expect(name);
            (name.to_owned(), serde_json::from_str(&text).expect(name))
        })
        .collect();
    payloads.sort_by(|one, other| one.0.cmp(&other.0));
    payloads
}

#[test]
fn every_event_that_is_described_is_read() {
    let schema = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/events.schema.json"));
    let schema: Value = serde_json::from_str(&schema.expect("the description")).expect("JSON");
    let described: Vec<&String> = schema["properties"].as_object().expect("the events").keys().collect();
    let golden = payloads("../../crates/events/tests/golden");
    assert_eq!(described, golden.iter().map(|(name, _)| name).collect::<Vec<_>>());
    for (name, payload) in golden {
        assert_eq!(Event::read(&name, payload).expect(&name).name(), name);
    }
}

#[test]
fn what_was_kept_from_the_first_days_is_still_read() {
    let old = payloads("tests/old");
    assert_eq!(old.len(), 3);
    for (name, payload) in old {
        assert_eq!(Event::read(&name, &payload).expect(&name).name(), name);
    }
}

#[test]
fn what_is_sent_one_day_does_no_harm() {
    let future: Vec<(String, Event)> = payloads("tests/future")
        .into_iter()
        .map(|(name, payload)| {
            let event = Event::read(&name, payload).expect(&name);
            (name, event)
        })
        .collect();
    let [(_, with_more), (_, unheard_of)] = future.as_slice() else { panic!("{future:?}") };
    let Event::CallEnded(CallEnded { reason, .. }) = with_more else { panic!("{with_more:?}") };
    assert_eq!(*reason, EndReason::Other("handed-over".to_owned()));
    assert_eq!(*unheard_of, Event::Unknown);
}

#[test]
fn a_page_keeps_the_place_of_what_is_passed_over() {
    let page =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/events/tests/page.json"));
    let page: Page<Value> = serde_json::from_str(&page.expect("a page")).expect("a page");
    let last = page.events.into_iter().next_back().expect("an entry");
    assert_eq!(last.cursor, page.cursor);
    assert_eq!(last.read().expect("an event"), Event::Unknown);
}
