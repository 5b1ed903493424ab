//! A call rings until somebody takes it, at a screen or at a phone, or it goes on.

use switchboard_events::{CallAccepted, CallReleased, EndReason, Event, UserId};

use super::due::LEASE;
use super::{Life, Onward, Step, Turn, Unanswered};
use crate::calls::{CallState, Place, What};
use crate::error::Person;
use crate::phone::PhoneNumber;
use crate::text;

impl Life {
    pub(super) fn accept(&mut self, by: &Person) -> bool {
        if !self.step(Step::Claim) {
            return false;
        }
        self.call.agent = Some(by.clone());
        self.call.meant_for = None;
        self.call.round += 1;
        self.call.lease_until = Some(self.now + LEASE);
        self.tell_accepted(by.id);
        self.note(What::Accepted, Some(by.id), None);
        true
    }

    pub(super) fn go_on(&mut self, why: Unanswered, next: Onward) -> bool {
        let (step, reason) = match (next, why) {
            (Onward::Voicemail, _) => (Step::TakeMessage, EndReason::Voicemail),
            (Onward::Phones, Unanswered::Timeout) => (Step::Forward, EndReason::Timeout),
            (Onward::Phones, Unanswered::Declined) => (Step::Forward, EndReason::Declined),
            (Onward::Goodbye, Unanswered::Timeout) => (Step::End, EndReason::Timeout),
            (Onward::Goodbye, Unanswered::Declined) => (Step::End, EndReason::Declined),
        };
        if self.call.state != CallState::Ringing {
            return false;
        }
        match step {
            // The word of regret is still being said: nothing is cut short.
            Step::End => self.end("missed", reason) && self.spare_customer(),
            step => {
                self.step(step);
                let what = if step == Step::Forward { What::Forwarded } else { What::Voicemail };
                self.note(what, None, None);
                self.tell_ended(reason);
                true
            }
        }
    }

    pub(super) fn phone_takes(&mut self, phone: &PhoneNumber) -> bool {
        let is_anothers = self.call.phone.as_ref().is_some_and(|other| other != phone);
        if self.call.state != CallState::Forwarded || is_anothers || self.call.talking_since.is_some() {
            return false;
        }
        self.call.phone = Some(phone.clone());
        self.begin_to_talk();
        self.note(What::PhoneTook, None, Some(phone.to_string()));
        true
    }

    pub(super) fn phones_done(&mut self, has_talked: bool, has_voicemail: bool) -> bool {
        if self.call.state != CallState::Forwarded {
            return false;
        }
        if !(has_talked && self.call.phone.is_some()) && has_voicemail {
            self.step(Step::TakeMessage);
            self.note(What::Voicemail, None, None);
            return true;
        }
        let outcome = if self.call.answered_at.is_some() { "answered" } else { "missed" };
        self.end(outcome, EndReason::Completed) && self.spare_customer()
    }

    fn spare_customer(&mut self) -> bool {
        let sid = self.call.sid.clone();
        self.deeds.drop.retain(|leg| Some(leg) != sid.as_ref());
        true
    }

    pub(super) fn lapse(&mut self) -> bool {
        let has_lapsed = self.call.lease_until.is_some_and(|until| until <= self.now);
        match self.call.state {
            CallState::Claimed if has_lapsed => self.release(),
            CallState::Dialing if has_lapsed => self.end("canceled", EndReason::Failed),
            _ => false,
        }
    }

    /// It rings again.
    pub(super) fn release(&mut self) -> bool {
        let Some(by) = self.agent() else { return false };
        let was_asked_in = self.call.customers_place().is_some_and(|place| place != Place::Out);
        if !self.step(Step::Release) {
            return false;
        }
        self.deeds.customer = was_asked_in.then_some(Turn::Queue);
        self.drop_others();
        self.call.agent = None;
        let (call_sid, timestamp) = (self.call.told_sid(), text::timestamp(self.now));
        self.events.push(Event::CallReleased(CallReleased { call_sid, released_by: by, timestamp }));
        self.ring_again();
        self.note(What::Released, Some(by), None);
        true
    }

    pub(super) fn ring_again(&mut self) {
        self.events.push(Event::IncomingCall(self.call.announcement()));
    }

    pub(super) fn tell_accepted(&mut self, accepted_by: UserId) {
        let call_sid = self.call.told_sid();
        let timestamp = text::timestamp(self.now);
        self.events.push(Event::CallAccepted(CallAccepted { call_sid, accepted_by, timestamp }));
    }
}
