use chrono::{DateTime, TimeDelta, Utc};
use switchboard_events::{MessageId, UserId};

use super::consent::Standing;
use super::history::MessageRecord;
use super::message::{Channel, Message};
use crate::calls::Direction;
use crate::error::Person;
use crate::ids::{ConversationId, NoteId};
use crate::party::CustomerRef;
use crate::phone::PhoneNumber;
use crate::search::Search;

/// How long after they wrote somebody may be written to freely on WhatsApp:
/// <https://www.twilio.com/docs/whatsapp/key-concepts#the-24-hour-or-customer-service-window>.
pub const WHATSAPP_WINDOW: TimeDelta = TimeDelta::hours(24);

/// What was said with one address outside, whatever carried it and whichever number of ours it went through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Our id.
    pub id: ConversationId,
    /// The address: E.164 wherever it is a phone number.
    pub peer: String,
    /// The phone number, if it is one that could belong to a person.
    pub phone: Option<PhoneNumber>,
    /// Who looks after it.
    pub assigned_to: Option<UserId>,
    /// How many messages it has; each has its place, from 1 to this.
    pub message_count: i64,
    /// How many of them came in.
    pub inbound_count: i64,
    /// When the last one came.
    pub last_at: DateTime<Utc>,
    /// Which number of ours they wrote to last.
    pub last_number: Option<String>,
    /// When they last wrote on WhatsApp.
    pub whatsapp_at: Option<DateTime<Utc>>,
}

impl Conversation {
    /// Gives a message its place, at the end.
    pub(crate) fn take_in(&mut self, message: &mut Message) {
        self.message_count += 1;
        message.position = Some(self.message_count);
        self.last_at = self.last_at.max(message.updated_at);
        if message.direction == Direction::Inbound {
            self.inbound_count += 1;
            self.last_number = Some(message.to.clone());
            if message.channel == Channel::WhatsApp {
                self.whatsapp_at = self.whatsapp_at.max(Some(message.created_at));
            }
        }
    }

    /// Until when they may be written to freely on WhatsApp; none if they never wrote there.
    pub fn whatsapp_until(&self) -> Option<DateTime<Utc>> {
        self.whatsapp_at.map(|at| at + WHATSAPP_WINDOW)
    }
}

/// Which conversations to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConversationFilter {
    /// Those that this person looks after.
    pub assigned_to: Option<UserId>,
    /// Those with people or numbers found by this.
    pub search: Option<Search>,
}

/// A conversation in a list, as one person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationRecord {
    /// The conversation.
    pub conversation: Conversation,
    /// Its last message.
    pub last: Option<Message>,
    /// How many inbound messages this person has not seen.
    pub unread: i64,
    /// Everybody whose number it is: contacts before leads, the oldest first. They are [`MOST_SHOWN`] at most.
    pub people: Vec<CustomerRef>,
}

/// How many people behind one number are shown.
pub const MOST_SHOWN: usize = 10;

/// A conversation, opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Thread {
    /// The address.
    pub peer: String,
    /// The conversation; none if nothing was ever said.
    pub conversation: Option<Conversation>,
    /// How many inbound messages this person has not seen.
    pub unread: i64,
    /// Everybody whose number it is, [`MOST_SHOWN`] at most.
    pub people: Vec<CustomerRef>,
    /// A page of messages, the oldest first.
    pub messages: Vec<MessageRecord>,
    /// The oldest of them, if there are older ones: go on before it.
    pub before: Option<MessageId>,
    /// What is to be sent later, the soonest first.
    pub scheduled: Vec<MessageRecord>,
    /// Whether an answer may go out, where the last message went.
    pub standing: Standing,
}

/// A note beside a conversation, for colleagues alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationNote {
    /// Our id.
    pub id: NoteId,
    /// Who wrote it.
    pub by: Person,
    /// What it says.
    pub body: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}
