//! Numbers that make something happen to the texts sent to them.

use super::MessageStatus;

/// What the last four digits of `To` do.
#[derive(Clone, Copy, Debug)]
pub struct Magic {
    /// The last four digits.
    pub ending: &'static str,
    /// What happens.
    pub effect: Effect,
    /// Twilio's name for it.
    pub what: &'static str,
}

/// What happens to a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The REST API refuses it with this code.
    Refused(u32),
    /// It ends in this status with this code.
    Ends(MessageStatus, u32),
    /// The carrier never says whether it arrived: it stays `sent`.
    NoReceipt,
    /// It is delivered and, by WhatsApp, never read.
    Unread,
}

use Effect::{Ends, NoReceipt, Refused, Unread};
use MessageStatus::{Failed, Undelivered};

/// All of them. The README repeats this table.
pub const MAGIC: [Magic; 14] = [
    Magic { ending: "0001", effect: Ends(Undelivered, 30003), what: "unreachable destination handset" },
    Magic { ending: "0005", effect: Ends(Undelivered, 30005), what: "unknown destination handset" },
    Magic { ending: "0006", effect: Ends(Undelivered, 30006), what: "landline or unreachable carrier" },
    Magic { ending: "0007", effect: Ends(Undelivered, 30007), what: "message filtered" },
    Magic { ending: "0008", effect: Ends(Undelivered, 30008), what: "unknown error" },
    Magic { ending: "0034", effect: Ends(Undelivered, 30034), what: "message from an unregistered number" },
    Magic { ending: "0010", effect: Ends(Failed, 30010), what: "message price exceeds max price" },
    Magic {
        ending: "3016",
        effect: Ends(Failed, 63016),
        what: "outside the allowed window, template needed",
    },
    Magic { ending: "0002", effect: NoReceipt, what: "sent, and no receipt ever comes" },
    Magic { ending: "0009", effect: Unread, what: "delivered, and by WhatsApp never read" },
    Magic { ending: "0211", effect: Refused(21211), what: "invalid 'To' phone number" },
    Magic {
        ending: "0408",
        effect: Refused(21408),
        what: "permission to send to this region is not enabled",
    },
    Magic { ending: "0610", effect: Refused(21610), what: "attempt to send to unsubscribed recipient" },
    Magic { ending: "0614", effect: Refused(21614), what: "'To' number is not a valid mobile number" },
];

impl Magic {
    /// What the number `to` does.
    pub(crate) fn of(to: &str) -> Option<&'static Self> {
        MAGIC.iter().find(|magic| to.ends_with(magic.ending))
    }

    /// What Twilio says to an error code that one of the numbers brings about.
    pub fn message_for(code: u32) -> Option<&'static str> {
        let has_code = |magic: &&Self| match magic.effect {
            Refused(other) | Ends(_, other) => other == code,
            NoReceipt | Unread => false,
        };
        MAGIC.iter().find(has_code).map(|magic| magic.what)
    }
}
