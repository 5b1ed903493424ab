//! What a document can say.

use crate::world::{CallEvent, Method};
use std::time::Duration;

/// Verbs, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) verbs: Vec<Verb>,
}

/// One instruction. URLs are as written: the reader of the document resolves them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Something to hear.
    Sound(Sound),
    /// Silence. As the first verb, the call rings on meanwhile.
    Pause(Duration),
    Gather(Gather),
    Record(Record),
    Hangup,
    /// With a busy tone, or else with an announcement.
    Reject {
        busy: bool,
    },
    Redirect(Link),
    Leave,
    Enqueue(Enqueue),
    Dial(Box<Dial>),
    Message(MessageVerb),
}

/// Something to hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sound {
    /// The words that are said, or the address of what is played.
    pub(crate) heard: String,
    /// `None` never ends.
    pub(crate) length: Option<Duration>,
}

/// An address in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) url: String,
    pub(crate) method: Method,
}

/// Who is told, and of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told<E> {
    pub(crate) link: Link,
    pub(crate) events: Vec<E>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gather {
    /// Absent: the document itself is requested again.
    pub(crate) action: Option<Link>,
    pub(crate) method: Method,
    pub(crate) takes_digits: bool,
    pub(crate) takes_speech: bool,
    pub(crate) timeout: Duration,
    pub(crate) num_digits: Option<usize>,
    pub(crate) finish_on_key: String,
    pub(crate) action_on_empty_result: bool,
    /// What is heard meanwhile, silence included.
    pub(crate) prompt: Sound,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// Absent: the document itself is requested again.
    pub(crate) action: Option<Link>,
    pub(crate) method: Method,
    pub(crate) timeout: Duration,
    pub(crate) finish_on_key: String,
    pub(crate) max_length: Duration,
    pub(crate) trims: bool,
    pub(crate) status_callback: Option<Told<String>>,
    /// Told what was said.
    pub(crate) transcribe_callback: Option<Link>,
    pub(crate) transcribes: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Enqueue {
    pub(crate) queue: String,
    /// Beside the queue's own limit.
    pub(crate) max_size: Option<u32>,
    pub(crate) action: Option<Link>,
    pub(crate) wait: Option<Link>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dial {
    pub(crate) action: Option<Link>,
    pub(crate) timeout: Duration,
    pub(crate) hangup_on_star: bool,
    pub(crate) time_limit: Duration,
    pub(crate) caller_id: Option<String>,
    pub(crate) answer_on_bridge: bool,
    pub(crate) record: Option<Records>,
    pub(crate) target: Target,
}

/// What is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Records {
    pub(crate) dual: bool,
    pub(crate) from_ringing: bool,
    pub(crate) status_callback: Option<Told<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// All ring; the first to answer is connected.
    People(Vec<Person>),
    Queue(QueueNoun),
    Conference(Box<ConferenceNoun>),
}

/// Somebody who is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) noun: Noun,
    /// `+1…`, `client:…` or `sip:…`
    pub(crate) address: String,
    /// Custom parameters for a browser.
    pub(crate) parameters: Vec<(String, String)>,
    /// Carried out at their end before they are connected.
    pub(crate) whisper: Option<Link>,
    pub(crate) status_callback: Option<Told<CallEvent>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noun {
    Number,
    Client,
    Sip,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueueNoun {
    pub(crate) name: String,
    /// Carried out at the caller's end before they are connected.
    pub(crate) whisper: Option<Link>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ConferenceNoun {
    pub(crate) name: String,
    pub(crate) muted: bool,
    pub(crate) beep: Beep,
    pub(crate) start_on_enter: bool,
    pub(crate) end_on_exit: bool,
    /// `Some` without a URL is silence; `None` is Twilio's music.
    pub(crate) wait: Option<Option<Link>>,
    pub(crate) max_participants: usize,
    pub(crate) label: Option<String>,
    pub(crate) coach: Option<String>,
    pub(crate) record: Option<Records>,
    pub(crate) status_callback: Option<Told<String>>,
}

/// When the others hear a beep. Nobody hears it here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Beep {
    #[default]
    Both,
    Enter,
    Exit,
    Never,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MessageVerb {
    pub(crate) to: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) body: String,
    pub(crate) media: Vec<String>,
    pub(crate) action: Option<Link>,
    pub(crate) status_callback: Option<Link>,
}
