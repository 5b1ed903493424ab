//! What was once sent can be read, and is written the same way again.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::json;
use switchboard_events::{CallEnded, EndReason, Event};

fn read(name: &str, payload: &str) -> serde_json::Result<Event> {
    Event::read(name, &mut serde_json::Deserializer::from_str(payload))
}

/// Every golden payload, with its event's name.
fn goldens() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let files = fs::read_dir(folder).expect("the golden files").map(|file| file.expect("a file").path());
    files
        .map(|path| {
            let name = path.file_stem().and_then(|stem| stem.to_str()).expect("an event's name");
            (name.to_owned(), fs::read_to_string(&path).expect("its payload"))
        })
        .collect()
}

#[test]
fn every_golden_payload_is_read_and_written_back_to_the_letter() {
    for (name, golden) in goldens() {
        let event = read(&name, &golden).expect(&name);
        assert_eq!(event.name(), name);
        assert_eq!(serde_json::to_string(&event).expect(&name), golden.trim());
    }
}

#[test]
fn every_event_has_a_golden_payload() {
    let described = json!(switchboard_events::schema());
    let described: BTreeSet<String> =
        described["properties"].as_object().expect("the events").keys().cloned().collect();
    assert_eq!(described, goldens().into_iter().map(|(name, _)| name).collect());
}

#[test]
fn an_event_from_the_future_is_skipped_not_refused() {
    let event =
        read("call-recorded", r#"{"callSid":"CA1","pages":[1,2]}"#).expect("unknown events are no error");
    assert_eq!(event, Event::Unknown);
}

#[test]
fn an_added_field_does_not_disturb_an_older_reader() {
    let payload = r#"{"callSid":"CA1","acceptedBy":"018f0000-0000-7000-8000-000000000002","timestamp":"2026-01-31T23:59:59.000Z","team":"sales"}"#;
    assert!(matches!(read("call-accepted", payload), Ok(Event::CallAccepted(_))));
}

#[test]
fn a_missing_field_is_an_error() {
    assert!(read("call-accepted", r#"{"callSid":"CA1"}"#).is_err());
}

#[test]
fn a_reason_has_the_contracts_name_and_one_from_the_future_keeps_its_own() {
    let reasons = [
        ("caller-hangup", EndReason::CallerHangup),
        ("completed", EndReason::Completed),
        ("voicemail", EndReason::Voicemail),
        ("timeout", EndReason::Timeout),
        ("declined", EndReason::Declined),
        ("failed", EndReason::Failed),
        ("abducted", EndReason::Other("abducted".to_owned())),
    ];
    for (name, reason) in reasons {
        let payload =
            format!(r#"{{"callSid":"CA1","reason":"{name}","timestamp":"2026-01-31T23:59:59.000Z"}}"#);
        let event = read("call-ended", &payload).expect(name);
        assert!(
            matches!(&event, Event::CallEnded(CallEnded { reason: read, .. }) if *read == reason),
            "{name}"
        );
        assert_eq!(serde_json::to_string(&event).expect(name), payload);
    }
}
