//! TwiML, what we answer to a voice or message webhook: <https://www.twilio.com/docs/voice/twiml>.
//!
//! Text and attributes are escaped here and nowhere else. A verb is added with its first user: a variant of [`Verb`]
//! and an arm of `Verb::element`. Attributes that a verb does not list keep Twilio's default.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// The content type of every TwiML answer. `text/plain` would be texted or read out to the customer.
pub const CONTENT_TYPE: &str = "text/xml";

/// A TwiML document: verbs that Twilio carries out one after the other.
///
/// The empty one says "nothing to do": right for messages, but on a voice webhook Twilio answers the call and hangs
/// up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    verbs: Vec<Verb>,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Puts the caller into a queue, which comes into being when needed.
    Enqueue {
        /// The queue's name.
        queue: String,
        /// Requested over and over for what the caller hears while waiting; `None` is Twilio's music.
        wait_url: Option<String>,
        /// Requested when the caller leaves the queue, with the reason in `QueueResult`; `None` goes on with the next
        /// verb.
        action: Option<String>,
    },
    /// Ends the call.
    Hangup,
    /// Ends the wait in a queue, from a `wait_url` answer only; the call goes on with the queue's `action`.
    Leave,
    /// Silence.
    Pause {
        /// In seconds, at least 1.
        length: u32,
    },
    /// Plays a sound file.
    Play {
        /// Where Twilio fetches it.
        url: String,
    },
    /// Records the caller.
    Record(Record),
    /// Goes on with the TwiML at another address.
    Redirect {
        /// Absolute, or relative to the webhook that is being answered.
        url: String,
    },
    /// Declines the call without answering it, unbilled. Only as the first verb.
    Reject {
        /// What the caller hears.
        reason: RejectReason,
    },
    /// Reads a text aloud.
    Say {
        /// The text.
        text: String,
    },
}

/// How to record the caller. Without `action` Twilio would request the current document again, for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Requested when the recording ends.
    pub action: String,
    /// The key that ends it.
    pub finish_on_key: char,
    /// In seconds.
    pub max_length: u32,
    /// Whether a beep comes first.
    pub play_beep: bool,
    /// Told `completed` or `absent`: the only trustworthy word on whether there is a recording.
    pub recording_status_callback: String,
    /// Seconds of silence that end it.
    pub timeout: u32,
}

/// What a rejected caller hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectReason {
    /// A busy tone.
    Busy,
    /// "The number is not in service." Twilio's default.
    Rejected,
}

impl Response {
    /// The empty answer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a verb.
    pub fn with(mut self, verb: Verb) -> Self {
        self.verbs.push(verb);
        self
    }

    /// The document, from its XML declaration on: Twilio refuses anything before that (error 12100).
    pub fn to_xml(&self) -> String {
        let mut writer = Writer::new(Vec::new());
        write(&mut writer, Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        if self.verbs.is_empty() {
            write(&mut writer, Event::Empty(BytesStart::new("Response")));
        } else {
            write(&mut writer, Event::Start(BytesStart::new("Response")));
            for verb in &self.verbs {
                verb.element().write_to(&mut writer);
            }
            write(&mut writer, Event::End(BytesEnd::new("Response")));
        }
        String::from_utf8(writer.into_inner()).expect("made of str only")
    }
}

impl Verb {
    fn element(&self) -> Element<'_> {
        match self {
            Self::Enqueue { queue, wait_url, action } => Element::new("Enqueue")
                .optional("action", action.as_ref())
                .optional("method", action.as_ref().map(|_| "POST"))
                .optional("waitUrl", wait_url.as_ref())
                .text(queue),
            Self::Hangup => Element::new("Hangup"),
            Self::Leave => Element::new("Leave"),
            Self::Pause { length } => Element::new("Pause").attribute("length", length),
            Self::Play { url } => Element::new("Play").text(url),
            Self::Record(record) => Element::new("Record")
                .attribute("action", &record.action)
                .attribute("finishOnKey", record.finish_on_key)
                .attribute("maxLength", record.max_length)
                .attribute("playBeep", record.play_beep)
                .attribute("recordingStatusCallback", &record.recording_status_callback)
                .attribute("recordingStatusCallbackEvent", "completed absent")
                .attribute("timeout", record.timeout),
            Self::Redirect { url } => Element::new("Redirect").attribute("method", "POST").text(url),
            Self::Reject { reason } => Element::new("Reject").optional("reason", reason.as_str()),
            Self::Say { text } => Element::new("Say").text(text),
        }
    }
}

