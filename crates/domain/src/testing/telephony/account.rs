use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use secrecy::ExposeSecret;

use super::refused;
use crate::ports::{
    AccountNumber, CallDirection, CallStatus, Credentials, Download, Participant, ParticipantStatus,
    Recording, TelephonyError, TwilioCall, TwilioMessage,
};

/// What an account has.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    /// Tells its SIDs from another's.
    pub(super) number: usize,
    pub(super) made: u32,
    pub(super) now: DateTime<Utc>,
    /// What it opens to; anything, if that is nothing.
    pub(super) keys: Vec<(String, String)>,
    pub(super) numbers: Vec<AccountNumber>,
    pub(super) services: Vec<String>,
    /// Names by SID.
    pub(super) applications: BTreeMap<String, String>,
    /// The oldest first, as all that follows.
    pub(super) messages: Vec<TwilioMessage>,
    pub(super) calls: Vec<TwilioCall>,
    /// Names by SID.
    pub(super) conferences: BTreeMap<String, String>,
    pub(super) participants: Vec<Participant>,
    pub(super) recordings: Vec<Recording>,
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Account {
    pub(super) fn opens_to(&self, credentials: &Credentials) -> bool {
        let Credentials { username, password, .. } = credentials;
        let fits = |(user, secret): &(String, String)| user == username && secret == password.expose_secret();
        self.keys.is_empty() || self.keys.iter().any(fits)
    }

    pub(super) fn sid(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}{:016x}{:016x}", self.number, self.made)
    }

    pub(super) fn file(&self, sid: &str, limit: usize) -> Download {
        match self.files.get(sid) {
            None => Download::Missing,
            Some(bytes) if bytes.len() > limit => Download::TooLarge,
            Some(bytes) => Download::File { content_type: None, bytes: bytes.clone() },
        }
    }

    pub(super) fn new_call(&mut self, to: &str, from: &str) -> TwilioCall {
        let call = TwilioCall {
            sid: self.sid("CA"),
            parent_call_sid: None,
            direction: CallDirection::OutboundApi,
            status: CallStatus::Queued,
            to: to.to_owned(),
            from: from.to_owned(),
            answered_by: None,
            created_at: Some(self.now),
            started_at: None,
            ended_at: None,
            duration: None,
            price: None,
        };
        self.put_call(call.clone());
        call
    }

    pub(super) fn put_call(&mut self, call: TwilioCall) {
        match self.calls.iter_mut().find(|known| known.sid == call.sid) {
            Some(known) => *known = call,
            None => self.calls.push(call),
        }
    }

    pub(super) fn call(&self, sid: &str) -> Option<&TwilioCall> {
        self.calls.iter().find(|call| call.sid == sid)
    }

    pub(super) fn live_call(&mut self, sid: &str) -> Result<&mut TwilioCall, TelephonyError> {
        let live = self.calls.iter_mut().find(|call| call.sid == sid && !call.status.is_over());
        live.ok_or_else(|| refused(400, 21220, "Call is not in-progress. Cannot redirect."))
    }

    /// Ends the call, if it is not over.
    pub(super) fn end(&mut self, sid: &str, status: CallStatus) {
        let now = self.now;
        if let Ok(call) = self.live_call(sid) {
            let duration = call.started_at.and_then(|started| (now - started).to_std().ok());
            (call.status, call.ended_at) = (status, Some(now));
            call.duration = Some(duration.unwrap_or_default());
        }
    }

    pub(super) fn put_participant(&mut self, participant: Participant) {
        let known = self.participants.iter_mut().find(|known| {
            (&known.conference_sid, &known.call_sid) == (&participant.conference_sid, &participant.call_sid)
        });
        match known {
            Some(known) => *known = participant,
            None => self.participants.push(participant),
        }
    }

    /// Who takes part in a conference, or is called into it, as far as their calls are.
    pub(super) fn participants(&self, conference_sid: &str) -> Vec<Participant> {
        let of_it = self.participants.iter().filter(|it| it.conference_sid == conference_sid).cloned();
        let so_far = |mut participant: Participant| {
            let call = self.call(&participant.call_sid);
            participant.status = match call.map(|call| &call.status) {
                None => participant.status,
                Some(CallStatus::Queued) => ParticipantStatus::Queued,
                Some(CallStatus::Initiated) => ParticipantStatus::Connecting,
                Some(CallStatus::Ringing) => ParticipantStatus::Ringing,
                Some(status) if status.is_over() => return None,
                Some(_) => ParticipantStatus::Connected,
            };
            Some(participant)
        };
        of_it.filter_map(so_far).collect()
    }

    /// One of them, by call or label.
    pub(super) fn participant(&self, conference_sid: &str, name: &str) -> Option<Participant> {
        let named = |it: &Participant| it.call_sid == name || it.label.as_deref() == Some(name);
        self.participants(conference_sid).into_iter().find(named)
    }

    pub(super) fn put_recording(&mut self, recording: Recording) {
        match self.recordings.iter_mut().find(|known| known.sid == recording.sid) {
            Some(known) => *known = recording,
            None => self.recordings.push(recording),
        }
    }
}
