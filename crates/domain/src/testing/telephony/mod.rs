pub mod contract;
mod ports;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, Utc};

pub use self::ports::PlainVoiceTokens;
use crate::phone::PhoneNumber;
use crate::ports::{
    AccountNumber, ApplicationWebhooks, CallStatus, Download, Instructions, MessageStatus, NewCall,
    NewMessage, NewParticipant, NumberWebhooks, ParticipantChange, Recording, RecordingOrder, SentSearch,
    ServiceWebhooks, TelephonyError, TwilioCall, TwilioMessage, TwilioRefusal,
};

/// A small Twilio with one account. It notes what it was asked, does it at once, and answers as it was told to.
///
/// What somebody asks for by an unknown SID is not there.
#[derive(Debug, Default)]
pub struct FakeTwilio(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    asked: Vec<Asked>,
    outcomes: VecDeque<Option<Outcome>>,
    made: u32,
    now: DateTime<Utc>,
    numbers: Vec<AccountNumber>,
    services: Vec<String>,
    applications: BTreeMap<String, String>,
    messages: Vec<TwilioMessage>,
    calls: BTreeMap<String, TwilioCall>,
    conferences: BTreeMap<String, String>,
    /// Each by conference, call and label.
    participants: Vec<(String, String, Option<String>)>,
    recordings: BTreeMap<String, Recording>,
    files: BTreeMap<String, Vec<u8>>,
}

/// What Twilio was asked, as the ports have it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the method of its name with its arguments, but for the account")]
pub enum Asked {
    Numbers(Option<PhoneNumber>),
    SetNumberWebhooks(String, NumberWebhooks),
    SetApplication(Option<String>, ApplicationWebhooks),
    Service(String),
    SetServiceWebhooks(String, ServiceWebhooks),
    Send(NewMessage),
    Message(String),
    Sent(SentSearch),
    Redact(String),
    Media(String, String),
    StartCall(NewCall),
    Call(String),
    Redirect(String, Instructions),
    Cancel(String),
    Complete(String),
    Conference(String),
    EndConference(String),
    AddParticipant(String, NewParticipant),
    ChangeParticipant(String, String, ParticipantChange),
    RemoveParticipant(String, String),
    StartRecording(String, RecordingOrder),
    Recording(String),
    RecordingAudio(String),
    DeleteRecording(String),
}

/// How a question fares that does not simply get its answer.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Nothing happens.
    Refused(TwilioRefusal),
    /// Nothing happens.
    Busy(Option<Duration>),
    /// Nothing happens.
    Unreachable,
    /// Nobody learns whether it happened, and it did not.
    Lost,
    /// Nobody learns whether it happened, and it did.
    Unanswered,
}

impl Outcome {
    /// A refusal with one of Twilio's codes.
    pub fn refused(status: u16, code: u32, message: &str) -> Self {
        Self::Refused(TwilioRefusal { status, code: Some(code), message: message.to_owned() })
    }
}

