mod account;
mod call_control;
mod conferencing;
pub mod contract;
mod messaging;
mod provisioning;
mod recordings;
mod voice_tokens;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, Utc};
use secrecy::ExposeSecret;

use self::account::Account;
pub use self::messaging::media_url;
pub use self::voice_tokens::PlainVoiceTokens;
use crate::phone::PhoneNumber;
use crate::ports::{
    AccountNumber, ApplicationWebhooks, CallSearch, Credentials, Instructions, MessageStatus, NewCall,
    NewMessage, NewParticipant, NumberWebhooks, Participant, ParticipantChange, ParticipantStatus, Recording,
    RecordingOrder, SentSearch, ServiceWebhooks, TelephonyError, TwilioCall, TwilioRefusal,
};

/// A small Twilio with any accounts. It notes what it was asked, does it at once, and answers as it was told to.
///
/// What somebody asks for by an unknown SID is not there, and what another account has is not there either. Every account
/// has the same numbers and messaging services.
#[derive(Debug, Default)]
pub struct FakeTwilio(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    asked: Vec<Asked>,
    is_away: bool,
    outcomes: VecDeque<Option<Outcome>>,
    /// By SID.
    accounts: BTreeMap<String, Account>,
    /// What another one begins with.
    new_account: Account,
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
    CancelScheduled(String),
    Redact(String),
    Media(String, String),
    StartCall(NewCall),
    Call(String),
    Calls(CallSearch),
    Redirect(String, Instructions),
    Cancel(String),
    Complete(String),
    Conference(String),
    EndConference(String),
    AddParticipant(String, NewParticipant),
    Participants(String),
    ChangeParticipant(String, String, ParticipantChange),
    RemoveParticipant(String, String),
    StartRecording(String, RecordingOrder),
    Recording(String),
    RecordingsOfCall(String),
    RecordingsOfConference(String),
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
    /// Accounts that have nothing.
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

    /// Nobody reaches it until it is back.
    pub fn set_away(&self, is_away: bool) {
        self.state().is_away = is_away;
    }

    /// The time of what happens from now on.
    pub fn set_time(&self, now: DateTime<Utc>) {
        self.state().all().for_each(|account| account.now = now);
    }

    /// From now on the account opens to these credentials, and to those of which this was said before, alone. Until then it
    /// opens to any.
    pub fn lock(&self, credentials: &Credentials) {
        let Credentials { account_sid, username, password, .. } = credentials;
        let key = (username.clone(), password.expose_secret().to_owned());
        self.state().account(account_sid).keys.push(key);
    }

    /// Gives every account a number.
    pub fn add_number(&self, number: AccountNumber) {
        self.state().all().for_each(|account| account.numbers.push(number.clone()));
    }

    /// Gives every account a messaging service.
    pub fn add_service(&self, sid: &str) {
        self.state().all().for_each(|account| account.services.push(sid.to_owned()));
    }

    /// The account has a call, or it is now so far.
    pub fn put_call(&self, account_sid: &str, call: TwilioCall) {
        self.state().account(account_sid).put_call(call);
    }

    /// The account holds a conference.
    pub fn put_conference(&self, account_sid: &str, sid: &str, name: &str) {
        self.state().account(account_sid).conferences.insert(sid.to_owned(), name.to_owned());
    }

    /// Somebody, whose call the account has already, takes part in a conference of it.
    pub fn put_participant(
        &self,
        account_sid: &str,
        conference_sid: &str,
        call_sid: &str,
        label: Option<&str>,
    ) {
        self.state().account(account_sid).put_participant(Participant {
            call_sid: call_sid.to_owned(),
            conference_sid: conference_sid.to_owned(),
            label: label.map(str::to_owned),
            status: ParticipantStatus::Connected,
            on_hold: false,
            muted: false,
            coach: None,
        });
    }

    /// The account has a recording, or it is now so far.
    pub fn put_recording(&self, account_sid: &str, recording: Recording) {
        self.state().account(account_sid).put_recording(recording);
    }

    /// What is in a file of the account, by its SID: `ME…` or `RE…`.
    pub fn put_file(&self, account_sid: &str, sid: &str, bytes: &[u8]) {
        self.state().account(account_sid).files.insert(sid.to_owned(), bytes.to_vec());
    }

    /// Moves a message on, whosever it is.
    pub fn set_message_status(&self, sid: &str, status: MessageStatus) {
        let mut state = self.state();
        let mut messages = state.accounts.values_mut().flat_map(|account| &mut account.messages);
        if let Some(message) = messages.find(|message| message.sid == sid) {
            message.status = status;
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().expect("nothing panics while it holds this lock")
    }

    fn ask<T>(
        &self,
        credentials: &Credentials,
        asked: Asked,
        happen: impl FnOnce(&mut Account) -> Result<T, TelephonyError>,
    ) -> Result<T, TelephonyError> {
        let mut state = self.state();
        state.asked.push(asked);
        let away = state.is_away.then_some(Outcome::Unreachable);
        let outcome = away.or_else(|| state.outcomes.pop_front().flatten());
        let account = state.account(&credentials.account_sid);
        if !account.opens_to(credentials) {
            return Err(refused(401, 20003, "Authenticate"));
        }
        match outcome {
            None => happen(account),
            Some(Outcome::Refused(refusal)) => Err(TelephonyError::Refused(refusal)),
            Some(Outcome::Busy(retry_after)) => Err(TelephonyError::Busy { retry_after }),
            Some(Outcome::Unreachable) => Err(TelephonyError::Unreachable("told to be away".into())),
            Some(Outcome::Lost) => Err(TelephonyError::Unknown("told to lose it".into())),
            Some(Outcome::Unanswered) => {
                let _nobody_learns = happen(account);
                Err(TelephonyError::Unknown("told not to answer".into()))
            }
        }
    }
}

impl State {
    fn account(&mut self, sid: &str) -> &mut Account {
        let number = self.accounts.len();
        let Self { accounts, new_account, .. } = self;
        accounts.entry(sid.to_owned()).or_insert_with(|| Account { number, ..new_account.clone() })
    }

    /// Every account, those too that are yet to come.
    fn all(&mut self) -> impl Iterator<Item = &mut Account> {
        std::iter::once(&mut self.new_account).chain(self.accounts.values_mut())
    }
}

fn refused(status: u16, code: u32, message: &str) -> TelephonyError {
    TelephonyError::Refused(TwilioRefusal { status, code: Some(code), message: message.to_owned() })
}

fn not_found() -> TelephonyError {
    refused(404, 20404, "The requested resource was not found")
}
