//! Recordings: how they begin, end and are told of.

use super::agenda::Timer;
use super::recording::{Recording, RecordingCallback, RecordingSource, RecordingStatus};
use super::{CallStatus, ConferenceStatus, NewOrder, Purpose, Refusal, World};
use crate::parameters::{Parameters, owned};
use std::time::Duration;

/// Less than this is nothing.
const SHORTEST: Duration = Duration::from_secs(1);

/// How long it takes until a recording can be fetched.
const PROCESSING: Duration = Duration::from_secs(1);

/// How many recordings are kept.
const KEPT: usize = 10_000;

/// How something is recorded.
#[derive(Clone, Debug)]
pub struct NewRecording {
    /// What makes it.
    pub source: RecordingSource,
    /// 1 or 2.
    pub channels: u8,
    /// Who is told.
    pub callback: Option<RecordingCallback>,
}

impl World {
    /// Records a call from now on.
    pub fn record_call(
        &mut self,
        account_sid: &str,
        call_sid: &str,
        recording: NewRecording,
    ) -> Result<String, Refusal> {
        let call = self.call_of(account_sid, call_sid)?;
        if call.status != CallStatus::InProgress {
            let message = "Requested resource is not eligible for recording";
            return Err(Refusal::bad_request(21220, message));
        }
        let sid = self.begin_recording(account_sid, Some(call_sid), None, recording);
        if let Some(leg) = self.leg(call_sid) {
            leg.recordings.push(sid.clone());
        }
        Ok(sid)
    }

    /// Records a conference from now on.
    pub fn record_conference(
        &mut self,
        account_sid: &str,
        conference_sid: &str,
        recording: NewRecording,
    ) -> Result<String, Refusal> {
        let conference = self.conference_of(account_sid, conference_sid)?;
        if conference.status != ConferenceStatus::InProgress {
            let message = "Requested resource is not eligible for recording";
            return Err(Refusal::bad_request(21220, message));
        }
        Ok(self.begin_recording(account_sid, None, Some(conference_sid), recording))
    }

    /// Pauses, resumes or stops a recording; `Twilio.CURRENT` means the last one of the call or conference that goes on.
    pub fn update_recording(
        &mut self,
        account_sid: &str,
        recording_sid: &str,
        status: RecordingStatus,
    ) -> Result<(), Refusal> {
        let now = self.now;
        let recording = self.recording_of_mut(account_sid, recording_sid)?;
        match (recording.status, status) {
            (RecordingStatus::InProgress, RecordingStatus::Paused) => recording.paused = Some(now),
            (RecordingStatus::Paused, RecordingStatus::InProgress) => recording.resume(now),
            (RecordingStatus::InProgress | RecordingStatus::Paused, RecordingStatus::Completed) => {
                self.end_recording(recording_sid, None);
                return Ok(());
            }
            (is, wanted) if is == wanted => return Ok(()),
            _ => return Err(Refusal::bad_request(21220, "Recording is not in progress")),
        }
        recording.status = status;
        Ok(())
    }

    /// Throws a recording away.
    pub fn delete_recording(&mut self, account_sid: &str, recording_sid: &str) -> Result<(), Refusal> {
        let recording = self.recording_of_mut(account_sid, recording_sid)?;
        if matches!(recording.status, RecordingStatus::InProgress | RecordingStatus::Paused) {
            return Err(Refusal::bad_request(20001, "The recording is still in progress"));
        }
        self.recordings.remove(recording_sid);
        Ok(())
    }

    /// The account's recording with this SID.
    pub fn recording_of(&self, account_sid: &str, recording_sid: &str) -> Result<&Recording, Refusal> {
        let found = self.recordings.get(recording_sid).filter(|found| found.account_sid == account_sid);
        found.ok_or_else(|| Refusal::not_found(&format!("/Recordings/{recording_sid}")))
    }

    fn recording_of_mut(&mut self, account_sid: &str, sid: &str) -> Result<&mut Recording, Refusal> {
        let found = self.recordings.get_mut(sid).filter(|found| found.account_sid == account_sid);
        found.ok_or_else(|| Refusal::not_found(&format!("/Recordings/{sid}")))
    }

