//! What people do with a call that they have.

use switchboard_events::{EndReason, UserId};

use super::{Life, Step, Turn};
use crate::calls::{CallState, Leg, LegRole, Listening, Place, What};
use crate::error::Person;
use crate::phone::PhoneNumber;

impl Life {
    pub(super) fn hold(&mut self, is_on_hold: bool) -> bool {
        let changes = self.call.state == CallState::Connected && self.call.is_on_hold != is_on_hold;
        if changes {
            self.call.is_on_hold = is_on_hold;
            self.note(if is_on_hold { What::Held } else { What::Resumed }, self.agent(), None);
        }
        changes
    }

    pub(super) fn hang_up(&mut self, by: UserId) -> bool {
        let outcome = match self.call.state {
            CallState::Connected => "answered",
            CallState::Claimed => "missed",
            CallState::Dialing => "canceled",
            _ => return false,
        };
        self.note(What::HungUp, Some(by), None);
        self.end(outcome, EndReason::Completed)
    }

    pub(super) fn hand_over(&mut self, from: UserId, to: &Person) -> bool {
        if self.agent() != Some(from) || self.call.state != CallState::Connected {
            return false;
        }
        self.step(Step::HandOver);
        self.drop_others();
        self.call.agent = None;
        self.call.handed_over_by = Some(from);
        self.call.meant_for = Some(to.id);
        self.deeds.customer = Some(Turn::Queue);
        self.ring_again();
        self.note(What::HandedOver, Some(from), Some(to.name.clone()));
        true
    }

    pub(super) fn send_to(&mut self, from: UserId, phone: &PhoneNumber) -> bool {
        if self.agent() != Some(from) || self.call.state != CallState::Connected {
            return false;
        }
        self.step(Step::Forward);
        self.drop_others();
        self.call.phone = Some(phone.clone());
        self.deeds.customer = Some(Turn::Phone(phone.clone()));
        self.tell_ended(EndReason::Completed);
        self.note(What::Forwarded, Some(from), Some(phone.to_string()));
        true
    }

    pub(super) fn ask_in(&mut self, user: Option<Person>, phone: Option<PhoneNumber>) -> bool {
        let who = user.as_ref().map(|user| user.id);
        let is_theirs = who.is_some() && who == self.agent();
        if is_theirs || self.call.state != CallState::Connected || self.call.colleagues_leg().is_some() {
            return false;
        }
        let detail = user.as_ref().map(|user| user.name.clone()).or(phone.as_ref().map(ToString::to_string));
        self.put_leg(LegRole::Colleague, None, user);
        if let Some(leg) = self.call.legs.last_mut() {
            leg.phone = phone;
        }
        self.note(What::AskedIn, who, detail);
        true
    }

    pub(super) fn asked_in(&mut self, sid: &str) -> bool {
        if self.knows(sid) {
            return false; // it was told before
        }
        let is_awaited = self.know_colleagues(sid);
        if !is_awaited || self.call.state != CallState::Connected {
            self.deeds.drop.push(sid.to_owned()); // it came to an end while they were called
        }
        is_awaited
    }

    pub(super) fn not_asked_in(&mut self) -> bool {
        let mut is_news = false;
        for leg in &mut self.call.legs {
            let is_awaited =
                leg.role == LegRole::Colleague && leg.sid.is_none() && leg.place == Place::Coming;
            is_news |= is_awaited;
            leg.place = if is_awaited { Place::Out } else { leg.place };
        }
        is_news
    }

    pub(super) fn listen(&mut self, user: &Person, listening: Listening) -> bool {
        if self.call.state != CallState::Connected {
            return false;
        }
        let round = self.call.round;
        let is_theirs = |leg: &Leg| {
            leg.role == LegRole::Supervisor
                && leg.round == round
                && leg.place != Place::Out
                && leg.user.as_ref().is_some_and(|other| other.id == user.id)
        };
        match self.call.legs.iter_mut().find(|leg| is_theirs(leg)) {
            Some(leg) if leg.listening == Some(listening) => return false,
            Some(leg) => leg.listening = Some(listening),
            None => {
                self.put_leg(LegRole::Supervisor, None, Some(user.clone()));
                if let Some(leg) = self.call.legs.last_mut() {
                    leg.listening = Some(listening);
                }
            }
        }
        self.note(What::Listened, Some(user.id), Some(listening.as_str().to_owned()));
        true
    }
}
