use super::Url;
use super::element::Element;

/// What somebody hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Silence, in seconds, at least 1.
    Pause(u32),
    /// A sound file.
    Play(Play),
    /// A text, read aloud.
    Say(Say),
}

/// Reads a text aloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Say {
    /// The text.
    pub text: String,
    /// As in Twilio's list of voices: `Polly.Joanna-Neural`; `None` is the account's choice.
    pub voice: Option<String>,
    /// As in that list: `en-US`; `None` is the account's choice.
    pub language: Option<String>,
    /// How often.
    pub times: Times,
}

impl Say {
    /// Once, in the account's voice.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), voice: None, language: None, times: Times::Once }
    }

    pub(super) fn element(&self) -> Element {
        Element::new("Say")
            .optional("voice", self.voice.as_ref())
            .optional("language", self.language.as_ref())
            .optional("loop", self.times.number())
            .text(&self.text)
    }
}

/// Plays a sound file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Play {
    /// Where Twilio fetches it.
    pub url: Url,
    /// How often.
    pub times: Times,
}

impl Play {
    /// Once.
    pub fn new(url: Url) -> Self {
        Self { url, times: Times::Once }
    }

    pub(super) fn element(&self) -> Element {
        Element::new("Play").optional("loop", self.times.number()).text(&self.url)
    }
}

/// How often something is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// Once.
    Once,
    /// So often: at least 1.
    Exactly(u32),
    /// Until the call does something else.
    Forever,
}

impl Times {
    fn number(self) -> Option<u32> {
        match self {
            Self::Once => None,
            Self::Exactly(times) => Some(times.max(1)),
            Self::Forever => Some(0),
        }
    }
}

impl Prompt {
    pub(super) fn element(&self) -> Element {
        match self {
            Self::Pause(seconds) => pause(*seconds),
            Self::Play(play) => play.element(),
            Self::Say(say) => say.element(),
        }
    }
}

pub(super) fn pause(seconds: u32) -> Element {
    Element::new("Pause").attribute("length", seconds)
}
