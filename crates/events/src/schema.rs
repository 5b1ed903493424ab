//! Everything that leaves the system, as one JSON Schema.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::{CallAccepted, CallEnded, CallReleased, IncomingCall, IncomingSms, MessageStatus, Page};

/// The description of every event and of a page of the log, as they are written. Its root has a property for each
/// event: name on the left, payload on the right.
pub fn schema() -> Schema {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.subschema_for::<Page<Anything>>();
    generator.into_root_schema_for::<LogEvents>()
}

/// The events of an organisation's log: the name of each and its payload.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[expect(dead_code, reason = "only described")]
struct LogEvents {
    incoming_call: IncomingCall,
    incoming_sms: IncomingSms,
    call_accepted: CallAccepted,
    call_released: CallReleased,
    call_ended: CallEnded,
    message_status: MessageStatus,
}

/// The payload of an event whose name was not looked at.
struct Anything;

impl JsonSchema for Anything {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Anything".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        true.into()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::Event;

    fn payloads<'a>(references: impl IntoIterator<Item = &'a Value>) -> BTreeSet<&'a str> {
        references.into_iter().map(|reference| reference["$ref"].as_str().expect("a reference")).collect()
    }

    #[test]
    fn every_event_there_is_has_its_name_in_the_description() {
        let there_are = json!(schemars::schema_for!(Event));
        let described = json!(schema());
        let described = described["properties"].as_object().expect("the events by name");
        assert_eq!(
            payloads(there_are["anyOf"].as_array().expect("the payloads")),
            payloads(described.values())
        );
    }
}
