use switchboard_events::UserId;

use crate::calls::{LegRole, Listening};
use crate::error::Person;
use crate::phone::PhoneNumber;
use crate::ports::{CallStatus, Price};

/// What happens to a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// Somebody wants to take it.
    Accept(Person),
    /// Nobody takes it at a screen; it goes on.
    NobodyTakes {
        /// Why.
        why: Unanswered,
        /// With what.
        next: Onward,
    },
    /// Somebody takes it at one of the organisation's phones, or at the one that it was handed over to.
    PhoneTakes(PhoneNumber),
    /// The phones have rung, or whoever talked at one hung up.
    PhonesDone {
        /// Whether caller and phone were connected.
        has_talked: bool,
        /// Whether the caller may leave a message, if nobody talked with them.
        has_voicemail: bool,
    },
    /// The browser of whoever has it calls in.
    AgentArrives {
        /// Who.
        user: Person,
        /// Their leg.
        sid: String,
        /// Whether what they say is recorded.
        is_recorded: bool,
    },
    /// The customer is asked into the conference.
    AskCustomerIn,
    /// Nothing came of that.
    CustomerNotAsked,
    /// We call the customer, and Twilio told the SID of it.
    Dialed {
        /// The customer's leg.
        sid: String,
    },
    /// The customer whom we call picked up.
    PicksUp,
    /// The leg that was taken for the customer's whom we call is another call's.
    Mistaken {
        /// Which.
        sid: String,
    },
    /// Twilio did not call the customer.
    NotDialed {
        /// Whether it said so; else it may turn out that it did.
        is_certain: bool,
    },
    /// Somebody entered a conference.
    Joins {
        /// Whose round it is.
        round: u32,
        /// Who.
        sid: String,
        /// As what.
        role: Option<LegRole>,
        /// Twilio's id of the conference.
        conference: Option<String>,
    },
    /// Somebody left a conference.
    Leaves {
        /// Whose round it is.
        round: u32,
        /// Who.
        sid: String,
    },
    /// A conference is over.
    ConferenceEnds {
        /// Whose round it was.
        round: u32,
    },
    /// Somebody's leg is over.
    LegGone {
        /// Whose.
        sid: String,
    },
    /// The customer's leg is over.
    CustomerGone {
        /// How.
        status: CallStatus,
        /// How long it was, in seconds, if Twilio said so.
        duration: Option<u32>,
    },
    /// A lease ended.
    Lapse,
    /// The customer hears music from now on, or the agent again.
    Hold(bool),
    /// Who has it ends it; Twilio was told.
    HangUp(UserId),
    /// Who has it hands it over to a colleague, for whom it rings.
    HandOver {
        /// Who has it.
        from: UserId,
        /// To whom.
        to: Person,
    },
    /// Who has it hands it over to a phone.
    SendTo {
        /// Who has it.
        from: UserId,
        /// To which.
        phone: PhoneNumber,
    },
    /// A colleague, or a phone, is about to be asked into the call.
    AskIn {
        /// Who, of the organisation's people.
        user: Option<Person>,
        /// Which phone.
        phone: Option<PhoneNumber>,
    },
    /// They are rung.
    AskedIn {
        /// Their leg.
        sid: String,
    },
    /// Nobody was asked in.
    NotAskedIn,
    /// A supervisor wants to take part.
    Listen {
        /// Who.
        user: Person,
        /// How.
        listening: Listening,
    },
    /// The browser of a supervisor calls in who wants to take part.
    SupervisorArrives {
        /// Who.
        user: UserId,
        /// Their leg.
        sid: String,
    },
    /// Twilio told of a message that the caller left, or that there is none.
    Recorded {
        /// Whether there is one.
        is_message: bool,
    },
    /// Twilio was asked what it cost.
    Priced(Price),
    /// Twilio was asked for all that was recorded.
    RecordingsKnown,
    /// It is due, and somebody looks after it: nobody else needs to for a while.
    LookedAt,
    /// This happened a while ago, and we are told of it only now. Nothing rings by it.
    ToldLate(Box<Happening>),
}

/// Why nobody at a screen took a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unanswered {
    /// It rang long enough, or nobody was there.
    Timeout,
    /// All whom it rang declined.
    Declined,
}

/// What comes after the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Onward {
    /// The organisation's phones.
    Phones,
    /// A message.
    Voicemail,
    /// A word of regret.
    Goodbye,
}
