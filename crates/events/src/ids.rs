//! Ids that say what they are. On the wire each is a plain UUID.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Draws a new id; later ids sort after earlier ones (UUID version 7).
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
    };
}

id! {
    /// One organisation: the tenant to which everything else belongs.
    OrgId
}
id! {
    /// A person who signs in: agent, manager, viewer or admin.
    UserId
}
id! {
    /// One sign-in of a user, on one device.
    SessionId
}
id! {
    /// A person outside the organisation: a contact or a lead.
    CustomerId
}
id! {
    /// A call, ours; Twilio's name for it is the call SID.
    CallId
}
id! {
    /// A text message, ours; Twilio's name for it is the message SID.
    MessageId
}
