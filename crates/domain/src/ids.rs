//! Ids of what never leaves the organisation. Those of the events are in `switchboard-events`.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// Draws a new id; later ids sort after earlier ones.
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

id! {
    /// One token of one service; our id, for people. The secret is not made of it.
    ServiceTokenId,
    /// What was said with one address outside.
    ConversationId,
    /// A note that colleagues read beside a conversation.
    NoteId,
    /// A text that is written often.
    TemplateId,
    /// What is answered by itself.
    AutoResponseId,
    /// Something that came with a message.
    AttachmentId,
    /// A webhook that came, as it is remembered.
    WebhookId,
    /// A file that somebody sends along.
    UploadId,
}
