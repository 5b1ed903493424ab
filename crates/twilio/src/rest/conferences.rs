//! Requests about conferences and who is in them.

use async_trait::async_trait;
use serde::Deserialize;
use switchboard_domain::ports::{
    ConferenceCallback, Conferencing, Credentials, NewParticipant, Participant, ParticipantChange,
    ParticipantStatus, RecordingCallback, TelephonyError,
};

use super::calls::told_progress;
use super::pages::Page;
use super::{Request, RestClient, if_there};

/// As many as there can be in a conference.
const PAGE_SIZE: u16 = 50;
const PAGES: usize = 5;

/// Asks for conferences of this name, the newest first.
///
/// Not by status: one in which somebody waits alone is `init`, and Twilio looks for one status only.
pub fn find(account_sid: &str, name: &str) -> Request {
    Request::get(account_sid, &["Conferences"]).query("FriendlyName", name)
}

/// Ends a conference.
pub fn end(account_sid: &str, sid: &str) -> Request {
    Request::set(account_sid, &["Conferences", sid]).form("Status", "completed")
}

/// Calls somebody into a conference. Twilio's default for the jitter buffer delays them by up to a second.
pub fn add_participant(account_sid: &str, conference: &str, participant: &NewParticipant) -> Request {
    let NewParticipant { to, from, label, progress, timeout, beep, end_on_exit, muted, coach, .. } =
        participant;
    let request = Request::create(account_sid, &["Conferences", conference, "Participants"])
        .form("To", to)
        .form("From", from)
        .form_each("Label", label)
        .form_each("Timeout", timeout.map(|timeout| timeout.as_secs()))
        .form("EarlyMedia", true)
        .form("JitterBufferSize", "small")
        .form("Beep", beep)
        .form("EndConferenceOnExit", end_on_exit)
        .form_each("Muted", muted.then_some(true));
    let request = told_progress(request, progress.as_ref());
    let request = match coach {
        Some(call_sid) => request.form("Coaching", true).form("CallSidToCoach", call_sid),
        None => request,
    };
    let request = match &participant.conference {
        Some(ConferenceCallback { url, events }) => request
            .form("ConferenceStatusCallback", url)
            .form_each("ConferenceStatusCallbackEvent", events.iter().map(|event| event.as_str())),
        None => request,
    };
    match &participant.recording {
        Some(RecordingCallback { url, events }) => request
            .form("ConferenceRecord", "record-from-start")
            .form("ConferenceRecordingStatusCallback", url)
            .form_each("ConferenceRecordingStatusCallbackEvent", events.iter().map(|event| event.as_str())),
        None => request,
    }
}

/// Asks who is in a conference.
pub fn participants(account_sid: &str, sid: &str, page_size: u16) -> Request {
    Request::get(account_sid, &["Conferences", sid, "Participants"]).query("PageSize", page_size)
}

/// Changes how somebody takes part.
pub fn change_participant(
    account_sid: &str,
    sid: &str,
    participant: &str,
    change: &ParticipantChange,
) -> Request {
    let request = Request::set(account_sid, &["Conferences", sid, "Participants", participant]);
    match change {
        ParticipantChange::Hold { url: Some(url) } => {
            request.form("Hold", true).form("HoldUrl", url).form("HoldMethod", "POST")
        }
        ParticipantChange::Hold { url: None } => request.form("Hold", true),
        ParticipantChange::Resume => request.form("Hold", false),
        ParticipantChange::Mute => request.form("Muted", true),
        ParticipantChange::Unmute => request.form("Muted", false),
        ParticipantChange::Coach { call_sid } => {
            request.form("Coaching", true).form("CallSidToCoach", call_sid)
        }
        ParticipantChange::StopCoaching => request.form("Coaching", false),
        ParticipantChange::EndOnExit(ends) => request.form("EndConferenceOnExit", ends),
    }
}

/// Puts somebody out of a conference.
pub fn remove_participant(account_sid: &str, sid: &str, participant: &str) -> Request {
    Request::delete(account_sid, &["Conferences", sid, "Participants", participant])
}

#[derive(Deserialize)]
struct Conferences {
    conferences: Vec<Conference>,
}

#[derive(Deserialize)]
struct Conference {
    sid: String,
    #[serde(default)]
    friendly_name: String,
    status: String,
}

#[derive(Deserialize)]
struct Participants {
    participants: Vec<Member>,
    next_page_uri: Option<String>,
}

impl Page for Participants {
    type Item = Member;

    fn open(self) -> (Vec<Member>, Option<String>) {
        (self.participants, self.next_page_uri)
    }
}

#[derive(Deserialize)]
struct Member {
    call_sid: String,
    conference_sid: String,
    label: Option<String>,
    status: Option<String>,
    hold: Option<bool>,
    muted: Option<bool>,
    coaching: Option<bool>,
    call_sid_to_coach: Option<String>,
}

impl Member {
    fn known(self) -> Participant {
        Participant {
            call_sid: self.call_sid,
            conference_sid: self.conference_sid,
            label: self.label.filter(|label| !label.is_empty()),
            status: ParticipantStatus::parse(&self.status.unwrap_or_default()),
            on_hold: self.hold.unwrap_or_default(),
            muted: self.muted.unwrap_or_default(),
            coach: self.call_sid_to_coach.filter(|_| self.coaching == Some(true)),
        }
    }
}

#[async_trait]
impl Conferencing for RestClient {
    async fn conference(&self, account: &Credentials, name: &str) -> Result<Option<String>, TelephonyError> {
        let found: Conferences = self.read(account, &find(&account.account_sid, name)).await?;
        let held = |Conference { friendly_name, status, .. }: &Conference| {
            friendly_name == name && status != "completed"
        };
        Ok(found.conferences.into_iter().find(held).map(|conference| conference.sid))
    }

    async fn end_conference(&self, account: &Credentials, sid: &str) -> Result<(), TelephonyError> {
        if_there(self.ask(account, &end(&account.account_sid, sid)).await).map(|_| ())
    }

    async fn add_participant(
        &self,
        account: &Credentials,
        conference: &str,
        participant: &NewParticipant,
    ) -> Result<Participant, TelephonyError> {
        let request = add_participant(&account.account_sid, conference, participant);
        Ok(self.read::<Member>(account, &request).await?.known())
    }

    async fn participants(
        &self,
        account: &Credentials,
        sid: &str,
    ) -> Result<Vec<Participant>, TelephonyError> {
        let first = participants(&account.account_sid, sid, PAGE_SIZE);
        let listed = if_there(self.list::<Participants>(account, first, PAGES, |_| true).await)?;
        Ok(listed.unwrap_or_default().into_iter().map(Member::known).collect())
    }

    async fn change_participant(
        &self,
        account: &Credentials,
        sid: &str,
        participant: &str,
        change: &ParticipantChange,
    ) -> Result<(), TelephonyError> {
        let request = change_participant(&account.account_sid, sid, participant, change);
        self.ask(account, &request).await.map(|_| ())
    }

    async fn remove_participant(
        &self,
        account: &Credentials,
        sid: &str,
        participant: &str,
    ) -> Result<(), TelephonyError> {
        let request = remove_participant(&account.account_sid, sid, participant);
        if_there(self.ask(account, &request).await).map(|_| ())
    }
}
