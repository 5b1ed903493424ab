use super::attributes::Attributes;
use super::xml::Element;
use super::{Enqueue, Gather, Link, MessageVerb, Problem, Record, Sound, Told, Verb, dial};
use crate::Kind;
use crate::world::Method;
use std::time::Duration;

/// How long a sound file is, whatever is in it.
const PLAY: Duration = Duration::from_secs(5);

/// How long it takes to say a character.
const CHARACTER: Duration = Duration::from_millis(65);

/// How long a key sounds.
const DIGIT: Duration = Duration::from_millis(500);

const RECORDING_EVENTS: [(&str, &str); 3] =
    [("in-progress", "in-progress"), ("completed", "completed"), ("absent", "absent")];

/// One of the verbs that a document of this kind may have.
pub(super) fn verb(kind: Kind, element: Element) -> Result<Verb, Problem> {
    match (kind, element.name.as_str()) {
        (_, "Redirect") => redirect(element),
        (Kind::Sms, "Message") => message(element),
        (Kind::Call, "Say" | "Play" | "Pause") => sound(element),
        (Kind::Call, "Gather") => gather(element),
        (Kind::Call, "Record") => record(element),
        (Kind::Call, "Hangup") => bare(element, Verb::Hangup),
        (Kind::Call, "Leave") => bare(element, Verb::Leave),
        (Kind::Call, "Reject") => reject(element),
        (Kind::Call, "Enqueue") => enqueue(element),
        (Kind::Call, "Dial") => dial::dial(element).map(|dial| Verb::Dial(Box::new(dial))),
        (_, name) => Err(Problem::schema(format!("there is no verb {name} for this"))),
    }
}

/// The children of an element that has no text of its own.
pub(super) fn childless(element: &Element) -> Result<(), Problem> {
    match element.children.first() {
        Some(child) => Err(Problem::schema(format!("{} has no {}", element.name, child.name))),
        None => Ok(()),
    }
}

fn bare(mut element: Element, verb: Verb) -> Result<Verb, Problem> {
    childless(&element)?;
    Attributes::of(&mut element).done()?;
    Ok(verb)
}

fn sound(mut element: Element) -> Result<Verb, Problem> {
    let mut attributes = Attributes::of(&mut element);
    if element.name == "Pause" {
        childless(&element)?;
        let length = attributes.seconds("length", 1)?;
        attributes.done()?;
        return Ok(Verb::Pause(length));
    }
    let times = attributes.number("loop")?.unwrap_or(1);
    let (heard, once) = if element.name == "Say" {
        attributes.skip(&["voice", "language"]);
        // Speech may be marked up (SSML): that changes how it sounds.
        let words = text_of(&element);
        let length = CHARACTER * u32::try_from(words.chars().count()).unwrap_or(u32::MAX);
        (words, length)
    } else {
        childless(&element)?;
        match attributes.text("digits") {
            Some(digits) => {
                let length = DIGIT * u32::try_from(digits.len()).unwrap_or(u32::MAX);
                (digits, length)
            }
            None => (element.text.clone(), PLAY),
        }
    };
    attributes.done()?;
    let length = if times == 0 { None } else { Some(once.saturating_mul(times)) };
    Ok(Verb::Sound(Sound { heard: heard.trim().to_owned(), length }))
}

fn text_of(element: &Element) -> String {
    element.children.iter().fold(element.text.clone(), |text, child| text + &text_of(child))
}

fn gather(mut element: Element) -> Result<Verb, Problem> {
    let mut attributes = Attributes::of(&mut element);
    attributes.skip(&[
        "partialResultCallback",
        "partialResultCallbackMethod",
        "language",
        "hints",
        "bargeIn",
        "speechTimeout",
        "maxSpeechTime",
        "speechModel",
        "profanityFilter",
        "enhanced",
        "dtmfDetection",
    ]);
    let both = [
        ("dtmf", (true, false)),
        ("speech", (false, true)),
        ("dtmf speech", (true, true)),
        ("speech dtmf", (true, true)),
    ];
    let (takes_digits, takes_speech) = attributes.word("input", &both, (true, false))?;
    let timeout = match attributes.text("timeout") {
        Some(auto) if auto == "auto" => Duration::from_secs(5),
        Some(text) => Duration::from_secs(
            text.parse::<u32>()
                .map(u64::from)
                .map_err(|_| Problem::schema(format!("{text:?} is no value for timeout of Gather")))?,
        ),
        None => Duration::from_secs(5),
    };
    let num_digits = attributes.number("numDigits")?.map(|digits| digits as usize);
    let finish_on_key = attributes.text("finishOnKey").unwrap_or_else(|| "#".to_owned());
    let action_on_empty_result = attributes.flag("actionOnEmptyResult", false)?;
    let (action, method) = action(&mut attributes)?;
    attributes.done()?;
    let mut length = Some(Duration::ZERO);
    let mut heard = Vec::new();
    for child in std::mem::take(&mut element.children) {
        let part = match child.name.as_str() {
            "Say" | "Play" | "Pause" => match sound(child)? {
                Verb::Sound(sound) => {
                    heard.push(sound.heard);
                    sound.length
                }
                Verb::Pause(length) => Some(length),
                _ => Some(Duration::ZERO),
            },
            name => return Err(Problem::schema(format!("Gather has no {name}"))),
        };
        length = length.zip(part).map(|(sum, part)| sum.saturating_add(part));
    }
    let prompt = Sound { heard: heard.join(" "), length };
    Ok(Verb::Gather(Gather {
        action,
        method,
        takes_digits,
        takes_speech,
        timeout,
        num_digits,
        finish_on_key,
        action_on_empty_result,
        prompt,
    }))
}

