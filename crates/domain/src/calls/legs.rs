use crate::error::Person;
use crate::phone::PhoneNumber;

/// Somebody on the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// Twilio's id of it, once that is known.
    pub sid: Option<String>,
    /// What they are there for.
    pub role: LegRole,
    /// Who it is, of the organisation's people.
    pub user: Option<Person>,
    /// Whose phone it is, if it is one of a colleague without a screen.
    pub phone: Option<PhoneNumber>,
    /// In which of the call's conferences.
    pub round: u32,
    /// How far they are. It only moves on, for what Twilio tells may come in any order.
    pub place: Place,
    /// Whether they were ever in the conference: who left it was.
    pub has_been_in: bool,
    /// Twilio's id of the conference that they entered, once that is known.
    pub conference: Option<String>,
    /// How a supervisor takes part.
    pub listening: Option<Listening>,
}

/// What somebody is in a call for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LegRole {
    /// Whom it is about.
    Customer,
    /// Who took it or made it.
    Agent,
    /// Who was asked in, to take it over.
    Colleague,
    /// Who listens.
    Supervisor,
}

impl LegRole {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Customer, Self::Agent, Self::Colleague, Self::Supervisor];

    /// Its name: in the database, and as Twilio's label of a participant.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Agent => "agent",
            Self::Colleague => "colleague",
            Self::Supervisor => "supervisor",
        }
    }

    /// Back from its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// How far a leg is on its way through a conference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// Asked in, or let in.
    Coming,
    /// In it.
    In,
    /// Left it.
    Out,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Coming, Self::In, Self::Out];

    /// Its name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Coming => "coming",
            Self::In => "in",
            Self::Out => "out",
        }
    }

    /// Back from its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.as_str() == name)
    }
}

/// How a supervisor takes part in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Listening {
    /// Hears both, is heard by nobody.
    Monitor,
    /// Is heard by the agent alone.
    Whisper,
    /// Is heard by both.
    Barge,
}

impl Listening {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Monitor, Self::Whisper, Self::Barge];

    /// Its name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Monitor => "monitor",
            Self::Whisper => "whisper",
            Self::Barge => "barge",
        }
    }

    /// Back from its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|listening| listening.as_str() == name)
    }
}
