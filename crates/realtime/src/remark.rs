use serde_json::Value;
use switchboard_domain::presence::Status;

/// What a client says of its person and of itself: `presence`. Read leniently: whatever is of the wrong type counts as not
/// said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Remark {
    /// How the person is, on all of their sockets.
    pub(crate) status: Option<Status>,
    /// Whether this socket would be noticed when it rings.
    pub(crate) is_audible: Option<bool>,
}

impl Remark {
    pub(crate) fn read(data: &Value) -> Self {
        let flags = ["audioUnlocked", "notifications"].map(|field| data.get(field).and_then(Value::as_bool));
        Self {
            status: data.get("status").and_then(Value::as_str).and_then(|status| status.parse().ok()),
            is_audible: flags.into_iter().flatten().reduce(|one, other| one || other),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_remark_is_read_leniently() {
        for (data, status, is_audible) in [
            (json!({"status": "away"}), Some(Status::Away), None),
            (json!({"status": "offline", "audioUnlocked": "yes"}), None, None),
            (json!({"status": 5, "audioUnlocked": false, "notifications": true}), None, Some(true)),
            (json!({"notifications": false, "visible": true}), None, Some(false)),
            (json!({"audioUnlocked": false, "notifications": null}), None, Some(false)),
            (json!(["busy"]), None, None),
            (json!("busy"), None, None),
            (json!(null), None, None),
        ] {
            assert_eq!(Remark::read(&data), Remark { status, is_audible }, "{data}");
        }
    }
}
