//! `<Conference>`: who comes, who leaves, when it starts and ends.

use super::agenda::Moment;
use super::calls::Why;
use super::carry::Flow;
use super::conference::{Conference, ConferenceCallback, ConferenceStatus, Participant, ParticipantStatus};
use super::leg::{Aside, Doing, Role, Run};
use super::recordings::NewRecording;
use super::{CallStatus, NewOrder, Purpose, RecordingSource, Refusal, World};
use crate::parameters::{Parameters, owned};
use crate::twiml::{ConferenceNoun, Dial};

/// How many conferences are remembered after their end.
const REMEMBERED: usize = 10_000;

const VIA_API: &str = "conference-ended-via-api";
const END_ON_EXIT: &str = "participant-with-end-conference-on-exit-left";
const END_ON_EXIT_KICKED: &str = "participant-with-end-conference-on-exit-kicked";
const LAST_LEFT: &str = "last-participant-left";
const LAST_KICKED: &str = "last-participant-kicked";

/// Why somebody is in a conference no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    HungUp,
    /// The REST API has something else for their call.
    Redirected,
    /// The REST API put them out.
    Kicked,
    /// They were called, and did not come.
    NeverCame,
    /// The REST API ended it.
    Ended,
    /// It ended with somebody else.
    EndedWithOther,
}

impl World {
    /// Ends a conference; its participants go on after `<Dial>`.
    pub fn end_conference(&mut self, account_sid: &str, conference_sid: &str) -> Result<(), Refusal> {
        self.conference_of(account_sid, conference_sid)?;
        self.conference_over(conference_sid, VIA_API, None);
        Ok(())
    }

    /// The account's conference with this SID.
    pub fn conference_of(&self, account_sid: &str, conference_sid: &str) -> Result<&Conference, Refusal> {
        let found = self.conferences.get(conference_sid).filter(|found| found.account_sid == account_sid);
        found.ok_or_else(|| Refusal::not_found(&format!("/Conferences/{conference_sid}")))
    }

    /// The conference that has this name now, if one has.
    pub(super) fn conference_named(&self, account_sid: &str, name: &str) -> Option<String> {
        let found = self.conferences.iter().rev().find(|conference| {
            conference.account_sid == account_sid
                && conference.friendly_name == name
                && conference.status != ConferenceStatus::Completed
        });
        found.map(|conference| conference.sid.clone())
    }

    pub(super) fn conference_on_demand(&mut self, account_sid: &str, name: &str) -> String {
        if let Some(known) = self.conference_named(account_sid, name) {
            return known;
        }
        let sid = self.new_sid("CF");
        let conference = Conference {
            sid: sid.clone(),
            account_sid: account_sid.to_owned(),
            friendly_name: name.to_owned(),
            status: ConferenceStatus::Init,
            participants: Vec::new(),
            reason_ended: None,
            call_sid_ending: None,
            created: self.now,
            updated: self.now,
            status_callback: None,
            sequence: 0,
            recording_sid: None,
            records: None,
        };
        self.conferences.put(&sid, conference);
        sid
    }

    /// A call comes into a conference.
    pub(super) fn attend(&mut self, call_sid: &str, verb: Dial, noun: &ConferenceNoun) -> Flow {
        let account_sid = self.account_of(call_sid);
        if let Some((code, message)) = self.not_let_in(&account_sid, call_sid, noun) {
            self.alert_call(call_sid, code, message);
            return self.dial_over(call_sid, &verb, owned(&[("DialCallStatus", "failed")]));
        }
        let conference_sid = self.conference_on_demand(&account_sid, &noun.name);
        let told = noun.status_callback.as_ref();
        let callback = told.and_then(|told| {
            let endpoint = self.resolve(call_sid, Some(&told.link))?;
            Some(ConferenceCallback { endpoint, events: told.events.clone() })
        });
        let records = noun.record.as_ref().map(|records| NewRecording {
            source: RecordingSource::Conference,
            channels: 1,
            callback: self.recording_callback(call_sid, records.status_callback.as_ref()),
        });
        let now = self.now;
        let Some(conference) = self.conferences.get_mut(&conference_sid) else { return Flow::Next };
        // Whoever comes first decides.
        conference.status_callback = conference.status_callback.take().or(callback);
        conference.records = conference.records.take().or(records);
        conference.updated = now;
        let participant = Participant {
            call_sid: call_sid.to_owned(),
            label: noun.label.clone(),
            muted: noun.muted,
            hold: false,
            call_sid_to_coach: noun.coach.clone(),
            start_on_enter: noun.start_on_enter,
            end_on_exit: noun.end_on_exit,
            status: ParticipantStatus::Connected,
            created: now,
            updated: now,
        };
        conference.participants.retain(|other| other.call_sid != call_sid);
        conference.participants.push(participant);
        let time_limit = verb.time_limit;
        let doing = Doing::Attending { verb, conference_sid: conference_sid.clone() };
        let step = self.wait(call_sid, Role::Main, doing);
        self.after(time_limit, call_sid, step, Moment::TimeLimit);
        self.start_conference(&conference_sid);
        self.tell_conference(&conference_sid, "join", "participant-join", Some(call_sid), Vec::new());
        if self.conferences.get(&conference_sid).is_some_and(|it| it.status == ConferenceStatus::Init) {
            self.wait_for_conference(call_sid, noun);
        }
        Flow::Wait
    }

