//! The payloads, field by field as they stand on the wire: camelCase, nulls present.
//!
//! `from` and `to` are E.164 numbers where they parse as such. Free text (`body`, the names, and a `from` or `to`
//! that is no phone number) is inert: control characters are gone and `& < > " '` are written as HTML entities, so
//! that a client which writes it into a page as it is does no harm. Decode once for display.

mod calls;
mod messages;

pub use calls::{CallAccepted, CallEnded, CallReleased, EndReason, IncomingCall};
pub use messages::{IncomingSms, MessageStatus};
