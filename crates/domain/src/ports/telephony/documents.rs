use super::InlineTwiml;
use crate::calls::Elsewhere;

/// Writes down for Twilio what a leg is turned to.
pub trait Documents: Send + Sync {
    /// The document, to be sent along with a request. It is short enough for that, and the addresses in it are absolute.
    fn write(&self, to: &Elsewhere) -> InlineTwiml;
}