    /// Why a call cannot come into a conference.
    fn not_let_in(
        &self,
        account_sid: &str,
        call_sid: &str,
        noun: &ConferenceNoun,
    ) -> Option<(u32, &'static str)> {
        let conference = self.conference_named(account_sid, &noun.name);
        let conference = conference.and_then(|sid| self.conferences.get(&sid));
        let participants =
            conference.map(|conference| conference.participants.as_slice()).unwrap_or_default();
        let is_there = |coached: &String| participants.iter().any(|it| it.is_connected_as(coached));
        if participants.iter().filter(|it| it.call_sid != call_sid).count() >= noun.max_participants {
            Some((13227, "Dial->Conference: the conference is full"))
        } else if noun.coach.as_ref().is_some_and(|coached| !is_there(coached)) {
            Some((13240, "Dial->Conference: whoever is to be coached is not there"))
        } else {
            None
        }
    }

    fn wait_for_conference(&mut self, call_sid: &str, noun: &ConferenceNoun) {
        let is_silent = noun.wait.as_ref().is_some_and(Option::is_none);
        let endpoint = noun.wait.clone().flatten().and_then(|link| self.resolve(call_sid, Some(&link)));
        if let Some(leg) = self.leg(call_sid) {
            leg.aside = Some((Aside::Conference, Run::default()));
            match endpoint {
                Some(endpoint) => self.ask(call_sid, Role::Aside, endpoint, Vec::new()),
                None if is_silent => {
                    self.sound(call_sid, Role::Aside, None, None);
                }
                None => self.music(call_sid, Role::Aside),
            }
        }
    }

    /// A conference starts with its second participant, once somebody is there with whom it may start.
    fn start_conference(&mut self, conference_sid: &str) {
        let Some(conference) = self.conferences.get_mut(conference_sid) else { return };
        let connected = conference.connected();
        let has_starter = conference.participants.iter().any(|participant| {
            participant.start_on_enter && participant.status == ParticipantStatus::Connected
        });
        if conference.status != ConferenceStatus::Init || connected.len() < 2 || !has_starter {
            return;
        }
        conference.status = ConferenceStatus::InProgress;
        let (account_sid, records) = (conference.account_sid.clone(), conference.records.clone());
        for call_sid in connected {
            if let Some(leg) = self.leg(&call_sid).filter(|leg| leg.aside() == Some(Aside::Conference)) {
                leg.aside = None;
            }
        }
        self.tell_conference(conference_sid, "start", "conference-start", None, Vec::new());
        if let Some(records) = records {
            let recording_sid = self.begin_recording(&account_sid, None, Some(conference_sid), records);
            if let Some(conference) = self.conferences.get_mut(conference_sid) {
                conference.recording_sid = Some(recording_sid);
            }
        }
    }

    /// A participant hung up, or goes on elsewhere.
    pub(super) fn attendant_left(&mut self, call_sid: &str, verb: &Dial, conference_sid: &str, why: Why) {
        if why == Why::HungUp {
            let action = self.resolve(call_sid, verb.action.as_ref());
            self.tell_afterwards(call_sid, action, dial_result());
        }
        let left = if why == Why::HungUp { Left::HungUp } else { Left::Redirected };
        self.leave_conference(call_sid, conference_sid, left);
    }

