//! Who comes into a call's conference and goes, and what follows from who is there.

use switchboard_events::{EndReason, UserId};

use super::due::{AUDIO_LEASE, DOUBT_LEASE};
use super::{Life, Step, Turn};
use crate::calls::{CallState, Leg, LegRole, Place, What};
use crate::error::Person;
use crate::ports::CallStatus;

impl Life {
    pub(super) fn agent_arrives(&mut self, user: &Person, sid: &str, is_recorded: bool) -> bool {
        let is_theirs = self.agent() == Some(user.id) && self.call.state.keeps_busy();
        // Of two browsers of theirs the one that is in stays: its end would be the end of the conference.
        let is_in = self.call.agents_leg().is_some_and(|leg| leg.place == Place::In);
        if !is_theirs || is_in || self.knows(sid) {
            return false;
        }
        let (round, agent) = (self.call.round, user.id);
        // One that has not got in by now gives way to this one.
        for leg in &mut self.call.legs {
            let is_older = leg.role == LegRole::Agent && leg.round == round && leg.place == Place::Coming;
            if is_older && leg.user.as_ref().is_some_and(|user| user.id == agent) {
                leg.place = Place::Out;
                self.deeds.drop.extend(leg.sid.clone());
            }
        }
        self.put_leg(LegRole::Agent, Some(sid), Some(user.clone()));
        self.call.awaits_recording |= is_recorded;
        match self.call.state {
            CallState::Claimed => {
                self.call.lease_until = Some(self.now + AUDIO_LEASE);
                if self.call.customers_place().is_none() {
                    self.deeds.customer = Some(Turn::Meet);
                }
            }
            _ => self.call.lease_until = None,
        }
        self.note(What::Arrived, Some(user.id), None);
        true
    }

    pub(super) fn supervisor_arrives(&mut self, user: UserId, sid: &str) -> bool {
        if self.knows(sid) {
            return false;
        }
        let round = self.call.round;
        let is_theirs = |leg: &&mut Leg| {
            leg.role == LegRole::Supervisor
                && leg.round == round
                && leg.place != Place::Out
                && leg.user.as_ref().is_some_and(|other| other.id == user)
        };
        let Some(leg) = self.call.legs.iter_mut().find(is_theirs) else { return false };
        let before = leg.sid.replace(sid.to_owned());
        // Who comes back may be faster than the word that they left: that leg gives way to this one.
        if before.is_some() {
            self.deeds.drop.extend(before.clone());
            let gone = Leg { sid: before, place: Place::Out, ..leg.clone() };
            (leg.place, leg.has_been_in) = (Place::Coming, false);
            self.call.legs.push(gone);
        }
        true
    }

    /// The leg of a colleague who is called, and whose SID is not known, has this one.
    pub(super) fn know_colleagues(&mut self, sid: &str) -> bool {
        let round = self.call.round;
        let is_colleagues = |leg: &&mut Leg| leg.role == LegRole::Colleague && leg.round == round;
        let mut colleagues = self.call.legs.iter_mut().filter(is_colleagues);
        let leg = colleagues.find(|leg| leg.sid.is_none() && leg.place == Place::Coming);
        leg.map(|leg| leg.sid = Some(sid.to_owned())).is_some()
    }

    /// A leg is over. Of those that we made we may be told so before we know whose it is.
    pub(super) fn leg_gone(&mut self, sid: &str) -> bool {
        let is_new = !self.knows(sid) && self.know_colleagues(sid);
        self.leave(false, |leg| leg.sid.as_deref() == Some(sid)) || is_new
    }

    pub(super) fn ask_customer_in(&mut self) -> bool {
        let is_free = self.call.state == CallState::Claimed && self.call.customers_place().is_none();
        if is_free {
            let sid = self.call.sid.clone();
            self.put_leg(LegRole::Customer, sid.as_deref(), None);
        }
        is_free
    }

    pub(super) fn customer_not_asked(&mut self) -> bool {
        let (round, before) = (self.call.round, self.call.legs.len());
        self.call
            .legs
            .retain(|leg| leg.role != LegRole::Customer || leg.round != round || leg.place != Place::Coming);
        self.call.legs.len() < before
    }

    pub(super) fn knows(&self, sid: &str) -> bool {
        let of_legs = self.call.legs.iter().map(|leg| &leg.sid);
        of_legs.chain([&self.call.sid]).any(|known| known.as_deref() == Some(sid))
    }

    pub(super) fn put_leg(&mut self, role: LegRole, sid: Option<&str>, user: Option<Person>) {
        self.call.legs.push(Leg {
            sid: sid.map(str::to_owned),
            role,
            user,
            phone: None,
            round: self.call.round,
            place: Place::Coming,
            has_been_in: false,
            conference: None,
            listening: None,
        });
    }

