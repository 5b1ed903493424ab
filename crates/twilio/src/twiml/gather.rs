use super::element::Element;
use super::{Prompt, Url};

/// Asks the caller for keys or words. When there is nothing, the call goes on with the next verb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gather {
    /// Requested with `Digits` or `SpeechResult`. Without it Twilio would request the current document again.
    pub action: Url,
    /// Whether `action` is requested when there was nothing, too.
    pub action_on_empty_result: bool,
    /// What is taken.
    pub input: Input,
    /// Seconds of silence that end it; Twilio's default is 5.
    pub timeout: Option<u32>,
    /// What the caller hears, and may interrupt.
    pub prompts: Vec<Prompt>,
}

/// What a caller may answer with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Keys.
    Digits(Digits),
    /// Words.
    Speech(Speech),
    /// Whichever comes first.
    DigitsOrSpeech(Digits, Speech),
}

/// Which keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digits {
    /// How many end it; `None` waits for the key or for silence.
    pub number: Option<u8>,
    /// The key that ends it; Twilio's default is `#`.
    pub finish_on_key: Option<char>,
}

/// Which words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Speech {
    /// As in Twilio's list: `en-US`, which is its default.
    pub language: Option<String>,
    /// Words that are likely.
    pub hints: Vec<String>,
    /// Seconds of silence after the words; Twilio's default is `timeout`.
    pub timeout: Option<u32>,
}

impl Gather {
    /// Waits for one key.
    pub fn one_key(action: Url, prompts: Vec<Prompt>) -> Self {
        let input = Input::Digits(Digits { number: Some(1), finish_on_key: None });
        Self { action, action_on_empty_result: false, input, timeout: None, prompts }
    }

    pub(super) fn element(&self) -> Element {
        let element = Element::new("Gather")
            .attribute("action", &self.action)
            .optional("actionOnEmptyResult", self.action_on_empty_result.then_some(true))
            .optional("timeout", self.timeout);
        let element = match &self.input {
            Input::Digits(digits) => digits.add_to(element.attribute("input", "dtmf")),
            Input::Speech(speech) => speech.add_to(element.attribute("input", "speech")),
            Input::DigitsOrSpeech(digits, speech) => {
                speech.add_to(digits.add_to(element.attribute("input", "dtmf speech")))
            }
        };
        element.children(self.prompts.iter().map(Prompt::element))
    }
}

impl Digits {
    fn add_to(self, element: Element) -> Element {
        element.optional("numDigits", self.number).optional("finishOnKey", self.finish_on_key)
    }
}

impl Speech {
    fn add_to(&self, element: Element) -> Element {
        element
            .optional("language", self.language.as_ref())
            .optional("hints", (!self.hints.is_empty()).then(|| self.hints.join(", ")))
            .optional("speechTimeout", self.timeout)
    }
}
