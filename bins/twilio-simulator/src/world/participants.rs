//! Participants through the REST API: called into a conference, put on hold, muted, put out.

use super::call_api::absolute;
use super::conference::{ConferenceCallback, ConferenceStatus, Participant, ParticipantStatus};
use super::conferences::Left;
use super::leg::{Aside, Plan, Role, Run};
use super::legs::NewLeg;
use super::recordings::NewRecording;
use super::{CallStatus, Direction, Endpoint, RecordingSource, Refusal, StatusCallback, World};
use crate::twiml::{Beep, ConferenceNoun, Dial, Document, Link, Target, Verb};
use std::sync::Arc;
use std::time::Duration;

/// Somebody who is called into a conference.
#[derive(Clone, Debug)]
pub struct NewParticipant {
    /// A number of the account, or `client:…`.
    pub from: String,
    /// A number, `client:…` or `sip:…`.
    pub to: String,
    /// What the account's owner calls them.
    pub label: Option<String>,
    /// Not heard by the others.
    pub muted: bool,
    /// The conference starts with them.
    pub start_on_enter: bool,
    /// The conference ends with them.
    pub end_on_exit: bool,
    /// Whom alone they talk to.
    pub call_sid_to_coach: Option<String>,
    /// What they hear until the conference starts: `Some` without an address is silence, `None` Twilio's music.
    pub wait: Option<Option<Endpoint>>,
    /// How long it rings, but for Twilio's five seconds more.
    pub timeout: Duration,
    /// Who is told how far the call comes.
    pub status_callback: Option<StatusCallback>,
    /// Who is told what happens in the conference, if nobody is yet.
    pub conference_status_callback: Option<ConferenceCallback>,
    /// Whether the conference is recorded from its start on.
    pub conference_record: Option<NewRecording>,
    /// Whether the call is recorded from the answer on.
    pub record: Option<NewRecording>,
}

/// What the REST API does with a participant; `None` leaves something as it is.
#[derive(Clone, Debug, Default)]
pub struct ParticipantUpdate {
    /// Not heard by the others.
    pub muted: Option<bool>,
    /// Neither hears nor is heard.
    pub hold: Option<bool>,
    /// What they hear meanwhile; Twilio's music if there is none.
    pub hold_url: Option<Endpoint>,
    /// The conference ends with them.
    pub end_on_exit: Option<bool>,
    /// Whether they talk to one other alone.
    pub coaching: Option<bool>,
    /// Who that is.
    pub call_sid_to_coach: Option<String>,
}

impl World {
    /// Calls somebody into a conference, which is meant by its SID or its name and comes into being when needed. The
    /// conference and the call.
    pub fn create_participant(
        &mut self,
        account_sid: &str,
        conference: &str,
        new: NewParticipant,
    ) -> Result<(String, String), Refusal> {
        let from = self.caller(account_sid, &new.from, &new.to)?;
        let conference_sid = match self.conferences.get(conference) {
            Some(known)
                if known.account_sid == account_sid && known.status != ConferenceStatus::Completed =>
            {
                conference.to_owned()
            }
            Some(_) => return Err(Refusal::not_found(&format!("/Conferences/{conference}"))),
            None if is_sid(conference) => {
                return Err(Refusal::not_found(&format!("/Conferences/{conference}")));
            }
            None => self.conference_on_demand(account_sid, conference),
        };
        let (status_callback, timeout) = (new.status_callback.clone(), new.timeout);
        let name = self.conferences.get(&conference_sid).map(|found| found.friendly_name.clone());
        let document = into_conference(name.unwrap_or_default(), &new);
        let call_sid = self.new_leg(NewLeg {
            account_sid: account_sid.to_owned(),
            parent_call_sid: None,
            from,
            to: new.to,
            direction: Direction::OutboundApi,
            status_callback,
            plan: Plan::CarryOut(Arc::new(document)),
            parameters: Vec::new(),
            timeout: Some(timeout),
        });
        if let Some(leg) = self.leg(&call_sid) {
            leg.record =
                new.record.map(|record| NewRecording { source: RecordingSource::OutboundApi, ..record });
            leg.invited_to = Some(conference_sid.clone());
        }
        let now = self.now;
        if let Some(conference) = self.conferences.get_mut(&conference_sid) {
            conference.status_callback = conference.status_callback.take().or(new.conference_status_callback);
            let records = new.conference_record;
            let records = records.map(|new| NewRecording { source: RecordingSource::Conference, ..new });
            conference.records = conference.records.take().or(records);
            conference.participants.push(Participant {
                call_sid: call_sid.clone(),
                label: new.label,
                muted: new.muted,
                hold: false,
                call_sid_to_coach: new.call_sid_to_coach,
                start_on_enter: new.start_on_enter,
                end_on_exit: new.end_on_exit,
                status: ParticipantStatus::Queued,
                created: now,
                updated: now,
            });
        }
        Ok((conference_sid, call_sid))
    }

