//! What `GET /api/events` answers.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{Cursor, Event};

/// A part of the log, in order. `D` is how the reader's format holds a payload that was not read yet, for example
/// `serde_json::Value`: so one event that cannot be read does not cost the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Page", description = "A part of the log, in order.")
)]
pub struct Page<D> {
    /// What happened after the cursor that was asked for, oldest first.
    pub events: Vec<Entry<D>>,
    /// Where the reader stands after this page: what to ask for next, and to keep.
    pub cursor: Cursor,
    /// Whether there is more already.
    pub more: bool,
    /// The cursor that was asked for is no good: what happened between it and this page's is not told. The reader
    /// loads anew what it keeps, and goes on from this page's cursor.
    pub reset: bool,
    /// What rings for the reader, now.
    pub offers: Offers,
}

/// One event of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Entry"))]
pub struct Entry<D> {
    /// Where a reader stands who knows this event and all before it.
    pub cursor: Cursor,
    /// The event's name.
    pub event: String,
    /// Its payload.
    pub data: D,
}

/// The calls that ring for one person: the full list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Offers {
    /// Twilio's ids of the calls.
    pub call_sids: Vec<String>,
}

impl<'de, D: Deserializer<'de>> Entry<D> {
    /// Reads the payload: see [`Event::read`].
    pub fn read(self) -> Result<Event, D::Error> {
        Event::read(&self.event, self.data)
    }
}
