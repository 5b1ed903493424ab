//! Where somebody is, and what they hear there.

use super::conference::{Conference, ConferenceStatus, ParticipantStatus};
use super::leg::{Answered, Doing, Run};
use super::{CallStatus, Queue, World};

/// Twilio's own music, as [`World::sound_at`] calls it.
pub(super) const MUSIC: &str = "music";

/// What a caller hears until somebody answers.
const RINGING: &str = "ringing";

impl World {
    /// The queue that a call waits in.
    pub fn queue_with(&self, call_sid: &str) -> Option<&Queue> {
        match self.main_run(call_sid)?.doing {
            Doing::Queued { ref queue_sid, .. } => self.queues.get(queue_sid),
            _ => None,
        }
    }

    /// The conference that a call is in.
    pub fn conference_with(&self, call_sid: &str) -> Option<&Conference> {
        match self.main_run(call_sid)?.doing {
            Doing::Attending { ref conference_sid, .. } => self.conferences.get(conference_sid),
            _ => None,
        }
    }

    /// What the person at this end of a call hears of Twilio now: words that it says, the address of what it plays,
    /// `music`, `ringing`. The question of a `<Gather>` counts until it is answered.
    pub fn sound_at(&self, call_sid: &str) -> Option<String> {
        let call = self.calls.get(call_sid).filter(|call| !call.status.is_final())?;
        let run = call.leg.aside.as_ref().map_or(&call.leg.main, |(_, run)| run);
        let heard = match &run.doing {
            _ if call.status == CallStatus::Ringing && !call.direction.is_outbound() => RINGING,
            Doing::Sounding(heard) => heard.as_deref().unwrap_or_default(),
            Doing::Gathering { verb, .. } => &verb.prompt.heard,
            Doing::Dialing { answered: None, .. } => RINGING,
            Doing::Dequeuing { served: None, .. } => MUSIC,
            _ => "",
        };
        Some(heard.to_owned()).filter(|heard| !heard.is_empty())
    }

    /// The calls whose people are heard at this end of a call now.
    pub fn voices_at(&self, call_sid: &str) -> Vec<String> {
        let Some(run) = self.main_run(call_sid) else { return Vec::new() };
        match &run.doing {
            Doing::Attending { conference_sid, .. } => self.voices_in(conference_sid, call_sid),
            Doing::Dialing { answered: Some(other), .. } | Doing::Dequeuing { served: Some(other), .. } => {
                connected(other).map(|other| other.call_sid.clone()).into_iter().collect()
            }
            Doing::Bridged { with: other } | Doing::Served { by: other, .. } => {
                let hears_us = self.voices_of_dial(other).is_some_and(|heard| heard == call_sid);
                if hears_us { vec![other.clone()] } else { Vec::new() }
            }
            _ => Vec::new(),
        }
    }

    /// Whoever coaches hears everybody, and is heard by one.
    fn voices_in(&self, conference_sid: &str, call_sid: &str) -> Vec<String> {
        let conference = self.conferences.get(conference_sid);
        let Some(conference) = conference.filter(|it| it.status == ConferenceStatus::InProgress) else {
            return Vec::new();
        };
        let there = conference.participants.iter().filter(|it| it.status == ParticipantStatus::Connected);
        let (own, others): (Vec<_>, Vec<_>) =
            there.filter(|it| !it.hold).partition(|it| it.call_sid == call_sid);
        if own.is_empty() {
            return Vec::new();
        }
        let is_for_us = |coached: &Option<String>| coached.as_ref().is_none_or(|coached| coached == call_sid);
        let heard = others.into_iter().filter(|it| !it.muted && is_for_us(&it.call_sid_to_coach));
        heard.map(|it| it.call_sid.clone()).collect()
    }

    /// Whom the call hears that dialled.
    fn voices_of_dial(&self, call_sid: &str) -> Option<&str> {
        match &self.main_run(call_sid)?.doing {
            Doing::Dialing { answered: Some(other), .. } | Doing::Dequeuing { served: Some(other), .. } => {
                connected(other).map(|other| other.call_sid.as_str())
            }
            _ => None,
        }
    }

    fn main_run(&self, call_sid: &str) -> Option<&Run> {
        let call = self.calls.get(call_sid).filter(|call| !call.status.is_final())?;
        Some(&call.leg.main)
    }
}

fn connected(other: &Answered) -> Option<&Answered> {
    Some(other).filter(|other| other.is_connected)
}
