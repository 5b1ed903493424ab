//! `<Record>`: a message that somebody leaves.

use super::agenda::{Moment, Timer};
use super::calls::Why;
use super::carry::Flow;
use super::leg::{Doing, Role};
use super::recordings::NewRecording;
use super::{NewOrder, Purpose, RecordingCallback, RecordingSource, World};
use crate::parameters::{Parameters, owned};
use crate::twiml::{Record, Told};
use chrono::{DateTime, Utc};
use std::ops::RangeInclusive;
use std::time::Duration;

/// Less than this is nothing.
const SHORTEST: Duration = Duration::from_secs(1);

/// Twilio writes down nothing that is shorter or longer, in seconds.
const TRANSCRIBED: RangeInclusive<u64> = 2..=120;

/// How long it takes to write down what was said.
const TRANSCRIPTION: Duration = Duration::from_secs(3);

/// What is said if nobody says otherwise.
const SPOKEN: &str = "This is what the simulator heard.";

impl World {
    pub(super) fn record_message(&mut self, call_sid: &str, verb: Record) -> Flow {
        let callback = self.recording_callback(call_sid, verb.status_callback.as_ref());
        let recording = NewRecording { source: RecordingSource::RecordVerb, channels: 1, callback };
        let recording_sid = self.begin_recording(&self.account_of(call_sid), Some(call_sid), None, recording);
        let speaks_for = self.live(call_sid).map(|call| call.speaks_for).unwrap_or_default();
        let lasts = verb.max_length.min(speaks_for + verb.timeout);
        let step = self.wait(call_sid, Role::Main, Doing::Recording { verb, recording_sid, since: self.now });
        self.after(lasts, call_sid, step, Moment::Over);
        Flow::Wait
    }

    /// The message is over, and the call goes on.
    pub(super) fn message_ended(&mut self, call_sid: &str, digits: Option<&str>) {
        let Some(run) = self.leg(call_sid).map(|leg| &mut leg.main) else { return };
        let Doing::Recording { verb, recording_sid, since } = std::mem::take(&mut run.doing) else { return };
        match self.keep_message(call_sid, &verb, &recording_sid, since) {
            None => self.go_on(call_sid, Role::Main),
            Some(length) => {
                let result = self.message_result(&recording_sid, length, digits);
                self.follow(call_sid, Role::Main, verb.action.as_ref(), result);
            }
        }
    }

    /// The call is over or goes on elsewhere, and with it the message is over.
    pub(super) fn message_cut_off(
        &mut self,
        call_sid: &str,
        verb: &Record,
        recording_sid: &str,
        since: DateTime<Utc>,
        why: Why,
    ) {
        let length = self.keep_message(call_sid, verb, recording_sid, since);
        if let (Some(length), Why::HungUp) = (length, why) {
            let result = self.message_result(recording_sid, length, Some("hangup"));
            let action = match &verb.action {
                Some(link) => self.resolve(call_sid, Some(link)),
                None => self.calls.get(call_sid).and_then(|call| call.leg.main.base.clone()),
            };
            self.tell_afterwards(call_sid, action, result);
        }
    }

    /// How long the message is; `None` if there is none.
    fn keep_message(
        &mut self,
        call_sid: &str,
        verb: &Record,
        recording_sid: &str,
        since: DateTime<Utc>,
    ) -> Option<Duration> {
        let lasted = (self.now - since).to_std().unwrap_or_default().min(verb.max_length);
        let spoken = self.calls.get(call_sid).map(|call| call.speaks_for).unwrap_or_default().min(lasted);
        let length = if verb.trims || spoken < SHORTEST { spoken } else { lasted };
        self.end_recording(recording_sid, Some(length));
        if length < SHORTEST {
            return None;
        }
        if let Some(callback) = verb.transcribe_callback.as_ref().filter(|_| verb.transcribes)
            && let Some(endpoint) = self.resolve(call_sid, Some(callback))
        {
            let timer = Timer::Transcription {
                call_sid: call_sid.to_owned(),
                recording_sid: recording_sid.to_owned(),
                endpoint,
            };
            self.agenda.at(self.now + TRANSCRIPTION, timer);
        }
        Some(length)
    }

    fn message_result(&self, recording_sid: &str, length: Duration, digits: Option<&str>) -> Parameters {
        let mut result = owned(&[
            ("RecordingSid", recording_sid),
            ("RecordingUrl", &self.recording_url(recording_sid)),
            ("RecordingDuration", &length.as_secs().to_string()),
        ]);
        if let Some(digits) = digits {
            result.push(("Digits".to_owned(), digits.to_owned()));
        }
        result
    }

    pub(super) fn transcribed(&mut self, call_sid: &str, recording_sid: &str, endpoint: super::Endpoint) {
        let Some(call) = self.calls.get(call_sid) else { return };
        let (account_sid, mut parameters) = (call.account_sid.clone(), self.call_parameters(call));
        let words = call.words.clone().unwrap_or_else(|| SPOKEN.to_owned());
        let length = self.recordings.get(recording_sid).and_then(|recording| recording.duration);
        let (text, status) = match TRANSCRIBED.contains(&length.unwrap_or_default().as_secs()) {
            true => (words.as_str(), "completed"),
            false => {
                self.alert_call(call_sid, 13617, "Record: too short or too long to be transcribed");
                ("", "failed")
            }
        };
        let sid = self.new_sid("TR");
        let url = format!("{}/2010-04-01/Accounts/{account_sid}/Transcriptions/{sid}", self.base_url);
        parameters.extend(owned(&[
            ("TranscriptionSid", &sid),
            ("TranscriptionText", text),
            ("TranscriptionStatus", status),
            ("TranscriptionUrl", &url),
            ("RecordingSid", recording_sid),
            ("RecordingUrl", &self.recording_url(recording_sid)),
        ]));
        let sid = call_sid.to_owned();
        let purpose = Purpose::Transcription;
        self.order(NewOrder { account_sid, purpose, sid, endpoint, fallback: None, parameters });
    }

    /// Who is told of a recording that a verb of this call makes.
    pub(super) fn recording_callback(
        &self,
        call_sid: &str,
        told: Option<&Told<String>>,
    ) -> Option<RecordingCallback> {
        let told = told?;
        let endpoint = self.resolve(call_sid, Some(&told.link))?;
        Some(RecordingCallback { endpoint, events: told.events.clone() })
    }
}