    /// A participant goes on after `<Dial>`.
    pub(super) fn put_out(&mut self, call_sid: &str, conference_sid: &str, left: Left) {
        self.leave_conference(call_sid, conference_sid, left);
        self.after_conference(call_sid);
    }

    fn after_conference(&mut self, call_sid: &str) {
        let doing = self.leg(call_sid).map(|leg| leg.main.doing.clone());
        if let Some(Doing::Attending { verb, .. }) = doing {
            self.dial_over_and_on(call_sid, &verb, dial_result());
        }
    }

    fn leave_conference(&mut self, call_sid: &str, conference_sid: &str, left: Left) {
        let now = self.now;
        let Some(conference) = self.conferences.get_mut(conference_sid) else { return };
        let Some(place) = conference.participants.iter().position(|other| other.call_sid == call_sid) else {
            return;
        };
        conference.updated = now;
        let participant = conference.participants.remove(place);
        let is_empty = conference.participants.is_empty();
        self.tell_leaving(conference_sid, &participant, left);
        let is_kicked = left == Left::Kicked;
        if participant.end_on_exit {
            let reason = if is_kicked { END_ON_EXIT_KICKED } else { END_ON_EXIT };
            self.conference_over(conference_sid, reason, Some(&participant));
        } else if is_empty {
            let reason = if is_kicked { LAST_KICKED } else { LAST_LEFT };
            self.conference_over(conference_sid, reason, Some(&participant));
        }
    }

    /// A call that was to bring somebody into a conference is over; if it did, they have left already.
    pub(super) fn called_participant_ended(&mut self, call_sid: &str) {
        let Some(call) = self.calls.get_mut(call_sid) else { return };
        let Some(conference_sid) = call.leg.invited_to.take() else { return };
        let Some(conference) = self.conferences.get_mut(&conference_sid) else { return };
        let place = conference.participants.iter().position(|participant| participant.call_sid == call_sid);
        let Some(place) = place else { return };
        let participant = conference.participants.remove(place);
        let is_empty = conference.participants.is_empty();
        self.tell_leaving(&conference_sid, &participant, Left::NeverCame);
        let Some(conference) = self.conferences.get_mut(&conference_sid).filter(|_| is_empty) else { return };
        if conference.status == ConferenceStatus::Init {
            // It never started: nobody is told that it ended.
            conference.status = ConferenceStatus::Completed;
            self.remember_conference(&conference_sid);
        } else {
            self.conference_over(&conference_sid, LAST_LEFT, None);
        }
    }

    fn tell_leaving(&mut self, conference_sid: &str, participant: &Participant, left: Left) {
        let status = self.calls.get(&participant.call_sid).map(|call| call.status.as_str());
        let mut extra = participant_parameters(participant);
        extra.extend(owned(&[
            ("ParticipantCallStatus", status.unwrap_or_default()),
            ("ReasonParticipantLeft", left.as_str()),
        ]));
        self.tell_conference(conference_sid, "leave", "participant-leave", None, extra);
    }

    pub(super) fn conference_over(
        &mut self,
        conference_sid: &str,
        reason: &'static str,
        ending: Option<&Participant>,
    ) {
        let now = self.now;
        let Some(conference) = self.conferences.get_mut(conference_sid) else { return };
        if conference.status == ConferenceStatus::Completed {
            return;
        }
        conference.status = ConferenceStatus::Completed;
        conference.reason_ended = Some(reason);
        conference.call_sid_ending = ending.map(|participant| participant.call_sid.clone());
        conference.updated = now;
        let rest = std::mem::take(&mut conference.participants);
        let recording_sid = conference.recording_sid.take();
        let left = if reason == VIA_API { Left::Ended } else { Left::EndedWithOther };
        for participant in rest.iter().filter(|rest| rest.status == ParticipantStatus::Connected) {
            self.tell_leaving(conference_sid, participant, left);
        }
        let mut extra = owned(&[("ReasonConferenceEnded", reason), ("Reason", reason)]);
        if let Some(Participant { call_sid, label, .. }) = ending {
            extra.push(("CallSidEndingConference".to_owned(), call_sid.clone()));
            extra.extend(label.clone().map(|label| ("ParticipantLabelEndingConference".to_owned(), label)));
        }
        self.tell_conference(conference_sid, "end", "conference-end", None, extra);
        let recordings: Vec<_> =
            recording_sid.into_iter().chain(self.recordings_of(conference_sid)).collect();
        for recording_sid in recordings {
            self.end_recording(&recording_sid, None);
        }
        for participant in rest {
            match participant.status {
                ParticipantStatus::Connected => self.after_conference(&participant.call_sid),
                _ => self.end(&participant.call_sid, CallStatus::Canceled),
            }
        }
        self.remember_conference(conference_sid);
    }