impl RejectReason {
    fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Busy => Some("busy"),
            Self::Rejected => None,
        }
    }
}

/// A verb as XML sees it.
struct Element<'a> {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: Option<&'a str>,
}

impl<'a> Element<'a> {
    fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), text: None }
    }

    fn attribute(mut self, name: &'static str, value: impl ToString) -> Self {
        self.attributes.push((name, value.to_string()));
        self
    }

    fn optional(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.attribute(name, value),
            None => self,
        }
    }

    fn text(mut self, text: &'a str) -> Self {
        self.text = Some(text);
        self
    }

    fn write_to(mut self, writer: &mut Writer<Vec<u8>>) {
        self.attributes.sort_by_key(|(name, _)| *name);
        let mut start = BytesStart::new(self.name);
        for (name, value) in &self.attributes {
            start.push_attribute((*name, xml_chars(value).as_str()));
        }
        match self.text {
            None => write(writer, Event::Empty(start)),
            Some(text) => {
                write(writer, Event::Start(start));
                write(writer, Event::Text(BytesText::new(&xml_chars(text))));
                write(writer, Event::End(BytesEnd::new(self.name)));
            }
        }
    }
}

fn write(writer: &mut Writer<Vec<u8>>, event: Event<'_>) {
    writer.write_event(event).expect("writing to memory does not fail");
}

/// Leaves out the characters that XML 1.0 §2.2 cannot express, escaped or not: one of them would spoil the document.
fn xml_chars(text: &str) -> String {
    let is_char = |c: &char| match c {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        c => *c >= ' ',
    };
    text.chars().filter(is_char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

    fn xml(verb: Verb) -> String {
        let xml = Response::new().with(verb).to_xml();
        let verb = xml.strip_prefix(&format!("{DECLARATION}<Response>"));
        verb.and_then(|verb| verb.strip_suffix("</Response>")).expect("one verb in a Response").to_owned()
    }

    #[test]
    fn the_empty_answer_starts_at_its_declaration() {
        assert_eq!(Response::new().to_xml(), format!("{DECLARATION}<Response/>"));
    }

    #[test]
    fn text_and_attributes_are_escaped() {
        let hostile = r#"</Say><Dial>+1900</Dial> & "quotes" 'too' ]]>"#;
        let said = xml(Verb::Say { text: hostile.into() });
        assert_eq!(said.matches('<').count(), 2, "{said}");
        let queued = xml(Verb::Enqueue {
            queue: "a&b".into(),
            wait_url: Some(r#"https://crm.example/wait?a=1&b="><Hangup/>"#.into()),
            action: Some("/done".into()),
        });
        assert_eq!(
            queued,
            r#"<Enqueue action="/done" method="POST" waitUrl="https://crm.example/wait?a=1&amp;b=&quot;&gt;&lt;Hangup/&gt;">a&amp;b</Enqueue>"#
        );
    }

    #[test]
    fn characters_that_xml_cannot_express_are_left_out() {
        assert_eq!(xml(Verb::Say { text: "a\0b\u{1b}c\u{ffff}d\te😀".into() }), "<Say>abcd\te😀</Say>");
    }

    #[test]
    fn attributes_are_sorted_whatever_the_order_of_writing() {
        let mut writer = Writer::new(Vec::new());
        Element::new("Pause").attribute("b", 2).attribute("a", 1).write_to(&mut writer);
        assert_eq!(writer.into_inner(), br#"<Pause a="1" b="2"/>"#);
    }

    #[test]
    fn small_verbs_look_as_documented() {
        assert_eq!(xml(Verb::Pause { length: 2 }), r#"<Pause length="2"/>"#);
        assert_eq!(xml(Verb::Reject { reason: RejectReason::Rejected }), "<Reject/>");
        assert_eq!(xml(Verb::Play { url: "/ring.mp3".into() }), "<Play>/ring.mp3</Play>");
    }
}