    pub(super) fn joins(
        &mut self,
        round: u32,
        sid: &str,
        role: Option<LegRole>,
        conference: Option<&str>,
    ) -> bool {
        let known =
            self.call.legs.iter().position(|leg| leg.round == round && leg.sid.as_deref() == Some(sid));
        // Twilio may tell of a leg before it answers who asked for it.
        let awaited = |leg: &Leg| {
            leg.round == round && leg.sid.is_none() && leg.place == Place::Coming && Some(leg.role) == role
        };
        let Some(at) = known.or_else(|| self.call.legs.iter().position(awaited)) else { return false };
        let leg = &mut self.call.legs[at];
        let is_news = !leg.has_been_in || (leg.conference.is_none() && conference.is_some());
        leg.sid = Some(sid.to_owned());
        leg.conference = leg.conference.take().or_else(|| conference.map(str::to_owned));
        leg.has_been_in = true;
        leg.place = leg.place.max(Place::In);
        let came_late = leg.role == LegRole::Customer && leg.place == Place::In;
        if is_news && came_late && self.call.state == CallState::Ringing && round == self.call.round {
            self.deeds.customer = Some(Turn::Queue); // it rings again, and nobody is there
        }
        if is_news {
            self.look_around();
        }
        is_news
    }

    /// These legs are over, or out of the conference, in which they then have been.
    pub(super) fn leave(&mut self, were_in: bool, who: impl Fn(&Leg) -> bool) -> bool {
        let mut is_news = false;
        for leg in self.call.legs.iter_mut().filter(|leg| who(leg)) {
            is_news |= leg.place != Place::Out || (were_in && !leg.has_been_in);
            leg.place = Place::Out;
            leg.has_been_in |= were_in;
        }
        if is_news {
            self.look_around();
        }
        is_news
    }

    /// What follows from who is in the conference now.
    fn look_around(&mut self) {
        let customer = self.call.customers_place();
        let agent = self.call.agents_leg().map(|leg| leg.place);
        let has_left = agent.is_none() && self.call.agent_has_come();
        let both_in = customer == Some(Place::In) && agent == Some(Place::In);
        match self.call.state {
            CallState::Claimed | CallState::Dialing if both_in => {
                self.step(Step::Connect);
                self.begin_to_talk();
                self.call.status = CallStatus::InProgress;
                self.note(What::Connected, self.agent(), None);
            }
            CallState::Claimed if customer == Some(Place::Out) => {
                self.end("missed", EndReason::CallerHangup);
            }
            CallState::Claimed if has_left && customer.is_none() && !self.is_late => {
                self.release();
            }
            // They may have talked already, or the customer has gone, of which we are yet to be told.
            CallState::Claimed if has_left => {
                let until = self.now + DOUBT_LEASE;
                self.call.lease_until = Some(self.call.lease_until.map_or(until, |lease| lease.min(until)));
            }
            CallState::Dialing if customer == Some(Place::Out) => {
                self.end("failed", EndReason::Failed);
            }
            CallState::Dialing if has_left => {
                self.end("canceled", EndReason::Failed);
            }
            CallState::Connected if customer == Some(Place::Out) => {
                self.end("answered", EndReason::Completed);
            }
            CallState::Connected if agent.is_none() => self.agent_left(),
            CallState::Forwarded if customer == Some(Place::In) && self.phone_left() => {
                self.end("answered", EndReason::Completed);
            }
            CallState::Ended => self.see_that_they_talked(),
            _ => {}
        }
    }

    /// Whether the phone that has the call talked with the customer in the conference, and hung up.
    fn phone_left(&self) -> bool {
        let call = &self.call;
        let was_asked_in = |leg: &&Leg| leg.role == LegRole::Colleague && leg.round == call.round;
        let mut phones = call.legs.iter().filter(was_asked_in).filter(|leg| leg.phone.is_some());
        phones.any(|leg| leg.phone == call.phone && leg.has_been_in && leg.place == Place::Out)
    }

    /// A colleague who was asked in has the call now, as soon as they are there; without one it is over.
    fn agent_left(&mut self) {
        match self.call.colleagues_leg().cloned() {
            Some(leg) if leg.place != Place::In => {}
            Some(Leg { user: Some(user), .. }) => {
                self.call.agent = Some(user.clone());
                self.deeds.resume = std::mem::take(&mut self.call.is_on_hold);
                self.tell_accepted(user.id);
                self.note(What::HandedOver, Some(user.id), None);
            }
            Some(Leg { phone: Some(phone), .. }) => {
                self.deeds.resume = self.call.is_on_hold;
                self.step(Step::Forward);
                self.begin_to_talk();
                self.note(What::Forwarded, None, Some(phone.to_string()));
                self.call.phone = Some(phone);
                self.tell_ended(EndReason::Completed);
            }
            _ => {
                self.end("answered", EndReason::Completed);
            }
        }
    }
}
