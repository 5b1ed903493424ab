use std::fmt;

use serde::{Deserialize, Serialize};

/// A moment as it stands on the wire: ISO 8601 in UTC with milliseconds and `Z`, `2026-01-31T23:59:59.000Z`.
/// Such texts sort as the moments do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("format" = "date-time")))]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// Takes a text that is already in this form.
    pub fn from_wire(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