    /// Changes a participant, who is meant by the call's SID or the label.
    pub fn update_participant(
        &mut self,
        account_sid: &str,
        conference_sid: &str,
        who: &str,
        update: ParticipantUpdate,
    ) -> Result<(), Refusal> {
        let hold_url = update.hold_url.map(absolute).transpose()?;
        let call_sid = self.participant_of(account_sid, conference_sid, who)?.call_sid.clone();
        if let Some(coached) = &update.call_sid_to_coach {
            let participants = &self.conference_of(account_sid, conference_sid)?.participants;
            if !participants.iter().any(|it| it.is_connected_as(coached)) {
                let message = format!("The call {coached} is not in the conference: it cannot be coached");
                return Err(Refusal::bad_request(13240, message));
            }
        }
        let now = self.now;
        let found = self.conferences.get_mut(conference_sid).and_then(|conference| {
            conference.participants.iter_mut().find(|participant| participant.call_sid == call_sid)
        });
        let Some(participant) = found else { return Ok(()) };
        let before = participant.clone();
        participant.muted = update.muted.unwrap_or(participant.muted);
        participant.hold = update.hold.unwrap_or(participant.hold);
        participant.end_on_exit = update.end_on_exit.unwrap_or(participant.end_on_exit);
        match update.coaching {
            Some(false) => participant.call_sid_to_coach = None,
            Some(true) | None => {
                let other = update.call_sid_to_coach.or(participant.call_sid_to_coach.take());
                participant.call_sid_to_coach = other;
            }
        }
        participant.updated = now;
        let after = participant.clone();
        if after.hold && !before.hold {
            self.hold(&call_sid, hold_url);
        } else if before.hold && !after.hold {
            self.stop_holding(&call_sid);
        }
        let events = [
            (
                before.muted != after.muted,
                "mute",
                if after.muted { "participant-mute" } else { "participant-unmute" },
            ),
            (
                before.hold != after.hold,
                "hold",
                if after.hold { "participant-hold" } else { "participant-unhold" },
            ),
            (
                before.end_on_exit != after.end_on_exit
                    || before.call_sid_to_coach != after.call_sid_to_coach,
                "modify",
                "participant-modify",
            ),
        ];
        for (_, event, name) in events.into_iter().filter(|(happened, ..)| *happened) {
            self.tell_conference(conference_sid, event, name, Some(&call_sid), Vec::new());
        }
        Ok(())
    }

    /// Puts a participant out of a conference: the call goes on after `<Dial>`, or ends if nothing follows.
    pub fn remove_participant(
        &mut self,
        account_sid: &str,
        conference_sid: &str,
        who: &str,
    ) -> Result<(), Refusal> {
        let participant = self.participant_of(account_sid, conference_sid, who)?.clone();
        match participant.status {
            ParticipantStatus::Connected => self.put_out(&participant.call_sid, conference_sid, Left::Kicked),
            _ => self.end(&participant.call_sid, CallStatus::Canceled),
        }
        Ok(())
    }

    /// A participant, by the call's SID or the label.
    pub fn participant_of(
        &self,
        account_sid: &str,
        conference_sid: &str,
        who: &str,
    ) -> Result<&Participant, Refusal> {
        let participants = &self.conference_of(account_sid, conference_sid)?.participants;
        let is_meant = |it: &&Participant| it.call_sid == who || it.label.as_deref() == Some(who);
        let found = participants.iter().find(is_meant);
        found.ok_or_else(|| Refusal::not_found(&format!("/Conferences/{conference_sid}/Participants/{who}")))
    }

    /// A call that is to bring somebody into a conference moves on.
    pub(super) fn called_participant_moved(&mut self, call_sid: &str) {
        let Some(call) = self.live(call_sid) else { return };
        let Some(conference_sid) = call.leg.invited_to.clone() else { return };
        let status = match call.status {
            CallStatus::Initiated => ParticipantStatus::Connecting,
            CallStatus::Ringing => ParticipantStatus::Ringing,
            _ => return,
        };
        let conference = self.conferences.get_mut(&conference_sid);
        let mut participants = conference.into_iter().flat_map(|conference| &mut conference.participants);
        if let Some(participant) = participants.find(|it| it.call_sid == call_sid) {
            participant.status = status;
        }
    }

    fn hold(&mut self, call_sid: &str, endpoint: Option<Endpoint>) {
        let Some(leg) = self.leg(call_sid) else { return };
        leg.aside = Some((Aside::Hold, Run::default()));
        match endpoint {
            Some(endpoint) => self.ask(call_sid, Role::Aside, endpoint, Vec::new()),
            None => self.music(call_sid, Role::Aside),
        }
    }

    fn stop_holding(&mut self, call_sid: &str) {
        let Some(leg) = self.leg(call_sid).filter(|leg| leg.aside() == Some(Aside::Hold)) else { return };
        leg.aside = None;
    }
}

/// What is carried out when they answer.
fn into_conference(name: String, new: &NewParticipant) -> Document {
    let link = |endpoint: &Endpoint| Link { url: endpoint.url.clone(), method: endpoint.method };
    let noun = ConferenceNoun {
        name,
        muted: new.muted,
        beep: Beep::Never,
        start_on_enter: new.start_on_enter,
        end_on_exit: new.end_on_exit,
        wait: new.wait.as_ref().map(|wait| wait.as_ref().map(link)),
        max_participants: 250,
        label: new.label.clone(),
        coach: new.call_sid_to_coach.clone(),
        record: None,
        status_callback: None,
    };
    let dial = Dial {
        action: None,
        timeout: Duration::ZERO,
        hangup_on_star: false,
        time_limit: Duration::from_secs(4 * 60 * 60),
        caller_id: None,
        answer_on_bridge: false,
        record: None,
        target: Target::Conference(Box::new(noun)),
    };
    Document { verbs: vec![Verb::Dial(Box::new(dial))] }
}

fn is_sid(text: &str) -> bool {
    let digits = text.strip_prefix("CF").unwrap_or_default();
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
