use super::attributes::Attributes;
use super::voice::{childless, recording_callback};
use super::xml::Element;
use super::{Beep, ConferenceNoun, Dial, Noun, Person, Problem, QueueNoun, Records, Target};
use crate::world::CallEvent;

/// As many phones as Twilio rings at once.
const NOUNS: usize = 10;

const CALL_EVENTS: [(&str, CallEvent); 4] = [
    ("initiated", CallEvent::Initiated),
    ("ringing", CallEvent::Ringing),
    ("answered", CallEvent::Answered),
    ("completed", CallEvent::Completed),
];

const CONFERENCE_EVENTS: [(&str, &str); 9] = [
    ("start", "start"),
    ("end", "end"),
    ("join", "join"),
    ("leave", "leave"),
    ("mute", "mute"),
    ("hold", "hold"),
    ("modify", "modify"),
    ("speaker", "speaker"),
    ("announcement", "announcement"),
];

pub(super) fn dial(mut element: Element) -> Result<Dial, Problem> {
    let mut attributes = Attributes::of(&mut element);
    attributes.skip(&["ringTone", "recordingTrack", "trim", "referUrl", "referMethod"]);
    let mut dial = Dial {
        action: attributes.link("action", "method")?,
        timeout: attributes.seconds("timeout", 30)?,
        hangup_on_star: attributes.flag("hangupOnStar", false)?,
        time_limit: attributes.seconds("timeLimit", 4 * 60 * 60)?,
        caller_id: attributes.text("callerId"),
        answer_on_bridge: attributes.flag("answerOnBridge", false)?,
        record: records(&mut attributes, DIAL_RECORD)?,
        target: Target::People(Vec::new()),
    };
    attributes.done()?;
    let mut nouns = std::mem::take(&mut element.children);
    let text = element.text.trim();
    dial.target = match nouns.first().map(|noun| noun.name.as_str()) {
        None if text.is_empty() => return Err(Problem::schema("Dial dials nobody")),
        None => Target::People(vec![Person {
            noun: Noun::Number,
            address: text.to_owned(),
            parameters: Vec::new(),
            whisper: None,
            status_callback: None,
        }]),
        Some("Queue" | "Conference") if nouns.len() > 1 => {
            return Err(Problem::schema("a queue or a conference is dialled alone"));
        }
        Some("Queue") => Target::Queue(queue(nouns.remove(0))?),
        Some("Conference") => Target::Conference(Box::new(conference(nouns.remove(0))?)),
        Some(_) if nouns.len() > NOUNS => return Err(Problem::schema("Dial rings 10 phones at most")),
        Some(_) => Target::People(nouns.into_iter().map(person).collect::<Result<_, _>>()?),
    };
    Ok(dial)
}

fn person(mut element: Element) -> Result<Person, Problem> {
    let noun = match element.name.as_str() {
        "Number" => Noun::Number,
        "Client" => Noun::Client,
        "Sip" => Noun::Sip,
        name => return Err(Problem::schema(format!("Dial has no {name} here"))),
    };
    let mut attributes = Attributes::of(&mut element);
    if noun != Noun::Client {
        attributes.skip(&[
            "sendDigits",
            "byoc",
            "username",
            "password",
            "machineDetection",
            "amdStatusCallback",
            "amdStatusCallbackMethod",
            "machineDetectionTimeout",
            "machineDetectionSpeechThreshold",
            "machineDetectionSpeechEndThreshold",
            "machineDetectionSilenceTimeout",
        ]);
    }
    let whisper = attributes.link("url", "method")?;
    let status_callback = attributes.told("statusCallback", &CALL_EVENTS, &[CallEvent::Completed])?;
    attributes.done()?;
    let mut name = element.text.trim().to_owned();
    let mut parameters = Vec::new();
    if noun == Noun::Client {
        for mut child in std::mem::take(&mut element.children) {
            let mut attributes = Attributes::of(&mut child);
            match child.name.as_str() {
                "Identity" => name = child.text.trim().to_owned(),
                "Parameter" => {
                    let pair = attributes.text("name").zip(attributes.text("value"));
                    let pair = pair.ok_or_else(|| Problem::schema("Parameter lacks its name or value"))?;
                    parameters.push(pair);
                }
                name => return Err(Problem::schema(format!("Client has no {name}"))),
            }
            attributes.done()?;
        }
    }
    childless(&element)?;
    if name.is_empty() {
        return Err(Problem::schema(format!("{} names nobody", element.name)));
    }
    let address = match noun {
        Noun::Client => format!("client:{}", name.trim_start_matches("client:")),
        Noun::Number | Noun::Sip => name,
    };
    Ok(Person { noun, address, parameters, whisper, status_callback })
}

fn queue(mut element: Element) -> Result<QueueNoun, Problem> {
    childless(&element)?;
    let mut attributes = Attributes::of(&mut element);
    let whisper = attributes.link("url", "method")?;
    attributes.done()?;
    Ok(QueueNoun { name: element.text.trim().to_owned(), whisper })
}

fn conference(mut element: Element) -> Result<ConferenceNoun, Problem> {
    childless(&element)?;
    let mut attributes = Attributes::of(&mut element);
    attributes.skip(&["region", "trim", "eventCallbackUrl", "jitterBufferSize"]);
    let beeps =
        [("true", Beep::Both), ("onEnter", Beep::Enter), ("onExit", Beep::Exit), ("false", Beep::Never)];
    let silence = attributes.text("waitUrl").map(|url| (url.trim().is_empty(), url));
    let wait_method = attributes.method("waitMethod")?;
    let noun = ConferenceNoun {
        name: element.text.trim().to_owned(),
        muted: attributes.flag("muted", false)?,
        beep: attributes.word("beep", &beeps, Beep::Both)?,
        start_on_enter: attributes.flag("startConferenceOnEnter", true)?,
        end_on_exit: attributes.flag("endConferenceOnExit", false)?,
        wait: silence.map(|(is_silence, url)| {
            (!is_silence).then(|| super::Link { url: url.trim().to_owned(), method: wait_method })
        }),
        max_participants: attributes.number("maxParticipants")?.unwrap_or(250) as usize,
        label: attributes.text("participantLabel").filter(|label| !label.is_empty()),
        coach: attributes.text("coach").filter(|coach| !coach.is_empty()),
        record: records(&mut attributes, CONFERENCE_RECORD)?,
        status_callback: attributes
            .told("statusCallback", &CONFERENCE_EVENTS, &["start", "end"])?
            .map(|told| told.in_words()),
    };
    attributes.done()?;
    if noun.name.is_empty() {
        return Err(Problem::schema("a conference has a name"));
    }
    Ok(noun)
}

/// Whether to record, both ends apart, from the ringing on.
type RecordWords = &'static [(&'static str, Option<(bool, bool)>)];

const DIAL_RECORD: RecordWords = &[
    ("do-not-record", None),
    ("false", None),
    ("true", Some((false, false))),
    ("record-from-answer", Some((false, false))),
    ("record-from-answer-dual", Some((true, false))),
    ("record-from-ringing", Some((false, true))),
    ("record-from-ringing-dual", Some((true, true))),
];

const CONFERENCE_RECORD: RecordWords = &[
    ("do-not-record", None),
    ("false", None),
    ("true", Some((false, false))),
    ("record-from-start", Some((false, false))),
];

fn records(attributes: &mut Attributes, words: RecordWords) -> Result<Option<Records>, Problem> {
    let status_callback = recording_callback(attributes)?;
    let record = attributes.word("record", words, None)?;
    Ok(record.map(|(dual, from_ringing)| Records { dual, from_ringing, status_callback }))
}
