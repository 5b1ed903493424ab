//! Requests about conferences and who is in them.

use async_trait::async_trait;
use serde::Deserialize;
use switchboard_domain::ports::{
    Conferencing, Credentials, NewParticipant, Participant, ParticipantChange, TelephonyError,
};

use super::calls::told_progress;
use super::{Request, RestClient, if_there};

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

/// Calls somebody into a conference.
pub fn add_participant(account_sid: &str, conference: &str, participant: &NewParticipant) -> Request {
    let NewParticipant { to, from, label, progress, timeout, beep, end_on_exit, muted, coach } = participant;
    let request = Request::create(account_sid, &["Conferences", conference, "Participants"])
        .form("To", to)
        .form("From", from)
        .form_each("Label", label)
        .form_each("Timeout", timeout.map(|timeout| timeout.as_secs()))
        .form("EarlyMedia", true)
        .form("Beep", beep)
        .form("EndConferenceOnExit", end_on_exit)
        .form_each("Muted", muted.then_some(true));
    let request = told_progress(request, progress.as_ref());
    match coach {
        Some(call_sid) => request.form("Coaching", true).form("CallSidToCoach", call_sid),
        None => request,
    }
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
struct Added {
    call_sid: String,
    conference_sid: String,
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
        let Added { call_sid, conference_sid } = self.read(account, &request).await?;
        Ok(Participant { call_sid, conference_sid })
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
