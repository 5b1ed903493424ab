use super::InlineTwiml;
use crate::calls::Next;

/// Writes down for Twilio what a leg does next.
pub trait Documents: Send + Sync {
    /// The document, to be sent along with a request. It is short enough for that, and the addresses in it are absolute.
    fn write(&self, next: &Next) -> InlineTwiml;
}
