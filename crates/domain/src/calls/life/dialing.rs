//! A call that we make, until it is known what came of it.

use switchboard_events::EndReason;

use super::Life;
use super::ending::UNANSWERED;
use crate::calls::{CallState, Direction, LegRole};
use crate::ports::CallStatus;

impl Life {
    pub(super) fn dialed(&mut self, sid: &str) -> bool {
        if self.call.sid.is_some() || self.knows(sid) {
            return false;
        }
        self.call.sid = Some(sid.to_owned());
        if self.call.state == CallState::Dialing {
            self.put_leg(LegRole::Customer, Some(sid), None);
        } else {
            // It was given up before Twilio said that it had begun.
            self.call.status = CallStatus::Queued;
            self.deeds.drop.push(sid.to_owned());
        }
        true
    }

    pub(super) fn picks_up(&mut self) -> bool {
        let rings = matches!(self.call.status, CallStatus::Queued | CallStatus::Ringing);
        let is_news = self.call.state == CallState::Dialing && rings;
        if is_news {
            self.call.status = CallStatus::InProgress;
        }
        is_news
    }

    /// Which leg is the customer's is as unknown as before.
    pub(super) fn mistaken(&mut self, sid: &str) -> bool {
        let call = &mut self.call;
        let has_been_in = call.legs.iter().any(|leg| leg.sid.as_deref() == Some(sid) && leg.has_been_in);
        if call.direction != Direction::Outbound || call.sid.as_deref() != Some(sid) || has_been_in {
            return false;
        }
        call.legs.retain(|leg| leg.sid != call.sid);
        (call.sid, call.status, call.duration_seconds) = (None, CallStatus::Queued, None);
        true
    }

    pub(super) fn not_dialed(&mut self, is_certain: bool) -> bool {
        if self.call.sid.is_some() {
            return false;
        }
        let is_news = is_certain && !self.call.status.is_over();
        if is_news {
            self.call.status = CallStatus::Failed;
        }
        let is_given_up = self.call.state == CallState::Dialing && self.end("failed", EndReason::Failed);
        is_news || is_given_up
    }

    /// What came in the wrong order may tell late why a customer whom we called did not answer.
    pub(super) fn see_why_nobody_answered(&mut self, status: &CallStatus) {
        let call = &mut self.call;
        let was_in_vain = call.direction == Direction::Outbound && call.answered_at.is_none();
        if was_in_vain && call.outcome.as_deref().is_some_and(|outcome| UNANSWERED.contains(&outcome)) {
            call.outcome = Some(said(status));
        }
    }
}

/// What came of a call that we made, in Twilio's word.
pub(super) fn said(status: &CallStatus) -> String {
    match status {
        CallStatus::Completed => "canceled".to_owned(),
        other => other.as_str().to_owned(),
    }
}
