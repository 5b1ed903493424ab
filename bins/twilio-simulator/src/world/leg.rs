//! What a call's leg is doing.

use super::Endpoint;

/// How a call goes on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leg {
    /// Asked when a document of the call fails.
    pub(crate) fallback: Option<Endpoint>,
    /// The number of the next progress callback.
    pub(crate) sequence: u32,
}