fn record(mut element: Element) -> Result<Verb, Problem> {
    childless(&element)?;
    let mut attributes = Attributes::of(&mut element);
    attributes.flag("playBeep", true)?;
    let (action, method) = action(&mut attributes)?;
    let transcribe_callback = attributes.link("transcribeCallback", "transcribeCallbackMethod")?;
    let record = Record {
        action,
        method,
        timeout: attributes.seconds("timeout", 5)?,
        finish_on_key: attributes.text("finishOnKey").unwrap_or_else(|| "1234567890*#".to_owned()),
        max_length: attributes.seconds("maxLength", 3600)?,
        trims: attributes.word("trim", &[("trim-silence", true), ("do-not-trim", false)], true)?,
        status_callback: recording_callback(&mut attributes)?,
        transcribes: attributes.flag("transcribe", false)? || transcribe_callback.is_some(),
        transcribe_callback,
    };
    attributes.done()?;
    Ok(Verb::Record(record))
}

pub(super) fn recording_callback(attributes: &mut Attributes) -> Result<Option<Told<String>>, Problem> {
    let told = attributes.told("recordingStatusCallback", &RECORDING_EVENTS, &["completed"])?;
    Ok(told.map(|told| told.in_words()))
}

fn action(attributes: &mut Attributes) -> Result<(Option<Link>, Method), Problem> {
    let action = attributes.link("action", "method")?;
    let method = action.as_ref().map_or(Method::Post, |action| action.method);
    Ok((action, method))
}

fn reject(mut element: Element) -> Result<Verb, Problem> {
    childless(&element)?;
    let mut attributes = Attributes::of(&mut element);
    let busy = attributes.word("reason", &[("busy", true), ("rejected", false)], false)?;
    attributes.done()?;
    Ok(Verb::Reject { busy })
}

fn redirect(mut element: Element) -> Result<Verb, Problem> {
    childless(&element)?;
    let mut attributes = Attributes::of(&mut element);
    let method = attributes.method("method")?;
    attributes.done()?;
    Ok(Verb::Redirect(Link { url: element.text.trim().to_owned(), method }))
}

fn enqueue(mut element: Element) -> Result<Verb, Problem> {
    childless(&element)?;
    let mut attributes = Attributes::of(&mut element);
    if attributes.text("workflowSid").is_some() {
        return Err(Problem::schema("the simulator has no TaskRouter"));
    }
    let action = attributes.link("action", "method")?;
    let wait = attributes.link("waitUrl", "waitUrlMethod")?;
    let max_size = attributes.number("maxQueueSize")?;
    attributes.done()?;
    let queue = element.text.trim().to_owned();
    if queue.is_empty() || queue.chars().count() > 64 {
        return Err(Problem::schema("a queue's name has 1 to 64 characters"));
    }
    Ok(Verb::Enqueue(Enqueue { queue, max_size, action, wait }))
}

fn message(mut element: Element) -> Result<Verb, Problem> {
    let mut attributes = Attributes::of(&mut element);
    let action = attributes.link("action", "method")?;
    let status_callback = attributes.link("statusCallback", "statusCallbackMethod")?;
    let (to, from) = (attributes.text("to"), attributes.text("from"));
    attributes.done()?;
    let mut body = element.text.trim().to_owned();
    let mut media = Vec::new();
    for child in element.children {
        match child.name.as_str() {
            "Body" => body = child.text,
            "Media" => media.push(child.text.trim().to_owned()),
            name => return Err(Problem::schema(format!("Message has no {name}"))),
        }
    }
    Ok(Verb::Message(MessageVerb { to, from, body, media, action, status_callback }))
}

impl Told<&'static str> {
    /// The same with words of its own.
    pub(super) fn in_words(self) -> Told<String> {
        Told { link: self.link, events: self.events.into_iter().map(str::to_owned).collect() }
    }
}
