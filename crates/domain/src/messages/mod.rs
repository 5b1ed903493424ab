//! Messages: what people outside write and are written to, and what becomes of it.
//!
//! | file | what is in it |
//! |---|---|
//! | [`message`], [`progress`] | a message, and how far it is |
//! | [`faults`] | what went wrong, in words |
//! | [`segments`] | in how many parts a text travels |
//! | [`inbound`] | what comes in |
//! | [`attachment`], [`media_type`] | what comes with it, and of what kind that may be |
//! | [`conversation`], [`inbox`] | what was said with one address, and how people read it |
//! | [`history`] | messages, as people look them up |
//! | [`consent`] | who may be texted |
//! | [`template`] | texts that are written often |
//!
//! What is sent, and what Twilio tells of it, is [`texting`](crate::texting)'s work.

mod attachment;
pub(crate) mod consent;
mod conversation;
mod faults;
mod history;
mod inbound;
mod inbox;
mod media_type;
mod message;
mod progress;
mod segments;
pub(crate) mod template;

use std::sync::Arc;

pub use self::attachment::{Attachment, Fate, MOST_ATTACHMENTS};
pub use self::consent::{ConsentChange, OPTED_OUT, Said, Standing};
pub use self::conversation::{
    Conversation, ConversationFilter, ConversationNote, ConversationRecord, MOST_SHOWN, Thread,
    WHATSAPP_WINDOW,
};
pub use self::history::{MessageFilter, MessageRecord};
pub use self::inbound::Received;
pub use self::inbox::InboxQuery;
pub use self::media_type::MediaType;
pub use self::message::{AgreedText, Channel, Fault, InboundMessage, Message};
pub use self::progress::{Progress, Report};
pub use self::segments::segments;
pub use self::template::{LONGEST, MOST, Template, TemplateForm, Templates};
use crate::ports::{Clock, Store};

/// Messages, from the first word to the last.
#[derive(Clone)]
pub struct Messages {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl Messages {
    /// Over a store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }
}
