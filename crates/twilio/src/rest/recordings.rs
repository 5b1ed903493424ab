//! Requests about recordings.

use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;
use switchboard_domain::ports::{
    Credentials, Download, Recording, RecordingOrder, RecordingStatus, Recordings, TelephonyError,
};

use super::answer::number;
use super::calls::recorded;
use super::pages::Page;
use super::{Request, RestClient, if_there};

/// Two hundred recordings.
const PAGE_SIZE: u16 = 50;
const PAGES: usize = 4;

/// Records a call from now on.
pub fn start(account_sid: &str, call_sid: &str, order: &RecordingOrder) -> Request {
    recorded(Request::create(account_sid, &["Calls", call_sid, "Recordings"]), order)
}

/// Asks for a recording.
pub fn fetch(account_sid: &str, sid: &str) -> Request {
    Request::get(account_sid, &["Recordings", sid])
}

/// Asks for the recordings of a call, those that came last first. They outlive what Twilio keeps of the call.
pub fn of_call(account_sid: &str, call_sid: &str, page_size: u16) -> Request {
    Request::get(account_sid, &["Recordings"]).query("CallSid", call_sid).query("PageSize", page_size)
}

/// Asks for the recordings of a conference, those that came last first.
pub fn of_conference(account_sid: &str, sid: &str, page_size: u16) -> Request {
    Request::get(account_sid, &["Recordings"]).query("ConferenceSid", sid).query("PageSize", page_size)
}

/// Asks for what was recorded.
pub fn audio(account_sid: &str, sid: &str) -> Request {
    Request::get_file(account_sid, &["Recordings", sid], ".mp3")
}

/// Deletes a recording.
pub fn delete(account_sid: &str, sid: &str) -> Request {
    Request::delete(account_sid, &["Recordings", sid])
}

#[derive(Deserialize)]
struct List {
    recordings: Vec<Recorded>,
    next_page_uri: Option<String>,
}

impl Page for List {
    type Item = Recorded;

    fn open(self) -> (Vec<Recorded>, Option<String>) {
        (self.recordings, self.next_page_uri)
    }
}

#[derive(Deserialize)]
struct Recorded {
    sid: String,
    status: String,
    call_sid: Option<String>,
    conference_sid: Option<String>,
    /// -1 while it runs.
    #[serde(default)]
    duration: Value,
}

impl Recorded {
    fn known(self) -> Recording {
        Recording {
            sid: self.sid,
            status: RecordingStatus::parse(&self.status),
            call_sid: self.call_sid,
            conference_sid: self.conference_sid,
            duration: number(&self.duration).map(|seconds| Duration::from_secs(seconds.into())),
        }
    }
}

impl RestClient {
    async fn recordings(
        &self,
        account: &Credentials,
        first: Request,
    ) -> Result<Vec<Recording>, TelephonyError> {
        let listed = self.list::<List>(account, first, PAGES, |_| true).await?;
        Ok(listed.into_iter().map(Recorded::known).collect())
    }
}

#[async_trait]
impl Recordings for RestClient {
    async fn start_recording(
        &self,
        account: &Credentials,
        call_sid: &str,
        order: &RecordingOrder,
    ) -> Result<Recording, TelephonyError> {
        let started: Recorded = self.read(account, &start(&account.account_sid, call_sid, order)).await?;
        Ok(started.known())
    }

    async fn recording(&self, account: &Credentials, sid: &str) -> Result<Option<Recording>, TelephonyError> {
        let recording = self.read::<Recorded>(account, &fetch(&account.account_sid, sid)).await;
        Ok(if_there(recording)?.map(Recorded::known))
    }

    async fn recordings_of_call(
        &self,
        account: &Credentials,
        call_sid: &str,
    ) -> Result<Vec<Recording>, TelephonyError> {
        self.recordings(account, of_call(&account.account_sid, call_sid, PAGE_SIZE)).await
    }

    async fn recordings_of_conference(
        &self,
        account: &Credentials,
        conference_sid: &str,
    ) -> Result<Vec<Recording>, TelephonyError> {
        self.recordings(account, of_conference(&account.account_sid, conference_sid, PAGE_SIZE)).await
    }

    async fn recording_audio(
        &self,
        account: &Credentials,
        sid: &str,
        limit: usize,
    ) -> Result<Download, TelephonyError> {
        self.download(account, &audio(&account.account_sid, sid), limit).await
    }

    async fn delete_recording(&self, account: &Credentials, sid: &str) -> Result<(), TelephonyError> {
        if_there(self.ask(account, &delete(&account.account_sid, sid)).await).map(|_| ())
    }
}
