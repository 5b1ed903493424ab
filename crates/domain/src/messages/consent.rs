//! Who may be texted. Twilio refuses by itself to send to those who said STOP to a sender; what it was told is kept here, so
//! that nobody tries, and so that it can be shown to those who ask.
//!
//! Source: <https://help.twilio.com/articles/223134027> and <https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out>.

use chrono::{DateTime, Utc};
use switchboard_events::MessageId;

use super::message::{Channel, InboundMessage};
use crate::access::Caller;
use crate::error::Error;
use crate::messages::Messages;
use crate::ports::ConsentRepo;

const STOP: [&str; 8] = ["STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"];
const START: [&str; 3] = ["START", "YES", "UNSTOP"];
const HELP: [&str; 2] = ["HELP", "INFO"];

/// Twilio's code for a text to somebody who said STOP: <https://www.twilio.com/docs/api/errors/21610>.
pub const OPTED_OUT: u32 = 21610;

/// What somebody said about being texted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Said {
    /// They want no more.
    Stop,
    /// They want it again.
    Start,
    /// They want to know who this is.
    Help,
    /// They said stop when we did not hear it: Twilio refused to send.
    Refused,
}

impl Said {
    const ALL: [Self; 4] = [Self::Stop, Self::Start, Self::Help, Self::Refused];

    /// Its name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Start => "start",
            Self::Help => "help",
            Self::Refused => "refused",
        }
    }

    /// Back from its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|said| said.as_str() == name)
    }

    /// What a text says, if it is nothing but one of the keywords; or what Twilio took it for, whose keywords can be changed.
    pub fn of(message: &InboundMessage) -> Option<Self> {
        Self::of_words(message.opt_out.as_deref().unwrap_or(&message.body))
    }

    /// What words say, if they are nothing but one of the keywords.
    pub(crate) fn of_words(words: &str) -> Option<Self> {
        let word = words.trim().to_uppercase();
        let is_one_of = |words: &[&str]| words.contains(&word.as_str());
        match () {
            () if is_one_of(&STOP) => Some(Self::Stop),
            () if is_one_of(&START) => Some(Self::Start),
            () if is_one_of(&HELP) => Some(Self::Help),
            () => None,
        }
    }

    /// Whether nothing may be sent after it; `None` if it changes nothing.
    pub fn is_out(self) -> Option<bool> {
        match self {
            Self::Stop | Self::Refused => Some(true),
            Self::Start => Some(false),
            Self::Help => None,
        }
    }
}

/// What was said about texts from one sender to one address, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentChange {
    /// Which of our senders: a number, `whatsapp:` and a number, or a messaging service's SID.
    pub sender: String,
    /// Who.
    pub peer: String,
    /// What it means.
    pub what: Said,
    /// The words that said it, or Twilio's.
    pub said: String,
    /// The message that said it, or that was refused.
    pub message: Option<MessageId>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Whether somebody may be texted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// Nothing was said against it.
    #[default]
    Unsaid,
    /// They asked for it after they had said stop, or by themselves.
    In {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// They want none.
    Out {
        /// Since when.
        since: DateTime<Utc>,
    },
}

impl Standing {
    /// Of several senders that a text may go out from one who must not is enough.
    pub fn of(kept: &[(bool, DateTime<Utc>)]) -> Self {
        let since = |is_out| kept.iter().filter(|kept| kept.0 == is_out).map(|kept| kept.1).max();
        match (since(true), since(false)) {
            (Some(since), _) => Self::Out { since },
            (None, Some(since)) => Self::In { since },
            (None, None) => Self::Unsaid,
        }
    }
}

/// Our senders that a message goes through: a number as its channel has it, and the messaging service in front of it.
pub(crate) fn senders(channel: Channel, number: &str, service: Option<&str>) -> Vec<String> {
    let service = service.filter(|_| channel == Channel::Sms).map(str::to_owned);
    service.into_iter().chain([channel.address(number)]).collect()
}

/// Keeps what was said, for each of the senders.
pub(crate) async fn keep<R: ConsentRepo + ?Sized>(
    repo: &mut R,
    senders: Vec<String>,
    change: &ConsentChange,
) -> Result<(), Error> {
    for sender in senders {
        repo.keep_consent(&ConsentChange { sender, ..change.clone() }).await?;
    }
    Ok(())
}

impl Messages {
    /// What was said about consent, in the order in which it was: after the `after`th entry, `limit` at most, each with its
    /// number.
    pub async fn consent_changes(
        &self,
        caller: &Caller,
        after: i64,
        limit: i64,
    ) -> Result<Vec<(i64, ConsentChange)>, Error> {
        let mut tx = self.store.begin(caller.scope).await?;
        Ok(tx.consent_changes(after, limit).await?)
    }
}
