use async_trait::async_trait;

use super::account::Account;
use super::{Asked, FakeTwilio};
use crate::ports::{
    Credentials, Download, Recording, RecordingOrder, RecordingStatus, Recordings, TelephonyError,
};

#[async_trait]
impl Recordings for FakeTwilio {
    async fn start_recording(
        &self,
        account: &Credentials,
        call_sid: &str,
        order: &RecordingOrder,
    ) -> Result<Recording, TelephonyError> {
        self.ask(account, Asked::StartRecording(call_sid.to_owned(), order.clone()), |has| {
            has.live_call(call_sid)?;
            let recording = Recording {
                sid: has.sid("RE"),
                status: RecordingStatus::Running,
                call_sid: Some(call_sid.to_owned()),
                conference_sid: None,
                duration: None,
            };
            has.put_recording(recording.clone());
            Ok(recording)
        })
    }

    async fn recording(&self, account: &Credentials, sid: &str) -> Result<Option<Recording>, TelephonyError> {
        self.ask(account, Asked::Recording(sid.to_owned()), |has| {
            Ok(has.recordings.iter().find(|recording| recording.sid == sid).cloned())
        })
    }

    async fn recordings_of_call(
        &self,
        account: &Credentials,
        call_sid: &str,
    ) -> Result<Vec<Recording>, TelephonyError> {
        self.ask(account, Asked::RecordingsOfCall(call_sid.to_owned()), |has| {
            Ok(latest(has, |recording| recording.call_sid.as_deref() == Some(call_sid)))
        })
    }

    async fn recordings_of_conference(
        &self,
        account: &Credentials,
        conference_sid: &str,
    ) -> Result<Vec<Recording>, TelephonyError> {
        self.ask(account, Asked::RecordingsOfConference(conference_sid.to_owned()), |has| {
            Ok(latest(has, |recording| recording.conference_sid.as_deref() == Some(conference_sid)))
        })
    }

    async fn recording_audio(
        &self,
        account: &Credentials,
        sid: &str,
        limit: usize,
    ) -> Result<Download, TelephonyError> {
        self.ask(account, Asked::RecordingAudio(sid.to_owned()), |has| Ok(has.file(sid, limit)))
    }

    async fn delete_recording(&self, account: &Credentials, sid: &str) -> Result<(), TelephonyError> {
        self.ask(account, Asked::DeleteRecording(sid.to_owned()), |has| {
            has.recordings.retain(|recording| recording.sid != sid);
            has.files.remove(sid);
            Ok(())
        })
    }
}

/// Those that are meant, the latest first.
fn latest(has: &Account, is_meant: impl Fn(&Recording) -> bool) -> Vec<Recording> {
    has.recordings.iter().rev().filter(|recording| is_meant(recording)).cloned().collect()
}