    /// Ended conferences are remembered, but not for ever.
    pub(super) fn remember_conference(&mut self, conference_sid: &str) {
        self.ended_conferences.push_back(conference_sid.to_owned());
        while self.ended_conferences.len() > REMEMBERED
            && let Some(oldest) = self.ended_conferences.pop_front()
        {
            self.conferences.remove(&oldest);
        }
    }

    fn recordings_of(&self, conference_sid: &str) -> Vec<String> {
        let of = self.recordings.iter().filter(|it| it.conference_sid.as_deref() == Some(conference_sid));
        of.map(|recording| recording.sid.clone()).collect()
    }

    /// Tells of an event, if somebody wants to know: `event` is the word that asks for it, `name` what it is called.
    pub(super) fn tell_conference(
        &mut self,
        conference_sid: &str,
        event: &str,
        name: &str,
        about: Option<&str>,
        extra: Parameters,
    ) {
        let timestamp = self.timestamp();
        let Some(conference) = self.conferences.get_mut(conference_sid) else { return };
        let Some(callback) = conference.status_callback.clone() else { return };
        if !callback.events.iter().any(|wanted| wanted == event) {
            return;
        }
        conference.sequence += 1;
        let mut parameters = owned(&[
            ("ConferenceSid", conference_sid),
            ("FriendlyName", &conference.friendly_name),
            ("AccountSid", &conference.account_sid),
            ("StatusCallbackEvent", name),
            ("SequenceNumber", &conference.sequence.to_string()),
            ("Timestamp", &timestamp),
        ]);
        let about = about.and_then(|sid| conference.participants.iter().find(|other| other.call_sid == sid));
        parameters.extend(about.map(participant_parameters).unwrap_or_default());
        parameters.extend(extra);
        let account_sid = conference.account_sid.clone();
        self.order(NewOrder {
            account_sid,
            purpose: Purpose::ConferenceStatus,
            sid: conference_sid.to_owned(),
            endpoint: callback.endpoint,
            fallback: None,
            parameters,
        });
    }
}

impl Left {
    /// As Twilio writes it.
    fn as_str(self) -> &'static str {
        match self {
            Self::HungUp => "participant_hung_up",
            Self::Redirected | Self::Kicked => "participant_updated_via_api",
            Self::NeverCame => "participant_add_failed",
            Self::Ended => "conference_ended_via_api",
            Self::EndedWithOther => "moderator_ended_conference",
        }
    }
}

impl Conference {
    fn connected(&self) -> Vec<String> {
        let connected = self.participants.iter().filter(|it| it.status == ParticipantStatus::Connected);
        connected.map(|participant| participant.call_sid.clone()).collect()
    }
}

impl Participant {
    pub(super) fn is_connected_as(&self, call_sid: &str) -> bool {
        self.call_sid == call_sid && self.status == ParticipantStatus::Connected
    }
}

fn participant_parameters(participant: &Participant) -> Parameters {
    let word = |flag: bool| if flag { "true" } else { "false" };
    let mut parameters = owned(&[
        ("CallSid", &participant.call_sid),
        ("Muted", word(participant.muted)),
        ("Hold", word(participant.hold)),
        ("Coaching", word(participant.call_sid_to_coach.is_some())),
        ("StartConferenceOnEnter", word(participant.start_on_enter)),
        ("EndConferenceOnExit", word(participant.end_on_exit)),
    ]);
    let named =
        [("ParticipantLabel", &participant.label), ("CallSidToCoach", &participant.call_sid_to_coach)];
    for (name, value) in named {
        parameters.extend(value.clone().map(|value| (name.to_owned(), value)));
    }
    parameters
}

fn dial_result() -> Parameters {
    owned(&[("DialCallStatus", "answered")])
}