impl FakeTwilio {
    /// An account that has nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was asked so far, in order; it is forgotten with that.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.state().asked)
    }

    /// Decides how the next question fares that nothing was decided for yet.
    pub fn next(&self, outcome: Outcome) {
        self.state().outcomes.push_back(Some(outcome));
    }

    /// Decides that so many questions, after those that something was decided for, simply get their answers.
    pub fn answer(&self, questions: usize) {
        self.state().outcomes.extend((0..questions).map(|_| None));
    }

    /// The time of what happens from now on.
    pub fn set_time(&self, now: DateTime<Utc>) {
        self.state().now = now;
    }

    /// Gives the account a number.
    pub fn add_number(&self, number: AccountNumber) {
        self.state().numbers.push(number);
    }

    /// Gives the account a messaging service.
    pub fn add_service(&self, sid: &str) {
        self.state().services.push(sid.to_owned());
    }

    /// A call is there, or is now so far.
    pub fn put_call(&self, call: TwilioCall) {
        self.state().calls.insert(call.sid.clone(), call);
    }

    /// A conference is held.
    pub fn put_conference(&self, sid: &str, name: &str) {
        self.state().conferences.insert(sid.to_owned(), name.to_owned());
    }

    /// Somebody, whose call is there already, takes part in a conference.
    pub fn put_participant(&self, conference_sid: &str, call_sid: &str, label: Option<&str>) {
        let participant = (conference_sid.to_owned(), call_sid.to_owned(), label.map(str::to_owned));
        self.state().participants.push(participant);
    }

    /// A recording is there, or is now so far.
    pub fn put_recording(&self, recording: Recording) {
        self.state().recordings.insert(recording.sid.clone(), recording);
    }

    /// What is in a file, by its SID: `ME…` or `RE…`.
    pub fn put_file(&self, sid: &str, bytes: &[u8]) {
        self.state().files.insert(sid.to_owned(), bytes.to_vec());
    }

    /// Moves a message on.
    pub fn set_message_status(&self, sid: &str, status: MessageStatus) {
        if let Some(message) = self.state().messages.iter_mut().find(|message| message.sid == sid) {
            message.status = status;
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().expect("nothing panics while it holds this lock")
    }

    fn ask<T>(
        &self,
        asked: Asked,
        happen: impl FnOnce(&mut State) -> Result<T, TelephonyError>,
    ) -> Result<T, TelephonyError> {
        let mut state = self.state();
        state.asked.push(asked);
        match state.outcomes.pop_front().flatten() {
            None => happen(&mut state),
            Some(Outcome::Refused(refusal)) => Err(TelephonyError::Refused(refusal)),
            Some(Outcome::Busy(retry_after)) => Err(TelephonyError::Busy { retry_after }),
            Some(Outcome::Unreachable) => Err(TelephonyError::Unreachable("told to be away".into())),
            Some(Outcome::Lost) => Err(TelephonyError::Unknown("told to lose it".into())),
            Some(Outcome::Unanswered) => {
                let _nobody_learns = happen(&mut state);
                Err(TelephonyError::Unknown("told not to answer".into()))
            }
        }
    }
}

impl State {
    fn sid(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}{:032x}", self.made)
    }

    fn file(&self, sid: &str, limit: usize) -> Download {
        match self.files.get(sid) {
            None => Download::Missing,
            Some(bytes) if bytes.len() > limit => Download::TooLarge,
            Some(bytes) => Download::File { content_type: None, bytes: bytes.clone() },
        }
    }

    fn new_call(&mut self, to: &str, from: &str) -> TwilioCall {
        let call = TwilioCall {
            sid: self.sid("CA"),
            status: CallStatus::Queued,
            to: to.to_owned(),
            from: from.to_owned(),
            duration: None,
        };
        self.calls.insert(call.sid.clone(), call.clone());
        call
    }

    /// Which participant this is, by call or label, if their call is not over.
    fn participant(&self, conference_sid: &str, name: &str) -> Option<usize> {
        let is_over = |sid: &str| self.calls.get(sid).is_some_and(|call| call.status.is_over());
        self.participants.iter().position(|(held, call_sid, label)| {
            held == conference_sid
                && (call_sid == name || label.as_deref() == Some(name))
                && !is_over(call_sid)
        })
    }

    fn live_call(&mut self, sid: &str) -> Result<&mut TwilioCall, TelephonyError> {
        let live = self.calls.get_mut(sid).filter(|call| !call.status.is_over());
        live.ok_or_else(|| gone(400, 21220, "Call is not in-progress. Cannot redirect."))
    }
}

fn gone(status: u16, code: u32, message: &str) -> TelephonyError {
    TelephonyError::Refused(TwilioRefusal { status, code: Some(code), message: message.to_owned() })
}

fn not_found() -> TelephonyError {
    gone(404, 20404, "The requested resource was not found")
}
