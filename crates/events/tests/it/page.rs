//! A page of the log, as the server answers it.

use serde_json::Value;
use serde_json::value::RawValue;
use switchboard_events::{Event, Page};

const PAGE: &str = include_str!("../page.json");

#[test]
fn what_is_unknown_costs_a_reader_neither_the_rest_nor_its_place() {
    let page: Page<Value> = serde_json::from_str(PAGE).expect("a page");
    let read: Vec<(u64, Event)> =
        page.events.into_iter().map(|entry| (entry.cursor.seq, entry.read().expect("an event"))).collect();
    assert!(matches!(read.as_slice(), [(7, Event::CallAccepted(_)), (8, Event::Unknown)]), "{read:?}");
    assert_eq!(page.cursor.seq, 8);
}

#[test]
fn a_payload_that_cannot_be_read_costs_only_itself() {
    let broken = PAGE.replacen("\"callSid\"", "\"sid\"", 1);
    let mut page: Page<Value> = serde_json::from_str(&broken).expect("a page all the same");
    assert!(page.events.remove(0).read().is_err());
    assert_eq!(page.events.remove(0).read().expect("an event"), Event::Unknown);
}

#[test]
fn it_is_written_as_it_was_read() {
    let page: Page<Value> = serde_json::from_str(PAGE).expect("a page");
    let written = serde_json::to_value(&page).expect("JSON");
    assert_eq!(written, serde_json::from_str::<Value>(PAGE).expect("JSON"));
}

#[test]
fn a_reader_may_take_payloads_to_the_letter() {
    let page: Page<&RawValue> = serde_json::from_str(PAGE).expect("a page");
    assert!(page.events[1].data.get().contains("[1, 2]"));
    let first = page.events.into_iter().next().expect("an entry");
    assert!(matches!(first.read(), Ok(Event::CallAccepted(_))));
}
