use chrono::{DateTime, Utc};
use switchboard_events::UserId;

use super::Calls;
use crate::access::{Caller, OrgScope};
use crate::error::Error;

/// A moment in the life of a call or message, noted for those who look into it later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub at: DateTime<Utc>,
    /// What happened.
    pub what: What,
    /// Who did it, of the organisation's people.
    pub by: Option<UserId>,
    /// To whom, by which phone, in which way: for people.
    pub detail: Option<String>,
}

macro_rules! whats {
    ($($(#[$doc:meta])* $what:ident = $name:literal,)*) => {
        /// What can happen to a call or message.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum What {
            $($(#[$doc])* $what,)*
        }

        impl What {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$what,)*];

            /// Its name on the wire and in the database.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$what => $name,)*
                }
            }
        }
    };
}

whats! {
    /// Twilio announced it.
    Announced = "webhook",
    /// It was stored, and its event with it.
    Stored = "committed",
    /// We made it.
    Made = "made",
    /// Its event went out to the screens of one server.
    Emitted = "emitted",
    /// Somebody's screen showed it.
    Seen = "seen",
    /// Somebody silenced it for themselves.
    Declined = "declined",
    /// Somebody took it.
    Accepted = "accepted",
    /// The browser of whoever has it called in.
    Arrived = "agent-arrived",
    /// Customer and agent hear each other.
    Connected = "connected",
    /// The customer hears music.
    Held = "held",
    /// The customer hears the agent again.
    Resumed = "resumed",
    /// Whoever took it did not get through; it rings again.
    Released = "released",
    /// It came a step further on its way to the person.
    Progressed = "progressed",
    /// Something that came with it was kept, or was not.
    Media = "media",
    /// It went to a colleague.
    HandedOver = "handed-over",
    /// A colleague or a phone was asked in.
    AskedIn = "asked-in",
    /// A supervisor takes part.
    Listened = "listened",
    /// It went to phones.
    Forwarded = "forwarded",
    /// Somebody took it at a phone.
    PhoneTook = "phone-took",
    /// The caller may leave a message.
    Voicemail = "voicemail",
    /// There is a recording.
    Recorded = "recorded",
    /// A message was written down.
    Transcribed = "transcribed",
    /// Somebody ended it.
    HungUp = "hung-up",
    /// It was over.
    Ended = "ended",
}

impl What {
    /// Back from its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|what| what.as_str() == name)
    }
}

/// The event of a call or message that came in went out to screens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Twilio's id of it.
    pub sid: String,
    /// When.
    pub at: DateTime<Utc>,
    /// To how many, of one server.
    pub screens: usize,
}

impl Calls {
    /// Notes what went out to the screens of one server.
    pub async fn note_told(&self, scope: OrgScope, told: &[Told]) -> Result<(), Error> {
        let mut tx = self.store.begin(scope).await?;
        tx.note_told(told).await?;
        Ok(tx.commit().await?)
    }

    /// Somebody's screen shows a call. Noted once for each person.
    pub async fn note_seen(&self, caller: &Caller, sid: &str) -> Result<(), Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        let call = tx.call_by_sid(sid).await?.ok_or(Error::NotFound("call"))?;
        let (at, by) = (tx.now().await?, Some(caller.user));
        tx.note_once(call.id.into(), &Note { at, what: What::Seen, by, detail: None }).await?;
        Ok(tx.commit().await?)
    }
}
