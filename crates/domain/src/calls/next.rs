use switchboard_events::{CallId, OrgId};

use super::Todo;
use super::legs::Listening;
use super::meeting::Meeting;
use crate::lines::Greeting;
use crate::phone::PhoneNumber;

/// What a webhook is answered, and what has to be done at Twilio beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What the leg is told.
    pub next: Next,
    /// What has to be done once that is answered.
    pub todo: Option<Todo>,
}

impl From<Next> for Answer {
    fn from(next: Next) -> Self {
        Self { next, todo: None }
    }
}

/// What a leg is told to do next. What that is in TwiML is the adapter's matter.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Waits in the organisation's queue.
    Queue {
        /// Whose.
        org: OrgId,
    },
    /// Goes on waiting there: it rings.
    Ring {
        /// The caller's place among those who wait, from 1.
        place: usize,
    },
    /// Leaves the queue; what then is asked again.
    LeaveQueue,
    /// The customer enters the conference.
    MeetAsCustomer {
        /// Which.
        meeting: Meeting,
        /// Whether what is said is recorded.
        is_recorded: bool,
    },
    /// Whoever has the call enters the conference.
    MeetAsAgent {
        /// Which.
        meeting: Meeting,
        /// Whether what is said is recorded.
        is_recorded: bool,
    },
    /// A supervisor enters the conference.
    MeetAsSupervisor {
        /// Which.
        meeting: Meeting,
        /// How.
        listening: Listening,
        /// The leg (`CA…`) of whoever has the call.
        agents_leg: String,
    },
    /// The organisation's phones ring, all at once; whoever presses 1 has the caller.
    Phones {
        /// Whose.
        org: OrgId,
        /// Whose call.
        call: CallId,
        /// Which: one to ten.
        phones: Vec<PhoneNumber>,
        /// For how long.
        seconds: u16,
        /// The number that was dialled, which they are shown.
        shows: String,
    },
    /// The customer is connected with a phone that they were handed over to.
    Phone {
        /// Whose.
        org: OrgId,
        /// Whose call.
        call: CallId,
        /// Which.
        phone: PhoneNumber,
        /// The organisation's number, which it is shown.
        shows: String,
    },
    /// Whoever picked up is asked to press 1.
    AskForOne {
        /// Whose call.
        org: OrgId,
        /// Which.
        call: CallId,
        /// Which phone.
        phone: PhoneNumber,
    },
    /// Goes on with what it was called for: caller and phone are connected.
    GoOn,
    /// The caller hears the greeting and may leave a message.
    Voicemail {
        /// Whose.
        org: OrgId,
        /// Which call.
        call: CallId,
        /// What they hear.
        greeting: Greeting,
    },
    /// The caller hears the greeting, and that is all.
    Goodbye {
        /// What they hear.
        greeting: Greeting,
    },
    /// A moment's silence: what then is asked again, as of one who left the queue.
    AskAgain,
    /// A browser calls in for a call that is not known yet: a moment's silence, and it is asked again.
    AwaitCall {
        /// Which.
        conference: CallId,
        /// How often it was asked.
        tries: u32,
    },
    /// A browser that nobody here asked to call.
    Refused,
    /// The end.
    HangUp,
}

/// What the customer's leg is turned to from wherever it is. That is sent along with a request, and so has to be short:
/// nothing in it was written by anybody.
#[derive(Debug, Clone, PartialEq)]
pub enum Elsewhere {
    /// To the organisation's queue.
    Queue {
        /// Whose.
        org: OrgId,
    },
    /// Into the conference.
    Meet {
        /// Which.
        meeting: Meeting,
        /// Whether what is said is recorded.
        is_recorded: bool,
    },
    /// To a phone that they are handed over to.
    Phone {
        /// Whose.
        org: OrgId,
        /// Whose call.
        call: CallId,
        /// Which.
        phone: PhoneNumber,
        /// The organisation's number, which it is shown.
        shows: PhoneNumber,
    },
}

impl From<Elsewhere> for Next {
    fn from(elsewhere: Elsewhere) -> Self {
        match elsewhere {
            Elsewhere::Queue { org } => Self::Queue { org },
            Elsewhere::Meet { meeting, is_recorded } => Self::MeetAsCustomer { meeting, is_recorded },
            Elsewhere::Phone { org, call, phone, shows } => {
                Self::Phone { org, call, phone, shows: shows.to_string() }
            }
        }
    }
}