    pub(super) fn begin_recording(
        &mut self,
        account_sid: &str,
        call_sid: Option<&str>,
        conference_sid: Option<&str>,
        new: NewRecording,
    ) -> String {
        let sid = self.new_sid("RE");
        let recording = Recording {
            sid: sid.clone(),
            account_sid: account_sid.to_owned(),
            call_sid: call_sid.map(str::to_owned),
            conference_sid: conference_sid.map(str::to_owned),
            status: RecordingStatus::InProgress,
            source: new.source,
            channels: new.channels,
            started: self.now,
            duration: None,
            callback: new.callback,
            paused: None,
            silence: Duration::ZERO,
        };
        self.recordings.put(&sid, recording);
        self.recordings.keep_last(KEPT, |recording| {
            matches!(recording.status, RecordingStatus::Completed | RecordingStatus::Absent)
        });
        self.tell_recording(&sid);
        sid
    }

    /// Ends a recording that goes on; its length is how long it went on, unless `length` knows better.
    pub(super) fn end_recording(&mut self, recording_sid: &str, length: Option<Duration>) {
        let now = self.now;
        let Some(recording) = self.recordings.get_mut(recording_sid) else { return };
        if !matches!(recording.status, RecordingStatus::InProgress | RecordingStatus::Paused) {
            return;
        }
        recording.resume(now);
        let lasted = (now - recording.started).to_std().unwrap_or_default();
        recording.duration = Some(length.unwrap_or(lasted.saturating_sub(recording.silence)));
        recording.status = RecordingStatus::Processing;
        self.agenda.at(now + PROCESSING, Timer::Recording { recording_sid: recording_sid.to_owned() });
    }

    /// A recording can be fetched now, if there is anything in it.
    pub(super) fn recording_is_ready(&mut self, recording_sid: &str) {
        let Some(recording) = self.recordings.get_mut(recording_sid) else { return };
        let is_empty = recording.duration.unwrap_or_default() < SHORTEST;
        recording.status = if is_empty { RecordingStatus::Absent } else { RecordingStatus::Completed };
        self.tell_recording(recording_sid);
    }

    fn tell_recording(&mut self, recording_sid: &str) {
        let Some(recording) = self.recordings.get(recording_sid) else { return };
        let status = recording.status.as_str();
        let Some(callback) = recording.callback.clone() else { return };
        if !callback.events.iter().any(|event| event == status) {
            return;
        }
        let mut parameters = owned(&[("AccountSid", &recording.account_sid)]);
        let about = [("CallSid", &recording.call_sid), ("ConferenceSid", &recording.conference_sid)];
        for (name, sid) in about {
            parameters.extend(sid.clone().map(|sid| (name.to_owned(), sid)));
        }
        parameters.extend(self.recording_parameters(recording));
        parameters.extend(owned(&[
            ("RecordingStatus", status),
            ("RecordingChannels", &recording.channels.to_string()),
            ("RecordingStartTime", &recording.started.to_rfc2822()),
            ("RecordingSource", recording.source.as_str()),
            ("RecordingTrack", "both"),
            ("ErrorCode", "0"),
        ]));
        let sid = recording.call_sid.clone().or_else(|| recording.conference_sid.clone());
        self.order(NewOrder {
            account_sid: recording.account_sid.clone(),
            purpose: Purpose::RecordingStatus,
            sid: sid.unwrap_or_default(),
            endpoint: callback.endpoint,
            fallback: None,
            parameters,
        });
    }

    pub(super) fn recording_parameters(&self, recording: &Recording) -> Parameters {
        let mut parameters =
            owned(&[("RecordingSid", &recording.sid), ("RecordingUrl", &self.recording_url(&recording.sid))]);
        let seconds = recording.duration.map(|duration| duration.as_secs().to_string());
        parameters.extend(seconds.map(|seconds| ("RecordingDuration".to_owned(), seconds)));
        parameters
    }

    /// Where a recording can be fetched; `.wav` or `.mp3` may be added.
    pub fn recording_url(&self, recording_sid: &str) -> String {
        let account_sid = self.recordings.get(recording_sid).map(|recording| recording.account_sid.as_str());
        let account_sid = account_sid.unwrap_or_default();
        format!("{}/2010-04-01/Accounts/{account_sid}/Recordings/{recording_sid}", self.base_url)
    }
}

impl Recording {
    fn resume(&mut self, now: chrono::DateTime<chrono::Utc>) {
        if let Some(paused) = self.paused.take() {
            self.silence += (now - paused).to_std().unwrap_or_default();
        }
    }
}
