//! TwiML, what we answer to a voice or message webhook: <https://www.twilio.com/docs/voice/twiml>.
//!
//! Calls are answered with a [`Response`] of [`Verb`]s, messages with a [`MessagingResponse`]. Text and attributes are escaped
//! in one place, below all of them. What a verb does not list keeps Twilio's default.

mod callbacks;
mod conference;
mod dial;
mod element;
mod gather;
mod messaging;
mod record;
mod speech;
mod url;

use switchboard_domain::ports::InlineTwiml;

use self::element::Element;

pub use self::callbacks::{Progress, RecordingCallback};
pub use self::conference::{Beep, Conference, ConferenceStatus, JitterBuffer, Wait};
pub use self::dial::{Callee, Dial, DialRecording, Leg, Legs, RecordFrom, Target};
pub use self::gather::{Digits, Gather, Input, Speech};
pub use self::messaging::{Message, MessagingResponse};
pub use self::record::Record;
pub use self::speech::{Play, Prompt, Say, Times};
pub use self::url::{NotAUrl, Url};

/// The content type of every TwiML answer. `text/plain` would be texted or read out to the customer.
pub const CONTENT_TYPE: &str = "text/xml";

/// A TwiML document for a call: verbs that Twilio carries out one after the other.
///
/// On the empty one Twilio answers the call and hangs up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    verbs: Vec<Verb>,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Connects the call with somebody.
    Dial(Dial),
    /// Puts the caller into a queue, which comes into being when needed.
    Enqueue {
        /// The queue's name.
        queue: String,
        /// Requested over and over for what the caller hears while waiting; `None` is Twilio's music.
        wait_url: Option<Url>,
        /// Requested when the caller leaves the queue, with the reason in `QueueResult`; `None` goes on with the next
        /// verb.
        action: Option<Url>,
    },
    /// Asks the caller for keys or words.
    Gather(Gather),
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
    Play(Play),
    /// Records the caller.
    Record(Record),
    /// Goes on with the TwiML at another address, requested by POST.
    Redirect {
        /// Where.
        url: Url,
    },
    /// Declines the call without answering it, unbilled. Only as the first verb.
    Reject {
        /// What the caller hears.
        reason: RejectReason,
    },
    /// Reads a text aloud.
    Say(Say),
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

    /// The document, from its XML declaration on.
    pub fn to_xml(&self) -> String {
        self.element().into_document()
    }

    /// The document, to be sent along with a REST request; `None` if it is too long for that, or has an address that is
    /// only a path: nobody's host is being answered then.
    pub fn to_inline(&self) -> Option<InlineTwiml> {
        let element = self.element();
        if element.has_path() { None } else { InlineTwiml::new(element.into_document()) }
    }

    fn element(&self) -> Element {
        Element::new("Response").children(self.verbs.iter().map(Verb::element))
    }
}

impl Verb {
    fn element(&self) -> Element {
        match self {
            Self::Dial(dial) => dial.element(),
            Self::Enqueue { queue, wait_url, action } => Element::new("Enqueue")
                .optional("action", action.as_ref())
                .optional("method", action.as_ref().map(|_| "POST"))
                .optional("waitUrl", wait_url.as_ref())
                .text(queue),
            Self::Gather(gather) => gather.element(),
            Self::Hangup => Element::new("Hangup"),
            Self::Leave => Element::new("Leave"),
            Self::Pause { length } => speech::pause(*length),
            Self::Play(play) => play.element(),
            Self::Record(record) => record.element(),
            Self::Redirect { url } => Element::new("Redirect").attribute("method", "POST").text(url),
            Self::Reject { reason } => Element::new("Reject").optional("reason", reason.as_str()),
            Self::Say(say) => say.element(),
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

#[cfg(test)]
mod tests {
    use super::*;

    const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

    fn xml(verb: Verb) -> String {
        let xml = Response::new().with(verb).to_xml();
        let verb = xml.strip_prefix(&format!("{DECLARATION}<Response>"));
        verb.and_then(|verb| verb.strip_suffix("</Response>")).expect("one verb in a Response").to_owned()
    }

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn the_empty_answer_starts_at_its_declaration() {
        assert_eq!(Response::new().to_xml(), format!("{DECLARATION}<Response/>"));
    }

    #[test]
    fn text_and_attributes_are_escaped() {
        let hostile = r#"</Say><Dial>+1900</Dial> & "quotes" 'too' ]]>"#;
        let said = xml(Verb::Say(Say::new(hostile)));
        assert_eq!(said.matches('<').count(), 2, "{said}");
        let queued = xml(Verb::Enqueue {
            queue: "a&b".into(),
            wait_url: Some(url(r#"https://crm.example/wait?a=1&b="><Hangup/>"#)),
            action: Some(url("/done")),
        });
        assert_eq!(
            queued,
            r#"<Enqueue action="/done" method="POST" waitUrl="https://crm.example/wait?a=1&amp;b=&quot;&gt;&lt;Hangup/&gt;">a&amp;b</Enqueue>"#
        );
    }

    #[test]
    fn characters_that_xml_cannot_express_are_left_out() {
        assert_eq!(xml(Verb::Say(Say::new("a\0b\u{1b}c\u{ffff}d\te😀"))), "<Say>abcd\te😀</Say>");
    }

    #[test]
    fn white_space_survives_its_reading() {
        assert_eq!(xml(Verb::Say(Say::new("a\r\nb\tc"))), "<Say>a&#13;\nb\tc</Say>");
        let element = Element::new("Pause").attribute("a", "\r\n\t<").into_document();
        assert!(element.ends_with(r#"<Pause a="&#13;&#10;&#9;&lt;"/>"#), "{element}");
    }

    #[test]
    fn a_document_with_a_path_is_not_sent_along() {
        let waits = |wait_url: &str, action: &str| {
            let (wait_url, action) = (Some(url(wait_url)), Some(url(action)));
            Response::new().with(Verb::Enqueue { queue: "/a".into(), wait_url, action })
        };
        let absolute = waits("https://crm.example/wait", "https://crm.example/done");
        assert!(absolute.clone().with(Verb::Say(Say::new("/b"))).to_inline().is_some());
        let redirect = Verb::Redirect { url: url("/next") };
        let play = Verb::Play(Play::new(url("/ring.mp3")));
        let documents = [
            waits("/wait", "https://crm.example/done"),
            waits("https://crm.example/wait", "/done"),
            absolute.clone().with(redirect),
            absolute.with(play),
        ];
        for document in documents {
            assert_eq!(document.to_inline(), None, "{}", document.to_xml());
        }
    }

    #[test]
    fn small_verbs_look_as_documented() {
        assert_eq!(xml(Verb::Pause { length: 2 }), r#"<Pause length="2"/>"#);
        assert_eq!(xml(Verb::Reject { reason: RejectReason::Rejected }), "<Reject/>");
        assert_eq!(xml(Verb::Play(Play::new(url("/ring.mp3")))), "<Play>/ring.mp3</Play>");
    }

    #[test]
    fn a_long_document_is_not_sent_along() {
        let said = |length: usize| Response::new().with(Verb::Say(Say::new("é".repeat(length)))).to_inline();
        assert!(said(3_900).is_some());
        assert!(said(4_000).is_none());
    }
}
