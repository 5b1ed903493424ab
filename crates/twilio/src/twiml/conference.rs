use switchboard_domain::ports::ConferenceEvent;

use super::element::Element;
use super::{RecordingCallback, Url};

/// Puts the call into a conference, which comes into being when needed.
///
/// What is told and recorded of a conference is decided by whoever enters first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conference {
    /// Its name, of which there is one in all of the account.
    pub name: String,
    /// Who is told by a beep that somebody came or went.
    pub beep: Beep,
    /// The call (`CA…`) of the only one who hears them.
    pub coach: Option<String>,
    /// Whether the conference ends when they leave.
    pub end_on_exit: bool,
    /// How much delay is taken for evenness; Twilio's default is `Large`, up to a second.
    pub jitter_buffer: Option<JitterBuffer>,
    /// What to call them in requests.
    pub label: Option<String>,
    /// How many there may be.
    pub max_participants: Option<u16>,
    /// Whether they only listen.
    pub muted: bool,
    /// Who is told of the conference's recording, if it is recorded.
    pub record: Option<RecordingCallback>,
    /// Whether the conference begins when they enter.
    pub start_on_enter: bool,
    /// Who is told what happens in it.
    pub status: Option<ConferenceStatus>,
    /// What they hear until it begins.
    pub wait: Wait,
}

/// Who is told of a conference, and of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConferenceStatus {
    /// Requested by POST.
    pub url: Url,
    /// When.
    pub events: Vec<ConferenceEvent>,
}

/// When a beep is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beep {
    /// Never.
    Never,
    /// When somebody enters or leaves.
    Always,
    /// When somebody enters.
    OnEnter,
    /// When somebody leaves.
    OnExit,
}

/// How much delay is taken for evenness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "Twilio tells no more of them than their names")]
pub enum JitterBuffer {
    Off,
    Small,
    Medium,
    Large,
}

/// What somebody hears until a conference begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Twilio's music.
    Music,
    /// Nothing.
    Silence,
    /// What this address answers, once: end it with a redirect to itself.
    Url(Url),
}

impl Conference {
    /// As Twilio makes them.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            beep: Beep::Always,
            coach: None,
            end_on_exit: false,
            jitter_buffer: None,
            label: None,
            max_participants: None,
            muted: false,
            record: None,
            start_on_enter: true,
            status: None,
            wait: Wait::Music,
        }
    }

    pub(super) fn element(&self) -> Element {
        let element = Element::new("Conference")
            .attribute("beep", self.beep.as_str())
            .optional("coach", self.coach.as_ref())
            .attribute("endConferenceOnExit", self.end_on_exit)
            .optional("jitterBufferSize", self.jitter_buffer.map(JitterBuffer::as_str))
            .optional("maxParticipants", self.max_participants)
            .optional("muted", self.muted.then_some(true))
            .optional("participantLabel", self.label.as_ref())
            .attribute("startConferenceOnEnter", self.start_on_enter)
            .optional("waitUrl", self.wait.url())
            .text(&self.name);
        let element = match &self.record {
            Some(callback) => callback.add_to(element.attribute("record", "record-from-start")),
            None => element,
        };
        match &self.status {
            Some(ConferenceStatus { url, events }) => element
                .attribute("statusCallback", url)
                .words("statusCallbackEvent", events.iter().map(|event| event.as_str())),
            None => element,
        }
    }
}

impl Beep {
    fn as_str(self) -> &'static str {
        match self {
            Self::Never => "false",
            Self::Always => "true",
            Self::OnEnter => "onEnter",
            Self::OnExit => "onExit",
        }
    }
}

impl JitterBuffer {
    fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

impl Wait {
    fn url(&self) -> Option<String> {
        match self {
            Self::Music => None,
            Self::Silence => Some(String::new()),
            Self::Url(url) => Some(url.to_string()),
        }
    }
}
