//! The committed description of the events is the one that the code makes.

#[test]
fn the_committed_description_is_current() {
    let committed = include_str!("../../../../schemas/events.schema.json");
    let made = serde_json::to_string_pretty(&switchboard_events::schema()).expect("a description");
    assert!(
        committed.trim() == made,
        "schemas/events.schema.json is out of date: \
         cargo run -p switchboard-events --example schema > schemas/events.schema.json"
    );
}
