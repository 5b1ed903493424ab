use switchboard_domain::phone::PhoneNumber;
use switchboard_domain::ports::Channels;

use super::element::Element;
use super::{Conference, Progress, RecordingCallback, Url};

/// Connects the call with somebody. What is not said is Twilio's default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dial {
    /// With whom.
    pub target: Target,
    /// Requested when that is over, with the reason in `DialCallStatus`; `None` goes on with the next verb.
    pub action: Option<Url>,
    /// Whether the caller hears ringing, and pays nothing, until somebody answers.
    pub answer_on_bridge: bool,
    /// The number that is shown: one of the account's, or the caller's own.
    pub caller_id: Option<String>,
    /// Whether `*` ends it for the caller, who then goes on.
    pub hangup_on_star: bool,
    /// How it is recorded, if it is.
    pub record: Option<DialRecording>,
    /// How long they may talk, in seconds.
    pub time_limit: Option<u32>,
    /// How long it rings, in seconds; Twilio adds five.
    pub timeout: Option<u32>,
}

/// Who a call is connected with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// All of these ring; the first to answer has it.
    Ring(Legs),
    /// Whoever waits longest in a queue.
    Queue {
        /// The queue's name.
        name: String,
        /// Requested for what they hear before they are connected.
        url: Option<Url>,
    },
    /// Whoever is in a conference.
    Conference(Box<Conference>),
}

/// One to ten legs: Twilio rings no more at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Legs(Vec<Leg>);

/// A phone that rings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Whose.
    pub to: Callee,
    /// Requested for what is heard by whoever answers, before they are connected. Nothing may be dialled there.
    pub url: Option<Url>,
    /// Who is told how it goes.
    pub progress: Option<Progress>,
}

/// Whose phone rings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callee {
    /// A telephone.
    Number(PhoneNumber),
    /// A browser.
    Client {
        /// The identity of its access token.
        identity: String,
        /// What it is told beside the call, by name.
        parameters: Vec<(String, String)>,
    },
}

/// How a connected call is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialRecording {
    /// From when on.
    pub from: RecordFrom,
    /// Whether its ends can be told apart.
    pub channels: Channels,
    /// Who is told.
    pub callback: RecordingCallback,
}

/// From when on something is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordFrom {
    /// From the moment it rings.
    Ringing,
    /// From the moment somebody answers.
    Answer,
}

impl Legs {
    /// `None` unless there are one to ten.
    pub fn new(legs: Vec<Leg>) -> Option<Self> {
        (1..=10).contains(&legs.len()).then_some(Self(legs))
    }

    /// One.
    pub fn one(leg: Leg) -> Self {
        Self(vec![leg])
    }
}

impl Leg {
    /// Rings, and nobody is told.
    pub fn to(callee: Callee) -> Self {
        Self { to: callee, url: None, progress: None }
    }

    fn element(&self) -> Element {
        let element = match &self.to {
            Callee::Number(number) => Element::new("Number").text(number),
            Callee::Client { identity, parameters } => {
                let parameter = |(name, value): &(String, String)| {
                    Element::new("Parameter").attribute("name", name).attribute("value", value)
                };
                Element::new("Client")
                    .child(Element::new("Identity").text(identity))
                    .children(parameters.iter().map(parameter))
            }
        };
        let element = element.optional("url", self.url.as_ref());
        match &self.progress {
            Some(progress) => progress.add_to(element),
            None => element,
        }
    }
}

impl Dial {
    /// Connects with `target`, as Twilio does without further wishes.
    pub fn new(target: Target) -> Self {
        Self {
            target,
            action: None,
            answer_on_bridge: false,
            caller_id: None,
            hangup_on_star: false,
            record: None,
            time_limit: None,
            timeout: None,
        }
    }

    pub(super) fn element(&self) -> Element {
        let element = Element::new("Dial")
            .optional("action", self.action.as_ref())
            .optional("answerOnBridge", self.answer_on_bridge.then_some(true))
            .optional("callerId", self.caller_id.as_ref())
            .optional("hangupOnStar", self.hangup_on_star.then_some(true))
            .optional("timeLimit", self.time_limit)
            .optional("timeout", self.timeout);
        let element = match &self.record {
            Some(record) => record.callback.add_to(element.attribute("record", record.as_str())),
            None => element,
        };
        match &self.target {
            Target::Ring(Legs(legs)) => element.children(legs.iter().map(Leg::element)),
            Target::Queue { name, url } => {
                element.child(Element::new("Queue").optional("url", url.as_ref()).text(name))
            }
            Target::Conference(conference) => element.child(conference.element()),
        }
    }
}

impl DialRecording {
    fn as_str(&self) -> &'static str {
        match (self.from, self.channels) {
            (RecordFrom::Ringing, Channels::Mono) => "record-from-ringing",
            (RecordFrom::Ringing, Channels::Dual) => "record-from-ringing-dual",
            (RecordFrom::Answer, Channels::Mono) => "record-from-answer",
            (RecordFrom::Answer, Channels::Dual) => "record-from-answer-dual",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dial_rings_one_to_ten() {
        let leg = || Leg::to(Callee::Number(PhoneNumber::from_e164("+15558675310")));
        let legs = |number: usize| Legs::new(std::iter::repeat_with(leg).take(number).collect());
        assert!(legs(0).is_none() && legs(11).is_none());
        assert!(legs(1).is_some() && legs(10).is_some());
    }
}
