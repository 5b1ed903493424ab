//! How a call ends, and what came of it.

use switchboard_events::{CallEnded, EndReason, Event};

use super::dialing::said;
use super::{Life, Step};
use crate::calls::{CallState, LegRole, Place, What};
use crate::ports::{CallStatus, Price};
use crate::text;

/// What came of a call in which somebody talked with the customer.
const ANSWERED: &str = "answered";
/// What came of one in which nobody did, in our words; people may have others.
pub(super) const UNANSWERED: [&str; 6] = ["missed", "canceled", "failed", "busy", "no-answer", "voicemail"];

impl Life {
    pub(super) fn customer_gone(&mut self, status: &CallStatus, duration: Option<u32>) -> bool {
        let is_news = !self.call.status.is_over() && status.is_over();
        let has_duration = self.call.duration_seconds.is_none() && duration.is_some();
        if is_news {
            self.call.status = status.clone();
            self.see_why_nobody_answered(status);
        }
        if has_duration {
            self.call.duration_seconds = duration;
        }
        for leg in &mut self.call.legs {
            if leg.role == LegRole::Customer && leg.sid == self.call.sid {
                leg.place = Place::Out;
            }
        }
        let has_ended = match self.call.state {
            CallState::Ringing | CallState::Claimed => self.end("missed", EndReason::CallerHangup),
            CallState::Connected => self.end("answered", EndReason::Completed),
            CallState::Dialing => self.end(&said(status), EndReason::Failed),
            CallState::Forwarded | CallState::Voicemail => self.end("missed", EndReason::Completed),
            CallState::Ended => false,
        };
        is_news || has_duration || has_ended
    }

    pub(super) fn priced(&mut self, price: &Price) -> bool {
        let is_news = self.call.awaits_price();
        if is_news {
            self.call.price = Some(price.clone());
        }
        is_news
    }

    pub(super) fn recorded(&mut self, is_message: bool) -> bool {
        // What was said in a conference is looked for when it is over, told or not.
        let has_met = self.call.legs.iter().any(|leg| leg.conference.is_some());
        let is_news = self.call.awaits_recording && !has_met;
        self.call.awaits_recording &= has_met;
        if is_message && self.call.answered_at.is_none() {
            // Nobody talked with the caller: unless people said otherwise, that is what came of it.
            let was_missed = self.call.outcome.as_deref().is_none_or(|outcome| outcome == "missed");
            if was_missed {
                self.call.outcome = Some("voicemail".to_owned());
                return true;
            }
        }
        is_news
    }

    /// Ends it. What is left of it at Twilio is ended too. `outcome` is for one in which nobody talked with the customer.
    pub(super) fn end(&mut self, outcome: &str, reason: EndReason) -> bool {
        // With the agents it was over before.
        let is_told = matches!(self.call.state, CallState::Forwarded | CallState::Voicemail);
        if !self.step(Step::End) {
            return false;
        }
        self.drop_others();
        if !self.call.status.is_over() {
            self.deeds.drop.extend(self.call.sid.clone());
        }
        self.call.ended_at = Some(self.now);
        self.call.meant_for = None;
        self.see_that_they_talked();
        let outcome = if self.call.answered_at.is_some() { ANSWERED } else { outcome };
        self.call.outcome.get_or_insert_with(|| outcome.to_owned());
        if !is_told {
            self.tell_ended(reason);
        }
        self.note(What::Ended, None, self.call.outcome.clone());
        true
    }

    /// Ends everybody's leg but the customer's.
    pub(super) fn drop_others(&mut self) {
        let others = self.call.present().filter(|leg| leg.role != LegRole::Customer);
        let sids: Vec<_> = others.filter_map(|leg| leg.sid.clone()).collect();
        self.deeds.drop.extend(sids);
    }

    /// What came in the wrong order may tell late that customer and agent had met.
    pub(super) fn see_that_they_talked(&mut self) {
        let call = &mut self.call;
        let been_in = call.legs.iter().filter(|leg| leg.round == call.round && leg.has_been_in);
        let has_met = been_in.clone().any(|leg| leg.role == LegRole::Customer)
            && been_in.clone().any(|leg| call.is_agents(leg));
        if !has_met || call.answered_at.is_some() {
            return;
        }
        call.answered_at = Some(call.ended_at.unwrap_or(self.now));
        if call.outcome.as_deref().is_some_and(|outcome| UNANSWERED.contains(&outcome)) {
            call.outcome = Some(ANSWERED.to_owned());
        }
    }

    pub(super) fn tell_ended(&mut self, reason: EndReason) {
        let call_sid = self.call.told_sid();
        let timestamp = text::timestamp(self.now);
        self.events.push(Event::CallEnded(CallEnded { call_sid, reason, timestamp }));
    }
}
