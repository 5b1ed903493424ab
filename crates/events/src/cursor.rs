use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which log a cursor counts in. It is another one for another organisation, and after the database was restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Epoch(pub u64);

/// Where a reader stands in its organisation's log: everything up to `seq` is known to it.
/// On the wire `{epoch}.{seq}`, to be treated as opaque by everyone but the makers of clients, who may compare `seq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(into = "String", try_from = "String")]
pub struct Cursor {
    /// Which log.
    pub epoch: Epoch,
    /// The last event known; the first event of a log is 1, nothing known is 0.
    pub seq: u64,
}

/// Why a text is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CursorError;

impl fmt::Display for CursorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a cursor")
    }
}

impl std::error::Error for CursorError {}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}.{}", self.epoch.0, self.seq)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (epoch, seq) = text.split_once('.').ok_or(CursorError)?;
        let is_plain = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric());
        if epoch.len() != 16 || !is_plain(epoch) || !is_plain(seq) {
            return Err(CursorError);
        }
        Ok(Cursor {
            epoch: Epoch(u64::from_str_radix(epoch, 16).map_err(|_| CursorError)?),
            seq: seq.parse().map_err(|_| CursorError)?,
        })
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

impl TryFrom<String> for Cursor {
    type Error = CursorError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_wire() {
        for cursor in [Cursor { epoch: Epoch(0), seq: 0 }, Cursor { epoch: Epoch(u64::MAX), seq: u64::MAX }] {
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
    }

    #[test]
    fn anything_else_is_no_cursor() {
        for text in [
            "",
            ".",
            "1",
            "00000000000000ff",
            "00000000000000ff.",
            "00000000000000ff.-1",
            "+0000000000000ff.1",
            "00000000000000ff.+1",
            "00000000000000fg.1",
            "00000000000000ff.1.2",
            "00000000000000ff.99999999999999999999",
        ] {
            assert_eq!(text.parse::<Cursor>(), Err(CursorError), "{text:?}");
        }
    }
}
