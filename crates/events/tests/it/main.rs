//! What was once sent can be read, and is written the same way again.

use switchboard_events::Event;

fn read(name: &str, payload: &str) -> serde_json::Result<Event> {
    Event::read(name, &mut serde_json::Deserializer::from_str(payload))
}

#[test]
fn every_golden_payload_is_read_and_written_back_to_the_letter() {
    let goldens = [
        ("incoming-call", include_str!("../golden/incoming-call.json")),
        ("incoming-sms", include_str!("../golden/incoming-sms.json")),
        ("call-accepted", include_str!("../golden/call-accepted.json")),
    ];
    for (name, golden) in goldens {
        let event = read(name, golden).expect(name);
        assert_eq!(event.name(), name);
        assert_eq!(serde_json::to_string(&event).expect(name), golden.trim());
    }
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
