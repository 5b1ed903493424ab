//! What a call's leg is doing.

use super::Endpoint;
use super::recordings::NewRecording;
use crate::twiml::{Dial, Document, Enqueue, Gather, Record};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// How a call goes on: what its TwiML has come to, and what it hears meanwhile.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leg {
    /// Asked when a document of the call fails.
    pub(crate) fallback: Option<Endpoint>,
    /// The number of the next progress callback.
    pub(crate) sequence: u32,
    /// The TwiML of the call.
    pub(crate) main: Run,
    /// The TwiML that is carried out while `main` waits.
    pub(crate) aside: Option<(Aside, Run)>,
    /// What the answer to an outgoing leg leads to.
    pub(crate) plan: Plan,
    /// The browser at its end.
    pub(crate) device: Option<String>,
    /// The browsers that ring for it.
    pub(crate) rings_at: Vec<String>,
    /// The conference that who answers comes into.
    pub(crate) invited_to: Option<String>,
    /// Custom parameters for a browser that is called.
    pub(crate) parameters: Vec<(String, String)>,
    /// Recordings of the call that go on until it ends.
    pub(crate) recordings: Vec<String>,
    /// How it is recorded once it is answered.
    pub(crate) record: Option<NewRecording>,
    /// When documents were last asked for, and how many within a second.
    pub(crate) asked: Option<(DateTime<Utc>, u32)>,
}

/// A document and the place reached in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run {
    pub(crate) document: Arc<Document>,
    /// Where the document came from; none if the REST API brought it.
    pub(crate) base: Option<Endpoint>,
    /// The next verb.
    pub(crate) next: usize,
    pub(crate) doing: Doing,
    /// Another one for everything that is done: timers and answers for something else come too late.
    pub(crate) step: u64,
}

/// Which of a leg's two runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Main,
    Aside,
}

/// What the second run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aside {
    /// Waiting in a queue.
    Queue,
    /// Waiting for a conference to start.
    Conference,
    /// On hold in a conference.
    Hold,
    /// Before being connected.
    Whisper,
}

/// What a run waits for.
#[derive(Clone, Debug, Default)]
pub(crate) enum Doing {
    /// Nothing: it goes on at once, or is over.
    #[default]
    Nothing,
    /// A document.
    Asking,
    /// The end of a sound; silence is none.
    Sounding(Option<String>),
    /// Keys.
    Gathering { verb: Gather, digits: String },
    /// The end of a message.
    Recording { verb: Record, recording_sid: String, since: DateTime<Utc> },
    /// Somebody to take the call out of a queue.
    Queued { verb: Enqueue, queue_sid: String, since: DateTime<Utc> },
    /// The end of a conversation with who took the call out of a queue.
    Served { verb: Enqueue, queue_sid: String, waited: u64, by: String },
    /// Somebody who answers; then the end of the conversation with them.
    Dialing { verb: Dial, legs: Vec<String>, answered: Option<Answered> },
    /// Somebody in a queue; then the end of the conversation with them.
    Dequeuing { verb: Dial, queue_sid: String, served: Option<Answered> },
    /// The end of a conversation with who dialled this leg.
    Bridged { with: String },
    /// The end of a conference.
    Attending { verb: Dial, conference_sid: String },
}

/// The other end of a conversation.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    pub(crate) call_sid: String,
    pub(crate) since: DateTime<Utc>,
    /// Whether they hear each other: not before the whisper is over.
    pub(crate) is_connected: bool,
    pub(crate) recording_sid: Option<String>,
}

/// What the answer to an outgoing leg leads to.
#[derive(Clone, Debug, Default)]
pub(crate) enum Plan {
    /// It came in, or has been answered.
    #[default]
    None,
    /// It is connected with the call that dialled it.
    Connect { whisper: Option<Endpoint> },
    /// TwiML from there.
    Ask(Endpoint),
    /// This TwiML.
    CarryOut(Arc<Document>),
}

impl Leg {
    pub(crate) fn run(&mut self, role: Role) -> Option<&mut Run> {
        match role {
            Role::Main => Some(&mut self.main),
            Role::Aside => self.aside.as_mut().map(|(_, run)| run),
        }
    }

    /// The run that is at this step.
    pub(crate) fn role_at(&self, step: u64) -> Option<Role> {
        if self.main.step == step {
            return Some(Role::Main);
        }
        self.aside.as_ref().filter(|(_, run)| run.step == step).map(|_| Role::Aside)
    }

    pub(crate) fn aside(&self) -> Option<Aside> {
        self.aside.as_ref().map(|(aside, _)| *aside)
    }
}
